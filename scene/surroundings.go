package scene

import "github.com/go-gl/mathgl/mgl64"

// surroundings is a small piece of a surface: the triangles near a point, with corners at one place made one. It may be
// filled many times.
type surroundings struct {
	points []mgl64.Vec3 // world space
	places [][3]float32 // the same in the mesh
	edges  []edgeFaces
	byAt   table     // indices of points by place
	byEnds table     // indices of edges by ends
	marked edgeMarks // edges that the file says are sharp; nil leaves it to their angle
	meets  []meeting // by point, of corners
	cube   Bounds    // world space; of edges that pass through it all faces are known

	triangles int  // that were looked at
	more      bool // there are more of them
}

// edge names the points at its ends, the lesser one first.
type edge struct{ a, b int32 }

// edgeFaces is an edge with what is known of the faces along it.
type edgeFaces struct {
	edge
	faces int
	first mgl64.Vec3 // normal of one
	sharp bool
}

// gather takes the triangles of a node in a cube around a point; an edge through the cube has all its faces there.
func (p *Picker) gather(n *surroundings, id NodeID, at mgl64.Vec3, radius float64) {
	world := &p.scene.worlds[id]
	mesh := p.scene.meshes[p.scene.nodes[id].Mesh]
	tree := mesh.triangles()
	n.points, n.places, n.edges, n.more = n.points[:0], n.places[:0], n.edges[:0], false
	n.byAt.clear()
	n.byEnds.clear()
	n.marked = mesh.marks()
	r := mgl64.Vec3{radius, radius, radius}
	n.cube = Bounds{at.Sub(r), at.Add(r)}
	cube := boxOf(n.cube.Transformed(world.Inv()))
	count := 0
	tree.within(&cube, func(k int) bool {
		if n.more = count == maxSnapTriangles; n.more {
			return false
		}
		count++
		var c [3]int32
		for i, v := range tree.indices[3*k : 3*k+3] {
			c[i] = n.point([3]float32(tree.positions[3*v:3*v+3]), world)
		}
		n.triangle(c)
		return true
	})
	n.triangles = count
}

// point returns the index of the point at a place of the mesh.
func (n *surroundings) point(place [3]float32, world *mgl64.Mat4) int32 {
	i, known := n.byAt.find(placeSum(place), int32(len(n.points)), func(i int32) bool { return n.places[i] == place })
	if !known {
		n.places = append(n.places, place)
		n.points = append(n.points, mgl64.TransformCoordinate(mgl64.Vec3{float64(place[0]), float64(place[1]), float64(place[2])}, *world))
	}
	return i
}

// triangle adds a triangle. One without an area has no normal and is left out.
func (n *surroundings) triangle(c [3]int32) {
	normal := n.points[c[1]].Sub(n.points[c[0]]).Cross(n.points[c[2]].Sub(n.points[c[0]]))
	l := normal.Len()
	if !(l > 0) {
		return
	}
	normal = normal.Mul(1 / l)
	for i := range c {
		e := edge{min(c[i], c[(i+1)%3]), max(c[i], c[(i+1)%3])}
		at, known := n.byEnds.find(mixed(uint64(e.a)<<32|uint64(e.b)), int32(len(n.edges)), func(i int32) bool { return n.edges[i].edge == e })
		if !known {
			n.edges = append(n.edges, edgeFaces{edge: e, first: normal})
		}
		f := &n.edges[at]
		f.sharp = f.sharp || f.first.Dot(normal) < creaseCos
		f.faces++
	}
}

// sharp returns the edges through the cube that the file marks as sharp or, when it marks none, that are at an angle or at
// the border of the surface. There are none where the triangles were too many: what looks like a border may be none.
func (n *surroundings) sharp() []edge {
	if n.more {
		return nil
	}
	var out []edge
	for i := range n.edges {
		f := &n.edges[i]
		sharp := f.sharp || f.faces == 1
		if n.marked != nil {
			sharp = n.marked.has(n.places[f.a], n.places[f.b])
		}
		if sharp && n.through(f.edge) {
			out = append(out, f.edge)
		}
	}
	return out
}

// through reports whether the box of an edge meets the cube.
func (n *surroundings) through(e edge) bool {
	box := NoBounds().Add(n.points[e.a]).Add(n.points[e.b])
	return meet(&box, &n.cube, 1e-9*box.Diagonal())
}

// meeting is what is known of the sharp edges at a point.
type meeting struct {
	edges int
	first mgl64.Vec3 // the direction of one, away from the point
	bends bool       // two edges are not in line
}

// corners returns the points where sharp edges end or bend, or where more than two meet.
func (n *surroundings) corners(sharp []edge) []int32 {
	n.meets = append(n.meets[:0], make([]meeting, len(n.points))...)
	for _, e := range sharp {
		way := n.points[e.b].Sub(n.points[e.a])
		way = way.Mul(1 / way.Len())
		n.meets[e.a].add(way)
		n.meets[e.b].add(way.Mul(-1))
	}
	var out []int32
	for i := range n.meets {
		if m := &n.meets[i]; m.edges > 0 && (m.edges != 2 || m.bends) {
			out = append(out, int32(i))
		}
	}
	return out
}

func (m *meeting) add(way mgl64.Vec3) {
	if m.edges++; m.edges == 1 {
		m.first = way
	} else if -m.first.Dot(way) < bendCos {
		m.bends = true
	}
}

// table finds numbers by the hash of what they stand for: open addressing with linear steps, cleared in no time.
type table struct {
	cells []tableCell
	now   uint32
}

type tableCell struct {
	time  uint32 // the cell is empty unless it is now
	value int32
}

// tableCells is a power of two, and more than twice as many as the corners of maxSnapTriangles.
const tableCells = 4096

func (t *table) clear() {
	if t.now++; t.cells == nil || t.now == 0 {
		t.cells, t.now = make([]tableCell, tableCells), 1
	}
}

// find returns the number with this hash that is the same, or puts next there.
func (t *table) find(hash uint64, next int32, same func(int32) bool) (value int32, known bool) {
	for i := hash % tableCells; ; i = (i + 1) % tableCells {
		c := &t.cells[i]
		if c.time != t.now {
			*c = tableCell{t.now, next}
			return next, false
		}
		if same(c.value) {
			return c.value, true
		}
	}
}
