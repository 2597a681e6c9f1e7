package chart

import (
	"math"
	"time"
)

// Axis maps the time span From…To onto the pixels X0…X1.
type Axis struct {
	From, To time.Time
	X0, X1   float64
}

// X returns the pixel of a time; times outside the span lie outside X0…X1.
func (a Axis) X(t time.Time) float64 {
	span := a.To.Sub(a.From)
	if span <= 0 {
		return a.X0
	}
	return a.X0 + (a.X1-a.X0)*float64(t.Sub(a.From))/float64(span)
}

// T returns the time at a pixel.
func (a Axis) T(x float64) time.Time {
	if a.X1 <= a.X0 {
		return a.From
	}
	return a.From.Add(time.Duration(float64(a.To.Sub(a.From)) * (x - a.X0) / (a.X1 - a.X0)))
}

// Zoom returns the axis with its span multiplied by factor and the time at pixel x kept where it is. The span stays
// between one second and ten years.
func (a Axis) Zoom(x, factor float64) Axis {
	span := float64(a.To.Sub(a.From))
	factor = max(factor, float64(time.Second)/span)
	factor = min(factor, float64(10*365*24*time.Hour)/span)
	at := a.T(x)
	a.From, a.To = at.Add(-time.Duration(float64(at.Sub(a.From))*factor)), at.Add(time.Duration(float64(a.To.Sub(at))*factor))
	return a
}

// Pan returns the axis moved by dx pixels: its contents follow the hand.
func (a Axis) Pan(dx float64) Axis {
	if a.X1 <= a.X0 {
		return a
	}
	d := time.Duration(float64(a.To.Sub(a.From)) * dx / (a.X1 - a.X0))
	a.From, a.To = a.From.Add(-d), a.To.Add(-d)
	return a
}

// Tick is a labelled time on an axis.
type Tick struct {
	At    time.Time
	Label string
	Major bool // begins a day, month or year
}

var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour, 28 * 24 * time.Hour, 91 * 24 * time.Hour, 365 * 24 * time.Hour,
}

// Ticks returns round local times at least minPx apart. Days are calendar days of loc, so they stay at midnight over a
// change to summer time.
func (a Axis) Ticks(loc *time.Location, minPx float64) []Tick {
	width := a.X1 - a.X0
	span := a.To.Sub(a.From)
	if width <= 0 || span <= 0 {
		return nil
	}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if float64(s)/float64(span)*width >= minPx {
			step = s
			break
		}
	}
	var out []Tick
	from := a.From.In(loc)
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, loc)
	if step >= 24*time.Hour {
		days := int(step / (24 * time.Hour))
		// Count from a fixed Monday, so that ticks do not jump while the axis pans.
		epoch := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		n := int(math.Round(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Sub(epoch).Hours() / 24))
		day = day.AddDate(0, 0, -((n%days + days) % days))
		for t := day; !t.After(a.To); t = t.AddDate(0, 0, days) {
			if !t.Before(a.From) {
				out = append(out, Tick{At: t, Label: dayLabel(t, len(out) == 0 || t.Day() <= days), Major: true})
			}
		}
		return out
	}
	for t := day; !t.After(a.To) && len(out) < 500; {
		if !t.Before(a.From) {
			out = append(out, tick(t, step))
		}
		next := t.Add(step)
		// Re-anchor at each midnight, where a day may have 23 or 25 hours.
		if midnight := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, loc); next.After(midnight) {
			next = midnight
		}
		t = next
	}
	return out
}

func tick(t time.Time, step time.Duration) Tick {
	switch {
	case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return Tick{At: t, Label: dayLabel(t, true), Major: true}
	case step < time.Minute:
		return Tick{At: t, Label: t.Format("15:04:05")}
	}
	return Tick{At: t, Label: t.Format("15:04")}
}

func dayLabel(t time.Time, month bool) string {
	if t.YearDay() == 1 {
		return t.Format("2 Jan 2006")
	}
	if month {
		return t.Format("2 Jan")
	}
	return t.Format("2")
}

// Scale is a vertical axis from Low at the bottom to High at the top, in display units, with a mark every Step.
type Scale struct{ Low, High, Step float64 }

// NiceScale widens low…high to round numbers with about n marks. Equal or missing ends give a scale of width 1 around them.
func NiceScale(low, high float64, n int) Scale {
	if math.IsNaN(low) || math.IsInf(low, 0) || math.IsNaN(high) || math.IsInf(high, 0) || low > high {
		low, high = 0, 1
	}
	if high-low < 1e-9*math.Max(1, math.Abs(high)) {
		low, high = low-.5, high+.5
	}
	raw := (high - low) / float64(max(n, 1))
	mag := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * mag
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*mag >= raw {
			step = m * mag
			break
		}
	}
	return Scale{Low: min(math.Floor(low/step)*step, low), High: math.Ceil(high/step) * step, Step: step}
}
