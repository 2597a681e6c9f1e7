package gltf

import (
	"fmt"

	"github.com/orrery-twin/orrery/assets/draco"
)

// dracoMesh is the unpacked data of a primitive (KHR_draco_mesh_compression).
type dracoMesh struct {
	r    *reader
	p    *primitive
	mesh *draco.Mesh
}

func (r *reader) openDraco(p *primitive) (*dracoMesh, error) {
	src := p.Extensions.Draco
	data, err := r.view(src.BufferView)
	if err != nil {
		return nil, err
	}
	m, err := draco.Decode(r.job.Context(), data, draco.Limits{Points: r.limits.Vertices, Faces: 2 * r.limits.Vertices})
	if err != nil {
		return nil, err
	}
	return &dracoMesh{r: r, p: p, mesh: m}, nil
}

// attribute finds what is packed under a name; nil if it is not.
func (d *dracoMesh) attribute(name string) *draco.Attribute {
	id, ok := d.p.Extensions.Draco.Attributes[name]
	if !ok || id < 0 || int64(id) > int64(^uint32(0)) {
		return nil
	}
	return d.mesh.Find(uint32(id))
}

// floats reads a packed attribute; whether whole numbers stand for shares is what the accessor says.
func (d *dracoMesh) floats(name string, width int) (values []float32, ok bool, err error) {
	a := d.attribute(name)
	if a == nil {
		return nil, false, nil
	}
	one := *a
	if at := d.p.Attributes[name]; at >= 0 && at < len(d.r.doc.Accessors) {
		one.Normalized = d.r.doc.Accessors[at].Normalized
	}
	values, err = one.Floats(width)
	if err == nil && len(values) != d.mesh.Points*width {
		err = fmt.Errorf("%d values for %d vertices", len(values)/width, d.mesh.Points)
	}
	return values, true, err
}

// ranks reads packed whole numbers.
func (d *dracoMesh) ranks(name string, width int) (values []uint32, ok bool, err error) {
	a := d.attribute(name)
	if a == nil {
		return nil, false, nil
	}
	values, err = a.Whole(width)
	if err == nil && len(values) != d.mesh.Points*width {
		err = fmt.Errorf("%d values for %d vertices", len(values)/width, d.mesh.Points)
	}
	return values, true, err
}
