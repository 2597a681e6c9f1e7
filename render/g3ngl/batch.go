package g3ngl

import (
	"slices"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/scene"
)

// span is a run of elements of a buffer.
type span struct{ first, count int32 }

// item is one object in a batch, or the part of it that is of the batch's kind.
type item struct {
	slot   uint32
	base   int32 // vertex that its indices count from
	dead   bool  // replaced by another item of the same object
	mesh   *scene.Mesh
	full   span   // indices in full detail; the same for all items of an instanced batch
	coarse []span // of the levels of detail after that
	rough  span   // of a shape with few triangles, for what there is no time for
	edges  span   // vertices of the edge lines
	sharp  int32  // how many of them are always drawn; they come first
	closed bool   // the mesh has no holes: its back shows only from inside
}

// roughest is the level of detail of shapes that stand in for what there is no time for.
const roughest = maxLevels + 1

// level returns the indices of a level of detail.
func (it *item) level(n int) span {
	switch n {
	case 0:
		return it.full
	case roughest:
		return it.rough
	}
	return it.coarse[n-1]
}

// batchBuffer names a buffer of a batch.
type batchBuffer uint8

const (
	bufferVertices batchBuffer = iota
	bufferExtras               // the optional streams
	bufferIndices
	bufferEdges
	bufferCount
)

// batch is many objects in one set of buffers: merged vertices that carry their slot, or one instanced mesh. The loader
// makes it and knows what is where; all else is the render thread's.
type batch struct {
	kind
	instanced bool
	wide      bool // indices have 32 bits, else 16

	listed    bool // by the painter
	items     []item
	buffers   [bufferCount]uint32
	sizes     [bufferCount]int
	vao       uint32
	edgeVAO   uint32
	instances uint32 // buffer of the slots to draw, of all lists of the frame
	sent      []uint32
	scratch   []uint32
	lists     []drawList

	surface, silhouette shading // that the frame draws it with
}

// indexBytes is the size of an index.
func (b *batch) indexBytes() int {
	if b.wide {
		return 4
	}
	return 2
}

// indexType is its name in GL.
func (b *batch) indexType() uint32 {
	if b.wide {
		return gl.UNSIGNED_INT
	}
	return gl.UNSIGNED_SHORT
}

// reserve makes a buffer at least this big and keeps its content.
func (b *batch) reserve(which batchBuffer, bytes int) {
	old, had := b.buffers[which], b.sizes[which]
	if had >= bytes {
		return
	}
	gl.GenBuffers(1, &b.buffers[which])
	gl.BindBuffer(gl.COPY_WRITE_BUFFER, b.buffers[which])
	gl.BufferData(gl.COPY_WRITE_BUFFER, bytes, nil, gl.STATIC_DRAW)
	if old != 0 {
		gl.BindBuffer(gl.COPY_READ_BUFFER, old)
		gl.CopyBufferSubData(gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER, 0, 0, had)
		gl.DeleteBuffers(1, &old)
	}
	b.sizes[which] = bytes
	if which == bufferEdges {
		b.attachEdges()
	} else {
		b.attachFaces()
	}
}

func (b *batch) fill(which batchBuffer, at int, data []byte) {
	if len(data) == 0 || at+len(data) > b.sizes[which] {
		return
	}
	gl.BindBuffer(gl.COPY_WRITE_BUFFER, b.buffers[which])
	gl.BufferSubData(gl.COPY_WRITE_BUFFER, at, len(data), unsafe.Pointer(unsafe.SliceData(data)))
}

// attachFaces points the vertex array at the buffers that there are.
func (b *batch) attachFaces() {
	if b.vao == 0 {
		gl.GenVertexArrays(1, &b.vao)
	}
	if b.instanced && b.instances == 0 {
		gl.GenBuffers(1, &b.instances)
	}
	gl.BindVertexArray(b.vao)
	gl.BindBuffer(gl.ELEMENT_ARRAY_BUFFER, b.buffers[bufferIndices])
	if v := b.buffers[bufferVertices]; v != 0 {
		gl.BindBuffer(gl.ARRAY_BUFFER, v)
		attribute(attributePosition, 3, gl.FLOAT, false, vertexBytes, 0)
		if b.primitive == triangles {
			attribute(attributeNormal, 2, gl.SHORT, true, vertexBytes, 12)
		} else {
			attribute(attributeColour, 4, gl.UNSIGNED_BYTE, true, vertexBytes, 12)
		}
		integer(attributeMaterial, vertexBytes, 16)
		if !b.instanced {
			integer(attributeSlot, vertexBytes, 20)
		}
	}
	if e := b.buffers[bufferExtras]; e != 0 {
		gl.BindBuffer(gl.ARRAY_BUFFER, e)
		b.streams.attributes()
	}
	gl.BindVertexArray(0)
}

