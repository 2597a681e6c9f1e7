package g3ngl

import (
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
)

// quads are the indices of many quads of four corners each, which share them: 0, 1, 2 and 2, 1, 3 of each. Drivers that draw
// on the CPU take tens of microseconds for an instance, so what there are thousands of is not instanced.
type quads struct {
	buffer uint32
	count  int
}

func (q *quads) init() { gl.GenBuffers(1, &q.buffer) }

func (q *quads) delete() { gl.DeleteBuffers(1, &q.buffer) }

// attach lets the bound vertex array use the indices.
func (q *quads) attach() { gl.BindBuffer(gl.ELEMENT_ARRAY_BUFFER, q.buffer) }

// draw draws the first quads of the bound vertex array.
func (q *quads) draw(n int) {
	q.need(n)
	gl.DrawElements(gl.TRIANGLES, int32(6*n), gl.UNSIGNED_INT, nil)
}

func (q *quads) need(n int) {
	if n <= q.count {
		return
	}
	q.count = max(n, 2*q.count, 256)
	indices := repeated([]uint32{0, 1, 2, 2, 1, 3}, 4, q.count)
	gl.BindBuffer(gl.COPY_WRITE_BUFFER, q.buffer)
	gl.BufferData(gl.COPY_WRITE_BUFFER, 4*len(indices), unsafe.Pointer(&indices[0]), gl.STATIC_DRAW)
}

// repeated returns the indices of n copies of a shape with so many corners.
func repeated(shape []uint32, corners, n int) []uint32 {
	out := make([]uint32, 0, n*len(shape))
	for k := range n {
		for _, i := range shape {
			out = append(out, uint32(k*corners)+i)
		}
	}
	return out
}
