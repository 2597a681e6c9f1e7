package ui

import (
	"errors"
	"io"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
	strip "github.com/orrery-twin/orrery/ui/timeline"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// session is an open desk: what the frame tick keeps between frames.
type session struct {
	Desk
	s    *Shell
	anim *fyne.Animation

	trends *trendPanel
	strip  *strip.Strip

	last   time.Time      // of the frame
	state  timeline.State // of the frame
	pace   pacer
	pastAt *lane // snapshots of the past
	plots  *lane // density, marks
	lists  *lane // journal, sparklines
	hovers *lane // what stood at the moment under the pointer
	steps  *lane // samples to step to

	live      *twin.Snapshot // as assessed: see assess
	liveSeen  *twin.Snapshot // from the engine
	assessed  time.Time
	past      *twin.Snapshot
	pastWant  int64
	spare     []*twin.Snapshot
	ahead     [2]twin.Snapshot // filled in turn
	aheadAt   int64
	aheadOf   uint64 // generation of the future that filled it
	aheadTurn int
	ghost     twin.Snapshot
	ghosting  bool
	counter   uint64 // generations of snapshots made here

	axis    span2 // of trend and timeline
	feed    feed
	values  map[string]float64 // of the what-if, SI
	fork    time.Time
	runs    uint64 // results of the what-if and base taken over
	seenA   uint64
	seenB   uint64
	chosen  bool // the user has chosen what is plotted
	opening bool

	edits             *bindings // of bindings
	scenarios         *scenarios
	models            *library // opened by the user; nil when the stage shows none
	bare              bool     // there is no twin: models alone
	facing            facing
	lastCut           *scene.Section  // that was closed or changed last
	area              *viewArea       // where the plant is seen; nil for a stage without viewports
	windows           []*sideWindow   // further ones
	over              *fyne.Container // the view with what lies over it
	card              *openCard
	notice            *notice
	guide             *guide
	carded            time.Time // when the card was updated last
	cardRows, version int       // of the card and of the models when they were laid out last
	back, forward     []choice  // selections
	awaited           uint64    // generation of the newest future that the panels were told of
	rate              struct {  // of the values taken in, as the status bar shows it
		text string
		at   time.Time
		lost uint64
	}
	viewport StageStats
}

// span2 is a span of time.
type span2 struct{ from, to time.Time }

// Open shows a desk in place of whatever the window shows. Call it on the Fyne goroutine.
func (s *Shell) Open(d Desk) error {
	bare := d.bare()
	if bare {
		if err := d.furnish(s.clock); err != nil {
			return err
		}
	}
	if d.Project.Tree == nil || d.Timeline == nil || d.Engine == nil || d.Stage == nil {
		return errors.New("ui: a desk needs a project with a tree, a timeline, an engine and a stage")
	}
	s.closeDesk()
	t := d.Project.Tree
	x := &session{Desk: d, s: s, pastAt: newLane(), plots: newLane(), lists: newLane(), hovers: newLane(), steps: newLane(), values: map[string]float64{}, last: s.clock(), bare: bare}
	s.desk, s.start = x, nil

	v := &s.view
	*v = view{tree: t, snap: d.Engine.Snapshot(), selected: twin.NoAsset, headline: headlines(d.Project), dataAge: -1, now: s.clock(), at: s.clock()}
	v.zone, _ = s.prefs.zone(d.Project.Site.Zone)
	v.limits = limits(d.Project)
	v.rollup = make([]alarmMark, len(t.Assets()))
	if stage, ok := d.Stage.(ModelStage); ok {
		x.models = newLibrary(x, stage)
		v.models = x.models
		stage.OnPart(x.pickPart)
	}
	if bare {
		v.tree = nil // what a twin would fill is left out
	}
	if stage := x.stage(); stage != nil {
		x.area = newViewArea(x, stage, s.prefs.Layout.Views, stage.Active())
		x.area.onChange = x.keepViews
		stage.OnActive(func(*viewport.Viewport) { x.turned() })
		stage.SetQuality(s.prefs.Quality)
	}
	x.edits = newBindings(x)
	x.parameters()
	s.tree.reset()

	x.trends, x.strip = newTrendPanel(x), strip.NewStrip()
	x.scenarios = newScenarios(x)
	s.pages = newPages(s, x.trends, s.alarms, s.journal, s.sources, x.scenarios.page)
	s.pages.onOpen = func(string) { x.scenarios.opened() }
	x.wire()

	s.dock = newDock(s.prefs.Layout)
	s.dock.bare = bare
	s.dock.top, s.dock.left, s.dock.view, s.dock.right = s.top.board, x.scenarios.beside(s.tree.CanvasObject), x.room(), x.edits.beside(s.inspect.board)
	s.dock.bottom, s.dock.strip, s.dock.status = s.pages.CanvasObject, x.strip, s.status.board
	s.dock.card, s.dock.place = x.trends.card, x.trends.placeCard
	s.dock.onChange = func() { s.prefs.Layout = s.dock.arrangement }
	s.show(s.dock.object())
	x.edits.attach(s.dock)
	s.retitle()
	s.top.user = d.User
	if d.Project.File != "" {
		s.prefs.remember(Recent{d.Project.Name, d.Project.File, s.clock()})
		s.prefs.save(s.app.Preferences())
	}
	x.opening = true
	if bare {
		d.Stage.Look("engineer") // the colours of the files
	} else {
		x.recallBookmarks()
		x.showAll()
		x.home()
	}
	x.opening = false
	if x.models != nil {
		x.watchTwin()
	}
	x.restoreWindows()
	x.openWaiting()
	x.frame()
	if d.Begin != nil && !bare {
		s.Fail(x.followLink(*d.Begin))
	}

	x.anim = &fyne.Animation{Duration: time.Hour, RepeatCount: fyne.AnimationRepeatForever, Curve: fyne.AnimationLinear, Tick: func(float32) {
		if s.desk == x {
			x.frame()
		}
	}}
	x.anim.Start()
	return nil
}

// closeDesk ends the frame tick and the workers of the open desk.
func (s *Shell) closeDesk() {
	x := s.desk
	if x == nil {
		return
	}
	s.desk = nil
	if x.anim != nil {
		x.anim.Stop()
	}
	for _, l := range []*lane{x.pastAt, x.plots, x.lists, x.hovers, x.steps} {
		l.close()
	}
	x.trends.close()
	if x.models != nil {
		x.models.close()
	}
	x.edits.close()
	x.scenarios.close()
	s.tree.CanvasObject.Show()
	s.commands.Done.Clear() // its changes hold on to this desk
	x.closeWindows()
	if c, ok := x.Stage.(io.Closer); ok {
		if err := c.Close(); err != nil {
			fyne.LogError("the 3D view did not close cleanly", err)
		}
	}
	s.prefs.save(s.app.Preferences())
	s.view = view{selected: twin.NoAsset, zone: s.view.zone}
	s.window.SetTitle("Orrery")
}

// wire joins the panels to the desk.
func (x *session) wire() {
	s := x.s
	x.Stage.OnSelect(func(id twin.AssetID, frame bool) {
		x.pick(item{asset: id}, frame)
		s.tree.reveal(id)
	})
	if st, ok := x.Stage.(*stage); ok && !x.bare {
		st.OnCarry(x.carryAsset)
	}
	s.tree.onSelect = func(id twin.AssetID, frame bool) { x.pick(item{asset: id}, frame) }
	s.tree.onMenu, s.tree.onCarry = x.assetMenu, x.carryAsset
	s.tree.onPart = func(p part, frame bool) { x.pick(item{twin.NoAsset, p}, frame) }
	s.tree.onModelMenu = x.modelMenu
	s.tree.sight, s.tree.onEye = nil, x.toggleSight
	if x.area != nil {
		s.tree.sight = x.sight
	}
	s.tree.onWarnings = func(o *openedModel) { s.askModel(o, "warnings", 0) }
	s.inspect.onModel = s.askModel
	s.inspect.onSelect = func(id twin.AssetID, frame bool) {
		x.selectAsset(id, frame)
		s.tree.reveal(id)
	}
	s.inspect.onPlot = x.plot
	s.inspect.onAck = func(id string) { x.acknowledge([]string{id}) }
	s.inspect.onParam = x.setParameter
	s.inspect.onCommand = func(name string) { s.run(command.ID("inspector." + name)) }
	s.top.onAlarm = x.showAlarm
	s.top.onAlarms = func() { s.pages.open("alarms") }
	s.top.onBadge = x.Timeline.GoLive
	s.alarms.onAck = x.acknowledge
	s.alarms.onShow = x.showAlarm
	s.journal.onQuery = func() { x.feed.journalDue = true }
	s.journal.onStory = func(l journalLine) { x.tell(l.Time, l.Asset, l.Ref) }
	s.journal.onNote = x.askNote

	x.strip.OnDrag = x.Timeline.DragTo
	x.strip.OnDrop = x.Timeline.DragEnd
	x.strip.OnJump = x.jump
	x.strip.OnMark = func(m strip.Mark) {
		x.tell(m.At, m.Asset, m.Ref)
		s.pages.open("journal")
	}
	x.strip.OnFailure = func(f strip.Failure) { x.tell(f.Median, f.ID, "") }
	x.strip.OnLane = func(l strip.Lane) { x.scenarios.choose(l.ID) }
	x.strip.OnHover = x.preview
	x.strip.OnSpan = x.zoom
	x.strip.OnAction = x.stripAction
}

// home is how a desk opens: at the first viewpoint, with its selection, and the leading signal plotted.
func (x *session) home() {
	p := x.Project
	sel := twin.NoAsset
	if len(p.Viewpoints) > 0 {
		x.goTo(0)
		sel = p.Viewpoints[0].Select
	} else {
		x.Stage.Frame(twin.NoAsset)
	}
	if sel != twin.NoAsset {
		x.choose(choiceOf(sel))
		x.s.tree.reveal(sel)
	}
	if kept, ok := x.s.prefs.trendOf(p); ok {
		x.trends.set(kept)
		x.chosen = true
	} else if len(x.s.view.plotted) == 0 {
		x.plotLeading(0)
	}
}

// plotLeading plots the leading signal of an asset, or of the first one below it that has any.
func (x *session) plotLeading(id twin.AssetID) {
	v := &x.s.view
	for queue := []twin.AssetID{id}; len(queue) > 0; queue = queue[1:] {
		if sig := v.headline[queue[0]]; sig != twin.NoSignal {
			x.plot(sig, false)
			return
		}
		queue = append(queue, v.tree.Asset(queue[0]).Children...)
	}
}

// choose selects without noting it for undo.
func (x *session) choose(c choice) {
	v := &x.s.view
	v.selected, v.part, v.also = c.asset, c.part, c.also
	x.show(c)
	if c.asset != twin.NoAsset {
		if sig := v.headline[c.asset]; sig != twin.NoSignal {
			x.trends.follow(sig)
		}
	}
	x.feed.sparksDue, x.feed.stripDue, x.feed.journalDue = true, true, true
	x.s.inspect.board.offset = 0
	x.s.updatePanels()
}

func plots(list []twin.SignalID, sig twin.SignalID) bool {
	for _, p := range list {
		if p == sig {
			return true
		}
	}
	return false
}

// selectAsset selects an asset for the user, NoAsset for nothing.
func (x *session) selectAsset(id twin.AssetID, frame bool) {
	x.selectChoice(choiceOf(id), frame)
}

func (x *session) rechoose(c choice) {
	if x.s.desk != x {
		return
	}
	x.choose(c)
	x.s.tree.reveal(c.asset)
	x.s.tree.revealPart(c.part.path)
}

// travel goes back (−1) or forward (+1) through the selections.
func (x *session) travel(dir int) {
	from, to := &x.back, &x.forward
	if dir > 0 {
		from, to = to, from
	}
	n := len(*from)
	if n == 0 {
		return
	}
	c := (*from)[n-1]
	*from = (*from)[:n-1]
	*to = append(*to, x.s.view.choice())
	x.rechoose(c)
}

// plot shows a signal in the trend, alone or beside the others.
func (x *session) plot(sig twin.SignalID, add bool) {
	x.trends.plot(x.Project.Tree.Signal(sig).Path, add)
	if x.s.pages.current != "trend" && !add {
		x.s.pages.open("trend")
	}
}

// showAlarm selects and frames the asset of an alarm, and plots its signal around the moment when it was raised.
func (x *session) showAlarm(a alarmLine) {
	x.selectAsset(a.Asset, true)
	x.s.tree.reveal(a.Asset)
	if a.Signal != twin.NoSignal {
		x.plot(a.Signal, false)
	}
	x.s.pages.open("trend")
}

// acknowledge acknowledges alarms one by one; the first error is shown.
func (x *session) acknowledge(ids []string) {
	user := x.User
	if user == "" {
		user = "operator"
	}
	var first error
	for _, id := range ids {
		if err := x.Engine.Acknowledge(id, user); err != nil && first == nil {
			first = err
		}
	}
	x.s.Fail(first)
	x.pace.numbers = time.Time{}
}

// seek moves the cursor; now and later moments within reach are shown as they are.
func (x *session) seek(t time.Time) {
	x.Timeline.Seek(t)
	x.keepInView(t)
}

// stripAction does what a button of the timeline asks for.
func (x *session) stripAction(a strip.Action, back bool) {
	switch a {
	case strip.StepBack:
		x.s.run("time.back")
	case strip.StepOn:
		x.s.run("time.forward")
	case strip.Toggle:
		x.s.run("time.play")
	case strip.GoLive:
		x.s.run("time.live")
	case strip.Speed:
		if back {
			x.s.run("time.slower")
		} else {
			x.s.run("time.faster")
		}
	default:
		st := x.Timeline.State()
		x.zoom(strip.SpanOf(a, st.First, st.Now, st.Horizon))
	}
}

// zoom shows another span on the time axis; it can be undone.
func (x *session) zoom(from, to time.Time) {
	old := x.axis
	x.setAxis(span2{from, to})
	now := x.axis
	x.s.commands.Done.Did(command.Change{Text: "Zoom the time axis", Key: "axis",
		Undo: func() { x.setAxis(old) }, Redo: func() { x.setAxis(now) }})
}

func (x *session) setAxis(a span2) {
	if !a.to.After(a.from) || x.s.desk != x {
		return
	}
	x.axis = a
	// Near enough to let the cursor go: about five pixels.
	x.Timeline.SetSnap(a.to.Sub(a.from) / 300)
	x.trends.turn()
	x.feed.stripDue = true
}

// showAll shows the whole recorded past and the forecast.
func (x *session) showAll() {
	st := x.Timeline.Tick()
	first, last, ok := time.Time{}, st.Horizon, false
	if x.History != nil {
		first, _, ok = x.History.Extent()
	}
	if !ok {
		first = st.First
	}
	if last.IsZero() || !last.After(st.Now) {
		last = st.Now.Add(x.Project.Horizon)
	}
	x.setAxis(spanOf(strip.SpanOf(strip.SpanAll, first, st.Now, last)))
}

func spanOf(from, to time.Time) span2 { return span2{from, to} }

// keepInView moves the axis, by whole pages, so that a moment is on it.
func (x *session) keepInView(t time.Time) {
	width := x.axis.to.Sub(x.axis.from)
	switch {
	case width <= 0:
	case t.Before(x.axis.from):
		x.setAxis(span2{t.Add(-width / 4), t.Add(width * 3 / 4)})
	case t.After(x.axis.to):
		x.setAxis(span2{t.Add(-width * 3 / 4), t.Add(width / 4)})
	}
}

// goTo moves the camera to a viewpoint of the twin file.
func (x *session) goTo(i int) {
	old := x.Stage.View()
	p := x.Project.Viewpoints[i]
	x.Stage.GoTo(p)
	x.s.commands.Done.Did(command.Change{Text: "Go to " + p.Label, Undo: func() { x.Stage.SetView(old) }, Redo: func() { x.Stage.GoTo(p) }})
}

// dirty has everything drawn again, after a change of the theme.
func (x *session) dirty() {
	x.trends.due, x.feed.stripDue = true, true
	x.pace.numbers = time.Time{}
}
