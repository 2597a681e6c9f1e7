package g3ngl

import (
	"math"
	"unsafe"

	"github.com/orrery-twin/orrery/scene"
)

// vertex is a vertex as the GPU has it, apart from the optional streams: 24 bytes.
type vertex struct {
	position [3]float32
	normal   [2]int16 // octahedral; of lines and points the colour: r, g, b, alpha in 8 bits
	material uint32
	slot     uint32 // of the object; unused in instanced batches
}

// edgeEnd is one end of an edge: 28 bytes.
type edgeEnd struct {
	position      [3]float32
	first, second [2]int16 // normals of the two triangles that meet in the edge
	slot          uint32
	sharp         uint32 // 1: drawn always, 0: only where it is the outline of the object
}

const (
	vertexBytes = 24
	edgeBytes   = 28
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

// packVertices writes vertices of a mesh, by new numbers from first on, as many as there is room for.
func packVertices(m *scene.Mesh, n *numbering, p primitive, slot uint32, first int, out []vertex) {
	for i := range out {
		v, material := n.vertex(first + i)
		o := &out[i]
		o.position = [3]float32(m.Positions[3*v : 3*v+3])
		o.material, o.slot = uint32(material), slot
		switch {
		case p == triangles:
			normal := m.Normals[3*v : 3*v+3]
			o.normal = octNormal(normal[0], normal[1], normal[2])
		case len(m.Colors) > 0:
			c := m.Colors[4*v : 4*v+4]
			o.normal = [2]int16{int16(uint16(c[0]) | uint16(c[1])<<8), int16(uint16(c[2]) | uint16(c[3])<<8)}
		default:
			o.normal = [2]int16{-1, -1} // white
		}
	}
}

// packIndices writes the new numbers of corners, counted from base.
func packIndices[T uint16 | uint32](n *numbering, s stretch, base uint32, out []T) {
	if n.placed == nil {
		for i, v := range s.indices {
			out[i] = T(base + v)
		}
		return
	}
	for i, v := range s.indices {
		out[i] = T(base + n.corner(v, s.material))
	}
}

// as views bytes as values of the size of T. The bytes begin at an address that is aligned for it.
func as[T any](b []byte) []T {
	var t T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(t)))
}
