package equation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Instance is a model of one asset: which signals drive its inputs, give its states their start, and are predicted by its
// outputs. The lists go by the index in the lists of its system; twin.NoSignal stands for none.
type Instance struct {
	Program                 *Program
	Asset                   twin.AssetID
	Inputs, States, Outputs []twin.SignalID
	Failure                 int    // event that is the failure of the asset, −1: none
	Name                    string // of that failure, for people: "oil too hot"
	Power                   int    // output that is the power of the asset, −1: none
}

// Builder makes jobs of models that engineers wrote. It implements sim.Builder and is safe for concurrent use if its past is.
type Builder struct {
	Instances []Instance
	Past      sim.Past // nil: everything starts as declared
	RelTol    float64  // 1e-6
	Workers   int      // of each ensemble
}

// maxSteps keeps the grid of a run in memory.
const maxSteps = 1_000_000

// Build implements sim.Builder. Until q.Now recorded inputs drive the models, from then on the last of them. q.Values are
// inputs, parameters or starts by name, with dots or slashes, of all instances that have them; a set input is not driven.
func (b *Builder) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	span := q.Now.Add(q.Horizon).Sub(q.Fork)
	switch {
	case len(b.Instances) == 0:
		return nil, fmt.Errorf("equation: there is nothing to compute: give a kind a model under simulation")
	case q.Step <= 0 || q.Horizon <= 0 || span/q.Step >= maxSteps:
		return nil, fmt.Errorf("equation: %v in steps of %v: give at most %d steps", span, q.Step, maxSteps)
	}
	values := map[string]float64{}
	for name, v := range q.Values {
		values[strings.ReplaceAll(name, ".", "/")] = v
	}
	if err := b.known(values); err != nil {
		return nil, err
	}
	grid := sim.Grid{Start: q.Fork, Step: q.Step, N: int((span + q.Step - 1) / q.Step)}
	record, err := sim.ReadRecord(ctx, b.Past, grid, q.Now)
	if err != nil {
		return nil, err
	}
	job := &sim.Job{Grid: grid}
	f := &fleet{members: max(q.Members, 1)}
	for i := range b.Instances {
		e, err := b.ensemble(&b.Instances[i], record, values, q, uint64(i))
		if err != nil {
			return nil, err
		}
		f.add(e, &b.Instances[i], job)
	}
	job.Model = f
	job.Rests = b.rests(record)
	return job, nil
}

// known checks that each name that is set stands for something in an instance.
func (b *Builder) known(values map[string]float64) error {
	for name := range values {
		if !b.Knows(name) {
			return fmt.Errorf("equation: no model has an input, parameter or state %q: name one of theirs", name)
		}
	}
	return nil
}

// Knows implements sim.Knower: whether an instance has an input, parameter or state of this name, with dots or slashes.
func (b *Builder) Knows(name string) bool {
	name = strings.ReplaceAll(name, ".", "/")
	return slices.ContainsFunc(b.Instances, func(in Instance) bool { return in.has(name) })
}

func (in *Instance) has(name string) bool {
	s := in.Program.System
	return expression.Index(s.Inputs, name) >= 0 || expression.Index(s.Parameters, name) >= 0 || expression.Index(s.States, name) >= 0
}

func (b *Builder) ensemble(in *Instance, r sim.Record, values map[string]float64, q sim.Request, number uint64) (*Ensemble, error) {
	s := in.Program.System
	own := map[string]float64{}
	for i, sig := range in.States {
		if v, ok := r.At(0, sig); ok {
			own[s.States[i].Name] = max(s.States[i].Min, min(s.States[i].Max, v))
		}
	}
	for name, v := range values {
		if in.has(name) {
			own[name] = v
		}
	}
	var e *Ensemble
	drive := func(k int, inputs []float64) {
		given := own
		if e != nil {
			given = e.opts.Values // it may have been adjusted
		}
		for i, sig := range in.Inputs {
			if _, set := given[s.Inputs[i].Name]; set {
				continue
			}
			if v, ok := r.At(k, sig); ok {
				inputs[i] = v
			}
		}
	}
	var err error
	e, err = NewEnsemble(Options{Program: in.Program, Members: max(q.Members, 1), StepSec: q.Step.Seconds(), RelTol: b.RelTol, Seed: q.Seed + number<<48,
		Values: own, Drive: drive, Units: []Counted{{in.Failure, in.Power}}, Workers: b.Workers})
	return e, err
}

// rests says what a result rests on.
func (b *Builder) rests(r sim.Record) string {
	driven, missing := 0, 0
	for i := range b.Instances {
		in := &b.Instances[i]
		for _, sig := range slices.Concat(in.Inputs, in.States) {
			if sig == twin.NoSignal {
				continue
			}
			if _, ok := r.Last(sig); ok {
				driven++
			} else {
				missing++
			}
		}
	}
	text := fmt.Sprintf("equations of the twin file, %d measured values", driven)
	if missing > 0 {
		text += fmt.Sprintf(", %d not measured and as declared", missing)
	}
	return text
}

// fleet is the ensembles of all instances as one model.
type fleet struct {
	members   int
	ensembles []*Ensemble
	channels  []channel
}

type channel struct{ ensemble, output int }

// add appends an ensemble, its channels and its unit.
func (f *fleet) add(e *Ensemble, in *Instance, job *sim.Job) {
	i := len(f.ensembles)
	f.ensembles = append(f.ensembles, e)
	for o, sig := range in.Outputs {
		if sig != twin.NoSignal {
			f.channels = append(f.channels, channel{i, o})
			job.Channels = append(job.Channels, sim.Channel{Signal: sig})
		}
	}
	u := sim.Unit{Asset: in.Asset, Part: in.Asset, Name: in.Name}
	for _, sig := range slices.Concat(in.Inputs, in.States) {
		if sig != twin.NoSignal && !slices.Contains(u.Inputs, sig) {
			u.Inputs = append(u.Inputs, sig)
		}
	}
	job.Units = append(job.Units, u)
}

// Adjust implements sim.Adjuster: each instance gets the inputs and parameters that it has, by name with dots or slashes.
func (f *fleet) Adjust(values map[string]float64) error {
	for _, check := range []bool{true, false} {
		for _, e := range f.ensembles {
			own := map[string]float64{}
			for name, v := range values {
				if name = strings.ReplaceAll(name, ".", "/"); e.knows(name) {
					own[name] = v
				}
			}
			if err := e.adjust(own, check); err != nil {
				return err
			}
		}
	}
	return nil
}

// Members implements sim.Model, as do the others.
func (f *fleet) Members() int { return f.members }

func (f *fleet) Step(k int) {
	for _, e := range f.ensembles {
		e.Step(k)
	}
}

func (f *fleet) Output(c int) []float64 {
	return f.ensembles[f.channels[c].ensemble].Output(f.channels[c].output)
}

func (f *fleet) FailureSec(u int) []float64 { return f.ensembles[u].FailureSec(0) }

func (f *fleet) EnergyJ(u int) []float64 { return f.ensembles[u].EnergyJ(0) }

// Err implements sim.Failer.
func (f *fleet) Err() error {
	for _, e := range f.ensembles {
		if err := e.Err(); err != nil {
			return err
		}
	}
	return nil
}
