package timeline

import (
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func model() *Model {
	d := make([]float32, 1000)
	for i := range d {
		if i < 300 || i > 320 {
			d[i] = 1
		}
	}
	return &Model{From: now.Add(-7 * 24 * time.Hour), To: now.Add(14 * 24 * time.Hour), First: now.Add(-7 * 24 * time.Hour), Now: now, Cursor: now,
		Density: d, Base: Lane{"A base", now, now.Add(14 * 24 * time.Hour)}, Other: Lane{"B derate", now.Add(-2 * time.Hour), now.Add(14 * 24 * time.Hour)},
		Marks:    []Mark{{At: now.Add(-48 * time.Hour), Kind: twin.AlarmEvent, Priority: twin.High, Text: "oil high"}, {At: now.Add(-time.Hour), Kind: twin.CommandEvent}},
		Failures: []Failure{{Asset: "farm/T03", Label: "gearbox fails", Median: now.Add(9 * 24 * time.Hour), Low: now.Add(6 * 24 * time.Hour), High: now.Add(12 * 24 * time.Hour)}}}
}

func strip(t *testing.T) *Strip {
	t.Helper()
	test.NewTempApp(t)
	s := NewStrip()
	w := test.NewWindow(s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1096, height))
	t.Cleanup(w.Close)
	s.Set(model())
	w.Canvas().Capture()
	return s
}

func at(x, y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(x, y)} }

func TestDragMovesTheCursorAndLettingGoIsTold(t *testing.T) {
	s := strip(t)
	var to time.Time
	drops := 0
	s.OnDrag, s.OnDrop = func(at time.Time) { to = at }, func() { drops++ }
	target := now.Add(-48*time.Hour - 30*time.Minute)
	s.MouseDown(&desktop.MouseEvent{PointEvent: at(s.X(now), 90), Button: desktop.MouseButtonPrimary})
	s.Dragged(&fyne.DragEvent{PointEvent: at(s.X(target), 90)})
	s.DragEnd()
	s.MouseUp(&desktop.MouseEvent{})
	if d := to.Sub(target); d.Abs() > time.Minute || drops != 1 {
		t.Errorf("dragged to %v, want %v; let go %d times", to, target, drops)
	}
}

func TestClicksOnMarksJumpThere(t *testing.T) {
	s := strip(t)
	var to time.Time
	s.OnJump = func(at time.Time) { to = at }
	for _, want := range []time.Time{now.Add(9 * 24 * time.Hour), now.Add(-48 * time.Hour)} {
		s.MouseDown(&desktop.MouseEvent{PointEvent: at(s.X(want)+3, barTop), Button: desktop.MouseButtonPrimary})
		s.MouseUp(&desktop.MouseEvent{})
		s.tapped = time.Time{}
		if !to.Equal(want) {
			t.Errorf("a click on the mark at %v went to %v", want, to)
		}
	}
}

func TestButtonsAreWhereTheyAreDrawn(t *testing.T) {
	s := strip(t)
	var got []Action
	s.OnAction = func(a Action, _ bool) { got = append(got, a) }
	want := []Action{StepBack, Toggle, StepOn, Speed, GoLive, Span1h, Span24h, Span7d, SpanAll}
	for _, a := range want {
		pos, size, ok := s.Button(a)
		if !ok {
			t.Fatalf("no button %s", a)
		}
		s.MouseDown(&desktop.MouseEvent{PointEvent: at(pos.X+size.Width/2, pos.Y+size.Height/2), Button: desktop.MouseButtonPrimary})
		s.MouseUp(&desktop.MouseEvent{})
	}
	if len(got) != len(want) {
		t.Fatalf("pressed %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("button %s answered %s", want[i], got[i])
		}
	}
}

func TestWheelKeepsTheTimeUnderThePointer(t *testing.T) {
	s := strip(t)
	x := float32(400)
	before := s.axis().T(float64(x))
	s.OnSpan = func(from, to time.Time) {
		m := model()
		m.From, m.To = from, to
		s.Set(m)
	}
	s.Scrolled(&fyne.ScrollEvent{PointEvent: at(x, 90), Scrolled: fyne.NewDelta(0, 200)})
	if d := s.axis().T(float64(x)).Sub(before); d.Abs() > time.Second {
		t.Errorf("the time under the pointer moved by %v", d)
	}
	if s.model.To.Sub(s.model.From) >= 21*24*time.Hour {
		t.Error("the wheel did not zoom in")
	}
}

func TestOffsetsAndSpans(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "now", 6*24*time.Hour + 4*time.Hour + 10*time.Minute: "+6 d 04:10", -(12*time.Minute + 30*time.Second): "−00:12:30"} {
		if got := Offset(d); got != want {
			t.Errorf("Offset(%v) = %q, want %q", d, got, want)
		}
	}
	from, to := SpanOf(SpanAll, now.Add(-time.Hour), now, now.Add(time.Hour))
	if !from.Before(now.Add(-time.Hour)) || !to.After(now.Add(time.Hour)) {
		t.Errorf("all is %v to %v", from, to)
	}
	if from, to := SpanOf(Span24h, time.Time{}, now, time.Time{}); to.Sub(from) != 48*time.Hour {
		t.Errorf("24 h shows %v", to.Sub(from))
	}
	for v, want := range map[float64]string{1: "1×", -10: "−10×", .25: "1/4×", 2.5: "2.5×"} {
		if got := speedText(v); got != want {
			t.Errorf("speed %g is worded %q, want %q", v, got, want)
		}
	}
}

// The predicted part of the strip has the colour of predictions, the recorded one has not.
func TestPastAndFutureLookDifferent(t *testing.T) {
	theme.SetMode(theme.AlwaysNight, theme.Night)
	img := image.NewRGBA(image.Rect(0, 0, 1096, height))
	m := model()
	Draw(img, m, 1)
	ax := chart.AxisOf(m.From, m.To, 1096, 1)
	violet := func(at time.Time) bool {
		c := img.RGBAAt(int(ax.X(at)), barTop+12)
		return int(c.B) > int(c.R)+8 && int(c.B) > int(c.G)+20
	}
	if violet(now.Add(-60*time.Hour)) || !violet(now.Add(60*time.Hour)) {
		t.Error("the past is violet or the future is not")
	}
}

func TestHostileModelsDoNotPanic(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 300, height))
	for _, m := range []*Model{{}, {From: now, To: now}, {From: now, To: now.Add(-time.Hour)}, {From: now, To: now.Add(time.Second), First: now, Now: now.Add(time.Hour), Density: []float32{1}},
		{From: now, To: now.Add(time.Hour), Failures: []Failure{{Low: now}, {}}, Mode: timeline.Mode(9)}} {
		Draw(img, m, 1)
		drawButtons(theme.NewPen(img, 1), m, "", 300)
	}
	Draw(image.NewRGBA(image.Rect(0, 0, 2, 2)), model(), 3)
}

func BenchmarkDraw(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1920, height))
	m := model()
	for b.Loop() {
		Draw(img, m, 1)
	}
}
