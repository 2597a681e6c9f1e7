package ui

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
)

// scenarios is the work on scenarios of one desk: the book of them, which one is chosen, and the questions to the studies.
// What is answered for the chosen one is shown on the page below the view; its fields stand beside the view.
type scenarios struct {
	x       *session
	studies []NamedStudy
	fields  map[string][]sim.Field // by study
	book    planBook
	chosen  string // plan
	other   string // plan that it is compared with; empty: the plant as it is
	shaded  bool   // assets are coloured by how they differ
	runs    *studyRuns
	open    bool // the panel beside the view is shown
	trying  bool // the what-if of the forecast is being set from here

	held    string // field in the user's hand
	heldWas planBook
	asked   time.Time // when the page last asked by itself
	shown   shading
	seen    uint64 // generation of the forecast's answer that was taken over

	list  *planList
	knobs *fieldList
	page  *answerPage
}

// forecastID is the study that stands for the model of the forecast: its fields are the parameters of the twin file.
const forecastID = "forecast"

func newScenarios(x *session) *scenarios {
	m := &scenarios{x: x, chosen: basePlan, shaded: true, runs: newStudyRuns(x.s.clock), fields: map[string][]sim.Field{}}
	for _, n := range x.Studies {
		if n.Study != nil {
			m.studies = append(m.studies, n)
			m.fields[n.ID] = n.Study.Fields()
		}
	}
	if !x.bare && x.Futures != nil && len(x.Project.Parameters) > 0 {
		m.studies = append(m.studies, NamedStudy{ID: forecastID, Label: "Forecast"})
		m.fields[forecastID] = parameterFields(x)
	}
	var presets []Preset
	for _, p := range x.Presets {
		if len(p.Changes) > 0 {
			p.Study = m.studyFor(p)
			presets = append(presets, p)
		}
	}
	if len(m.fields[forecastID]) > 0 {
		presets = append(presets, parameterPresets(x)...)
	}
	m.book = newPlanBook(m.studies, presets, x.s.prefs.plansOf(x.Project))
	m.list, m.knobs, m.page = newPlanList(m), newFieldList(m), newAnswerPage(m)
	return m
}

// close ends the questions.
func (m *scenarios) close() {
	m.runs.close()
}

// may reports whether anything can be asked, and if not why.
func (m *scenarios) may() (bool, string) {
	if len(m.studies) == 0 {
		return false, "this twin file names no studies and no scenario parameters"
	}
	return true, ""
}

// plan is the chosen scenario.
func (m *scenarios) plan() plan { return m.book.get(m.chosen) }

// study returns a study by its ID, the first one for an ID that is not there.
func (m *scenarios) study(id string) NamedStudy {
	for _, n := range m.studies {
		if n.ID == id {
			return n
		}
	}
	if len(m.studies) > 0 {
		return m.studies[0]
	}
	return NamedStudy{}
}

// studyFor is the study that a preset is for: the one that it names, else the first that has all its fields.
func (m *scenarios) studyFor(p Preset) string {
	if p.Study != "" {
		return p.Study
	}
	for _, n := range m.studies {
		missing := slices.ContainsFunc(p.Changes, func(c sim.Change) bool {
			return !slices.ContainsFunc(m.fields[n.ID], func(f sim.Field) bool { return f.ID == c.Field })
		})
		if !missing {
			return n.ID
		}
	}
	return ""
}

// set takes another book and another choice, without noting it for undo.
func (m *scenarios) set(b planBook, chosen string) {
	if m.x.s.desk != m.x {
		return
	}
	for _, p := range m.book.rows() {
		if b.find(p.ID) < 0 {
			m.runs.forget(p.ID)
		}
	}
	old := m.chosen
	if b.find(chosen) < 0 {
		chosen = basePlan
	}
	if b.find(m.other) < 0 || m.other == chosen {
		m.other = ""
	}
	m.book, m.chosen = b, chosen
	if old != chosen {
		m.knobs.left()
		m.list.reveal()
	}
	m.remember()
	m.pose(false)
	m.x.feed.stripDue = true
	m.update()
}

// change takes another book for the user: it can be undone. Changes of one key in a row are one.
func (m *scenarios) change(text, key string, b planBook, chosen string) {
	oldBook, oldChosen := m.book, m.chosen
	m.changeFrom(text, key, oldBook, oldChosen, b, chosen)
}

