package design

import (
	"fmt"
	"math/rand/v2"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Point is a level for each axis.
type Point []Level

// Kind is how the points of a plan were chosen.
type Kind uint8

// The kinds.
const (
	GridKind Kind = iota
	RandomKind
	TornadoKind
	SobolKind
	MorrisKind
)

// String is the word for the kind: grid, random, tornado, sobol, morris.
func (k Kind) String() string {
	return [...]string{"grid", "random", "tornado", "sobol", "morris"}[k]
}

// Plan is a list of points to visit.
type Plan struct {
	Kind   Kind
	Axes   []Axis
	Points []Point
	rows   int // of Sobol: base samples; of Morris: trajectories
	moves  []move
}

// move is a step of a Morris trajectory: from a point to the next one along an axis.
type move struct {
	axis int
	step float64 // in the unit cube
}

// Changes are the changes of a point.
func (p *Plan) Changes(point int) []sim.Change {
	out := make([]sim.Change, len(p.Axes))
	for i := range p.Axes {
		out[i] = p.Axes[i].Change(p.Points[point][i])
	}
	return out
}

// MaxPoints is how many points a plan may have.
const MaxPoints = 1_000_000

func tooMany(n float64, what string) error {
	return fmt.Errorf("design: %s makes %.4g runs, %d are the most: take fewer levels, fields or samples", what, n, MaxPoints)
}

func needAxes(axes []Axis) error {
	if len(axes) == 0 {
		return fmt.Errorf("design: nothing varies: give a field an interval such as 5..10, or range(1, 5, 10)")
	}
	return nil
}

// Grid visits every combination of the levels of the axes; an interval has n levels from end to end. The last axis varies
// fastest.
func Grid(axes []Axis, n int) (*Plan, error) {
	if err := needAxes(axes); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("design: a grid of %d levels: give 1 or more", n)
	}
	p := &Plan{Kind: GridKind, Axes: axes}
	all, total := make([][]Level, len(axes)), 1.
	for i := range axes {
		count := n
		if !axes[i].Continuous() {
			count = len(axes[i].Spread.Levels)
		}
		if total *= float64(count); total > MaxPoints {
			return nil, tooMany(total, "the grid")
		}
		all[i] = axes[i].levels(n)
	}
	p.Points = make([]Point, int(total))
	for k := range p.Points {
		point, rest := make(Point, len(axes)), k
		for i := len(axes) - 1; i >= 0; i-- {
			point[i] = all[i][rest%len(all[i])]
			rest /= len(all[i])
		}
		p.Points[k] = point
	}
	return p, nil
}

// random makes a plan of n points whose coordinates in the unit cube fill sets.
func random(axes []Axis, n int, fill func(k int, u []float64)) (*Plan, error) {
	if err := needAxes(axes); err != nil {
		return nil, err
	}
	if n < 1 || n > MaxPoints {
		return nil, tooMany(float64(n), "the sample")
	}
	p := &Plan{Kind: RandomKind, Axes: axes, Points: make([]Point, n)}
	u := make([]float64, len(axes))
	for k := range p.Points {
		fill(k, u)
		p.Points[k] = p.at(u)
	}
	return p, nil
}

// at is the point at coordinates in the unit cube.
func (p *Plan) at(u []float64) Point {
	point := make(Point, len(p.Axes))
	for i := range p.Axes {
		point[i] = p.Axes[i].At(u[i])
	}
	return point
}

// MonteCarlo draws n independent points.
func MonteCarlo(axes []Axis, n int, seed uint64) (*Plan, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	return random(axes, n, func(_ int, u []float64) {
		for i := range u {
			u[i] = r.Float64()
		}
	})
}

// LatinHypercube draws n points so that each axis, cut into n parts that are equally likely, has one point in each part
// (M. D. McKay, R. J. Beckman and W. J. Conover, 1979).
func LatinHypercube(axes []Axis, n int, seed uint64) (*Plan, error) {
	if n < 1 || n > MaxPoints {
		return nil, tooMany(float64(n), "the sample")
	}
	r := rand.New(rand.NewPCG(seed, 2))
	cell := make([][]int, len(axes))
	for i := range cell {
		cell[i] = r.Perm(n)
	}
	return random(axes, n, func(k int, u []float64) {
		for i := range u {
			u[i] = (float64(cell[i][k]) + r.Float64()) / float64(n)
		}
	})
}

