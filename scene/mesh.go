package scene

import (
	"fmt"
	"math"
	"sync"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"
)

// MeshID is the index of a mesh in its scene.
type MeshID int32

// NoMesh stands for "none"; it is the zero MeshID.
const NoMesh MeshID = 0

// Part is a run of a mesh's indices that has one material.
type Part struct {
	First, Count int // into Indices; multiples of 3
	Material     MaterialID
}

// Mesh is a set of triangles. It is immutable once it was added to a scene, and its slices may be shared.
type Mesh struct {
	Name      string
	Positions []float32 // x, y, z per vertex, metres
	Normals   []float32 // unit x, y, z per vertex; computed by AddMesh when empty
	UVs       []float32 // u, v per vertex, or empty
	Indices   []uint32  // three per triangle, counter-clockwise seen from outside
	Parts     []Part    // empty means one part with material 0
	Bounds    Bounds    // filled in by AddMesh

	tree *lazyTree
}

type lazyTree struct {
	once sync.Once
	bvh  *triangleTree
}

// Triangles returns the number of triangles.
func (m *Mesh) Triangles() int { return len(m.Indices) / 3 }

// Vertices returns the number of vertices.
func (m *Mesh) Vertices() int { return len(m.Positions) / 3 }

// Check reports what is wrong with the mesh, or nil: lengths, indices out of range, parts out of range, or positions
// that are not finite.
func (m *Mesh) Check() error {
	n := m.Vertices()
	switch {
	case len(m.Positions)%3 != 0:
		return fmt.Errorf("scene: mesh %q: %d position values are not a multiple of 3", m.Name, len(m.Positions))
	case len(m.Normals) != 0 && len(m.Normals) != 3*n:
		return fmt.Errorf("scene: mesh %q: %d normal values for %d vertices", m.Name, len(m.Normals), n)
	case len(m.UVs) != 0 && len(m.UVs) != 2*n:
		return fmt.Errorf("scene: mesh %q: %d uv values for %d vertices", m.Name, len(m.UVs), n)
	case len(m.Indices)%3 != 0:
		return fmt.Errorf("scene: mesh %q: %d indices are not a multiple of 3", m.Name, len(m.Indices))
	}
	for _, i := range m.Indices {
		if int(i) >= n {
			return fmt.Errorf("scene: mesh %q: index %d of %d vertices", m.Name, i, n)
		}
	}
	for _, p := range m.Parts {
		if p.First < 0 || p.Count < 0 || p.First%3 != 0 || p.Count%3 != 0 || p.First+p.Count > len(m.Indices) {
			return fmt.Errorf("scene: mesh %q: part %d+%d of %d indices", m.Name, p.First, p.Count, len(m.Indices))
		}
	}
	for _, v := range m.Positions {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("scene: mesh %q: a position is not finite", m.Name)
		}
	}
	return nil
}

// Prepare builds what picking needs, which takes about a second per million triangles. It may be called from any
// goroutine, also while others use the mesh; without it the first pick does the work.
func (m *Mesh) Prepare() { m.triangles() }

func (m *Mesh) triangles() *triangleTree {
	m.tree.once.Do(func() { m.tree.bvh = newTriangleTree(m.Positions, m.Indices) })
	return m.tree.bvh
}

func (m *Mesh) finish() {
	m.tree = &lazyTree{}
	if len(m.Normals) == 0 {
		m.Normals = SmoothNormals(m.Positions, m.Indices)
	}
	m.Bounds = NoBounds()
	for i := 0; i+2 < len(m.Positions); i += 3 {
		m.Bounds = m.Bounds.Add(mgl64.Vec3{float64(m.Positions[i]), float64(m.Positions[i+1]), float64(m.Positions[i+2])})
	}
}

// SmoothNormals returns one unit normal per vertex: the mean of the adjoining triangles, weighted by area.
func SmoothNormals(positions []float32, indices []uint32) []float32 {
	out := make([]float32, len(positions))
	at := func(i uint32) mgl32.Vec3 { return mgl32.Vec3{positions[3*i], positions[3*i+1], positions[3*i+2]} }
	for t := 0; t+2 < len(indices); t += 3 {
		a, b, c := at(indices[t]), at(indices[t+1]), at(indices[t+2])
		n := b.Sub(a).Cross(c.Sub(a))
		for _, i := range indices[t : t+3] {
			out[3*i] += n[0]
			out[3*i+1] += n[1]
			out[3*i+2] += n[2]
		}
	}
	for i := 0; i+2 < len(out); i += 3 {
		n := mgl32.Vec3{out[i], out[i+1], out[i+2]}
		l := n.Len()
		if l < 1e-30 {
			n, l = mgl32.Vec3{0, 1, 0}, 1
		}
		out[i], out[i+1], out[i+2] = n[0]/l, n[1]/l, n[2]/l
	}
	return out
}
