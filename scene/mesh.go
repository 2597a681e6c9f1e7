package scene

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/go-gl/mathgl/mgl32"
)

// MeshID is the index of a mesh in its scene.
type MeshID int32

// NoMesh stands for "none"; it is the zero MeshID.
const NoMesh MeshID = 0

// Part is a run of a mesh's indices that has one material.
type Part struct {
	First, Count int // into Indices, Lines or Points; multiples of 3, 2 or 1
	Material     MaterialID
}

// Mesh is a set of triangles, lines and points over shared vertices. It is immutable once it was added to a scene, and
// its slices may be shared. Each slice of vertex data is empty or has an entry for every vertex.
type Mesh struct {
	Name      string
	Positions []float32 // x, y, z per vertex, metres
	Normals   []float32 // unit x, y, z per vertex; computed by AddMesh when empty
	Tangents  []float32 // unit x, y, z and the sign of the bitangent per vertex, as glTF
	UVs       []float32 // u, v per vertex; v downwards, as glTF
	UVs2      []float32 // a second set of them
	Colors    []uint8   // r, g, b in sRGB and alpha per vertex; they multiply the material's base colour
	Features  []uint32  // per vertex the row of Table, or the number of the CAD face; NoFeature for none
	Joints    []uint16  // four per vertex, into the joints of a Skin
	Weights   []float32 // four per vertex, their sum 1
	Morphs    []Morph   // targets that Node.Weights blend in

	Indices    []uint32 // three per triangle, counter-clockwise seen from outside
	Parts      []Part   // of Indices; empty means one part with material 0
	Lines      []uint32 // two per line
	LineParts  []Part   // of Lines; empty means one part with material 0
	Points     []uint32 // one per point
	PointParts []Part   // of Points; empty means one part with material 0
	Edges      []uint32 // two per sharp edge that the file itself marks; nil lets a viewer find edges by their angle

	LODs   []LOD          // coarser versions of Indices, each with fewer triangles than the one before
	Table  *PropertyTable // what Features mean, or nil
	Bounds Bounds         // filled in by AddMesh

	tree   *lazyTree
	origin *triangleTree // of the mesh that this one was forked from, until it is added
}

// NoFeature is the feature of a vertex that has none.
const NoFeature = ^uint32(0)

// Morph is a shape that a mesh can be blended towards. Slices are empty or have an entry for every vertex.
type Morph struct {
	Name      string
	Positions []float32 // differences x, y, z per vertex, metres
	Normals   []float32 // differences
	Tangents  []float32 // differences x, y, z
}

// LOD is a coarser version of a mesh's triangles over the same vertices.
type LOD struct {
	Indices []uint32
	Parts   []Part  // as many as the mesh has, of the same materials
	ErrorM  float32 // how far it strays from the full mesh, metres
}

// Skin says how the joints of a skeleton move the vertices of a mesh.
type Skin struct {
	Name        string
	Joints      []NodeID
	InverseBind []mgl32.Mat4 // jointFromMesh in the bind pose, one per joint
}

// SkinID is the index of a skin in its scene; NoSkin, the zero value, stands for "none".
type SkinID int32

// NoSkin stands for "none".
const NoSkin SkinID = 0

// lazyTree is the tree of a mesh, built when it is first needed. Its address tells meshes apart that share their data.
type lazyTree struct {
	once    sync.Once
	bvh     atomic.Pointer[triangleTree]
	marking sync.Once
	marks   edgeMarks
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
	case len(m.Tangents) != 0 && len(m.Tangents) != 4*n:
		return fmt.Errorf("scene: mesh %q: %d tangent values for %d vertices", m.Name, len(m.Tangents), n)
	case len(m.UVs2) != 0 && len(m.UVs2) != 2*n:
		return fmt.Errorf("scene: mesh %q: %d values of the second uv set for %d vertices", m.Name, len(m.UVs2), n)
	case len(m.Colors) != 0 && len(m.Colors) != 4*n:
		return fmt.Errorf("scene: mesh %q: %d colour values for %d vertices", m.Name, len(m.Colors), n)
	case len(m.Features) != 0 && len(m.Features) != n:
		return fmt.Errorf("scene: mesh %q: %d features for %d vertices", m.Name, len(m.Features), n)
	case len(m.Joints) != len(m.Weights) || len(m.Joints) != 0 && len(m.Joints) != 4*n:
		return fmt.Errorf("scene: mesh %q: %d joints and %d weights for %d vertices", m.Name, len(m.Joints), len(m.Weights), n)
	}
	for i, t := range m.Morphs {
		for _, v := range [][]float32{t.Positions, t.Normals, t.Tangents} {
			if len(v) != 0 && len(v) != 3*n {
				return fmt.Errorf("scene: mesh %q: morph %d has %d values for %d vertices", m.Name, i, len(v), n)
			}
		}
	}
	if err := errors.Join(m.checkRun("triangle", m.Indices, m.Parts, 3), m.checkRun("line", m.Lines, m.LineParts, 2),
		m.checkRun("point", m.Points, m.PointParts, 1), m.checkRun("edge", m.Edges, nil, 2)); err != nil {
		return err
	}
	for _, l := range m.LODs {
		if err := m.checkRun("LOD", l.Indices, l.Parts, 3); err != nil {
			return err
		}
	}
	for _, v := range m.Positions {
		if v-v != 0 { // NaN or infinite
			return fmt.Errorf("scene: mesh %q: a position is not finite", m.Name)
		}
	}
	return nil
}

// checkRun checks indices in groups of size and their parts.
func (m *Mesh) checkRun(what string, indices []uint32, parts []Part, size int) error {
	if len(indices)%size != 0 {
		return fmt.Errorf("scene: mesh %q: %d %s indices are not a multiple of %d", m.Name, len(indices), what, size)
	}
	n := uint64(m.Vertices())
	for _, i := range indices {
		if uint64(i) >= n {
			return fmt.Errorf("scene: mesh %q: %s index %d of %d vertices", m.Name, what, i, n)
		}
	}
	for _, p := range parts {
		if p.First < 0 || p.Count < 0 || p.First%size != 0 || p.Count%size != 0 || p.First > len(indices)-p.Count {
			return fmt.Errorf("scene: mesh %q: part %d+%d of %d %s indices", m.Name, p.First, p.Count, len(indices), what)
		}
	}
	return nil
}

// Prepare builds what picking needs, which takes about 0.4 s per million triangles on one core. It may be called from any
// goroutine, also while others use the mesh; without it the first pick does the work.
func (m *Mesh) Prepare() {
	m.triangles()
	m.marks()
}

func (m *Mesh) triangles() *triangleTree {
	m.tree.once.Do(func() {
		if m.tree.bvh.Load() == nil {
			m.tree.bvh.Store(newTriangleTree(m.Positions, m.Indices))
		}
	})
	return m.tree.bvh.Load()
}

func (m *Mesh) finish() {
	m.tree = &lazyTree{}
	if t := m.origin; t != nil && sameSlice(t.positions, m.Positions) && sameSlice(t.indices, m.Indices) {
		m.tree.bvh.Store(t)
	}
	m.origin = nil
	if len(m.Normals) == 0 {
		m.Normals = SmoothNormals(m.Positions, m.Indices)
	}
	m.Bounds = boundsOf(m.Positions)
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
		if !(l > 1e-30 && l < 1e38) { // no area, or numbers so large that they overflow
			n, l = mgl32.Vec3{0, 1, 0}, 1
		}
		out[i], out[i+1], out[i+2] = n[0]/l, n[1]/l, n[2]/l
	}
	return out
}
