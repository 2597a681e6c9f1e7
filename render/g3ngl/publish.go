package g3ngl

import (
	"errors"
	"image"
	"sync"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

var errBusy = errors.New("g3ngl: the viewer holds all pictures; it must release them")

// slot is one picture and where it is kept.
type slot struct {
	picture render.Picture
	surface surface // of a published texture
	w, h    int32
	image   *image.RGBA
	reading uintptr // fence of the viewer's last use of the texture
	busy    bool    // acquired and not released yet
}

// publisher keeps three slots: one with the viewer, one that is offered, one to draw into.
type publisher struct {
	mu      sync.Mutex // guards busy, reading, picture of the slots, and offered
	slots   [3]slot
	offered int // slot number + 1 of the newest picture that was not acquired yet; 0 for none

	reader  surface // where images are resolved before they are read; used by the render thread alone, as is all below
	w, h    int32
	maxSize int32 // of a picture's side
	// deferred reads images back while the next frame is drawn. On the CPU they are in main memory already, and a buffer would
	// only be one more copy.
	deferred bool
	ring     readRing
}

// free picks a slot that nobody looks at; rather than wait it takes the offered picture back.
func (o *publisher) free() *slot {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.slots {
		if !o.slots[i].busy && o.offered != i+1 {
			return &o.slots[i]
		}
	}
	if o.offered > 0 {
		s := &o.slots[o.offered-1]
		o.offered = 0
		return s
	}
	return nil
}

// offer makes the picture of a slot the newest.
func (o *publisher) offer(s *slot, p render.Picture) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.picture = p
	for i := range o.slots {
		if s == &o.slots[i] {
			o.offered = i + 1
		}
	}
}

func (o *publisher) acquire() (render.Picture, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.offered == 0 {
		return render.Picture{}, false
	}
	s := &o.slots[o.offered-1]
	o.offered, s.busy = 0, true
	return s.picture, true
}

func (o *publisher) release(p render.Picture, fence uintptr) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.slots {
		if s := &o.slots[i]; s.busy && s.picture.Generation == p.Generation && s.picture.Texture == p.Texture && s.picture.Image == p.Image {
			s.busy, s.reading = false, fence
			return
		}
	}
}

// sitting is a picture that is to be made: what is known of it before, and who paints it into a framebuffer of its size.
type sitting struct {
	render.Picture
	begun time.Time
	paint func(fbo uint32) (render.Stats, error)
}

// finished is the picture after it was painted.
func (s *sitting) finished(st render.Stats) render.Picture {
	s.Stats = st
	s.Stats.Total = time.Since(s.begun)
	return s.Picture
}

// publish has a picture made and offers it when it is complete. It reports whether it is offered already: what is read back
// through the GPU's own memory comes later, by collect.
func (o *publisher) publish(pic *sitting, how Publish) (offered bool, err error) {
	if how == Textures {
		return o.publishTexture(pic)
	}
	w, h := int32(pic.WidthPx), int32(pic.HeightPx)
	if err := o.needReader(w, h); err != nil {
		return false, err
	}
	stats, err := pic.paint(o.reader.fbo)
	if err != nil {
		return false, err
	}
	if o.deferred {
		pic.Stats = stats
		return false, o.ring.send(&o.reader, pic)
	}
	s := o.free()
	if s == nil {
		return false, errBusy
	}
	s.needImage(pic.WidthPx, pic.HeightPx)
	pic.Image = s.image
	if err := readInto(&o.reader, w, h, s.image); err != nil {
		return false, err
	}
	o.offer(s, pic.finished(stats))
	return true, nil
}

func (o *publisher) publishTexture(pic *sitting) (offered bool, err error) {
	s := o.free()
	if s == nil {
		return false, errBusy
	}
	if w, h := int32(pic.WidthPx), int32(pic.HeightPx); s.w != w || s.h != h {
		if max(w, h) > o.maxSize {
			return false, tooBig(w, h, o.maxSize)
		}
		s.surface.delete()
		s.w, s.h = 0, 0
		if s.surface, err = newSurface(w, h, 1, gl.RGBA8, true, false); err != nil {
			return false, err
		}
		s.w, s.h = w, h
	}
	o.mu.Lock()
	reading := s.reading
	s.reading = 0
	o.mu.Unlock()
	if reading != 0 { // the GPU may still be copying from the texture
		gl.WaitSync(reading, 0, gl.TIMEOUT_IGNORED)
		gl.DeleteSync(reading)
	}
	stats, err := pic.paint(s.surface.fbo)
	if err != nil {
		return false, err
	}
	if s.picture.Fence != 0 {
		gl.DeleteSync(s.picture.Fence)
		s.picture.Fence = 0
	}
	if err := finish(); err != nil {
		return false, err
	}
	pic.Texture, pic.Fence = s.surface.colour, gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	gl.Flush() // so that the fence is signalled wherever it is waited for
	o.offer(s, pic.finished(stats))
	return true, nil
}

// collect offers a picture that was read back and has arrived, if there is one. It waits for one for at most so long.
func (o *publisher) collect(wait time.Duration) (offered bool, err error) {
	if !o.ring.arrived(wait) {
		return false, nil
	}
	s := o.free()
	if s == nil {
		o.ring.forget()
		return false, errBusy
	}
	pic := o.ring.oldest().picture
	s.needImage(pic.WidthPx, pic.HeightPx)
	if err := o.ring.take(s.image); err != nil {
		return false, err
	}
	pic.Image = s.image
	o.offer(s, pic.finished(pic.Stats))
	return true, nil
}

func (s *slot) needImage(w, h int) {
	if s.image == nil || s.image.Rect.Dx() != w || s.image.Rect.Dy() != h {
		s.image = image.NewRGBA(image.Rect(0, 0, w, h))
	}
}

// still has a picture made into an image of its own.
func (o *publisher) still(pic *sitting) (*image.RGBA, error) {
	w, h := pic.WidthPx, pic.HeightPx
	if err := o.needReader(int32(w), int32(h)); err != nil {
		return nil, err
	}
	var err error
	if pic.Stats, err = pic.paint(o.reader.fbo); err != nil {
		return nil, err
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if err := readInto(&o.reader, int32(w), int32(h), img); err != nil {
		return nil, err
	}
	return img, nil
}

func (o *publisher) needReader(w, h int32) (err error) {
	if o.w == w && o.h == h {
		return nil
	}
	if max(w, h) > o.maxSize {
		return tooBig(w, h, o.maxSize)
	}
	o.reader.delete()
	o.w, o.h = 0, 0
	if o.reader, err = newSurface(w, h, 1, gl.RGBA8, false, false); err != nil {
		return err
	}
	o.w, o.h = w, h
	return nil
}

// readInto copies a surface into an image and waits for it. The rows already run from top to bottom.
func readInto(s *surface, w, h int32, img *image.RGBA) error {
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, s.fbo)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	gl.ReadPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&img.Pix[0]))
	return glError("read back")
}

func (o *publisher) delete() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.slots {
		o.slots[i].surface.delete()
	}
	o.offered = 0
	o.reader.delete()
	o.ring.delete()
}
