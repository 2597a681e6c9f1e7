package mesh

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// facets are the triangles of an STL file.
type facets struct {
	corners triangleBytes
	colors  []uint32 // per triangle r | g<<8 | b<<16 | alpha<<24 in sRGB, or nil
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
	if f.corners.count() == 0 {
		return nil, errors.New("the file holds no triangles; export it again")
	}
	return f.scene(job, data)
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

// scene makes a node of each solid. The bytes of the file are given back when the last one is read.
func (f *facets) scene(job *loading.Job, data []byte) (*scene.Scene, error) {
	s := scene.New()
	material := s.AddMaterial(f.surface)
	names := namer{}
	for i, part := range f.solids {
		to, last := f.corners.count(), i+1 == len(f.solids)
		if !last {
			to = f.solids[i+1].from
		}
		if part.from == to {
			continue
		}
		m, err := f.read(job, part.from, to)
		if err != nil {
			return nil, err
		}
		if last {
			f.corners = triangleBytes{record: 1}
			job.Release(data)
		}
		if m, err = f.smooth(job, m); err != nil {
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

// read makes a mesh of the triangles from … to-1, welded if they have no colours.
func (f *facets) read(job *loading.Job, from, to int) (*scene.Mesh, error) {
	m := &scene.Mesh{}
	corners := f.corners.slice(from, to)
	if f.colors == nil {
		var err error
		m.Positions, m.Indices, err = weld(job, corners)
		return m, err
	}
	n := 3 * (to - from)
	m.Positions, m.Indices, m.Colors = make([]float32, 3*n), make([]uint32, n), make([]uint8, 4*n)
	return m, job.Parallel(chunkCount(n, weldChunk), func(k int) error {
		for c := k * weldChunk; c < min(n, (k+1)*weldChunk); c++ {
			x, y, z := corners.at(uint32(c))
			p := m.Positions[3*c : 3*c+3]
			p[0], p[1], p[2] = math.Float32frombits(x), math.Float32frombits(y), math.Float32frombits(z)
			m.Indices[c] = uint32(c)
			binary.LittleEndian.PutUint32(m.Colors[4*c:], f.colors[from+c/3])
		}
		return nil
	})
}

// smooth gives a mesh normals; one with colours is welded here.
func (f *facets) smooth(job *loading.Job, m *scene.Mesh) (*scene.Mesh, error) {
	if f.colors == nil {
		return creased(job, m, process.DefaultCreaseRad)
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
