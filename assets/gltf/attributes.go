package gltf

import (
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// vertices reads the attributes of a primitive's vertices.
type vertices struct {
	r     *reader
	p     *primitive
	flat  bool
	draco *dracoMesh // what is compressed, or nil
	n     int        // vertices that the file has
	lost  bool       // some normals have no direction
	order []uint32   // those that are read, in this order; nil for all
}

// open finds out how many vertices there are.
func (v *vertices) open() error {
	if v.p.Extensions.Draco != nil {
		d, err := v.r.openDraco(v.p)
		if err == nil {
			v.draco, v.n = d, d.mesh.Points
			return nil
		}
		if v.r.job.Err() != nil || !v.r.hasData(v.p.Attributes["POSITION"]) {
			return err
		}
		v.r.job.Warn("a compressed mesh is broken; what the file has beside it is shown: %v", err)
	}
	e, err := v.r.elements(v.p.Attributes["POSITION"])
	if err != nil {
		return fmt.Errorf("positions: %w", err)
	}
	v.n = e.count
	return nil
}

// hasData reports whether an accessor has data of its own.
func (r *reader) hasData(accessor int) bool {
	return accessor >= 0 && accessor < len(r.doc.Accessors) && r.doc.Accessors[accessor].BufferView != nil
}

// list gives a primitive as single points, lines or triangles.
func (v *vertices) list(p *primitive) ([]uint32, error) {
	if v.draco != nil {
		indices := v.draco.mesh.Indices
		if err := v.r.takeIndices(len(indices)); err != nil {
			return nil, err
		}
		return drawOrder(modeTriangles, indices, true, v.n) // strips are not packed as such
	}
	if p.Indices == nil {
		if err := v.r.takeIndices(3 * v.n); err != nil {
			return nil, err
		}
		return drawOrder(p.mode(), nil, false, v.n)
	}
	if err := v.r.takeIndices(int(v.r.countOf(*p.Indices))); err != nil {
		return nil, err
	}
	indices, err := v.r.indices(*p.Indices)
	if err != nil {
		return nil, fmt.Errorf("indices: %w", err)
	}
	return drawOrder(p.mode(), indices, true, v.n)
}

// read fills in the vertices of a mesh.
func (v *vertices) read(m *scene.Mesh, feature *featureSet) error {
	var err error
	if m.Positions, err = v.floats("POSITION", 3); err != nil {
		return fmt.Errorf("positions: %w", err)
	}
	if !finite(m.Positions) {
		return errors.New("a position is not finite; export it again")
	}
	if !v.flat {
		if m.Normals = v.optional("NORMAL", 3); m.Normals != nil {
			v.lost = unit(m.Normals, 3)
			m.Tangents = v.optional("TANGENT", 4)
			if unit(m.Tangents, 4) {
				m.Tangents = nil // whoever needs them makes all of them anew
			}
		}
	}
	m.UVs = v.optional("TEXCOORD_0", 2)
	m.UVs2 = v.optional("TEXCOORD_1", 2)
	m.Colors = v.colors()
	m.Features = v.features(feature)
	v.skinning(m)
	if err := v.morphs(m); err != nil {
		return err
	}
	for _, name := range []string{"TEXCOORD_2", "COLOR_1"} {
		if _, ok := v.p.Attributes[name]; ok {
			v.r.job.Warn("further vertex colours or uv sets (%s) are left out", name)
		}
	}
	return v.r.job.Err()
}

// floats reads an attribute; nil when it is not there.
func (v *vertices) floats(name string, width int) ([]float32, error) {
	if v.draco != nil {
		if values, ok, err := v.draco.floats(name, width); ok || err != nil {
			return pickOrAll(values, width, v.order), err
		}
	}
	at, ok := v.p.Attributes[name]
	if !ok {
		return nil, nil
	}
	return v.accessor(at, width)
}

func (v *vertices) accessor(at, width int) ([]float32, error) {
	if n := v.r.countOf(at); n != int64(v.n) {
		return nil, fmt.Errorf("%d values for %d vertices", n, v.n)
	}
	return v.r.floats(at, width, v.order)
}

// optional reads an attribute that a mesh can do without.
func (v *vertices) optional(name string, width int) []float32 {
	values, err := v.floats(name, width)
	if err == nil && !finite(values) {
		err = errors.New("a value is not finite")
	}
	if err != nil {
		v.r.job.Warn("%s is ignored: %v", name, err)
		return nil
	}
	return values
}

func pickOrAll[T any](rows []T, width int, order []uint32) []T {
	if order == nil {
		return rows
	}
	return pickRows(rows, width, order)
}

// colors reads COLOR_0, which is linear in the file, with or without alpha.
func (v *vertices) colors() []uint8 {
	width := 4
	if at, ok := v.p.Attributes["COLOR_0"]; !ok {
		return nil
	} else if at >= 0 && at < len(v.r.doc.Accessors) && v.r.doc.Accessors[at].Type == "VEC3" {
		width = 3
	}
	linear := v.optional("COLOR_0", width)
	if linear == nil {
		return nil
	}
	out := make([]uint8, 0, len(linear)/width*4)
	for i := 0; i < len(linear); i += width {
		alpha := float32(1)
		if width == 4 {
			alpha = linear[i+3]
		}
		out = append(out, toSRGB(linear[i]), toSRGB(linear[i+1]), toSRGB(linear[i+2]), uint8(min(max(alpha, 0), 1)*255+0.5))
	}
	return out
}

// morphs reads the targets that the mesh can be blended towards.
func (v *vertices) morphs(m *scene.Mesh) error {
	plain := *v
	plain.draco = nil // targets are never compressed
	for _, t := range v.p.Targets {
		var out scene.Morph
		for name, to := range map[string]*[]float32{"POSITION": &out.Positions, "NORMAL": &out.Normals, "TANGENT": &out.Tangents} {
			at, ok := t[name]
			if !ok || v.flat && name != "POSITION" {
				continue
			}
			values, err := plain.accessor(at, 3)
			if err != nil || !finite(values) {
				return fmt.Errorf("morph target: %s of %d vertices cannot be read: %v; export it again", name, v.n, err)
			}
			*to = values
		}
		m.Morphs = append(m.Morphs, out)
	}
	return nil
}

// unit makes the first three of each width numbers a vector of length 1, and those without a direction zero; it reports
// whether there are such.
func unit(v []float32, width int) (lost bool) {
	for i := 0; i+2 < len(v); i += width {
		x, y, z := v[i], v[i+1], v[i+2]
		l := float32(math.Sqrt(float64(x)*float64(x) + float64(y)*float64(y) + float64(z)*float64(z)))
		if !(l > 1e-20 && l < 1e20) {
			v[i], v[i+1], v[i+2] = 0, 0, 0
			lost = true
			continue
		}
		v[i], v[i+1], v[i+2] = x/l, y/l, z/l
	}
	return lost
}
