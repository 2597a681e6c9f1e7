package ui

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
)

// plan is a scenario of the user's: a named delta on its parent. Its changes come after those of the parent.
type plan struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Parent  string       `json:"parent,omitempty"` // ID of another plan, or of a preset; empty: the plant as it is
	Study   string       `json:"study,omitempty"`  // ID of the study that answers it; empty: the model of the forecast
	Fork    time.Time    `json:"fork,omitzero"`    // where it begins; zero: now
	Changes []sim.Change `json:"changes,omitempty"`
	Lane    bool         `json:"lane,omitempty"` // shown on the timeline
	preset  bool         // of the twin file: it is not changed
}

// The IDs that no plan of the user's has.
const (
	basePlan     = "base"
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
	plans []plan // the first is the base, then the presets, then the user's in the order in which they were made
}

// newPlanBook makes the book of a twin: base, presets, and what the user kept.
func newPlanBook(studies []NamedStudy, presets []Preset, kept []plan) planBook {
	first := ""
	if len(studies) > 0 {
		first = studies[0].ID
	}
	b := planBook{[]plan{{ID: basePlan, Name: "As it is", Study: first, preset: true}}}
	for _, p := range presets {
		study := p.Study
		if study == "" {
			study = first
		}
		b.plans = append(b.plans, plan{ID: presetPrefix + p.ID, Name: p.Label, Study: study, Changes: p.Changes, preset: true})
	}
	for _, p := range kept {
		if p.Parent != "" && b.find(p.Parent) < 0 {
			p.Parent = "" // of a preset that the twin file no longer has
		}
		if p.ID == "" || b.find(p.ID) >= 0 || len(b.plans) > maxPlans {
			continue
		}
		b.plans = append(b.plans, p)
	}
	return b
}

// find returns the place of a plan, -1 for none.
func (b planBook) find(id string) int {
	return slices.IndexFunc(b.plans, func(p plan) bool { return p.ID == id })
}

// get returns a plan, the base for one that is not there.
func (b planBook) get(id string) plan {
	if i := b.find(id); i >= 0 {
		return b.plans[i]
	}
	return b.plans[0]
}

// own lists what the user made.
func (b planBook) own() (out []plan) {
	for _, p := range b.plans {
		if !p.preset {
			out = append(out, p)
		}
	}
	return out
}

// row is a plan with its depth in the tree.
type planRow struct {
	plan
	depth int
}

// rows lists the tree from top to bottom. What stands below itself, as a damaged file may say, stands below the base.
func (b planBook) rows() []planRow {
	out := []planRow{{b.plans[0], 0}}
	done := map[string]bool{basePlan: true}
	var below func(id string, depth int)
	below = func(id string, depth int) {
		for _, p := range b.plans[1:] {
			parent := p.Parent
			if parent == "" {
				parent = basePlan
			}
			if parent != id || done[p.ID] {
				continue
			}
			done[p.ID] = true
			out = append(out, planRow{p, depth})
			below(p.ID, depth+1)
		}
	}
	below(basePlan, 1)
	for _, p := range b.plans {
		if !done[p.ID] {
			done[p.ID] = true
			out = append(out, planRow{p, 1})
		}
	}
	return out
}

// changes lists what a plan changes with all above it: of one field the last change counts.
func (b planBook) changes(id string) (out []sim.Change) {
	var chain []plan
	for seen := map[string]bool{}; id != "" && id != basePlan && !seen[id]; {
		seen[id] = true
		p := b.get(id)
		chain = append(chain, p)
		id = p.Parent
	}
	slices.Reverse(chain)
	for _, p := range chain {
		for _, c := range p.Changes {
			out = slices.DeleteFunc(out, func(o sim.Change) bool { return o.Field == c.Field })
			out = append(out, c)
		}
	}
	return out
}

// with returns the book with a plan in place of the one with its ID, or behind all others.
func (b planBook) with(p plan) planBook {
	out := planBook{slices.Clone(b.plans)}
	if i := out.find(p.ID); i >= 0 {
		out.plans[i] = p
	} else {
		out.plans = append(out.plans, p)
	}
	return out
}

// without returns the book without a plan and all that stand below it.
func (b planBook) without(id string) planBook {
	gone := map[string]bool{id: true}
	for range b.plans { // as deep as the tree may be
		for _, p := range b.plans {
			if gone[p.Parent] {
				gone[p.ID] = true
			}
		}
	}
	return planBook{slices.DeleteFunc(slices.Clone(b.plans), func(p plan) bool { return gone[p.ID] && !p.preset })}
}

// fresh returns an ID and a name that no plan has. like is the name to begin with, empty for any.
func (b planBook) fresh(like string) (id, name string) {
	for n := 1; id == "" || b.find(id) >= 0; n++ {
		id = "s" + strconv.Itoa(n)
	}
	first, stem := 2, strings.TrimRight(like, " 0123456789")
	if stem == "" {
		first, stem = 1, "Scenario"
	}
	for n := first; ; n++ {
		name = fmt.Sprintf("%s %d", stem, n)
		if !slices.ContainsFunc(b.plans, func(p plan) bool { return p.Name == name }) {
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
	Twin  string `json:"twin"` // path of its file, else its name
	Plans []plan `json:"plans"`
}

// loadPlans reads what the preferences kept; what cannot be read is forgotten.
func loadPlans(store fyne.Preferences) (out []savedPlans) {
	if text := store.String("scenarios"); text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			return nil
		}
	}
	for i := range out {
		out[i].Plans = slices.DeleteFunc(out[i].Plans, func(p plan) bool {
			return p.Name == "" || len(p.Name) > maxPlanName || strings.HasPrefix(p.ID, presetPrefix) || p.ID == basePlan
		})
		out[i].Plans = out[i].Plans[:min(len(out[i].Plans), maxPlans)]
	}
	return out[:min(len(out), maxPlanBooks)]
}

func savePlans(store fyne.Preferences, list []savedPlans) {
	if b, err := json.Marshal(list); err == nil {
		store.SetString("scenarios", string(b))
	}
}

// plansOf returns what is kept of a twin.
func (p *preferences) plansOf(of *project.Project) []plan {
	for _, s := range p.Plans {
		if s.Twin == trendKey(of) {
			return s.Plans
		}
	}
	return nil
}

// rememberPlans puts the scenarios of a twin first among those that are kept; a twin without any is forgotten.
func (p *preferences) rememberPlans(of *project.Project, plans []plan) {
	key := trendKey(of)
	p.Plans = slices.DeleteFunc(slices.Clone(p.Plans), func(s savedPlans) bool { return s.Twin == key })
	if len(plans) == 0 {
		return
	}
	p.Plans = slices.Insert(p.Plans, 0, savedPlans{key, plans})
	p.Plans = p.Plans[:min(len(p.Plans), maxPlanBooks)]
}
