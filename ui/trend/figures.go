package trend

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/ui/chart"
)

// figure makes the plot of a view without a time axis; nil when there are not lines enough.
func (q *Query) figure(ctx context.Context, lines []line) (*chart.Figure, error) {
	var shown []*line
	for i := range lines {
		if !lines[i].Hidden {
			shown = append(shown, &lines[i])
		}
	}
	if len(shown) == 0 {
		return nil, nil
	}
	switch q.View {
	case Histogram:
		return q.histogram(ctx, shown[0])
	case Spectrum:
		return q.spectrum(ctx, shown)
	}
	return q.overEachOther(ctx, shown)
}

// labelled is a quantity with its unit, for an axis.
func labelled(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + ", " + unit
}

func (q *Query) histogram(ctx context.Context, l *line) (*chart.Figure, error) {
	from, to := q.figureSpan()
	p, _, err := q.points(ctx, l, from, to)
	if err != nil || len(p.At) == 0 {
		return nil, err
	}
	return chart.NewHistogram(chart.Histogram(p), l.unit.FromSI, labelled(l.name, l.unit.Symbol), chart.ColourOf(l.Colour)), nil
}

// spectrum shows all lines that share the unit of the first.
func (q *Query) spectrum(ctx context.Context, lines []*line) (*chart.Figure, error) {
	from, to := q.figureSpan()
	f := &chart.Figure{Kind: chart.Lines, Log: true, YLabel: labelled("amplitude", lines[0].unit.Symbol)}
	type course struct {
		amplitude []float64
		step      float64
		line      *line
	}
	var all []course
	top := 0.0
	for _, l := range lines {
		if l.unit.Symbol != lines[0].unit.Symbol {
			continue
		}
		p, _, err := q.points(ctx, l, from, to)
		if err != nil {
			return nil, err
		}
		if amplitude, step := chart.Spectrum(p); len(amplitude) > 1 {
			all = append(all, course{amplitude, step, l})
			top = max(top, float64(len(amplitude))*step)
		}
	}
	name, scale := frequency(top)
	f.XLabel = name
	for _, c := range all {
		set := chart.Set{Name: c.line.name, Colour: chart.ColourOf(c.line.Colour)}
		for k, a := range c.amplitude[1:] { // the mean is no oscillation
			set.X, set.Y = append(set.X, float64(k+1)*c.step*scale), append(set.Y, c.line.unit.Span(a))
		}
		f.Sets = append(f.Sets, set)
	}
	return f, nil
}

// frequency names the unit that suits frequencies up to top hertz, and how many of it are a hertz.
func frequency(top float64) (name string, perHertz float64) {
	switch {
	case top >= 1:
		return "Hz", 1
	case top >= 1e-3:
		return "mHz", 1e3
	case top*3600 >= 1:
		return "per hour", 3600
	}
	return "per day", 86400
}

// maxPairs is how many points of two signals are shown over each other; of more, means are.
const maxPairs = 1 << 15

// overEachOther shows the further lines over the first: those that have the unit of the second.
func (q *Query) overEachOther(ctx context.Context, lines []*line) (*chart.Figure, error) {
	from, to := q.figureSpan()
	if len(lines) < 2 {
		return nil, nil
	}
	base, _, err := q.points(ctx, lines[0], from, to)
	if err != nil {
		return nil, err
	}
	f := &chart.Figure{Kind: chart.Dots, XLabel: labelled(lines[0].name, lines[0].unit.Symbol), YLabel: labelled(lines[1].name, lines[1].unit.Symbol)}
	for _, l := range lines[1:] {
		if l.unit.Symbol != lines[1].unit.Symbol { // one axis has one unit
			continue
		}
		p, _, err := q.points(ctx, l, from, to)
		if err != nil {
			return nil, err
		}
		set := pair(base, p, from, to)
		set.Name, set.Colour = l.name, chart.ColourOf(l.Colour)
		for i := range set.X {
			set.X[i], set.Y[i] = lines[0].unit.FromSI(set.X[i]), l.unit.FromSI(set.Y[i])
		}
		f.Sets = append(f.Sets, set)
	}
	if len(f.Sets) > 1 {
		f.YLabel = lines[1].unit.Symbol
	}
	return f, nil
}

// pair joins two signals: at each moment at which one of them has a sample, with the last value of the other. Where that
// is too much to draw, means over equal parts of the span stand for them.
func pair(x, y chart.Points, from, to time.Time) (s chart.Set) {
	if len(x.At)+len(y.At) > maxPairs {
		cx, cy := chart.Reduce(x, from, to, maxPairs/2, nil), chart.Reduce(y, from, to, maxPairs/2, nil)
		part := float64(to.Sub(from)) / float64(len(cx))
		for i := range cx {
			if cx[i].Count > 0 && cy[i].Count > 0 {
				s.At = append(s.At, from.UnixNano()+int64(part*(float64(i)+.5)))
				s.X, s.Y = append(s.X, cx[i].Mean), append(s.Y, cy[i].Mean)
			}
		}
		return s
	}
	var last [2]float64
	merged := chart.Combine([]chart.Points{x, y}, func(v []float64) float64 {
		last = [2]float64{v[0], v[1]}
		s.X, s.Y = append(s.X, last[0]), append(s.Y, last[1])
		return 0
	})
	s.At = merged.At
	return s
}
