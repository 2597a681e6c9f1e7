package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
)

// plan is a scenario as the panels show it: a node of the tree, or the plant as it is.
type plan struct {
	ID      string
	Name    string
	Parent  string // ID of another plan; the base stands above all others
	Study   string // ID of the study that answers it
	Fork    time.Time
	Changes []sim.Change // its own: those of its parent come before
	Lane    bool         // shown on the timeline
	preset  bool         // of the twin file, or the base: it is not changed
}

// basePlan is the plant as it is; presets have IDs that no scenario of the user's has.
const (
	basePlan     = scenario.Base
	presetPrefix = "preset:"
)

// How many scenarios are kept: of one twin, and of how many twins.
const (
	maxPlans     = 64
	maxPlanBooks = 20
	maxPlanName  = 80 // bytes
)

// planBook is the scenarios of one twin. It is immutable: what changes it makes another, so that undo keeps the old one.
type planBook struct {
	tree  *scenario.Tree  // presets and the user's
	lanes map[string]bool // shown on the timeline
	study string          // of the base
	list  []planRow       // all of them, from top to bottom: see sealed
}

// newPlanBook makes the book of a twin: base, presets, and what the user kept.
func newPlanBook(studies []NamedStudy, presets []Preset, kept savedPlans) planBook {
	b := planBook{tree: &scenario.Tree{}, lanes: map[string]bool{}}
	if len(studies) > 0 {
		b.study = studies[0].ID
	}
	b = b.sealed()
	for _, p := range presets {
		study := p.Study
		if study == "" {
			study = b.study
		}
		b = b.with(plan{ID: presetPrefix + p.ID, Name: p.Label, Study: study, Changes: p.Changes})
	}
	own, err := scenario.ParseTree([]byte(kept.Text))
	if err != nil {
		return b // what cannot be read is as if it had never been written
	}
	own.Walk(func(n scenario.Node, _ int) {
		if strings.HasPrefix(n.ID, presetPrefix) || len(b.own()) >= maxPlans {
			return
		}
		if b.find(n.Parent) < 0 {
			n.Parent = basePlan // of a preset that the twin file no longer has
		}
		p := planOf(n)
		p.Lane = slices.Contains(kept.Lanes, n.ID)
		if b.fits(p) != nil {
			_, p.Name = b.fresh(p.Name)
		}
		b = b.with(p)
	})
	return b
}

func planOf(n scenario.Node) plan {
	return plan{ID: n.ID, Name: n.Label, Parent: n.Parent, Study: n.Study, Fork: n.Fork, Changes: n.Changes, preset: strings.HasPrefix(n.ID, presetPrefix)}
}

// planRow is a plan with its depth in the tree.
type planRow struct {
	plan
	depth int
}

// rows lists the tree from top to bottom, the base first. It must not be changed.
func (b planBook) rows() []planRow { return b.list }

// sealed is a book that was just made, with its list.
func (b planBook) sealed() planBook {
	out := []planRow{{plan{ID: basePlan, Name: "As it is", Study: b.study, preset: true}, 0}}
	b.tree.Walk(func(n scenario.Node, depth int) {
		p := planOf(n)
		p.Lane = b.lanes[p.ID]
		out = append(out, planRow{p, depth})
	})
	b.list = out
	return b
}

// find returns the row of a plan, -1 for none.
func (b planBook) find(id string) int {
	return slices.IndexFunc(b.rows(), func(r planRow) bool { return r.ID == id })
}

// get returns a plan, the base for one that is not there.
func (b planBook) get(id string) plan {
	rows := b.rows()
	for _, r := range rows {
		if r.ID == id {
			return r.plan
		}
	}
	return rows[0].plan
}

// own lists what the user made.
func (b planBook) own() (out []plan) {
	for _, r := range b.rows() {
		if !r.preset {
			out = append(out, r.plan)
		}
	}
	return out
}

// changes lists what a plan changes with all above it: of one field the last change counts.
func (b planBook) changes(id string) []sim.Change {
	r, err := b.tree.Resolve(id, time.Time{})
	if err != nil {
		return nil
	}
	return r.Final()
}

// put returns the book with a plan in place of the one with its ID, or behind all others; the error says why it cannot be.
func (b planBook) put(p plan) (planBook, error) {
	out := planBook{tree: &scenario.Tree{}, lanes: maps.Clone(b.lanes), study: b.study}
	if p.Parent == "" {
		p.Parent = basePlan
	}
	node := scenario.Node{ID: p.ID, Label: p.Name, Parent: p.Parent, Study: p.Study, Fork: p.Fork, Changes: p.Changes}
	var err error
	there := false
	b.tree.Walk(func(n scenario.Node, _ int) {
		if n.ID == p.ID {
			n, there = node, true
		}
		err = errors.Join(err, out.tree.Add(n))
	})
	if !there {
		err = errors.Join(err, out.tree.Add(node))
	}
	if err != nil {
		return b, err
	}
	delete(out.lanes, p.ID)
	if p.Lane {
		out.lanes[p.ID] = true
	}
	return out.sealed(), nil
}

// with is put for a plan that is known to fit; the book stays as it is when it does not.
func (b planBook) with(p plan) planBook {
	out, _ := b.put(p)
	return out
}

// fits says why a plan cannot be in the book, nil when it can.
func (b planBook) fits(p plan) error {
	_, err := b.put(p)
	return err
}

