package ui

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/theme"
)

func TestPlansInheritFromTheirParents(t *testing.T) {
	const kept = "orrery scenarios 1\n\nscenario: preset:p\nlabel: Of an older file\n\nscenario: s1\nlabel: One\nparent: preset:p\nset: b = 3\nset: c = +10%\n\n" +
		"scenario: s2\nlabel: Two\nparent: s1\nset: a = 9\n\nscenario: preset:gone\nlabel: Gone\n\nscenario: s3\nlabel: Lost\nparent: preset:gone\n\nscenario: s4\nlabel: Preset\n"
	change := func(f, v string) sim.Change { return sim.Change{Field: f, Value: v} }
	b := newPlanBook(nil, []Preset{{ID: "p", Label: "Preset", Changes: []sim.Change{change("a", "1"), change("b", "2")}}}, savedPlans{Text: kept, Lanes: []string{"s2", "s9"}})
	got := map[string]string{}
	for _, c := range b.changes("s2") {
		got[c.Field] = c.Value
	}
	if len(got) != 3 || got["a"] != "9" || got["b"] != "3" || got["c"] != "+10%" {
		t.Errorf("changes of s2: %v", got)
	}
	var rows []string
	for _, r := range b.rows() {
		rows = append(rows, strings.Repeat(" ", r.depth)+r.Name)
	}
	if want := []string{"As it is", " Preset", "  One", "   Two", " Lost", " Preset 2"}; !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	if !b.get("s2").Lane || b.get("s1").Lane {
		t.Error("lanes are lost")
	}
	if left := b.without("s1").own(); len(left) != 2 || left[0].ID != "s3" {
		t.Errorf("without s1: %v", left)
	}
	if kept := b.without("preset:p"); kept.find("preset:p") < 0 {
		t.Error("a preset was removed")
	}
	if p := b.get("s1"); b.fits(plan{ID: "s1", Name: "two", Parent: p.Parent}) == nil {
		t.Error("two scenarios have one name")
	}
	if id, name := b.fresh("One"); id != "s5" || name != "One 2" {
		t.Errorf("fresh: %s %s", id, name)
	}
	for _, damaged := range []string{"", "{}", "orrery scenarios 2\n", strings.Replace(kept, "parent: s1", "parent: s2", 1)} {
		if b := newPlanBook(nil, nil, savedPlans{Text: damaged}); len(b.rows()) != 1 {
			t.Errorf("%q gives %d rows", damaged, len(b.rows()))
		}
	}
}

