package sim

import (
	"context"
	"runtime"
)

// Stopped says that a model which is a Failer could not go on. What was computed before stands.
type Stopped struct {
	Steps int // that were made
	Err   error
}

func (s *Stopped) Error() string { return s.Err.Error() }

func (s *Stopped) Unwrap() error { return s.Err }

// Run advances the model over the whole grid of the bands and fills them in. It works in the goroutine of its caller,
// yields after each step and returns the context's error when that ends, or a *Stopped when a model which is a Failer cannot
// go on; the bands then hold the steps before it. It allocates once, not per step.
func Run(ctx context.Context, m Model, b *Bands) error {
	scratch := make([]float64, m.Members())
	collect := func(k int) {
		for c := range b.channels {
			copy(scratch, m.Output(c))
			b.set(c, k, scratch)
		}
	}
	collect(0)
	for k := range b.Grid.N {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.Step(k)
		if f, ok := m.(Failer); ok && f.Err() != nil {
			return &Stopped{k, f.Err()}
		}
		collect(k + 1)
		runtime.Gosched()
	}
	return nil
}
