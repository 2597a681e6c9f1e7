package ui

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/timeline"
)

// numbers fills in what the panels show and lets them repaint what changed. It runs at most four times a second.
func (x *session) numbers(st timeline.State, now time.Time) {
	s, v := x.s, &x.s.view
	v.blink = now.UnixMilli()/blinkEvery.Milliseconds()%2 == 1
	x.age(st, now)
	x.alarmLines()
	v.rollUp()
	x.stageAlarms()
	x.outlook()
	x.compare()
	x.may(st)
	x.expireNote(now)
	x.statusItems(st)
	s.pages.count = len(v.current)
	s.updatePanels()
	if s.pages.current == "sources" {
		x.health()
	}
	if s.order != nil {
		s.order.tick()
	}
}

// expireNote takes an old note off the status bar.
func (x *session) expireNote(now time.Time) {
	if s := x.s; !s.noteTill.IsZero() && now.After(s.noteTill) && s.status.note != "" {
		s.status.note = ""
	}
}

// age finds how old the newest value is, and whether nothing comes although it should.
func (x *session) age(st timeline.State, now time.Time) {
	v := &x.s.view
	newest := int64(0)
	live := x.Engine.Snapshot()
	for i := range live.Values {
		newest = max(newest, live.Values[i].Time)
	}
	v.dataAge = -1
	if newest > 0 {
		v.dataAge = max(0, time.Duration(now.UnixNano()-newest))
	}
	v.noData = newest == 0 || v.dataAge > silentAfter
	if newest == 0 && now.Sub(x.feed.opened) < silentAfter {
		v.noData = false // just opened: nothing could have come yet
	}
}

// alarmLines takes over the alarms of now, and chooses those of the moment shown: live they are the same; in the past they
// are read from the journal, as they stood; in the future they are the limits that the forecast crosses.
func (x *session) alarmLines() {
	v := &x.s.view
	v.current = v.current[:0]
	for _, o := range x.Engine.Alarms() {
		switch o.State() {
		case alarm.Normal, alarm.Shelved, alarm.Suppressed, alarm.OutOfService:
			continue
		}
		v.current = append(v.current, lineOf(x.Project.Tree, &o))
	}
	rank(v.current)
	switch {
	case v.phase == livePhase:
		v.alarms = v.current
	case v.ahead:
		v.alarms = x.expectedAlarms()
	default:
		v.alarms = x.feed.pastAlarms
	}
}

// expectedAlarms lists the limits that the forecast crosses at the moment shown.
func (x *session) expectedAlarms() []alarmLine {
	v := &x.s.view
	var out []alarmLine
	for i := range x.Project.Alarms {
		d := &x.Project.Alarms[i]
		val := v.snap.At(d.Signal)
		if val.Quality != twin.Predicted || math.IsNaN(val.Value) {
			continue
		}
		if d.Condition == alarm.High && val.Value >= d.Limit || d.Condition == alarm.Low && val.Value <= d.Limit {
			out = append(out, alarmLine{ID: d.ID, Asset: d.Asset, Signal: d.Signal, Priority: d.Priority, Message: d.Message,
				Value: quantity(v.tree.Signal(d.Signal), val), Raised: v.at, Active: true, Acked: true, Expected: true})
		}
	}
	rank(out)
	return out
}

// replay reconstructs the alarms that stood at the end of a list of alarm events, oldest first.
func replay(t *twin.Tree, entries []journal.Entry) []alarmLine {
	open := map[string]*alarmLine{}
	var order []string
	for _, e := range entries {
		ref := e.Ref
		if ref == "" {
			ref = fmt.Sprint(e.Asset, "/", e.Signal)
		}
		a := open[ref]
		if a == nil {
			if e.Action != "raised" || e.Asset == twin.NoAsset {
				continue
			}
			a = &alarmLine{ID: ref, Asset: e.Asset, Signal: e.Signal, Priority: e.Priority, Message: e.Text, Raised: e.Time, Active: true}
			open[ref] = a
			order = append(order, ref)
			continue
		}
		switch e.Action {
		case "acknowledged":
			a.Acked = true
		case "cleared":
			a.Active = false
		case "raised":
			a.Active = true
		}
	}
	var out []alarmLine
	for _, ref := range order {
		if a := open[ref]; a.Active || !a.Acked {
			out = append(out, *a)
		}
	}
	rank(out)
	return out
}

