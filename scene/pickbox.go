package scene

import "github.com/go-gl/mathgl/mgl64"

// PickBox returns the nodes that a rectangle on the view takes, in the order of their ids, whatever stands before them. lo
// and hi are corners in clip space, -1 to 1. whole asks for nodes that lie wholly inside; else touching is enough. What a
// section cuts away counts as there.
func (p *Picker) PickBox(c Camera, aspect float64, lo, hi mgl64.Vec2, whole bool, o PickOptions) []NodeID {
	p.follow()
	planes := c.pyramid(aspect, lo, hi)
	var out []NodeID
	for i := range p.objects {
		id := p.objects[i].node
		st := &p.scene.styles[id]
		if !st.Visible || st.Opacity <= 0.02 || p.scene.roles[id] == Ground && !o.Grounds || o.Skip != nil && o.Skip(id) {
			continue
		}
		if p.takes(&p.objects[i], planes, whole) {
			out = append(out, id)
		}
	}
	return out
}

// pyramid returns the planes around what a rectangle shows, pointing inwards: four sides and the eye.
func (c Camera) pyramid(aspect float64, lo, hi mgl64.Vec2) []Plane {
	for k := range lo {
		lo[k], hi[k] = min(lo[k], hi[k]), max(lo[k], hi[k])
		if hi[k]-lo[k] < 1e-6 { // a line or a point
			lo[k], hi[k] = lo[k]-5e-7, hi[k]+5e-7
		}
	}
	rays := [4]Ray{c.Ray(lo[0], lo[1], aspect), c.Ray(hi[0], lo[1], aspect), c.Ray(hi[0], hi[1], aspect), c.Ray(lo[0], hi[1], aspect)}
	inside := c.Ray((lo[0]+hi[0])/2, (lo[1]+hi[1])/2, aspect)
	middle := inside.At(max(1, c.Distance()))
	var out []Plane
	for i, r := range rays {
		next := rays[(i+1)%4]
		p := PlaneThrough(r.Origin, r.Direction.Cross(next.At(1).Sub(r.Origin)))
		if p.Distance(middle) < 0 {
			p = Plane{p.Normal.Mul(-1), -p.Offset}
		}
		out = append(out, p)
	}
	_, _, forward := c.Axes()
	return append(out, PlaneThrough(inside.Origin, forward))
}

// side is where something lies to planes.
type side int8

const (
	outside side = iota
	across
	inside
)

func (p *Picker) takes(obj *pickObject, planes []Plane, whole bool) bool {
	switch b := boxOf(obj.bounds); sideOf(&b, planes) {
	case outside:
		return false
	case inside:
		return true
	}
	mesh := p.scene.meshes[p.scene.nodes[obj.node].Mesh]
	if len(mesh.Indices) == 0 {
		return !whole
	}
	world := p.scene.worlds[obj.node]
	local := make([]Plane, len(planes)) // in the space of the mesh
	for i, pl := range planes {
		n := world.Transpose().Mul4x1(pl.Normal.Vec4(-pl.Offset))
		local[i] = Plane{n.Vec3(), -n[3]}
	}
	return mesh.triangles().taken(local, whole)
}

// sideOf is where a box lies to planes that need not be normalised.
func sideOf(b *box, planes []Plane) side {
	all := inside
	for _, p := range planes {
		var far, near float64 // the corners that lie farthest on the kept side and on the other
		for k := range 3 {
			lo, hi := p.Normal[k]*float64(b.lo[k]), p.Normal[k]*float64(b.hi[k])
			far, near = far+max(lo, hi), near+min(lo, hi)
		}
		if far < p.Offset {
			return outside
		}
		if near < p.Offset {
			all = across
		}
	}
	return all
}

// taken reports whether a triangle reaches into the planes or, with whole, whether all triangles lie inside of them.
func (t *triangleTree) taken(planes []Plane, whole bool) bool {
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		at := sideOf(&n.box, planes)
		switch {
		case at == outside && whole, at == inside && !whole:
			return !whole
		case at != across:
			continue
		case n.count == 0:
			stack = append(stack, i+1, n.first)
			continue
		}
		for _, k := range t.order[n.first : n.first+n.count] {
			if t.reaches(int(k), planes, whole) != whole {
				return !whole
			}
		}
	}
	return whole
}

// reaches reports whether a triangle lies inside of the planes in part or, with whole, wholly.
func (t *triangleTree) reaches(k int, planes []Plane, whole bool) bool {
	polygon := make([]mgl64.Vec3, 0, 16)
	for _, i := range t.indices[3*k : 3*k+3] {
		polygon = append(polygon, t.vertex(i))
	}
	for _, p := range planes {
		if whole {
			for _, v := range polygon {
				if p.Distance(v) < 0 {
					return false
				}
			}
			continue
		}
		if polygon = clipped(polygon, p); len(polygon) == 0 {
			return false
		}
	}
	return true
}

func (t *triangleTree) vertex(i uint32) mgl64.Vec3 {
	p := t.positions[3*i : 3*i+3]
	return mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
}

// clipped is the part of a convex polygon on the kept side of a plane (I. Sutherland and G. Hodgman, "Reentrant polygon
// clipping", 1974).
func clipped(polygon []mgl64.Vec3, p Plane) []mgl64.Vec3 {
	out := make([]mgl64.Vec3, 0, len(polygon)+1)
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		da, db := p.Distance(a), p.Distance(b)
		if da >= 0 {
			out = append(out, a)
		}
		if (da < 0) != (db < 0) {
			out = append(out, a.Add(b.Sub(a).Mul(da/(da-db))))
		}
	}
	return out
}
