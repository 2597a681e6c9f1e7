package scenario

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Search looks for the changes that reach a goal best. All runs see the same chance (one seed), so that the score is a
// plain function of the changes. Where there are no more combinations of levels than runs, it asks at all of them. Else it
// scouts the axes with points of a Sobol' sequence, then goes on from the best of them: by Nelder and Mead's simplex where
// there are up to four axes without levels, else by CMA-ES first.
type Search struct {
	Study    sim.Study
	Question sim.Question // its changes hold in all runs
	Axes     []design.Axis
	Goal     Goal
	Runs     int                               // at most so many questions; 0: 40 and 30 for each axis
	Progress func(done, most int, best *Trial) // may be nil; best may be nil; it must be quick
}

// Trial is one question of a search.
type Trial struct {
	Point    design.Point
	Changes  []sim.Change
	Outcome  *Outcome
	Feasible bool // it keeps all limits
	score    float64
}

// Optimum is what a search found.
type Optimum struct {
	Best    *Trial // nil when no run had an answer
	Trials  []Trial
	Base    *Outcome // of the plant as it is
	Partial bool     // it was stopped before its end
	Failed  int      // runs without an answer
}

// Run searches. When ctx ends, it returns what it has, marked as partial, with the error of ctx.
func (s *Search) Run(ctx context.Context) (*Optimum, error) {
	if len(s.Axes) == 0 {
		return nil, errors.New("scenario: search: nothing varies: give a field an interval such as 5..10")
	}
	if s.Runs <= 0 {
		s.Runs = 40 + 30*len(s.Axes)
	}
	h := &hunt{Search: s, known: map[string]*pending{}, optimum: &Optimum{}}
	base, err := h.ask(ctx, s.Question.Changes)
	if err != nil {
		return h.optimum, fmt.Errorf("scenario: search: the plant as it is has no answer: %w", err)
	}
	h.optimum.Base = base
	if h.judge, err = newJudge(s.Goal, base); err != nil {
		return h.optimum, err
	}
	if all := combinations(s.Axes, s.Runs); all != nil {
		h.each(ctx, all)
	} else {
		h.each(ctx, h.scouts())
		if ctx.Err() == nil && h.optimum.Best != nil {
			h.descend(ctx)
		}
	}
	h.optimum.Partial = ctx.Err() != nil
	return h.optimum, ctx.Err()
}

// Table is all trials as a file holds them, in the order in which they came.
func (o *Optimum) Table(axes []design.Axis) *recording.Table {
	r := &Results{Plan: &design.Plan{Kind: design.RandomKind, Axes: axes}}
	for i := range o.Trials {
		r.Plan.Points = append(r.Plan.Points, o.Trials[i].Point)
		r.Outcomes, r.Errs = append(r.Outcomes, o.Trials[i].Outcome), append(r.Errs, nil)
	}
	t := r.Table()
	note := &t.Columns[len(t.Columns)-1]
	for i := range o.Trials {
		if !o.Trials[i].Feasible {
			note.Texts[i] = "breaks a limit"
		}
	}
	return t
}

// hunt is a search under way.
type hunt struct {
	*Search
	judge   *judge
	mu      sync.Mutex
	known   map[string]*pending // by the texts of the changes
	asked   int
	optimum *Optimum
	at      []float64 // of the best, in the unit cube
}

type pending struct {
	done  chan struct{}
	score float64
}

func (h *hunt) ask(ctx context.Context, changes []sim.Change) (*Outcome, error) {
	q := h.Question
	q.Changes, q.Progress = changes, nil
	a, err := h.Study.Answer(ctx, q)
	if err != nil {
		return nil, err
	}
	return OutcomeOf(a), nil
}

// scouts are points for a third of all runs: the plant as it is, and a Sobol' sequence.
func (h *hunt) scouts() [][]float64 {
	start := make([]float64, len(h.Axes))
	for i := range start {
		start[i] = position(&h.Axes[i])
	}
	out := [][]float64{start}
	d := min(len(h.Axes), design.MaxDimensions)
	seq, err := design.NewSequence(d, h.Question.Seed|1)
	if err != nil {
		return out
	}
	for range max(4, h.Runs/3) - 1 {
		u := slices.Repeat([]float64{.5}, len(h.Axes))
		seq.Next(u[:d])
		out = append(out, u)
	}
	return out
}

// combinations are all points of axes that have levels only, nil when there are more than most.
func combinations(axes []design.Axis, most int) [][]float64 {
	out := [][]float64{{}}
	for i := range axes {
		if axes[i].Continuous() {
			return nil
		}
		n := len(axes[i].Spread.Levels)
		if len(out)*n > most {
			return nil
		}
		var next [][]float64
		for _, u := range out {
			for k := range n {
				next = append(next, append(slices.Clone(u), (float64(k)+.5)/float64(n)))
			}
		}
		out = next
	}
	return out
}

