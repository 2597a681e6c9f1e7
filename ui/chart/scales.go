package chart

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// frame is where a plot lies and how its axes run: in pixels for a picture, in Dp for a document.
type frame struct {
	*Model
	axis        Axis
	scales      []scaled
	top, bottom float64
}

// y maps a value in the display unit of a vertical axis to its place.
func (f *frame) y(axis int, display float64) float64 {
	return f.scales[axis].y(display, f.top, f.bottom)
}

// axisFor is the axis of a unit, the first for one that no axis has.
func (f *frame) axisFor(u twin.Unit) int {
	for i := range f.scales {
		if o := f.scales[i].unit; o.Symbol == u.Symbol && o.Dimension == u.Dimension {
			return i
		}
	}
	return 0
}

// rangeY is where a band lies on its axis; ok is false when no part of it is on the plot.
func (f *frame) rangeY(r Range) (upper, lower float64, ok bool) {
	at := f.axisFor(r.Unit)
	s := &f.scales[at]
	low, high := math.Max(s.unit.FromSI(r.Low), s.Low), math.Min(s.unit.FromSI(r.High), s.High)
	if !(high > low) {
		return 0, 0, false
	}
	return f.y(at, high), f.y(at, low), true
}

// limitY is where a limit lies; ok is false when it is not on the plot.
func (f *frame) limitY(l Limit) (y float64, ok bool) {
	at := f.axisFor(l.Unit)
	s := &f.scales[at]
	v := s.unit.FromSI(l.Value)
	return f.y(at, v), v >= s.Low && v <= s.High
}

// inkOfRange is the colour that shades a band.
func inkOfRange(r Range) color.NRGBA {
	if r.Colour == (color.NRGBA{}) {
		return theme.WithAlpha(theme.Color(theme.Band), .28)
	}
	return theme.WithAlpha(r.Colour, .07)
}

// covered counts the columns in which a line passes through a rectangle.
func (f *frame) covered(x0, y0, x1, y1 float64) (n int) {
	for i := range f.Series {
		s := &f.Series[i]
		cols := max(len(s.Columns), len(s.Median))
		if cols == 0 || f.axis.X1 <= f.axis.X0 {
			continue
		}
		at, wide := f.axisFor(s.Unit), (f.axis.X1-f.axis.X0)/float64(cols)
		for c := max(int((x0-f.axis.X0)/wide), 0); c < min(int((x1-f.axis.X0)/wide)+1, cols); c++ {
			low, high, ok := s.extremes(c)
			if ok && f.y(at, s.Unit.FromSI(high)) <= y1 && f.y(at, s.Unit.FromSI(low)) >= y0 {
				n++
			}
		}
	}
	return n
}

// extremes are the lowest and the highest value of a series in one column, SI.
func (s *Series) extremes(c int) (low, high float64, ok bool) {
	switch {
	case c < len(s.Columns) && s.Columns[c].Count > 0:
		return s.Columns[c].Min, s.Columns[c].Max, true
	case c < len(s.Median) && number(s.Median[c]):
		return s.Median[c], s.Median[c], true
	}
	return 0, 0, false
}

// emptiest places a box of this size where it hides the least: beside the selected span, else in a corner.
func (f *frame) emptiest(wide, high, pad float64) (x, y float64) {
	right, left := f.axis.X(f.SpanTo)+pad, f.axis.X(f.SpanFrom)-pad-wide
	best := math.MaxInt
	for _, x0 := range []float64{right, left, f.axis.X0 + pad, f.axis.X1 - pad - wide} {
		if x0 < f.axis.X0 || x0+wide > f.axis.X1 {
			continue
		}
		for _, y0 := range []float64{f.top + pad, f.bottom - high - pad} {
			if n := f.covered(x0-pad, y0-pad, x0+wide+pad, y0+high+pad); n < best {
				best, x, y = n, x0, y0
			}
		}
	}
	if best == math.MaxInt {
		return f.axis.X0, f.top
	}
	return x, y
}

// scaled is one vertical axis: a scale in a unit. All axes of a plot have the same number of rows, so one grid serves all.
type scaled struct {
	Scale
	unit   twin.Unit
	rows   int
	states []string    // names of the values of an axis of states
	ink    color.NRGBA // of its marks: the colour of its only series, else that of text
}

func (s *scaled) y(display, top, bottom float64) float64 {
	return bottom - (display-s.Low)/(s.High-s.Low)*(bottom-top)
}

// mark is the text of the i-th mark from below.
func (s *scaled) mark(i int) string {
	if s.states != nil {
		v := s.Low + float64(i)*s.Step
		if k := int(math.Round(v)); math.Abs(v-float64(k)) < 1e-9 && k >= 0 && k < len(s.states) {
			return s.states[k]
		}
		return ""
	}
	text := strconv.FormatFloat(s.Low+float64(i)*s.Step+0, 'f', decimals(s.Step), 64)
	return strings.Replace(text, "-", "−", 1)
}