func (m *scenarios) changeFrom(text, key string, oldBook planBook, oldChosen string, b planBook, chosen string) {
	m.set(b, chosen)
	chosen = m.chosen
	m.x.s.commands.Done.Did(command.Change{Text: text, Key: key, Undo: func() { m.set(oldBook, oldChosen) }, Redo: func() { m.set(b, chosen) }})
}

// remember keeps the user's scenarios with the twin.
func (m *scenarios) remember() {
	p := &m.x.s.prefs
	p.rememberPlans(m.x.Project, m.book)
	savePlans(m.x.s.app.Preferences(), p.Plans)
}

// choose shows another scenario.
func (m *scenarios) choose(id string) {
	if id != m.chosen {
		m.knobs.first = m.book.changes(id)
		m.knobs.board.offset = 0
		m.change("Choose "+m.book.get(id).Name, "", m.book, id)
	}
}

// full reports whether no more scenarios are kept, and says so.
func (m *scenarios) full() bool {
	if len(m.book.own()) < maxPlans {
		return false
	}
	m.x.s.Fail(errors.New("64 scenarios are kept of a twin: remove one first"))
	return true
}

// child returns a new plan below another one, without changes of its own.
func (m *scenarios) child(of string, like string) plan {
	id, name := m.book.fresh(like)
	parent := m.book.get(of)
	return plan{ID: id, Name: name, Parent: parent.ID, Study: parent.Study, Fork: parent.Fork}
}

// create makes a scenario below the chosen one, at its moment.
func (m *scenarios) create() {
	if m.full() {
		return
	}
	like := ""
	if m.chosen != basePlan {
		like = m.plan().Name
	}
	p := m.child(m.chosen, like)
	m.change("New scenario", "", m.book.with(p), p.ID)
}

// fork makes a scenario that begins at the moment that is shown.
func (m *scenarios) fork() {
	if m.full() {
		return
	}
	p := m.child(m.chosen, "")
	p.Fork, p.Lane = m.x.s.view.at, true
	if m.x.state.Mode == timeline.Live {
		p.Fork = m.x.s.view.now
	}
	if m.x.state.Mode == timeline.Future && p.Study == forecastID {
		m.x.s.Fail(errors.New("a fork of the forecast begins now or in the recorded past: move the cursor there first"))
		return
	}
	m.change("Fork the scenario", "", m.book.with(p), p.ID)
	m.x.s.Note(p.Name + " begins at " + p.Fork.In(m.x.s.view.zone).Format("2 Jan 15:04") + ": change a field to see what it does")
}

// duplicate makes another scenario with the same parent and the same changes.
func (m *scenarios) duplicate() {
	if m.full() {
		return
	}
	p := m.plan()
	if p.ID == basePlan {
		m.create()
		return
	}
	p.ID, p.Name = m.book.fresh(p.Name)
	p.preset = false
	m.change("Duplicate the scenario", "", m.book.with(p), p.ID)
}

// rename asks for another name.
func (m *scenarios) rename() {
	p := m.plan()
	m.x.askName("Rename scenario", p.Name, func(name string) {
		if len(name) > maxPlanName {
			name = strings.ToValidUTF8(name[:maxPlanName], "")
		}
		p.Name = name
		if err := m.book.fits(p); err != nil {
			m.x.s.Fail(errors.New("there is a scenario of that name already: choose another one"))
			return
		}
		m.change("Rename the scenario", "", m.book.with(p), m.chosen)
	})
}

// remove takes the chosen scenario away, with those below it.
func (m *scenarios) remove() {
	p := m.plan()
	next := p.Parent
	m.change("Remove "+p.Name, "", m.book.without(p.ID), next)
	m.x.s.Note(p.Name + " was removed. Ctrl+Z brings it back")
}

// toggleLane shows a scenario on the timeline, or no longer.
func (m *scenarios) toggleLane(id string) {
	p := m.book.get(id)
	if p.ID == basePlan {
		return
	}
	if p.preset {
		p2 := m.child(basePlan, p.Name)
		p2.Changes, p2.Study, p2.Lane = p.Changes, p.Study, true
		m.change("Show on the timeline", "", m.book.with(p2), p2.ID)
		return
	}
	p.Lane = !p.Lane
	m.change("Show on the timeline", "", m.book.with(p), m.chosen)
}

// compare chooses what the chosen scenario is compared with.
func (m *scenarios) compare(id string) {
	old := m.other
	set := func(id string) func() {
		return func() {
			if m.x.s.desk == m.x && (id == "" || m.book.find(id) >= 0) {
				m.other = id
				m.poseOf(id, false)
				m.update()
			}
		}
	}
	if id == basePlan || id == m.chosen {
		id = ""
	}
	set(id)()
	m.x.s.commands.Done.Did(changeOf("Compare scenarios", set(old), set(id)))
}

