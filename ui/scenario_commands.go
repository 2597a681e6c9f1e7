package ui

import (
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/command"
	strip "github.com/orrery-twin/orrery/ui/timeline"
)

// scenarioCommands adds what is done with scenarios.
func (s *Shell) scenarioCommands(add func(command.Command)) {
	some := func() (bool, string) {
		if s.desk == nil || s.desk.bare {
			return false, "open a twin first"
		}
		return s.desk.scenarios.may()
	}
	own := func() (bool, string) {
		if ok, why := some(); !ok {
			return ok, why
		}
		return !s.desk.scenarios.plan().preset, "this scenario is of the twin file: duplicate it first"
	}
	study := func() (bool, string) {
		if ok, why := some(); !ok {
			return ok, why
		}
		m := s.desk.scenarios
		return m.study(m.plan().Study).Study != nil, "the forecast is computed of its own accord"
	}
	answered := func() (bool, string) {
		if ok, why := some(); !ok {
			return ok, why
		}
		_, _, ok := s.desk.scenarios.answer(s.desk.scenarios.chosen)
		return ok, "there is no answer yet: ask first"
	}
	with := func(f func(m *scenarios)) func() {
		return func() {
			if s.desk != nil && s.desk.scenarios != nil {
				f(s.desk.scenarios)
			}
		}
	}
	const menu, sub = "Simulate", "Scenarios"
	put := func(c command.Command) {
		c.Menu, c.Sub, c.Group = menu, sub, 1
		add(c)
	}
	put(command.Command{ID: "scenario.open", Text: "Scenarios", Tip: "What the plant would do, and what limits it", Words: "what if study question simulate bottleneck", Keys: keys(key(fyne.KeyI, 0)), Enabled: some,
		Checked: func() bool { return s.desk != nil && s.desk.scenarios != nil && s.desk.scenarios.open }, Run: with((*scenarios).toggle)})
	put(command.Command{ID: "scenario.new", Text: "New scenario", Tip: "Below the chosen one", Words: "what if", Enabled: some, Run: with((*scenarios).create)})
	put(command.Command{ID: "scenario.fork", Text: "New scenario from this moment", Tip: "It begins where the cursor stands, in the past, now or ahead", Words: "fork here branch", Keys: keys(key(fyne.KeyI, shift)), Enabled: some, Run: with((*scenarios).fork)})
	put(command.Command{ID: "scenario.duplicate", Text: "Duplicate scenario", Words: "copy", Enabled: some, Run: with((*scenarios).duplicate)})
	put(command.Command{ID: "scenario.rename", Text: "Rename scenario…", Dialog: true, Enabled: own, Run: with((*scenarios).rename)})
	put(command.Command{ID: "scenario.reset", Text: "Take all changes back", Words: "reset", Enabled: own, Run: with((*scenarios).reset)})
	put(command.Command{ID: "scenario.remove", Text: "Remove scenario", Words: "delete", Enabled: own, Run: with((*scenarios).remove)})
	put(command.Command{ID: "scenario.ask", Text: "Ask again", Tip: "From the state of the plant now", Words: "run compute refresh", Keys: keys(key(fyne.KeyI, ctrl|shift)), Enabled: study, Run: with(func(m *scenarios) { m.poseOf(m.chosen, true); m.update() })})
	put(command.Command{ID: "scenario.tornado", Text: "Rank all fields", Tip: "Each one alone, ten percent up and down", Words: "tornado sensitivity", Enabled: study, Run: with((*scenarios).tornado)})
	put(command.Command{ID: "scenario.stop", Text: "Stop what is being computed", Words: "cancel queue", Enabled: func() (bool, string) {
		if ok, why := some(); !ok {
			return ok, why
		}
		return s.desk.scenarios.runs.working(), "nothing is being computed"
	}, Run: with(func(m *scenarios) { m.runs.cancel(0); m.update() })})
	put(command.Command{ID: "scenario.colours", Text: "Colour differences", Tip: "Assets that do better or worse", Words: "color difference ghost", Enabled: some,
		Checked: func() bool { return s.desk != nil && s.desk.scenarios != nil && s.desk.scenarios.shaded }, Run: with(func(m *scenarios) {
			m.shaded = !m.shaded
			m.shade()
			m.update()
		})})
	put(command.Command{ID: "scenario.export", Text: "Export the answer…", Dialog: true, Words: "csv save", Enabled: answered, Run: with((*scenarios).askExport)})
}

// toggle opens the panel beside the view with the page of answers, or closes the panel.
func (m *scenarios) toggle() {
	if m.open {
		m.show(false)
		return
	}
	m.show(true)
	m.x.s.pages.open(scenariosTab)
	if d := m.x.s.dock; d.HideBottom || d.Wall {
		d.HideBottom, d.Wall = false, false
		d.changed()
	}
}

// opened tells that the page of answers was opened or left.
func (m *scenarios) opened() {
	m.pose(false)
	m.shade()
	m.update()
}

