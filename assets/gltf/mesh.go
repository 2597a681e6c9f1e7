package gltf

import (
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/scene"
	"github.com/qmuntal/gltf"
)

// mesh reads all primitives of a mesh into one scene mesh, one part per primitive. A mesh without triangles is NoMesh.
func (r *reader) mesh(index int) (scene.MeshID, error) {
	src := r.doc.Meshes[index]
	if src == nil {
		return scene.NoMesh, errors.New("it is null")
	}
	m := &scene.Mesh{Name: src.Name}
	textured := true
	bases := map[vertices]uint32{} // vertices that several primitives share are kept once
	for i, p := range src.Primitives {
		if p == nil {
			return scene.NoMesh, fmt.Errorf("primitive %d is null", i)
		}
		if err := r.job.Err(); err != nil {
			return scene.NoMesh, err
		}
		key := verticesOf(p)
		base, known := bases[key]
		part, err := r.primitive(p, known)
		if err != nil {
			return scene.NoMesh, fmt.Errorf("primitive %d: %w", i, err)
		}
		if part == nil {
			continue
		}
		if !known {
			base = uint32(len(m.Positions) / 3)
			m.Positions = append(m.Positions, part.Positions...)
			m.Normals = append(m.Normals, part.Normals...)
			m.UVs = append(m.UVs, part.UVs...)
			textured = textured && len(part.UVs) > 0
			if key.normal >= 0 {
				bases[key] = base
			}
		}
		m.Parts = append(m.Parts, scene.Part{First: len(m.Indices), Count: len(part.Indices), Material: r.material(p.Material)})
		for _, k := range part.Indices {
			m.Indices = append(m.Indices, base+k)
		}
	}
	if len(m.Indices) == 0 {
		return scene.NoMesh, nil
	}
	if !textured { // UVs must be there for all vertices or none
		m.UVs = nil
	}
	return r.scene.AddMesh(m)
}

// vertices names the accessors of a primitive's vertices; -1 for none.
type vertices struct{ position, normal, uv int }

func verticesOf(p *gltf.Primitive) vertices {
	get := func(name string) int {
		if at, ok := p.Attributes[name]; ok {
			return at
		}
		return -1
	}
	return vertices{get(gltf.POSITION), get(gltf.NORMAL), get(gltf.TEXCOORD_0)}
}

// primitive reads one primitive with positions, normals and indices of its own; nil if it has no surface. Of vertices
// that are known already it gives the indices alone.
func (r *reader) primitive(p *gltf.Primitive, known bool) (*scene.Mesh, error) {
	switch p.Mode {
	case gltf.PrimitiveTriangles, gltf.PrimitiveTriangleStrip, gltf.PrimitiveTriangleFan:
	default:
		r.warn("points and lines are not shown")
		return nil, nil
	}
	at, ok := p.Attributes[gltf.POSITION]
	if !ok {
		r.warn("a surface without positions is not shown")
		return nil, nil
	}
	if known {
		return r.again(p)
	}
	m := &scene.Mesh{}
	var err error
	if m.Positions, err = r.floats(at, 3); err != nil {
		return nil, fmt.Errorf("positions: %w", err)
	}
	n := len(m.Positions) / 3
	if err := r.job.Vertices(n); err != nil {
		return nil, err
	}
	for _, v := range m.Positions {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil, errors.New("a position is not finite")
		}
	}
	order, err := r.order(p, n)
	if err != nil {
		return nil, err
	}
	if m.Indices = triangles(p.Mode, order); len(m.Indices) == 0 {
		return nil, nil
	}
	r.lost(p)
	if at, ok := p.Attributes[gltf.TEXCOORD_0]; ok {
		if m.UVs, err = r.floats(at, 2); err != nil || len(m.UVs) != 2*n {
			m.UVs = nil
			r.warn("texture coordinates that do not fit are ignored")
		}
	}
	if at, ok := p.Attributes[gltf.NORMAL]; ok {
		if m.Normals, err = r.floats(at, 3); err != nil {
			return nil, fmt.Errorf("normals: %w", err)
		}
		if len(m.Normals) != len(m.Positions) {
			return nil, fmt.Errorf("%d normals for %d vertices", len(m.Normals)/3, n)
		}
		unit(m)
		return m, nil
	}
	if err := r.job.Vertices(max(len(m.Indices)-n, 0)); err != nil {
		return nil, err
	}
	return flat(m), nil
}

