package viewport

import (
	"image"
	"image/color"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
)

// shared shows the renderer's textures without a copy through memory, by Fyne's public API alone. Three rasters lie on
// each other, painted in this order: blit, whose generator runs when there is a new picture and copies it on the GPU into
// the texture that Fyne shows for view; view, which first shows one pixel of a sentinel colour; and learn, whose generator
// runs right after view was painted and finds view's texture still bound: if it is one pixel of the sentinel colour, that
// is the texture to copy into. Fyne deletes it whenever view is refreshed or resized; then it is learnt again.
//
// Where any of this does not work the presenter falls back to reading back, and says why in the log.
type shared struct {
	v                 *Viewport
	blit, view, learn *canvas.Raster
	fallback          *readback // nil while sharing works
	target            uint32    // Fyne's texture, 0 while unknown
	targetW, targetH  int
	mark              color.NRGBA
	fbo               [2]uint32 // read, draw; in Fyne's context
	pending           render.Picture
	misses            int
}

func newShared(v *Viewport) *shared {
	p := &shared{v: v}
	p.blit = canvas.NewRaster(p.generateBlit)
	p.view = canvas.NewRaster(p.generateView)
	p.learn = canvas.NewRaster(p.generateLearn)
	return p
}

func (p *shared) objects() []fyne.CanvasObject {
	if p.fallback != nil {
		return p.fallback.objects()
	}
	return []fyne.CanvasObject{p.blit, p.view, p.learn}
}

func (p *shared) present() {
	if p.fallback != nil {
		p.fallback.present()
		return
	}
	p.blit.Refresh()
}

// giveUp goes over to reading back. The objects of the widget change after this paint.
func (p *shared) giveUp(why error) {
	if p.fallback != nil {
		return
	}
	slog.Info("3D pictures are read back: textures cannot be shared here", "reason", why)
	p.fallback = newReadback(p.v)
	old := p.v.renderer
	p.v.renderer = nil
	fyne.Do(func() {
		if old != nil {
			old.Close()
		}
		p.v.inFlight.Store(false)
		p.v.dirty = true
		p.v.BaseWidget.Refresh()
		for _, o := range p.fallback.objects() {
			o.Resize(p.v.Size())
		}
		canvas.Refresh(p.v)
	})
}

// generateBlit runs first in a paint, with Fyne's context current.
func (p *shared) generateBlit(w, h int) image.Image {
	out := dot(color.NRGBA{})
	if p.fallback != nil {
		return out
	}
	if p.v.renderer == nil {
		if err := p.start(); err != nil {
			p.giveUp(err)
			return out
		}
	}
	p.v.resized(w, h)
	if p.target == 0 || p.v.renderer == nil {
		return out
	}
	pic, ok := p.v.renderer.Acquire()
	if !ok {
		return out
	}
	err := p.copy(pic)
	p.v.renderer.Release(pic, gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0))
	gl.Flush()
	if err != nil {
		p.giveUp(err)
		return out
	}
	p.v.shown(pic)
	return out
}

func (p *shared) generateView(int, int) image.Image {
	p.target = 0 // Fyne has deleted the texture that it had for this raster
	p.mark = sentinel()
	if p.fallback == nil {
		fyne.Do(p.learn.Refresh) // it may have been painted from its own cached texture just now
	}
	return dot(p.mark)
}

func (p *shared) generateLearn(int, int) image.Image {
	out := dot(color.NRGBA{})
	if p.fallback != nil || p.target != 0 || p.v.renderer == nil {
		return out
	}
	var tex, width int32
	gl.GetIntegerv(gl.TEXTURE_BINDING_2D, &tex)
	gl.GetTexLevelParameteriv(gl.TEXTURE_2D, 0, gl.TEXTURE_WIDTH, &width)
	var px [4]uint8
	if tex != 0 && width == 1 {
		gl.GetTexImage(gl.TEXTURE_2D, 0, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(&px[0]))
	}
	if px != [4]uint8{p.mark.R, p.mark.G, p.mark.B, p.mark.A} {
		if p.misses++; p.misses > 3 {
			p.giveUp(mismatch("the texture of the view was not found: texture %d is %d wide and holds %v", tex, width, px))
		} else {
			fyne.Do(func() { p.view.Refresh(); p.learn.Refresh() })
		}
		return out
	}
	p.misses, p.target, p.targetW, p.targetH = 0, uint32(tex), 1, 1
	p.v.dirty = true // draw again at once, into the new texture
	fyne.Do(p.blit.Refresh)
	return out
}

