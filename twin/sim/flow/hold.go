package flow

import (
	"context"
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Hold is the usual benchmark of event lists (Jones 1986): N entities, each waits U(0, 2N) again and again.
type Hold struct {
	k     *Kernel
	noise sim.Noise
	n     float64
	left  int
	wait  func(int)
}

// NewHold plans the first event of n entities.
func NewHold(n int) *Hold {
	h := &Hold{k: NewKernel(), noise: sim.NewNoise(1, uint64(n)), n: float64(n)}
	h.wait = h.again
	for i := range n {
		h.again(i)
	}
	return h
}

func (h *Hold) again(i int) {
	h.k.After(2*h.n*h.noise.Float64(), h.wait, i)
	if h.left--; h.left == 0 {
		h.k.Fail(context.Canceled)
	}
}

// Run lets so many events happen.
func (h *Hold) Run(events int) {
	h.left, h.k.fault = events, nil
	_ = h.k.Run(context.Background(), math.Inf(1)) // ends by its own Fail
	h.k.fault = nil
}
