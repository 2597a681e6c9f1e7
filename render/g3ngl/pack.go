package g3ngl

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// vertex is one corner of a triangle as the GPU has it: 24 bytes.
type vertex struct {
	position [3]float32
	normal   [2]int16 // octahedral
	material uint32
	slot     uint32 // of the object; unused in instanced batches
}

// lineVertex is one end of an edge: 28 bytes.
type lineVertex struct {
	position      [3]float32
	first, second [2]int16 // normals of the two triangles that meet in the edge
	slot          uint32
	sharp         uint32 // 1: drawn always, 0: only where it is the outline of the object
}

const (
	vertexBytes = 24
	lineBytes   = 28
)

// octNormal maps a unit vector onto the octahedron (M. Meyer et al., "On floating-point normal vectors", 2010).
func octNormal(x, y, z float32) [2]int16 {
	l := abs(x) + abs(y) + abs(z)
	if !(l > 0) {
		return [2]int16{0, 32767}
	}
	x, y = x/l, y/l
	if z < 0 {
		x, y = (1-abs(y))*sign(x), (1-abs(x))*sign(y)
	}
	return [2]int16{int16(math.Round(float64(x) * 32767)), int16(math.Round(float64(y) * 32767))}
}

func abs(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ (1 << 31)) }

func sign(v float32) float32 {
	if v < 0 {
		return -1
	}
	return 1
}

// packMesh appends the vertices and indices of a mesh. A vertex that parts of different materials use is doubled.
func packMesh(m *scene.Mesh, slot uint32, vertices []vertex, indices []uint32) ([]vertex, []uint32) {
	base := uint32(len(vertices))
	at := func(i uint32, material scene.MaterialID) vertex {
		p, n := m.Positions[3*i:3*i+3], m.Normals[3*i:3*i+3]
		return vertex{
			position: [3]float32{p[0], p[1], p[2]}, normal: octNormal(n[0], n[1], n[2]),
			material: uint32(material), slot: slot,
		}
	}
	if len(m.Parts) <= 1 {
		first, count, material := 0, len(m.Indices), scene.MaterialID(0)
		if len(m.Parts) == 1 {
			first, count, material = m.Parts[0].First, m.Parts[0].Count, m.Parts[0].Material
		}
		for i := 0; i < m.Vertices(); i++ {
			vertices = append(vertices, at(uint32(i), material))
		}
		for _, i := range m.Indices[first : first+count] {
			indices = append(indices, base+i)
		}
		return vertices, indices
	}
	placed := make([]uint32, m.Vertices()) // index + 1 of the vertex in the part that partOf says
	partOf := make([]int32, m.Vertices())
	for k, p := range m.Parts {
		for _, i := range m.Indices[p.First : p.First+p.Count] {
			if placed[i] == 0 || partOf[i] != int32(k) {
				vertices = append(vertices, at(i, p.Material))
				placed[i], partOf[i] = uint32(len(vertices)), int32(k)
			}
			indices = append(indices, placed[i]-1)
		}
	}
	return vertices, indices
}