// Tornado visits the model as it is, and then each axis alone at its low and its high end, all others as they are:
// 1 + 2·axes points.
func Tornado(axes []Axis) (*Plan, error) {
	if err := needAxes(axes); err != nil {
		return nil, err
	}
	base := make(Point, len(axes))
	for i := range axes {
		base[i] = axes[i].Base()
	}
	p := &Plan{Kind: TornadoKind, Axes: axes, Points: []Point{base}}
	for i := range axes {
		low, high := axes[i].Ends()
		for _, l := range []Level{low, high} {
			point := append(Point(nil), base...)
			point[i] = l
			p.Points = append(p.Points, point)
		}
	}
	return p, nil
}

// Saltelli visits what the indices of Sobol' need: n rows of two samples A and B out of one Sobol' sequence, and for each
// axis A with the column of B (A. Saltelli et al., Comput. Phys. Commun. 181 (2010) 259–270). The points lie in rows
// A, B, AB1, …, ABd: n·(axes + 2) in all. n is best a power of two.
func Saltelli(axes []Axis, n int, seed uint64) (*Plan, error) {
	if err := needAxes(axes); err != nil {
		return nil, err
	}
	d := len(axes)
	if n < 2 || float64(n)*float64(d+2) > MaxPoints {
		return nil, tooMany(float64(n)*float64(d+2), "the sample")
	}
	seq, err := NewSequence(2*d, seed|1) // shifted: the origin itself is a corner of all axes
	if err != nil {
		return nil, err
	}
	p := &Plan{Kind: SobolKind, Axes: axes, Points: make([]Point, 0, n*(d+2)), rows: n}
	row := make([]float64, 2*d)
	for range n {
		seq.Next(row)
		a, b := p.at(row[:d]), p.at(row[d:])
		p.Points = append(p.Points, a, b)
		for i := range d {
			ab := append(Point(nil), a...)
			ab[i] = b[i]
			p.Points = append(p.Points, ab)
		}
	}
	return p, nil
}

// Morris visits n trajectories: from a random point of a grid of levels (an even number, 4 is usual) each axis in turn, in
// random order, takes one step of levels/(2·(levels−1)) (M. D. Morris, Technometrics 33 (1991) 161–174): n·(axes + 1)
// points.
func Morris(axes []Axis, n, levels int, seed uint64) (*Plan, error) {
	if err := needAxes(axes); err != nil {
		return nil, err
	}
	d := len(axes)
	if levels < 2 || levels%2 != 0 {
		return nil, fmt.Errorf("design: Morris with %d levels: give an even number such as 4", levels)
	}
	if n < 2 || float64(n)*float64(d+1) > MaxPoints {
		return nil, tooMany(float64(n)*float64(d+1), "the sample")
	}
	r := rand.New(rand.NewPCG(seed, 3))
	step := float64(levels) / (2 * float64(levels-1))
	p := &Plan{Kind: MorrisKind, Axes: axes, rows: n}
	u := make([]float64, d)
	for range n {
		for i := range u {
			u[i] = float64(r.IntN(levels/2)) / float64(levels-1)
			if r.IntN(2) == 1 { // from above
				u[i] += step
			}
		}
		p.Points = append(p.Points, p.cell(u, levels))
		for _, i := range r.Perm(d) {
			by := step
			if u[i] > .5 {
				by = -step
			}
			u[i] += by
			p.Points = append(p.Points, p.cell(u, levels))
			p.moves = append(p.moves, move{i, by})
		}
	}
	return p, nil
}

// cell is the point at coordinates of a grid of levels. Grid lines of a normal distribution are taken in the middle of their
// cells, since its ends lie nowhere.
func (p *Plan) cell(u []float64, levels int) Point {
	point := make(Point, len(p.Axes))
	for i := range p.Axes {
		a := &p.Axes[i]
		if a.Spread.Shape == Normal {
			point[i] = a.At((u[i]*float64(levels-1) + .5) / float64(levels))
			continue
		}
		point[i] = a.At(u[i])
	}
	return point
}
