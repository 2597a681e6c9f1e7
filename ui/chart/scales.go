package chart

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// scaled is one vertical axis: a scale in a unit. All axes of a plot have the same number of rows, so one grid serves all.
type scaled struct {
	Scale
	unit twin.Unit
	rows int
	ink  color.NRGBA // of its marks: the colour of its only series, else that of text
}

func (s *scaled) y(display, top, bottom float64) float64 {
	return bottom - (display-s.Low)/(s.High-s.Low)*(bottom-top)
}

// mark is the text of the i-th mark from below.
func (s *scaled) mark(i int) string {
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

// axisFor is the axis of a unit.
func (p *plot) axisFor(u twin.Unit) int {
	for i := range p.scales {
		if o := p.scales[i].unit; o.Symbol == u.Symbol && o.Dimension == u.Dimension {
			return i
		}
	}
	return 0
}

// scales chooses the vertical axes with about n rows; known is false when there is nothing to draw.
func (m *Model) scales(n int) (out []scaled, known bool) {
	for i, u := range m.units() {
		low, high, ok := m.extent(u, i == 0)
		known = known || ok
		s := scaled{unit: u, ink: m.inkOf(u)}
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

// inkOf is the colour of the only measured series with a unit, else that of axes.
func (m *Model) inkOf(u twin.Unit) color.NRGBA {
	n, ink := 0, theme.Color(theme.Text3)
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
			from := math.Floor(low/step) * step
			if step >= raw && from+float64(rows)*step >= high {
				return Scale{Low: from, High: from + float64(rows)*step, Step: step}
			}
		}
		mag *= 10
	}
	return Scale{Low: low, High: high, Step: raw}
}

// extent returns the lowest and highest value of the series of one unit, in that unit, and on the first axis the limits
// within half a span of it; ok is false when nothing is known.
func (m *Model) extent(u twin.Unit, first bool) (low, high float64, ok bool) {
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
		for _, vs := range [][]float64{s.Median, s.Low, s.High} {
			for _, v := range vs {
				take(s.Unit.FromSI(v))
			}
		}
	}
	if low > high {
		return 0, 1, false
	}
	if span := high - low; first {
		for _, l := range m.Limits {
			if v := m.Unit.FromSI(l.Value); v > low-span/2 && v < high+span/2 {
				take(v)
			}
		}
	}
	return low, high, true
}