// put gives a field of the chosen scenario another value; the empty one takes its change back. While done is false the
// field is in the user's hand. What is not the user's is not changed: a scenario below it is made.
func (m *scenarios) put(field, value string, done bool) {
	p := m.plan()
	before, was := m.book, m.chosen
	if m.held == field {
		before = m.heldWas
	} else if !done {
		m.held, m.heldWas = field, m.book
	}
	if p.preset {
		if m.full() {
			return
		}
		like := ""
		if p.ID != basePlan {
			like = p.Name
		}
		p = m.child(m.chosen, like)
	}
	p.Changes = setChange(p.Changes, field, value)
	if value == "" && changeOn(m.book.changes(p.Parent), field) != "" { // what the parent changes is put back
		if f := m.field(field); f != nil {
			p.Changes = setChange(p.Changes, field, changeTo(f, f.Value))
		}
	}
	b := m.book.with(p)
	if !done {
		fresh := m.chosen != p.ID
		m.book, m.chosen = b, p.ID
		if fresh {
			m.list.reveal()
		}
		m.pose(true)
		m.update()
		return
	}
	m.held = ""
	if before.find(was) < 0 {
		was = p.Parent
	}
	m.changeFrom("Change the scenario", "scenario:"+p.ID+":"+field, before, was, b, p.ID)
}

// reset takes all changes of the chosen scenario back.
func (m *scenarios) reset() {
	p := m.plan()
	if p.preset || len(p.Changes) == 0 {
		return
	}
	p.Changes = nil
	m.change("Reset the scenario", "", m.book.with(p), p.ID)
}

// pull makes a lever of the answer a change, and asks again.
func (m *scenarios) pull(lever string) {
	c, err := sim.ParseChange(lever)
	if err != nil {
		m.x.s.Fail(err)
		return
	}
	m.put(c.Field, c.Value, true)
}

