package g3ngl

import (
	"testing"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// warehouse does with parcels what the render thread does, without a GPU: it counts.
type warehouse struct {
	loader *loader
	sizes  map[*batch]*[bufferCount]int
	shown  map[uint32]int // items by slot
	items  map[*batch][]item
	filled int
}

func newWarehouse(t *testing.T) *warehouse {
	w := &warehouse{
		loader: newLoader(&device{maxTexture: 4096, maxLayers: 256}, 0), sizes: map[*batch]*[bufferCount]int{},
		shown: map[uint32]int{}, items: map[*batch][]item{},
	}
	t.Cleanup(w.loader.close)
	return w
}

// bring takes what a layout needs.
func (w *warehouse) bring(t *testing.T, l *render.Layout) {
	t.Helper()
	w.filled = 0
	w.loader.want(l)
	for c := range w.loader.parcels {
		if w.take(t, c) == l {
			return
		}
	}
}

// take does what a parcel says, and checks that nothing is written or drawn where there is no room for it. It returns the
// layout that is complete with it.
func (w *warehouse) take(t *testing.T, c *parcel) (settled *render.Layout) {
	t.Helper()
	for _, s := range c.steps {
		switch s := s.(type) {
		case *reserve:
			if w.sizes[s.batch] == nil {
				w.sizes[s.batch] = &[bufferCount]int{}
			}
			w.sizes[s.batch][s.buffer] = s.bytes
		case *fill:
			if s.at+len(s.data) > w.sizes[s.batch][s.buffer] {
				t.Fatalf("%d bytes at %d of %d", len(s.data), s.at, w.sizes[s.batch][s.buffer])
			}
			w.filled += len(s.data)
		case *swap:
			for _, r := range s.drop {
				w.shown[w.items[r.batch][r.index].slot]--
			}
			for _, a := range s.add {
				w.shown[a.item.slot]++
				w.items[a.batch] = append(w.items[a.batch], a.item)
				if end := int(a.item.full.first+a.item.full.count) * a.batch.indexBytes(); end > w.sizes[a.batch][bufferIndices] {
					t.Fatalf("indices to %d of %d bytes", end, w.sizes[a.batch][bufferIndices])
				}
			}
		case *discard:
			delete(w.sizes, s.batch)
			delete(w.items, s.batch)
		case *settle:
			settled = s.layout
		}
	}
	return settled
}

// bytes is what all buffers take.
func (w *warehouse) bytes() (n int) {
	for _, s := range w.sizes {
		for _, b := range s {
			n += b
		}
	}
	return n
}

// A mesh that changes with every frame, as an animated one does, must not fill the memory of the GPU.
func TestChangingMeshesDoNotPileUp(t *testing.T) {
	w := newWarehouse(t)
	s := scene.New()
	for range 50 {
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewSphere(1, 32, 0))})
	}
	b := render.NewBuilder()
	layout := func() *render.Layout {
		f := b.Build(s, scene.Camera{}, render.Options{})
		defer f.Release()
		return f.Layout
	}
	w.bring(t, layout())
	begin := w.bytes()
	ball := scene.NewSphere(1, 80, 0)
	for range 300 {
		if err := s.ReplaceMesh(3, ball.Fork()); err != nil {
			t.Fatal(err)
		}
		w.bring(t, layout())
	}
	if now := w.bytes(); now > begin+40_000_000 || len(w.sizes) > 4 {
		t.Errorf("%d bytes in %d batches, %d at first", now, len(w.sizes), begin)
	}
	for slot := range uint32(50) {
		if w.shown[slot] != 1 {
			t.Errorf("slot %d shows %d items", slot, w.shown[slot])
		}
	}
}

// Boxes come first and give way to meshes in waves. Each wave sends its own meshes, and at the end little is left over.
func TestWavesOfMeshes(t *testing.T) {
	w := newWarehouse(t)
	s := scene.New()
	const n = 400
	for range n {
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	}
	b := render.NewBuilder()
	need := 0
	for wave := range 21 {
		for i := range 20 * min(wave, 1) {
			m := scene.NewSphere(1, 24, 0)
			if err := s.ReplaceMesh(scene.MeshID(1+20*(wave-1)+i), m); err != nil {
				t.Fatal(err)
			}
			e := formOf(m, true)
			need += m.Vertices()*vertexBytes + len(m.Indices)*2 + len(e.vertices)*edgeBytes
		}
		f := b.Build(s, scene.Camera{}, render.Options{})
		w.bring(t, f.Layout)
		f.Release()
		if wave > 0 && w.filled > 3*need/wave {
			t.Errorf("wave %d sent %d bytes, %d were needed", wave, w.filled, need/wave)
		}
	}
	if got := w.bytes(); got > 3*need || len(w.sizes) > 3 {
		t.Errorf("%d bytes in %d batches, %d were needed", got, len(w.sizes), need)
	}
	for slot := range uint32(n) {
		if w.shown[slot] != 1 {
			t.Errorf("slot %d shows %d items", slot, w.shown[slot])
		}
	}
}

// A layout that is wanted while another one is being loaded takes its place; what was sent already counts.
func TestNewerLayoutsTakeOver(t *testing.T) {
	w := newWarehouse(t)
	s := heavy(60)
	b := render.NewBuilder()
	first := b.Build(s, scene.Camera{}, render.Options{})
	w.loader.want(first.Layout)
	w.take(t, <-w.loader.parcels) // some of it has come
	s.AddNode(scene.Root, scene.Node{Mesh: 1})
	second := b.Build(s, scene.Camera{}, render.Options{})
	w.bring(t, second.Layout)
	for slot := range uint32(61) {
		if w.shown[slot] != 1 {
			t.Errorf("slot %d shows %d items", slot, w.shown[slot])
		}
	}
	first.Release()
	second.Release()
}
