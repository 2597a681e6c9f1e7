package equation

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Options configure an Ensemble. Program and StepSec are needed.
type Options struct {
	Program *Program
	Members int     // 1
	StepSec float64 // of the grid
	RelTol  float64 // of each state; 1e-6
	Seed    uint64  // of what parameters differ by

	Values map[string]float64 // inputs, parameters and starts by name with slashes, SI; what is not named stands as declared
	// Drive fills in the inputs, SI, that hold over step k; nil: they stay as they are. It holds what was last when called.
	Drive func(k int, inputs []float64)

	Units   []Counted // of sim.Model: what can fail and what delivers energy
	Workers int       // goroutines that share a step; 1, at most one for 64 members
}

// Counted says which event is the failure of a unit and which output its power. −1: none.
type Counted struct{ Failure, Power int }

// lanes is how many members go together: the registers of a model of some dozen values then stay in the first cache.
const lanes = 64

// Ensemble is many members of a system of equations on their way through time. It implements sim.Model; channels are the
// outputs of the system, in order. It belongs to one goroutine.
type Ensemble struct {
	opts   Options
	blocks []*block
	inputs []float64
	t      float64
	out    [][]float64 // by output and member
	failed [][]float64 // by unit and member
	energy [][]float64
	err    error
	next   atomic.Int32
	wait   sync.WaitGroup
	errs   []error // by block
}

// maxMembers keeps an ensemble of a model of 1,000 registers below a gigabyte.
const maxMembers = 100_000

// NewEnsemble makes an ensemble that stands at its start.
func NewEnsemble(o Options) (*Ensemble, error) {
	switch {
	case o.Members == 0:
		o.Members = 1
	case o.Members < 0 || o.Members > maxMembers:
		return nil, fmt.Errorf("equation: %d members: give 1 … %d", o.Members, maxMembers)
	}
	if !(o.StepSec > 0) || math.IsInf(o.StepSec, 0) {
		return nil, fmt.Errorf("equation: a step of %g s: give one above zero", o.StepSec)
	}
	if o.RelTol == 0 {
		o.RelTol = 1e-6
	}
	o.Workers = max(1, min(o.Workers, (o.Members+lanes-1)/lanes, runtime.GOMAXPROCS(0)))
	s := o.Program.System
	for i, u := range o.Units {
		if u.Failure >= len(s.Events) || u.Power >= len(s.Outputs) {
			return nil, fmt.Errorf("equation: unit %d names an event or output that is not there", i)
		}
	}
	e := &Ensemble{opts: o, inputs: make([]float64, len(s.Inputs)), out: rows(len(s.Outputs), o.Members, 0),
		failed: rows(len(o.Units), o.Members, math.Inf(1)), energy: rows(len(o.Units), o.Members, 0)}
	if err := e.build(); err != nil {
		return nil, err
	}
	if err := e.set(); err != nil {
		return nil, err
	}
	e.push()
	for _, b := range e.blocks {
		b.start(0)
	}
	e.read(0)
	return e, nil
}

func rows(n, width int, v float64) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = slices.Repeat([]float64{v}, width)
	}
	return out
}

func (e *Ensemble) build() error {
	width := min(lanes, e.opts.Members)
	for first := 0; first < e.opts.Members; first += width {
		n := min(width, e.opts.Members-first)
		b, err := e.opts.Program.block(n, width, e.opts.RelTol, func(t float64, lane, event int) {
			for u, c := range e.opts.Units {
				if at := &e.failed[u][first+lane]; c.Failure == event && math.IsInf(*at, 1) {
					*at = t
				}
			}
		})
		if err != nil {
			return err
		}
		e.blocks = append(e.blocks, b)
	}
	e.errs = make([]error, len(e.blocks))
	return nil
}

// set gives members their inputs, parameters and starts: those with a standard deviation differ, normally distributed and
// held within their range; member by member the same for the same seed, whatever else is set.
func (e *Ensemble) set() error {
	s := e.opts.Program.System
	for name := range e.opts.Values {
		if !e.knows(name) {
			return fmt.Errorf("equation: the model has no input, parameter or state %q", name)
		}
	}
	for i := range s.Inputs {
		x, err := valueOf(&s.Inputs[i], e.opts.Values)
		if err != nil {
			return err
		}
		e.inputs[i] = x
	}
	if err := e.setParameters(); err != nil {
		return err
	}
	return e.place(s.States, 2<<32, func(b *block, i, lane int, x float64) { b.y[i*b.width+lane] = x })
}

// valueOf is what a variable stands at, SI: a given value, or the declared one.
func valueOf(v *expression.Variable, given map[string]float64) (float64, error) {
	x, ok := given[v.Name]
	if !ok {
		return v.Value, nil
	}
	if !v.Holds(x) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("equation: %s = %g %s is out of range: give %g … %g", v.Name, v.Unit.FromSI(x), v.Unit.Symbol, v.Unit.FromSI(v.Min), v.Unit.FromSI(v.Max))
	}
	return x, nil
}

func (e *Ensemble) setParameters() error {
	s := e.opts.Program.System
	return e.place(s.Parameters, 1<<32, func(b *block, i, lane int, x float64) { b.row(int32(s.ParameterSymbol(i)))[lane] = x })
}

