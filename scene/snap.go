package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// SnapKind says what a Snap lies on.
type SnapKind uint8

// The kinds, from the least to the most special.
const (
	SnapFace   SnapKind = iota
	SnapEdge            // on a sharp edge
	SnapVertex          // at a corner where sharp edges meet
	SnapCentre          // in the middle of a round edge, see Snap.AtCentre
)

// Snap is a point of the geometry that a pointer means: near to where it points, but exact.
type Snap struct {
	Kind    SnapKind
	Node    NodeID
	Point   mgl64.Vec3 // world space, as all of this
	Normal  mgl64.Vec3 // unit normal of the face below the pointer
	Edge    [2]mgl64.Vec3
	Round   bool // the edge is an arc of a circle
	RadiusM float64
	Centre  mgl64.Vec3 // of the circle
}

// AtCentre returns the snap to the middle of a round edge, or the snap itself where there is none.
func (s Snap) AtCentre() Snap {
	if s.Round {
		s.Kind, s.Point = SnapCentre, s.Centre
	}
	return s
}

const (
	// creaseCos is the cosine of the angle between two faces from which their edge counts as sharp, 25°.
	creaseCos = 0.9063
	// bendCos is the cosine of the angle between two edges from which their corner counts as one, 35°.
	bendCos = 0.8192
	// maxSnapTriangles bounds what one snap looks at.
	maxSnapTriangles = 4096
)

// SnapAt returns what a ray snaps to: the nearest corner, else the nearest sharp edge, within an angle (in radians) of the
// ray, else the point of the face that it hits.
func (p *Picker) SnapAt(ray Ray, o PickOptions, withinRad float64) (Snap, bool) {
	hit, ok := p.Pick(ray, o)
	if !ok {
		return Snap{Node: NoNode}, false
	}
	out := Snap{Node: hit.Node, Point: hit.Point, Normal: hit.Normal}
	around := p.neighbours(hit.Node, hit.Point, hit.Distance*math.Tan(mgl64.Clamp(withinRad, 0, 0.5)))
	best := withinRad
	for _, e := range around.sharp() {
		at := nearestTo(ray, around.points[e.a], around.points[e.b])
		if a := angleTo(ray, at); a <= best {
			best = a
			out.Kind, out.Point, out.Edge = SnapEdge, at, [2]mgl64.Vec3{around.points[e.a], around.points[e.b]}
		}
	}
	if out.Kind != SnapEdge {
		return out, true
	}
	if c, ok := p.circle(hit.Node, out.Edge); ok {
		out.Round, out.RadiusM, out.Centre = true, c.radius, c.centre
	}
	best = withinRad
	for _, i := range around.corners() {
		if a := angleTo(ray, around.points[i]); a <= best {
			best = a
			out.Kind, out.Point = SnapVertex, around.points[i]
		}
	}
	return out, true
}

// angleTo is the angle between a ray and the way to a point.
func angleTo(r Ray, p mgl64.Vec3) float64 {
	d := p.Sub(r.Origin)
	along := d.Dot(r.Direction)
	return math.Atan2(d.Sub(r.Direction.Mul(along)).Len(), along)
}

// nearestTo is the point of a segment that is nearest to a ray (C. Ericson, "Real-time collision detection", 2005, 5.1.9).
func nearestTo(r Ray, a, b mgl64.Vec3) mgl64.Vec3 {
	e, w := b.Sub(a), a.Sub(r.Origin)
	ee, er, we, wr := e.Dot(e), e.Dot(r.Direction), w.Dot(e), w.Dot(r.Direction)
	d := ee - er*er
	if d <= 1e-12*ee || ee == 0 {
		return a
	}
	return a.Add(e.Mul(mgl64.Clamp((er*wr-we)/d, 0, 1)))
}

// neighbourhood is a small piece of a surface: the triangles near a point, with corners at one place made one.
type neighbourhood struct {
	points []mgl64.Vec3 // world space
	edges  map[edge]*edgeFaces
	order  []edge
}

type edge struct{ a, b int32 }

// edgeFaces are the normals of the faces along an edge.
type edgeFaces struct {
	faces int
	first mgl64.Vec3
	sharp bool
	near  bool // all its faces are known
}