// again reads the indices of a primitive whose vertices were read and checked for another one.
func (r *reader) again(p *gltf.Primitive) (*scene.Mesh, error) {
	a, err := r.accessor(p.Attributes[gltf.POSITION])
	if err != nil {
		return nil, err
	}
	order, err := r.order(p, a.Count)
	if err != nil {
		return nil, err
	}
	if out := triangles(p.Mode, order); len(out) > 0 {
		return &scene.Mesh{Indices: out}, nil
	}
	return nil, nil
}

// order gives the vertices in drawing order.
func (r *reader) order(p *gltf.Primitive, n int) ([]uint32, error) {
	if p.Indices == nil {
		out := make([]uint32, n)
		for i := range out {
			out[i] = uint32(i)
		}
		return out, nil
	}
	out, err := r.indices(*p.Indices)
	if err != nil {
		return nil, fmt.Errorf("indices: %w", err)
	}
	for _, k := range out {
		if uint64(k) >= uint64(n) {
			return nil, fmt.Errorf("index %d of %d vertices", k, n)
		}
	}
	return out, nil
}

// triangles turns strips and fans into single triangles (specification, section 3.7.2.1), without degenerate ones.
func triangles(mode gltf.PrimitiveMode, v []uint32) []uint32 {
	if mode == gltf.PrimitiveTriangles {
		return v[:len(v)-len(v)%3]
	}
	var out []uint32
	for i := 0; i+2 < len(v); i++ {
		a, b, c := v[i], v[i+1], v[i+2]
		switch {
		case mode == gltf.PrimitiveTriangleFan:
			a, b, c = v[i+1], v[i+2], v[0]
		case i%2 == 1:
			b, c = c, b
		}
		if a != b && b != c && c != a {
			out = append(out, a, b, c)
		}
	}
	return out
}

// lost warns of attributes that are there and not used.
func (r *reader) lost(p *gltf.Primitive) {
	if _, ok := p.Attributes[gltf.COLOR_0]; ok {
		r.warn("vertex colours are not shown")
	}
	if len(p.Targets) > 0 {
		r.warn("morph targets are ignored")
	}
}

// unit makes normals of length 1; one that has no direction gets that of its surface.
func unit(m *scene.Mesh) {
	var smooth []float32
	for i := 0; i+2 < len(m.Normals); i += 3 {
		x, y, z := m.Normals[i], m.Normals[i+1], m.Normals[i+2]
		l := float32(math.Sqrt(float64(x)*float64(x) + float64(y)*float64(y) + float64(z)*float64(z)))
		if !(l > 1e-6 && l < 1e6) {
			if smooth == nil {
				smooth = scene.SmoothNormals(m.Positions, m.Indices)
			}
			copy(m.Normals[i:i+3], smooth[i:i+3])
			continue
		}
		m.Normals[i], m.Normals[i+1], m.Normals[i+2] = x/l, y/l, z/l
	}
}

// flat gives each triangle its own vertices and the normal of its plane.
func flat(m *scene.Mesh) *scene.Mesh {
	out := &scene.Mesh{Positions: make([]float32, 0, 3*len(m.Indices)), Indices: make([]uint32, len(m.Indices))}
	for i, k := range m.Indices {
		out.Positions = append(out.Positions, m.Positions[3*k:3*k+3]...)
		if len(m.UVs) > 0 {
			out.UVs = append(out.UVs, m.UVs[2*k:2*k+2]...)
		}
		out.Indices[i] = uint32(i)
	}
	out.Normals = scene.SmoothNormals(out.Positions, out.Indices)
	return out
}
