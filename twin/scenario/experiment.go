package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Experiment asks one study at many points. All points see the same chance: they have the same seed.
type Experiment struct {
	Study    sim.Study
	Name     string       // of the study, for workers on other machines
	Model    []byte       // definition of the model or a digest of it: what keys of results tell models apart by
	Question sim.Question // its changes hold at all points; its Progress is not used
	Plan     *design.Plan
	Executor Executor              // nil: the cores of this machine
	Cache    *Cache                // nil: none
	Progress func(done, total int) // may be nil; it must be quick. Total counts points that differ
}

// Results are the answers at the points of a plan. After a cancelled run they are partial: what is there stands.
type Results struct {
	Plan     *design.Plan
	Fixed    []sim.Change // that hold at all points
	Outcomes []*Outcome   // by point; nil: not computed, or failed
	Errs     []error      // by point; why it failed
	Done     int          // points with an outcome or an error
	Partial  bool         // the experiment was stopped before its end
	Elapsed  time.Duration
}

// Run computes the experiment. When ctx ends, it returns what it has, marked as partial, with the error of ctx. An answer
// that is itself partial is not kept.
func (e *Experiment) Run(ctx context.Context) (*Results, error) {
	r := &Results{Plan: e.Plan, Fixed: e.Question.Changes}
	if e.Plan == nil || len(e.Plan.Points) == 0 {
		return r, errors.New("scenario: experiment: there are no points: make a plan first")
	}
	if e.Executor != nil && e.Question.Live != nil {
		return r, errors.New("scenario: experiment: the present of the plant does not travel to other machines: begin empty, or run here")
	}
	begun := time.Now()
	r.Outcomes, r.Errs = make([]*Outcome, len(e.Plan.Points)), make([]error, len(e.Plan.Points))
	points, order := e.points()
	done := 0
	executor := e.executor()
	err := executor.Run(ctx, func(yield func(Job) bool) {
		for _, id := range order {
			if !yield(Job{ID: id, Payload: e.task(points[id][0]).Encode()}) {
				return
			}
		}
	}, func(x Result) {
		o, err := outcome(x)
		for _, k := range points[x.ID] {
			if r.Outcomes[k] == nil && r.Errs[k] == nil {
				r.Done++
			}
			r.Outcomes[k], r.Errs[k] = o, err
		}
		if done++; e.Progress != nil {
			e.Progress(done, len(order))
		}
	})
	r.Partial = r.Done < len(r.Outcomes)
	r.Elapsed = time.Since(begun)
	return r, err
}

func outcome(x Result) (*Outcome, error) {
	if x.Err != nil {
		return nil, x.Err
	}
	return DecodeOutcome(x.Payload)
}

// points groups the points of the plan by the ID of their job, in the order of the plan.
func (e *Experiment) points() (byID map[string][]int, order []string) {
	byID = map[string][]int{}
	state := digest(e.Question.Live)
	for k := range e.Plan.Points {
		id := e.key(k, state)
		if _, ok := byID[id]; !ok {
			order = append(order, id)
		}
		byID[id] = append(byID[id], k)
	}
	return byID, order
}

func (e *Experiment) key(k int, state []byte) string {
	t := e.task(k)
	texts := make(map[string]string, len(t.Changes))
	for _, c := range t.Changes {
		texts[c.Field] = c.Value
	}
	return KeyOf(Key{Model: append([]byte(t.Study+"\x00"), e.Model...), Texts: texts, Seed: t.Seed, State: state, From: t.Now, Span: e.Question.Horizon, Size: t.Runs})
}

// task is the question at a point. A level that is the field as it is, is no change.
func (e *Experiment) task(k int) Task {
	q := &e.Question
	t := Task{Study: e.Name, Now: q.Now, Horizon: Seconds(q.Horizon.Seconds()), Runs: q.Runs, Seed: q.Seed, Changes: slices.Clone(q.Changes)}
	for i := range e.Plan.Axes {
		a, l := &e.Plan.Axes[i], e.Plan.Points[k][i]
		if l.SI == a.Field.Value && !slices.ContainsFunc(t.Changes, func(c sim.Change) bool { return c.Field == a.Field.ID }) {
			continue
		}
		t.Changes = append(t.Changes, a.Change(l))
	}
	return t
}

