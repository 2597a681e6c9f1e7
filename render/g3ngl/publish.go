package g3ngl

import (
	"errors"
	"image"
	"sync"
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

	reader surface // where images are resolved before they are read; used by the render thread alone, as is all below
	w, h   int32
	pbo    [2]uint32
	sizes  [2]int
	turn   int
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

// publish draws a frame into a free slot. The picture is complete when it is offered: one frame is in flight.
func (o *publisher) publish(p *painter, t *target, f *render.Frame, how Publish) (*slot, render.Picture, error) {
	pic := render.Picture{Generation: f.Generation, WidthPx: f.WidthPx, HeightPx: f.HeightPx}
	s := o.free()
	if s == nil {
		return nil, pic, errBusy
	}
	var err error
	if how == Images {
		if s.image == nil || s.image.Rect.Dx() != f.WidthPx || s.image.Rect.Dy() != f.HeightPx {
			s.image = image.NewRGBA(image.Rect(0, 0, f.WidthPx, f.HeightPx))
		}
		pic.Image = s.image
		pic.Stats, err = o.read(p, t, f, s.image, false)
		return s, pic, err
	}
	if w, h := int32(f.WidthPx), int32(f.HeightPx); s.w != w || s.h != h {
		s.surface.delete()
		s.w, s.h = 0, 0
		if s.surface, err = newSurface(w, h, 1, gl.RGBA8, true, false); err != nil {
			return s, pic, err
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
	if pic.Stats, err = p.draw(f, t, s.surface.fbo, false); err != nil {
		return s, pic, err
	}
	if s.picture.Fence != 0 {
		gl.DeleteSync(s.picture.Fence)
		s.picture.Fence = 0
	}
	pic.Texture, pic.Fence = s.surface.colour, gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	return s, pic, finish()
}

// still draws a frame into an image of its own.
func (o *publisher) still(p *painter, t *target, f *render.Frame) (*image.RGBA, render.Stats, error) {
	img := image.NewRGBA(image.Rect(0, 0, f.WidthPx, f.HeightPx))
	stats, err := o.read(p, t, f, img, true)
	if err != nil {
		return nil, stats, err
	}
	return img, stats, nil
}

// read draws a frame and copies it into an image. The rows already run from top to bottom.
func (o *publisher) read(p *painter, t *target, f *render.Frame, img *image.RGBA, whole bool) (render.Stats, error) {
	w, h := int32(f.WidthPx), int32(f.HeightPx)
	if w > p.device.maxSize || h > p.device.maxSize {
		return render.Stats{}, t.resize(w, h, &p.device) // says that it is too big
	}
	if o.w != w || o.h != h {
		o.reader.delete()
		o.w, o.h = 0, 0
		var err error
		if o.reader, err = newSurface(w, h, 1, gl.RGBA8, false, false); err != nil {
			return render.Stats{}, err
		}
		o.w, o.h = w, h
	}
	stats, err := p.draw(f, t, o.reader.fbo, whole)
	if err != nil {
		return stats, err
	}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, o.reader.fbo)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	if p.device.Software { // the pixels are in main memory already: a buffer would only be one more copy
		gl.ReadPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&img.Pix[0]))
		return stats, glError("read back")
	}
	return stats, o.readByBuffer(w, h, img)
}

// readByBuffer reads through a ring of pixel buffers, so that the transfer is a DMA and the driver does not convert.
func (o *publisher) readByBuffer(w, h int32, img *image.RGBA) error {
	i := o.turn % len(o.pbo)
	o.turn++
	if o.pbo[i] == 0 {
		gl.GenBuffers(1, &o.pbo[i])
	}
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, o.pbo[i])
	defer gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	if o.sizes[i] != len(img.Pix) {
		gl.BufferData(gl.PIXEL_PACK_BUFFER, len(img.Pix), nil, gl.STREAM_READ)
		o.sizes[i] = len(img.Pix)
	}
	gl.ReadPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	if err := finish(); err != nil {
		return err
	}
	mapped := gl.MapBufferRange(gl.PIXEL_PACK_BUFFER, 0, len(img.Pix), gl.MAP_READ_BIT)
	if mapped == nil {
		return glError("read back")
	}
	copy(img.Pix, unsafe.Slice((*byte)(mapped), len(img.Pix)))
	gl.UnmapBuffer(gl.PIXEL_PACK_BUFFER)
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
	gl.DeleteBuffers(int32(len(o.pbo)), &o.pbo[0])
}
