package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Resolved is a scenario with all that it derives from.
type Resolved struct {
	Node
	Chain  []string // IDs from the nearest to Base, which is left out, to the scenario itself
	Stages []Stage  // by time
}

// Stage is what holds from a moment on.
type Stage struct {
	From    time.Time // the zero time means now
	Changes []sim.Change
}

// Resolve gathers what a scenario changes and from when on. Of two changes of one field the nearer to the scenario holds, once
// its node has begun; "+10%" is of the plant as it is, not of the parent. A node without a fork begins when its parent
// does, those next to Base now.
func (t *Tree) Resolve(id string, now time.Time) (Resolved, error) {
	if id == Base {
		return Resolved{Node: Node{ID: Base, Label: Base}}, nil
	}
	var chain []Node
	for at := id; at != Base; {
		n, ok := t.Node(at)
		if !ok {
			return Resolved{}, fmt.Errorf("scenario: tree: there is no scenario %q", clipped(at))
		}
		chain = append(chain, n)
		at = n.Parent
	}
	slices.Reverse(chain)
	r := Resolved{Node: chain[len(chain)-1]}
	begins := make([]time.Time, len(chain))
	for i, n := range chain {
		r.Chain = append(r.Chain, n.ID)
		if n.Study != "" {
			r.Study = n.Study
		}
		switch begins[i] = n.Fork; {
		case !n.Fork.IsZero() || i == 0:
		default:
			begins[i] = begins[i-1]
		}
	}
	at := func(t time.Time) time.Time {
		if t.IsZero() {
			return now
		}
		return t
	}
	moments := slices.Clone(begins)
	slices.SortFunc(moments, func(a, b time.Time) int { return at(a).Compare(at(b)) })
	moments = slices.CompactFunc(moments, func(a, b time.Time) bool { return at(a).Equal(at(b)) })
	for _, from := range moments {
		s := Stage{From: from}
		for i, n := range chain {
			if at(begins[i]).After(at(from)) {
				continue
			}
			for _, c := range n.Changes {
				if k := slices.IndexFunc(s.Changes, func(x sim.Change) bool { return x.Field == c.Field }); k >= 0 {
					s.Changes[k] = c
				} else {
					s.Changes = append(s.Changes, c)
				}
			}
		}
		r.Stages = append(r.Stages, s)
	}
	return r, nil
}

// Final is what holds in the end: the question for a study, which has no course.
func (r *Resolved) Final() []sim.Change {
	if len(r.Stages) == 0 {
		return nil
	}
	return r.Stages[len(r.Stages)-1].Changes
}

// Scenario is what a Runner computes: the values of all stages, SI. Each change must be one number; one that is spread is
// for an experiment.
func (r *Resolved) Scenario(fields []sim.Field) (Scenario, error) {
	s := Scenario{Name: r.ID}
	for i, stage := range r.Stages {
		values, err := Values(fields, stage.Changes)
		if err != nil {
			return s, fmt.Errorf("%s: %w", r.Label, err)
		}
		if i == 0 {
			s.Fork, s.Values = stage.From, values
			continue
		}
		s.Later = append(s.Later, Later{From: stage.From, Values: values})
	}
	return s, nil
}
