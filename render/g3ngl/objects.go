package g3ngl

import (
	"bytes"
	"fmt"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

const (
	objectBytes  = int(unsafe.Sizeof(render.Object{}))
	objectTexels = objectBytes / 16
	blockObjects = 32 // what is compared and sent at once
)

// objectBuffer holds the objects of all poses of a frame, one pose behind the other, and sends only what changed.
type objectBuffer struct {
	buffer, texture uint32
	capacity        int // objects
	sent            []render.Object
}

func (b *objectBuffer) init() {
	gl.GenBuffers(1, &b.buffer)
	gl.GenTextures(1, &b.texture)
}

// update sends the poses of a frame and returns how many bytes went.
func (b *objectBuffer) update(f *render.Frame, d *device) (int, error) {
	n := len(f.Objects)
	total := n * (1 + len(f.Ghosts))
	if total*objectTexels > int(d.maxTexels) {
		return 0, fmt.Errorf("g3ngl: %d objects are more than the driver's %d", total, int(d.maxTexels)/objectTexels)
	}
	gl.BindBuffer(gl.TEXTURE_BUFFER, b.buffer)
	if total > b.capacity {
		b.capacity = max(total+total/4, 256)
		b.capacity = min(b.capacity, int(d.maxTexels)/objectTexels)
		gl.BufferData(gl.TEXTURE_BUFFER, b.capacity*objectBytes, nil, gl.DYNAMIC_DRAW)
		gl.BindTexture(gl.TEXTURE_BUFFER, b.texture)
		gl.TexBuffer(gl.TEXTURE_BUFFER, gl.RGBA32UI, b.buffer)
		b.sent = b.sent[:0]
	}
	bytesSent := b.send(0, f.Objects)
	for i := range f.Ghosts {
		bytesSent += b.send(n*(1+i), f.Ghosts[i].Objects)
	}
	return bytesSent, nil
}

// send compares one pose with what the GPU has and sends the runs of blocks that differ.
func (b *objectBuffer) send(at int, objects []render.Object) int {
	if len(objects) == 0 {
		return 0
	}
	if missing := at + len(objects) - len(b.sent); missing > 0 {
		known := len(b.sent)
		b.sent = append(b.sent, make([]render.Object, missing)...)
		if from := known - at; from < len(objects) { // never sent before
			from = max(from, 0)
			n := b.send(at, objects[:from])
			copy(b.sent[at+from:], objects[from:])
			b.write(at+from, objects[from:])
			return n + (len(objects)-from)*objectBytes
		}
	}
	sent, start := 0, -1
	flush := func(end int) {
		if start >= 0 {
			b.write(at+start, objects[start:end])
			sent += (end - start) * objectBytes
			start = -1
		}
	}
	for i := 0; i < len(objects); i += blockObjects {
		end := min(i+blockObjects, len(objects))
		if bytes.Equal(raw(objects[i:end]), raw(b.sent[at+i:at+end])) {
			flush(i)
			continue
		}
		copy(b.sent[at+i:], objects[i:end])
		if start < 0 {
			start = i
		}
	}
	flush(len(objects))
	return sent
}

func raw(o []render.Object) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(o))), len(o)*objectBytes)
}

func (b *objectBuffer) write(at int, o []render.Object) {
	if len(o) > 0 {
		gl.BufferSubData(gl.TEXTURE_BUFFER, at*objectBytes, len(o)*objectBytes, unsafe.Pointer(&o[0]))
	}
}

func (b *objectBuffer) delete() {
	gl.DeleteBuffers(1, &b.buffer)
	gl.DeleteTextures(1, &b.texture)
	*b = objectBuffer{}
}
