package ui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

const oilPath = "farm/T03/Gearbox/oil_temp"

// composed is a desk whose trend holds several lines, an earlier period and a selected span.
func composed(t testing.TB, m theme.Mode, size fyne.Size) *bench {
	b := newBench(t, size, m).open()
	p := b.shell.desk.trends
	p.plot(oilPath, false)
	p.add(trend.Line{Signal: oilPath, Derive: trend.Derivation(chart.MovingAverage), Window: trend.Span(24 * time.Hour)})
	p.plot("farm/T03/power", true)
	p.add(trend.Line{Name: "Both turbines", Expr: "T01.power + T03.power"})
	p.compare(24 * time.Hour)
	b.shell.desk.zoom(testNow.Add(-6*24*time.Hour), testNow.Add(24*time.Hour))
	p.selectSpan(testNow.Add(-60*time.Hour), testNow.Add(-40*time.Hour))
	b.desk.Timeline.Seek(testNow.Add(-50 * time.Hour))
	b.settle()
	return b
}

func TestGoldenTrend(t *testing.T) {
	both(t, func(t *testing.T, m theme.Mode) {
		b := composed(t, m, fyne.NewSize(1600, 900))
		b.golden("trend-span-" + m.String())
		if m == theme.AlwaysNight {
			return
		}
		p := b.shell.desk.trends
		p.changeLine(1, "hide", func(l *trend.Line) { l.Hidden = true })
		p.setView(trend.XY)
		b.settle()
		b.golden("trend-xy")
		p.first(0, trend.Histogram)
		b.settle()
		b.golden("trend-histogram")
	})
}

func TestTheTrendFollowsUntilItIsComposed(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay).open()
	p := b.shell.desk.trends
	at := func(path string) twin.AssetID {
		id, ok := b.desk.Project.Tree.AssetByPath(path)
		if !ok {
			t.Fatal(path)
		}
		return id
	}
	b.shell.desk.selectAsset(at("farm/T05"), false)
	if len(p.spec.Lines) != 1 || p.spec.Lines[0].Signal != "farm/T05/power" {
		t.Fatalf("%+v", p.spec.Lines)
	}
	p.plot("farm/T02/wind", true)
	b.shell.desk.selectAsset(at("farm/T04"), false)
	if len(p.spec.Lines) != 2 || len(b.shell.view.plotted) != 2 {
		t.Errorf("a composed trend gave way: %+v", p.spec.Lines)
	}
	p.plot("farm/T02/wind", true)
	if len(p.spec.Lines) != 1 {
		t.Errorf("a second time takes it out: %+v", p.spec.Lines)
	}
	b.shell.run("edit.undo")
	if len(p.spec.Lines) != 2 {
		t.Errorf("undo: %+v", p.spec.Lines)
	}
	for range 2 * trend.MaxLines {
		p.add(trend.Line{Signal: "farm/T02/wind", Derive: trend.Derivation(chart.Integral)})
	}
	if len(p.spec.Lines) != trend.MaxLines || !b.shell.status.bad {
		t.Errorf("%d lines", len(p.spec.Lines))
	}
}

func TestTheTrendIsRememberedWithItsTwin(t *testing.T) {
	b := composed(t, theme.AlwaysDay, fyne.NewSize(1280, 800))
	store := b.shell.app.Preferences()
	b.shell.prefs.save(store)
	var again preferences
	again.load(store)
	s, ok := again.trendOf(b.desk.Project)
	if !ok || len(s.Lines) != 4 || len(s.Compare) != 1 || s.Lines[3].Expr == "" {
		t.Fatalf("%v %+v", ok, s)
	}
	other := *b.desk.Project
	other.File = "/elsewhere/twin.yaml"
	if _, ok := again.trendOf(&other); ok {
		t.Error("another twin got it")
	}
	if err := b.shell.Open(b.desk); err != nil {
		t.Fatal(err)
	}
	if got := b.shell.desk.trends.spec; len(got.Lines) != 4 {
		t.Errorf("opened again, the trend is %+v", got)
	}
	store.SetString("trends", `[{"twin": "x", "spec": 7}, 3]`)
	again.load(store)
	if _, ok := again.trendOf(b.desk.Project); ok {
		t.Error("garbage was taken for a trend")
	}
}

