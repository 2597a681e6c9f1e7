package g3ngl

import (
	"encoding/binary"
	"math"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/scene"
)

// streams are the optional parts of vertices. Batches that need none have none; what a batch lacks reads as a constant.
type streams uint8

const (
	streamColours  streams = 1 << iota // 4 bytes: r, g, b in sRGB, alpha
	streamUVs                          // 8 bytes
	streamUVs2                         // 8 bytes
	streamTangents                     // 4 bytes: octahedral direction, the sign in the lowest bit of the first half
)

// Places of the vertex attributes in the shaders.
const (
	attributePosition = iota
	attributeNormal
	attributeMaterial
	attributeSlot
	attributeColour
	attributeUVs
	attributeUVs2
	attributeTangent
)

// stride is the bytes per vertex.
func (s streams) stride() int {
	n := 0
	for i, size := range [4]int{4, 8, 8, 4} {
		if s&(1<<i) != 0 {
			n += size
		}
	}
	return n
}

// pack appends the streams of one vertex of a mesh that has them.
func (s streams) pack(m *scene.Mesh, v uint32, out []byte) []byte {
	if s&streamColours != 0 {
		out = append(out, m.Colors[4*v:4*v+4]...)
	}
	if s&streamUVs != 0 {
		out = appendFloats(out, m.UVs[2*v:2*v+2])
	}
	if s&streamUVs2 != 0 {
		out = appendFloats(out, m.UVs2[2*v:2*v+2])
	}
	if s&streamTangents != 0 {
		t := m.Tangents[4*v : 4*v+4]
		e := octNormal(t[0], t[1], t[2])
		e[0] &^= 1
		if t[3] < 0 {
			e[0] |= 1
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(e[0]))
		out = binary.LittleEndian.AppendUint16(out, uint16(e[1]))
	}
	return out
}

// appendFloats appends numbers that are finite: others would spread over the picture.
func appendFloats(out []byte, v []float32) []byte {
	for _, f := range v {
		if d := float64(f); math.IsNaN(d) || math.IsInf(d, 0) {
			f = 0
		}
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
	}
	return out
}

// attributes points the bound vertex array at the bound buffer.
func (s streams) attributes() {
	stride, at := int32(s.stride()), uintptr(0)
	if s&streamColours != 0 {
		attribute(attributeColour, 4, gl.UNSIGNED_BYTE, true, stride, at)
		at += 4
	}
	if s&streamUVs != 0 {
		attribute(attributeUVs, 2, gl.FLOAT, false, stride, at)
		at += 8
	}
	if s&streamUVs2 != 0 {
		attribute(attributeUVs2, 2, gl.FLOAT, false, stride, at)
		at += 8
	}
	if s&streamTangents != 0 {
		gl.EnableVertexAttribArray(attributeTangent)
		gl.VertexAttribIPointerWithOffset(attributeTangent, 2, gl.SHORT, stride, at)
	}
}

// constants sets what vertices have that lack a stream.
func constants() {
	gl.VertexAttrib4f(attributeColour, 1, 1, 1, 1)
	gl.VertexAttrib2f(attributeUVs, 0, 0)
	gl.VertexAttrib2f(attributeUVs2, 0, 0)
	gl.VertexAttribI4i(attributeTangent, 0, 0, 0, 0)
}
