package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Comparison is a changed plant against the base, replication by replication under the same chance.
type Comparison struct {
	Base, Changed *Summary
	Throughput    Gain
	WIP, LeadSec  Gain
}

// WhatIf answers what changes buy. When the context ends, the pairs that were done are returned with its error.
func WhatIf(ctx context.Context, m *Model, changes []sim.Change, o Options) (*Comparison, error) {
	o, err := o.checked(m)
	if err != nil {
		return nil, err
	}
	changed, err := m.With(changes...)
	if err != nil {
		return nil, err
	}
	runs, err := fan(ctx, []*Model{m, changed}, o)
	pairs(runs)
	return compare(summarize(m, o, runs[0]), summarize(changed, o, runs[1])), err
}

// pairs leaves only replications that all models have.
func pairs(runs [][]*Replication) {
	for rep := range runs[0] {
		if slices.ContainsFunc(runs, func(r []*Replication) bool { return r[rep] == nil }) {
			for _, r := range runs {
				r[rep] = nil
			}
		}
	}
}

func compare(a, b *Summary) *Comparison {
	of := func(get func(*Replication) float64) Gain { return gain(a.values(get), b.values(get)) }
	return &Comparison{Base: a, Changed: b,
		Throughput: of(func(r *Replication) float64 { return r.Throughput }),
		WIP:        of(func(r *Replication) float64 { return r.WIP }),
		LeadSec:    of(func(r *Replication) float64 { return r.LeadSec })}
}

// String is one line: what the change buys.
func (c *Comparison) String() string {
	return fmt.Sprintf("throughput %s: %.4g /h instead of %.4g /h; work in progress %s; lead time %s", c.Throughput, 3600*c.Changed.Throughput.Mean, 3600*c.Base.Throughput.Mean, c.WIP, c.LeadSec)
}

// Effect is what it buys to make one element faster.
type Effect struct {
	Element, Label string
	Change         sim.Change
	Gain           Gain // of the throughput

	made []float64 // throughput of each replication, 1/s
}

// Ranking says where the bottleneck is, with evidence of two kinds: what each element buys when it alone is made faster (paired
// runs), and how long it was the longest active of all (active periods). Effects are in the order of their gain, most first.
type Ranking struct {
	Faster  float64 // 0.1 is 10 %
	Base    *Summary
	Effects []Effect
}

// Sensitivity makes each station and each belt faster by a share, one at a time, under the same chance as the base. With
// names it looks at these elements only. When the context ends, what was done in all runs is returned with its error.
func Sensitivity(ctx context.Context, m *Model, faster float64, o Options, names ...string) (*Ranking, error) {
	o, err := o.checked(m)
	if err != nil {
		return nil, err
	}
	effects, models, err := m.faster(faster, names)
	if err != nil {
		return nil, err
	}
	runs, err := fan(ctx, append([]*Model{m}, models...), o)
	return rank(m, faster, effects, models, runs, o), err
}

// faster returns a model for each element that can be faster, and what differs in it.
func (m *Model) faster(share float64, names []string) ([]Effect, []*Model, error) {
	if !(share > -1 && share <= 10 && share != 0) {
		return nil, nil, fmt.Errorf("%w: %g times faster: give a share such as 0.1 for +10 %%", ErrOptions, share)
	}
	for _, n := range names {
		if m.Element(n) == nil {
			return nil, nil, fmt.Errorf("%w: there is no element %q: %s", ErrOptions, clip(n), nearest(n, m.names()))
		}
	}
	var effects []Effect
	var models []*Model
	for i := range m.Elements {
		e := &m.Elements[i]
		name := e.pace()
		if name == "" || len(names) > 0 && !slices.Contains(names, e.Name) {
			continue
		}
		c := sim.Change{Field: e.Name + "." + name, Value: fmt.Sprintf("%+g%%", 100*share)}
		x, err := m.With(c)
		if err != nil {
			return nil, nil, err
		}
		models = append(models, x)
		effects = append(effects, Effect{Element: e.Name, Label: e.title(), Change: c})
	}
	return effects, models, nil
}

