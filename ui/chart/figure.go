package chart

import (
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/ui/theme"
)

// FigureKind says what a Figure shows.
type FigureKind uint8

// The kinds.
const (
	Bars  FigureKind = iota // a histogram: Y[i] over X[i]…X[i]+Width
	Lines                   // a spectrum: a line through X, Y
	Dots                    // one signal against another
)

// MaxDots bounds the points of a Figure that are drawn.
const MaxDots = 1 << 17

// Figure is a plot without a time axis. Its numbers are in the units of its labels, not in SI.
type Figure struct {
	Kind           FigureKind
	Sets           []Set
	Width          float64 // of a bar
	XLabel, YLabel string
	Log            bool // both axes are logarithmic, over what is positive; not for Bars
}

// Set is one line, cloud or histogram of a Figure. X and Y are of one length; X rises for Bars and Lines.
type Set struct {
	Name   string
	X, Y   []float64
	At     []int64 // of Dots: when, ns since the Unix epoch, rising; nil when that is not known
	Colour color.NRGBA
}

// len is how many points are drawn.
func (s *Set) len() int { return min(len(s.X), len(s.Y), MaxDots) }

// mark is the point at the cursor: the last one not after it.
func (s *Set) mark(cursor time.Time) (x, y float64, ok bool) {
	if cursor.IsZero() || len(s.At) < s.len() || s.len() == 0 {
		return 0, 0, false
	}
	at, n := cursor.UnixNano(), s.len()
	if at < s.At[0] || at > s.At[n-1]+int64(time.Minute) {
		return 0, 0, false
	}
	i, found := slices.BinarySearch(s.At[:n], at)
	if !found {
		i--
	}
	return s.X[i], s.Y[i], number(s.X[i]) && number(s.Y[i])
}

// NewHistogram is the figure of a histogram of SI values, shown through convert.
func NewHistogram(b Bins, convert func(si float64) float64, label string, c color.NRGBA) *Figure {
	set := Set{Colour: c}
	for i, n := range b.Count {
		set.X = append(set.X, convert(b.Low+float64(i)*b.Width))
		set.Y = append(set.Y, float64(n))
	}
	return &Figure{Kind: Bars, Sets: []Set{set}, XLabel: label, YLabel: "samples", Width: convert(b.Low+b.Width) - convert(b.Low)}
}

// scales chooses both axes; ok is false when there is nothing to draw.
func (f *Figure) scales(nx, ny int) (x, y Scale, ok bool) {
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for k := range f.Sets {
		s := &f.Sets[k]
		for i := range s.len() {
			if v, w := f.place(s.X[i]), f.place(s.Y[i]); number(v) && number(w) {
				lowX, highX = math.Min(lowX, v), math.Max(highX, v)
				lowY, highY = math.Min(lowY, w), math.Max(highY, w)
			}
		}
	}
	if lowX > highX {
		return x, y, false
	}
	if f.Kind == Bars {
		highX += f.Width
	}
	if f.Log {
		x, y = decadeScale(lowX, highX), decadeScale(math.Max(lowY, highY-logDecades), highY)
		if highX > x.Low {
			x.High = highX // the last decade ends where the values do
		}
		return x, y, true
	}
	if f.Kind != Dots {
		lowY = 0
	}
	return NiceScale(lowX, highX, nx), NiceScale(lowY, highY, ny), true
}

// logDecades bounds how far below the highest value a logarithmic axis reaches: what lies deeper is noise of rounding.
const logDecades = 6

// place is where a value lies on an axis: its decimal logarithm on a logarithmic one.
func (f *Figure) place(v float64) float64 {
	if f.Log {
		return math.Log10(v) // NaN and −Inf are no numbers and left out
	}
	return v
}

// decadeScale holds whole decades, in exponents of ten.
func decadeScale(low, high float64) Scale {
	s := Scale{Low: math.Floor(low), High: math.Ceil(high), Step: 1}
	if s.High <= s.Low {
		s.High = s.Low + 1
	}
	return s
}

// mark words a place on an axis.
func (f *Figure) mark(at float64, s Scale) string {
	if !f.Log {
		return trimmed(at, decimals(s.Step))
	}
	if e := math.Round(at); e >= -3 && e <= 4 {
		return strconv.FormatFloat(math.Pow(10, e), 'f', -1, 64)
	}
	return "10" + superscript(int(math.Round(at)))
}

// superscript writes an exponent.
func superscript(n int) string {
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return '⁻'
		}
		return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0']
	}, strconv.Itoa(n))
}

