package scene

import "github.com/go-gl/mathgl/mgl64"

// PickBox returns the nodes that a rectangle on the view takes, in the order of their ids, whatever stands before them. lo
// and hi are corners in clip space, -1 to 1. whole asks for nodes that show nothing outside of it; else it is enough that
// something of them shows inside. What a section cuts away counts for neither. Farthest is not looked at.
func (p *Picker) PickBox(c Camera, aspect float64, lo, hi mgl64.Vec2, whole bool, o PickOptions) []NodeID {
	p.follow()
	if !c.Finite() {
		return nil
	}
	planes := c.pyramid(aspect, lo, hi)
	var out []NodeID
	for i := range p.objects {
		if obj := &p.objects[i]; p.open(obj.node, &o) && p.takes(obj, planes, whole, o.Section) {
			out = append(out, obj.node)
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

// takes decides for an object.
func (p *Picker) takes(obj *pickObject, planes []Plane, whole bool, section *Section) bool {
	cut := section.Active() && section.AppliesTo(p.scene, obj.node)
	switch b := boxOf(obj.bounds); sideOf(&b, planes) {
	case outside:
		return false
	case inside:
		if !cut {
			return true
		}
	}
	if !p.reaches(obj, planes, cut, section) {
		return false
	}
	if !whole {
		return true
	}
	for _, pl := range planes {
		if p.reaches(obj, []Plane{{pl.Normal.Mul(-1), -pl.Offset}}, cut, section) {
			return false
		}
	}
	return true
}

// reaches reports whether something of an object lies inside of all planes of the world and is not cut away.
func (p *Picker) reaches(obj *pickObject, planes []Plane, cut bool, section *Section) bool {
	mesh, world := p.scene.meshes[p.scene.nodes[obj.node].Mesh], &p.scene.worlds[obj.node]
	if !cut {
		return mesh.reaches(localPlanes(planes, world))
	}
	planes = planes[:len(planes):len(planes)]
	kept := section.Planes[:min(len(section.Planes), MaxPlanes)]
	if section.Keep == KeepInside {
		return mesh.reaches(localPlanes(append(planes, kept...), world))
	}
	for _, side := range kept { // the kept side of one is enough
		if mesh.reaches(localPlanes(append(planes, side), world)) {
			return true
		}
	}
	return false
}

// localPlanes brings planes of the world into the frame of a node. Their normals need not be of unit length there.
func localPlanes(planes []Plane, worldFromNode *mgl64.Mat4) []Plane {
	out := make([]Plane, len(planes))
	m := worldFromNode
	for i, pl := range planes {
		n := pl.Normal
		out[i] = Plane{
			Normal: mgl64.Vec3{m[0]*n[0] + m[1]*n[1] + m[2]*n[2], m[4]*n[0] + m[5]*n[1] + m[6]*n[2], m[8]*n[0] + m[9]*n[1] + m[10]*n[2]},
			Offset: pl.Offset - n.Dot(mgl64.Vec3{m[12], m[13], m[14]}),
		}
	}
	return out
}

// sideOf is where a box lies to planes that need not be normalised.
func sideOf(b *box, planes []Plane) side {
	all := inside
	for i := range planes {
		p := &planes[i]
		var far, near float64 // the corners that lie farthest on the kept side and on the other
		for k := range 3 {
			lo, hi := p.Normal[k]*float64(b.lo[k]), p.Normal[k]*float64(b.hi[k])
			if lo > hi {
				lo, hi = hi, lo
			}
			far, near = far+hi, near+lo
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

// reaches reports whether a triangle, line or point of the mesh lies inside of all planes, in part at least.
func (m *Mesh) reaches(planes []Plane) bool {
	if len(m.Indices) > 0 && m.triangles().reaches(planes) {
		return true
	}
	var c clipping
	for i := 0; i+1 < len(m.Lines); i += 2 {
		if c.leaves(planes, m.vertex(m.Lines[i]), m.vertex(m.Lines[i+1])) {
			return true
		}
	}
	for _, i := range m.Points {
		if c.leaves(planes, m.vertex(i)) {
			return true
		}
	}
	return false
}

func (m *Mesh) vertex(i uint32) mgl64.Vec3 {
	p := m.Positions[3*i : 3*i+3]
	return mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
}

// reaches walks through the boxes that the planes part, until one is inside of all or a triangle reaches in.
func (t *triangleTree) reaches(planes []Plane) bool {
	var c clipping
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		switch sideOf(&n.box, planes) {
		case outside:
			continue
		case inside:
			return true
		}
		if n.count == 0 {
			stack = append(stack, n.first, i+1)
			continue
		}
		for _, k := range t.order[n.first : n.first+n.count] {
			v := t.indices[3*k : 3*k+3]
			if c.leaves(planes, t.vertex(v[0]), t.vertex(v[1]), t.vertex(v[2])) {
				return true
			}
		}
	}
	return false
}

func (t *triangleTree) vertex(i uint32) mgl64.Vec3 {
	p := t.positions[3*i : 3*i+3]
	return mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
}

// clipping cuts convex polygons; each plane adds at most one corner to the three of a triangle.
type clipping [2][3 + 5 + MaxPlanes]mgl64.Vec3

// leaves reports whether something of a triangle, a line or a point is left on the kept sides of all planes (I. Sutherland
// and G. Hodgman, "Reentrant polygon clipping", 1974).
func (c *clipping) leaves(planes []Plane, corners ...mgl64.Vec3) bool {
	from, to := &c[0], &c[1]
	n := copy(from[:], corners)
	for i := range planes {
		p := &planes[i]
		left := 0
		for k := range n {
			a, b := from[k], from[(k+1)%n]
			da, db := p.Distance(a), p.Distance(b)
			if da >= 0 && left < len(to) {
				to[left] = a
				left++
			}
			if (da < 0) != (db < 0) && left < len(to) {
				to[left] = a.Add(b.Sub(a).Mul(da / (da - db)))
				left++
			}
		}
		if left == 0 {
			return false
		}
		from, to, n = to, from, left
	}
	return true
}
