package scenario

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Forecast asks the model of the timeline as a study is asked: it is a sim.Study over a sim.Builder. The plant as it is is
// computed once for each moment, horizon, seed and size.
type Forecast struct {
	Builder sim.Builder
	Given   []sim.Field // what can be changed
	Options Options     // Tree, Horizon, Step, Members and Seed stand where a question leaves them out
	Fork    time.Time   // where runs begin; the zero time means the moment of the question

	mu   sync.Mutex
	base map[baseKey]*baseRun
}

type baseKey struct {
	now     time.Time
	horizon time.Duration
	members int
	seed    uint64
}

type baseRun struct {
	once sync.Once
	run  *Run
	err  error
}

// Fields implements sim.Study.
func (f *Forecast) Fields() []sim.Field { return f.Given }

// Answer implements sim.Study. Question.Live is not used: the model knows its state.
func (f *Forecast) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	base, changed, err := f.Runs(ctx, q)
	if err != nil {
		return nil, err
	}
	a, ok := AnswerOf(base, changed)
	if !ok {
		return nil, fmt.Errorf("scenario: the run with changes does not pair with the one without: ask again")
	}
	return a, nil
}

// Runs are the plant as it is and as it would be; one and the same when nothing is changed.
func (f *Forecast) Runs(ctx context.Context, q sim.Question) (base, changed *Run, err error) {
	values, err := Values(f.Given, q.Changes)
	if err != nil {
		return nil, nil, err
	}
	opts := f.Options
	if q.Horizon > 0 {
		opts.Horizon = q.Horizon
	}
	if q.Runs > 0 {
		opts.Members = q.Runs
	}
	if q.Seed != 0 {
		opts.Seed = q.Seed
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if q.Now.IsZero() {
		q.Now = opts.Clock()
	}
	if base, err = f.asItIs(ctx, q.Now, opts); err != nil || len(values) == 0 {
		return base, base, err
	}
	changed, err = Compute(ctx, f.Builder, Scenario{Name: "changed", Fork: f.Fork, Values: values}, q.Now, opts)
	return base, changed, err
}

// keptBases is how many runs without changes are kept.
const keptBases = 4

func (f *Forecast) asItIs(ctx context.Context, now time.Time, opts Options) (*Run, error) {
	key := baseKey{now, opts.Horizon, opts.Members, opts.Seed}
	f.mu.Lock()
	b, ok := f.base[key]
	if !ok {
		if f.base == nil || len(f.base) >= keptBases {
			f.base = map[baseKey]*baseRun{}
		}
		b = &baseRun{}
		f.base[key] = b
	}
	f.mu.Unlock()
	b.once.Do(func() {
		b.run, b.err = Compute(ctx, f.Builder, Scenario{Name: Base, Fork: f.Fork}, now, opts)
	})
	if b.err != nil { // it may have been cancelled: the next question tries again
		f.mu.Lock()
		if f.base[key] == b {
			delete(f.base, key)
		}
		f.mu.Unlock()
	}
	return b.run, b.err
}
