package mesh

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// plyFaces are triangles as the file has them. Slices with values of corners are nil if the file has none.
type plyFaces struct {
	indices []uint32
	uvs     []float32 // per corner of a triangle
	colors  []uint8   // per corner
	texture []uint16  // per triangle, the number of its picture
	lines   []uint32  // of faces with two corners
}

// faceColumns are where an element of faces has what is shown.
type faceColumns struct {
	columns
	vertices, texcoord, texture int
}

// list returns the first property that is a list and has one of these names.
func (e *plyElement) list(names ...string) int {
	return slices.IndexFunc(e.properties, func(p plyProperty) bool { return p.list && slices.Contains(names, p.name) })
}

func (e *plyElement) faceColumns() faceColumns {
	c := faceColumns{columns: e.columns(), vertices: e.list("vertex_indices", "vertex_index", "vertex_indexes"),
		texcoord: e.list("texcoord", "texcoords", "uv"), texture: e.find("texnumber")}
	if c.vertices < 0 {
		c.vertices = slices.IndexFunc(e.properties, func(p plyProperty) bool { return p.list && p.kind.whole() })
	}
	return c
}

func (m *plyModel) readFaces(e *plyElement) error {
	c := e.faceColumns()
	if c.vertices < 0 {
		return fmt.Errorf("element %.40s has no list of vertices; export the file again", e.name)
	}
	m.some = true
	strips := e.name != "face"
	pieces := make([]plyFaces, len(e.chunks))
	var allowance atomic.Int64
	allowance.Store(polygonWork)
	err := m.file.rows(e, func(k int) func(int, *plyRow) error {
		p := &plyPolygons{model: m, columns: c, out: &pieces[k], cut: cutter{positions: m.positions, allowance: &allowance}}
		return func(_ int, r *plyRow) error {
			if strips {
				p.strip(r)
			} else {
				p.face(r)
			}
			m.poor.Add(int64(p.cut.failed))
			p.cut.failed = 0
			return nil
		}
	})
	if err != nil {
		return err
	}
	total := 0
	for i := range pieces {
		total += len(pieces[i].indices)
	}
	m.faces.indices = slices.Grow(m.faces.indices, total)
	for i := range pieces {
		m.faces.join(&pieces[i])
		pieces[i] = plyFaces{}
	}
	m.lines = append(m.lines, m.faces.lines...)
	m.faces.lines = nil
	return nil
}

// join appends other faces; values that only one of both has are filled up.
func (f *plyFaces) join(o *plyFaces) {
	f.fillUp(o)
	o.fillUp(f)
	f.indices, f.lines = append(f.indices, o.indices...), append(f.lines, o.lines...)
	f.uvs, f.colors, f.texture = append(f.uvs, o.uvs...), append(f.colors, o.colors...), append(f.texture, o.texture...)
}

func (f *plyFaces) fillUp(like *plyFaces) {
	n := len(f.indices)
	if like.uvs != nil && f.uvs == nil && n > 0 {
		f.uvs = make([]float32, 2*n)
	}
	if like.colors != nil && f.colors == nil && n > 0 {
		f.colors = slices.Repeat([]uint8{255}, 4*n)
	}
	if like.texture != nil && f.texture == nil && n > 0 {
		f.texture = make([]uint16, n/3)
	}
}

// plyPolygons turns rows into triangles. It belongs to one goroutine.
type plyPolygons struct {
	model   *plyModel
	columns faceColumns
	out     *plyFaces
	cut     cutter
	polygon []int32
}

// vertex turns a number of a list into a vertex.
func (p *plyPolygons) vertex(v float64) (int32, bool) {
	if v >= 0 && v < float64(len(p.model.positions)/3) {
		return int32(v), true
	}
	return 0, false
}