// start makes the renderer in a context that shares with the window's, and proves that its textures arrive there.
func (p *shared) start() error {
	window := fyneWindow()
	if window == nil {
		return mismatch("no GL context is current while painting")
	}
	if window.GetAttrib(glfw.ClientAPI) != glfw.OpenGLAPI {
		return mismatch("the window has no desktop OpenGL")
	}
	hidden, err := g3ngl.HiddenWindow(window)
	if err != nil {
		return err
	}
	r, err := g3ngl.NewOnWindow(hidden, g3ngl.Options{Publish: g3ngl.Textures, Destroy: destroy})
	if err != nil {
		return err
	}
	if err := p.prove(r); err != nil {
		r.Close()
		return err
	}
	p.v.adopt(r, sharedWay)
	return nil
}

// prove draws one small frame twice: read back by the renderer, and as a texture read in the window's context. Both must
// be the same.
func (p *shared) prove(r render.Renderer) error {
	frame := p.v.testFrame()
	defer frame.Release()
	want, err := r.Snapshot(frame)
	if err != nil {
		return err
	}
	ready := make(chan struct{}, 1)
	r.OnPicture(func() {
		select {
		case ready <- struct{}{}:
		default:
		}
	})
	r.Submit(frame.Retain())
	select {
	case <-ready:
	case <-time.After(3 * time.Second):
		return mismatch("no picture within 3 s")
	}
	pic, ok := r.Acquire()
	if !ok || pic.Texture == 0 {
		return mismatch("the renderer published no texture: %v", r.Err())
	}
	defer r.Release(pic, 0)
	var before, w, h int32
	gl.GetIntegerv(gl.TEXTURE_BINDING_2D, &before)
	defer gl.BindTexture(gl.TEXTURE_2D, uint32(before))
	gl.WaitSync(pic.Fence, 0, gl.TIMEOUT_IGNORED)
	gl.BindTexture(gl.TEXTURE_2D, pic.Texture)
	gl.GetTexLevelParameteriv(gl.TEXTURE_2D, 0, gl.TEXTURE_WIDTH, &w)
	gl.GetTexLevelParameteriv(gl.TEXTURE_2D, 0, gl.TEXTURE_HEIGHT, &h)
	if int(w) != want.Rect.Dx() || int(h) != want.Rect.Dy() {
		return mismatch("the texture is %d × %d in the window's context, not %v", w, h, want.Rect.Size())
	}
	got := make([]uint8, len(want.Pix))
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	gl.GetTexImage(gl.TEXTURE_2D, 0, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(got))
	if e := gl.GetError(); e != gl.NO_ERROR {
		return mismatch("GL error 0x%x", e)
	}
	for i := range got {
		if i%4 != 3 && got[i] != want.Pix[i] {
			return mismatch("pixel %d is %d in the window's context and %d in the renderer's", i/4, got[i], want.Pix[i])
		}
	}
	return nil
}

// copy blits a picture into Fyne's texture, in Fyne's context, and leaves its state as it was.
func (p *shared) copy(pic render.Picture) error {
	var read, draw, tex int32
	gl.GetIntegerv(gl.READ_FRAMEBUFFER_BINDING, &read)
	gl.GetIntegerv(gl.DRAW_FRAMEBUFFER_BINDING, &draw)
	gl.GetIntegerv(gl.TEXTURE_BINDING_2D, &tex)
	scissor := gl.IsEnabled(gl.SCISSOR_TEST)
	if p.fbo[0] == 0 {
		gl.GenFramebuffers(2, &p.fbo[0])
	}
	w, h := int32(pic.WidthPx), int32(pic.HeightPx)
	gl.BindTexture(gl.TEXTURE_2D, p.target)
	if p.targetW != pic.WidthPx || p.targetH != pic.HeightPx {
		gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, w, h, 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
		p.targetW, p.targetH = pic.WidthPx, pic.HeightPx
	}
	gl.WaitSync(pic.Fence, 0, gl.TIMEOUT_IGNORED)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, p.fbo[0])
	gl.FramebufferTexture2D(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, pic.Texture, 0)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, p.fbo[1])
	gl.FramebufferTexture2D(gl.DRAW_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, p.target, 0)
	if scissor {
		gl.Disable(gl.SCISSOR_TEST)
	}
	gl.BlitFramebuffer(0, 0, w, h, 0, 0, w, h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	if scissor {
		gl.Enable(gl.SCISSOR_TEST)
	}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, uint32(read))
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, uint32(draw))
	gl.BindTexture(gl.TEXTURE_2D, uint32(tex))
	if e := gl.GetError(); e != gl.NO_ERROR {
		return mismatch("GL error 0x%x while copying", e)
	}
	return nil
}