// each asks at points, over all cores.
func (h *hunt) each(ctx context.Context, all [][]float64) {
	points := make(chan []float64)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for u := range points {
				h.score(ctx, u)
			}
		})
	}
	for _, u := range all {
		points <- u
	}
	close(points)
	wg.Wait()
}

// position is where an axis is as it is, as far as that lies within its spread.
func position(a *design.Axis) float64 {
	low, high := a.Ends()
	if u := (a.Field.Value - low.SI) / (high.SI - low.SI); a.Spread.Shape == design.Interval && u >= 0 && u <= 1 {
		return u
	}
	return .5
}

// score asks at a point of the unit cube, folded back into it, unless it was asked there before. Several goroutines may.
func (h *hunt) score(ctx context.Context, u []float64) float64 {
	t := Trial{Point: make(design.Point, len(h.Axes)), Changes: slices.Clone(h.Question.Changes)}
	v := make([]float64, len(u))
	key := ""
	for i := range h.Axes {
		v[i] = fold(u[i])
		t.Point[i] = h.Axes[i].At(v[i])
		t.Changes = append(t.Changes, h.Axes[i].Change(t.Point[i]))
		key += t.Point[i].Text + "\x00"
	}
	h.mu.Lock()
	p, ok := h.known[key]
	if ok {
		h.mu.Unlock()
		<-p.done
		return p.score
	}
	if h.asked >= h.Runs || ctx.Err() != nil {
		h.mu.Unlock()
		return failedScore
	}
	p = &pending{make(chan struct{}), failedScore}
	h.known[key] = p
	h.asked++
	h.mu.Unlock()
	defer close(p.done)
	outcome, err := h.ask(ctx, t.Changes)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil {
			h.optimum.Failed++
		}
		return failedScore
	}
	t.Outcome = outcome
	t.score, t.Feasible = h.judge.score(outcome)
	p.score = t.score
	h.optimum.Trials = append(h.optimum.Trials, t)
	if b := h.optimum.Best; b == nil || t.score < b.score {
		h.optimum.Best, h.at = &t, v
	}
	if h.Progress != nil {
		h.Progress(h.asked, h.Runs, h.optimum.Best)
	}
	return p.score
}

// fold mirrors a coordinate at the ends of [0, 1] until it lies within.
func fold(u float64) float64 {
	if math.IsNaN(u) || math.IsInf(u, 0) {
		return .5
	}
	u = math.Mod(math.Abs(u), 2)
	if u > 1 {
		u = 2 - u
	}
	return u
}

// descend goes on from the best point: over levels and in many axes by CMA-ES, and where there are no levels by a simplex
// at the end.
func (h *hunt) descend(ctx context.Context) {
	steps := slices.ContainsFunc(h.Axes, func(a design.Axis) bool { return !a.Continuous() })
	if steps || len(h.Axes) > 4 {
		most := h.Runs
		if !steps {
			most -= (h.Runs - h.asked) / 3
		}
		h.minimise(ctx, most, spreading(len(h.Axes), h.Question.Seed), runtime.GOMAXPROCS(0))
	}
	if !steps {
		h.minimise(ctx, h.Runs, &optimize.NelderMead{SimplexSize: .15}, 0)
	}
}

// spreading is CMA-ES that begins with a deviation of 0.1 of each axis. Gonum v0.17 draws by the covariance alone, whatever
// the size of step is, so the covariance holds it.
func spreading(axes int, seed uint64) optimize.Method {
	const deviation = .1
	d := mat.NewDiagDense(axes, nil)
	for i := range axes {
		d.SetDiag(i, deviation*deviation)
	}
	var c mat.Cholesky
	c.Factorize(d)
	return &optimize.CmaEsChol{InitStepSize: deviation, InitCholesky: &c, Src: rand.NewPCG(seed, 5)}
}

// minimise lets a method go on from the best point until so many questions were asked in all.
func (h *hunt) minimise(ctx context.Context, most int, m optimize.Method, concurrent int) {
	problem := optimize.Problem{
		Func: func(u []float64) float64 { return h.score(ctx, u) },
		Status: func() (optimize.Status, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if ctx.Err() != nil || h.asked >= most {
				return optimize.FunctionEvaluationLimit, nil
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{
		Concurrent:      concurrent,
		FuncEvaluations: 20 * h.Runs, // what was asked before costs no run: this ends what moves between known points
		Converger:       &optimize.FunctionConverge{Absolute: 1e-7, Relative: 1e-6, Iterations: 40 + 20*len(h.Axes)},
	}
	_, _ = optimize.Minimize(problem, slices.Clone(h.at), settings, m) // how it ended says nothing that the trials do not
}