func lineOf(t *twin.Tree, o *alarm.Occurrence) alarmLine {
	d := o.Definition
	a := alarmLine{ID: d.ID, Asset: d.Asset, Signal: d.Signal, Priority: d.Priority, Message: d.Message,
		Raised: o.Raised, Active: o.Active || o.Latched, Acked: o.Acked}
	if d.Condition == alarm.Stale {
		a.Value = "no fresh value"
	} else if d.Signal != twin.NoSignal && !math.IsNaN(o.Value) { // not known of alarms from before the last start
		a.Value = quantity(t.Signal(d.Signal), twin.Value{Value: o.Value, Quality: twin.Good})
	}
	return a
}

// stageAlarms marks the assets themselves, not those above them.
func (x *session) stageAlarms() {
	v := &x.s.view
	prio := make([]twin.Priority, len(v.tree.Assets()))
	for i := len(v.alarms) - 1; i >= 0; i-- {
		if a := &v.alarms[i]; a.Active || !a.Acked {
			prio[a.Asset] = a.Priority
		}
	}
	x.Stage.Alarms(prio)
}

// outlook takes over the forecast and how far it may be trusted.
func (x *session) outlook() {
	v := &x.s.view
	v.scenario = "scenario A, base"
	o := outlook{Trust: -1, Horizon: x.Project.Horizon, BackTest: x.BackTest}
	o.Trust, o.TrustText = x.trust(v.selected)
	if x.Futures == nil {
		v.outlook = o
		return
	}
	run := x.Futures.Base()
	if run == nil {
		o.Reason = "The first forecast is being computed"
		v.outlook, v.forecast = o, nil
		return
	}
	about := run.About()
	o.Ready, o.Valid, o.Reason = true, about.Valid, sentence(about.Reason)
	o.Computed, o.Units = about.Computed, about.Units
	if !about.Horizon.IsZero() {
		o.Horizon = about.Horizon.Sub(about.Fork)
	}
	if sel := v.selected; o.Valid && sel != twin.NoAsset && sel != 0 {
		if ok, why := run.Validity(sel); !ok {
			o.Valid, o.Reason = false, sentence(why)
		}
	}
	if about.Generation != x.seenA {
		x.seenA = about.Generation
		x.runs++
		v.forecast = run.Failures()
		x.pointOut()
		x.trends.due, x.feed.stripDue = true, true
		x.bounds()
	}
	if !about.Valid {
		v.forecast = nil
	}
	v.outlook = o
}

// pointOut plots the part that is expected to fail first, while the user has not chosen anything yet.
func (x *session) pointOut() {
	v := &x.s.view
	if x.chosen || v.selected != twin.NoAsset {
		return
	}
	if f, ok := v.failureOf(0); ok && !f.Median.IsZero() && v.headline[f.Part] != twin.NoSignal {
		x.trends.follow(v.headline[f.Part])
	}
}

// bounds tells the timeline where recording begins and the forecast ends.
func (x *session) bounds() {
	var first, horizon time.Time
	if x.History != nil {
		if f, _, ok := x.History.Extent(); ok {
			first = f
		}
	}
	if x.Futures != nil {
		if b := x.Futures.Base(); b != nil {
			horizon = b.About().Horizon
		}
	}
	x.Timeline.SetBounds(first, horizon)
}

