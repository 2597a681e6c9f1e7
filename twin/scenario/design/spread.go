package design

import (
	"fmt"
	"math"
	"strconv"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Shape is how an axis is filled.
type Shape uint8

// The shapes.
const (
	Single   Shape = iota // one level
	Levels                // range(…) and choices(…): each level as likely as the others
	Interval              // 5..10: each value as likely as the others
	Normal                // normal(mean, deviation), held within the ends of the field
)

// Level is one value of an axis.
type Level struct {
	SI   float64 // NaN where the level is no number
	Text string  // the value of a sim.Change: a number in the unit of the field, or what was written
}

// Spread is what was written into a field.
type Spread struct {
	Shape     Shape
	Levels    []Level // of Single and Levels
	Low, High float64 // of Interval, SI
	Mean, SD  float64 // of Normal, SI
}

// Axis is a field with its spread.
type Axis struct {
	Field  sim.Field
	Spread Spread
	Text   string // as it was written
}

// NewAxis reads a spread for a field. The error is an *Error.
func NewAxis(f sim.Field, text string) (Axis, error) {
	s, err := Parse(f, text)
	return Axis{Field: f, Spread: s, Text: text}, err
}

// Fixed reports whether the axis has one level only.
func (a *Axis) Fixed() bool { return a.Spread.Shape == Single }

// Continuous reports whether any value between its ends can be taken.
func (a *Axis) Continuous() bool { return a.Spread.Shape == Interval || a.Spread.Shape == Normal }

// At is the level at u of the way, 0 ≤ u < 1: a quantile of the spread.
func (a *Axis) At(u float64) Level {
	s := &a.Spread
	switch s.Shape {
	case Interval:
		return sampled(a.Field.Unit, s.Low+u*(s.High-s.Low), s.Low, s.High)
	case Normal:
		const tail = 1e-12
		u = min(max(u, tail), 1-tail)
		return sampled(a.Field.Unit, clamp(s.Mean+s.SD*math.Sqrt2*math.Erfinv(2*u-1), a.Field.Min, a.Field.Max), a.Field.Min, a.Field.Max)
	}
	return s.Levels[min(int(u*float64(len(s.Levels))), len(s.Levels)-1)]
}

// Number is the level of an SI value.
func (a *Axis) Number(si float64) Level { return number(a.Field.Unit, si) }

// Base is the level as it is: what the model is without a change. A field that is no number has its first level.
func (a *Axis) Base() Level {
	if !math.IsNaN(a.Field.Value) {
		return a.Number(a.Field.Value)
	}
	return a.At(0)
}

// Ends are the low and the high end of the axis: of an interval itself, of a normal distribution the 10 % and 90 %
// quantiles, of levels the first and the last.
func (a *Axis) Ends() (low, high Level) {
	switch s := &a.Spread; s.Shape {
	case Interval:
		return a.Number(s.Low), a.Number(s.High)
	case Normal:
		return a.At(.1), a.At(.9)
	default:
		return s.Levels[0], s.Levels[len(s.Levels)-1]
	}
}

// levels are n levels that fill the axis; of one that has levels these.
func (a *Axis) levels(n int) []Level {
	if !a.Continuous() {
		return a.Spread.Levels
	}
	out := make([]Level, n)
	for i := range out {
		switch {
		case n == 1:
			out[i] = a.At(.5)
		case a.Spread.Shape == Interval:
			out[i] = a.Number(a.Spread.Low + float64(i)/float64(n-1)*(a.Spread.High-a.Spread.Low))
		default:
			out[i] = a.At((float64(i) + .5) / float64(n))
		}
	}
	return out
}

// Change is the change of the axis to a level.
func (a *Axis) Change(l Level) sim.Change { return sim.Change{Field: a.Field.ID, Value: l.Text} }

// sampled is a level near si with seven digits, for a value that chance chose needs no more to be read and typed again.
func sampled(u twin.Unit, si, low, high float64) Level {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(u.FromSI(si), 'g', 7, 64), 64)
	if near := u.SI(v); !(near < low) && !(near > high) {
		return Level{SI: near, Text: strconv.FormatFloat(v, 'g', -1, 64)}
	}
	return number(u, si)
}

func number(u twin.Unit, si float64) Level {
	// Twelve digits: what a conversion to the unit and back leaves alone.
	v, _ := strconv.ParseFloat(strconv.FormatFloat(u.FromSI(si), 'g', 12, 64), 64)
	return Level{SI: si, Text: strconv.FormatFloat(v, 'g', -1, 64)}
}

func clamp(v, low, high float64) float64 {
	if v < low {
		return low
	}
	if v > high {
		return high
	}
	return v
}

// inRange says in words what is wrong with an SI value, empty if nothing.
func inRange(f *sim.Field, si float64) string {
	span := math.Max(math.Abs(f.Min), math.Abs(f.Max))
	slack := 1e-9 * math.Max(span, 1e-300)
	if math.IsNaN(slack) || math.IsInf(slack, 0) {
		slack = 0
	}
	shown := func(v float64) string {
		return fmt.Sprintf("%.6g", f.Unit.FromSI(v))
	}
	symbol := ""
	if f.Unit.Symbol != "" {
		symbol = " " + f.Unit.Symbol
	}
	switch {
	case si < f.Min-slack && !math.IsNaN(f.Max):
		return fmt.Sprintf("it is below %s: give %s … %s%s", shown(f.Min), shown(f.Min), shown(f.Max), symbol)
	case si > f.Max+slack && !math.IsNaN(f.Min):
		return fmt.Sprintf("it is above %s: give %s … %s%s", shown(f.Max), shown(f.Min), shown(f.Max), symbol)
	case si < f.Min-slack:
		return fmt.Sprintf("it is below %s%s: give more", shown(f.Min), symbol)
	case si > f.Max+slack:
		return fmt.Sprintf("it is above %s%s: give less", shown(f.Max), symbol)
	}
	return ""
}
