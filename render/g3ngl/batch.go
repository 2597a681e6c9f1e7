package g3ngl

import (
	"slices"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

const (
	poolVertices = 1 << 20   // of a merged batch: bigger ones stall drivers (specklesystems/speckle-server#1051)
	instanceFrom = 8         // uses of a mesh
	instanceSave = 256 << 10 // bytes that instancing must save
)

// item is one object in a batch.
type item struct {
	slot                          uint32
	first, count                  int32 // indices; the same for all items of an instanced batch
	lineFirst, lineLen, lineSharp int32 // line vertices; the sharp ones come first
}

// what of an object a list draws.
type what uint8

const (
	faces      what = iota
	allEdges        // sharp edges and outlines
	sharpEdges      // for objects that are small on the screen
)

func (w what) lines() bool { return w != faces }

// batch is many objects in one set of buffers: merged vertices that carry their slot, or one instanced mesh.
type batch struct {
	instanced                 bool
	items                     []item
	vao, vertices, indices    uint32
	lineVAO, lines            uint32
	instances                 uint32 // buffer of the slots to draw, of all lists of the frame
	instancesSent, idsScratch []uint32
	lists                     []drawList
}

// drawList is what of a batch one pass draws.
type drawList struct {
	counts  []int32
	offsets []uintptr // bytes into the indices
	firsts  []int32   // line vertices
	slots   []uint32  // instances
	at      int       // of slots in the instance buffer
	objects int
	indices int // elements in all
}

func (l *drawList) reset() {
	l.counts, l.offsets, l.firsts, l.slots = l.counts[:0], l.offsets[:0], l.firsts[:0], l.slots[:0]
	l.objects, l.indices = 0, 0
}

// buildBatches makes batches for the slots from onwards.
func buildBatches(l *render.Layout, from int, edgeBudget *int) []*batch {
	uses := map[scene.MeshID][]uint32{}
	for slot := from; slot < len(l.Mesh); slot++ {
		uses[l.Mesh[slot]] = append(uses[l.Mesh[slot]], uint32(slot))
	}
	var out []*batch
	instanced := map[scene.MeshID]bool{}
	for slot := from; slot < len(l.Mesh); slot++ { // in slot order, to be the same every time
		id := l.Mesh[slot]
		u := uses[id]
		if len(u) < instanceFrom || u[0] != uint32(slot) {
			continue
		}
		m := l.Meshes[id]
		if saved := (len(u) - 1) * (m.Vertices()*vertexBytes + len(m.Indices)*4); saved < instanceSave {
			continue
		}
		instanced[id] = true
		out = append(out, instancedBatch(m, u, edgeBudget))
	}
	for slot := from; slot < len(l.Mesh); {
		var b *batch
		b, slot = mergedBatch(l, slot, instanced, edgeBudget)
		if b != nil {
			out = append(out, b)
		}
	}
	return out
}

func instancedBatch(m *scene.Mesh, slots []uint32, edgeBudget *int) *batch {
	b := &batch{instanced: true}
	vertices, indices := packMesh(m, 0, nil, nil)
	var lines []lineVertex
	sharp := 0
	if *edgeBudget > 0 {
		lines, sharp = packEdges(m, 0, nil)
		*edgeBudget -= len(lines)
	}
	for _, s := range slots {
		b.items = append(b.items, item{slot: s, count: int32(len(indices)), lineLen: int32(len(lines)), lineSharp: int32(sharp)})
	}
	gl.GenBuffers(1, &b.instances)
	b.upload(vertices, indices, lines)
	return b
}

// mergedBatch fills one batch with the objects from slot on and returns where the next one starts.
func mergedBatch(l *render.Layout, slot int, instanced map[scene.MeshID]bool, edgeBudget *int) (*batch, int) {
	b := &batch{}
	var vertices []vertex
	var indices []uint32
	var lines []lineVertex
	for ; slot < len(l.Mesh); slot++ {
		if instanced[l.Mesh[slot]] {
			continue
		}
		m := l.Meshes[l.Mesh[slot]]
		if len(vertices) > 0 && len(vertices)+m.Vertices() > poolVertices {
			break
		}
		it := item{slot: uint32(slot), first: int32(len(indices)), lineFirst: int32(len(lines))}
		vertices, indices = packMesh(m, uint32(slot), vertices, indices)
		if *edgeBudget > 0 {
			var sharp int
			lines, sharp = packEdges(m, uint32(slot), lines)
			it.lineSharp = int32(sharp)
		}
		it.count, it.lineLen = int32(len(indices))-it.first, int32(len(lines))-it.lineFirst
		*edgeBudget -= int(it.lineLen)
		b.items = append(b.items, it)
	}
	if len(b.items) == 0 {
		return nil, slot
	}
	b.upload(vertices, indices, lines)
	return b, slot
}

func (b *batch) upload(vertices []vertex, indices []uint32, lines []lineVertex) {
	gl.GenVertexArrays(1, &b.vao)
	gl.BindVertexArray(b.vao)
	gl.GenBuffers(1, &b.vertices)
	gl.BindBuffer(gl.ARRAY_BUFFER, b.vertices)
	gl.BufferData(gl.ARRAY_BUFFER, len(vertices)*vertexBytes, unsafe.Pointer(unsafe.SliceData(vertices)), gl.STATIC_DRAW)
	gl.GenBuffers(1, &b.indices)
	gl.BindBuffer(gl.ELEMENT_ARRAY_BUFFER, b.indices)
	gl.BufferData(gl.ELEMENT_ARRAY_BUFFER, len(indices)*4, unsafe.Pointer(unsafe.SliceData(indices)), gl.STATIC_DRAW)
	attribute(0, 3, gl.FLOAT, false, vertexBytes, 0)
	attribute(1, 2, gl.SHORT, true, vertexBytes, 12)
	integer(2, vertexBytes, 16)
	if !b.instanced {
		integer(3, vertexBytes, 20)
	}
	if len(lines) == 0 {
		return
	}
	gl.GenVertexArrays(1, &b.lineVAO)
	gl.BindVertexArray(b.lineVAO)
	gl.GenBuffers(1, &b.lines)
	gl.BindBuffer(gl.ARRAY_BUFFER, b.lines)
	gl.BufferData(gl.ARRAY_BUFFER, len(lines)*lineBytes, unsafe.Pointer(unsafe.SliceData(lines)), gl.STATIC_DRAW)
	attribute(0, 3, gl.FLOAT, false, lineBytes, 0)
	attribute(1, 2, gl.SHORT, true, lineBytes, 12)
	attribute(2, 2, gl.SHORT, true, lineBytes, 16)
	if !b.instanced {
		integer(3, lineBytes, 20)
	}
	integer(4, lineBytes, 24)
}

func attribute(index uint32, size int32, kind uint32, normalized bool, stride int32, offset uintptr) {
	gl.EnableVertexAttribArray(index)
	gl.VertexAttribPointerWithOffset(index, size, kind, normalized, stride, offset)
}

func integer(index uint32, stride int32, offset uintptr) {
	gl.EnableVertexAttribArray(index)
	gl.VertexAttribIPointerWithOffset(index, 1, gl.UNSIGNED_INT, stride, offset)
}

// list fills list k with the objects that keep says, in the order of the batch, joining neighbours into one range.
func (b *batch) list(k int, w what, keep func(slot uint32) bool) {
	for len(b.lists) <= k {
		b.lists = append(b.lists, drawList{})
	}
	l := &b.lists[k]
	l.reset()
	if w.lines() && b.lineVAO == 0 {
		return
	}
	for i := range b.items {
		if it := &b.items[i]; keep(it.slot) {
			b.add(l, it, w)
		}
	}
}

// sorted fills list k farthest first.
func (b *batch) sorted(k int, keep func(slot uint32) bool, depth func(slot uint32) float32) {
	b.list(k, faces, none)
	var some []*item
	for i := range b.items {
		if it := &b.items[i]; keep(it.slot) {
			some = append(some, it)
		}
	}
	slices.SortStableFunc(some, func(x, y *item) int {
		switch dx, dy := depth(x.slot), depth(y.slot); {
		case dx > dy:
			return -1
		case dx < dy:
			return 1
		}
		return 0
	})
	for _, it := range some {
		b.add(&b.lists[k], it, faces)
	}
}

func none(uint32) bool { return false }

// span returns the elements of an item that a list draws.
func (it *item) span(w what) (first, count int32) {
	switch w {
	case allEdges:
		return it.lineFirst, it.lineLen
	case sharpEdges:
		return it.lineFirst, it.lineSharp
	}
	return it.first, it.count
}

func (b *batch) add(l *drawList, it *item, w what) {
	l.objects++
	first, count := it.span(w)
	l.indices += int(count)
	if b.instanced {
		l.slots = append(l.slots, it.slot)
		return
	}
	if count == 0 {
		return
	}
	last := len(l.counts) - 1
	if w.lines() {
		if last >= 0 && l.firsts[last]+l.counts[last] == first {
			l.counts[last] += count
			return
		}
		l.firsts, l.counts = append(l.firsts, first), append(l.counts, count)
		return
	}
	if last >= 0 && l.offsets[last]+uintptr(l.counts[last])*4 == uintptr(first)*4 {
		l.counts[last] += count
		return
	}
	l.offsets, l.counts = append(l.offsets, uintptr(first)*4), append(l.counts, count)
}

// sendInstances uploads the slots of all lists, if they changed.
func (b *batch) sendInstances() {
	if !b.instanced {
		return
	}
	ids := b.idsScratch[:0]
	for i := range b.lists {
		b.lists[i].at = len(ids)
		ids = append(ids, b.lists[i].slots...)
	}
	b.idsScratch = ids
	if slices.Equal(ids, b.instancesSent) || len(ids) == 0 {
		return
	}
	b.instancesSent = append(b.instancesSent[:0], ids...)
	gl.BindBuffer(gl.ARRAY_BUFFER, b.instances)
	gl.BufferData(gl.ARRAY_BUFFER, len(ids)*4, unsafe.Pointer(&ids[0]), gl.STREAM_DRAW)
}

// draw issues list k, in one call, and returns how many calls it took.
func (b *batch) draw(k int, w what) int {
	if k >= len(b.lists) {
		return 0
	}
	l := &b.lists[k]
	if l.indices == 0 {
		return 0
	}
	if w.lines() {
		gl.BindVertexArray(b.lineVAO)
	} else {
		gl.BindVertexArray(b.vao)
	}
	switch {
	case b.instanced:
		gl.BindBuffer(gl.ARRAY_BUFFER, b.instances)
		integer(3, 4, uintptr(l.at)*4)
		gl.VertexAttribDivisor(3, 1)
		_, count := b.items[0].span(w)
		if w.lines() {
			gl.DrawArraysInstanced(gl.LINES, 0, count, int32(len(l.slots)))
		} else {
			gl.DrawElementsInstanced(gl.TRIANGLES, count, gl.UNSIGNED_INT, nil, int32(len(l.slots)))
		}
	case w.lines():
		gl.MultiDrawArrays(gl.LINES, &l.firsts[0], &l.counts[0], int32(len(l.counts)))
	case len(l.counts) == 1:
		gl.DrawElementsWithOffset(gl.TRIANGLES, l.counts[0], gl.UNSIGNED_INT, l.offsets[0])
	default:
		gl.MultiDrawElements(gl.TRIANGLES, &l.counts[0], gl.UNSIGNED_INT,
			(*unsafe.Pointer)(unsafe.Pointer(&l.offsets[0])), int32(len(l.counts)))
	}
	return 1
}

func (b *batch) delete() {
	for _, v := range []*uint32{&b.vao, &b.lineVAO} {
		gl.DeleteVertexArrays(1, v)
	}
	for _, v := range []*uint32{&b.vertices, &b.indices, &b.lines, &b.instances} {
		gl.DeleteBuffers(1, v)
	}
}
