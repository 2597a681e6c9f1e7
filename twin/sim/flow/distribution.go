package flow

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Law is a family of distributions.
type Law uint8

// The laws, with their parameters.
const (
	None             Law = iota // nothing was given
	Constant                    // value
	Exponential                 // mean
	Gamma                       // mean, shape; Erlang where the shape is whole
	Lognormal                   // mean, standard deviation of the value itself
	Triangular                  // least, most likely, greatest
	Uniform                     // least, greatest
	Weibull                     // scale, shape
	Hyperexponential            // two means, share of the second: short stops and, now and then, a long one
	Empirical                   // values, each as likely as the others
)

// laws are the names in a file, in the order of the constants. Arguments marked with n are pure numbers.
var laws = []struct {
	name, args string
	law        Law
}{
	{"constant", "t", Constant}, {"exponential", "t", Exponential}, {"gamma", "tn", Gamma}, {"erlang", "tn", Gamma}, {"lognormal", "tt", Lognormal},
	{"triangular", "ttt", Triangular}, {"uniform", "tt", Uniform}, {"weibull", "tn", Weibull}, {"hyperexponential", "ttn", Hyperexponential}, {"empirical", "", Empirical},
}

// Distribution is how long something takes, s. As text: "4 s" or "triangular(3 s, 4 s, 6 s)"; rates such as "600 /h"
// stand for the time between two. The zero value is none.
type Distribution struct {
	Law    Law
	P      [3]float64
	Values []float64 // of Empirical
}

// Fixed always takes so long, s.
func Fixed(sec float64) Distribution {
	return Distribution{Law: Constant, P: [3]float64{sec}}
}

// Exp is exponential with a mean, s.
func Exp(mean float64) Distribution {
	return Distribution{Law: Exponential, P: [3]float64{mean}}
}

// Given reports whether there is a distribution at all.
func (d Distribution) Given() bool { return d.Law != None }

// Mean is the expected value, s; 0 of none.
func (d Distribution) Mean() float64 {
	switch d.Law {
	case Constant, Exponential, Gamma, Lognormal:
		return d.P[0]
	case Triangular:
		return (d.P[0] + d.P[1] + d.P[2]) / 3
	case Uniform:
		return (d.P[0] + d.P[1]) / 2
	case Weibull:
		return d.P[0] * math.Gamma(1+1/d.P[1])
	case Hyperexponential:
		return d.P[0] + d.P[2]*(d.P[1]-d.P[0])
	case Empirical:
		sum := 0.
		for _, v := range d.Values {
			sum += v
		}
		return sum / float64(len(d.Values))
	}
	return 0
}

// Scaled is the same shape, f times as long.
func (d Distribution) Scaled(f float64) Distribution {
	d.P[0] *= f
	switch d.Law {
	case Lognormal, Uniform, Hyperexponential:
		d.P[1] *= f
	case Triangular:
		d.P[1] *= f
		d.P[2] *= f
	}
	d.Values = slices.Clone(d.Values)
	for i := range d.Values {
		d.Values[i] *= f
	}
	return d
}

// Sample draws one value, s.
func (d *Distribution) Sample(r *rand.Rand) float64 {
	switch d.Law {
	case Constant:
		return d.P[0]
	case Exponential:
		return d.P[0] * r.ExpFloat64()
	case Gamma:
		return d.P[0] / d.P[1] * gamma(r, d.P[1])
	case Lognormal:
		s2 := math.Log1p((d.P[1] / d.P[0]) * (d.P[1] / d.P[0]))
		return d.P[0] * math.Exp(math.Sqrt(s2)*r.NormFloat64()-s2/2)
	case Triangular:
		a, c, b, u := d.P[0], d.P[1], d.P[2], r.Float64()
		if b == a {
			return a
		}
		if u < (c-a)/(b-a) {
			return a + math.Sqrt(u*(b-a)*(c-a))
		}
		return b - math.Sqrt((1-u)*(b-a)*(b-c))
	case Uniform:
		return d.P[0] + (d.P[1]-d.P[0])*r.Float64()
	case Weibull:
		return d.P[0] * math.Pow(r.ExpFloat64(), 1/d.P[1])
	case Hyperexponential:
		mean := d.P[0]
		if r.Float64() < d.P[2] {
			mean = d.P[1]
		}
		return mean * r.ExpFloat64()
	case Empirical:
		return d.Values[r.IntN(len(d.Values))]
	}
	return 0
}

// gamma draws with scale 1 by Marsaglia and Tsang (2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(1-r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// maxEmpirical is how many values an empirical distribution may have.
const maxEmpirical = 10_000

