package ui

import (
	"encoding/json"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/trend"
)

// savedTrend is what the user plotted of a twin last.
type savedTrend struct {
	Twin string          `json:"twin"` // path of its file, else its name
	Spec json.RawMessage `json:"spec"`
}

// maxTrends is for how many twins the trend is remembered.
const maxTrends = 20

// trendKey tells twins apart.
func trendKey(p *project.Project) string {
	if p.File != "" {
		return p.File
	}
	return p.Name
}

// rememberTrend puts the trend of a twin first among those that are remembered; an empty one is forgotten.
func (p *preferences) rememberTrend(of *project.Project, s trend.Spec) {
	key := trendKey(of)
	p.Trends = slices.DeleteFunc(p.Trends, func(o savedTrend) bool { return o.Twin == key })
	data, err := json.Marshal(s)
	if err != nil || len(s.Lines) == 0 {
		return
	}
	p.Trends = slices.Insert(p.Trends, 0, savedTrend{key, data})
	p.Trends = p.Trends[:min(len(p.Trends), maxTrends)]
}

// trendOf returns the trend that is remembered for a twin; ok is false when there is none of use.
func (p *preferences) trendOf(of *project.Project) (s trend.Spec, ok bool) {
	key := trendKey(of)
	for _, t := range p.Trends {
		if t.Twin != key {
			continue
		}
		s, err := trend.Parse(t.Spec)
		if err != nil {
			return s, false
		}
		// A trend of which nothing is left is not worth an empty plot.
		return s, len(s.Signals(of.Tree)) > 0 || slices.ContainsFunc(s.Lines, func(l trend.Line) bool { return l.Expr != "" && trend.Check(of.Tree, l.Expr) == nil })
	}
	return s, false
}

// loadTrends and saveTrends keep the trends in the store of the application. What cannot be read is forgotten.
func loadTrends(store fyne.Preferences) (out []savedTrend) {
	if text := store.String("trends"); text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			return nil
		}
	}
	return out[:min(len(out), maxTrends)]
}

func saveTrends(store fyne.Preferences, list []savedTrend) {
	if b, err := json.Marshal(list); err == nil {
		store.SetString("trends", string(b))
	}
}
