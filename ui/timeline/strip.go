package timeline

import (
	"fmt"
	"image"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Strip is the widget of the timeline. It repaints only when it was given something new or the pointer moves over it.
type Strip struct {
	widget.BaseWidget

	OnDrag   func(t time.Time)         // the cursor is in the user's hand
	OnDrop   func()                    // and let go
	OnJump   func(t time.Time)         // a mark was clicked
	OnSpan   func(from, to time.Time)  // another span is wanted
	OnAction func(a Action, back bool) // a button was pressed; back with the secondary one

	model  *Model
	image  *canvas.Raster
	tip    *canvas.Raster
	text   string
	hover  Action
	held   desktop.MouseButton // pressed on the axis, 0 when none
	moved  bool
	last   fyne.Position
	tapped time.Time
	scale  float32
	width  int
}

var (
	_ desktop.Hoverable = (*Strip)(nil)
	_ desktop.Mouseable = (*Strip)(nil)
	_ fyne.Draggable    = (*Strip)(nil)
	_ fyne.Scrollable   = (*Strip)(nil)
)

// NewStrip returns an empty strip.
func NewStrip() *Strip {
	s := &Strip{model: &Model{}, scale: 1}
	s.image = canvas.NewRaster(s.paint)
	s.tip = canvas.NewRaster(s.paintTip)
	s.tip.Hide()
	s.ExtendBaseWidget(s)
	return s
}

// Set shows another model, which belongs to the strip from now on.
func (s *Strip) Set(m *Model) {
	s.model = m
	s.image.Refresh()
}

// Columns returns how many entries Model.Density should have: the pixels of the axis.
func (s *Strip) Columns() int { return chart.PlotColumns(s.width, s.scale) }

// X returns where a moment stands, in Dp from the left of the strip.
func (s *Strip) X(t time.Time) float32 { return float32(s.axis().X(t)) }

// Button returns the place of a button in the strip, in Dp; false when there is no such button.
func (s *Strip) Button(a Action) (pos fyne.Position, size fyne.Size, ok bool) {
	for _, b := range buttons(s.Size().Width) {
		if b.action == a {
			return fyne.NewPos(b.x, b.y), fyne.NewSize(b.w, b.h), true
		}
	}
	return
}

// SpanOf returns the span that a span button asks for.
func SpanOf(a Action, first, now, horizon time.Time) (from, to time.Time) {
	d := spans[a].past
	if a == SpanAll || d == 0 {
		from, to = first, horizon
		if first.IsZero() {
			from = now.Add(-time.Hour)
		}
		if !to.After(now) {
			to = now.Add(now.Sub(from) / 20)
		}
		pad := to.Sub(from) / 100
		return from.Add(-pad), to.Add(pad)
	}
	return now.Add(-d), now.Add(d)
}

// CreateRenderer implements fyne.Widget.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer { return &stripRenderer{s} }

// MouseDown implements desktop.Mouseable.
func (s *Strip) MouseDown(e *desktop.MouseEvent) {
	for _, b := range buttons(s.Size().Width) {
		if b.hit(e.Position.X, e.Position.Y) {
			if s.OnAction != nil {
				s.OnAction(b.action, e.Button == desktop.MouseButtonSecondary)
			}
			return
		}
	}
	if e.Position.Y < barTop-16 {
		return
	}
	s.held, s.moved, s.last = e.Button, false, e.Position
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	if time.Since(s.tapped) < 300*time.Millisecond {
		s.tapped = time.Time{}
		if s.OnAction != nil {
			s.OnAction(SpanAll, false)
		}
		return
	}
	s.tapped = time.Now()
	if at, _, ok := s.markAt(e.Position); ok {
		s.held = 0
		if s.OnJump != nil {
			s.OnJump(at)
		}
		return
	}
	s.drag(e.Position.X)
}

// MouseUp implements desktop.Mouseable.
func (s *Strip) MouseUp(*desktop.MouseEvent) { s.release() }

// Dragged implements fyne.Draggable.
func (s *Strip) Dragged(e *fyne.DragEvent) {
	s.moved = true
	switch s.held {
	case desktop.MouseButtonPrimary:
		s.drag(e.Position.X)
	case desktop.MouseButtonTertiary, desktop.MouseButtonSecondary:
		a := s.axis().Pan(float64(e.Dragged.DX))
		if s.OnSpan != nil {
			s.OnSpan(a.From, a.To)
		}
	}
}

// DragEnd implements fyne.Draggable.
func (s *Strip) DragEnd() { s.release() }

func (s *Strip) release() {
	if s.held == desktop.MouseButtonPrimary && s.OnDrop != nil {
		s.OnDrop()
	}
	s.held = 0
}

func (s *Strip) drag(x float32) {
	if s.OnDrag != nil && s.model.To.After(s.model.From) {
		s.OnDrag(s.axis().T(float64(x)))
	}
}

// Scrolled implements fyne.Scrollable.
func (s *Strip) Scrolled(e *fyne.ScrollEvent) {
	if s.OnSpan == nil || !s.model.To.After(s.model.From) {
		return
	}
	a := s.axis().Zoom(float64(e.Position.X), math.Pow(1.0015, -float64(e.Scrolled.DY)))
	s.OnSpan(a.From, a.To)
}

// MouseIn implements desktop.Hoverable.
func (s *Strip) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (s *Strip) MouseMoved(e *desktop.MouseEvent) {
	hover, text := Action(""), ""
	for _, b := range buttons(s.Size().Width) {
		if b.hit(e.Position.X, e.Position.Y) {
			hover, text = b.action, b.tip
		}
	}
	if hover == "" && e.Position.Y >= barTop-16 && s.model.To.After(s.model.From) {
		if _, mark, ok := s.markAt(e.Position); ok {
			text = mark
		} else if x := float64(e.Position.X); x >= chart.MarginLeft && x <= s.axis().X1 {
			text = s.when(s.axis().T(x))
		}
	}
	if hover != s.hover {
		s.hover = hover
		s.image.Refresh()
	}
	s.showTip(text, e.Position)
}

// MouseOut implements desktop.Hoverable.
func (s *Strip) MouseOut() {
	if s.hover != "" {
		s.hover = ""
		s.image.Refresh()
	}
	s.showTip("", fyne.Position{})
}

func (s *Strip) showTip(text string, at fyne.Position) {
	if text == "" {
		s.text = ""
		s.tip.Hide()
		return
	}
	w := theme.Measure(text, theme.FontSmall, s.scale) + 16
	x := min(max(at.X-w/2, 4), max(s.Size().Width-w-4, 4))
	s.tip.Move(fyne.NewPos(x, max(at.Y-30, 2)))
	s.tip.Resize(fyne.NewSize(w, 22))
	s.tip.Show()
	if text != s.text {
		s.text = text
		s.tip.Refresh()
	}
}

// when words a moment and its distance from now.
func (s *Strip) when(t time.Time) string {
	zone := s.model.Zone
	if zone == nil {
		zone = time.UTC
	}
	d := t.Sub(s.model.Now)
	return t.In(zone).Format("Mon 2 Jan 2006 15:04:05") + "  ·  " + Offset(d)
}

// Offset words a distance from now: "+6 d 04:10", "−00:12:30", "now".
func Offset(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "−", -d
	}
	if d < 500*time.Millisecond {
		return "now"
	}
	d = d.Round(time.Second)
	days := int(d / (24 * time.Hour))
	h, m, sec := int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60
	if days > 0 {
		return fmt.Sprintf("%s%d d %02d:%02d", sign, days, h, m)
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, h, m, sec)
}