// ParseDistribution reads "4 s" or "lognormal(4 s, 1 s)".
func ParseDistribution(text string) (Distribution, error) {
	text = strings.TrimSpace(text)
	name, rest, call := strings.Cut(text, "(")
	if !call {
		v, err := quantity(text, dimTime)
		if err != nil {
			return Distribution{}, err
		}
		return Fixed(v).checked()
	}
	args, tail, closed := strings.Cut(rest, ")")
	if !closed || strings.TrimSpace(tail) != "" {
		return Distribution{}, fmt.Errorf("%q: write a law with its values in one pair of brackets, such as exponential(4 s)", clip(text))
	}
	name = strings.TrimSpace(name)
	i := slices.IndexFunc(laws, func(l struct {
		name, args string
		law        Law
	}) bool {
		return l.name == name
	})
	if i < 0 {
		var known []string
		for _, l := range laws {
			known = append(known, l.name)
		}
		return Distribution{}, fmt.Errorf("unknown law %q: known are %s", clip(name), strings.Join(known, ", "))
	}
	l := laws[i]
	values := strings.Split(args, ",")
	if l.law != Empirical && len(values) != len(l.args) {
		return Distribution{}, fmt.Errorf("%s has %d values, not %d", name, len(l.args), len(values))
	}
	if len(values) > maxEmpirical {
		return Distribution{}, fmt.Errorf("empirical has more than %d values: thin them out", maxEmpirical)
	}
	d := Distribution{Law: l.law}
	for j, text := range values {
		dimension := dimTime
		if j < len(l.args) && l.args[j] == 'n' {
			dimension = dimNumber
		}
		v, err := quantity(text, dimension)
		if err != nil {
			return Distribution{}, fmt.Errorf("%s: %w", name, err)
		}
		if l.law == Empirical {
			d.Values = append(d.Values, v)
		} else {
			d.P[j] = v
		}
	}
	if name == "erlang" && d.P[1] != math.Trunc(d.P[1]) {
		return Distribution{}, fmt.Errorf("erlang has a whole number of phases, not %g: use gamma", d.P[1])
	}
	return d.checked()
}

// checked says what is wrong with the values.
func (d Distribution) checked() (Distribution, error) {
	for _, v := range append(d.P[:], d.Values...) {
		if !(v >= 0) || math.IsInf(v, 0) {
			return d, fmt.Errorf("the time %g s is not allowed: times are finite and not negative", v)
		}
	}
	switch d.Law {
	case Gamma, Weibull:
		if !(d.P[1] >= .01 && d.P[1] <= 1e4) {
			return d, fmt.Errorf("the shape %g is not allowed: give 0.01 to 10000", d.P[1])
		}
	case Triangular:
		if !(d.P[0] <= d.P[1] && d.P[1] <= d.P[2]) {
			return d, fmt.Errorf("triangular(%g s, %g s, %g s) is out of order: least, most likely, greatest", d.P[0], d.P[1], d.P[2])
		}
	case Uniform:
		if d.P[0] > d.P[1] {
			return d, fmt.Errorf("uniform(%g s, %g s) is out of order: least, greatest", d.P[0], d.P[1])
		}
	case Lognormal:
		if d.P[0] == 0 {
			return d, fmt.Errorf("a lognormal time has a mean above zero")
		}
	case Hyperexponential:
		if d.P[2] > 1 {
			return d, fmt.Errorf("hyperexponential with a share of %g is not allowed: give the share of the second mean, such as 5 %%", d.P[2])
		}
	case Empirical:
		if len(d.Values) == 0 {
			return d, fmt.Errorf("empirical has no values: give at least one")
		}
	}
	return d, nil
}

// String writes what ParseDistribution reads, in seconds.
func (d Distribution) String() string {
	if d.Law == None {
		return ""
	}
	if d.Law == Constant {
		return number(d.P[0]) + " s"
	}
	for _, l := range laws {
		if l.law != d.Law {
			continue
		}
		var args []string
		for j, kind := range l.args {
			unit := " s"
			if kind == 'n' {
				unit = ""
			}
			args = append(args, number(d.P[j])+unit)
		}
		for _, v := range d.Values {
			args = append(args, strconv.FormatFloat(v, 'g', -1, 64)+" s")
		}
		return l.name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// UnmarshalText is ParseDistribution.
func (d *Distribution) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDistribution(string(b))
	return err
}

// UnmarshalJSON reads a text or a bare number of seconds.
func (d *Distribution) UnmarshalJSON(b []byte) error { return d.UnmarshalText(unquote(b)) }

// MarshalText is String.
func (d Distribution) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Stream is the random numbers of one purpose of one element in one replication. It depends on nothing but the seed and
// these names: an element that is added shifts no other stream, and two scenarios see the same chance.
func Stream(seed uint64, replication int, element, purpose string) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for _, s := range [...]string{element, "\x00", purpose} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return sim.NewNoise(seed+0x9e3779b97f4a7c15*uint64(replication+1), h).Rand
}