func TestValuesOfFieldsAreReadAndStepped(t *testing.T) {
	f := &sim.Field{ID: "x", Unit: unit(t, "min"), Value: 360, Min: 60, Max: 600}
	for text, want := range map[string]float64{"": 360, "+10%": 396, "-10%": 324, "−50 %": 180, "4": 240, "4 min": 240, "4min": 240, "90 s": 90, "1e1": 600} {
		if got, ok := valueOf(f, text); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, bad := range []string{"x", "NaN", "+x%", "Inf", "4 kW", "4 h", "20", "0.5"} {
		if checkChange(f, bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if err := checkChange(f, "lognormal(5 min, 2 min)"); err != nil {
		t.Error(err)
	}
	for _, c := range [][3]string{{"", "+", "+10%"}, {"+10%", "+", "+20%"}, {"+10%", "-", ""}, {"", "-", "-10%"}, {"8", "+", "8.6"}, {"9.8", "+", "10"}, {"+60%", "+", "10"}} {
		by := 10.
		if c[1] == "-" {
			by = -10
		}
		if got := stepped(f, c[0], by); got != c[2] {
			t.Errorf("%q %s: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestWhatIsNotTheUsersIsNotChanged(t *testing.T) {
	b, _ := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	m.choose("preset:faster")
	b.settle()
	b.click(m.knobs.board, "up:depalletiser.speed")
	b.settle()
	if p := m.plan(); p.Parent != "preset:faster" || changeOn(p.Changes, "depalletiser.speed") != "+10%" || p.Name != "Filler 2" && p.Name != "Filler +10 % 2" {
		t.Fatalf("made %+v", p)
	}
	if got := m.book.changes(m.chosen); len(got) != 2 {
		t.Errorf("changes %v", got)
	}
	made := m.chosen
	b.shell.run("edit.undo")
	if m.chosen != "preset:faster" || m.book.find(made) >= 0 {
		t.Errorf("after undo %s is chosen", m.chosen)
	}
	b.shell.run("edit.redo")
	if m.chosen != made {
		t.Error("redo did not bring it back")
	}
	b.shell.run("scenario.remove")
	if m.book.find(made) >= 0 {
		t.Error("it is still there")
	}
	b.shell.run("edit.undo")
	b.shell.closeDesk()
	if err := b.shell.Open(b.desk); err != nil {
		t.Fatal(err)
	}
	if m := b.shell.desk.scenarios; m.book.find(made) < 0 || m.chosen != basePlan {
		t.Errorf("reopened: %+v, %s chosen", m.book.own(), m.chosen)
	}
}

func TestAFirstAnswerComesBeforeTheFullOne(t *testing.T) {
	b, study := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	study.mu.Lock()
	study.gate = make(chan struct{})
	study.mu.Unlock()
	m.put("filler.speed", "1.05", false)
	wait := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("no %s", what)
			}
			b.frames(20 * time.Millisecond)
		}
	}
	wait("first answer", func() bool { a, fits, ok := m.answer(m.chosen); return ok && fits && a.coarse })
	wait("progress", func() bool { share, running, _ := m.runs.pending(m.chosen); return running && share == .4 })
	m.put("filler.speed", "1.06", false) // the hand goes on: what was asked is given up
	wait("another first answer", func() bool { a, fits, ok := m.answer(m.chosen); return ok && fits && a.coarse })
	m.put("filler.speed", "1.06", true)
	b.shell.run("scenario.stop")
	wait("partial answer", func() bool { a, _, ok := m.answer(m.chosen); return ok && a.Partial || !m.runs.working() })
	close(study.gate)
	study.mu.Lock()
	study.gate = nil
	study.mu.Unlock()
	b.shell.run("scenario.ask")
	b.settle()
	a, fits, ok := m.answer(m.chosen)
	if !ok || !fits || a.coarse || a.Partial {
		t.Errorf("at the end: %+v %v %v", a, fits, ok)
	}
	asked := len(study.questions())
	m.choose(basePlan)
	m.choose(m.book.own()[0].ID)
	b.settle()
	if n := len(study.questions()); n != asked {
		t.Errorf("%d questions for answers that were there", n-asked)
	}
	for _, q := range study.questions() {
		if q.Now.IsZero() || q.Live == nil {
			t.Fatalf("a question without the present: %+v", q)
		}
	}
}

func TestAPartialAnswerIsKeptAndMarked(t *testing.T) {
	study := newFakeStudy(t)
	study.gate = make(chan struct{})
	r := newStudyRuns(time.Now)
	defer r.close()
	r.askAlone(&studyAsk{plan: "s1", key: "k", study: study})
	take := func(until func() bool) {
		for end := time.Now().Add(5 * time.Second); !until() && time.Now().Before(end); time.Sleep(time.Millisecond) {
			r.take()
		}
	}
	take(func() bool { return r.busy != nil && r.busy.done() > 0 })
	r.cancel(0)
	take(func() bool { return !r.working() })
	if a, ok := r.answers["s1"]; !ok || !a.Partial || len(r.kept) != 0 {
		t.Errorf("%+v, %d kept", a, len(r.kept))
	}
	if l := r.listed(); len(l) != 1 || l[0].state != askStopped {
		t.Errorf("queue %+v", l)
	}
}

// breaking panics, as a model with a mistake in it might.
type breaking struct{ sim.Study }

func (breaking) Answer(context.Context, sim.Question) (*sim.Answer, error) {
	panic("index out of range")
}

func TestAStudyThatFailsLeavesTheAppAlive(t *testing.T) {
	b, study := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	study.mu.Lock()
	study.fault = errNoLine
	study.mu.Unlock()
	m.put("filler.speed", "+10%", true)
	b.settle()
	if err := m.runs.faults[m.chosen]; !errors.Is(err, errNoLine) {
		t.Errorf("fault %v", err)
	}
	if text := faultText(errNoLine); !strings.HasPrefix(text, "The model cannot run: elements[3].capacity") {
		t.Errorf("%q", text)
	}
	r := newStudyRuns(time.Now)
	defer r.close()
	r.ask(&studyAsk{plan: "s1", key: "k", study: breaking{study}}, false)
	for end := time.Now().Add(5 * time.Second); r.working() && time.Now().Before(end); time.Sleep(time.Millisecond) {
		r.take()
	}
	if r.faults["s1"] == nil {
		t.Error("the panic was not noticed")
	}
}

func TestALeverAsksTheNextQuestionAndABarSelects(t *testing.T) {
	b, _ := asking(t, fyne.NewSize(1600, 900), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	b.click(m.page.board, "rank:1")
	if b.shell.view.selected != b.asset("farm/T04") {
		t.Errorf("selected %v", b.shell.view.selected)
	}
	b.click(m.page.board, "lever:0")
	b.settle()
	a, fits, _ := m.answer(m.chosen)
	if !fits || !strings.HasPrefix(a.Headline, "43672 bottles") {
		t.Errorf("answer %q", a.Headline)
	}
	if changeOn(m.plan().Changes, "filler.speed") != "+10%" {
		t.Errorf("changes %v", m.plan().Changes)
	}
}

func TestTwoAnswersAreComparedWithWiderIntervals(t *testing.T) {
	b, _ := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	m.choose("preset:faster")
	m.put("capper.speed", "+10%", true)
	m.compare("preset:faster")
	b.settle()
	a, _, _ := m.answer(m.chosen)
	list := comparedFigures(a.Answer, m.against())
	if len(list) != 3 || !list[0].unpaired {
		t.Fatalf("%+v", list)
	}
	d := list[0].diff
	if half := 30 * math.Sqrt2; math.Abs(d.Value-(45320-43672)) > 1 || math.Abs(d.High-d.Value-half) > 1e-6 || !list[0].clear() {
		t.Errorf("difference %+v", d)
	}
	if list[0].values() != "43\u2009672 → 45\u2009320" {
		t.Errorf("%q", list[0].values())
	}
	if list[1].clear() || !strings.HasPrefix(list[1].difference(), "not distinguishable") {
		t.Errorf("%q", list[1].difference())
	}
	m.remove()
	if m.other != "" && m.other == m.chosen {
		t.Error("a scenario is compared with itself")
	}
}

func TestSensitivityRanksTheFieldThatMovesMost(t *testing.T) {
	study := &tornadoStudy{Study: newFakeStudy(t)}
	a, err := study.Answer(context.Background(), sim.Question{})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.Ranks[0]; len(a.Ranks) != 12 || r.Label != "Filler: speed" || math.Abs(r.Gain.Value+.1) > 1e-9 || r.Lever != "filler.speed=+10%" {
		t.Errorf("%d ranks, the first %+v", len(a.Ranks), r)
	}
	if s := study.swings["Filler: speed"]; math.Abs(s.up.Value-.06) > 1e-9 || math.Abs(s.down.Value+.1) > 1e-9 {
		t.Errorf("swing %+v", s)
	}
	if r := a.Ranks[1]; r.Label != "Capper: speed" || r.Lever != "" {
		t.Errorf("a lever that does no good: %+v", r)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if a, err := study.Answer(ctx, sim.Question{}); !errors.Is(err, context.Canceled) || a == nil || !a.Partial {
		t.Errorf("stopped: %+v %v", a, err)
	}
}

func TestAnswersAreWrittenAsCSV(t *testing.T) {
	study := newFakeStudy(t)
	changes := []sim.Change{{Field: "filler.speed", Value: "+10%"}}
	a, err := study.Answer(context.Background(), sim.Question{Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeAnswer(&out, "Line", "Faster", changes, a); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+1+1+3+4+2 {
		t.Fatalf("%d rows", len(rows))
	}
	if r := rows[2]; r[2] != "change" || r[16] != "'+10%" {
		t.Errorf("change %q", r)
	}
	if r := rows[3]; r[3] != "output" || r[6] != "41200" || r[12] != "2472" || r[15] != "true" {
		t.Errorf("figure %q", r)
	}
	if r := rows[6]; r[2] != "rank" || r[6] != "0.61" || r[12] != "0.06" || r[15] != "filler.speed=+10%" {
		t.Errorf("rank %q", r)
	}
}

func TestSlidersAndScenariosOfTheForecastAgree(t *testing.T) {
	b := opened(t)
	x := b.shell.desk
	m := x.scenarios
	x.setParameter("power_limit", .7, true)
	b.settle()
	p := m.plan()
	if p.preset || changeOn(p.Changes, "power_limit") != "70" {
		t.Fatalf("chosen %+v", p)
	}
	m.choose(basePlan)
	if len(x.values) != 0 || b.shell.view.whatIf.Parameters[0].Value != 1 {
		t.Errorf("the base has %v", x.values)
	}
	m.choose(p.ID)
	if math.Abs(x.values["power_limit"]-.7) > 1e-9 {
		t.Errorf("chosen again: %v", x.values)
	}
	b.shell.run("scenario.open")
	b.settle()
	if a, fits, ok := m.answer(p.ID); !ok || !fits || a.Headline == "" {
		t.Errorf("answer %+v %v %v", a, fits, ok)
	}
	b.shell.run("edit.undo")
	b.shell.run("edit.undo")
	b.shell.run("edit.undo")
	if len(x.values) != 0 {
		t.Errorf("after undo %v", x.values)
	}
}

func TestTheScenariosPagePaintsNothingAtRest(t *testing.T) {
	b, _ := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	b.shell.desk.acknowledge([]string{"farm/T03/Gearbox/oil_high"})
	b.desk.Timeline.Seek(testNow.Add(-5 * time.Hour))
	m.put("filler.speed", "+10%", true)
	b.settle()
	b.frames(time.Second)
	sum := func() int { return b.paints() + m.list.board.paints + m.knobs.board.paints + m.page.board.paints }
	before := sum()
	b.frames(3 * time.Second)
	if n := sum() - before; n != 0 {
		t.Errorf("%d repaints in 3 s in which nothing changed", n)
	}
}

func TestForksOfThePastBeginAsItWasRecorded(t *testing.T) {
	b, study := asking(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := b.shell.desk.scenarios
	at := testNow.Add(-7 * time.Hour)
	b.desk.Timeline.Seek(at)
	b.settle()
	b.shell.run("scenario.fork")
	b.settle()
	q := study.questions()
	if last := q[len(q)-1]; !last.Now.Equal(at) || last.Live == nil || last.Live.Time != at.UnixNano() {
		t.Errorf("asked from %v", last.Now)
	}
	lanes := m.lanes()
	if len(lanes) != 1 || !lanes[0].From.Equal(at) || lanes[0].To.Sub(at) != 8*time.Hour {
		t.Errorf("lanes %+v", lanes)
	}
}

func TestBetterMeansWhatTheFigureSays(t *testing.T) {
	c := compared{Figure: &sim.Figure{Good: sim.Less}, diff: sim.Mean{Value: -2, Low: -3, High: -1}}
	if c.better() != 1 || scenario.Better(sim.Figure{Good: sim.Less, Difference: c.diff}) != 1 {
		t.Error("less is better")
	}
	c.diff.High = 1
	if c.better() != 0 {
		t.Error("what spans zero is neither")
	}
}

// building is a study that has a course too.
type building struct{ *fakeStudy }

func (building) Build(context.Context, sim.Request) (*sim.Job, error) {
	return nil, errors.New("the fakes have futures of their own")
}

func TestAStudyWithACourseIsTheWhatIfOfTheTimeline(t *testing.T) {
	study := building{newFakeStudy(t)}
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	b.furnish = func(d *Desk) { d.Studies = []NamedStudy{{"line", "Bottling line", study}} }
	b.open()
	b.shell.run("scenario.open")
	m := b.shell.desk.scenarios
	m.put("filler.speed", "1.2", false)
	if len(b.futures.tried) != 0 {
		t.Error("a course was computed while the hand was at it")
	}
	m.put("filler.speed", "120", true)
	b.settle()
	if n := len(b.futures.tried); n != 1 || math.Abs(b.futures.tried[0]["filler.speed"]-1.2) > 1e-9 {
		t.Fatalf("tried %v", b.futures.tried)
	}
	if text := b.shell.desk.feed.strip.Other.Label; !strings.HasPrefix(text, "B Scenario 1") {
		t.Errorf("lane %q", text)
	}
	m.put("filler.failures", "weibull(3 h, 1.5)", true)
	if b.futures.other != nil {
		t.Error("what is no number has a course")
	}
	m.choose(basePlan)
	if b.futures.other != nil || len(b.shell.desk.values) != 0 {
		t.Error("the base has a what-if")
	}
}

func TestAWithdrawnForecastIsSaidToBe(t *testing.T) {
	b := opened(t)
	m := b.shell.desk.scenarios
	b.shell.run("scenario.open")
	b.shell.desk.setParameter("power_limit", .7, true)
	b.settle()
	if _, _, ok := m.answer(m.chosen); !ok {
		t.Fatal("no answer")
	}
	b.futures.other.bad, b.futures.other.gen = "T03: wind is stale", 999
	b.frames(2 * time.Second)
	if _, _, ok := m.answer(m.chosen); ok || m.runs.faults[m.chosen] == nil {
		t.Error("a withdrawn answer is shown")
	}
	if n := len(m.page.board.cells); n == 0 {
		t.Error("the page is empty")
	}
}

// BenchmarkScenarioPanels is a look at all that shows scenarios, when nothing changed: it is done four times a second.
func BenchmarkScenarioPanels(b *testing.B) {
	d, _ := asking(b, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := d.shell.desk.scenarios
	for i := range 20 {
		m.create()
		m.put("filler.speed", changeTo(m.field("filler.speed"), 1+float64(i)/100), true)
	}
	d.settle()
	b.ReportAllocs()
	for b.Loop() {
		m.update()
	}
}

// BenchmarkScenarioDrag is one move of a slider: the book, the question, the panels.
func BenchmarkScenarioDrag(b *testing.B) {
	d, _ := asking(b, fyne.NewSize(1280, 720), theme.AlwaysNight)
	m := d.shell.desk.scenarios
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		m.put("filler.speed", changeTo(m.field("filler.speed"), 1+float64(i%40)/100), false)
		m.tick(false)
	}
}
