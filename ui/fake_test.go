package ui

import (
	"context"
	"image"
	"image/color"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/twin/engine"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

// The moment at which all fakes stand.
var (
	oslo    = time.FixedZone("Europe/Oslo", 3600)
	testNow = time.Date(2026, 11, 23, 3, 10, 24, 0, oslo)
)

func unit(t testing.TB, symbol string) twin.Unit {
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// fakeProject is a farm of six turbines with gearboxes.
func fakeProject(t testing.TB) *project.Project {
	t.Helper()
	assets := []twin.Asset{{Path: "farm", Name: "farm", Label: "North Sea farm", Parent: twin.NoAsset}}
	var signals []twin.Signal
	for i := range 6 {
		name := "T0" + string(rune('1'+i))
		top := twin.AssetID(len(assets))
		assets = append(assets, twin.Asset{Path: "farm/" + name, Name: name, Label: name, Kind: "turbine", Parent: 0})
		add := func(asset twin.AssetID, name, label, unitOf string, lo, hi, n0, n1 float64, dec int) {
			u := unit(t, unitOf)
			signals = append(signals, twin.Signal{Asset: asset, Path: assets[asset].Path + "/" + name, Name: name, Label: label, Unit: u,
				Min: u.SI(lo), Max: u.SI(hi), Normal: [2]float64{u.SI(n0), u.SI(n1)}, Decimals: dec, Timeout: 30 * time.Second})
		}
		add(top, "power", "Power", "MW", -0.1, 5.2, 0, 5, 2)
		add(top, "power_limit", "Power limit", "%", 0, 100, 0, 0, 0)
		add(top, "wind", "Wind speed", "m/s", 0, 40, 3, 25, 1)
		signals = append(signals, twin.Signal{Asset: top, Path: assets[top].Path + "/state", Name: "state", Label: "State", Kind: twin.Enum,
			States: []string{"stopped", "running", "curtailed", "tripped", "service"}, Max: 4, Timeout: 30 * time.Second})
		for _, part := range []string{"Rotor", "Main bearing", "Gearbox", "Generator", "Yaw"} {
			id := twin.AssetID(len(assets))
			assets = append(assets, twin.Asset{Path: "farm/" + name + "/" + part, Name: part, Label: part, Parent: top})
			if part == "Gearbox" {
				add(id, "oil_temp", "Oil temperature", "°C", 0, 110, 40, 72, 1)
				add(id, "bearing_temp", "Bearing temperature", "°C", 0, 120, 40, 85, 1)
				add(id, "vibration", "Vibration", "mm/s", 0, 12, 0, 5, 2)
				add(id, "speed", "Shaft speed", "rpm", 0, 1500, 600, 1200, 0)
				add(id, "wear", "Wear", "%", 0, 100, 0, 70, 1)
			}
			if part == "Generator" {
				add(id, "gen_speed", "Generator speed", "rpm", 0, 1500, 600, 1200, 0)
			}
		}
	}
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	p := &project.Project{Name: "North Sea farm", Tree: tree, Site: project.Site{Label: "North Sea", Zone: oslo}, Horizon: 14 * 24 * time.Hour}
	pct, ms := unit(t, "%"), unit(t, "m/s")
	p.Parameters = []project.Parameter{
		{ID: "power_limit", Label: "Power limit", Unit: pct, Min: .1, Max: 1, Default: 1, Step: .01},
		{ID: "wind_mean", Label: "Mean wind", Unit: ms, Min: 0, Max: 20, Default: 9.2, Step: .1},
		{ID: "cooling", Label: "Cooling", Unit: pct, Min: 0, Max: 1, Default: 1, Step: .01},
	}
	gear, _ := tree.AssetByPath("farm/T03/Gearbox")
	oil, _ := tree.SignalByPath("farm/T03/Gearbox/oil_temp")
	p.Alarms = []project.Alarm{{ID: "farm/T03/Gearbox/oil_high", Asset: gear, Signal: oil, Condition: "high", Limit: 349.15, Priority: twin.High, Message: "Gearbox oil HIGH"}}
	t03, _ := tree.AssetByPath("farm/T03")
	p.Viewpoints = []project.Viewpoint{{ID: "overview", Label: "Overview", Asset: twin.NoAsset, Select: t03}}
	return p
}

// fakeSnapshot has good values but for T06, which is silent, and some of T03.
func fakeSnapshot(tree *twin.Tree, now time.Time, origin twin.Origin) *twin.Snapshot {
	s := &twin.Snapshot{Generation: 7, Time: now.UnixNano(), Origin: origin}
	s.Reset(len(tree.Signals()))
	for i := range tree.Signals() {
		g := tree.Signal(twin.SignalID(i))
		v, q := g.Min+(g.Max-g.Min)*(.45+.03*float64(i%5)), twin.Good
		at := now.Add(-300 * time.Millisecond)
		switch {
		case g.Name == "state":
			v = 1
		case g.Name == "power_limit":
			v = 1
		case g.Path == "farm/T03/Gearbox/oil_temp":
			v = g.Unit.SI(78.4)
		case g.Path == "farm/T03/Gearbox/bearing_temp":
			q = twin.Estimated
		case g.Path == "farm/T03/Gearbox/speed":
			v = g.Unit.SI(11121)
			q = twin.OutOfRange
		case g.Path == "farm/T03/Gearbox/vibration":
			at, q = now.Add(-4*time.Minute), twin.Stale
		}
		if tree.Asset(g.Asset).Path[:8] == "farm/T06" {
			at, q = now.Add(-2*time.Minute-30*time.Second), twin.Stale
		}
		if origin == twin.Simulated {
			q, at = twin.Predicted, now
		}
		s.Values[i] = twin.Value{Value: v, Time: at.UnixNano(), Quality: q}
	}
	if origin == twin.Simulated {
		for i := range s.Values {
			g := tree.Signal(twin.SignalID(i))
			w := (g.Max - g.Min) * .06
			s.Low, s.High = append(s.Low, s.Values[i].Value-w), append(s.High, s.Values[i].Value+w)
		}
	}
	return s
}

type fakeEngine struct {
	mu     sync.Mutex
	snap   *twin.Snapshot
	alarms []alarm.Occurrence
	acked  []string
}

func (e *fakeEngine) Snapshot() *twin.Snapshot   { e.mu.Lock(); defer e.mu.Unlock(); return e.snap }
func (e *fakeEngine) Alarms() []alarm.Occurrence { return e.alarms }
func (e *fakeEngine) Acknowledge(id, user string) error {
	e.acked = append(e.acked, id+" by "+user)
	for i := range e.alarms {
		if e.alarms[i].Definition.ID == id {
			e.alarms[i].Acked = true
		}
	}
	return nil
}
func (e *fakeEngine) Stats() engine.Stats {
	return engine.Stats{SamplesPerSec: 84, Samples: 51234567, LatencyP50: 3 * time.Millisecond, LatencyP95: 9 * time.Millisecond, DataAge: 300 * time.Millisecond}
}
func (e *fakeEngine) Health() []engine.NamedHealth {
	return []engine.NamedHealth{
		{Name: "broker", Health: twin.Health{State: twin.Connected, Endpoint: "127.0.0.1:1883", Since: testNow.Add(-3 * time.Hour), Messages: 912345, Samples: 10948140, Last: testNow.Add(-200 * time.Millisecond)}},
		{Name: "met mast", Health: twin.Health{State: twin.Lost, Endpoint: "mast.local:1883", Since: testNow.Add(-9 * time.Minute), Messages: 4100, Samples: 4100, Bad: 12, Last: testNow.Add(-9 * time.Minute),
			Detail: "connection refused, trying again in 8 s: is the broker on mast.local running?", Topics: []twin.BadTopic{{Topic: "mast/wind", Count: 12, Reason: "no number at key speed", Sample: `{"speed":"high"}`}}}},
	}
}

type fakeHistory struct{ tree *twin.Tree }

func (h fakeHistory) LatestAt(_ context.Context, t time.Time, into *twin.Snapshot) error {
	s := fakeSnapshot(h.tree, t, twin.Recorded)
	*into = *s
	return nil
}

func (h fakeHistory) Columns(_ context.Context, sig twin.SignalID, from, to time.Time, n int, dst []history.Column) ([]history.Column, error) {
	g := h.tree.Signal(sig)
	for i := range n {
		at := from.Add(to.Sub(from) * time.Duration(i) / time.Duration(n))
		if at.After(testNow) || at.Before(testNow.Add(-7*24*time.Hour)) {
			dst = append(dst, history.Column{Min: math.NaN(), Max: math.NaN(), Mean: math.NaN(), Last: math.NaN()})
			continue
		}
		hours := testNow.Sub(at).Hours()
		v := g.Min + (g.Max-g.Min)*(.58+.05*math.Sin(hours/7)+.02*math.Sin(hours/2.1)+.13*math.Exp(-hours/40))
		w := (g.Max - g.Min) * .004
		if len(g.States) > 0 { // in one state, but for a stop of some hours
			v, w = 0, 0
			if hours > 60 && hours < 72 {
				v = 1
			}
		}
		dst = append(dst, history.Column{Min: v - w, Max: v + w, Mean: v, First: v, Last: v, Count: 60})
	}
	return dst, nil
}

func (h fakeHistory) Range(ctx context.Context, sig twin.SignalID, from, to time.Time, dst []history.Point) ([]history.Point, error) {
	cols, err := h.Columns(ctx, sig, from, to, 1000, nil)
	for i, c := range cols {
		if c.Count > 0 {
			at := from.Add(to.Sub(from) * time.Duration(i) / time.Duration(len(cols)))
			dst = append(dst, history.Point{Time: at.UnixNano(), Value: c.Mean, Quality: twin.Good})
		}
	}
	return dst, err
}

func (h fakeHistory) Loaded() []history.Span {
	return []history.Span{{From: testNow.Add(-50 * time.Hour), To: testNow.Add(-44 * time.Hour)}, {From: testNow.Add(-time.Hour), To: testNow}}
}

func (h fakeHistory) Density(_ context.Context, from, to time.Time, n int) ([]float32, error) {
	out := make([]float32, n)
	for i := range out {
		at := from.Add(to.Sub(from) * time.Duration(i) / time.Duration(n))
		if at.After(testNow.Add(-7*24*time.Hour)) && at.Before(testNow) {
			out[i] = .8
		}
	}
	return out, nil
}
func (h fakeHistory) Extent() (first, last time.Time, ok bool) {
	return testNow.Add(-7 * 24 * time.Hour), testNow, true
}
func (h fakeHistory) Prefetch(time.Time, int) {}
func (h fakeHistory) Stats() history.Stats {
	return history.Stats{Bytes: 212e6, Series: 72, FreeBytes: 91e9, CacheBytes: 31e6}
}

type fakeJournal struct{}

func (j fakeJournal) Count(ctx context.Context, f journal.Filter) (int, error) {
	entries, err := j.Query(ctx, f)
	return len(entries), err
}

func (fakeJournal) Query(_ context.Context, f journal.Filter) ([]journal.Entry, error) {
	var out []journal.Entry
	add := func(ago time.Duration, e twin.Event) {
		e.Time = testNow.Add(-ago)
		if e.Time.Before(f.From) {
			return
		}
		if len(f.Kinds) > 0 && f.Kinds[0] != e.Kind && len(f.Kinds) == 1 {
			return
		}
		if f.Ref != "" && f.Ref != e.Ref || !f.To.IsZero() && !e.Time.Before(f.To) {
			return
		}
		out = append(out, journal.Entry{ID: int64(e.Time.Sub(testNow.Add(-1000*time.Hour)) / time.Minute), Event: e})
	}
	add(2*time.Minute, twin.Event{Kind: twin.AlarmEvent, Asset: 16, Signal: 25, Priority: twin.High, Action: "raised", Text: "Gearbox oil HIGH, 76.2 °C"})
	add(26*time.Minute, twin.Event{Kind: twin.CommandEvent, Asset: 13, Signal: -1, Action: "sent", User: "engineer", Text: "Power limit 100 → 90 %"})
	add(30*time.Hour, twin.Event{Kind: twin.AlarmEvent, Asset: 15, Signal: 24, Priority: twin.Medium, Action: "cleared", Text: "Main bearing warm: gone", Ref: "a2"})
	add(53*time.Hour, twin.Event{Kind: twin.AlarmEvent, Asset: 15, Signal: 24, Priority: twin.Medium, Action: "raised", Text: "Main bearing warm", Ref: "a2"})
	add(100*time.Hour, twin.Event{Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: -1, Action: "started", Text: "Orrery started"})
	if f.OldestFirst {
		slices.Reverse(out)
	}
	return out, nil
}

// fakeFuture is a course whose gearbox of T03 fails.
type fakeFuture struct {
	tree  *twin.Tree
	shift time.Duration
	gen   uint64
	bad   string
}

func (f *fakeFuture) About() About {
	return About{Units: 6, Generation: f.gen, Fork: testNow, Horizon: testNow.Add(14 * 24 * time.Hour), Members: 64, Computed: testNow.Add(-3 * time.Minute), Elapsed: 400 * time.Millisecond,
		Valid: f.bad == "", Reason: f.bad}
}
func (f *fakeFuture) At(t time.Time, into *twin.Snapshot) bool {
	*into = *fakeSnapshot(f.tree, t, twin.Simulated)
	return !t.After(testNow.Add(14 * 24 * time.Hour))
}
func (f *fakeFuture) Columns(sig twin.SignalID, from, to time.Time, n int, dst []scenario.BandColumn) []scenario.BandColumn {
	g := f.tree.Signal(sig)
	for i := range n {
		at := from.Add(to.Sub(from) * time.Duration(i) / time.Duration(n))
		if at.Before(testNow) {
			dst = append(dst, scenario.BandColumn{Median: math.NaN(), Low: math.NaN(), High: math.NaN()})
			continue
		}
		h := at.Sub(testNow).Hours()
		v := g.Min + (g.Max-g.Min)*(.71+.0004*h+.04*math.Sin(h/30)-.05*float64(f.shift)/float64(24*time.Hour)*.03)
		w := (g.Max - g.Min) * .006 * math.Sqrt(1+h/6)
		dst = append(dst, scenario.BandColumn{Median: v, Low: v - w, High: v + w})
	}
	return dst
}
func (f *fakeFuture) Failures() []scenario.Failure {
	t03, _ := f.tree.AssetByPath("farm/T03")
	gear, _ := f.tree.AssetByPath("farm/T03/Gearbox")
	at := testNow.Add(11*24*time.Hour + 4*time.Hour + f.shift)
	return []scenario.Failure{{Asset: t03, Part: gear, Name: "gearbox", Driver: "load and oil temperature", Median: at, Low: at.Add(-60 * time.Hour), High: at.Add(50 * time.Hour), Probability: .93}}
}
func (f *fakeFuture) Validity(twin.AssetID) (bool, string) { return f.bad == "", f.bad }

type fakeFutures struct {
	base, other *fakeFuture
	tried       []map[string]float64
}

func (f *fakeFutures) Base() Future {
	if f.base == nil {
		return nil
	}
	return f.base
}
func (f *fakeFutures) Other() Future {
	if f.other == nil {
		return nil
	}
	return f.other
}
func (f *fakeFutures) Try(values map[string]float64, _ time.Time) {
	own := map[string]float64{}
	for k, v := range values {
		own[k] = v
	}
	f.tried = append(f.tried, own)
	f.other = &fakeFuture{tree: f.base.tree, shift: 23 * 24 * time.Hour, gen: f.base.gen + uint64(len(f.tried))}
}
func (f *fakeFutures) Drop() { f.other = nil }
func (f *fakeFutures) Compare() (scenario.Comparison, bool) {
	if f.other == nil {
		return scenario.Comparison{}, false
	}
	t03, _ := f.base.tree.AssetByPath("farm/T03")
	d := scenario.Interval{Median: 23, Low: 17, High: 30}
	return scenario.Comparison{Energy: scenario.Interval{Median: -.112, Low: -.119, High: -.104},
		Shifts: []scenario.Shift{{Asset: t03, Name: "gearbox", Days: d, AtLeastDays: d, Certain: true}}}, true
}

func (f *fakeFutures) Answer() (*sim.Answer, bool) {
	if f.other == nil {
		return nil, false
	}
	d := sim.Mean{Value: -11.2e9, Low: -11.9e9, High: -10.4e9}
	mwh, err := twin.ParseUnit("MWh")
	a := &sim.Answer{Headline: "Energy: −3.1 MWh (−3.3 … −2.9)", Runs: 64, Computed: testNow, Parts: []sim.Part{{Asset: "farm/T03", Shade: .8, Text: "+9.1 d without failure"}},
		Figures: []sim.Figure{{ID: "energy", Label: "Energy", Unit: mwh, Decimals: 1, Good: sim.More, Base: sim.Exact(100e9), Changed: sim.Exact(88.8e9), Difference: d}}}
	return a, err == nil
}

// fakeStage paints sky and ground, and counts what it is asked.
type fakeStage struct {
	raster   *canvas.Raster
	applied  *twin.Snapshot
	state    timeline.State
	ghost    *twin.Snapshot
	selected twin.AssetID
	framed   []twin.AssetID
	onSelect func(twin.AssetID, bool)
	look     string
	prio     []twin.Priority
}

func newFakeStage() *fakeStage {
	return &fakeStage{look: "operate", raster: canvas.NewRaster(func(w, h int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			c := theme.Mix(theme.Color(theme.Sky), theme.Color(theme.Ground), float32(y)/float32(h))
			for x := range w {
				img.SetRGBA(x, y, color.RGBA{c.R, c.G, c.B, 255})
			}
		}
		return img
	})}
}

func (s *fakeStage) Object() fyne.CanvasObject { return s.raster }
func (s *fakeStage) Apply(snap *twin.Snapshot, st timeline.State, _ time.Duration) {
	s.applied, s.state = snap, st
}
func (s *fakeStage) Ghost(snap *twin.Snapshot)           { s.ghost = snap }
func (s *fakeStage) Alarms(p []twin.Priority)            { s.prio = p }
func (s *fakeStage) Select(id twin.AssetID)              { s.selected = id }
func (s *fakeStage) Frame(id twin.AssetID)               { s.framed = append(s.framed, id) }
func (s *fakeStage) OnSelect(f func(twin.AssetID, bool)) { s.onSelect = f }
func (s *fakeStage) Look(name string)                    { s.look = name }
func (s *fakeStage) Looking() string                     { return s.look }
func (s *fakeStage) View() Viewpoint                     { return Viewpoint{Eye: [3]float64{1, 2, 3}} }
func (s *fakeStage) SetView(Viewpoint)                   {}
func (s *fakeStage) GoTo(project.Viewpoint)              {}
func (s *fakeStage) Standard(string)                     {}
func (s *fakeStage) Stats() StageStats {
	return StageStats{Presenter: "shared texture", FPS: 60, Frames: 1, FrameTime: 4 * time.Millisecond}
}

// fakeGuard lets commands through its states by hand.
type fakeGuard struct {
	points   []control.Point
	commands []control.Command
	refuse   error
	executed []string
}

func (g *fakeGuard) Points() []control.Point { return g.points }
func (g *fakeGuard) Propose(s control.Setpoint) (control.Command, error) {
	if g.refuse != nil {
		return control.Command{}, g.refuse
	}
	c := control.Command{ID: "c1", Point: s.Point, New: s.Value, Old: 1, User: s.User, State: control.Proposed}
	g.commands = []control.Command{c}
	return c, nil
}
func (g *fakeGuard) Arm(string, string) (control.Command, error) {
	g.commands[0].State, g.commands[0].Armed = control.Armed, testNow
	return g.commands[0], nil
}
func (g *fakeGuard) Execute(_ context.Context, id, _ string) (control.Command, error) {
	g.executed = append(g.executed, id)
	g.commands[0].State, g.commands[0].Sent = control.Sent, testNow
	return g.commands[0], nil
}
func (g *fakeGuard) Cancel(string, string) (control.Command, error) {
	g.commands[0].State = control.Cancelled
	return g.commands[0], nil
}
func (g *fakeGuard) Commands() []control.Command { return g.commands }

// bench is a window with a fake desk, at a clock that the test moves.
type bench struct {
	t       testing.TB
	shell   *Shell
	desk    Desk
	engine  *fakeEngine
	futures *fakeFutures
	stage   *fakeStage
	guard   *fakeGuard
	now     time.Time
	furnish func(*Desk) // adds to the desk before it is opened; nil: nothing
}

func newBench(t testing.TB, size fyne.Size, mode theme.Mode) *bench {
	t.Helper()
	app := test.NewTempApp(t)
	b := &bench{t: t, now: testNow}
	b.shell = New(app, Options{Size: size, Theme: mode.String(), Clock: func() time.Time { return b.now }})
	b.shell.background = func(f func()) { f() }
	t.Cleanup(func() {
		b.shell.closeDesk()
		theme.SetMode(theme.AlwaysNight, theme.Night)
	})
	return b
}

// open opens a desk with an alarm, a forecast and everything else.
func (b *bench) open() *bench {
	b.t.Helper()
	p := fakeProject(b.t)
	b.engine = &fakeEngine{snap: fakeSnapshot(p.Tree, b.now, twin.Live)}
	gear, oil := p.Alarms[0].Asset, p.Alarms[0].Signal
	bearing, _ := p.Tree.AssetByPath("farm/T03/Main bearing")
	b.engine.alarms = []alarm.Occurrence{
		{Definition: &alarm.Definition{ID: "farm/T03/Gearbox/oil_high", Asset: gear, Signal: oil, Condition: alarm.High, Priority: twin.High, Message: "Gearbox oil HIGH"},
			Ref: "a1", Flags: alarm.Flags{Active: true}, Raised: b.now.Add(-2 * time.Minute), Value: 351.55},
		{Definition: &alarm.Definition{ID: "farm/T03/Main bearing/warm", Asset: bearing, Signal: oil, Condition: alarm.High, Priority: twin.Medium, Message: "Main bearing warm"},
			Ref: "a2", Flags: alarm.Flags{Active: true, Acked: true}, Raised: b.now.Add(-53 * time.Hour), Value: 340},
	}
	b.futures = &fakeFutures{base: &fakeFuture{tree: p.Tree, gen: 100}}
	b.stage = newFakeStage()
	t03, _ := p.Tree.AssetByPath("farm/T03")
	limit, _ := p.Tree.SignalByPath("farm/T03/power_limit")
	b.guard = &fakeGuard{points: []control.Point{
		{ID: "farm/T03/power_limit", Asset: t03, Signal: limit, Label: "Power limit", Name: "power_limit", Unit: unit(b.t, "%"), Min: .2, Max: 1},
		{ID: "farm/T03/yaw", Asset: t03, Signal: limit, Label: "Yaw", Name: "yaw", Unit: unit(b.t, "°"), Min: -3.14, Max: 3.14},
	}}
	tl := timeline.New(func() time.Time { return b.now })
	b.desk = Desk{Project: p, Timeline: tl, Engine: b.engine, History: fakeHistory{p.Tree}, Journal: fakeJournal{}, Guard: b.guard, Futures: b.futures, Stage: b.stage,
		User: "engineer", MaxHistory: 20e9, BackTest: "16 of 20 inside",
		Trust: func() []predict.Trust {
			return []predict.Trust{{Unit: t03, Level: predict.Green, Score: .9, Text: "twin matches plant"}}
		}}
	if b.furnish != nil {
		b.furnish(&b.desk)
	}
	if err := b.shell.Open(b.desk); err != nil {
		b.t.Fatal(err)
	}
	id := gear
	b.shell.desk.selectAsset(id, false)
	b.shell.tree.reveal(id)
	b.settle()
	return b
}

// settle lets the workers finish and takes their results.
func (b *bench) settle() {
	b.t.Helper()
	x := b.shell.desk
	software.RenderCanvas(b.shell.window.Canvas(), theme.Fyne{}) // the plots learn how wide they are
	deadline := time.Now().Add(10 * time.Second)
	for quiet := 0; quiet < 3; {
		b.now = b.now.Add(50 * time.Millisecond)
		x.frame()
		if x.pastAt.busy() || x.plots.busy() || x.lists.busy() || x.trends.visible() && (x.trends.work.busy() || x.trends.due || x.trends.statsDue) || x.feed.stripDue || x.scenarios.runs.working() {
			quiet = 0
		} else {
			quiet++
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the workers do not come to rest: past %v, plots %v, lists %v, trends %v %v %v, strip %v, questions %v", x.pastAt.busy(), x.plots.busy(), x.lists.busy(),
				x.trends.work.busy(), x.trends.due, x.trends.statsDue, x.feed.stripDue, x.scenarios.runs.working())
		}
		time.Sleep(time.Millisecond)
	}
	b.now = b.now.Truncate(500 * time.Millisecond)
	if b.now.UnixMilli()/500%2 == 1 {
		b.now = b.now.Add(500 * time.Millisecond) // the bright half of a blink
	}
	x.pace.numbers = time.Time{}
	x.frame()
}