// without returns the book without a plan of the user's and all that derive from it.
func (b planBook) without(id string) planBook {
	if strings.HasPrefix(id, presetPrefix) {
		return b
	}
	out := planBook{tree: b.tree.Clone(), lanes: maps.Clone(b.lanes), study: b.study}
	for _, gone := range out.tree.Remove(id) {
		delete(out.lanes, gone)
	}
	return out.sealed()
}

// fresh returns an ID and a name that no plan has. like is the name to begin with, empty for any.
func (b planBook) fresh(like string) (id, name string) {
	rows := b.rows()
	for n := 1; id == "" || b.find(id) >= 0; n++ {
		id = "s" + strconv.Itoa(n)
	}
	first, stem := 2, strings.TrimRight(like, " 0123456789")
	if stem == "" {
		first, stem = 1, "Scenario"
	}
	for n := first; ; n++ {
		name = fmt.Sprintf("%s %d", stem, n)
		if !slices.ContainsFunc(rows, func(r planRow) bool { return strings.EqualFold(r.Name, name) }) {
			return id, name
		}
	}
}

// setChange returns a list of changes with another value of a field; the empty value takes the field out.
func setChange(list []sim.Change, field, value string) []sim.Change {
	out := slices.DeleteFunc(slices.Clone(list), func(c sim.Change) bool { return c.Field == field })
	if value != "" {
		out = append(out, sim.Change{Field: field, Value: value})
	}
	return out
}

// changeOn returns what a list of changes does to a field, empty for nothing.
func changeOn(list []sim.Change, field string) string {
	for _, c := range list {
		if c.Field == field {
			return c.Value
		}
	}
	return ""
}

// valueOf reads the value that a change gives a field, SI; ok is false for one that is no number.
func valueOf(f *sim.Field, change string) (si float64, ok bool) {
	change = strings.TrimSpace(strings.ReplaceAll(change, "−", "-"))
	if change == "" {
		return f.Value, !math.IsNaN(f.Value)
	}
	if rest, percent := strings.CutSuffix(change, "%"); percent && (change[0] == '+' || change[0] == '-') {
		share, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		if err != nil || math.IsNaN(f.Value) {
			return math.NaN(), false
		}
		return f.Value * (1 + share/100), true
	}
	number, u := change, f.Unit
	if i := strings.IndexByte(change, ' '); i > 0 {
		own, err := twin.ParseUnit(strings.TrimSpace(change[i:]))
		if err != nil || own.Dimension != f.Unit.Dimension {
			return math.NaN(), false
		}
		number, u = change[:i], own
	} else if u.Symbol != "" {
		number = strings.TrimSuffix(change, u.Symbol)
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return math.NaN(), false
	}
	return u.SI(v), true
}

// changeTo spells a value for a change: a plain number in the unit of the field.
func changeTo(f *sim.Field, si float64) string {
	return strconv.FormatFloat(f.Unit.FromSI(si), 'g', 5, 64)
}

// checkChange says what is wrong with a typed value, nil for nothing.
func checkChange(f *sim.Field, change string) error {
	si, ok := valueOf(f, change)
	if !ok {
		if math.IsNaN(f.Value) || strings.ContainsAny(change, "(") {
			return nil // not a number as it is, or a spread such as lognormal(5 d, 2 d): the study reads it
		}
		return fmt.Errorf("%q is no number: write one in %s, or +10%%", change, unitWords(f))
	}
	if si < f.Min || si > f.Max {
		return fmt.Errorf("%s lies outside of %s to %s %s", strings.TrimSpace(f.Unit.Format(si, fieldDecimals(f))+" "+f.Unit.Symbol),
			f.Unit.Format(f.Min, fieldDecimals(f)), f.Unit.Format(f.Max, fieldDecimals(f)), f.Unit.Symbol)
	}
	return nil
}

func unitWords(f *sim.Field) string {
	if f.Unit.Symbol == "" {
		return "plain digits"
	}
	return f.Unit.Symbol
}

// savedPlans is the scenarios of a twin as the preferences keep them.
type savedPlans struct {
	Twin  string   `json:"twin"` // path of its file, else its name
	Text  string   `json:"text"` // a scenario.Tree
	Lanes []string `json:"lanes,omitempty"`
}

// loadPlans reads what the preferences kept; what cannot be read is forgotten.
func loadPlans(store fyne.Preferences) (out []savedPlans) {
	if text := store.String("scenarios"); text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			return nil
		}
	}
	return out[:min(len(out), maxPlanBooks)]
}

func savePlans(store fyne.Preferences, list []savedPlans) {
	if b, err := json.Marshal(list); err == nil {
		store.SetString("scenarios", string(b))
	}
}

// plansOf returns what is kept of a twin.
func (p *preferences) plansOf(of *project.Project) savedPlans {
	for _, s := range p.Plans {
		if s.Twin == trendKey(of) {
			return s
		}
	}
	return savedPlans{}
}

// rememberPlans puts the scenarios of a twin first among those that are kept; a twin without any is forgotten.
func (p *preferences) rememberPlans(of *project.Project, b planBook) {
	key := trendKey(of)
	p.Plans = slices.DeleteFunc(slices.Clone(p.Plans), func(s savedPlans) bool { return s.Twin == key })
	if len(b.own()) == 0 {
		return
	}
	kept := savedPlans{Twin: key, Text: string(b.tree.Text())}
	for id := range b.lanes {
		kept.Lanes = append(kept.Lanes, id)
	}
	slices.Sort(kept.Lanes)
	p.Plans = slices.Insert(p.Plans, 0, kept)
	p.Plans = p.Plans[:min(len(p.Plans), maxPlanBooks)]
}
