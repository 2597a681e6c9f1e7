package sim

import (
	"context"
	"runtime"
	"sync"
)

// Stopped says that a model which is a Failer could not go on. What was computed before stands.
type Stopped struct {
	Steps int // that were made
	Err   error
}

func (s *Stopped) Error() string { return s.Err.Error() }

func (s *Stopped) Unwrap() error { return s.Err }

// Run advances the model over the whole grid of the bands and fills them in. The model works in the goroutine of the caller,
// which yields after each step; quantiles are taken meanwhile in others, which have ended when Run returns. It returns the
// context's error when that ends, or a *Stopped when a model which is a Failer cannot go on; the bands then hold the steps
// before it. It allocates once, not per step.
func Run(ctx context.Context, m Model, b *Bands) error {
	c := newCollector(m, b)
	defer c.close()
	c.collect(0)
	for k := range b.Grid.N {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.Step(k)
		if f, ok := m.(Failer); ok && f.Err() != nil {
			return &Stopped{k, f.Err()}
		}
		c.collect(k + 1)
		runtime.Gosched()
	}
	return nil
}

// collector takes the outputs of a model to its bands.
type collector struct {
	model   Model
	bands   *Bands
	members int
	free    chan []float64 // buffers for all channels of one time
	full    chan outputs
	wait    sync.WaitGroup
}

type outputs struct {
	k      int
	values []float64 // by channel and member
}

// Where buffers for all channels would take more than mostBuffered numbers, or there are too few numbers to be worth a
// goroutine, quantiles are taken in place.
const (
	mostBuffered  = 4 << 20
	leastBuffered = 256
)

func newCollector(m Model, b *Bands) *collector {
	c := &collector{model: m, bands: b, members: m.Members()}
	size := c.members * len(b.channels)
	workers := min(runtime.GOMAXPROCS(0)-1, 4)
	if size < leastBuffered || size > mostBuffered || workers < 1 {
		c.free = make(chan []float64, 1)
		c.free <- make([]float64, c.members)
		return c
	}
	c.free, c.full = make(chan []float64, workers+1), make(chan outputs, workers)
	for range workers + 1 {
		c.free <- make([]float64, size)
	}
	for range workers {
		c.wait.Go(func() {
			for o := range c.full {
				for i := range b.channels {
					b.set(i, o.k, o.values[i*c.members:(i+1)*c.members])
				}
				c.free <- o.values
			}
		})
	}
	return c
}

// collect takes in time k, which the model stands at.
func (c *collector) collect(k int) {
	buffer := <-c.free
	for i := range c.bands.channels {
		if c.full == nil {
			copy(buffer, c.model.Output(i))
			c.bands.set(i, k, buffer)
			continue
		}
		copy(buffer[i*c.members:(i+1)*c.members], c.model.Output(i))
	}
	if c.full == nil {
		c.free <- buffer
		return
	}
	c.full <- outputs{k, buffer}
}

// close waits until all that was collected is in the bands.
func (c *collector) close() {
	if c.full != nil {
		close(c.full)
		c.wait.Wait()
	}
}