// field returns a field of the study of the chosen scenario, nil for none.
func (m *scenarios) field(id string) *sim.Field {
	list := m.fields[m.study(m.plan().Study).ID]
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// visible reports whether anybody sees what is answered.
func (m *scenarios) visible() bool {
	d := m.x.s.dock
	return m.open || m.x.s.pages != nil && m.x.s.pages.current == scenariosTab && d != nil && !d.HideBottom && !d.Wall
}

// pose asks the question of the chosen scenario, and that of the one it is compared with. While a field is in the user's
// hand each value is asked for.
func (m *scenarios) pose(hand bool) {
	if !m.visible() && !hand && m.study(m.plan().Study).Study != nil {
		return
	}
	m.poseOf(m.chosen, false)
	if m.other != "" {
		m.poseOf(m.other, false)
	}
	if p := m.plan(); !hand && m.hasCourse(p) {
		m.tryCourse(m.book.changes(p.ID), p.Fork)
	}
}

// hasCourse reports whether what a scenario changes has a course on the timeline beside its answer.
func (m *scenarios) hasCourse(p plan) bool {
	_, builds := m.study(p.Study).Study.(sim.Builder)
	return builds
}

// poseOf asks for one scenario, unless its answer is there or on its way; again asks in any case.
func (m *scenarios) poseOf(id string, again bool) {
	if len(m.studies) == 0 || id == "" {
		return
	}
	p := m.book.get(id)
	n := m.study(p.Study)
	changes := m.book.changes(p.ID)
	if n.Study == nil {
		if p.ID == m.chosen {
			m.tryCourse(changes, p.Fork)
		}
		return
	}
	key := questionKey(n.ID, changes, p.Fork)
	if !again {
		if a, ok := m.runs.answers[p.ID]; ok && a.key == key && !a.coarse && !a.Partial {
			return
		}
		if b := m.runs.busy; b != nil && b.plan == p.ID && b.key == key && !b.quiet {
			return
		}
		if slices.ContainsFunc(m.runs.queue, func(a *studyAsk) bool { return a.plan == p.ID && a.key == key }) {
			return
		}
	}
	a := &studyAsk{plan: p.ID, label: p.Name, key: key, study: n.Study, question: sim.Question{Changes: changes, Horizon: m.x.Project.Horizon}}
	a.live = m.begin(p.Fork)
	m.runs.ask(a, again)
}

// begin says what the plant begins with: its state now, or as it was recorded at a fork in the past.
func (m *scenarios) begin(fork time.Time) func(context.Context) sim.Question {
	x := m.x
	now := x.s.view.now
	if fork.IsZero() || !fork.Before(now) {
		at := fork
		if at.IsZero() {
			at = now
		}
		snap := x.live
		if snap == nil {
			snap = x.Engine.Snapshot()
		}
		q := sim.Question{Now: at, Live: snap}
		if future := m.baseAt(at); future != nil {
			q.Live = future
		}
		return func(context.Context) sim.Question { return q }
	}
	hist := x.History
	return func(ctx context.Context) sim.Question {
		q := sim.Question{Now: fork}
		if hist != nil {
			into := new(twin.Snapshot)
			if err := hist.LatestAt(ctx, fork, into); err == nil {
				into.Origin, into.Time = twin.Recorded, fork.UnixNano()
				q.Live = into
			}
		}
		return q
	}
}

// baseAt is the state that the forecast expects at a moment ahead, nil where there is none.
func (m *scenarios) baseAt(at time.Time) *twin.Snapshot {
	if m.x.Futures == nil || !at.After(m.x.s.view.now.Add(time.Minute)) {
		return nil
	}
	base := m.x.Futures.Base()
	if base == nil || !base.About().Valid {
		return nil
	}
	into := new(twin.Snapshot)
	if !base.At(at, into) {
		return nil
	}
	return into
}

// tick takes over what was answered; it is called by the frame and paints only what changed. numbers says that the numbers
// on the screen are due.
func (m *scenarios) tick(numbers bool) {
	came := m.runs.take()
	if numbers && m.takeForecast() {
		came = true
	}
	if came {
		m.x.feed.stripDue = true
		m.shade()
	}
	if came || numbers && m.visible() {
		m.update()
	}
}

// answer is what was answered for a plan; ok is false when nothing was, or when it is the answer to another question.
func (m *scenarios) answer(id string) (a answered, fits, ok bool) {
	a, ok = m.runs.answers[id]
	p := m.book.get(id)
	return a, ok && a.key == questionKey(m.study(p.Study).ID, m.book.changes(id), p.Fork), ok
}

// update paints what shows scenarios.
func (m *scenarios) update() {
	if m.open {
		m.list.board.update()
		m.knobs.update()
	}
	if m.x.s.pages != nil && m.x.s.pages.current == scenariosTab {
		m.page.board.update()
	}
}

// selectAsset selects what an entry of the answer is about.
func (m *scenarios) selectAsset(path string, frame bool) {
	id, ok := m.x.Project.Tree.AssetByPath(path)
	if !ok {
		return
	}
	m.x.selectAsset(id, frame)
	m.x.s.tree.reveal(id)
}

// fieldDecimals is how many digits after the point a field is shown with.
func fieldDecimals(f *sim.Field) int {
	step := math.Abs(f.Unit.Span(f.Value)) / 100
	switch {
	case hasRange(f) && f.Value == 0:
		step = f.Unit.Span(f.Max-f.Min) / 200
	case hasRange(f):
		step = min(f.Unit.Span(f.Max-f.Min)/200, max(step, f.Unit.Span(f.Max-f.Min)/1e4))
	}
	for d := range 3 {
		if step*math.Pow(10, float64(d)) >= .5 || step == 0 || math.IsNaN(step) {
			return d
		}
	}
	return 3
}

// hasRange reports whether a field has both ends, so that a slider can show it.
func hasRange(f *sim.Field) bool {
	return f.Max > f.Min && !math.IsInf(f.Max-f.Min, 0) && !math.IsNaN(f.Value)
}

// wide is how many times what a field is its range may be, so that a slider still shows all of it.
const wide = 6

// sliderRange are the ends of the slider of a field: its own, or half and double of what it is where it has none or where
// they lie so far apart that nothing could be chosen between them.
func sliderRange(f *sim.Field) (low, high float64, ok bool) {
	low, high = f.Min, f.Max
	v := f.Value
	if math.IsNaN(v) {
		return low, high, false
	}
	if math.IsNaN(low) || math.IsInf(low, 0) {
		low = min(v/2, v*2)
	}
	if math.IsNaN(high) || math.IsInf(high, 0) {
		high = max(v/2, v*2)
	}
	if v != 0 && high-low > wide*math.Abs(v) {
		low, high = max(low, min(v/2, v*2)), min(high, max(v/2, v*2))
	}
	return low, high, high > low
}