func (p *plyPolygons) face(r *plyRow) {
	p.polygon = p.polygon[:0]
	for _, v := range r.lists[p.columns.vertices] {
		i, ok := p.vertex(v)
		if !ok {
			p.model.lost.Add(1)
			return
		}
		p.polygon = append(p.polygon, i)
	}
	switch {
	case len(p.polygon) < 2:
		return // isolated vertices and empty faces are no loss
	case !p.model.sound(p.polygon):
		p.model.lost.Add(1)
	case len(p.polygon) == 2:
		p.out.lines = append(p.out.lines, uint32(p.polygon[0]), uint32(p.polygon[1]))
	default:
		for _, k := range p.cut.cut(p.polygon) {
			p.out.indices = append(p.out.indices, uint32(p.polygon[k]))
			p.corner(r, int(k))
		}
		if p.columns.texture >= 0 {
			number := uint16(min(max(orZero(r.numbers[p.columns.texture]), 0), math.MaxUint16))
			for 3*len(p.out.texture) < len(p.out.indices) {
				p.out.texture = append(p.out.texture, number)
			}
		}
	}
}

// corner adds the values of a corner of a triangle.
func (p *plyPolygons) corner(r *plyRow, k int) {
	if at := p.columns.texcoord; at >= 0 {
		u, v := 0.0, 1.0
		if uv := r.lists[at]; 2*k+1 < len(uv) {
			u, v = orZero(uv[2*k]), 1-orZero(uv[2*k+1])
		}
		p.out.uvs = append(p.out.uvs, float32(u), float32(v))
	}
	if p.columns.color[0] >= 0 {
		var c [4]uint8
		p.columns.rgba(r, c[:])
		p.out.colors = append(p.out.colors, c[:]...)
	}
}

// strip adds the triangles of strips, of which each second one runs the other way around; a negative number ends one.
func (p *plyPolygons) strip(r *plyRow) {
	p.polygon = p.polygon[:0]
	for _, v := range r.lists[p.columns.vertices] {
		if v < 0 {
			p.polygon = p.polygon[:0]
			continue
		}
		i, ok := p.vertex(v)
		if !ok {
			p.model.lost.Add(1)
			p.polygon = p.polygon[:0]
			continue
		}
		p.polygon = append(p.polygon, i)
		n := len(p.polygon)
		if n < 3 {
			continue
		}
		a, b, c := p.polygon[n-3], p.polygon[n-2], p.polygon[n-1]
		if n%2 == 0 {
			a, b = b, a
		}
		if a != b && b != c && c != a && p.model.sound(p.polygon[n-3:]) {
			p.out.indices = append(p.out.indices, uint32(a), uint32(b), uint32(c))
			for range 3 {
				p.corner(r, math.MaxInt32)
			}
		}
	}
}

func (m *plyModel) readEdges(e *plyElement) error {
	ends := [2]int{e.find("vertex1", "v1"), e.find("vertex2", "v2")}
	run := e.list("vertex_indices", "vertex_index")
	if run < 0 && min(ends[0], ends[1]) < 0 {
		m.file.job.Warn("element %.40s is not shown: it names no vertices", e.name)
		return nil
	}
	m.some = true
	pieces := make([][]uint32, len(e.chunks))
	err := m.file.rows(e, func(k int) func(int, *plyRow) error {
		p := &plyPolygons{model: m}
		return func(_ int, r *plyRow) error {
			list := []float64{0, 0}
			if run >= 0 {
				list = r.lists[run]
			} else {
				list[0], list[1] = r.numbers[ends[0]], r.numbers[ends[1]]
			}
			for i := 0; i+1 < len(list); i++ {
				a, okA := p.vertex(list[i])
				b, okB := p.vertex(list[i+1])
				if !okA || !okB || !m.sound([]int32{a, b}) {
					m.lost.Add(1)
					continue
				}
				pieces[k] = append(pieces[k], uint32(a), uint32(b))
			}
			return nil
		}
	})
	for _, p := range pieces {
		m.lines = append(m.lines, p...)
	}
	return err
}
