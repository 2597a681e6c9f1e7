package g3ngl

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// planeBasis returns two unit vectors that span the plane with this unit normal, so that u × v is the normal.
func planeBasis(n mgl64.Vec3) (u, v mgl64.Vec3) {
	helper := mgl64.Vec3{1, 0, 0}
	if abs64(n[0]) > 0.6 {
		helper = mgl64.Vec3{0, 1, 0}
	}
	u = helper.Sub(n.Mul(n.Dot(helper))).Normalize()
	return u, n.Cross(u)
}

// side2 is a side of a polygon in the plane, from the lower to the higher end. winding is +1 where it ran upwards.
type side2 struct {
	x0, y0, x1, y1 float64
	winding        int
	material       uint32
}

func (s *side2) at(y float64) float64 {
	return s.x0 + (s.x1-s.x0)*(y-s.y0)/(s.y1-s.y0)
}

// trapezoid is a piece of a filled polygon between two heights and two sides.
type trapezoid struct {
	y0, y1              float64
	left0, left1        float64 // at y0 and y1
	right0, right1      float64
	material            uint32
	leftSide, rightSide int32
	seenInSweep         bool
}

// maxSplits bounds how often a slab is halved where sides cross.
const maxSplits = 6

// filler sweeps over a polygon from below and cuts it into trapezoids.
type filler struct {
	sides  []side2
	active []int32 // of sides, from left to right
	open   []trapezoid
	out    []trapezoid
}

// trapezoids cuts what the loops enclose into trapezoids, in the coordinates of the basis. The inside is where the winding number
// is not zero, so that bodies that overlap are one, and hollows stay hollow.
func trapezoids(loops [][]segment, u, v mgl64.Vec3) []trapezoid {
	f := &filler{}
	var heights []float64
	for _, loop := range loops {
		for _, s := range loop {
			side := side2{s.a.Dot(u), s.a.Dot(v), s.b.Dot(u), s.b.Dot(v), 1, s.material}
			if side.y0 == side.y1 {
				continue
			}
			if side.y0 > side.y1 {
				side = side2{side.x1, side.y1, side.x0, side.y0, -1, s.material}
			}
			f.sides = append(f.sides, side)
			heights = append(heights, side.y0, side.y1)
		}
	}
	slices.SortFunc(f.sides, func(a, b side2) int { return cmp.Compare(a.y0, b.y0) })
	slices.Sort(heights)
	heights = slices.Compact(heights)
	next := 0
	for i := 0; i+1 < len(heights); i++ {
		y0, y1 := heights[i], heights[i+1]
		for ; next < len(f.sides) && f.sides[next].y0 <= y0; next++ {
			f.active = append(f.active, int32(next))
		}
		f.active = slices.DeleteFunc(f.active, func(s int32) bool { return f.sides[s].y1 <= y0 })
		f.slab(y0, y1, maxSplits)
	}
	f.out = append(f.out, f.open...)
	return f.out
}

// slab fills between two heights where no side begins or ends. Where sides cross it is done in parts.
func (f *filler) slab(y0, y1 float64, splits int) {
	middle := (y0 + y1) / 2
	if !(y0 < middle && middle < y1) {
		return
	}
	f.order(middle)
	if splits > 0 {
		if y, crossed := f.firstCrossing(y0, y1); crossed {
			f.slab(y0, y, splits-1)
			f.slab(y, y1, splits-1)
			return
		}
	}
	for i := range f.open {
		f.open[i].seenInSweep = false
	}
	winding, left := 0, int32(0)
	for _, s := range f.active {
		was := winding
		winding += f.sides[s].winding
		switch {
		case was == 0:
			left = s
		case winding == 0:
			f.span(left, s, y0, y1)
		}
	}
	f.open = slices.DeleteFunc(f.open, func(t trapezoid) bool {
		if !t.seenInSweep {
			f.out = append(f.out, t)
		}
		return !t.seenInSweep
	})
}

// order sorts the active sides from left to right. They nearly are: insertion is quick.
func (f *filler) order(y float64) {
	for i := 1; i < len(f.active); i++ {
		s := f.active[i]
		x := f.sides[s].at(y)
		j := i
		for ; j > 0 && f.sides[f.active[j-1]].at(y) > x; j-- {
			f.active[j] = f.active[j-1]
		}
		f.active[j] = s
	}
}

// firstCrossing returns a height well inside the slab where two neighbours meet.
func (f *filler) firstCrossing(y0, y1 float64) (y float64, crossed bool) {
	first, margin := math.Inf(1), (y1-y0)*1e-3
	for i := 1; i < len(f.active); i++ {
		a, b := &f.sides[f.active[i-1]], &f.sides[f.active[i]]
		below, above := b.at(y0)-a.at(y0), b.at(y1)-a.at(y1)
		if below >= 0 && above >= 0 {
			continue
		}
		if at := y0 + (y1-y0)*below/(below-above); at > y0+margin && at < y1-margin {
			first = min(first, at)
		}
	}
	return first, !math.IsInf(first, 1)
}

// span adds what lies between two sides, to the trapezoid below it when that is between the same.
func (f *filler) span(left, right int32, y0, y1 float64) {
	l, r := &f.sides[left], &f.sides[right]
	for i := range f.open {
		if t := &f.open[i]; t.leftSide == left && t.rightSide == right && t.y1 == y0 {
			t.y1, t.left1, t.right1, t.seenInSweep = y1, l.at(y1), r.at(y1), true
			return
		}
	}
	f.open = append(f.open, trapezoid{
		y0: y0, y1: y1, left0: l.at(y0), left1: l.at(y1), right0: r.at(y0), right1: r.at(y1),
		material: l.material, leftSide: left, rightSide: right, seenInSweep: true,
	})
}
