package g3ngl

import (
	"image"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
)

// readRing reads pictures back without waiting: each is copied into a buffer of the GPU, from where it is fetched when it has
// arrived, while the next ones are drawn.
type readRing struct {
	ways  [3]transfer
	first int // the oldest that is under way
	count int // how many are under way
}

// transfer is one picture on its way.
type transfer struct {
	buffer  uint32
	bytes   int // of the buffer
	fence   uintptr
	picture sitting
}

// send begins to read a surface. When all ways are taken, the oldest picture is given up: newer ones are behind it.
func (r *readRing) send(s *surface, pic *sitting) error {
	if r.count == len(r.ways) {
		r.forget()
	}
	t := &r.ways[(r.first+r.count)%len(r.ways)]
	if t.buffer == 0 {
		gl.GenBuffers(1, &t.buffer)
	}
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, t.buffer)
	defer gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	if n := 4 * pic.WidthPx * pic.HeightPx; t.bytes != n {
		gl.BufferData(gl.PIXEL_PACK_BUFFER, n, nil, gl.STREAM_READ)
		t.bytes = n
	}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, s.fbo)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	gl.ReadPixels(0, 0, int32(pic.WidthPx), int32(pic.HeightPx), gl.RGBA, gl.UNSIGNED_BYTE, nil)
	t.picture, t.fence = *pic, gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	gl.Flush()
	r.count++
	return glError("read back")
}

// busy reports whether a picture is on its way.
func (r *readRing) busy() bool { return r.count > 0 }

// arrived reports whether the oldest picture can be fetched, waiting for at most so long.
func (r *readRing) arrived(wait time.Duration) bool {
	if r.count == 0 {
		return false
	}
	state := gl.ClientWaitSync(r.ways[r.first].fence, 0, uint64(max(wait, 0)))
	return state != gl.TIMEOUT_EXPIRED // a failed wait shows when the picture is fetched
}

// oldest is the picture that arrives first.
func (r *readRing) oldest() *transfer { return &r.ways[r.first] }

// take fetches the oldest picture into an image of its size.
func (r *readRing) take(img *image.RGBA) error {
	t := r.oldest()
	defer r.forget()
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, t.buffer)
	defer gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	mapped := gl.MapBufferRange(gl.PIXEL_PACK_BUFFER, 0, len(img.Pix), gl.MAP_READ_BIT)
	if mapped == nil {
		return glError("read back")
	}
	copy(img.Pix, unsafe.Slice((*byte)(mapped), len(img.Pix)))
	gl.UnmapBuffer(gl.PIXEL_PACK_BUFFER)
	return glError("read back")
}

// forget drops the oldest picture.
func (r *readRing) forget() {
	t := r.oldest()
	gl.DeleteSync(t.fence)
	t.fence, t.picture = 0, sitting{}
	r.first = (r.first + 1) % len(r.ways)
	r.count--
}

func (r *readRing) delete() {
	for r.count > 0 {
		r.forget()
	}
	for i := range r.ways {
		gl.DeleteBuffers(1, &r.ways[i].buffer)
	}
	*r = readRing{}
}
