package ui

import (
	"errors"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// parameterFields are the parameters of the twin file as fields of a study.
func parameterFields(x *session) (out []sim.Field) {
	for _, q := range x.Project.Parameters {
		f := sim.Field{ID: q.ID, Label: q.Label, Unit: q.Unit, Value: q.Default, Min: q.Min, Max: q.Max}
		f.Text = strings.TrimSpace(q.Unit.Format(q.Default, fieldDecimals(&f)) + " " + q.Unit.Symbol)
		out = append(out, f)
	}
	return out
}

// parameterPresets are the scenarios of parameters that the twin file names.
func parameterPresets(x *session) (out []Preset) {
	for _, s := range x.Project.Scenarios {
		if len(s.Values) == 0 {
			continue
		}
		p := Preset{ID: forecastID + "." + s.ID, Label: s.Label, Study: forecastID}
		for _, q := range x.Project.Parameters {
			if v, ok := s.Values[q.ID]; ok {
				f := sim.Field{Unit: q.Unit}
				p.Changes = append(p.Changes, sim.Change{Field: q.ID, Value: changeTo(&f, v)})
			}
		}
		out = append(out, p)
	}
	return out
}

// tryCourse makes the changes of a scenario the what-if of the timeline: its course is seen in the trend, and as a ghost in
// the view. Changes that are no numbers have none.
func (m *scenarios) tryCourse(changes []sim.Change, fork time.Time) {
	x := m.x
	if x.Futures == nil {
		return
	}
	values := map[string]float64{}
	for _, c := range changes {
		f := m.field(c.Field)
		if f == nil {
			continue
		}
		v, ok := valueOf(f, c.Value)
		if !ok {
			clear(values)
			break
		}
		values[c.Field] = max(orInf(f.Min, -1), min(orInf(f.Max, 1), v))
	}
	if fork.After(x.s.view.now) {
		fork = time.Time{}
	}
	same := len(values) == len(x.values) && fork.Equal(x.fork)
	for k, v := range values {
		same = same && x.values[k] == v
	}
	if same {
		return
	}
	x.values, x.fork = values, fork
	w := &x.s.view.whatIf
	for i := range w.Parameters {
		q := &w.Parameters[i]
		q.Value = q.Default
		if v, ok := values[q.ID]; ok {
			q.Value = v
		}
	}
	m.trying = true
	x.try()
	m.trying = false
	x.s.inspect.update()
}

// followSlider makes what the user set in the inspector a change of the chosen scenario, so that both always agree.
func (m *scenarios) followSlider() {
	if m.trying || len(m.fields[forecastID]) == 0 {
		return
	}
	p := m.plan()
	if p.preset || m.study(p.Study).Study != nil {
		if len(m.x.values) == 0 && m.x.fork.IsZero() {
			return
		}
		p = m.child(basePlan, "")
		p.Study = forecastID
	}
	p.Parent, p.Changes, p.Fork = basePlan, nil, m.x.fork
	for _, f := range m.fields[forecastID] {
		if v, ok := m.x.values[f.ID]; ok && v != f.Value {
			p.Changes = append(p.Changes, sim.Change{Field: f.ID, Value: changeTo(&f, v)})
		}
	}
	m.book, m.chosen = m.book.with(p), p.ID
	m.remember()
	m.update()
}

// takeForecast takes over what the model of the forecast says of the chosen scenario.
func (m *scenarios) takeForecast() bool {
	x, p := m.x, m.plan()
	if x.Futures == nil || len(m.studies) == 0 || m.study(p.Study).Study != nil {
		return false
	}
	run := x.Futures.Other()
	if run == nil {
		return false
	}
	about := run.About()
	if about.Generation == m.seen {
		return false
	}
	if !about.Valid {
		m.seen = about.Generation
		delete(m.runs.answers, p.ID)
		m.runs.faults[p.ID] = errors.New("withdrawn: " + about.Reason)
		return true
	}
	a, ok := x.Futures.Answer()
	if !ok {
		return false
	}
	m.seen = about.Generation
	own := *a
	own.Partial = false // a first answer: see answered
	key := questionKey(forecastID, m.book.changes(p.ID), p.Fork)
	delete(m.runs.faults, p.ID)
	m.runs.answers[p.ID] = answered{Answer: &own, key: key, coarse: about.Coarse}
	return true
}
