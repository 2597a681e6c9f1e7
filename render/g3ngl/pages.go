package g3ngl

import (
	"slices"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

const (
	pageVertices    = 1 << 20   // of a merged batch: bigger ones stall drivers (specklesystems/speckle-server#1051)
	blockBytes      = 256 << 10 // written at once
	wasteVertices   = 32 << 10  // that nothing shows any more, before a batch is packed anew
	wasteItems      = 1024
	window          = 1 << 16   // vertices that 16 bits tell apart
	maxEdgeVertices = 2_000_000 // of all batches together
	maxLevels       = 6
)

// page is the loader's side of a batch: what is where in its buffers.
type page struct {
	batch      *batch
	used, room [bufferCount]int   // bytes
	open       [bufferCount]*fill // of this parcel, where more may follow
	vertices   int
	base       int // vertex that 16-bit indices count from: new ones stay within 65,536 of it
	alive      int // vertices of items that show
	items      int // ever added
	shown      int // items that were not taken away
	model      item
	key        modelKey // of an instanced batch
}

// place is one item of a page.
type place struct {
	page     *page
	index    int
	vertices int
	edges    int
}

// pageKind is what the merged objects of a page have in common.
type pageKind struct {
	kind
	wide bool // they have so many vertices that indices take 32 bits
}

func (b *batch) pageKind() pageKind { return pageKind{b.kind, b.wide} }

// isWide reports whether so many vertices, and those of the box that stands in for them, need indices of 32 bits.
func isWide(vertices int) bool { return vertices+boxVertices > window }

// modelKey names what an instanced batch holds.
type modelKey struct {
	mesh *scene.Mesh
	kind kind
}

// pagePool finds room for shares of meshes.
type pagePool struct {
	loader *loader
	open   map[pageKind]*page // where more of a kind goes
	models map[modelKey]*page // of instanced meshes
	all    map[*page]bool     // merged and instanced
	ahead  map[pageKind]*[bufferCount]int
	edges  int // vertices of all edges that show
}

func newPagePool(k *loader) pagePool {
	return pagePool{
		loader: k, open: map[pageKind]*page{}, models: map[modelKey]*page{}, all: map[*page]bool{},
		ahead: map[pageKind]*[bufferCount]int{},
	}
}

// expect estimates what the queue will need, so that buffers are made of the right size at once.
func (pp *pagePool) expect(l *render.Layout, queue []int, k *loader) {
	pp.ahead = map[pageKind]*[bufferCount]int{}
	for _, slot := range queue {
		if slot >= len(l.Mesh) || l.Shape(slot) == nil {
			continue
		}
		m := l.Shape(slot)
		if k.plans[m].instanced {
			continue
		}
		for i := range k.plans[m].shares {
			s := &k.plans[m].shares[i]
			vertices, indices := bounds(m, s)
			k := pageKind{s.kind, isWide(vertices)}
			a := pp.ahead[k]
			if a == nil {
				a = &[bufferCount]int{}
				pp.ahead[k] = a
			}
			a[bufferVertices] += vertices * vertexBytes
			a[bufferExtras] += vertices * s.kind.streams.stride()
			a[bufferIndices] += indices * (&batch{wide: k.wide}).indexBytes()
		}
	}
}

// bounds estimates how many vertices and indices a share has.
func bounds(m *scene.Mesh, s *share) (vertices, indices int) {
	levels := levelsOf(m, s)
	for _, l := range levels {
		indices += l.count()
	}
	vertices = min(m.Vertices(), indices)
	if levels[len(levels)-1].count() > 3*roughTriangles {
		return vertices + boxVertices, indices + boxIndices
	}
	return vertices, indices
}

// merge packs a share of a mesh for one slot into a page of its kind.
func (pp *pagePool) merge(m *scene.Mesh, s *share, slot int, withEdges bool) (addition, place) {
	levels := levelsOf(m, s)
	n := number(m, s, levels)
	k := pageKind{s.kind, isWide(n.count)}
	pg := pp.open[k]
	if pg == nil || pg.vertices > 0 && pg.vertices+n.count > pageVertices {
		pg = pp.page(k, modelKey{}, false)
		pp.open[k] = pg
	}
	it, edges := pp.pack(pg, m, n, levels, slot, withEdges)
	return addition{pg.batch, it}, pp.enter(pg, n.count, edges)
}

// instance adds a slot to the batch of an instanced mesh, packing that one when it is new.
func (pp *pagePool) instance(m *scene.Mesh, s *share, slot int, withEdges bool) (addition, place) {
	key := modelKey{m, s.kind}
	pg := pp.models[key]
	vertices, edges := 0, 0
	if pg == nil {
		levels := levelsOf(m, s)
		n := number(m, s, levels)
		pg = pp.page(pageKind{s.kind, isWide(n.count)}, key, true)
		pp.models[key] = pg
		pg.model, edges = pp.pack(pg, m, n, levels, 0, withEdges)
		vertices = n.count
	}
	it := pg.model
	it.slot = uint32(slot)
	return addition{pg.batch, it}, pp.enter(pg, vertices, edges)
}

func (pp *pagePool) page(k pageKind, key modelKey, instanced bool) *page {
	pg := &page{batch: &batch{kind: k.kind, wide: k.wide, instanced: instanced}, key: key}
	pp.all[pg] = true
	return pg
}

func (pp *pagePool) enter(pg *page, vertices, edges int) place {
	pg.items++
	pg.shown++
	pg.alive += vertices
	pp.edges += edges
	return place{pg, pg.items - 1, vertices, edges}
}

// leave counts an item out and reports whether its page shows nothing any more.
func (pp *pagePool) leave(p place) bool {
	p.page.shown--
	p.page.alive -= p.vertices
	pp.edges -= p.edges
	return p.page.shown == 0
}

// close frees a page that shows nothing.
func (pp *pagePool) close(pg *page) {
	if !pp.all[pg] || pg.shown > 0 {
		return
	}
	delete(pp.all, pg)
	if pp.open[pg.batch.pageKind()] == pg {
		delete(pp.open, pg.batch.pageKind())
	}
	if pp.models[pg.key] == pg {
		delete(pp.models, pg.key)
	}
	pg.open = [bufferCount]*fill{}
	pp.loader.step(&discard{pg.batch})
}

// wasteful returns the slots of pages that hold more of what is gone than of what shows: they are to be packed anew.
func (pp *pagePool) wasteful(slots []slotState) []int {
	bad := map[*page]bool{}
	for pg := range pp.all {
		gone := pg.vertices - pg.alive
		if pg.batch.instanced {
			gone = 0
		}
		if gone > wasteVertices && gone > pg.alive || pg.items-pg.shown > wasteItems && pg.items > 2*pg.shown {
			bad[pg] = true
			if pp.open[pg.batch.pageKind()] == pg {
				delete(pp.open, pg.batch.pageKind())
			}
			if pp.models[pg.key] == pg {
				delete(pp.models, pg.key)
			}
		}
	}
	if len(bad) == 0 {
		return nil
	}
	var out []int
	for slot := range slots {
		if slices.ContainsFunc(slots[slot].at, func(p place) bool { return bad[p.page] }) {
			out = append(out, slot)
		}
	}
	pp.loader.left.Add(int64(len(out)))
	return out
}

// pack writes a share into a page.
func (pp *pagePool) pack(pg *page, m *scene.Mesh, n *numbering, levels []level, slot int, withEdges bool) (it item, edges int) {
	if !pg.batch.wide && pg.vertices+n.count+boxVertices > pg.base+window {
		pg.base = pg.vertices
	}
	it = item{slot: uint32(slot), mesh: m, base: int32(pg.base)}
	base := pg.vertices - pg.base
	pp.packVertices(pg, m, n, uint32(slot))
	for i, l := range levels {
		s := span{int32(pg.used[bufferIndices] / pg.batch.indexBytes()), int32(l.count())}
		for _, st := range l {
			pp.packStretch(pg, n, st, uint32(base))
		}
		if i == 0 {
			it.full = s
		} else {
			it.coarse = append(it.coarse, s)
		}
		it.rough = s
	}
	if it.rough.count > 3*roughTriangles && pg.batch.primitive == triangles {
		it.rough = span{}
		if withEdges && pg.batch.shading.traits&traitHoles == 0 { // for all of the mesh, with its first share
			it.rough = pp.packBox(pg, m, levels, uint32(slot))
		}
	}
	if pg.batch.primitive != triangles {
		return it, 0
	}
	e := pp.loader.formOf(m)
	it.closed = e.closed
	if withEdges && pp.edges < maxEdgeVertices {
		it.edges = span{int32(pg.used[bufferEdges] / edgeBytes), int32(len(e.vertices))}
		it.sharp, edges = int32(e.sharp), len(e.vertices)
		pp.packEdges(pg, e.vertices, uint32(slot))
	}
	return it, edges
}

func (pp *pagePool) packVertices(pg *page, m *scene.Mesh, n *numbering, slot uint32) {
	b := pg.batch
	stride := b.streams.stride()
	pp.ensure(pg, bufferVertices, n.count*vertexBytes)
	pp.ensure(pg, bufferExtras, n.count*stride)
	const block = blockBytes / (2 * vertexBytes)
	for first := 0; first < n.count; first += block {
		count := min(block, n.count-first)
		packVertices(m, n, b.primitive, slot, first, as[vertex](pp.space(pg, bufferVertices, count*vertexBytes)))
		if stride > 0 {
			extras := pp.space(pg, bufferExtras, count*stride)[:0]
			for i := first; i < first+count; i++ {
				v, _ := n.vertex(i)
				extras = b.streams.pack(m, v, extras)
			}
		}
		pp.loader.weigh(count * (vertexBytes + stride))
	}
	pg.vertices += n.count
}

func (pp *pagePool) packStretch(pg *page, n *numbering, s stretch, base uint32) {
	size := pg.batch.indexBytes()
	pp.ensure(pg, bufferIndices, len(s.indices)*size)
	block := blockBytes / size
	for len(s.indices) > 0 {
		some := stretch{s.indices[:min(block, len(s.indices))], s.material}
		if out := pp.space(pg, bufferIndices, len(some.indices)*size); pg.batch.wide {
			packIndices(n, some, base, as[uint32](out))
		} else {
			packIndices(n, some, base, as[uint16](out))
		}
		s.indices = s.indices[len(some.indices):]
		pp.loader.weigh(len(some.indices) * size)
	}
}

func (pp *pagePool) packEdges(pg *page, edges []edgeEnd, slot uint32) {
	pp.ensure(pg, bufferEdges, len(edges)*edgeBytes)
	const block = blockBytes / edgeBytes
	for len(edges) > 0 {
		out := as[edgeEnd](pp.space(pg, bufferEdges, min(block, len(edges))*edgeBytes))
		for i := range out {
			out[i] = edges[i]
			out[i].slot = slot
		}
		edges = edges[len(out):]
		pp.loader.weigh(len(out) * edgeBytes)
	}
}

// ensure makes room for more bytes in a buffer of a page: for all that is expected, or half as much again as there is, of edges
// a quarter.
func (pp *pagePool) ensure(pg *page, which batchBuffer, bytes int) {
	need := pg.used[which] + bytes
	if need <= pg.room[which] {
		return
	}
	room := need
	if !pg.batch.instanced {
		more := pg.used[which] / 2
		if which == bufferEdges {
			more /= 2
		}
		room = max(need, pg.used[which]+more)
		if a := pp.ahead[pg.batch.pageKind()]; a != nil {
			room = max(room, min(pg.used[which]+a[which], roomOf(which, pg.batch)))
		}
	}
	pg.room[which], pg.open[which] = room, nil
	pp.loader.step(&reserve{pg.batch, which, room})
}

// roomOf is the most that is reserved ahead of need.
func roomOf(which batchBuffer, b *batch) int {
	switch which {
	case bufferVertices:
		return pageVertices * vertexBytes
	case bufferExtras:
		return pageVertices * b.streams.stride()
	}
	return pageVertices * 2 * b.indexBytes()
}

// space returns the next bytes of a buffer of a page, for which there is room, to be written at once.
func (pp *pagePool) space(pg *page, which batchBuffer, bytes int) []byte {
	f := pg.open[which]
	if f == nil || len(f.data)+bytes > cap(f.data) {
		size := max(bytes, min(blockBytes, pg.room[which]-pg.used[which]))
		f = &fill{pg.batch, which, pg.used[which], make([]byte, 0, size)}
		pg.open[which] = f
		pp.loader.step(f)
	}
	at := len(f.data)
	f.data = f.data[:at+bytes]
	pg.used[which] += bytes
	if a := pp.ahead[pg.batch.pageKind()]; a != nil && !pg.batch.instanced {
		a[which] = max(0, a[which]-bytes)
	}
	return f.data[at:]
}

// sealed forgets the fills of the parcel that leaves: nothing may be added to them any more.
func (pp *pagePool) sealed() {
	for pg := range pp.all {
		pg.open = [bufferCount]*fill{}
	}
}
