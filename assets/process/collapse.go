package process

import (
	"math"
	"slices"
)

// maxFan is the number of triangles around a position beyond which it is left alone.
const maxFan = 128

// candidate is a collapse that may be done.
type candidate struct {
	from, to uint32  // positions
	cost     float32 // what to sort by
	error    float32 // squared, units²
}

// pass collapses edges, the cheapest first, no position taking part twice, and stops at target triangles.
func (s *simplifier) pass(target int, limit float64) error {
	if err := s.look(); err != nil {
		return err
	}
	if s.q == nil {
		s.measure()
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	list, err := s.candidates(limit)
	if err != nil || len(list) == 0 {
		return err
	}
	sortByCost(&list)
	// What is dear now may be blocked by what is cheap: leave it to the next pass.
	need := (s.triangles() - target + 1) / 2
	dear := 1.5*list[min(need, len(list)-1)].cost + math.SmallestNonzeroFloat32
	left := s.triangles() - target
	for i := range list {
		if i%passRange == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		c := &list[i]
		if left <= 0 || c.cost > dear {
			break
		}
		left -= s.collapse(c)
	}
	for i, w := range s.corners {
		s.corners[i] = s.turned[w]
	}
	s.dropFlat()
	return nil
}

// edgeKind says what an edge of a triangle is to the shape.
type edgeKind uint8

const (
	inner  edgeKind = iota // two triangles, and the surface goes on
	seam                   // two triangles that look different, or more than two
	border                 // no triangle uses the edge the other way
)

// passRange is how many corners are worked on in one go, and how often the context is asked.
const passRange = 1 << 15

// look finds the fans and the feature lines of the triangles as they are.
func (s *simplifier) look() error {
	s.kinds, s.pos = s.kinds[:len(s.corners)], s.pos[:len(s.corners)]
	for c, w := range s.corners {
		s.pos[c] = s.w.position[w]
	}
	s.fans = fansOf(s.corners, s.w.position, s.w.count)
	clear(s.degree)
	clear(s.touched)
	for i := range s.moved {
		s.moved[i] = uint32(i)
	}
	for i := range s.turned {
		s.turned[i] = uint32(i)
	}
	ranges(len(s.corners), passRange, func(_, from, to int) {
		for c := from; c < to && s.ctx.Err() == nil; {
			for end := min(to, c+passRange/8); c < end; c++ {
				s.kinds[c] = s.kindOf(c)
			}
		}
	})
	for c, kind := range s.kinds {
		if kind != inner {
			s.meet(s.pos[c])
			if kind == border {
				s.meet(s.pos[after(c)])
			}
		}
	}
	return s.ctx.Err()
}

func (s *simplifier) meet(p uint32) {
	if s.degree[p] < math.MaxUint8 {
		s.degree[p]++
	}
}

// around returns the corners at a position.
func (s *simplifier) around(p uint32) []uint32 {
	return s.fans.corners[s.fans.first[p]:s.fans.first[p+1]]
}

// kindOf looks at the edge from a corner to the next.
func (s *simplifier) kindOf(c int) edgeKind {
	next := after(c)
	a, b := s.pos[c], s.pos[next]
	fan, far, atA := s.around(a), b, true
	if other := s.around(b); len(other) < len(fan) {
		fan, far, atA = other, a, false
	}
	if len(fan) > maxFan {
		return border
	}
	leaving, coming, leaves, comes := 0, 0, 0, 0 // edges of the fan to and from the far end
	for _, d := range fan {
		d := int(d)
		p, q := after(d), before(d)
		if s.pos[p] == far {
			leaving, leaves = leaving+1, d
		}
		if s.pos[q] == far {
			coming, comes = coming+1, q
		}
	}
	twin := comes // begins at b and ends at a
	opposite := coming
	if !atA {
		twin, opposite = leaves, leaving
	}
	switch {
	case opposite == 0:
		return border
	case leaving != 1 || coming != 1,
		s.w.hardSeam(s.corners[c], s.corners[after(twin)]), s.w.hardSeam(s.corners[next], s.corners[twin]):
		return seam
	}
	return inner
}

// Weights of the planes that hold feature lines in place, against that of a face of the same size.
const (
	borderWeight = 10
	seamWeight   = 1
)

// measure gives each position the planes of its faces, weighted by their area, and of its feature lines (Garland and
// Heckbert 1997, section 6.1 there: discontinuities).
func (s *simplifier) measure() {
	s.q = make([]quadric, s.w.count)
	for t := range s.triangles() {
		if t%passRange == 0 && s.ctx.Err() != nil {
			return
		}
		p := s.pos[3*t : 3*t+3]
		n := s.at[p[1]].sub(s.at[p[0]]).cross(s.at[p[2]].sub(s.at[p[0]]))
		area := n.length()
		if !(area > 0) {
			continue
		}
		n = n.mul(1 / area)
		face := planeQuadric(n, s.at[p[0]], area)
		face.weight = area
		for k := range p {
			s.q[p[k]].add(&face)
			if c := 3*t + k; s.kinds[c] != inner {
				s.holdLine(c, n)
			}
		}
	}
}

// holdLine adds the plane through an edge that stands upright on its face.
func (s *simplifier) holdLine(c int, normal vec64) {
	a, b := s.pos[c], s.pos[after(c)]
	along := s.at[b].sub(s.at[a])
	length := along.length()
	side := along.cross(normal)
	if l := side.length(); l > 0 {
		weight := float64(seamWeight)
		if s.kinds[c] == border {
			weight = borderWeight
		}
		line := planeQuadric(side.mul(1/l), s.at[a], weight*length*length)
		s.q[a].add(&line)
		s.q[b].add(&line)
	}
}

// candidates lists for each edge the better way to collapse it, if there is one within the limit.
func (s *simplifier) candidates(limit float64) ([]candidate, error) {
	lists := make([][]candidate, rangeCount(len(s.corners), passRange))
	ranges(len(s.corners), passRange, func(k, from, to int) {
		if s.ctx.Err() != nil {
			return
		}
		list := make([]candidate, 0, (to-from)*9/16)
		for c := from; c < to; c++ {
			if best := s.candidate(c); best.from != best.to && float64(best.error) <= limit {
				list = append(list, best)
			}
		}
		lists[k] = list
	})
	return slices.Concat(lists...), s.ctx.Err()
}

// candidate is the better way to collapse the edge from a corner to the next; from equals to where there is none, or where
// the other triangle of the edge lists it.
func (s *simplifier) candidate(c int) candidate {
	a, b := s.pos[c], s.pos[after(c)]
	feature := s.kinds[c] != inner
	if a > b && !feature {
		return candidate{}
	}
	best := candidate{error: math.MaxFloat32}
	if s.mayMove(a, feature) {
		best = candidate{from: a, to: b, error: float32(s.q[a].at(s.at[b]))}
	}
	if s.mayMove(b, feature) {
		if e := float32(s.q[b].at(s.at[a])); e < best.error {
			best = candidate{from: b, to: a, error: e}
		}
	}
	d := s.at[b].sub(s.at[a])
	best.cost = best.error + float32(d.dot(d)*shortFirst)
	return best
}

// shortFirst lets short edges go first where the shape tells no difference, so that triangles stay well formed. It is the
// square of the share of an edge's length that counts as error in this.
const shortFirst = 1e-6

// mayMove reports whether a position may be collapsed along an edge: along feature lines alone if one runs through it,
// not at all where they end or meet.
func (s *simplifier) mayMove(p uint32, feature bool) bool {
	return s.degree[p] == 0 || s.degree[p] == 2 && feature
}

// sortByCost sorts by the upper 22 bits of the costs, which are not negative: radix sort in two passes.
func sortByCost(list *[]candidate) {
	const bits, mask = 11, 1<<11 - 1
	spare := make([]candidate, len(*list))
	for shift := 32 - 2*bits - 1; shift < 31; shift += bits {
		var count [mask + 2]int
		for i := range *list {
			count[1+math.Float32bits((*list)[i].cost)>>shift&mask]++
		}
		for k := range mask {
			count[k+1] += count[k]
		}
		for i := range *list {
			k := math.Float32bits((*list)[i].cost) >> shift & mask
			spare[count[k]] = (*list)[i]
			count[k]++
		}
		*list, spare = spare, *list
	}
}

// collapse does one and returns how many triangles vanish with it; 0 if it must not be done.
func (s *simplifier) collapse(c *candidate) int {
	if s.touched[c.from] || s.touched[c.to] {
		return 0
	}
	fan := s.around(c.from)
	if len(fan) > maxFan || len(s.around(c.to)) > maxFan {
		return 0
	}
	vanish, ok := s.staysSound(c, fan)
	if !ok || !s.turnWedges(c, fan) {
		return 0
	}
	s.moved[c.from] = c.to
	s.touched[c.from], s.touched[c.to] = true, true
	s.q[c.to].add(&s.q[c.from])
	s.worst = max(s.worst, float64(c.error))
	return vanish
}

// staysSound reports whether no face turns over or loses its area, and whether the surface stays a surface: the ends of
// the edge must have no more neighbours in common than triangles (the link condition). It returns that number.
func (s *simplifier) staysSound(c *candidate, fan []uint32) (vanish int, ok bool) {
	target := s.at[c.to]
	s.stamp++
	for _, at := range fan {
		p, q := s.end(after(int(at))), s.end(before(int(at)))
		s.mark[p], s.mark[q] = s.stamp, s.stamp
		if p == c.to || q == c.to {
			vanish++
			continue
		}
		if p == q {
			continue // vanishes with a collapse done before
		}
		side := s.at[q].sub(s.at[p])
		was, is := side.cross(s.at[c.from].sub(s.at[p])), side.cross(target.sub(s.at[p]))
		if d := was.dot(is); d < 0 || d*d <= flipCos*flipCos*was.dot(was)*is.dot(is) && was.dot(was) > 0 {
			return 0, false
		}
	}
	common := 0
	s.mark[c.to] = 0
	for _, at := range s.around(c.to) {
		for _, p := range [2]uint32{s.end(after(int(at))), s.end(before(int(at)))} {
			if s.mark[p] == s.stamp && p != c.from {
				common++
				s.mark[p] = 0
			}
		}
	}
	return vanish, vanish > 0 && common <= vanish
}

// flipCos is the cosine of the angle by which a face may turn in one collapse: 75°.
const flipCos = 0.26

// end returns where the position of a corner is now.
func (s *simplifier) end(c int) uint32 { return s.moved[s.pos[c]] }

// turnWedges finds for each wedge at c.from the one at c.to that takes its place: that on the same side of a seam. It
// reports whether there is one for each.
func (s *simplifier) turnWedges(c *candidate, fan []uint32) bool {
	for _, at := range fan {
		s.turned[s.corners[at]] = noWedge
	}
	for _, at := range fan {
		for _, end := range [2]int{after(int(at)), before(int(at))} {
			if w := s.corners[at]; s.pos[end] == c.to && s.turned[w] == noWedge {
				s.turned[w] = s.corners[end]
			}
		}
	}
	ok := true
	for _, at := range fan {
		if w := s.corners[at]; s.turned[w] == noWedge {
			s.turned[w] = s.likest(w, c.to)
			ok = ok && s.turned[w] != noWedge
		}
	}
	if !ok {
		for _, at := range fan {
			s.turned[s.corners[at]] = s.corners[at]
		}
	}
	return ok
}

const noWedge = ^uint32(0)

// likest returns the wedge at a position that resembles w most, or noWedge if none does.
func (s *simplifier) likest(w, p uint32) uint32 {
	best, found := float32(-1), noWedge
	for _, at := range s.around(p) {
		if like, ok := s.w.replaces(s.corners[at], w); ok && like > best {
			best, found = like, s.corners[at]
		}
	}
	return found
}
