package g3ngl

import "github.com/orrery-twin/orrery/render"

// parcel is work that the loader has prepared for the render thread: steps to be taken in order. It is about a megabyte.
type parcel struct {
	steps []step
	bytes int
}

// step is taken on the render thread, with the context current.
type step interface{ apply(p *painter) }

// reserve makes a buffer of a batch at least this big; what is in it stays.
type reserve struct {
	batch  *batch
	buffer batchBuffer
	bytes  int
}

// fill writes into a buffer of a batch.
type fill struct {
	batch  *batch
	buffer batchBuffer
	at     int // bytes
	data   []byte
}

// swap lets objects show what has arrived for them instead of what they showed before.
type swap struct {
	add  []addition
	drop []removal
}

type addition struct {
	batch *batch
	item  item
}

type removal struct {
	batch *batch
	index int // of the items that were ever added to it
}

// discard frees a batch that shows nothing any more.
type discard struct{ batch *batch }

// makeArray makes an array of textures without content.
type makeArray struct{ array *textureArray }

// dropArray frees an array of textures that nothing shows any more.
type dropArray struct{ array *textureArray }

// fillLayer writes rows of a layer of an array.
type fillLayer struct {
	array        *textureArray
	layer, level int
	y, rows      int
	pixels       []byte
}

// showImage lets surfaces show an image that is complete.
type showImage struct {
	key imageKey
	at  placement
}

// hideImage lets surfaces show their plain colour again.
type hideImage struct{ key imageKey }

// settle says that all of a layout has been sent.
type settle struct {
	layout   *render.Layout
	textures render.TextureStats
}

func (s *reserve) apply(*painter) { s.batch.reserve(s.buffer, s.bytes) }
func (s *fill) apply(*painter)    { s.batch.fill(s.buffer, s.at, s.data) }

func (s *swap) apply(p *painter) {
	p.sight.forget()
	for _, r := range s.drop {
		it := &r.batch.items[r.index]
		*it = item{dead: true, full: it.full, coarse: it.coarse, rough: it.rough, edges: it.edges, sharp: it.sharp} // lets go of the mesh
	}
	for _, a := range s.add {
		if !a.batch.listed {
			a.batch.listed = true
			p.batches = append(p.batches, a.batch)
		}
		a.batch.items = append(a.batch.items, a.item)
	}
}

func (s *discard) apply(p *painter) {
	p.sight.forget()
	for i, b := range p.batches {
		if b == s.batch {
			p.batches = append(p.batches[:i], p.batches[i+1:]...)
			break
		}
	}
	s.batch.delete()
}

func (s *makeArray) apply(p *painter) {
	p.textures.arrays[s.array.id] = s.array
	s.array.create(&p.device)
}

func (s *fillLayer) apply(*painter) { s.array.fill(s) }

func (s *dropArray) apply(p *painter) { p.textures.drop(s.array) }

func (s *showImage) apply(p *painter) { p.textures.show(s) }
func (s *hideImage) apply(p *painter) { p.textures.hide(s.key) }

func (s *settle) apply(p *painter) {
	p.sight.forget()
	p.settled, p.textures.stats = s.layout, s.textures
}