func TestASpanIsSelectedWithShiftAndSummedUp(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay).open()
	x := b.shell.desk
	p := x.trends
	x.zoom(testNow.Add(-48*time.Hour), testNow)
	b.settle()
	press := func(at float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(at, 90)}, Button: desktop.MouseButtonPrimary, Modifier: fyne.KeyModifierShift}
	}
	p.chart.MouseDown(press(300))
	p.chart.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(500, 90)}})
	p.chart.DragEnd()
	b.settle()
	if p.span == (span2{}) || !p.card.Visible() || len(p.stats) != 1 || p.stats[0].Count == 0 {
		t.Fatalf("%+v, %v, %+v", p.span, p.card.Visible(), p.stats)
	}
	if st := p.stats[0]; st.Min > st.Mean || st.Mean > st.Max || st.IntegralUnit.Symbol == "" {
		t.Errorf("%+v", st)
	}
	span := p.span
	b.shell.run("trend.span.play")
	if st := x.Timeline.State(); !st.Playing || !st.LoopFrom.Equal(span.from) || !st.LoopTo.Equal(span.to) {
		t.Errorf("play: %+v", st)
	}
	b.shell.run("trend.span.zoom")
	if x.axis.from.Before(span.from.Add(-span.to.Sub(span.from))) || x.axis.to.Before(span.to) {
		t.Errorf("zoomed to %v", x.axis)
	}
	p.chart.MouseDown(press(300))
	if p.span != (span2{}) || p.card.Visible() {
		t.Error("a click with Shift leaves the selection")
	}
}

func TestAnEventOnThePlotLeadsToItsStory(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay).open()
	x := b.shell.desk
	x.trends.plot("farm/T03/power", false)
	b.settle()
	events := x.trends.chart.Model().Events
	if len(events) == 0 {
		t.Fatal("no event is on the plot")
	}
	e := events[0]
	x.trends.chart.OnStory(e)
	b.settle()
	if !x.Timeline.State().At.Equal(e.At) || b.shell.view.selected != e.Asset {
		t.Errorf("the cursor is at %v, %d is selected", x.Timeline.State().At, b.shell.view.selected)
	}
}

func TestMenusOfTheTrendOfferEverything(t *testing.T) {
	b := composed(t, theme.AlwaysDay, fyne.NewSize(1280, 800))
	p := b.shell.desk.trends
	var all []string
	var walk func(m *fyne.Menu)
	walk = func(m *fyne.Menu) {
		for _, i := range m.Items {
			all = append(all, i.Label)
			if i.ChildMenu != nil {
				walk(i.ChildMenu)
			}
		}
	}
	for i := range p.spec.Lines {
		walk(p.menuOf(i))
	}
	text := strings.Join(all, "|")
	for _, want := range []string{"Derivative", "Integral", "Moving average", "RMS", "Standard deviation", "over 10 min", "Histogram", "Frequencies", "Others over this one", "Edit expression…", "Remove", "Go to T03"} {
		if !strings.Contains(text, want) {
			t.Errorf("no menu offers %q", want)
		}
	}
	for _, item := range p.menuOf(0).Items[0].ChildMenu.Items {
		if item.Label == "Derivative" {
			item.Action()
		}
	}
	b.settle()
	if p.spec.Lines[0].Derive != trend.Derivation(chart.Derivative) || !strings.Contains(p.chart.Model().Series[0].Name, "derivative") {
		t.Errorf("%+v", p.spec.Lines[0])
	}
}