// neighbours gathers the triangles of a node in a cube around a point; an edge through the cube has all its faces there.
func (p *Picker) neighbours(id NodeID, at mgl64.Vec3, radius float64) *neighbourhood {
	n := &neighbourhood{edges: map[edge]*edgeFaces{}}
	world := p.scene.worlds[id]
	tree := p.scene.meshes[p.scene.nodes[id].Mesh].triangles()
	r := mgl64.Vec3{radius, radius, radius}
	cube := boxOf(Bounds{at.Sub(r), at.Add(r)}.Transformed(world.Inv()))
	known := map[[3]float32]int32{}
	count := 0
	tree.within(&cube, func(k int) bool {
		var c [3]int32
		for i, v := range tree.indices[3*k : 3*k+3] {
			key := [3]float32(tree.positions[3*v : 3*v+3])
			at, ok := known[key]
			if !ok {
				at = int32(len(n.points))
				known[key] = at
				n.points = append(n.points, mgl64.TransformCoordinate(tree.vertex(v), world))
			}
			c[i] = at
		}
		n.add(c)
		count++
		return count < maxSnapTriangles
	})
	in := Bounds{at.Sub(r), at.Add(r)}
	for e, f := range n.edges {
		box := NoBounds().Add(n.points[e.a]).Add(n.points[e.b])
		f.near = meet(&box, &in, 1e-9*box.Diagonal())
	}
	return n
}

// add adds a triangle.
func (n *neighbourhood) add(c [3]int32) {
	if c[0] == c[1] || c[1] == c[2] || c[2] == c[0] {
		return
	}
	normal := n.points[c[1]].Sub(n.points[c[0]]).Cross(n.points[c[2]].Sub(n.points[c[0]]))
	if l := normal.Len(); l > 0 {
		normal = normal.Mul(1 / l)
	} else {
		return
	}
	for i := range c {
		e := edge{min(c[i], c[(i+1)%3]), max(c[i], c[(i+1)%3])}
		f := n.edges[e]
		if f == nil {
			f = &edgeFaces{first: normal}
			n.edges[e] = f
			n.order = append(n.order, e)
		} else if f.first.Dot(normal) < creaseCos {
			f.sharp = true
		}
		f.faces++
	}
}

// sharp returns the edges through the cube that are at an angle, or at the border of the surface.
func (n *neighbourhood) sharp() []edge {
	var out []edge
	for _, e := range n.order {
		if f := n.edges[e]; f.near && (f.sharp || f.faces == 1) {
			out = append(out, e)
		}
	}
	return out
}

// corners returns the points where sharp edges end or bend, or where more than two meet.
func (n *neighbourhood) corners() []int32 {
	meeting := map[int32][]mgl64.Vec3{} // directions away from the point
	var order []int32
	for _, e := range n.sharp() {
		for _, ends := range [2][2]int32{{e.a, e.b}, {e.b, e.a}} {
			if len(meeting[ends[0]]) == 0 {
				order = append(order, ends[0])
			}
			meeting[ends[0]] = append(meeting[ends[0]], n.points[ends[1]].Sub(n.points[ends[0]]).Normalize())
		}
	}
	var out []int32
	for _, at := range order {
		if d := meeting[at]; len(d) != 2 || -d[0].Dot(d[1]) < bendCos {
			out = append(out, at)
		}
	}
	return out
}

// within calls f for the triangles whose box meets a box, until it returns false.
func (t *triangleTree) within(b *box, f func(k int) bool) {
	if len(t.nodes) == 0 {
		return
	}
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		if !n.meets(b) {
			continue
		}
		if n.count == 0 {
			stack = append(stack, i+1, n.first)
			continue
		}
		for _, k := range t.order[n.first : n.first+n.count] {
			if tb := triangleBox(t.positions, t.indices[3*k:3*k+3]); tb.meets(b) && !f(int(k)) {
				return
			}
		}
	}
}

func (b *box) meets(o *box) bool {
	for k := range b.lo {
		if b.lo[k] > o.hi[k] || o.lo[k] > b.hi[k] {
			return false
		}
	}
	return true
}
