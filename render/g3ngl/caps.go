package g3ngl

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// levelPlane is the number of the plane that is the level of an object, behind those of the section.
const levelPlane = scene.MaxPlanes

// maxCapTriangles is the size of meshes beyond which cuts of a view in motion are left open: finding them would take longer
// than a frame may.
const maxCapTriangles = 4_000_000

// capVertex is a corner of a cap: 24 bytes, in the space of its mesh.
type capVertex struct {
	position              [3]float32
	material, slot, plane uint32
}

// capLine is a corner of the band that is drawn for a segment of the line around a cap: 32 bytes. All four are equal; the shader
// knows which is which.
type capLine struct {
	from, to    [3]float32
	slot, plane uint32
}

const (
	capVertexBytes = int(unsafe.Sizeof(capVertex{}))
	capLineBytes   = int(unsafe.Sizeof(capLine{}))
)

// capKey names a cut: an object and a plane.
type capKey struct {
	slot  uint32
	plane uint8
}

// cut is where a plane meets an object. It holds until the mesh changes, or how the plane lies in it.
type cut struct {
	mesh  *scene.Mesh
	plane mgl64.Vec4 // in the mesh, of unit length
	hull  bool       // the inside is not filled
	faces []capVertex
	lines []capLine
	used  bool
}

// caps closes what sections cut open and draws the surface of liquids. The polygons are found on the CPU: so each part is
// closed in its own colour, bodies inside of others show, and all of it takes four draw calls.
type caps struct {
	solids   map[*scene.Mesh]*solid
	cuts     map[capKey]*cut
	shown    []*cut // of the last frame, in the order of drawing
	opaque   int    // of shown, drawn with what is opaque; the others are translucent
	corners  [2]int32
	segments int

	faceVAO, lineVAO       uint32
	faceBuffer, lineBuffer uint32
	faces                  []capVertex
	lines                  []capLine
}

func (c *caps) init(q *quads) {
	c.solids, c.cuts = map[*scene.Mesh]*solid{}, map[capKey]*cut{}
	gl.GenVertexArrays(1, &c.faceVAO)
	gl.GenVertexArrays(1, &c.lineVAO)
	gl.GenBuffers(1, &c.faceBuffer)
	gl.GenBuffers(1, &c.lineBuffer)
	gl.BindVertexArray(c.faceVAO)
	gl.BindBuffer(gl.ARRAY_BUFFER, c.faceBuffer)
	attribute(0, 3, gl.FLOAT, false, int32(capVertexBytes), 0)
	integer(2, int32(capVertexBytes), 12)
	integer(3, int32(capVertexBytes), 16)
	integer(1, int32(capVertexBytes), 20)
	gl.BindVertexArray(c.lineVAO)
	gl.BindBuffer(gl.ARRAY_BUFFER, c.lineBuffer)
	attribute(0, 3, gl.FLOAT, false, int32(capLineBytes), 0)
	attribute(1, 3, gl.FLOAT, false, int32(capLineBytes), 12)
	integer(3, int32(capLineBytes), 24)
	integer(2, int32(capLineBytes), 28)
	q.attach()
	gl.BindVertexArray(0)
}

func (c *caps) delete() {
	gl.DeleteVertexArrays(1, &c.faceVAO)
	gl.DeleteVertexArrays(1, &c.lineVAO)
	gl.DeleteBuffers(1, &c.faceBuffer)
	gl.DeleteBuffers(1, &c.lineBuffer)
}

// update finds the caps of a frame and sends them if they changed.
func (c *caps) update(f *render.Frame) {
	if len(f.Planes) == 0 && !hasLevels(f) {
		if len(c.cuts) > 0 {
			clear(c.cuts)
			clear(c.solids)
		}
		c.shown, c.corners, c.segments = nil, [2]int32{}, 0
		return
	}
	for _, k := range c.cuts {
		k.used = false
	}
	shown, changed := c.collect(f)
	for key, k := range c.cuts {
		if !k.used {
			delete(c.cuts, key)
		}
	}
	if changed || !slices.Equal(shown, c.shown) {
		c.shown = shown
		c.send()
	}
}

