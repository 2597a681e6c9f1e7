package mesh

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// facets are the triangles of an STL file.
type facets struct {
	corners []float32 // x, y, z of three corners each
	colors  []uint32  // per triangle r | g<<8 | b<<16 | alpha<<24 in sRGB, or nil
	surface scene.Material
	solids  []solid // at least one
	broken  int     // triangles that were left out because a coordinate is no number
}

// solid is a run of triangles with a name of its own.
type solid struct {
	name string
	from int // its first triangle; it goes on to the next solid
}

func readSTL(job *loading.Job, data []byte) (*scene.Scene, error) {
	var f *facets
	var err error
	if binarySTL(data) {
		f, err = readBinarySTL(job, data)
	} else {
		f, err = readTextSTL(job, asUTF8(data))
	}
	if err != nil {
		return nil, err
	}
	if f.broken > 0 {
		job.Warn("%d triangles were left out: a coordinate of theirs is not a number", f.broken)
	}
	if len(f.corners) == 0 {
		return nil, errors.New("the file holds no triangles; export it again")
	}
	return f.scene(job)
}

// binarySTL tells binary STL from text. Many binary files begin with "solid" as well: what counts first is whether the
// size fits the number of triangles at offset 80.
func binarySTL(data []byte) bool {
	if len(data) >= stlHeader && uint64(len(data)) == stlHeader+stlRecord*uint64(stlCount(data)) {
		return true
	}
	head := data[:min(len(data), 4096)]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return false // UTF-16
	}
	if !hasFold(bytes.TrimLeft(head, "\ufeff \t\r\n"), "solid") {
		return len(data) >= stlHeader || bytes.IndexByte(head, 0) >= 0
	}
	return bytes.IndexByte(head, 0) >= 0
}

// scene makes a node of each solid.
func (f *facets) scene(job *loading.Job) (*scene.Scene, error) {
	s := scene.New()
	material := s.AddMaterial(f.surface)
	names := namer{}
	for i, part := range f.solids {
		to := len(f.corners) / 9
		if i+1 < len(f.solids) {
			to = f.solids[i+1].from
		}
		if part.from == to {
			continue
		}
		m, err := f.mesh(job, part.from, to)
		if err != nil {
			return nil, err
		}
		m.Name = nodeName(part.name, "solid")
		m.Parts = []scene.Part{{Count: len(m.Indices), Material: material}}
		id, err := s.AddMesh(m)
		if err != nil {
			return nil, err
		}
		s.AddNode(scene.Root, scene.Node{Name: names.unique(scene.Root, m.Name), Mesh: id})
	}
	return s, job.Err()
}

// mesh welds the triangles from … to-1 and gives them normals.
func (f *facets) mesh(job *loading.Job, from, to int) (*scene.Mesh, error) {
	corners := f.corners[9*from : 9*to]
	m := &scene.Mesh{}
	if f.colors == nil {
		var err error
		if m.Positions, m.Indices, err = weld(job, corners); err != nil {
			return nil, err
		}
		return creased(job, m, process.DefaultCreaseRad)
	}
	m.Positions = corners
	m.Colors = make([]uint8, 0, 4*3*(to-from))
	m.Indices = make([]uint32, 3*(to-from))
	for i := range m.Indices {
		m.Indices[i] = uint32(i)
	}
	for _, c := range f.colors[from:to] {
		r, g, b, a := uint8(c), uint8(c>>8), uint8(c>>16), uint8(c>>24)
		m.Colors = append(m.Colors, r, g, b, a, r, g, b, a, r, g, b, a)
	}
	return unlessStopped(job, func() *scene.Mesh {
		return process.CreaseNormals(process.Weld(m), process.DefaultCreaseRad)
	})
}

// admitTriangles counts triangles against the limits before memory is taken for them.
func admitTriangles(job *loading.Job, n int) error {
	if n > math.MaxInt32/3 {
		return fmt.Errorf("%d triangles are more than can be shown; split the model", n)
	}
	return job.Vertices(3 * n)
}
