package ui

import (
	"context"
	"errors"
	"image"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

func opened(t testing.TB) *bench {
	return newBench(t, fyne.NewSize(1400, 900), theme.AlwaysNight).open()
}

// frames runs the tick for a span of the test's clock at 60 Hz.
func (b *bench) frames(d time.Duration) {
	for end := b.now.Add(d); b.now.Before(end); {
		b.now = b.now.Add(time.Second / 60)
		b.shell.desk.frame()
	}
}

func (b *bench) boards() []*board {
	s := b.shell
	return []*board{s.top.board, s.tree.board, s.inspect.board, s.status.board, s.alarms.board, s.journal.board, s.sources.board, s.pages.tabs, s.desk.trends.head, s.desk.trends.card}
}

func (b *bench) paints() (n int) {
	for _, x := range b.boards() {
		n += x.paints
	}
	return n
}

func (b *bench) press(names ...fyne.KeyName) {
	for _, n := range names {
		b.shell.key(&fyne.KeyEvent{Name: n})
	}
}

// click presses and releases the primary button on a named cell.
func (b *bench) click(on *board, name string) {
	b.t.Helper()
	for _, c := range on.cells {
		if c.name == name {
			at := fyne.NewPos(c.x+c.w*.6, c.y+c.h/2)
			e := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary}
			on.MouseDown(e)
			on.MouseUp(e)
			return
		}
	}
	b.t.Fatalf("nothing is called %q", name)
}

func (b *bench) asset(path string) twin.AssetID {
	b.t.Helper()
	id, ok := b.desk.Project.Tree.AssetByPath(path)
	if !ok {
		b.t.Fatalf("no asset %s", path)
	}
	return id
}

