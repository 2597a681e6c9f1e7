package timeline

import (
	"image"
	"slices"
	"strconv"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Rows of the strip, in Dp.
const (
	barTop    = 50 // density and forecast
	barBottom = 74
	laneY     = 90 // the second scenario; it and what follows are moved down by the lanes of states
	axisY     = 104
	height    = 132
	flagY     = 38 // bookmarks
)

// Draw paints a model over the whole image, without the buttons. scale is device pixels per Dp.
func Draw(img *image.RGBA, m *Model, scale float32) {
	pen := theme.NewPen(img, scale)
	w, h := pen.Size()
	pen.Fill(0, 0, w, h, theme.Color(theme.Panel))
	ax := m.axis(img.Rect.Dx(), scale)
	if ax.X1-ax.X0 < 40 || !m.To.After(m.From) {
		return
	}
	d := &drawing{Model: m, pen: pen, x: func(t time.Time) float32 { return float32(ax.X(t)) / scale },
		left: chart.MarginLeft, right: float32(ax.X1) / scale, scale: scale, laneY: laneY + m.shiftStates(), axisY: axisY + m.shift()}
	d.axis(ax)
	d.labels()
	pen.Clip(d.left, 0, d.right-d.left, h)
	d.loop()
	d.density()
	d.loaded()
	d.states()
	d.forecast()
	d.failures()
	d.other()
	d.further()
	d.marks()
	d.bookmarks()
	d.now()
	pen.Unclip()
	d.cursor()
}

type drawing struct {
	*Model
	pen         *theme.Pen
	x           func(time.Time) float32 // Dp
	left, right float32
	scale       float32

	laneY, axisY float32
}

func (d *drawing) axis(ax chart.Axis) {
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	d.pen.HLine(d.left, d.axisY, d.right-d.left, theme.Color(theme.Line))
	for _, t := range ax.Ticks(zone, float64(64*d.scale)) {
		x := d.x(t.At)
		d.pen.VLine(x, d.axisY, 5, theme.Color(theme.Line))
		d.pen.TextCenter(x, d.axisY+18, t.Label, theme.FontSmall, theme.Color(theme.Text3))
	}
}

// density draws how much was recorded; where nothing was, a hatch says so.
func (d *drawing) density() {
	if len(d.Density) == 0 || d.First.IsZero() {
		return
	}
	const bar, gap = 4, 2 // Dp
	grey := theme.WithAlpha(theme.Color(theme.Text3), .55)
	first, now := d.x(d.First), d.x(d.Now)
	for x := d.left; x < min(now, d.right); x += bar + gap {
		i0 := int((x - d.left) * d.scale)
		i1 := min(int((x-d.left+bar+gap)*d.scale), len(d.Density))
		if i0 >= i1 {
			break
		}
		var v float32
		for _, c := range d.Density[i0:i1] {
			v = max(v, c)
		}
		if v > 0 {
			h := 4 + v*(barBottom-barTop-6)
			d.pen.Fill(x, barBottom-h, bar, h, grey)
		} else if x+bar > first && x+bar+gap < now {
			d.pen.Hatch(x, barBottom-10, bar+gap, 10, 5, 1, grey)
		}
	}
}

// loaded draws a thin line under what of the past is in memory.
func (d *drawing) loaded() {
	c := theme.WithAlpha(theme.Color(theme.Accent), .8)
	for _, l := range d.Loaded {
		x0, x1 := max(d.left, d.x(l.From)), min(d.right, d.x(l.To))
		if x1-x0 >= 3 { // less would look like dust
			d.pen.Fill(x0, barBottom+1, x1-x0, 2, c)
		}
	}
}

func (d *drawing) forecast() {
	if d.Base.From.IsZero() {
		return
	}
	x0, x1 := d.x(d.Base.From), d.x(d.Base.To)
	c := theme.Color(theme.Predicted)
	d.pen.Fill(x0, barTop, x1-x0, barBottom-barTop, theme.WithAlpha(c, .2))
	d.pen.Clip(max(x0, d.left), 0, min(x1, d.right)-max(x0, d.left), barBottom)
	d.pen.Text(max(x0, d.left)+8, barTop+16, d.Base.Label, theme.FontSmall, theme.Color(theme.Forecast))
	d.pen.Clip(d.left, 0, d.right-d.left, height+d.shift())
}

// failures draws a diamond at the median and a bar over the interval; an open interval fades out to the right.
func (d *drawing) failures() {
	c := theme.Color(theme.Predicted)
	for i, f := range d.Failures {
		y := float32(barTop+19) - float32(i%2)*8
		low, high := d.x(f.Low), d.x(f.High)
		if f.Low.IsZero() {
			continue // less than a tenth of the members fail: no mark
		}
		if f.High.IsZero() {
			high = d.x(d.Base.To)
			d.pen.Hatch(low, y, high-low, 5, 5, 1.5, c)
		} else {
			d.pen.Fill(low, y, high-low, 5, theme.WithAlpha(c, .7))
		}
		label := low
		if !f.Median.IsZero() {
			x := d.x(f.Median)
			d.pen.Icon(theme.IconDiamond, x, barTop+3, 16, c)
			label = x
		}
		w := d.pen.Measure(f.Label, theme.FontSmall)
		x := min(label-w/2, d.right-w-4)
		d.pen.Text(max(x, d.left+4), barTop-9-float32(i%2)*11, f.Label, theme.FontSmall, theme.Color(theme.Forecast))
	}
}

func (d *drawing) other() {
	if d.Other.From.IsZero() {
		return
	}
	x0, x1 := d.x(d.Other.From), d.x(d.Other.To)
	c := theme.Color(theme.ScenarioB)
	d.pen.Line(x0, barBottom, x0+12, d.laneY, 2, c)
	d.pen.Dashed(x0+12, d.laneY, x1, d.laneY, 2, 6, 4, c)
	d.pen.Text(max(x0+18, d.left+4), d.laneY-4, d.Other.Label, theme.FontSmall, theme.Color(theme.ScenarioT))
}

// marks draws the events, the most urgent first; one that would lie on another is left out and found by zooming in.
func (d *drawing) marks() {
	const apart = 9 // Dp
	var taken []float32
	for rank := twin.Priority(1); rank <= twin.Low+1; rank++ {
		for _, m := range d.Marks {
			x := d.x(m.At)
			if m.Priority != rank && !(m.Priority == 0 && rank > twin.Low) || x < d.left-apart || x > d.right+apart {
				continue
			}
			if slices.ContainsFunc(taken, func(t float32) bool { return t-x < apart && x-t < apart }) {
				continue
			}
			taken = append(taken, x)
			switch {
			case m.Priority > 0:
				d.pen.Alarm(x, barTop-1, 11, m.Priority, theme.AlarmAcknowledged)
			case m.Kind == twin.CommandEvent:
				d.pen.Icon(theme.IconPlus, x, barTop-1, 12, theme.Color(theme.Text2))
			default:
				d.pen.VLine(x, barTop-6, 8, theme.Color(theme.Text3))
			}
		}
	}
}

// bookmarks draws a flag for each, with its name where that fits before the next.
func (d *drawing) bookmarks() {
	c := theme.Color(theme.Accent)
	for i, b := range d.Bookmarks {
		x := d.x(b.At)
		d.pen.VLine(x, flagY, barTop-flagY+4, c)
		d.pen.Polygon(c, theme.Point{X: x, Y: flagY}, theme.Point{X: x + 8, Y: flagY + 3}, theme.Point{X: x, Y: flagY + 6})
		room := d.right - x
		if i+1 < len(d.Bookmarks) {
			room = d.x(d.Bookmarks[i+1].At) - x
		}
		if d.pen.Measure(b.Name, theme.FontSmall) < min(room-16, 140) {
			d.pen.Text(x+11, flagY+7, b.Name, theme.FontSmall, theme.Color(theme.Text2))
		}
	}
}

// loop marks the span that play repeats by a bracket under the axis.
func (d *drawing) loop() {
	if !d.LoopTo.After(d.LoopFrom) {
		return
	}
	c := theme.Color(theme.Accent)
	x0, x1 := d.x(d.LoopFrom), d.x(d.LoopTo)
	d.pen.Fill(x0, d.axisY-2, x1-x0, 2, c)
	d.pen.Fill(x0, d.axisY-6, 2, 6, c)
	d.pen.Fill(x1-2, d.axisY-6, 2, 6, c)
}

func (d *drawing) now() {
	x := d.x(d.Now)
	d.pen.Fill(x-1, barTop-10, 2, d.axisY-barTop+10, theme.Color(theme.Text2))
}

func (d *drawing) cursor() {
	x := d.x(d.Cursor)
	c := theme.Color(theme.Accent)
	if x < d.left || x > d.right {
		// Off the span: an arrow at the edge says where the cursor is.
		edge, icon := d.left+6, theme.IconBack
		if x > d.right {
			edge, icon = d.right-6, theme.IconForward
		}
		d.pen.Icon(icon, edge, d.axisY, 12, c)
		return
	}
	d.pen.Fill(x-1, 0, 2, d.axisY, c)
	d.pen.Polygon(c, theme.Point{X: x - 7, Y: d.axisY}, theme.Point{X: x + 7, Y: d.axisY}, theme.Point{X: x, Y: d.axisY - 9})
}

// speedText words a speed: "1×", "−10×", "1/4×".
func speedText(v float64) string {
	switch {
	case v == 0:
		return "0×"
	case v > -1 && v < 1:
		return "1/" + strconv.FormatFloat(1/v, 'f', 0, 64) + "×"
	case v < 0:
		return "−" + strconv.FormatFloat(-v, 'f', -1, 64) + "×"
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + "×"
}