// askExport asks for a file and writes the answer to it.
func (m *scenarios) askExport() {
	a, _, ok := m.answer(m.chosen)
	if !ok {
		return
	}
	s := m.x.s
	p, n := m.plan(), m.study(m.plan().Study)
	changes := m.book.changes(p.ID)
	path := widget.NewEntry()
	name := strings.NewReplacer("/", "", "\\", "", ":", "").Replace(p.Name)
	path.SetText(filepath.Join(s.firstFolder(), name+" "+s.view.now.Format("2006-01-02 1504")+".csv"))
	var d *dialog.FormDialog
	d = dialog.NewForm("Export the answer", "Export", "Cancel", []*widget.FormItem{widget.NewFormItem("File", path)}, func(ok bool) {
		to := strings.TrimSpace(path.Text)
		if !ok || to == "" {
			return
		}
		s.background(func() {
			_, err := writeFile(to, func(f *os.File) (int, error) { return 0, writeAnswer(f, n.Label, p.Name, changes, a.Answer) })
			fyne.Do(func() {
				if err != nil {
					s.Fail(err)
					return
				}
				s.Note("The answer is in " + to)
			})
		})
	}, s.front())
	path.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(640, 160))
	d.Show()
}

// writeAnswer writes an answer as CSV: one row for each change, figure, rank and part; values are in their units.
func writeAnswer(to io.Writer, study, scenario string, changes []sim.Change, a *sim.Answer) error {
	w := csv.NewWriter(to)
	num := func(v float64) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', 10, 64)
	}
	row := func(kind, id, label, unit string, rest ...string) {
		for len(rest) < 11 {
			rest = append(rest, "")
		}
		_ = w.Write(append([]string{study, scenario, kind, id, plainCell(label), unit}, rest...)) // Error says what went wrong
	}
	_ = w.Write([]string{"study", "scenario", "kind", "id", "label", "unit", "base", "base_low", "base_high", "changed", "changed_low", "changed_high", "difference", "difference_low", "difference_high", "distinguishable", "text"})
	pad := func(n int) []string { return make([]string, n) }
	row("answer", "", a.Headline, "", append(pad(10), partialText(a))...)
	for _, c := range changes {
		row("change", c.Field, c.Field, "", append(pad(10), plainCell(c.Value))...)
	}
	for _, f := range a.Figures {
		at, by := f.Unit.FromSI, f.Unit.Span
		row("figure", f.ID, f.Label, f.Unit.Symbol, num(at(f.Base.Value)), num(at(f.Base.Low)), num(at(f.Base.High)), num(at(f.Changed.Value)), num(at(f.Changed.Low)), num(at(f.Changed.High)),
			num(by(f.Difference.Value)), num(by(f.Difference.Low)), num(by(f.Difference.High)), strconv.FormatBool(f.Distinguishable()))
	}
	for _, r := range a.Ranks {
		row("rank", r.Asset, r.Label, "1", append(append([]string{num(r.Share)}, pad(5)...), num(r.Gain.Value), num(r.Gain.Low), num(r.Gain.High), r.Lever, plainCell(r.Why))...)
	}
	for _, p := range a.Parts {
		row("part", p.Asset, p.Asset, "1", append(append(pad(6), num(p.Shade)), append(pad(3), plainCell(p.Text))...)...)
	}
	w.Flush()
	return w.Error()
}

// plainCell keeps a spreadsheet from taking a text for a formula.
func plainCell(t string) string {
	if t != "" && strings.ContainsRune("=+-@\t\r", rune(t[0])) {
		return "'" + t
	}
	return t
}

func partialText(a *sim.Answer) string {
	if a.Partial {
		return "partial"
	}
	return ""
}

// lanes are the scenarios that the timeline shows, from their fork to their horizon. The one that the forecast computes
// stands there anyway.
func (m *scenarios) lanes() (out []strip.Lane) {
	now := m.x.s.view.now
	for _, p := range m.book.rows() {
		if !p.Lane || p.ID == m.chosen && m.x.Futures != nil && m.x.Futures.Other() != nil && m.x.s.view.whatIf.Shown {
			continue
		}
		l := strip.Lane{ID: p.ID, Label: p.Name, From: p.Fork, Ink: m.ink(p.ID)}
		if l.From.IsZero() {
			l.From = now
			if a, ok := m.runs.answers[p.ID]; ok && !a.Computed.IsZero() && a.Computed.Before(now) {
				l.From = a.Computed
			}
		}
		horizon := m.x.Project.Horizon
		if horizon <= 0 {
			horizon = 8 * time.Hour
		}
		l.To = l.From.Add(horizon)
		if a, fits, ok := m.answer(p.ID); ok && fits {
			if text := leading(a.Answer); text != "" {
				l.Label += " " + text
			}
		}
		out = append(out, l)
	}
	return out
}
