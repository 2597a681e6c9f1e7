package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
)

// tornado ranks the fields of the chosen scenario by what each does alone.
func (m *scenarios) tornado() {
	p := m.plan()
	n := m.study(p.Study)
	if n.Study == nil {
		return
	}
	changes := m.book.changes(p.ID)
	a := &studyAsk{plan: p.ID, label: p.Name + ", sensitivity", key: questionKey(n.ID, changes, p.Fork), study: &tornadoStudy{Study: n.Study},
		question: sim.Question{Changes: changes, Horizon: m.x.Project.Horizon}, live: m.begin(p.Fork)}
	m.runs.askAlone(a)
	m.update()
}

// tornadoStudy answers a question with two more for each field: ten percent up and down, alone. Its ranks are the fields
// by how much they move the first figure.
type tornadoStudy struct {
	sim.Study
	swings map[string]swing // of the newest answer, by the label of a rank
}

// swing is what a field does to the first figure alone, relative.
type swing struct{ down, up sim.Mean }

// most is the larger of both, by its size.
func (s swing) most() sim.Mean {
	if math.Abs(s.down.Value) > math.Abs(s.up.Value) {
		return s.down
	}
	return s.up
}

const (
	maxTornado  = 40 // fields that are tried
	tornadoRuns = 6  // replications of each try, unless the question says otherwise
)

// Answer implements sim.Study.
func (t *tornadoStudy) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	progress := q.Progress
	q.Progress = nil
	if q.Runs == 0 {
		q.Runs = tornadoRuns
	}
	main, err := t.Study.Answer(ctx, q)
	if err != nil || len(main.Figures) == 0 {
		return main, err
	}
	var fields []sim.Field
	for _, f := range t.Fields() {
		if !math.IsNaN(f.Value) && f.Value != 0 && len(fields) < maxTornado {
			fields = append(fields, f)
		}
	}
	out := *main
	out.Ranks, t.swings = nil, map[string]swing{}
	for i := range fields {
		if progress != nil {
			progress(float64(i+1) / float64(len(fields)+1))
		}
		r, both, err := t.try(ctx, q, main, &fields[i])
		if ctx.Err() != nil {
			out.Partial = true
			break
		}
		if err == nil {
			out.Ranks, t.swings[r.Label] = append(out.Ranks, r), both
		}
	}
	slices.SortStableFunc(out.Ranks, func(a, b sim.Rank) int { return cmp.Compare(math.Abs(b.Gain.Value), math.Abs(a.Gain.Value)) })
	out.Rests = join(main.Rests, "each field alone, ten percent up and down")
	return &out, ctx.Err()
}

var errNoSwing = errors.New("the field does not move the figure, or cannot be moved")

// try moves a field up and down. The lever of the rank is the way that does the plant good, if either does.
func (t *tornadoStudy) try(ctx context.Context, q sim.Question, main *sim.Answer, f *sim.Field) (r sim.Rank, both swing, err error) {
	lead := main.Figures[0]
	scale := math.Abs(lead.Changed.Value)
	if scale == 0 || math.IsNaN(scale) {
		return r, both, errNoSwing
	}
	had := changeOn(q.Changes, f.ID)
	r = sim.Rank{Asset: f.Asset, Label: f.Label}
	moved := false
	for _, by := range []float64{-fieldStep, fieldStep} {
		value := stepped(f, had, by)
		if value == had {
			continue // it is at its end
		}
		own := q
		own.Changes = setChange(q.Changes, f.ID, value)
		a, err := t.Study.Answer(ctx, own)
		if err != nil || a == nil || len(a.Figures) == 0 {
			return r, both, cmp.Or(err, errNoSwing)
		}
		d := a.Figures[0].Difference
		if len(q.Changes) > 0 {
			d = minus(d, lead.Difference)
		}
		gain := sim.Mean{Value: d.Value / scale, Low: d.Low / scale, High: d.High / scale}
		if math.IsNaN(gain.Value) {
			continue
		}
		moved = true
		if by < 0 {
			both.down = gain
		} else {
			both.up = gain
		}
		if scenario.Better(sim.Figure{Good: lead.Good, Difference: gain}) > 0 && value != "" {
			r.Lever = f.ID + "=" + value
		}
	}
	if !moved {
		return r, both, errNoSwing
	}
	r.Gain = both.most()
	r.Why = fmt.Sprintf("%s of %s ten percent down, %s up", percents(both.down), lower(lead.Label), percents(both.up))
	return r, both, nil
}

// percents words a relative gain: "+1.9 %", "±0" for one that cannot be told from zero.
func percents(g sim.Mean) string {
	if g.Low <= 0 && g.High >= 0 {
		return "±0"
	}
	return signed(g.Value*100, 1) + " %"
}
