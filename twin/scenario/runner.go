package scenario

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Base is the name of the scenario that changes nothing.
const Base = "base"

// Scenario is a question: what happens from a moment on when some parameters are changed.
type Scenario struct {
	Name   string
	Fork   time.Time          // where it begins; the zero time means now; ahead of now it goes along the base until then
	Values map[string]float64 // by parameter id, SI; what is not named stays as it is
	Later  []Later            // by time; each replaces all values before it
}

// Later is what holds from a later moment on: a fork ahead, or one that another scenario went through before.
type Later struct {
	From   time.Time
	Values map[string]float64 // by parameter id, SI; what is not named is as in the plant
}

// Options configure a Runner. Tree is needed, the rest may be left out.
type Options struct {
	Tree     *twin.Tree
	Builder  sim.Builder           // nil: nothing is computed until SetBuilder
	Clock    func() time.Time      // nil means time.Now
	Snapshot func() *twin.Snapshot // the present, to withdraw forecasts whose inputs went stale; nil: none is withdrawn
	OnUpdate func(*Run)            // called from the runner's goroutine after each new result; it must be quick
	Horizon  time.Duration         // how far beyond now; 14 days
	Step     time.Duration         // 10 minutes
	Members  int                   // 64
	Coarse   int                   // members of the first answer: 16; 0 < Coarse < Members
	Seed     uint64
	Refresh  time.Duration // how often the base is computed again: 5 minutes; < 0: never
	Grace    time.Duration // how long inputs may be stale before a forecast is withdrawn: 60 s
}

// coarseSteps is how many steps of the full answer make one of the first.
const coarseSteps = 3

// Runner computes scenarios in the background. All methods are safe for concurrent use.
type Runner struct {
	opts    Options
	cancel  context.CancelFunc
	done    chan struct{}
	wake    chan struct{}
	entries sync.Map // name → *entry

	mu      sync.Mutex
	builder sim.Builder
	epoch   time.Time                  // the "now" of all runs
	due     time.Time                  // of the next epoch
	queue   []*task                    // in the order in which they are worked on
	busy    *task                      // being worked on
	stop    context.CancelFunc         // of busy
	since   map[twin.AssetID]time.Time // since when the inputs of a unit are stale
}

type entry struct {
	latest atomic.Pointer[Run]
	err    atomic.Pointer[error]
	want   Scenario // guarded by Runner.mu
	gone   bool     // guarded by Runner.mu
}

type task struct {
	entry *entry
	name  string
	rough *Run // the coarse answer; once it is there, the full one follows
	quiet bool // there is an older full answer to show meanwhile: the coarse one is not shown
}

// New makes a Runner and starts its goroutine; Close ends it.
func New(opts Options) *Runner {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&opts.Horizon, 14*24*time.Hour)
	set(&opts.Step, 10*time.Minute)
	set(&opts.Refresh, 5*time.Minute)
	set(&opts.Grace, time.Minute)
	if opts.Members <= 0 {
		opts.Members = 64
	}
	if opts.Coarse <= 0 {
		opts.Coarse = 16
	}
	if opts.Seed == 0 {
		opts.Seed = 1
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Runner{opts: opts, cancel: cancel, done: make(chan struct{}), wake: make(chan struct{}, 1), since: map[twin.AssetID]time.Time{}}
	r.builder = opts.Builder
	if r.builder != nil {
		r.Start(Scenario{Name: Base})
	}
	go r.work(ctx)
	return r
}

// SetBuilder gives the runner a new model, as after a calibration, and computes all scenarios again.
func (r *Runner) SetBuilder(b sim.Builder) {
	r.mu.Lock()
	r.builder = b
	r.mu.Unlock()
	if _, ok := r.entries.Load(Base); !ok {
		r.Start(Scenario{Name: Base})
	}
	r.Refresh()
}

// Refresh computes all scenarios again, from now on.
func (r *Runner) Refresh() {
	r.mu.Lock()
	r.due = time.Time{}
	r.mu.Unlock()
	r.nudge()
}

// Start asks for a scenario. A newer request of the same name replaces one that is pending or under way, and goes ahead
// of everything else.
func (r *Runner) Start(s Scenario) {
	v, _ := r.entries.LoadOrStore(s.Name, &entry{})
	e := v.(*entry)
	values := make(map[string]float64, len(s.Values))
	for k, x := range s.Values {
		values[k] = x
	}
	s.Values, s.Later = values, slices.Clone(s.Later)
	r.mu.Lock()
	e.want, e.gone = s, false
	r.unqueue(e)
	if r.busy != nil {
		if r.busy.entry != e {
			r.queue = append([]*task{r.busy}, r.queue...) // it is started over once this is answered
		}
		r.stop()
	}
	r.queue = append([]*task{{entry: e, name: s.Name}}, r.queue...)
	r.mu.Unlock()
	r.nudge()
}

