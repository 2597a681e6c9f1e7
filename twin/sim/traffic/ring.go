package traffic

import "math"

// Ring is the cellular automaton of Nagel and Schreckenberg (1992) on a ring: the smallest model with jams out of
// nothing, and one whose flow is known exactly for a speed of one cell.
type Ring struct {
	at, speed []int
	cells     int
	most      int
	dawdle    float64
	seed      uint64
	step      uint64
}

// NewRing spreads vehicles evenly over a ring of cells; most is the speed limit in cells per step, dawdle the
// probability to lose one.
func NewRing(cells, vehicles, most int, dawdle float64, seed uint64) *Ring {
	r := &Ring{cells: cells, most: most, dawdle: dawdle, seed: seed}
	for i := range vehicles {
		r.at, r.speed = append(r.at, i*cells/vehicles), append(r.speed, 0)
	}
	return r
}

// Run makes steps and returns the flow in them: vehicles per cell boundary and step.
func (r *Ring) Run(steps int) float64 {
	moved, k := 0, len(r.at)
	if k == 0 || steps <= 0 {
		return 0
	}
	for range steps {
		r.step++
		for i := range r.at {
			next := i + 1
			if next == k {
				next = 0
			}
			gap := r.at[next] - r.at[i] - 1
			if gap < 0 {
				gap += r.cells
			}
			v := min(r.speed[i]+1, r.most, gap)
			if v > 0 && r.dawdle > 0 && chance(r.seed, uint64(i), r.step) < r.dawdle {
				v--
			}
			r.speed[i] = v
		}
		for i, v := range r.speed {
			moved += v
			if r.at[i] += v; r.at[i] >= r.cells {
				r.at[i] -= r.cells
			}
		}
	}
	return float64(moved) / float64(steps) / float64(r.cells)
}

// RingFlow is the exact flow for a speed limit of one cell (Schreckenberg, Schadschneider, Nagel, Ito 1995).
func RingFlow(dawdle, density float64) float64 {
	return (1 - math.Sqrt(1-4*(1-dawdle)*density*(1-density))) / 2
}