func (b *batch) attachEdges() {
	if b.edgeVAO == 0 {
		gl.GenVertexArrays(1, &b.edgeVAO)
	}
	gl.BindVertexArray(b.edgeVAO)
	gl.BindBuffer(gl.ARRAY_BUFFER, b.buffers[bufferEdges])
	attribute(0, 3, gl.FLOAT, false, edgeBytes, 0)
	attribute(1, 2, gl.SHORT, true, edgeBytes, 12)
	attribute(2, 2, gl.SHORT, true, edgeBytes, 16)
	if !b.instanced {
		integer(3, edgeBytes, 20)
	}
	integer(4, edgeBytes, 24)
	gl.BindVertexArray(0)
}

func attribute(index uint32, size int32, kind uint32, normalized bool, stride int32, offset uintptr) {
	gl.EnableVertexAttribArray(index)
	gl.VertexAttribPointerWithOffset(index, size, kind, normalized, stride, offset)
}

func integer(index uint32, stride int32, offset uintptr) {
	gl.EnableVertexAttribArray(index)
	gl.VertexAttribIPointerWithOffset(index, 1, gl.UNSIGNED_INT, stride, offset)
}

// mode is the GL name of the primitive.
func (p primitive) mode() uint32 { return [...]uint32{gl.TRIANGLES, gl.LINES, gl.POINTS}[p] }

// sendInstances uploads the slots of all lists, if they changed.
func (b *batch) sendInstances() {
	if !b.instanced {
		return
	}
	ids := b.scratch[:0]
	for i := range b.lists {
		b.lists[i].at = len(ids)
		ids = append(ids, b.lists[i].slots...)
	}
	b.scratch = ids
	if len(ids) == 0 || slices.Equal(ids, b.sent) {
		return
	}
	b.sent = append(b.sent[:0], ids...)
	gl.BindBuffer(gl.ARRAY_BUFFER, b.instances)
	gl.BufferData(gl.ARRAY_BUFFER, len(ids)*4, unsafe.Pointer(&ids[0]), gl.STREAM_DRAW)
}

// part is what of a list is drawn.
type part uint8

const (
	whole   part = iota
	open         // what may show its back
	closing      // what shows no back
)

// of returns the counts, or the runs, of a list that are drawn.
func (p part) of(l *drawList) (from, to int) {
	from, to = 0, max(len(l.counts), len(l.runs))
	switch p {
	case open:
		to = l.closed
	case closing:
		from = l.closed
	}
	return from, to
}

// draw issues a part of list k, in one call where the batch is merged, and returns how many calls it took.
func (b *batch) draw(k int, w what, p part) int {
	if k >= len(b.lists) || b.lists[k].elements == 0 {
		return 0
	}
	l := &b.lists[k]
	from, to := p.of(l)
	if from == to {
		return 0
	}
	mode := b.primitive.mode()
	if w.edges() {
		mode = gl.LINES
		gl.BindVertexArray(b.edgeVAO)
	} else {
		gl.BindVertexArray(b.vao)
	}
	switch {
	case b.instanced:
		return b.drawInstances(l, w, mode, from, to)
	case w.edges():
		gl.MultiDrawArrays(mode, &l.firsts[from], &l.counts[from], int32(to-from))
	case to == from+1:
		gl.DrawElementsBaseVertexWithOffset(mode, l.counts[from], b.indexType(), l.offsets[from], l.bases[from])
	default:
		gl.MultiDrawElementsBaseVertex(mode, &l.counts[from], b.indexType(),
			(*unsafe.Pointer)(unsafe.Pointer(&l.offsets[from])), int32(to-from), &l.bases[from])
	}
	return 1
}

// drawInstances draws runs of instances, each in the same detail.
func (b *batch) drawInstances(l *drawList, w what, mode uint32, from, to int) int {
	gl.BindBuffer(gl.ARRAY_BUFFER, b.instances)
	at := l.at
	for _, r := range l.runs[:from] {
		at += r.count
	}
	for _, r := range l.runs[from:to] {
		integer(attributeSlot, 4, uintptr(at)*4)
		gl.VertexAttribDivisor(attributeSlot, 1)
		if s := b.items[0].span(w, int(r.level)); w.edges() {
			gl.DrawArraysInstanced(mode, s.first, s.count, int32(r.count))
		} else {
			gl.DrawElementsInstanced(mode, s.count, b.indexType(), gl.PtrOffset(int(s.first)*b.indexBytes()), int32(r.count))
		}
		at += r.count
	}
	return to - from
}

// bytes is what the batch takes on the GPU.
func (b *batch) bytes() (n int) {
	for _, size := range b.sizes {
		n += size
	}
	return n + 4*len(b.sent)
}

func (b *batch) delete() {
	for _, v := range []*uint32{&b.vao, &b.edgeVAO} {
		gl.DeleteVertexArrays(1, v)
	}
	gl.DeleteBuffers(int32(len(b.buffers)), &b.buffers[0])
	gl.DeleteBuffers(1, &b.instances)
}
