package scene

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// Ray is a half line. Direction is a unit vector.
type Ray struct{ Origin, Direction mgl64.Vec3 }

// At returns the point at a distance along the ray.
func (r Ray) At(distance float64) mgl64.Vec3 { return r.Origin.Add(r.Direction.Mul(distance)) }

// OnPlane returns where the ray meets a plane, unless it runs along it or away from it.
func (r Ray) OnPlane(p Plane) (mgl64.Vec3, bool) {
	down := r.Direction.Dot(p.Normal)
	if math.Abs(down) < 1e-12 {
		return mgl64.Vec3{}, false
	}
	t := -p.Distance(r.Origin) / down
	return r.At(t), t >= 0
}

// Hit is where a ray meets a mesh.
type Hit struct {
	Node     NodeID
	Point    mgl64.Vec3 // world space
	Normal   mgl64.Vec3 // unit normal of the triangle in world space, towards the ray's origin
	Distance float64    // metres along the ray
	Triangle int        // index of the triangle in the mesh
}

// PickOptions says what a ray passes through.
type PickOptions struct {
	Section  *Section          // what it cuts away is not hit
	Grounds  bool              // hit nodes with the role Ground too
	Skip     func(NodeID) bool // nodes that are not hit, such as shells that are faded
	Farthest float64           // metres; 0 means any distance
}

// Picker casts rays into a scene. It follows the scene by itself: moved nodes cost a refit, new ones a rebuild of the
// tree of nodes. It belongs to the goroutine of its scene.
type Picker struct {
	scene      *Scene
	tree       boxTree
	objects    []pickObject
	generation uint64
	topology   uint64

	around, ahead surroundings // memory of snaps
}

type pickObject struct {
	node   NodeID
	seen   uint64 // world generation that the matrices below are of
	bounds Bounds
	local  mgl64.Mat4 // nodeFromWorld
}

// NewPicker returns a picker for the scene.
func NewPicker(s *Scene) *Picker { return &Picker{scene: s} }

// Pick returns the nearest hit.
func (p *Picker) Pick(ray Ray, o PickOptions) (Hit, bool) {
	best := Hit{Node: NoNode, Distance: math.Inf(1)}
	if o.Farthest > 0 {
		best.Distance = o.Farthest
	}
	p.follow()
	p.tree.visit(ray, best.Distance, func(i int32) float64 {
		if h, ok := p.test(&p.objects[i], ray, &o, best.Distance); ok {
			best = h
		}
		return best.Distance
	})
	return best, best.Node != NoNode
}

// PickAll returns the nearest hit on each node along the ray, nearest first, for clicking through what overlaps.
func (p *Picker) PickAll(ray Ray, o PickOptions) []Hit {
	var out []Hit
	limit := math.Inf(1)
	if o.Farthest > 0 {
		limit = o.Farthest
	}
	p.follow()
	p.tree.visit(ray, limit, func(i int32) float64 {
		if h, ok := p.test(&p.objects[i], ray, &o, limit); ok {
			out = append(out, h)
		}
		return limit
	})
	slices.SortFunc(out, func(a, b Hit) int {
		switch {
		case a.Distance < b.Distance:
			return -1
		case a.Distance > b.Distance:
			return 1
		}
		return int(a.Node - b.Node)
	})
	return out
}

// open reports whether a node can be picked: it shows, and the options do not leave it out.
func (p *Picker) open(id NodeID, o *PickOptions) bool {
	s := p.scene
	st := &s.styles[id]
	return st.Visible && st.Opacity > 0.02 && (s.roles[id] != Ground || o.Grounds) && (o.Skip == nil || !o.Skip(id))
}

// test casts the ray at one object, in the space of its mesh.
func (p *Picker) test(obj *pickObject, ray Ray, o *PickOptions, limit float64) (Hit, bool) {
	s, id := p.scene, obj.node
	if !p.open(id, o) {
		return Hit{}, false
	}
	mesh := s.meshes[s.nodes[id].Mesh]
	origin := mgl64.TransformCoordinate(ray.Origin, obj.local)
	dir := obj.local.Mul4x1(ray.Direction.Vec4(0)).Vec3()
	cut := o.Section.Active() && o.Section.AppliesTo(s, id)
	t, tri, ok := mesh.triangles().intersect(origin, dir, limit, func(t float64) bool {
		return !cut || !o.Section.Cuts(ray.At(t))
	})
	if !ok {
		return Hit{}, false
	}
	n := obj.local.Transpose().Mul4x1(mesh.faceNormal(tri).Vec4(0)).Vec3()
	if n.Len() > 0 {
		n = n.Normalize()
	}
	if n.Dot(ray.Direction) > 0 {
		n = n.Mul(-1)
	}
	return Hit{Node: id, Point: ray.At(t), Normal: n, Distance: t, Triangle: tri}, true
}

// follow brings the tree up to date with the scene.
func (p *Picker) follow() {
	s := p.scene
	s.Update()
	if p.topology != s.topology {
		p.objects = p.objects[:0]
		for i := range s.nodes {
			if s.nodes[i].Mesh != NoMesh {
				p.objects = append(p.objects, pickObject{node: NodeID(i)})
			}
		}
	} else if p.generation == s.generation {
		return
	}
	moved := false
	for i := range p.objects {
		obj := &p.objects[i]
		if g := s.worldGen[obj.node]; obj.seen != g || p.topology != s.topology {
			obj.seen, moved = g, true
			world := s.worlds[obj.node]
			obj.bounds = s.meshes[s.nodes[obj.node].Mesh].Bounds.Transformed(world)
			obj.local = world.Inv()
		}
	}
	bounds := func(i int32) Bounds { return p.objects[i].bounds }
	switch {
	case p.topology != s.topology:
		p.tree.build(len(p.objects), bounds)
	case moved:
		p.tree.refit(bounds)
	}
	p.topology, p.generation = s.topology, s.generation
}

// faceNormal returns the normal of a triangle in the space of the mesh, not of unit length.
func (m *Mesh) faceNormal(tri int) mgl64.Vec3 {
	at := func(i uint32) mgl64.Vec3 {
		return mgl64.Vec3{float64(m.Positions[3*i]), float64(m.Positions[3*i+1]), float64(m.Positions[3*i+2])}
	}
	i := m.Indices[3*tri : 3*tri+3]
	a := at(i[0])
	return at(i[1]).Sub(a).Cross(at(i[2]).Sub(a))
}
