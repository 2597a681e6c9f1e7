package gltf

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// Write writes a scene as GLB: all that the scene holds but opacities, tints and states, which live data change. The
// same scene gives the same bytes. Vertex data are not copied: besides the scene, only its pictures in their packed form
// are held in memory.
func Write(w io.Writer, s *scene.Scene, generator string) error {
	d := newWriter(s, generator)
	if err := d.collect(); err != nil {
		return fmt.Errorf("gltf: write: %w", err)
	}
	if err := d.stream(w); err != nil {
		return fmt.Errorf("gltf: write: %w", err)
	}
	return nil
}

// writer turns a scene into the JSON of a document, and notes what its binary part will be.
type writer struct {
	doc    document
	scene  *scene.Scene
	blocks []block
	size   int64 // of the blocks, with what pads them
	used   map[string]bool

	accessors map[sliceKey]int // of vertex data and keys that several objects share
	meshes    []*int           // by MeshID
	coarser   [][]int          // by MeshID: meshes of its coarser versions
	materials []*int           // by MaterialID
	textures  []int            // by TextureID
	strength  map[int]float32  // by material of the file: of its emissive colour
	moved     map[mapKey]bool  // maps whose transform a clip moves
	tables    map[*scene.PropertyTable]int
	nodes     map[scene.NodeID]int
}

// block is a buffer view that is written when its turn comes.
type block struct {
	pad   int // zeros before it
	size  int
	write func(w *sink)
}

func newWriter(s *scene.Scene, generator string) *writer {
	return &writer{doc: document{Asset: asset{Version: "2.0", Generator: generator}}, scene: s, used: map[string]bool{},
		accessors: map[sliceKey]int{}, strength: map[int]float32{}, moved: map[mapKey]bool{},
		tables: map[*scene.PropertyTable]int{}, nodes: map[scene.NodeID]int{}}
}

// collect fills in the document.
func (d *writer) collect() error {
	d.findMoved()
	if err := d.addTextures(); err != nil {
		return err
	}
	d.addMaterials()
	d.addMeshes()
	d.addNodes()
	d.addSkins()
	d.addLights()
	d.addClips()
	d.describe()
	for name := range d.used {
		d.doc.ExtensionsUsed = append(d.doc.ExtensionsUsed, name)
	}
	slices.Sort(d.doc.ExtensionsUsed)
	if d.size > 0 {
		d.doc.Buffers = []buffer{{ByteLength: int(d.size)}}
	}
	return nil
}

// stream writes the container: header, JSON, blocks.
func (d *writer) stream(out io.Writer) error {
	text, err := json.Marshal(&d.doc)
	if err != nil {
		return err
	}
	for len(text)%4 != 0 {
		text = append(text, ' ')
	}
	tail := int(-d.size & 3)
	total := 12 + 8 + int64(len(text))
	if d.size > 0 {
		total += 8 + d.size + int64(tail)
	}
	if total > math.MaxUint32 {
		return fmt.Errorf("%d MB do not fit into a GLB, which has 4 GB at most; save the model in parts", total>>20)
	}
	w := newSink(out)
	for _, v := range []uint32{magicGLB, 2, uint32(total), uint32(len(text)), chunkJSON} {
		w.u32(v)
	}
	w.bytes(text)
	if d.size > 0 {
		w.u32(uint32(d.size + int64(tail)))
		w.u32(chunkBIN)
		for _, b := range d.blocks {
			w.bytes(make([]byte, b.pad))
			end := w.written() + int64(b.size)
			if b.write(w); w.written() != end {
				return errors.New("the scene changed while it was written")
			}
			if w.err != nil {
				return w.err
			}
		}
		w.bytes(make([]byte, tail))
	}
	return w.flush()
}

// view adds a buffer view of size bytes, aligned to some bytes.
func (d *writer) view(size, align int, v bufferView, write func(w *sink)) int {
	pad := int(-d.size & int64(align-1))
	d.size += int64(pad)
	v.ByteOffset, v.ByteLength = int(d.size), size
	d.size += int64(size)
	d.blocks = append(d.blocks, block{pad, size, write})
	d.doc.BufferViews = append(d.doc.BufferViews, v)
	return len(d.doc.BufferViews) - 1
}

// use notes an extension.
func (d *writer) use(name string) { d.used[name] = true }
