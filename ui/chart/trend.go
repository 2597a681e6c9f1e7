package chart

import (
	"image"
	"image/color"
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

// Trend is the widget that shows a Model. Dragging in it moves the cursor of the timeline, with Shift it selects a span;
// the wheel zooms the time axis around the pointer and pans with Shift, as a middle or right drag does; hovering reads
// the values off at that moment; a click on an event goes to it. It repaints only when it was given something new.
type Trend struct {
	widget.BaseWidget

	OnSeek  func(t time.Time)        // the user drags the cursor here
	OnDone  func()                   // the drag ends
	OnZoom  func(from, to time.Time) // the user asks for another span
	OnSpan  func(from, to time.Time) // the user selected a span; two equal times: none
	OnStory func(e Event)            // an event was clicked

	model    *Model
	image    *canvas.Raster
	readout  *canvas.Raster
	told     string  // of the event under the pointer
	hoverX   float32 // Dp, negative when the pointer is elsewhere
	width    int     // pixels of the last paint
	scale    float32
	pan      bool
	spanning bool      // Shift+drag
	anchor   time.Time // where it began
}

var (
	_ desktop.Hoverable = (*Trend)(nil)
	_ desktop.Mouseable = (*Trend)(nil)
	_ fyne.Draggable    = (*Trend)(nil)
	_ fyne.Scrollable   = (*Trend)(nil)
)

// NewTrend returns an empty trend.
func NewTrend() *Trend {
	t := &Trend{model: &Model{}, hoverX: -1, scale: 1}
	t.image = canvas.NewRaster(t.paint)
	t.readout = canvas.NewRaster(t.paintReadout)
	t.readout.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// Set shows another model, which belongs to the trend from now on.
func (t *Trend) Set(m *Model) {
	t.model = m
	t.image.Refresh()
	if t.hoverX >= 0 {
		t.readout.Refresh()
	}
}

// Model returns what is shown. Do not change it.
func (t *Trend) Model() *Model { return t.model }

// Columns returns how many columns the series of the next model should have: the pixels of the plot.
func (t *Trend) Columns() int { return PlotColumns(t.width, t.scale) }

// CreateRenderer implements fyne.Widget.
func (t *Trend) CreateRenderer() fyne.WidgetRenderer { return &trendRenderer{t} }

// Dragged implements fyne.Draggable.
func (t *Trend) Dragged(e *fyne.DragEvent) {
	t.MouseOut() // what is read off stands still while the hand moves
	if t.pan {
		a := t.axisDp().Pan(float64(e.Dragged.DX))
		if t.OnZoom != nil {
			t.OnZoom(a.From, a.To)
		}
		return
	}
	if t.spanning {
		t.spread(e.Position.X)
		return
	}
	t.seek(e.Position.X)
}

// DragEnd implements fyne.Draggable.
func (t *Trend) DragEnd() {
	if !t.pan && !t.spanning && t.OnDone != nil {
		t.OnDone()
	}
}

// MouseDown implements desktop.Mouseable: the primary button moves the cursor, selects a span with Shift, and opens an
// event; the others pan.
func (t *Trend) MouseDown(e *desktop.MouseEvent) {
	t.pan = e.Button != desktop.MouseButtonPrimary
	t.spanning = !t.pan && e.Modifier&fyne.KeyModifierShift != 0 && t.model.Figure == nil && t.OnSpan != nil
	switch {
	case t.pan:
	case t.spanning:
		t.anchor = t.axisDp().T(float64(e.Position.X))
		t.OnSpan(t.anchor, t.anchor)
	default:
		if ev, ok := t.model.eventAt(t.axisDp(), e.Position.X, e.Position.Y); ok && t.OnStory != nil {
			t.OnStory(ev)
			return
		}
		t.seek(e.Position.X)
	}
}

// spread tells of the span from where the drag began.
func (t *Trend) spread(x float32) {
	a := t.axisDp()
	from, to := t.anchor, a.T(min(max(float64(x), a.X0), a.X1))
	if to.Before(from) {
		from, to = to, from
	}
	t.OnSpan(from, to)
}

// MouseUp implements desktop.Mouseable.
func (t *Trend) MouseUp(*desktop.MouseEvent) { t.DragEnd() }

// Scrolled implements fyne.Scrollable.
func (t *Trend) Scrolled(e *fyne.ScrollEvent) {
	if t.OnZoom == nil || t.model.Figure != nil || !t.model.To.After(t.model.From) {
		return
	}
	if e.Scrolled.DX != 0 { // Shift and the wheel, or a touchpad
		a := t.axisDp().Pan(float64(e.Scrolled.DX) * 2)
		t.OnZoom(a.From, a.To)
	}
	if e.Scrolled.DY == 0 {
		return
	}
	a := t.axisDp().Zoom(float64(e.Position.X), math.Pow(1.0015, -float64(e.Scrolled.DY)))
	t.OnZoom(a.From, a.To)
}

// MouseIn implements desktop.Hoverable.
func (t *Trend) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (t *Trend) MouseMoved(e *desktop.MouseEvent) {
	t.hoverX, t.told = e.Position.X, ""
	if ev, ok := t.model.eventAt(t.axisDp(), e.Position.X, e.Position.Y); ok {
		t.told = ev.Text
	}
	if i := t.column(); i < 0 {
		t.readout.Hide()
		return
	}
	w := t.readoutWidth()
	x := t.hoverX + 14
	if x+w > t.Size().Width {
		x = t.hoverX - 14 - w
	}
	t.readout.Move(fyne.NewPos(x, marginTop))
	t.readout.Resize(fyne.NewSize(w, t.readoutHeight()))
	t.readout.Show()
	t.readout.Refresh()
}

// readoutWidth is the room of the longest name with its value, within bounds, Dp.
func (t *Trend) readoutWidth() float32 {
	wide := float32(0)
	for i := range t.model.Series {
		s := &t.model.Series[i]
		wide = max(wide, theme.Measure(s.Name, theme.FontSmall, t.scale)+theme.Measure(s.readAt(s.filled(t.column())), theme.FontSmall, t.scale))
	}
	return min(max(wide+46, 200), 420)
}

func (t *Trend) readoutHeight() float32 {
	h := 24 + 18*float32(len(t.model.Series))
	if t.told != "" {
		h += 18
	}
	return h
}

// MouseOut implements desktop.Hoverable.
func (t *Trend) MouseOut() {
	t.hoverX = -1
	t.readout.Hide()
}

func (t *Trend) axisDp() Axis {
	return Axis{From: t.model.From, To: t.model.To, X0: MarginLeft, X1: float64(t.Size().Width) - MarginRight}
}

func (t *Trend) seek(x float32) {
	if t.OnSeek != nil && t.model.Figure == nil && t.model.To.After(t.model.From) {
		t.OnSeek(t.axisDp().T(float64(x)))
	}
}

// column returns the pixel column under the pointer, or −1.
func (t *Trend) column() int {
	a := t.axisDp()
	if t.model.Figure != nil || t.hoverX < 0 || float64(t.hoverX) < a.X0 || float64(t.hoverX) >= a.X1 || len(t.model.Series) == 0 {
		return -1
	}
	return int((float64(t.hoverX) - a.X0) * float64(t.scale))
}

func (t *Trend) paint(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if s := t.Size(); s.Width > 0 {
		t.scale = float32(w) / s.Width
	}
	t.width = w
	Draw(img, t.model, t.scale)
	return img
}

func (t *Trend) paintReadout(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	pen := theme.NewPen(img, t.scale)
	wd, hd := pen.Size()
	pen.Fill(0, 0, wd, hd, theme.Color(theme.Field))
	pen.Border(0, 0, wd, hd, 1, theme.Color(theme.Line))
	i := t.column()
	if i < 0 {
		return img
	}
	pen.Text(8, 16, t.axisDp().T(float64(t.hoverX)).In(t.model.zone()).Format("Mon 2 Jan 15:04:05"), theme.FontSmall, theme.Color(theme.Text2))
	if t.told != "" {
		pen.TextFit(8, 34+18*float32(len(t.model.Series)), wd-16, t.told, theme.FontSmallBold, theme.Color(theme.Text))
	}
	for n := range t.model.Series {
		s := &t.model.Series[n]
		y := 34 + 18*float32(n)
		pen.Fill(8, y-8, 8, 8, s.Colour)
		begin := pen.TextRight(wd-8, y, s.readAt(s.filled(i)), theme.FontSmall, theme.Color(theme.Text))
		pen.TextFit(22, y, begin-30, s.Name, theme.FontSmall, theme.Color(theme.Text2))
	}
	return img
}

// state names a value of a signal with states.
func (s *Series) state(v float64) string {
	if i := int(math.Round(v)); i >= 0 && i < len(s.States) {
		return s.States[i]
	}
	return "–"
}

// readAt words what a series says in one column.
func (s *Series) readAt(i int) string {
	unit := ""
	if s.Unit.Symbol != "" {
		unit = theme.ThinSpace + s.Unit.Symbol
	}
	f := func(si float64) string { return s.Unit.Format(si, s.Decimals) }
	switch {
	case i >= 0 && i < len(s.Columns) && s.Columns[i].Count > 0:
		c := s.Columns[i]
		if s.States != nil {
			return s.state(c.Last)
		}
		if lo, hi := f(c.Min), f(c.Max); lo != hi {
			return strings.Join([]string{lo, "…", hi, unit}, "")
		}
		return f(c.Mean) + unit
	case i >= 0 && i < len(s.Median) && !math.IsNaN(s.Median[i]):
		if i < len(s.Low) && i < len(s.High) {
			return f(s.Median[i]) + " (" + f(s.Low[i]) + "…" + f(s.High[i]) + ")" + unit
		}
		return f(s.Median[i]) + unit
	}
	if before, ok := s.held(i); ok {
		if s.States != nil {
			return s.state(before)
		}
		return f(before) + unit
	}
	return "–"
}

type trendRenderer struct{ t *Trend }

func (r *trendRenderer) Layout(s fyne.Size) { r.t.image.Resize(s) }
func (r *trendRenderer) MinSize() fyne.Size { return fyne.NewSize(300, 96) }
func (r *trendRenderer) Refresh()           { r.t.image.Refresh() }
func (r *trendRenderer) Destroy()           {}
func (r *trendRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.image, r.t.readout}
}

// ColourOf returns the colour in which the i-th measured signal of a trend is drawn: the first is the text itself.
func ColourOf(i int) color.NRGBA {
	if i == 0 {
		return theme.Color(theme.Text)
	}
	return theme.Series(i - 1)
}