func (e *Experiment) executor() Executor {
	x := e.Executor
	if x == nil {
		x = &Pool{Work: func(ctx context.Context, j Job) ([]byte, error) {
			t, err := DecodeTask(j.Payload)
			if err != nil {
				return nil, err
			}
			q := e.Question
			q.Changes, q.Progress = t.Changes, nil
			a, err := e.Study.Answer(ctx, q)
			if err != nil {
				return nil, err
			}
			return OutcomeOf(a).Encode(), nil
		}}
	}
	if e.Cache != nil {
		x = &Cached{x, e.Cache}
	}
	return x
}

// digest is what a state hashes to; nil for none.
func digest(s *twin.Snapshot) []byte {
	if s == nil {
		return nil
	}
	h := sha256.New()
	for i := range s.Values {
		var b [9]byte
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(s.Values[i].Value))
		b[8] = byte(s.Values[i].Quality)
		h.Write(b[:])
	}
	return h.Sum(nil)
}

// Figures lists the figures of the answers, as the first outcome has them.
func (r *Results) Figures() []sim.Figure {
	for _, o := range r.Outcomes {
		if o != nil {
			return o.Figures
		}
	}
	return nil
}

// Column is a figure at each point, SI; NaN where there is no answer.
func (r *Results) Column(figure string) []float64 {
	out := make([]float64, len(r.Outcomes))
	for k, o := range r.Outcomes {
		out[k] = math.NaN()
		if f := o.Figure(figure); f != nil {
			out[k] = f.Changed.Value
		}
	}
	return out
}

// Failed counts the points that failed, with the first of the errors.
func (r *Results) Failed() (n int, first error) {
	for _, err := range r.Errs {
		if err != nil {
			if n++; first == nil {
				first = err
			}
		}
	}
	return n, first
}

// Table is the results as a file holds them: a row for each point with the level of each axis, then each figure with its
// interval and its difference from the plant as it is, in the unit of each; at the end why a point has none.
func (r *Results) Table() *recording.Table {
	t := &recording.Table{}
	for i := range r.Plan.Axes {
		a := &r.Plan.Axes[i]
		c := recording.TableColumn{Name: heading(a.Field.ID, a.Field.Unit)}
		words := slices.ContainsFunc(r.Plan.Points, func(p design.Point) bool { return math.IsNaN(p[i].SI) })
		for _, p := range r.Plan.Points {
			if words {
				c.Texts = append(c.Texts, p[i].Text)
			} else {
				c.Numbers = append(c.Numbers, a.Field.Unit.FromSI(p[i].SI))
			}
		}
		t.Columns = append(t.Columns, c)
	}
	for _, f := range r.Figures() {
		for _, c := range figureColumns {
			col := recording.TableColumn{Name: heading(f.ID+c.suffix, f.Unit), Numbers: make([]float64, len(r.Outcomes))}
			for k, o := range r.Outcomes {
				col.Numbers[k] = math.NaN()
				if g := o.Figure(f.ID); g != nil {
					col.Numbers[k] = c.of(g)
				}
			}
			t.Columns = append(t.Columns, col)
		}
	}
	note := recording.TableColumn{Name: "note", Texts: make([]string, len(r.Outcomes))}
	for k := range note.Texts {
		switch {
		case r.Errs[k] != nil:
			note.Texts[k] = r.Errs[k].Error()
		case r.Outcomes[k] == nil:
			note.Texts[k] = "not computed: stopped before its end"
		}
	}
	t.Columns = append(t.Columns, note)
	return t
}

var figureColumns = []struct {
	suffix string
	of     func(*sim.Figure) float64
}{
	{"", func(f *sim.Figure) float64 { return f.Unit.FromSI(f.Changed.Value) }},
	{" low", func(f *sim.Figure) float64 { return f.Unit.FromSI(f.Changed.Low) }},
	{" high", func(f *sim.Figure) float64 { return f.Unit.FromSI(f.Changed.High) }},
	{" difference", func(f *sim.Figure) float64 { return f.Unit.Span(f.Difference.Value) }},
	{" difference low", func(f *sim.Figure) float64 { return f.Unit.Span(f.Difference.Low) }},
	{" difference high", func(f *sim.Figure) float64 { return f.Unit.Span(f.Difference.High) }},
}

// Summary says in one line how far the experiment came.
func (r *Results) Summary() string {
	text := fmt.Sprintf("%d of %d runs in %v", r.Done, len(r.Outcomes), r.Elapsed.Round(time.Millisecond))
	if n, first := r.Failed(); n > 0 {
		text += fmt.Sprintf("; %d failed, the first: %v", n, first)
	}
	if r.Partial {
		text += "; stopped before its end"
	}
	return text
}