func number(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// figure draws the figure in the room of the plot.
func (p *plot) figure() {
	f := p.Figure
	p.top += float64(figureDown * p.pen.Scale)
	sx, sy, ok := f.scales(int((p.axis.X1-p.axis.X0)/float64(90*p.pen.Scale)), int((p.bottom-p.top)/float64(26*p.pen.Scale)))
	w, h := p.pen.Size()
	if !ok {
		p.pen.TextCenter(w/2, h/2+4, p.Empty, theme.FontText, theme.Color(theme.Text2))
		return
	}
	x := func(at float64) float64 { return p.axis.X0 + (at-sx.Low)/(sx.High-sx.Low)*(p.axis.X1-p.axis.X0) }
	y := func(at float64) float64 { return p.bottom - (at-sy.Low)/(sy.High-sy.Low)*(p.bottom-p.top) }
	p.figureAxes(sx, sy, x, y)
	for i := range f.Sets {
		p.figureSet(&f.Sets[i], func(v float64) float64 { return x(f.place(v)) }, func(v float64) float64 { return min(y(f.place(v)), p.bottom) })
	}
}

func (p *plot) figureSet(s *Set, x, y func(float64) float64) {
	switch f := p.Figure; f.Kind {
	case Bars:
		for i := range s.len() {
			if v := s.Y[i]; number(v) && v > 0 {
				x0, x1 := p.dp(x(s.X[i])), p.dp(x(s.X[i]+f.Width))
				p.pen.Fill(x0+.5, p.dp(y(v)), max(x1-x0-1, 1), p.dp(p.bottom-y(v)), barInk(s.Colour))
			}
		}
	case Lines:
		p.figureLine(s, x, y)
	case Dots:
		for i := range s.len() {
			if number(s.X[i]) && number(s.Y[i]) {
				p.pen.Fill(p.dp(x(s.X[i]))-1, p.dp(y(s.Y[i]))-1, 2, 2, theme.WithAlpha(s.Colour, .5))
			}
		}
		if mx, my, ok := s.mark(p.Cursor); ok {
			p.pen.Ring(p.dp(x(mx)), p.dp(y(my)), 6, 2, theme.Color(theme.Accent))
		}
	}
}

// barInk is the colour of bars: as calm as if they were clear, but the grid does not show through.
func barInk(c color.NRGBA) color.NRGBA { return theme.Mix(theme.Color(theme.Panel), c, .75) }

// figureAxes draws both axes. The label of the lower one ends the row of its marks and takes the place of those that it
// would lie on; that of the left one stands above the plot.
func (p *plot) figureAxes(sx, sy Scale, x, y func(float64) float64) {
	left, right, base := p.dp(p.axis.X0), p.dp(p.axis.X1), p.dp(p.bottom)
	for v := sy.Low; v <= sy.High+sy.Step/2; v += sy.Step {
		p.pen.HLine(left, p.dp(y(v)), right-left, theme.WithAlpha(theme.Color(theme.Line), .6))
		p.pen.TextRight(MarginLeft-10, p.dp(y(v))+4, p.Figure.mark(v, sy), theme.FontSmall, theme.Color(theme.Text3))
	}
	w, _ := p.pen.Size()
	label := p.pen.TextRight(w-theme.Margin, base+16, p.Figure.XLabel, theme.FontSmall, theme.Color(theme.Text2))
	for v := sx.Low; v <= sx.High+sx.Step*1e-6; v += sx.Step {
		p.pen.VLine(p.dp(x(v)), base, 4, theme.Color(theme.Line))
		text := p.Figure.mark(v, sx)
		if p.dp(x(v))+p.pen.Measure(text, theme.FontSmall)/2+10 < label {
			p.pen.TextCenter(p.dp(x(v)), base+16, text, theme.FontSmall, theme.Color(theme.Text3))
		}
	}
	p.pen.Text(left+4, p.dp(p.top)-5, p.Figure.YLabel, theme.FontSmall, theme.Color(theme.Text2))
}

// figureDown is how much lower a figure begins than a plot over time: its label stands there, Dp.
const figureDown = 12

// figureLine draws the highest value of each pixel column: no line of a spectrum is lost between two pixels.
func (p *plot) figureLine(s *Set, x, y func(float64) float64) {
	ys := highest(s, x, y, p.axis)
	line(p.img, int(p.axis.X0), ys, theme.MeasuredWidth*float64(p.pen.Scale), 0, s.Colour)
}

// highest is the course of a set over the columns of an axis, by its highest value in each; columns between two points
// are bridged.
func highest(s *Set, x, y func(float64) float64, axis Axis) []float64 {
	n := int(axis.X1 - axis.X0)
	ys := make([]float64, n)
	for i := range ys {
		ys[i] = math.NaN()
	}
	last, lastY := -1, 0.0
	for i := range min(len(s.X), len(s.Y)) {
		if !number(s.X[i]) || !number(s.Y[i]) {
			continue
		}
		at, v := x(s.X[i]), y(s.Y[i])
		if !number(at) || !number(v) {
			continue
		}
		c := min(max(int(at-axis.X0), 0), n-1)
		if math.IsNaN(ys[c]) || v < ys[c] {
			ys[c] = v
		}
		for g := last + 1; last >= 0 && g < c; g++ {
			ys[g] = lastY + (v-lastY)*float64(g-last)/float64(c-last)
		}
		last, lastY = c, v
	}
	return ys
}

// trimmed is a number with at most so many decimals, with a real minus.
func trimmed(v float64, decimals int) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*1e9)/1e9+0, 'f', decimals, 64), "-", "−", 1)
}

// plain words a length of time in two units; a second of zero is left out.
func plain(a int, unitA string, b int, unitB string) string {
	text := strconv.Itoa(a) + " " + unitA
	if b > 0 {
		text += " " + strconv.Itoa(b) + " " + unitB
	}
	return text
}