// trust words how well the twin matches the plant: for the unit of the selected asset, else for the worst unit.
func (x *session) trust(asset twin.AssetID) (float32, string) {
	if x.Trust == nil {
		return -1, ""
	}
	best, found := predict.Trust{}, false
	for _, t := range x.Trust() {
		if t.Level == predict.Unknown {
			continue
		}
		if asset != twin.NoAsset && x.Project.Tree.Under(asset, t.Unit) {
			return float32(t.Score), t.Text
		}
		if !found || t.Score < best.Score {
			best, found = t, true
		}
	}
	if !found {
		return -1, ""
	}
	return float32(best.Score), best.Text
}

// parameters makes the sliders of the twin file.
func (x *session) parameters() {
	w := &x.s.view.whatIf
	*w = whatIf{Name: otherName, Shown: true}
	for _, p := range x.Project.Parameters {
		w.Parameters = append(w.Parameters, parameter{ID: p.ID, Label: p.Label, Unit: p.Unit, Min: p.Min, Max: p.Max, Default: p.Default, Value: p.Default, Step: p.Step})
	}
}

// setParameter tries another value in the what-if. It computes while the slider moves; only what the slider ends at can
// be undone.
func (x *session) setParameter(id string, si float64, done bool) {
	w := &x.s.view.whatIf
	for i := range w.Parameters {
		if q := &w.Parameters[i]; q.ID == id {
			if q.Value == si && x.values[id] == si && !done {
				return
			}
			q.Value = si
		}
	}
	old, had := x.values[id]
	x.values[id] = si
	x.try()
	if !done {
		if !x.feed.holding {
			x.feed.holding, x.feed.held, x.feed.heldHad = true, old, had
		}
		return
	}
	if x.feed.holding {
		old, had = x.feed.held, x.feed.heldHad
		x.feed.holding = false
	}
	put := func(v float64, set bool) {
		if !set {
			delete(x.values, id)
		} else {
			x.values[id] = v
		}
		for i := range w.Parameters {
			if q := &w.Parameters[i]; q.ID == id {
				q.Value = q.Default
				if set {
					q.Value = v
				}
			}
		}
		x.try()
		x.s.inspect.update()
	}
	x.s.commands.Done.Did(changeOf("Change the what-if", func() { put(old, had) }, func() { put(si, true) }))
}

// try asks for the what-if, or drops it when nothing differs from the base.
func (x *session) try() {
	if x.Futures == nil {
		return
	}
	if x.scenarios != nil {
		x.scenarios.followSlider()
	}
	w := &x.s.view.whatIf
	w.Changed = !x.fork.IsZero()
	for _, q := range w.Parameters {
		w.Changed = w.Changed || math.Abs(q.Value-q.Default) > 1e-9*(1+math.Abs(q.Default))
	}
	for id := range x.values {
		w.Changed = w.Changed || x.Project.Parameter(id) == nil // a field of a study
	}
	if !w.Changed {
		x.Futures.Drop()
		x.seenB = 0
		x.trends.due, x.feed.stripDue = true, true
		return
	}
	x.Futures.Try(x.values, x.fork)
}

// resetWhatIf puts all sliders back.
func (x *session) resetWhatIf() {
	clear(x.values)
	x.fork = time.Time{}
	w := &x.s.view.whatIf
	for i := range w.Parameters {
		w.Parameters[i].Value = w.Parameters[i].Default
	}
	x.try()
	x.s.inspect.update()
}

// compare words the what-if against the base.
func (x *session) compare() {
	w := &x.s.view.whatIf
	w.Caption, w.Compare = "move a slider to try it", nil
	if x.Futures == nil {
		return
	}
	run := x.Futures.Other()
	if run == nil {
		if w.Changed {
			w.Caption = "scenario B is being computed"
		}
		return
	}
	about := run.About()
	w.Caption = fmt.Sprintf("scenario B · %s · %.1f s", count(about.Members, "run"), about.Elapsed.Seconds())
	if about.Generation != x.seenB {
		x.seenB = about.Generation
		x.runs++
		x.trends.due, x.feed.stripDue = true, true
	}
	if !about.Valid {
		w.Compare = []string{"Scenario B is withdrawn", sentence(about.Reason)}
		return
	}
	c, ok := x.Futures.Compare()
	if !ok {
		return
	}
	w.Compare = comparison(x.s.view.tree, x.s.view.selected, c, about.Horizon.Sub(about.Fork))
}

