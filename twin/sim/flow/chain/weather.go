package chain

import (
	"cmp"
	"math"
	"slices"
)

// Winds, m/s: gale is Beaufort 8 (17.2 m/s, WMO Manual on Codes, table 1100); below quiet a storm is over.
const (
	gale  = 17.2
	quiet = 12.
)

// Beaufort is the number of a wind, m/s, as a real number: v = 0.836 B^1.5 (WMO, Simpson 1906).
func Beaufort(wind float64) float64 { return math.Pow(math.Max(wind, 0)/.836, 2./3) }

// SpeedLoss is the share of its speed that a laden container ship loses at constant power in wind and the sea that belongs to
// it: (0.7 B + B^6.5 / (22 ∇^⅔)) % (Townsin and Kwon, Transactions RINA 125 (1983) 199; Kwon, The Naval Architect 3 (2008) 14), at most 80 %.
// ∇ is the volume of the hull under water, m³. The formula is for head seas; other headings lose less, so it is on the safe side.
func SpeedLoss(wind, displaced float64) float64 {
	if displaced <= 0 || wind <= 0 {
		return 0
	}
	b := Beaufort(wind)
	return math.Min(.8, (.7*b+math.Pow(b, 6.5)/(22*math.Pow(displaced, 2./3)))/100)
}

// cyclone is a storm as it goes in one replication.
type cyclone struct {
	index         int     // of the model
	since, until  float64 // s
	from          Position
	course, speed float64
	wind, radius  float64 // at its beginning
	fade          float64
}

func (c *cyclone) centre(t float64) Position { return Ahead(c.from, c.course, c.speed*(t-c.since)) }

// at is its wind at a position, m/s: a modified Rankine vortex, which falls with the power 0.6 of the distance and is gale
// at the radius (Hughes, Journal of Meteorology 9 (1952) 422; exponents of 0.4 to 0.6). Beyond three radii it is nothing.
func (c *cyclone) at(p Position, t float64) float64 {
	if t < c.since || t >= c.until {
		return 0
	}
	left := math.Exp(-(t - c.since) / c.fade)
	d, r := Distance(p, c.centre(t)), c.radius*left
	if d > 3*r {
		return 0
	}
	return math.Min(c.wind*left, gale*math.Pow(r/d, .6))
}

// span is when a port is shut, s; expect is when people think that it ends.
type span struct{ from, to, expect float64 }

// spans are in order and do not touch.
type spans []span

// add joins all spans that touch.
func (s spans) add(x span) spans {
	s = append(s, x)
	slices.SortFunc(s, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := s[:1]
	for _, y := range s[1:] {
		last := &out[len(out)-1]
		if y.from > last.to {
			out = append(out, y)
			continue
		}
		last.to, last.expect = math.Max(last.to, y.to), math.Max(last.expect, y.expect)
	}
	return out
}

// at is the span that holds a time, or nil.
func (s spans) at(t float64) *span {
	for i := range s {
		if t >= s[i].from && t < s[i].to {
			return &s[i]
		}
	}
	return nil
}

// after is when work of so many seconds, begun at t, is done, if it rests while shut.
func (s spans) after(t, work float64) float64 {
	for _, x := range s {
		if x.to <= t {
			continue
		}
		if x.from >= t+work {
			break
		}
		work -= math.Max(0, x.from-t)
		t = x.to
	}
	return t + work
}

// sky is the weather of one replication.
type sky struct {
	storms []cyclone
	over   float64 // when the last storm is
	wind   float64 // everywhere
	closed []spans // by port: no ship comes or goes
	held   []spans // by port: cranes rest
}

// at is the wind at a position, m/s.
func (s *sky) at(p Position, t float64) float64 {
	v := s.wind
	if t < s.over {
		for i := range s.storms {
			v = math.Hypot(v, s.storms[i].at(p, t))
		}
	}
	return v
}

// shut finds when a storm stops the cranes of a port and closes it, in steps of an hour where it is near.
func (s *sky) shut(c *cyclone, port int, at Position, craneWind, closeWind float64) {
	const step = 3600.
	var closed, held *span
	flush := func(list *spans, x **span) {
		if *x != nil {
			*list = list.add(**x)
			*x = nil
		}
	}
	extend := func(list *spans, x **span, t float64, on bool) {
		switch {
		case !on:
			flush(list, x)
		case *x == nil:
			*x = &span{t, t + step, t + step}
		default:
			(*x).to, (*x).expect = t+step, t+step
		}
	}
	for t := c.since; t < c.until; {
		if far := Distance(at, c.centre(t)) - 3*c.radius; far > 0 {
			flush(&s.closed[port], &closed)
			flush(&s.held[port], &held)
			t += math.Max(step, step*math.Floor(far/math.Max(c.speed, .1)/step))
			continue
		}
		v := math.Hypot(s.wind, c.at(at, t))
		extend(&s.closed[port], &closed, t, closeWind > 0 && v > closeWind)
		extend(&s.held[port], &held, t, craneWind > 0 && v > craneWind)
		t += step
	}
	flush(&s.closed[port], &closed)
	flush(&s.held[port], &held)
}