// collect returns the cuts that a frame shows, those of opaque objects first, of each bodies before what they may hold.
func (c *caps) collect(f *render.Frame) (shown []*cut, changed bool) {
	type entry struct {
		*cut
		translucent bool
		radius      float32
	}
	var found []entry
	frustum := f.Frustum()
	for slot := range f.Objects {
		o := &f.Objects[slot]
		level, hasLevel := levelOf(f, o)
		if o.Flags&(render.FlagHidden|render.FlagGround) != 0 || o.Flags&render.FlagSection == 0 && !hasLevel {
			continue
		}
		e := &f.Extents[slot]
		if !frustum.Sees(e) {
			continue
		}
		add := func(plane mgl32.Vec4, index uint8) {
			if !crosses(plane, e) || !facesEye(f, plane) {
				return
			}
			k, fresh := c.cutOf(f, slot, index, plane)
			changed = changed || fresh
			if k != nil {
				found = append(found, entry{k, o.Flags&render.FlagTranslucent != 0, o.Radius})
			}
		}
		if o.Flags&render.FlagSection != 0 {
			for i, p := range f.Planes {
				add(p, uint8(i))
			}
		}
		if hasLevel {
			add(level.Mul(-1), levelPlane)
		}
	}
	slices.SortStableFunc(found, func(a, b entry) int {
		if a.translucent != b.translucent {
			if a.translucent {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.radius, a.radius)
	})
	opaque := 0
	for _, e := range found {
		shown = append(shown, e.cut)
		if !e.translucent {
			opaque++
		}
	}
	changed = changed || opaque != c.opaque
	c.opaque = opaque
	return shown, changed
}

// crosses reports whether the plane passes through the box.
func crosses(p mgl32.Vec4, e *render.Extent) bool {
	d := p[0]*e.Middle[0] + p[1]*e.Middle[1] + p[2]*e.Middle[2] + p[3]
	r := abs(p[0])*e.Half[0] + abs(p[1])*e.Half[1] + abs(p[2])*e.Half[2]
	return abs(d) <= r
}

// facesEye reports whether the eye is on the side that was cut away: from the other one the cap is covered.
func facesEye(f *render.Frame, p mgl32.Vec4) bool {
	if f.TanHalfY == 0 {
		v := &f.ViewFromOrigin
		return p[0]*v[2]+p[1]*v[6]+p[2]*v[10] < 0
	}
	return p.Dot(f.Eye.Vec4(1)) < 0
}

// cutOf returns the cut of an object, and whether it is new. It is nil where the mesh has nothing to be cut, or where there is no time.
func (c *caps) cutOf(f *render.Frame, slot int, index uint8, plane mgl32.Vec4) (k *cut, fresh bool) {
	m := f.Shape(slot)
	if m == nil || len(m.Indices) == 0 {
		return nil, false
	}
	o := &f.Objects[slot]
	inMesh, ok := planeInMesh(plane, &o.Rows)
	if !ok {
		return nil, false
	}
	hull := index != levelPlane && o.Flags&render.FlagShell != 0
	key := capKey{uint32(slot), index}
	k = c.cuts[key]
	if k != nil && k.mesh == m && k.hull == hull && samePlane(k.plane, inMesh, m.Bounds.Diagonal()) {
		k.used = true
		return k, false
	}
	if f.Draft && m.Triangles() > maxCapTriangles {
		return nil, false
	}
	if k == nil {
		k = &cut{}
		c.cuts[key] = k
	}
	s := c.solids[m]
	if s == nil {
		s = solidOf(m)
		c.solids[m] = s
	}
	k.mesh, k.plane, k.hull, k.used = m, inMesh, hull, true
	k.make(s, uint32(slot), uint32(index))
	return k, true
}

// planeInMesh turns a plane of the frame's space into one of the mesh, with a unit normal.
func planeInMesh(p mgl32.Vec4, rows *[12]float32) (mgl64.Vec4, bool) {
	var out mgl64.Vec4
	for row := range 3 {
		for col := range 4 {
			out[col] += float64(p[row]) * float64(rows[4*row+col])
		}
	}
	out[3] += float64(p[3])
	l := out.Vec3().Len()
	if !(l > 1e-12) || math.IsInf(l, 0) || math.IsNaN(out[3]) {
		return out, false
	}
	return out.Mul(1 / l), true
}

// samePlane reports whether two planes differ by no more than float32 rounds.
func samePlane(a, b mgl64.Vec4, size float64) bool {
	return a.Vec3().Sub(b.Vec3()).Len() < 2e-6 && abs64(a[3]-b[3]) < 2e-6*(size+abs64(a[3]))
}

// make cuts the mesh. Faces of the cap face what was cut away.
func (k *cut) make(s *solid, slot, index uint32) {
	k.faces, k.lines = k.faces[:0], k.lines[:0]
	segments := slice(k.mesh, s, k.plane)
	for _, s := range segments {
		k.lines = append(k.lines, capLine{vec3(s.a), vec3(s.b), slot, index})
	}
	if k.hull || !s.closed && index != levelPlane {
		return
	}
	normal := k.plane.Vec3()
	u, v := planeBasis(normal)
	at := func(x, y float64, material uint32) capVertex {
		p := u.Mul(x).Add(v.Mul(y)).Sub(normal.Mul(k.plane[3]))
		return capVertex{vec3(p), material, slot, index}
	}
	for _, t := range trapezoids(loops(segments, k.mesh.Bounds.Diagonal()), u, v) {
		a, b := at(t.left0, t.y0, t.material), at(t.right0, t.y0, t.material)
		d, e := at(t.left1, t.y1, t.material), at(t.right1, t.y1, t.material)
		if t.right0 > t.left0 {
			k.faces = append(k.faces, a, b, e)
		}
		if t.right1 > t.left1 {
			k.faces = append(k.faces, a, e, d)
		}
	}
}

func vec3(v mgl64.Vec3) [3]float32 { return [3]float32{float32(v[0]), float32(v[1]), float32(v[2])} }

// send uploads all that is shown.
func (c *caps) send() {
	c.faces, c.lines = c.faces[:0], c.lines[:0]
	c.corners = [2]int32{}
	for i, k := range c.shown {
		c.faces = append(c.faces, k.faces...)
		for _, l := range k.lines {
			c.lines = append(c.lines, l, l, l, l)
		}
		if i < c.opaque {
			c.corners[0] += int32(len(k.faces))
		} else {
			c.corners[1] += int32(len(k.faces))
		}
	}
	c.segments = len(c.lines) / 4
	gl.BindBuffer(gl.ARRAY_BUFFER, c.faceBuffer)
	gl.BufferData(gl.ARRAY_BUFFER, len(c.faces)*capVertexBytes, unsafe.Pointer(unsafe.SliceData(c.faces)), gl.STREAM_DRAW)
	gl.BindBuffer(gl.ARRAY_BUFFER, c.lineBuffer)
	gl.BufferData(gl.ARRAY_BUFFER, len(c.lines)*capLineBytes, unsafe.Pointer(unsafe.SliceData(c.lines)), gl.STREAM_DRAW)
}

// paint draws the caps of opaque objects: their colours one over the other, as they all lie in the same planes, then their depth.
func (c *caps) paint(p *painter, gs *gls.GLS) {
	gs.BindVertexArray(c.faceVAO)
	p.state(gs, true, false, false)
	gl.DrawArrays(gl.TRIANGLES, 0, c.corners[0])
	p.state(gs, true, true, false)
	gl.ColorMask(false, false, false, false)
	gl.DrawArrays(gl.TRIANGLES, 0, c.corners[0])
	p.count(2, 0, int(c.corners[0])/3)
}

// paintTranslucent draws the caps of translucent objects, in the state that is set.
func (c *caps) paintTranslucent(p *painter, gs *gls.GLS) {
	gs.BindVertexArray(c.faceVAO)
	gl.DrawArrays(gl.TRIANGLES, c.corners[0], c.corners[1])
	p.count(1, 0, int(c.corners[1])/3)
}

// paintLines draws the lines around all caps.
func (c *caps) paintLines(p *painter, gs *gls.GLS) {
	p.state(gs, true, false, true)
	gs.BindVertexArray(c.lineVAO)
	p.quads.draw(c.segments)
	p.count(1, 0, 0)
}