// markAt finds the mark under the pointer: a failure or an event.
func (s *Strip) markAt(p fyne.Position) (time.Time, string, bool) {
	if p.Y > barBottom {
		return time.Time{}, "", false
	}
	const reach = 7
	for _, f := range s.model.Failures {
		if !f.Median.IsZero() && math.Abs(float64(s.X(f.Median)-p.X)) < reach {
			return f.Median, f.Label + ", median " + s.when(f.Median), true
		}
	}
	if p.Y > barTop+8 {
		return time.Time{}, "", false
	}
	for i := len(s.model.Marks) - 1; i >= 0; i-- {
		if m := s.model.Marks[i]; math.Abs(float64(s.X(m.At)-p.X)) < reach {
			return m.At, m.Text + ", " + s.when(m.At), true
		}
	}
	return time.Time{}, "", false
}

func (s *Strip) axis() chart.Axis {
	return chart.Axis{From: s.model.From, To: s.model.To, X0: chart.MarginLeft, X1: float64(s.Size().Width) - chart.MarginRight}
}

func (s *Strip) paint(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	size := s.Size()
	if size.Width > 0 {
		s.scale = float32(w) / size.Width
	}
	s.width = w
	Draw(img, s.model, s.scale)
	drawButtons(theme.NewPen(img, s.scale), s.model, s.hover, size.Width)
	return img
}

func (s *Strip) paintTip(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	pen := theme.NewPen(img, s.scale)
	wd, hd := pen.Size()
	pen.Fill(0, 0, wd, hd, theme.Color(theme.Field))
	pen.Border(0, 0, wd, hd, 1, theme.Color(theme.Line))
	pen.TextFit(8, 15, wd-10, s.text, theme.FontSmall, theme.Color(theme.Text))
	return img
}

type stripRenderer struct{ s *Strip }

func (r *stripRenderer) Layout(size fyne.Size) { r.s.image.Resize(size) }
func (r *stripRenderer) MinSize() fyne.Size    { return fyne.NewSize(520, height) }
func (r *stripRenderer) Refresh()              { r.s.image.Refresh() }
func (r *stripRenderer) Destroy()              {}
func (r *stripRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.image, r.s.tip}
}