// Drop forgets a scenario.
func (r *Runner) Drop(name string) {
	v, ok := r.entries.LoadAndDelete(name)
	if !ok {
		return
	}
	e := v.(*entry)
	r.mu.Lock()
	defer r.mu.Unlock()
	e.gone = true
	r.unqueue(e)
	if r.busy != nil && r.busy.entry == e {
		r.stop()
	}
}

// Latest returns the newest result of a scenario, nil if there is none yet. One that could not be computed is not Valid.
func (r *Runner) Latest(name string) *Run {
	if v, ok := r.entries.Load(name); ok {
		return v.(*entry).latest.Load()
	}
	return nil
}

// Err returns why the last computation of a scenario failed, nil if it did not.
func (r *Runner) Err(name string) error {
	if v, ok := r.entries.Load(name); ok {
		if err := v.(*entry).err.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// Busy reports whether a scenario waits or is being computed.
func (r *Runner) Busy(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy != nil && r.busy.name == name {
		return true
	}
	for _, t := range r.queue {
		if t.name == name {
			return true
		}
	}
	return false
}

// Wait computes a scenario with all members in the goroutine of the caller and returns its result. It neither waits for
// the background work nor replaces its results.
func (r *Runner) Wait(ctx context.Context, s Scenario) (*Run, error) {
	r.mu.Lock()
	b, now := r.builder, r.epoch
	r.mu.Unlock()
	if now.IsZero() {
		now = r.opts.Clock().Truncate(time.Second) // as epochs are: runs of one moment pair
	}
	return Compute(ctx, b, s, now, r.opts)
}

// Close ends the background work and waits for it. Results that were given out stay readable.
func (r *Runner) Close() {
	r.cancel()
	<-r.done
}

// Compute computes a scenario with all members as of now, in the goroutine of the caller. Of the options it uses Tree,
// Horizon, Step, Members, Seed and Clock. A model that cannot go on gives a partial run up to there.
func Compute(ctx context.Context, b sim.Builder, s Scenario, now time.Time, opts Options) (*Run, error) {
	if b == nil {
		return nil, errors.New("scenario: there is no model yet: calibrate first")
	}
	if opts.Horizon == 0 {
		opts.Horizon = 14 * 24 * time.Hour
	}
	if opts.Step == 0 {
		opts.Step = 10 * time.Minute
	}
	if opts.Members <= 0 {
		opts.Members = 64
	}
	if opts.Seed == 0 {
		opts.Seed = 1
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	fork, values, later := s.course(now)
	began := time.Now()
	job, err := b.Build(ctx, sim.Request{Fork: fork, Now: now, Horizon: opts.Horizon, Step: opts.Step, Members: opts.Members, Seed: opts.Seed, Values: values})
	if err != nil {
		return nil, err
	}
	if c, ok := job.Model.(io.Closer); ok {
		defer c.Close() // what it leaves behind does not change the result
	}
	bands := sim.NewBands(job.Grid, job.Channels)
	already := make([][]float64, len(job.Units))
	if job.Model, err = steer(job.Model, job.Grid, later); err != nil {
		return nil, err
	}
	err = sim.Run(ctx, &meter{job.Model, job.Grid, now, already}, bands)
	var stopped *sim.Stopped
	if errors.As(err, &stopped) && stopped.Steps > 0 && ctx.Err() == nil {
		bands = bands.Cut(stopped.Steps)
		job.Grid = bands.Grid
	} else if err != nil {
		return nil, err
	}
	run := newRun(opts.Tree, s, job, bands, now, opts.Seed, already)
	if stopped != nil {
		run.Partial, run.ends = true, "ends at "+run.Horizon.Format(time.DateTime)+": "+stopped.Err.Error()
		run.Reason = run.ends
	}
	run.Computed, run.Elapsed = opts.Clock(), time.Since(began)
	return run, nil
}

// meter notes the energy that was delivered before now, so that only the future counts.
type meter struct {
	sim.Model
	grid    sim.Grid
	now     time.Time
	already [][]float64
}

// Err implements sim.Failer.
func (m *meter) Err() error {
	if f, ok := m.Model.(sim.Failer); ok {
		return f.Err()
	}
	return nil
}

func (m *meter) Step(k int) {
	if !m.grid.Time(k).After(m.now) {
		for i := range m.already {
			m.already[i] = append(m.already[i][:0], m.EnergyJ(i)...)
		}
	}
	m.Model.Step(k)
}

func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// unqueue takes the tasks of an entry out of the queue. r.mu is held.
func (r *Runner) unqueue(e *entry) {
	keep := r.queue[:0]
	for _, t := range r.queue {
		if t.entry != e {
			keep = append(keep, t)
		}
	}
	r.queue = keep
}
