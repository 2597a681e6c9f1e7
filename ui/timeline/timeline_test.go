package timeline

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
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
		Density: d, Base: Lane{Label: "A base", From: now, To: now.Add(14 * 24 * time.Hour)}, Other: Lane{Label: "B derate", From: now.Add(-2 * time.Hour), To: now.Add(14 * 24 * time.Hour)},
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
	target := now.Add(-60 * time.Hour)
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
	s.OnMark, s.OnFailure = func(m Mark) { to = m.At }, func(f Failure) { to = f.Median }
	for _, want := range []time.Time{now.Add(9 * 24 * time.Hour), now.Add(-48 * time.Hour)} {
		s.MouseDown(&desktop.MouseEvent{PointEvent: at(s.X(want)+3, barTop), Button: desktop.MouseButtonPrimary})
		s.MouseUp(&desktop.MouseEvent{})
		s.tapped = time.Time{}
		if !to.Equal(want) {
			t.Errorf("a click on the mark at %v went to %v", want, to)
		}
	}
}

func TestTheCursorSnapsToMarksAndNow(t *testing.T) {
	s := strip(t)
	var to time.Time
	s.OnDrag = func(at time.Time) { to = at }
	for _, want := range []time.Time{now, now.Add(-48 * time.Hour), now.Add(9 * 24 * time.Hour)} {
		s.MouseDown(&desktop.MouseEvent{PointEvent: at(s.X(want)+3, 100), Button: desktop.MouseButtonPrimary})
		s.MouseUp(&desktop.MouseEvent{})
		s.tapped = time.Time{}
		if !to.Equal(want) {
			t.Errorf("near %v the cursor went to %v", want, to)
		}
	}
	s.MouseDown(&desktop.MouseEvent{PointEvent: at(s.X(now)-9, 100), Button: desktop.MouseButtonPrimary})
	if to.Equal(now) {
		t.Error("the cursor snaps from afar")
	}
}

func TestOfMarksThatCrowdTheMostUrgentIsOpened(t *testing.T) {
	s := strip(t)
	m := model()
	m.Marks = []Mark{{At: now.Add(-48 * time.Hour), Kind: twin.NoteEvent, Text: "note"}, {At: now.Add(-47 * time.Hour), Kind: twin.AlarmEvent, Priority: twin.High, Text: "high", Ref: "a-1"},
		{At: now.Add(-48 * time.Hour), Kind: twin.AlarmEvent, Priority: twin.Low, Text: "low"}}
	m.Bookmarks = []Bookmark{{"storm", now.Add(-100 * time.Hour)}}
	s.Set(m)
	var got string
	s.OnMark, s.OnJump = func(m Mark) { got = m.Ref }, func(t time.Time) { got = t.String() }
	hit, ok := s.hitAt(fyne.NewPos(s.X(now.Add(-48*time.Hour)), barTop))
	if !ok {
		t.Fatal("nothing is there")
	}
	hit.open()
	if got != "a-1" || !strings.Contains(hit.text, "2 more here") {
		t.Errorf("opened %q: %q", got, hit.text)
	}
	hit, ok = s.hitAt(fyne.NewPos(s.X(now.Add(-100*time.Hour))+5, flagY+3))
	if hit.open(); !ok || got != now.Add(-100*time.Hour).String() {
		t.Errorf("the flag leads to %v", got)
	}
}

func TestPreviewBelongsToTheMomentUnderThePointer(t *testing.T) {
	s := strip(t)
	var asked time.Time
	s.OnHover = func(t time.Time) { asked = t }
	s.MouseMoved(&desktop.MouseEvent{PointEvent: at(500, 60)})
	if asked.IsZero() {
		t.Fatal("nothing was asked")
	}
	first := asked
	s.Preview(first, "Power 1.2 MW")
	if !strings.HasSuffix(s.text, "Power 1.2 MW") {
		t.Errorf("the tip says %q", s.text)
	}
	s.MouseMoved(&desktop.MouseEvent{PointEvent: at(520, 60)})
	s.Preview(first, "late")
	if strings.Contains(s.text, "late") {
		t.Error("an answer about another moment is shown")
	}
	if s.MouseOut(); !asked.IsZero() {
		t.Error("it was not told that the pointer has gone")
	}
}

func TestRunsOfStates(t *testing.T) {
	nan := math.NaN()
	column := func(first, last float64) history.Column {
		return history.Column{Min: min(first, last), Max: max(first, last), First: first, Last: last, Count: 2}
	}
	silent, off := history.Column{Min: nan, Max: nan}, history.Column{Min: nan, Max: nan, Bad: 1}
	cols := []history.Column{silent, column(1, 1), silent, column(1, 0), column(0, 0), off, silent, column(2, 2), silent, silent}
	to := now.Add(10 * time.Minute)
	var got []string
	for _, r := range Runs(cols, now, to, nan, []string{"stopped", "running"}, now.Add(9*time.Minute)) {
		got = append(got, fmt.Sprintf("%d-%d %s", int(r.From.Sub(now).Minutes()), int(r.To.Sub(now).Minutes()), r.Text))
	}
	want := "0-1 not known, 1-3 running, 3-4 changes, 4-5 stopped, 5-7 not known, 7-9 no such state"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
	if r := Runs(cols[:1], now, to, 1, nil, to); len(r) != 1 || r[0].Text != "on" {
		t.Errorf("a bool that was on before: %+v", r)
	}
}

func TestLanesOfStatesMakeRoom(t *testing.T) {
	s := strip(t)
	before := s.MinSize().Height
	m := model()
	m.States = []StateLane{{Label: "State", Runs: []Run{{From: now.Add(-24 * time.Hour), To: now, Text: "running"}}}}
	s.Set(m)
	if s.MinSize().Height != before+stateLane || s.Height() != before+stateLane {
		t.Errorf("%v high before, %v with a lane", before, s.MinSize().Height)
	}
	if got := m.stateAt(now.Add(-time.Hour), statesTop+3); got != "State: running" {
		t.Errorf("the lane says %q", got)
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