func TestCommandTextsFollowTheRules(t *testing.T) {
	s := newBench(t, fyne.NewSize(800, 600), theme.AlwaysNight).shell
	if len(s.commands.All()) < 40 {
		t.Fatalf("only %d commands: the table was not taken over", len(s.commands.All()))
	}
	if err := s.commands.Check(); err != nil {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, m := range menus {
		seen[m] = true
	}
	for _, c := range s.commands.All() {
		if c.Menu != "" && !seen[c.Menu] {
			t.Errorf("%s stands in the menu %q, which is not shown", c.ID, c.Menu)
		}
	}
}

func TestPausedDeskDoesNotPaint(t *testing.T) {
	b := opened(t)
	b.shell.desk.acknowledge([]string{"farm/T03/Gearbox/oil_high"}) // what blinks must be repainted
	b.desk.Timeline.Seek(testNow.Add(-5 * time.Hour))
	b.settle()
	b.frames(time.Second)
	before := b.paints()
	b.frames(3 * time.Second)
	if n := b.paints() - before; n != 0 {
		t.Errorf("%d repaints in 3 s in which nothing changed", n)
	}
}

func TestNumbersChangeAtMostFourTimesASecond(t *testing.T) {
	b := opened(t)
	before := b.shell.inspect.board.paints
	for i := range 120 { // two seconds with a new snapshot in every frame
		snap := fakeSnapshot(b.desk.Project.Tree, b.now, twin.Live)
		snap.Generation += uint64(i)
		for j := range snap.Values {
			snap.Values[j].Value += float64(i)
		}
		b.engine.mu.Lock()
		b.engine.snap = snap
		b.engine.mu.Unlock()
		b.now = b.now.Add(time.Second / 60)
		b.shell.desk.frame()
	}
	if n := b.shell.inspect.board.paints - before; n < 4 || n > 9 {
		t.Errorf("the inspector was repainted %d times in 2 s, want 8", n)
	}
}

func TestBoardPaintsOnlyWhatChanged(t *testing.T) {
	painted := map[string]int{}
	text := "1"
	bd := newBoard(nil, fyne.NewSize(100, 60), func(s *sheet) {
		for i, key := range []string{"a", text, "c"} {
			s.add(cell{y: float32(i * 20), w: s.W, h: 20, key: key, paint: func(*theme.Pen, cell) { painted[key]++ }})
		}
	})
	bd.Resize(fyne.NewSize(100, 60))
	bd.generate(100, 60)
	text = "2"
	bd.update()
	bd.generate(100, 60)
	if painted["a"] != 1 || painted["c"] != 1 || painted["2"] != 1 {
		t.Errorf("painted %v", painted)
	}
	n := bd.paints
	bd.update()
	if bd.paints != n {
		t.Error("an update without a change asked for a repaint")
	}
}

func TestValuesAgeOnTheScreenWhenTheEngineStandsStill(t *testing.T) {
	b := opened(t)
	oil, _ := b.desk.Project.Tree.SignalByPath("farm/T03/Gearbox/oil_temp")
	if q := b.stage.applied.At(oil).Quality; q != twin.Good {
		t.Fatalf("at first the quality is %v", q)
	}
	gen := b.stage.applied.Generation
	b.frames(31 * time.Second)
	if q := b.stage.applied.At(oil).Quality; q != twin.Stale {
		t.Errorf("after the time-out the quality is %v", q)
	}
	if b.stage.applied.Generation == gen {
		t.Error("the generation did not change, so bindings would not look")
	}
	if !strings.Contains(b.shell.view.badgeText(), "NO DATA") {
		t.Errorf("the badge says %q", b.shell.view.badgeText())
	}
	if b.shell.view.live {
		t.Error("commands are still allowed")
	}
	if b.engine.snap.At(oil).Quality != twin.Good {
		t.Error("the engine's own snapshot was changed")
	}
}

func TestModesShowTheirOwnSnapshots(t *testing.T) {
	b := opened(t)
	for _, step := range []struct {
		seek   time.Duration
		origin twin.Origin
		badge  string
	}{{-26 * time.Hour, twin.Recorded, "PAST  −1 d 02:00"}, {50 * time.Hour, twin.Simulated, "FUTURE  +2 d 02:00"}} {
		b.desk.Timeline.Seek(testNow.Add(step.seek))
		b.settle()
		if got := b.stage.applied.Origin; got != step.origin {
			t.Errorf("%v: origin %v", step.seek, got)
		}
		if got := b.shell.view.badgeText(); got[:8] != step.badge[:8] {
			t.Errorf("%v: badge %q, want %q", step.seek, got, step.badge)
		}
		if b.shell.view.live {
			t.Errorf("%v: commands are allowed", step.seek)
		}
		if err := b.shell.commands.Run("inspector.send"); !errors.Is(err, command.ErrOff) {
			t.Errorf("%v: sending gave %v", step.seek, err)
		}
	}
	b.press(fyne.KeyL)
	b.settle()
	if b.stage.applied.Origin != twin.Live || !b.shell.view.live {
		t.Errorf("back in live: origin %v, commands %v", b.stage.applied.Origin, b.shell.view.live)
	}
}

func TestWithdrawnForecastShowsNoValues(t *testing.T) {
	b := opened(t)
	b.futures.base = &fakeFuture{tree: b.desk.Project.Tree, gen: 500, bad: "oil temperature of T03 is stale"}
	b.desk.Timeline.Seek(testNow.Add(50 * time.Hour))
	b.settle()
	for i := range b.stage.applied.Values {
		if q := b.stage.applied.Values[i].Quality; q != twin.NoData {
			t.Fatalf("signal %d has quality %v", i, q)
		}
	}
	if v := b.shell.view; v.outlook.Valid || len(v.forecast) != 0 {
		t.Errorf("outlook %+v with %d failures", v.outlook, len(v.forecast))
	}
}

// slowHistory answers when it is let, and counts.
type slowHistory struct {
	fakeHistory
	mu    sync.Mutex
	gate  chan struct{}
	asked []time.Time
}

func (h *slowHistory) LatestAt(ctx context.Context, t time.Time, into *twin.Snapshot) error {
	h.mu.Lock()
	h.asked = append(h.asked, t)
	h.mu.Unlock()
	<-h.gate
	return h.fakeHistory.LatestAt(ctx, t, into)
}

func TestNewestRequestOfThePastWins(t *testing.T) {
	b := opened(t)
	slow := &slowHistory{fakeHistory: fakeHistory{b.desk.Project.Tree}, gate: make(chan struct{}, 1000)}
	b.shell.desk.History = slow
	var last time.Time
	for i := range 100 { // a hand that drags while the disk is slow
		last = testNow.Add(-time.Duration(i+1) * time.Hour)
		b.desk.Timeline.DragTo(last)
		b.now = b.now.Add(time.Second / 60)
		b.shell.desk.frame()
		time.Sleep(100 * time.Microsecond)
	}
	b.desk.Timeline.DragEnd()
	for range 1000 {
		slow.gate <- struct{}{}
	}
	b.settle()
	slow.mu.Lock()
	defer slow.mu.Unlock()
	if n := len(slow.asked); n > 5 {
		t.Errorf("%d requests reached the disk for one drag", n)
	}
	if got := time.Unix(0, b.stage.applied.Time); !got.Equal(last) {
		t.Errorf("shows %v, the cursor stands at %v", got, last)
	}
}

func TestTreeByPointerAndKeys(t *testing.T) {
	b := opened(t)
	tree := b.shell.tree
	b.click(tree.board, "tree:farm/T02")
	if b.shell.view.selected != b.asset("farm/T02") || b.stage.selected != b.asset("farm/T02") {
		t.Fatal("a click does not select")
	}
	b.click(tree.board, "tree:farm/T02")
	if n := len(b.stage.framed); n == 0 || b.stage.framed[n-1] != b.asset("farm/T02") {
		t.Error("a double click does not frame")
	}
	tree.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	tree.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if got := b.shell.view.selected; got != b.asset("farm/T02/Rotor") {
		t.Errorf("right, down selects %v", title(b.desk.Project.Tree, got))
	}
	tree.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if got := b.shell.view.selected; got != b.asset("farm/T02") {
		t.Errorf("left selects %v", title(b.desk.Project.Tree, got))
	}
	tree.filter.SetText("t04 gear")
	if len(tree.rows) != 3 || tree.rows[2].id != b.asset("farm/T04/Gearbox") {
		t.Errorf("the filter leaves %d rows", len(tree.rows))
	}
}

func TestUndoIsForTheDeskNotForThePlant(t *testing.T) {
	b := opened(t)
	s := b.shell
	gear, t01 := b.asset("farm/T03/Gearbox"), b.asset("farm/T01")
	b.click(s.tree.board, "tree:farm/T01")
	s.run("view.panel.left")
	if !s.dock.HideLeft {
		t.Fatal("the panel stays")
	}
	s.run("edit.undo")
	if s.dock.HideLeft {
		t.Error("undo does not bring the panel back")
	}
	s.run("edit.undo")
	if s.view.selected != gear {
		t.Error("undo does not bring the selection back")
	}
	s.run("edit.redo")
	if s.view.selected != t01 {
		t.Error("redo does not select again")
	}
	b.click(s.tree.board, "tree:farm/T03")
	before, _ := s.commands.Done.Next()
	b.sendLimit(t, .7)
	if after, _ := s.commands.Done.Next(); after != before {
		t.Errorf("after a command to the plant, undo would do %q", after)
	}
}

// sendLimit goes through the dialog up to Execute.
func (b *bench) sendLimit(t *testing.T, value float64) *order {
	t.Helper()
	s := b.shell
	s.run("inspector.send")
	o := s.order
	if o == nil {
		t.Fatalf("no dialog: %s", s.status.note)
	}
	o.async, o.done = func(f func()) { f() }, func(f func()) { f() }
	o.entry.SetText("70")
	if math.Abs(o.value-value) > 1e-9 {
		t.Fatalf("the dialog took %v", o.value)
	}
	b.click(o.board, "arm")
	if o.step != armed || len(b.guard.executed) != 0 {
		t.Fatalf("after Arm: step %d, sent %v, %s", o.step, b.guard.executed, o.fault)
	}
	o.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	o.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(b.guard.executed) != 0 {
		t.Fatal("the Enter key sent a command to the plant")
	}
	b.click(o.board, "execute")
	if len(b.guard.executed) != 1 {
		t.Fatalf("Execute sent %v", b.guard.executed)
	}
	return o
}

func TestOrderIsFollowedToItsEnd(t *testing.T) {
	b := opened(t)
	o := b.sendLimit(t, .7)
	if o.step != pending {
		t.Fatalf("step %d", o.step)
	}
	b.guard.commands[0].State, b.guard.commands[0].Result = control.Failed, "the plant did not answer within 10 s"
	o.tick()
	if o.step != ended {
		t.Errorf("a failed command leaves the dialog at step %d", o.step)
	}
	o.board.generate(orderWidth, orderHeight) // it must be drawable in every state
	b.click(o.board, "again")
	if o.step != choosing {
		t.Error("Try again does not begin again")
	}
	b.guard.refuse = errors.New("control: blade temperature below −10 °C: the pitch system is locked")
	b.click(o.board, "arm")
	if o.step != choosing || !strings.Contains(o.fault, "pitch system is locked") || strings.HasPrefix(o.fault, "control") {
		t.Errorf("a refusal shows %q at step %d", o.fault, o.step)
	}
	for _, bad := range []string{"", "abc", "NaN", "1e400", "19.9", "101", "-5"} {
		o.entry.SetText(bad)
		b.guard.refuse = nil
		o.step = choosing
		b.click(o.board, "arm")
		if o.step == armed {
			t.Errorf("%q could be armed", bad)
		}
	}
}

func TestWhatIfComputesWhileTheSliderIsHeld(t *testing.T) {
	b := opened(t)
	x := b.shell.desk
	for _, v := range []float64{.95, .9, .8, .7} {
		x.setParameter("power_limit", v, false)
	}
	x.setParameter("power_limit", .7, true)
	if n := len(b.futures.tried); n < 5 || b.futures.tried[n-1]["power_limit"] != .7 {
		t.Errorf("tried %v", b.futures.tried)
	}
	b.settle()
	if c := b.shell.view.whatIf.Compare; len(c) < 3 || !strings.Contains(c[1], "+23.0 d (+17.0 to +30.0)") || !strings.Contains(c[2], "−11.2 %") {
		t.Errorf("the comparison says %q", c)
	}
	b.shell.run("edit.undo")
	if len(x.values) != 0 || b.futures.other != nil {
		t.Errorf("one undo leaves %v and scenario %v", x.values, b.futures.other)
	}
}

func TestAlarmsAsTheyStood(t *testing.T) {
	b := opened(t)
	b.desk.Timeline.Seek(testNow.Add(-47 * time.Hour))
	b.settle()
	v := &b.shell.view
	if len(v.alarms) != 1 || v.alarms[0].Message != "Main bearing warm" || !v.alarms[0].Active {
		t.Errorf("two days ago stood %+v", v.alarms)
	}
	if len(v.current) != 2 {
		t.Errorf("the banner forgot the present: %+v", v.current)
	}
	b.desk.Timeline.Seek(testNow.Add(48 * time.Hour))
	b.settle()
	if len(v.alarms) != 1 || !v.alarms[0].Expected {
		t.Errorf("in two days are expected %+v", v.alarms)
	}
}

func TestAcknowledgeByOneAndBySelection(t *testing.T) {
	b := opened(t)
	b.shell.pages.open("alarms")
	b.settle()
	b.click(b.shell.alarms.board, "ack-row:farm/T03/Gearbox/oil_high")
	if len(b.engine.acked) != 1 || b.engine.acked[0] != "farm/T03/Gearbox/oil_high by engineer" {
		t.Errorf("acknowledged %v", b.engine.acked)
	}
}

func TestProbeNamesWhatATourNeeds(t *testing.T) {
	b := opened(t)
	p := b.shell.Probe()
	for _, name := range []string{"viewport", "timeline", "trend", "live", "play", "search", "tree:farm/T03/Gearbox", "expand:farm/T03", "slider:power_limit", "failure"} {
		if r := p.Widgets[name]; r.W <= 0 || r.H <= 0 {
			t.Errorf("%s is not in the probe: %+v", name, r)
		}
	}
	if !(p.Marks["first"] < p.Marks["now-48h"] && p.Marks["now-48h"] < p.Marks["now"] && p.Marks["now"] < p.Marks["failure:farm/T03"]) {
		t.Errorf("marks %v", p.Marks)
	}
	if p.Mode != "live" || p.Selection != "farm/T03/Gearbox" || math.Abs(p.Values["oil_temp"]-78.4) > .01 || len(p.Scenario.Failures) != 1 {
		t.Errorf("probe %+v", p)
	}
}

func TestSpaceAndArrowsMoveTheCursor(t *testing.T) {
	b := opened(t)
	b.press(fyne.KeySpace)
	if st := b.desk.Timeline.Tick(); st.Mode != timeline.Past {
		t.Errorf("Space in live gives %v", st.Mode)
	}
	at := b.desk.Timeline.State().At
	b.press(fyne.KeyLeft)
	if got := b.desk.Timeline.State().At; !got.Before(at) {
		t.Error("← does not step back")
	}
	b.press(fyne.KeyL)
	if b.desk.Timeline.State().Mode != timeline.Live {
		t.Error("L does not go live")
	}
}

func TestPanelsSurviveAnySize(t *testing.T) {
	b := opened(t)
	for _, size := range []fyne.Size{{Width: 320, Height: 200}, {Width: 640, Height: 420}, {Width: 2560, Height: 1440}, {Width: 900, Height: 2000}} {
		d := b.shell.dock
		d.Layout(nil, size)
		for _, x := range b.boards() {
			x.Resize(fyne.NewSize(max(1, x.Size().Width), max(1, x.Size().Height)))
			img := x.generate(max(1, int(x.Size().Width)), max(1, int(x.Size().Height)))
			if img.Bounds() == (image.Rectangle{}) {
				t.Errorf("%v: an empty picture", size)
			}
		}
		if size.Width >= 640 {
			v := d.view
			if v.Size().Width < 150 || v.Size().Height < 60 {
				t.Errorf("%v leaves %v for the view", size, v.Size())
			}
		}
	}
}

func TestOpenRefusesHalfADesk(t *testing.T) {
	b := newBench(t, fyne.NewSize(800, 600), theme.AlwaysNight)
	if err := b.shell.Open(Desk{}); err == nil {
		t.Error("an empty desk was opened")
	}
	b.shell.ShowStart(Start{})
	b.shell.showPalette() // works without a twin
	b.shell.closeTop()
	b.press(fyne.KeyL, fyne.KeySpace, fyne.KeyF, fyne.KeyF11)
	if b.shell.status.note == "" {
		t.Error("a key that cannot work says nothing")
	}
}

func BenchmarkFrameIdle(b *testing.B) {
	x := opened(b)
	for b.Loop() {
		x.shell.desk.frame()
	}
}

func BenchmarkNumbers(b *testing.B) {
	x := opened(b)
	for i := 0; b.Loop(); i++ {
		x.engine.snap.Values[25].Value = 340 + float64(i%20)
		x.shell.desk.numbers(x.shell.desk.state, x.now)
		for _, bd := range x.boards()[:4] {
			bd.generate(int(bd.Size().Width), int(bd.Size().Height))
		}
	}
}

// The page of a preparation listened to Esc after it was gone, and ended the twin that had been opened.
func TestEscapeDoesNotCancelWhatIsDone(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	cancelled := false
	page := b.shell.ShowProgress("Opening", func() { cancelled = true }).page
	b.open()
	if b.shell.window.Canvas().Focused() == page {
		t.Error("the page that is gone still has the keys")
	}
	if f := b.shell.window.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	}
	if cancelled {
		t.Error("Esc cancelled the opening of a twin that is open")
	}
}
