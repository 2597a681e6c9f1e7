package flow

import (
	"context"
	"fmt"
	"sync"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Output is a signal of a plant.
type Output struct {
	Element  string // empty for the plant as a whole
	Asset    string // path in the tree that the element stands for
	Quantity string // "level", "state", "made", "wip" or "rate"
	Unit     string // SI; empty for a count or a state
	Reading  sim.Reading
}

// Ensemble is a plant as a sim.Model: members are replications that run side by side, so that levels, states and counts are
// signals on the timeline like all others. Where a plant cannot go on, Err says why, and its outputs hold their last values.
type Ensemble struct {
	plants  []*plant
	faults  []error
	outputs []Output
	values  [][]float64 // output, member
	read    []func(p *plant) float64
	made    []float64 // of each member at the last step
	stepSec float64
	workers int
	ctx     context.Context
	zeros   []float64
}

// NewEnsemble builds o.Replications plants that begin with o.Start and advance by stepSec, s. The horizon and warm-up of the options
// are not used: a model has no end, and a living plant is warm.
func NewEnsemble(ctx context.Context, m *Model, stepSec float64, o Options) (*Ensemble, error) {
	o, err := o.checked(m)
	if err != nil {
		return nil, err
	}
	if !(stepSec > 0 && stepSec <= maxHorizon) {
		return nil, fmt.Errorf("%w: a step of %g s: give one above zero", ErrOptions, stepSec)
	}
	e := &Ensemble{stepSec: stepSec, workers: o.Workers, ctx: ctx, faults: make([]error, o.Replications), made: make([]float64, o.Replications), zeros: make([]float64, o.Replications)}
	for i := range o.Replications {
		e.plants = append(e.plants, newPlant(m, o.Seed, i, o.Start))
	}
	for i := range m.Elements {
		e.describe(&m.Elements[i], i, o.Start)
	}
	e.add(Output{Quantity: "wip", Reading: sim.Held}, func(p *plant) float64 { return float64(p.wip.value) })
	e.add(Output{Quantity: "rate", Unit: "1/s"}, nil)
	e.values = make([][]float64, len(e.outputs))
	for i := range e.values {
		e.values[i] = make([]float64, o.Replications)
	}
	return e, nil
}

func (e *Ensemble) add(o Output, read func(p *plant) float64) {
	e.outputs, e.read = append(e.outputs, o), append(e.read, read)
}

func (e *Ensemble) describe(x *Element, i int, start *Start) {
	o := Output{Element: x.Name, Asset: x.Asset, Quantity: "level", Reading: sim.Held}
	switch {
	case x.isStation():
		o.Quantity = "state"
		e.add(o, func(p *plant) float64 { return float64(p.nodes[i].(*station).state(0)) })
	case x.Kind == Sink:
		before := 0.
		if start != nil {
			before = start.Counters[x.Name]
		}
		o.Quantity = "made"
		e.add(o, func(p *plant) float64 { return before + float64(p.nodes[i].base().entered) })
	case x.Kind != Source:
		e.add(o, func(p *plant) float64 { return float64(p.nodes[i].base().level.value) })
	}
}

// Outputs are the channels of the model, in their order.
func (e *Ensemble) Outputs() []Output { return e.outputs }

// Members implements sim.Model.
func (e *Ensemble) Members() int { return len(e.plants) }

// Step implements sim.Model: it advances all plants to the end of step k, several at a time.
func (e *Ensemble) Step(k int) {
	until := float64(k+1) * e.stepSec
	var wg sync.WaitGroup
	for w := range min(e.workers, len(e.plants)) {
		wg.Go(func() {
			for i := w; i < len(e.plants); i += e.workers {
				if e.faults[i] == nil {
					e.faults[i] = e.plants[i].run(e.ctx, until)
				}
				e.sample(i)
			}
		})
	}
	wg.Wait()
}

func (e *Ensemble) sample(i int) {
	p := e.plants[i]
	made := 0.
	for _, n := range p.nodes {
		if d, ok := n.(*drain); ok && !d.Scrap {
			made += float64(d.entered)
		}
	}
	for j, read := range e.read {
		if read != nil {
			e.values[j][i] = read(p)
		} else {
			e.values[j][i] = (made - e.made[i]) / e.stepSec
		}
	}
	e.made[i] = made
}

// Output implements sim.Model.
func (e *Ensemble) Output(channel int) []float64 { return e.values[channel] }

// FailureSec implements sim.Model; a plant has no units that fail for good.
func (e *Ensemble) FailureSec(int) []float64 { return e.zeros }

// EnergyJ implements sim.Model; parts carry no energy.
func (e *Ensemble) EnergyJ(int) []float64 { return e.zeros }

// Err implements sim.Failer: the first of the plants that cannot go on.
func (e *Ensemble) Err() error {
	for i, err := range e.faults {
		if err != nil {
			return fmt.Errorf("replication %d: %w", i+1, err)
		}
	}
	return nil
}