func TestExportRunsInTheBackground(t *testing.T) {
	b := composed(t, theme.AlwaysDay, fyne.NewSize(1280, 800))
	dir := t.TempDir()
	for _, name := range []string{"a.png", "a.svg", "a.pdf", "a.csv", "a.parquet"} {
		path := filepath.Join(dir, name)
		b.shell.desk.trends.export(path, 0, 0, name == "a.csv")
		if info, err := os.Stat(path); err != nil || info.Size() < 500 || b.shell.status.bad {
			t.Errorf("%s: %v, %q", name, err, b.shell.status.note)
		}
	}
	for path, want := range map[string]string{filepath.Join(dir, "a.gif"): "tells no format", filepath.Join(dir, "no", "a.png"): "cannot be written"} {
		b.shell.desk.trends.export(path, 0, 0, false)
		if !b.shell.status.bad || !strings.Contains(b.shell.status.note, want) {
			t.Errorf("%s: %q", path, b.shell.status.note)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestAnIdleTrendPaintsNothing lets a composed trend rest in the past.
func TestAnIdleTrendPaintsNothing(t *testing.T) {
	b := composed(t, theme.AlwaysDay, fyne.NewSize(1280, 800))
	p := b.shell.desk.trends
	head, card := p.head.paints, p.card.paints
	b.frames(3 * time.Second)
	if p.head.paints != head || p.card.paints != card {
		t.Errorf("at rest the legend was painted %d times and the card %d times", p.head.paints-head, p.card.paints-card)
	}
}

// TestASlowTrendComesInTwoSteps zooms a trend whose derived lines take long: what was measured is shown first.
func TestASlowTrendComesInTwoSteps(t *testing.T) {
	b := composed(t, theme.AlwaysDay, fyne.NewSize(1280, 800))
	x := b.shell.desk
	p := x.trends
	p.took = time.Second
	from, to := testNow.Add(-30*time.Hour), testNow.Add(-20*time.Hour)
	x.zoom(from, to)
	lines := func() (n int) {
		for _, s := range p.chart.Model().Series {
			if s.Style == chart.Measured {
				n++
			}
		}
		return n
	}
	first, deadline := 0, time.Now().Add(5*time.Second)
	for lines() != 4 || !p.chart.Model().From.Equal(from) || first == 0 {
		if n := lines(); p.chart.Model().From.Equal(from) && first == 0 {
			first = n
		}
		if time.Now().After(deadline) {
			t.Fatalf("first %d lines, then %d", first, lines())
		}
		b.frames(20 * time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	if first != 2 {
		t.Errorf("first %d lines were shown, 2 are measured", first)
	}
}

// stuckHistory keeps every query for an axis that begins before a moment until it is given up.
type stuckHistory struct {
	fakeHistory
	before  time.Time
	givenUp chan struct{}
}

func (h stuckHistory) Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []history.Column) ([]history.Column, error) {
	if from.Before(h.before) {
		<-ctx.Done()
		select {
		case h.givenUp <- struct{}{}:
		default:
		}
		return dst, ctx.Err()
	}
	return h.fakeHistory.Columns(ctx, sig, from, to, n, dst)
}

// TestTheNewestAxisWins zooms to a span that takes for ever, then to another.
func TestTheNewestAxisWins(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay).open()
	x := b.shell.desk
	slow := stuckHistory{fakeHistory{b.desk.Project.Tree}, testNow.Add(-48 * time.Hour), make(chan struct{}, 1)}
	x.lists.close() // its queries are not of the trend
	x.lists = newLane()
	x.History = slow
	x.zoom(testNow.Add(-72*time.Hour), testNow.Add(-71*time.Hour))
	b.frames(200 * time.Millisecond)
	if !x.trends.work.busy() {
		t.Fatal("nothing is being made")
	}
	want := span2{testNow.Add(-3 * time.Hour), testNow.Add(-time.Hour)}
	x.zoom(want.from, want.to)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		b.frames(50 * time.Millisecond)
		if m := x.trends.chart.Model(); m.From.Equal(want.from) && m.To.Equal(want.to) && len(m.Series) > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the newest axis is not shown")
		}
	}
	select {
	case <-slow.givenUp:
	default:
		t.Error("the old axis was not given up")
	}
	if strings.Contains(b.shell.status.note, "could not") || x.trends.fault != "" {
		t.Errorf("giving up is told as a fault: %q, %q", b.shell.status.note, x.trends.fault)
	}
}

func BenchmarkTrendHead(b *testing.B) {
	d := composed(b, theme.AlwaysDay, fyne.NewSize(1600, 900))
	p := d.shell.desk.trends
	for b.Loop() {
		p.dress(d.shell.desk.state)
	}
}

func TestSignalsAndAssetsAreDraggedOntoTheTrend(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay).open()
	x := b.shell.desk
	p := x.trends
	onTrend := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.chart).AddXY(200, 60)
	carry := func(on *board, name string, to fyne.Position) {
		t.Helper()
		c := on.named(name)
		if c == nil || c.carry == nil {
			t.Fatalf("%s cannot be carried", name)
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(on).AddXY(c.x+c.w/3, c.y+c.h/2)
		e := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(c.x+c.w/3, c.y+c.h/2), AbsolutePosition: at}, Button: desktop.MouseButtonPrimary}
		on.MouseDown(e)
		on.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: at.AddXY(20, 20)}})
		on.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: to}})
		on.MouseUp(e)
		on.DragEnd()
	}
	carry(b.shell.inspect.board, "signal:farm/T03/Gearbox/wear", onTrend)
	if p.spec.Find("farm/T03/Gearbox/wear") != 1 {
		t.Errorf("after the signal: %+v", p.spec.Lines)
	}
	carry(b.shell.tree.board, "tree:farm/T01", onTrend)
	if p.spec.Find("farm/T01/power") != 2 {
		t.Errorf("after the asset: %+v", p.spec.Lines)
	}
	carry(b.shell.tree.board, "tree:farm/T02", fyne.NewPos(5, 5))
	carry(b.shell.inspect.board, "signal:farm/T03/Gearbox/wear", onTrend)
	if len(p.spec.Lines) != 3 {
		t.Errorf("what fell elsewhere, or twice, was plotted: %+v", p.spec.Lines)
	}
	yaw, _ := b.desk.Project.Tree.AssetByPath("farm/T03/Yaw")
	x.carryAsset(yaw, onTrend, true)
	if !strings.Contains(b.shell.status.note, "no signals") {
		t.Errorf("of an asset without signals: %q", b.shell.status.note)
	}
	if x.edits.drag.board.Visible() {
		t.Error("the ghost stays")
	}
}
