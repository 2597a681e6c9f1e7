package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
)

// ensemble is a plant as a sim.Model: members are replications that run side by side. Where a plant cannot go on, Err says why,
// and its channels hold their last values.
type ensemble struct {
	plants   []*plant
	faults   []error
	channels []channel
	stepSec  float64
	workers  int
	ctx      context.Context
	zeros    []float64
}

// channel is a signal of the members.
type channel struct {
	read         func(p *plant) float64
	base, factor float64   // of the signal, and of one that is read
	whole        bool      // only whole numbers of it
	perSec       bool      // what is added in a step, for each second
	last         []float64 // by member, what was read a step ago
	values       []float64 // by member
}

// newEnsemble builds o.Replications plants that begin with o.Start and advance by stepSec, s. The horizon and warm-up of the
// options are not used: a future has no end, and a living plant is warm.
func newEnsemble(ctx context.Context, m *Model, stepSec float64, o Options) (*ensemble, error) {
	o, err := o.checked(m)
	if err != nil {
		return nil, err
	}
	if !(stepSec > 0 && stepSec <= maxHorizon) {
		return nil, fmt.Errorf("%w: a step of %g s: give one above zero", ErrOptions, stepSec)
	}
	e := &ensemble{stepSec: stepSec, workers: o.Workers, ctx: ctx, faults: make([]error, o.Replications), zeros: make([]float64, o.Replications)}
	for i := range o.Replications {
		p := newPlant(m, o.Seed, i, o.Start)
		p.spells = maxSpells // nobody asks a future for its active periods
		e.plants = append(e.plants, p)
	}
	return e, nil
}

// add appends a channel; first is what it shows before the first step, NaN: what is read then.
func (e *ensemble) add(c channel, first float64) {
	c.last, c.values = make([]float64, len(e.plants)), make([]float64, len(e.plants))
	for i, p := range e.plants {
		c.last[i] = c.read(p)
		c.values[i] = first
		if math.IsNaN(first) {
			c.values[i] = c.value(c.last[i], c.last[i], 1)
		}
	}
	e.channels = append(e.channels, c)
}

// value is what a channel shows when it read now and, a step of so many seconds ago, before.
func (c *channel) value(now, before, sec float64) float64 {
	if c.perSec {
		return c.base + c.factor*(now-before)/sec
	}
	v := c.base + c.factor*now
	if c.whole {
		v = math.Floor(v + 1e-9)
	}
	return v
}

// Members implements sim.Model.
func (e *ensemble) Members() int { return len(e.plants) }

// Step implements sim.Model: it advances all plants to the end of step k, several at a time.
func (e *ensemble) Step(k int) {
	until := float64(k+1) * e.stepSec
	var wg sync.WaitGroup
	for w := range min(e.workers, len(e.plants)) {
		wg.Go(func() {
			for i := w; i < len(e.plants); i += e.workers {
				if e.faults[i] != nil {
					continue
				}
				e.faults[i] = e.plants[i].run(e.ctx, until)
				e.sample(i)
			}
		})
	}
	wg.Wait()
}

func (e *ensemble) sample(i int) {
	for j := range e.channels {
		c := &e.channels[j]
		now := c.read(e.plants[i])
		c.values[i], c.last[i] = c.value(now, c.last[i], e.stepSec), now
	}
}

// Output implements sim.Model.
func (e *ensemble) Output(channel int) []float64 { return e.channels[channel].values }

// FailureSec implements sim.Model; a plant has no units that fail for good.
func (e *ensemble) FailureSec(int) []float64 { return e.zeros }

// EnergyJ implements sim.Model; parts carry no energy.
func (e *ensemble) EnergyJ(int) []float64 { return e.zeros }

// Err implements sim.Failer: the first of the plants that cannot go on. That the context has ended is no fault of theirs.
func (e *ensemble) Err() error {
	for i, err := range e.faults {
		if err != nil && !errors.Is(err, e.ctx.Err()) {
			return fmt.Errorf("replication %d: %w", i+1, err)
		}
	}
	return nil
}
