package trend

import (
	"context"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
)

// Stat sums a line up over a span.
type Stat struct {
	Name     string
	Colour   int // see chart.ColourOf
	Unit     twin.Unit
	Decimals int
	chart.Statistics
	Integral     float64   // over time, SI times seconds, from the zero of Unit; see IntegralUnit
	IntegralUnit twin.Unit // of Integral: MW·h
	States       []string  // names of the values, of which there is no mean; nil for numbers
	Coarse       bool      // deviation and integral are of means, not of samples
}

// Statistics sums the visible lines up over from ≤ time < to. A line without a sample there has Count 0.
func (q *Query) Statistics(ctx context.Context, from, to time.Time) ([]Stat, error) {
	lines, err := q.resolve()
	if err != nil {
		return nil, err
	}
	var out []Stat
	for i := range lines {
		l := &lines[i]
		if l.Hidden {
			continue
		}
		s, err := q.describe(ctx, l, from, to)
		if err != nil {
			return out, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (q *Query) describe(ctx context.Context, l *line, from, to time.Time) (Stat, error) {
	s := Stat{Name: l.name, Colour: l.Colour, Unit: l.unit, Decimals: l.decimals, States: l.states, IntegralUnit: chart.Integral.Unit(l.unit)}
	p, coarse, err := q.points(ctx, l, from, to)
	if err != nil {
		return s, err
	}
	var ok bool
	if s.Statistics, ok = chart.Describe(p, from, to); !ok {
		return s, nil
	}
	if !l.Plain() {
		s.Decimals = l.digits([]chart.Column{{Min: s.Min, Max: s.Max, Count: 1}})
	}
	s.Integral = (s.Weighted - l.unit.Offset) * s.Held
	if s.Coarse = coarse > 0; s.Coarse && l.Plain() {
		return s, q.exactEnds(ctx, l, from, to, &s)
	}
	return s, nil
}

// exactEnds puts in the extremes, the mean and the count of the samples themselves where the rest is of means.
func (q *Query) exactEnds(ctx context.Context, l *line, from, to time.Time, s *Stat) error {
	const parts = 1024
	cols, err := q.History.Columns(ctx, l.signal.ID, from, to, parts, nil)
	if err != nil {
		return err
	}
	s.Count, s.Min, s.Max = 0, math.Inf(1), math.Inf(-1)
	sum := 0.0
	for i := range cols {
		if c := &cols[i]; c.Count > 0 {
			s.Min, s.Max = math.Min(s.Min, c.Min), math.Max(s.Max, c.Max)
			sum += c.Mean * float64(c.Count)
			s.Count += c.Count
		}
	}
	if s.Count > 0 {
		s.Mean = sum / float64(s.Count)
	}
	return nil
}