// comparison words B against A for the unit of the selected asset, or the unit that moves most.
func comparison(t *twin.Tree, asset twin.AssetID, c scenario.Comparison, horizon time.Duration) []string {
	lines := []string{"B against A, " + strings.Replace(span(horizon), " d", " days", 1)}
	var pick *scenario.Shift
	for i := range c.Shifts {
		s := &c.Shifts[i]
		if asset != twin.NoAsset && t.Under(asset, s.Asset) {
			pick = s
			break
		}
		if pick == nil || absFinite(s.AtLeastDays.Median) > absFinite(pick.AtLeastDays.Median) {
			pick = s
		}
	}
	if pick != nil {
		d, least := pick.Days, pick.AtLeastDays
		text := ""
		switch {
		case math.IsNaN(d.Median):
			text = "no failure within the horizon in either"
		case math.IsInf(d.Median, 1):
			text = "failure moves beyond the horizon, by " + signed(least.Median, 1) + " d at least"
		case math.IsInf(d.Median, -1):
			text = "failure comes within the horizon, by " + signed(least.Median, 1) + " d at least"
		case !pick.Certain:
			text = "failure " + signed(d.Median, 1) + " d, not certain (" + ending(d.Low) + " to " + ending(d.High) + ")"
		default:
			text = "failure " + signed(d.Median, 1) + " d (" + ending(d.Low) + " to " + ending(d.High) + ")"
		}
		if pick.Asset != 0 {
			text = t.Asset(pick.Asset).Label + " " + text
		}
		lines = append(lines, text)
	}
	if e := c.Energy; !math.IsNaN(e.Median) {
		lines = append(lines, fmt.Sprintf("energy %s %% (%s to %s)", signed(e.Median*100, 1), signed(e.Low*100, 1), signed(e.High*100, 1)))
	}
	return lines
}

func ending(days float64) string {
	if math.IsInf(days, 0) || math.IsNaN(days) {
		return "beyond"
	}
	return signed(days, 1)
}

func absFinite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Abs(v)
}

// may decides whether commands may be given, and if not says why.
func (x *session) may(st timeline.State) {
	v := &x.s.view
	v.live, v.whyNot = false, ""
	switch {
	case x.Guard == nil || len(x.Guard.Points()) == 0:
		v.whyNot = "This twin file names no set-points under control"
	case st.Mode != timeline.Live:
		v.whyNot = "Commands are sent from live only: press L"
	case v.noData:
		v.whyNot = "No data arrive, so the effect of a command could not be seen"
	default:
		v.live = true
	}
}

// may returns why a command is refused now, nil when it is not.
func (v *view) may() error {
	if v.live {
		return nil
	}
	if v.whyNot == "" {
		return errors.New("commands are off")
	}
	return errors.New(v.whyNot)
}