// pace is the parameter that makes an element faster, empty where there is none.
func (e *Element) pace() string {
	switch {
	case e.isStation():
		return "speed"
	case e.Kind == Conveyor:
		return "belt"
	}
	return ""
}

// rank pairs the runs of the base, which come first, with those of each model. It leaves only replications that all have.
func rank(m *Model, faster float64, effects []Effect, models []*Model, runs [][]*Replication, o Options) *Ranking {
	pairs(runs)
	s := &Ranking{Faster: faster, Base: summarize(m, o, runs[0]), Effects: effects}
	throughput := func(r *Replication) float64 { return r.Throughput }
	base := s.Base.values(throughput)
	for i := range s.Effects {
		s.Effects[i].made = summarize(models[i], o, runs[i+1]).values(throughput)
		s.Effects[i].Gain = gain(base, s.Effects[i].made)
	}
	slices.SortStableFunc(s.Effects, func(a, b Effect) int { return cmp.Compare(b.Gain.Absolute.Mean, a.Gain.Absolute.Mean) })
	return s
}

func (m *Model) names() []string {
	var out []string
	for i := range m.Elements {
		out = append(out, m.Elements[i].Name)
	}
	return out
}

// Bottleneck is the element that buys most when it is made faster; ok is false when no element buys anything that can be told
// from nothing, as in a plant that waits for its sources.
func (s *Ranking) Bottleneck() (e Effect, ok bool) {
	if len(s.Effects) == 0 {
		return Effect{}, false
	}
	first := s.Effects[0]
	return first, first.Gain.Distinguishable() && first.Gain.Absolute.Mean > 0
}

// Sure reports whether the first of the ranking can be told from the second, by their paired difference at 95 %.
func (s *Ranking) Sure() bool {
	return len(s.Effects) < 2 || gain(s.Effects[1].made, s.Effects[0].made).Distinguishable()
}

// Longest is the element that was the bottleneck for most of the time by active periods; nil where none ever was.
func (s *Ranking) Longest() *ElementSummary { return longest(s.Base) }

// String is a sentence with the answer and its evidence, for people.
func (s *Ranking) String() string {
	var b strings.Builder
	e, ok := s.Bottleneck()
	if !ok {
		fmt.Fprintf(&b, "No single element holds the plant: %+g %% speed of any one buys nothing that can be told from chance. Look at the sources.", 100*s.Faster)
		return b.String()
	}
	sure := "is the bottleneck"
	if !s.Sure() {
		sure = "is probably the bottleneck (not distinguishable from " + s.Effects[1].Label + ")"
	}
	x := s.Base.Element(e.Element)
	fmt.Fprintf(&b, "%s %s: %+g %% speed there buys %s of the throughput of %.4g /h. ", e.Label, sure, 100*s.Faster, e.Gain, 3600*s.Base.Throughput.Mean)
	fmt.Fprintf(&b, "It works %.0f %% of the time, is blocked %.0f %%, starved %.0f %%, down %.0f %%", 100*x.Share(Working).Mean, 100*x.Share(Blocked).Mean, 100*x.Share(Starved).Mean, 100*x.Share(Down).Mean)
	if x.Kind == Conveyor {
		b.Reset()
		fmt.Fprintf(&b, "%s %s: %+g %% speed there buys %s of the throughput of %.4g /h", e.Label, sure, 100*s.Faster, e.Gain, 3600*s.Base.Throughput.Mean)
	}
	if l := s.Longest(); l != nil {
		fmt.Fprintf(&b, ". By active periods: %s, alone %.0f %% and shifting %.0f %% of the time.", l.Label, 100*l.Sole.Mean, 100*l.Shifting.Mean)
	}
	return b.String()
}
