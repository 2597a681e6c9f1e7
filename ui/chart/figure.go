package chart

import (
	"image/color"
	"math"
	"strconv"
	"strings"

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

// Figure is a plot without a time axis. Its numbers are in the units of its labels, not in SI. X and Y are of one length;
// X rises for Bars and Lines.
type Figure struct {
	Kind           FigureKind
	X, Y           []float64
	Width          float64 // of a bar
	XLabel, YLabel string
	Colour         color.NRGBA
	MarkX, MarkY   float64 // of the cursor, for Dots; NaN for none
	HasMark        bool
}

// NewHistogram is the figure of a histogram of SI values, shown through convert.
func NewHistogram(b Bins, convert func(si float64) float64, label string, c color.NRGBA) *Figure {
	f := &Figure{Kind: Bars, XLabel: label, YLabel: "samples", Colour: c}
	for i, n := range b.Count {
		f.X = append(f.X, convert(b.Low+float64(i)*b.Width))
		f.Y = append(f.Y, float64(n))
	}
	f.Width = convert(b.Low+b.Width) - convert(b.Low)
	return f
}

// scales chooses both axes; ok is false when there is nothing to draw.
func (f *Figure) scales(nx, ny int) (x, y Scale, ok bool) {
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range min(len(f.X), len(f.Y), MaxDots) {
		if v, w := f.X[i], f.Y[i]; number(v) && number(w) {
			lowX, highX = math.Min(lowX, v), math.Max(highX, v)
			lowY, highY = math.Min(lowY, w), math.Max(highY, w)
		}
	}
	if lowX > highX {
		return x, y, false
	}
	if f.Kind == Bars {
		highX += f.Width
	}
	if f.Kind != Dots {
		lowY = 0
	}
	return NiceScale(lowX, highX, nx), NiceScale(lowY, highY, ny), true
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
	x := func(v float64) float64 { return p.axis.X0 + (v-sx.Low)/(sx.High-sx.Low)*(p.axis.X1-p.axis.X0) }
	y := func(v float64) float64 { return p.bottom - (v-sy.Low)/(sy.High-sy.Low)*(p.bottom-p.top) }
	p.figureAxes(sx, sy, x, y)
	switch f.Kind {
	case Bars:
		for i, v := range f.Y {
			if number(v) && v > 0 && i < len(f.X) {
				x0, x1 := p.dp(x(f.X[i])), p.dp(x(f.X[i]+f.Width))
				p.pen.Fill(x0+.5, p.dp(y(v)), max(x1-x0-1, 1), p.dp(p.bottom-y(v)), barInk(f.Colour))
			}
		}
	case Lines:
		p.figureLine(x, y)
	case Dots:
		for i := range min(len(f.X), len(f.Y), MaxDots) {
			if number(f.X[i]) && number(f.Y[i]) {
				p.pen.Fill(p.dp(x(f.X[i]))-1, p.dp(y(f.Y[i]))-1, 2, 2, theme.WithAlpha(f.Colour, .5))
			}
		}
		if f.HasMark && number(f.MarkX) && number(f.MarkY) {
			p.pen.Ring(p.dp(x(f.MarkX)), p.dp(y(f.MarkY)), 6, 2, theme.Color(theme.Accent))
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
		p.pen.TextRight(MarginLeft-10, p.dp(y(v))+4, trimmed(v, decimals(sy.Step)), theme.FontSmall, theme.Color(theme.Text3))
	}
	w, _ := p.pen.Size()
	label := p.pen.TextRight(w-theme.Margin, base+16, p.Figure.XLabel, theme.FontSmall, theme.Color(theme.Text2))
	for v := sx.Low; v <= sx.High+sx.Step/2; v += sx.Step {
		p.pen.VLine(p.dp(x(v)), base, 4, theme.Color(theme.Line))
		text := trimmed(v, decimals(sx.Step))
		if p.dp(x(v))+p.pen.Measure(text, theme.FontSmall)/2+10 < label {
			p.pen.TextCenter(p.dp(x(v)), base+16, text, theme.FontSmall, theme.Color(theme.Text3))
		}
	}
	p.pen.Text(left+4, p.dp(p.top)-5, p.Figure.YLabel, theme.FontSmall, theme.Color(theme.Text2))
}

// figureDown is how much lower a figure begins than a plot over time: its label stands there, Dp.
const figureDown = 12

// figureLine draws the highest value of each pixel column: no line of a spectrum is lost between two pixels.
func (p *plot) figureLine(x, y func(float64) float64) {
	f := p.Figure
	n := int(p.axis.X1 - p.axis.X0)
	ys := make([]float64, n)
	for i := range ys {
		ys[i] = math.NaN()
	}
	lastColumn, lastY := -1, 0.0
	for i := range min(len(f.X), len(f.Y)) {
		if !number(f.X[i]) || !number(f.Y[i]) {
			continue
		}
		c, v := min(max(int(x(f.X[i])-p.axis.X0), 0), n-1), y(f.Y[i])
		if math.IsNaN(ys[c]) || v < ys[c] {
			ys[c] = v
		}
		for g := lastColumn + 1; lastColumn >= 0 && g < c; g++ {
			ys[g] = lastY + (v-lastY)*float64(g-lastColumn)/float64(c-lastColumn)
		}
		lastColumn, lastY = c, v
	}
	line(p.img, int(p.axis.X0), ys, theme.MeasuredWidth*float64(p.pen.Scale), 0, f.Colour)
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
