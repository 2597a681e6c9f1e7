package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

const (
	fullRuns   = 24          // replications of an answer, where neither the question nor the definition says how many
	rankedRuns = 8           // fewer are a first answer: no single element is tried
	hurry      = time.Second // before a deadline nearer than that, too
	faster     = .1          // share by which each element is tried
	busyBelt   = .8          // share of its capacity above which a belt is tried, too
	maxKept    = 6           // answers about a plant as it is
)

// known is what was found out about a plant as it is: the changed ones are held against it.
type known struct {
	key     string
	base    []*Replication
	ranking *Ranking // nil: not found out yet
}

// asked is a question made ready.
type asked struct {
	beginning
	changes []sim.Change
	changed *Model // the base itself where nothing is changed
	o       Options
	key     string
	coarse  bool
	done    func(share float64)
}

// Answer implements sim.Study. It first compares the plant as it is with the changed one in pairs of runs. Then, unless fewer than
// 8 runs are asked for or the deadline is nearer than a second, it tries each element 10 % faster. What is known about the plant
// as it is serves the next question. When the context ends, the pairs that were done are the answer, with the context's error.
func (s *Study) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	begun := time.Now()
	a, err := s.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	k := s.recall(a.key)
	tries := 0.
	if !a.coarse && k.ranking == nil {
		tries = .75
	}
	cmp, err := s.pairsOf(ctx, a, k, 1-tries)
	if err == nil && tries > 0 {
		k.ranking, err = s.try(ctx, a, k, tries)
	}
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("flow: %w", err)
	}
	if len(k.base) > 0 {
		s.keep(k)
	}
	out := s.word(a, cmp, k.ranking)
	out.Runs, out.Partial, out.Elapsed, out.Computed = len(cmp.Base.Replications), err != nil, time.Since(begun), time.Now()
	return out, err
}

func (s *Study) prepare(ctx context.Context, q sim.Question) (*asked, error) {
	a := &asked{beginning: s.begin(q.Live), changes: s.changes(q.Changes), done: q.Progress}
	if a.done == nil {
		a.done = func(float64) {}
	}
	a.o = Options{HorizonSec: float64(s.def.Horizon), WarmupSec: float64(s.def.Warmup), Replications: s.def.Replications, Seed: q.Seed, Start: a.start}
	if q.Horizon > 0 {
		a.o.HorizonSec = q.Horizon.Seconds()
	}
	if q.Runs > 0 {
		a.o.Replications = q.Runs
	}
	if a.o.Replications == 0 {
		a.o.Replications = fullRuns
	}
	if a.start != nil {
		a.o.WarmupSec = 0
	}
	var err error
	if a.o, err = a.o.checked(a.model); err != nil {
		return nil, err
	}
	a.changed = a.model
	if len(a.changes) > 0 {
		if a.changed, err = a.model.With(a.changes...); err != nil {
			return nil, err
		}
		if a.start != nil {
			if a.start, err = a.start.within(a.changed); err != nil {
				return nil, err
			}
			a.o.Start = a.start
		}
	}
	end, hurried := ctx.Deadline()
	a.coarse = a.o.Replications < rankedRuns || hurried && time.Until(end) < hurry
	key, err := json.Marshal([]any{a.start, a.speeds, a.o.HorizonSec, a.o.WarmupSec, a.o.Seed})
	a.key = string(key)
	return a, err
}

// within is a start that fits a changed model as well: a shorter belt holds less from the beginning, in both runs of a pair.
func (s *Start) within(m *Model) (*Start, error) {
	out := *s
	out.Levels = map[string]int{}
	for name, n := range s.Levels {
		out.Levels[name] = min(n, m.Element(name).fits(float64(n)))
	}
	return &out, out.Check(m)
}

// pairsOf runs the plant as it is, as far as that is not known, beside the changed one. It advances the progress up to a share.
func (s *Study) pairsOf(ctx context.Context, a *asked, k *known, share float64) (*Comparison, error) {
	o := a.o
	o.Progress = func(done, total uint64) { a.done(share * float64(done) / float64(total)) }
	haveBase := len(k.base) >= o.Replications
	var models []*Model
	if !haveBase {
		models = append(models, a.model)
	}
	if a.changed != a.model {
		models = append(models, a.changed)
	}
	runs := [][]*Replication{}
	var err error
	if len(models) > 0 {
		runs, err = fan(ctx, models, o)
	}
	if haveBase {
		runs = slices.Insert(runs, 0, slices.Clone(k.base[:o.Replications]))
	} else if err == nil {
		k.base, k.ranking = slices.Clone(runs[0]), nil
	}
	if a.changed == a.model {
		runs = append(runs, slices.Clone(runs[0]))
	}
	pairs(runs)
	return compare(summarize(a.model, o, runs[0]), summarize(a.changed, o, runs[1])), err
}

// try makes the elements faster that may limit the plant, one at a time.
func (s *Study) try(ctx context.Context, a *asked, k *known, share float64) (*Ranking, error) {
	o := a.o
	o.Progress = func(done, total uint64) { a.done(1 - share + share*float64(done)/float64(total)) }
	base := summarize(a.model, o, k.base)
	var names []string
	for i := range a.model.Elements {
		e := &a.model.Elements[i]
		belt := e.Kind == Conveyor && base.Elements[i].Out.Mean*float64(e.Pitch)/float64(e.Belt) > busyBelt
		if e.isStation() || belt {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return &Ranking{Faster: faster, Base: base}, nil
	}
	effects, models, err := a.model.faster(faster, names)
	if err != nil {
		return nil, err
	}
	runs, err := fan(ctx, models, o)
	if err != nil { // what is known of some elements alone would be no ranking
		return nil, err
	}
	return rank(a.model, faster, effects, models, slices.Insert(runs, 0, slices.Clone(k.base[:o.Replications])), o), nil
}

// recall is what is known under a key; what comes back belongs to the caller.
func (s *Study) recall(key string) *known {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.kept {
		if k.key == key {
			out := *k
			return &out
		}
	}
	return &known{key: key}
}

// keep remembers what was found out; of two that were found at a time, the one with more runs.
func (s *Study) keep(k *known) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, old := range s.kept {
		if old.key != k.key {
			continue
		}
		if len(old.base) > len(k.base) || len(old.base) == len(k.base) && k.ranking == nil {
			k = old
		}
		s.kept = slices.Delete(s.kept, i, i+1)
		break
	}
	s.kept = append(s.kept, k)
	s.kept = s.kept[max(0, len(s.kept)-maxKept):]
}

var _ sim.Study = (*Study)(nil)
