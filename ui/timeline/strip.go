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

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Strip is the widget of the timeline. It repaints only when it was given something new or the pointer moves over it.
type Strip struct {
	widget.BaseWidget

	OnDrag    func(t time.Time)         // the cursor is in the user's hand
	OnDrop    func()                    // and let go
	OnJump    func(t time.Time)         // a bookmark was clicked
	OnMark    func(m Mark)              // an event was clicked
	OnFailure func(f Failure)           // a predicted failure was clicked
	OnLane    func(l Lane)              // a further scenario was clicked
	OnHover   func(t time.Time)         // the pointer rests over a moment; zero: it has gone. Preview answers
	OnSpan    func(from, to time.Time)  // another span is wanted
	OnAction  func(a Action, back bool) // a button was pressed; back with the secondary one

	model  *Model
	over   time.Time // moment under the pointer, zero for none
	told   string    // about it: see Preview
	spot   fyne.Position
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

// Height returns how high the strip is, in Dp: it has a row for each lane of states.
func (s *Strip) Height() float32 { return height + s.model.shift() }

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
	s.hoverAt(time.Time{}, e.Position)
	s.showTip("", e.Position)
	if hit, ok := s.hitAt(e.Position); ok {
		s.held = 0
		hit.open()
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
		s.OnDrag(s.snap(x))
	}
}

// snap returns the moment at x: that of a mark or of now, when one is near and Shift is not held.
func (s *Strip) snap(x float32) time.Time {
	const reach = 4 // Dp
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
		return s.axis().T(float64(x))
	}
	best, near := s.axis().T(float64(x)), float64(reach)
	try := func(t time.Time) {
		if d := math.Abs(float64(s.X(t) - x)); d < near {
			best, near = t, d
		}
	}
	try(s.model.Now)
	for _, m := range s.model.Marks {
		try(m.At)
	}
	for _, b := range s.model.Bookmarks {
		try(b.At)
	}
	for _, f := range s.model.Failures {
		if !f.Median.IsZero() {
			try(f.Median)
		}
	}
	return best
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
	over := time.Time{}
	if hover == "" && e.Position.Y >= flagY && s.model.To.After(s.model.From) {
		if hit, ok := s.hitAt(e.Position); ok {
			text = hit.text
		} else if x := float64(e.Position.X); e.Position.Y >= barTop-8 && x >= chart.MarginLeft && x <= s.axis().X1 {
			over = s.axis().T(x)
			text = s.when(over)
			if state := s.model.stateAt(over, e.Position.Y); state != "" {
				text += "  ·  " + state
			}
		}
	}
	s.hoverAt(over, e.Position)
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
	s.hoverAt(time.Time{}, fyne.Position{})
	s.showTip("", fyne.Position{})
}

// hoverAt notes which moment the pointer is over and asks what to say of it.
func (s *Strip) hoverAt(t time.Time, at fyne.Position) {
	if t.Equal(s.over) {
		return
	}
	s.over, s.spot = t, at
	if s.OnHover != nil {
		s.OnHover(t)
	}
}

// Preview adds to the tooltip what stood at a moment, while the pointer is still there.
func (s *Strip) Preview(t time.Time, text string) {
	if t.IsZero() || !t.Equal(s.over) || s.held != 0 || text == "" {
		return
	}
	tip := s.when(t)
	if state := s.model.stateAt(t, s.spot.Y); state != "" {
		tip += "  ·  " + state
	}
	s.showTip(tip+"  ·  "+text, s.spot)
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

// hit is what lies under the pointer.
type hit struct {
	text string
	open func() // tells its story
}

// hitAt finds the mark under the pointer: a bookmark, a failure or an event, the nearest one and of those the most urgent.
func (s *Strip) hitAt(p fyne.Position) (hit, bool) {
	const reach = 7
	off := func(t time.Time) float64 { return math.Abs(float64(s.X(t) - p.X)) }
	if p.Y > barBottom {
		return s.laneAt(p)
	}
	if p.Y >= flagY-2 && p.Y < barTop-6 {
		for _, b := range s.model.Bookmarks {
			if x := s.X(b.At) - p.X; x > -10 && x < reach {
				return hit{b.Name + ", " + s.when(b.At), func() {
					if s.OnJump != nil {
						s.OnJump(b.At)
					}
				}}, true
			}
		}
	}
	if p.Y < barTop-16 {
		return hit{}, false
	}
	for _, f := range s.model.Failures {
		if !f.Median.IsZero() && off(f.Median) < reach {
			return hit{f.Label + ", median " + s.when(f.Median), func() {
				if s.OnFailure != nil {
					s.OnFailure(f)
				}
			}}, true
		}
	}
	if p.Y > barTop+8 {
		return hit{}, false
	}
	best, count := -1, 0
	for i := range s.model.Marks {
		if off(s.model.Marks[i].At) >= reach {
			continue
		}
		count++
		if best < 0 || urgency(s.model.Marks[i]) < urgency(s.model.Marks[best]) ||
			urgency(s.model.Marks[i]) == urgency(s.model.Marks[best]) && off(s.model.Marks[i].At) < off(s.model.Marks[best].At) {
			best = i
		}
	}
	if best < 0 {
		return hit{}, false
	}
	m := s.model.Marks[best]
	text := m.Text + ", " + s.when(m.At)
	if count > 1 {
		text += fmt.Sprintf("  ·  %d more here: zoom in", count-1)
	}
	return hit{text, func() {
		if s.OnMark != nil {
			s.OnMark(m)
		}
	}}, true
}

// urgency orders marks: alarms by priority, then all else.
func urgency(m Mark) int {
	if m.Priority > 0 {
		return int(m.Priority)
	}
	return int(twin.Low) + 1
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
func (r *stripRenderer) MinSize() fyne.Size    { return fyne.NewSize(520, height+r.s.model.shift()) }
func (r *stripRenderer) Refresh()              { r.s.image.Refresh() }
func (r *stripRenderer) Destroy()              {}
func (r *stripRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.image, r.s.tip}
}