// statusItems fills the status bar.
func (x *session) statusItems(st timeline.State) {
	v := &x.s.view
	var items []statusItem
	stats := x.Engine.Stats()
	for _, h := range x.Engine.Health() {
		text := h.Name
		if h.Endpoint != "" {
			text += " " + h.Endpoint
		}
		it := statusItem{name: "source:" + h.Name, link: h.State, dot: true, trust: -1, text: text, hint: "Show sources and health", tap: func() { x.s.pages.open("sources") }}
		if h.State == twin.Lost || h.State == twin.Refused {
			it.bad, it.text = true, text+" "+h.State.String()
		}
		items = append(items, it)
	}
	lost := stats.Dropped
	if now := x.s.clock(); !calm(st) || lost != x.rate.lost || now.Sub(x.rate.at) >= calmEvery {
		x.rate.text, x.rate.at, x.rate.lost = fmt.Sprintf("%.0f values/s · %s lost", stats.SamplesPerSec, grouped(fmt.Sprint(lost))), now, lost
	}
	items = append(items, statusItem{name: "rate", text: x.rate.text, trust: -1, hint: "Values taken in per second, and values lost for want of room"})
	if stats.HistoryError != "" {
		items = append(items, statusItem{name: "history-error", text: sentence(stats.HistoryError), bad: true, trust: -1})
	} else if x.History != nil {
		hs := x.History.Stats()
		text := "history"
		if first, last, ok := x.History.Extent(); ok {
			text += " " + span(last.Sub(first))
		}
		text += " · " + size(hs.Bytes)
		if x.MaxHistory > 0 {
			text += " of " + size(x.MaxHistory)
		}
		items = append(items, statusItem{name: "history", text: text, bad: hs.DiskFull, trust: -1, hint: "Recorded span and its size on disk"})
	}
	if stats.JournalError != "" {
		items = append(items, statusItem{name: "journal-error", text: sentence(stats.JournalError), bad: true, trust: -1})
	}
	g := x.Stage.Stats()
	x.viewport = g
	picture := g.Presenter
	if g.FPS > 0 {
		picture = fmt.Sprintf("%.0f fps · %s", g.FPS, g.Presenter)
	}
	if picture != "" {
		if g.Degraded != "" {
			picture += " · " + g.Degraded
		}
		items = append(items, statusItem{name: "picture", text: picture, trust: -1, hint: "How the 3D view reaches the screen"})
	}
	if v.outlook.TrustText != "" {
		t, text := x.trust(twin.NoAsset)
		items = append(items, statusItem{name: "trust", text: text, trust: t, hint: "Residual between the twin's model and what was measured"})
	}
	_, zone := x.s.prefs.zone(x.Project.Site.Zone)
	x.s.status.set(items, statusItem{name: "zone", text: zone, trust: -1, hint: "Times are shown in this zone — click for the next", tap: x.s.nextZone})
}

// health fills the page of sources.
func (x *session) health() {
	var lines []sourceLine
	for _, h := range x.Engine.Health() {
		lines = append(lines, sourceLine{h.Name, h.Health})
	}
	st := x.Engine.Stats()
	num := func(n uint64) string { return grouped(fmt.Sprint(n)) }
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }
	figures := []figure{
		{"Values per second", fmt.Sprintf("%.0f", st.SamplesPerSec), false},
		{"Values taken in", num(st.Samples), false},
		{"Lost for want of room", num(st.Dropped), st.Dropped > 0},
		{"Late, kept in the history only", num(st.Late), false},
		{"Stamped in the future", num(st.Future), st.Future > 0},
		{"Latency, half of the values", ms(st.LatencyP50), false},
		{"Latency, 95 % of the values", ms(st.LatencyP95), st.LatencyP95 > time.Second},
		{"Age of the newest value", span(st.DataAge), st.DataAge > silentAfter},
	}
	if x.History != nil {
		h := x.History.Stats()
		figures = append(figures,
			figure{"History on disk", size(h.Bytes), h.DiskFull},
			figure{"Room left on the disk", size(h.FreeBytes), h.DiskFull},
			figure{"Series", num(uint64(h.Series)), false},
			figure{"Refused by the history", num(h.Refused + st.HistoryLost), h.Refused+st.HistoryLost > 0},
			figure{"Decoded in memory", size(h.CacheBytes), false})
	}
	g := x.viewport
	figures = append(figures, figure{"Presenter", g.Presenter, false}, figure{"Last frame", ms(g.FrameTime), g.FrameTime > 50*time.Millisecond})
	x.s.sources.set(lines, figures)
}