// place gives each member its value of each variable.
func (e *Ensemble) place(list []expression.Variable, stream uint64, put func(b *block, i, lane int, x float64)) error {
	for i := range list {
		v := &list[i]
		x, err := valueOf(v, e.opts.Values)
		if err != nil {
			return err
		}
		noise := sim.NewNoise(e.opts.Seed, stream+uint64(i))
		for m := range e.opts.Members {
			own := x
			if v.SD > 0 {
				own = max(v.Min, min(v.Max, x+v.SD*noise.NormFloat64()))
			}
			put(e.blocks[m/lanes], i, m%lanes, own)
		}
	}
	return nil
}

// Adjust implements sim.Adjuster: inputs and parameters by name with slashes. Members keep by how much they differ. What an
// input that is no longer named stands at, Drive says, or it is as declared. The value of a state is a start, and cannot be
// set on the way.
func (e *Ensemble) Adjust(values map[string]float64) error { return e.adjust(values, false) }

func (e *Ensemble) knows(name string) bool {
	s := e.opts.Program.System
	return expression.Index(s.Inputs, name) >= 0 || expression.Index(s.Parameters, name) >= 0 || expression.Index(s.States, name) >= 0
}

// adjust sets values, or only looks whether they can be set.
func (e *Ensemble) adjust(values map[string]float64, check bool) error {
	s := e.opts.Program.System
	for name := range values {
		i, j := expression.Index(s.Inputs, name), expression.Index(s.Parameters, name)
		switch {
		case i >= 0:
			if _, err := valueOf(&s.Inputs[i], values); err != nil {
				return err
			}
		case j >= 0:
			if _, err := valueOf(&s.Parameters[j], values); err != nil {
				return err
			}
		case expression.Index(s.States, name) >= 0:
			return fmt.Errorf("equation: %s is where a state starts: it can be set at the fork only", name)
		default:
			return fmt.Errorf("equation: the model has no input or parameter %q", name)
		}
	}
	if check {
		return nil
	}
	e.opts.Values = values
	for i := range s.Inputs {
		e.inputs[i], _ = valueOf(&s.Inputs[i], values) // it was checked above
	}
	if err := e.setParameters(); err != nil {
		return err
	}
	for _, b := range e.blocks {
		b.prepareAll()
		b.h, b.fresh = 0, false
	}
	return nil
}

// push gives the inputs to all blocks.
func (e *Ensemble) push() {
	if e.opts.Drive != nil {
		e.opts.Drive(int(math.Round(e.t/e.opts.StepSec)), e.inputs)
	}
	for _, b := range e.blocks {
		changed := false
		for i, x := range e.inputs {
			if row := b.row(int32(b.System.InputSymbol(i))); row[0] != x {
				b.fill(b.System.InputSymbol(i), x)
				changed = true
			}
		}
		if changed {
			b.driven()
		}
	}
}

// Members implements sim.Model.
func (e *Ensemble) Members() int { return e.opts.Members }

// Output implements sim.Model: channel i is output i.
func (e *Ensemble) Output(i int) []float64 { return e.out[i] }

// FailureSec implements sim.Model.
func (e *Ensemble) FailureSec(u int) []float64 { return e.failed[u] }

// EnergyJ implements sim.Model: the power at the start and the end of each step, averaged.
func (e *Ensemble) EnergyJ(u int) []float64 { return e.energy[u] }

// Step implements sim.Model. After a failure it does nothing; Err then says why.
func (e *Ensemble) Step(k int) {
	if e.err != nil {
		return
	}
	e.t = float64(k) * e.opts.StepSec
	e.push()
	e.next.Store(0)
	for range e.opts.Workers - 1 {
		e.wait.Add(1)
		go e.assist()
	}
	e.work()
	e.wait.Wait()
	for i, err := range e.errs {
		if err != nil && e.err == nil {
			e.err = fmt.Errorf("%w (counted from %d)", err, i*lanes)
		}
	}
	if e.err == nil {
		e.read(e.opts.StepSec)
	}
}

func (e *Ensemble) assist() {
	e.work()
	e.wait.Done()
}

func (e *Ensemble) work() {
	for {
		i := int(e.next.Add(1)) - 1
		if i >= len(e.blocks) {
			return
		}
		e.errs[i] = e.blocks[i].advance(e.t + e.opts.StepSec)
	}
}

// Err says why the ensemble could not go on; nil while it can. What it gave before stands.
func (e *Ensemble) Err() error { return e.err }

// State returns the state of a member by the order of System.States, into y.
func (e *Ensemble) State(member int, y []float64) {
	b := e.blocks[member/lanes]
	for i := range y {
		y[i] = b.y[i*b.width+member%lanes]
	}
}

// Stats adds up the work of all blocks.
func (e *Ensemble) Stats() Stats {
	var s Stats
	for _, b := range e.blocks {
		s.Rates += b.stats.Rates
		s.Steps += b.stats.Steps
		s.Alone += b.stats.Alone
		s.Events += b.stats.Events
	}
	return s
}

// read computes the outputs, and the energy of a step that took dt.
func (e *Ensemble) read(dt float64) {
	for i, b := range e.blocks {
		b.setState(b.t, b.y)
		b.run(b.outputs.code, b.n)
		for c, r := range b.outputs.roots {
			to := e.out[c][i*lanes : i*lanes+b.n]
			for u := range e.opts.Units {
				if e.opts.Units[u].Power == c {
					for j, p := range b.row(r)[:b.n] {
						e.energy[u][i*lanes+j] += (p + to[j]) / 2 * dt
					}
				}
			}
			copy(to, b.row(r))
		}
	}
}
