package g3ngl

import (
	"fmt"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// surface is one framebuffer with its colour and depth.
type surface struct {
	fbo, colour, depth uint32
	texture            bool // colour is a texture, not a renderbuffer
}

func newSurface(w, h, samples int32, format uint32, texture, depth bool) (surface, error) {
	s := surface{texture: texture}
	gl.GenFramebuffers(1, &s.fbo)
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.fbo)
	switch {
	case texture && samples > 1:
		gl.GenTextures(1, &s.colour)
		gl.BindTexture(gl.TEXTURE_2D_MULTISAMPLE, s.colour)
		gl.TexImage2DMultisample(gl.TEXTURE_2D_MULTISAMPLE, samples, format, w, h, true)
		gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D_MULTISAMPLE, s.colour, 0)
	case texture:
		gl.GenTextures(1, &s.colour)
		gl.BindTexture(gl.TEXTURE_2D, s.colour)
		gl.TexImage2D(gl.TEXTURE_2D, 0, int32(format), w, h, 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
		gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, s.colour, 0)
	default:
		s.colour = storage(w, h, samples, format)
		gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, s.colour)
	}
	if depth {
		s.depth = storage(w, h, samples, gl.DEPTH_COMPONENT32F)
		gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, s.depth)
	}
	if status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); status != gl.FRAMEBUFFER_COMPLETE {
		s.delete()
		return surface{}, fmt.Errorf("g3ngl: framebuffer %d×%d with %d samples is refused (0x%x)", w, h, samples, status)
	}
	if err := glError("framebuffer"); err != nil {
		s.delete()
		return surface{}, err
	}
	return s, nil
}

func storage(w, h, samples int32, format uint32) uint32 {
	var id uint32
	gl.GenRenderbuffers(1, &id)
	gl.BindRenderbuffer(gl.RENDERBUFFER, id)
	if samples > 1 {
		gl.RenderbufferStorageMultisample(gl.RENDERBUFFER, samples, format, w, h)
	} else {
		gl.RenderbufferStorage(gl.RENDERBUFFER, format, w, h)
	}
	return id
}

func (s *surface) delete() {
	if s.fbo == 0 {
		return
	}
	gl.DeleteFramebuffers(1, &s.fbo)
	if s.texture {
		gl.DeleteTextures(1, &s.colour)
	} else {
		gl.DeleteRenderbuffers(1, &s.colour)
	}
	if s.depth != 0 {
		gl.DeleteRenderbuffers(1, &s.depth)
	}
	*s = surface{}
}

// target is what frames of one size are drawn into.
type target struct {
	w, h    int32
	samples int32
	most    int32   // samples, whatever the device can; 0 for no limit
	drawn   surface // multisampled
	kept    surface // the same, of what is drawn piece by piece
	masked  surface // multisampled coverage of what is outlined
	mask    surface // resolved, to be read by the outline pass
	alarmed surface // multisampled coverage of what has an alarm, by priority
	alarms  surface // resolved
	layers  layers  // of what is translucent
}

// resize makes the surfaces for a size, with fewer samples if the driver refuses.
func (t *target) resize(w, h int32, d *device) error {
	if t.w == w && t.h == h {
		return nil
	}
	if w > d.maxSize || h > d.maxSize {
		return tooBig(w, h, d.maxSize)
	}
	t.delete()
	samples := int32(d.Samples)
	if t.most > 0 {
		samples = min(samples, t.most)
	}
	for {
		var err error
		if t.drawn, err = newSurface(w, h, samples, gl.RGBA8, d.Software && samples > 1, true); err == nil {
			t.w, t.h, t.samples = w, h, samples
			if t.most == 0 {
				d.Samples = int(samples)
			}
			return nil
		}
		if samples <= 1 {
			return err
		}
		samples /= 2
	}
}

func tooBig(w, h, most int32) error {
	return fmt.Errorf("g3ngl: a picture of %d×%d pixels is too big, the driver's limit is %d; ask for a smaller one", w, h, most)
}

// needKept makes the surface for what is drawn piece by piece when it is first used.
func (t *target) needKept() (err error) {
	if t.kept.fbo == 0 {
		t.kept, err = newSurface(t.w, t.h, t.samples, gl.RGBA8, false, true)
	}
	return err
}

// copyKept copies what is there so far to where pictures are finished.
func (t *target) copyKept() {
	gl.ColorMask(true, true, true, true)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, t.kept.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, t.drawn.fbo)
	gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT|gl.DEPTH_BUFFER_BIT, gl.NEAREST)
}

// targets are those of live pictures, of quick ones with one sample per pixel, of still ones, and of still
// ones with very many triangles.
type targets struct{ live, plain, still, dense target }

// denseFaces is from how many triangles on the CPU takes two samples per pixel for a still picture: they are hardly larger
// than a pixel then, and each sample of each costs time.
const denseFaces = 300_000

// pick chooses the target of a job. On the CPU, drafts have one sample per pixel: that halves their time. So have frames
// that are drawn piece by piece, which become smooth later.
func (ts *targets) pick(f *render.Frame, j *job, faces int, software bool) *target {
	switch {
	case j.whole && software && faces > denseFaces:
		ts.dense.most = 2
		return &ts.dense
	case j.whole:
		return &ts.still
	case j.heavy || f.Draft && software:
		ts.plain.most = 1
		return &ts.plain
	}
	return &ts.live
}

func (ts *targets) delete() {
	ts.live.delete()
	ts.plain.delete()
	ts.still.delete()
	ts.dense.delete()
}

// needMasks makes the surfaces of outlines when they are first used. They share the depth of the picture.
func (t *target) needMasks(chosen, alarms bool) error {
	need := func(drawn, resolved *surface) (err error) {
		if resolved.fbo != 0 {
			return nil
		}
		if *drawn, err = newSurface(t.w, t.h, t.samples, gl.RGBA8, false, false); err != nil {
			return err
		}
		gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, t.drawn.depth)
		*resolved, err = newSurface(t.w, t.h, 1, gl.RGBA8, true, false)
		return err
	}
	if chosen {
		if err := need(&t.masked, &t.mask); err != nil {
			return err
		}
	}
	if alarms {
		return need(&t.alarmed, &t.alarms)
	}
	return nil
}

func (t *target) delete() {
	t.drawn.delete()
	t.kept.delete()
	t.masked.delete()
	t.mask.delete()
	t.alarmed.delete()
	t.alarms.delete()
	t.layers.delete()
	*t = target{most: t.most}
}