// decimals is how many digits after the point the marks of a scale need.
func decimals(step float64) int {
	for d := range 6 {
		if r := step * math.Pow(10, float64(d)); math.Abs(r-math.Round(r)) < 1e-6 {
			return d
		}
	}
	return 6
}

// units lists the units of the vertical axes: that of the model first, then each other one that a series has.
func (m *Model) units() []twin.Unit {
	out := []twin.Unit{m.Unit}
	for i := range m.Series {
		if u := m.Series[i].Unit; axisOf(out, u) < 0 {
			out = append(out, u)
		}
	}
	return out
}

func axisOf(units []twin.Unit, u twin.Unit) int {
	for i, o := range units {
		if o.Symbol == u.Symbol && o.Dimension == u.Dimension {
			return i
		}
	}
	return -1
}

// scales chooses the vertical axes with about n rows; known is false when there is nothing to draw.
func (m *Model) scales(n int) (out []scaled, known bool) {
	for i, u := range m.units() {
		low, high, ok := m.extent(u)
		known = known || ok
		if names := m.statesOf(u); ok && names != nil {
			low, high = 0, float64(max(len(names)-1, 1))
		}
		s := scaled{unit: u, ink: m.inkOf(u), states: m.statesOf(u)}
		if i == 0 {
			s.Scale = NiceScale(low, high, n)
			s.rows = int(math.Round((s.High - s.Low) / s.Step))
		} else {
			s.rows = out[0].rows
			s.Scale = niceRows(low, high, s.rows)
		}
		out = append(out, s)
	}
	return out, known
}

// statesOf are the names of the values on the axis of a unit, nil when they are numbers.
func (m *Model) statesOf(u twin.Unit) []string {
	for i := range m.Series {
		if s := &m.Series[i]; s.States != nil && s.Unit.Symbol == u.Symbol && s.Unit.Dimension == u.Dimension {
			return s.States
		}
	}
	return nil
}

// inkOf is the colour of the only measured series with a unit, else that of axes.
func (m *Model) inkOf(u twin.Unit) color.NRGBA {
	n, ink := 0, theme.Color(theme.Text2)
	for i := range m.Series {
		if s := &m.Series[i]; s.Style == Measured && s.Unit.Symbol == u.Symbol && s.Unit.Dimension == u.Dimension {
			n++
			ink = s.Colour
		}
	}
	if n != 1 {
		return theme.Color(theme.Text2)
	}
	return ink
}

// niceRows is a round scale that holds low…high in exactly so many rows. Where no round step does, as for a span around
// zero in one row, the ends are those of the values.
func niceRows(low, high float64, rows int) Scale {
	rows = max(rows, 1)
	if math.IsNaN(low) || math.IsNaN(high) || math.IsInf(low, 0) || math.IsInf(high, 0) || low > high {
		low, high = 0, 1
	}
	if high-low < 1e-9*math.Max(1, math.Abs(high)) {
		low, high = low-.5, high+.5
	}
	raw := (high - low) / float64(rows)
	mag := math.Pow(10, math.Floor(math.Log10(raw)))
	for range 3 {
		for _, m := range []float64{1, 2, 2.5, 5} {
			step := m * mag
			from := min(math.Floor(low/step)*step, low) // rounding may lift it
			if step >= raw && from+float64(rows)*step >= high {
				return Scale{Low: from, High: from + float64(rows)*step, Step: step}
			}
		}
		mag *= 10
	}
	return Scale{Low: low, High: high, Step: raw}
}

// extent returns the lowest and highest value of the series of one unit, in that unit, with those of its limits that lie
// within half a span of it; ok is false when nothing is known.
func (m *Model) extent(u twin.Unit) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	for i := range m.Series {
		s := &m.Series[i]
		if s.Unit.Symbol != u.Symbol || s.Unit.Dimension != u.Dimension {
			continue
		}
		for _, c := range s.Columns {
			if c.Count > 0 {
				take(s.Unit.FromSI(c.Min))
				take(s.Unit.FromSI(c.Max))
			}
		}
		if before, ok := s.held(0); ok {
			take(s.Unit.FromSI(before))
		}
		for _, vs := range [][]float64{s.Median, s.Low, s.High} {
			for _, v := range vs {
				take(s.Unit.FromSI(v))
			}
		}
	}
	if low > high {
		return 0, 1, false
	}
	span := high - low
	for _, l := range m.Limits {
		v := u.FromSI(l.Value)
		if own := m.units()[max(axisOf(m.units(), l.Unit), 0)]; own.Symbol == u.Symbol && own.Dimension == u.Dimension && v > low-span/2 && v < high+span/2 {
			take(v)
		}
	}
	return low, high, true
}
