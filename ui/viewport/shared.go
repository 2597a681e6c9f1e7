package viewport

import (
	"fmt"
	"image"
	"image/color"
	"log/slog"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/ui/theme"
)

// shared shows the renderer's textures without a copy through memory, by Fyne's public API alone. Three rasters lie on
// each other, painted in this order: blit, whose generator runs when there is a new picture and copies it on the GPU into
// the texture that Fyne shows for view; view, which first shows one pixel of a sentinel colour; and learn, whose generator
// runs right after view was painted and finds view's texture still bound: if it is one pixel of the sentinel colour, that
// is the texture to copy into. Fyne deletes it whenever view is refreshed or resized; then it is learnt again, and the
// picture shown last is put into it at once, so that nothing flickers. blit and learn show nothing; they are one pixel
// small, because blending nothing over the whole view would cost as much as the picture.
//
// The renderer is made in the background and must prove itself first: see prove. Where any of this does not work the
// presenter falls back to reading back, and says why in the log.
type shared struct {
	v                 *Viewport
	blit, view, learn *canvas.Raster
	fallback          *readback // nil while sharing works

	window  *glfw.Window // Fyne's, whose context all below belongs to
	started bool
	closed  bool
	trial   *g3ngl.Renderer // not proven yet
	want    *image.RGBA     // what the trial's picture must look like

	w, h             int    // of the view, in device pixels
	target           uint32 // Fyne's texture, 0 while unknown
	targetW, targetH int32
	mark             color.NRGBA
	fbo              [2]uint32 // to read from, to draw into
	held             render.Picture
	misses           int
}

// proofTime is how long a renderer may take to prove that its textures arrive; a busy machine compiles shaders slowly.
const proofTime = 15 * time.Second

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

func (p *shared) layout(size fyne.Size) {
	if p.fallback != nil {
		p.fallback.layout(size)
		return
	}
	if size != p.view.Size() {
		p.target = 0 // Fyne will delete it
	}
	p.view.Resize(size)
	p.blit.Resize(fyne.NewSquareSize(1))
	p.learn.Resize(fyne.NewSquareSize(1))
	p.learn.Refresh() // in the paint in which view loses its texture
}

func (p *shared) present() {
	if p.fallback != nil {
		p.fallback.present()
		return
	}
	p.blit.Refresh()
}

func (p *shared) close() {
	p.closed, p.held, p.target = true, render.Picture{}, 0
	if p.fallback != nil {
		p.fallback.close()
	}
	if p.trial != nil {
		p.trial.Close()
		p.trial = nil
	}
}

// giveUp goes over to reading back. The objects of the widget change after this paint.
func (p *shared) giveUp(why error) {
	if p.fallback != nil || p.closed {
		return
	}
	slog.Info("3D pictures are read back: textures cannot be shared here", "reason", why)
	p.fallback = newReadback(p.v)
	proven, trial := p.v.renderer, p.trial
	p.v.renderer, p.trial, p.held, p.target = nil, nil, render.Picture{}, 0
	fyne.Do(func() {
		if proven != nil {
			proven.Close()
		}
		if trial != nil {
			trial.Close()
		}
		p.v.relayout()
	})
}

// nothing is what blit and learn show.
var nothing = dot(color.NRGBA{})

// generateBlit runs first in a paint, with Fyne's context current.
func (p *shared) generateBlit(int, int) image.Image {
	if p.fallback != nil || p.closed {
		return nothing
	}
	window := fyneWindow()
	if p.started && window != p.window {
		p.giveUp(mismatch("the view was moved to another window"))
		return nothing
	}
	if !p.started {
		if err := p.start(window); err != nil {
			p.giveUp(err)
			return nothing
		}
	}
	if p.trial != nil {
		p.check()
	}
	if p.v.renderer == nil || !p.known() {
		return nothing
	}
	pic, ok := p.v.renderer.Acquire()
	if !ok {
		return nothing
	}
	if err := p.take(pic); err != nil {
		p.giveUp(err)
		return nothing
	}
	p.v.shown(pic)
	return nothing
}

// known reports whether the target is still Fyne's texture of the view. Fyne may have deleted it at the beginning of this
// paint, and the name may be another texture's by now: none but ours has the size of the view.
func (p *shared) known() bool {
	if p.target == 0 || !gl.IsTexture(p.target) {
		p.target = 0
		return false
	}
	if p.targetW == 0 {
		return true // learnt, not filled yet
	}
	var before, w, h int32
	gl.GetIntegerv(gl.TEXTURE_BINDING_2D, &before)
	gl.BindTexture(gl.TEXTURE_2D, p.target)
	gl.GetTexLevelParameteriv(gl.TEXTURE_2D, 0, gl.TEXTURE_WIDTH, &w)
	gl.GetTexLevelParameteriv(gl.TEXTURE_2D, 0, gl.TEXTURE_HEIGHT, &h)
	gl.BindTexture(gl.TEXTURE_2D, uint32(before))
	if w != p.targetW || h != p.targetH {
		p.target = 0
	}
	return p.target != 0
}

// take copies a picture into Fyne's texture and keeps it until the next.
func (p *shared) take(pic render.Picture) error {
	begin := time.Now()
	gl.WaitSync(pic.Fence, 0, gl.TIMEOUT_IGNORED)
	before := p.held
	p.held = pic
	err := p.copy()
	if before.Texture != 0 {
		p.v.renderer.Release(before, gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0))
		gl.Flush()
	}
	p.v.stats.Present = time.Since(begin)
	return err
}

func (p *shared) generateView(w, h int) image.Image {
	p.w, p.h = w, h
	p.v.resized(w, h)
	p.target = 0 // Fyne has deleted the texture that it had for this raster
	p.mark = sentinel()
	if p.fallback == nil && !p.closed {
		fyne.Do(func() {
			if p.target == 0 { // learn was painted from its own cached texture just now
				p.learn.Refresh()
			}
		})
	}
	return dot(p.mark)
}

func (p *shared) generateLearn(int, int) image.Image {
	if p.fallback != nil || p.closed || p.target != 0 || p.v.renderer == nil {
		return nothing
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
		return nothing
	}
	p.misses, p.target, p.targetW, p.targetH = 0, uint32(tex), 0, 0
	if p.held.Texture == 0 || p.v.flying.unpainted > 0 { // a picture waits that could not be taken without a target
		fyne.Do(p.blit.Refresh)
	}
	if p.held.Texture == 0 {
		return nothing
	}
	if err := p.copy(); err != nil {
		p.giveUp(err)
		return nothing
	}
	p.patch()
	return nothing
}

// start makes a renderer in a context that shares with the window's. What takes long happens in the background.
func (p *shared) start(window *glfw.Window) error {
	p.started, p.window = true, window
	if window == nil {
		return mismatch("no GL context is current while painting")
	}
	p.v.window = window
	if window.GetAttrib(glfw.ClientAPI) != glfw.OpenGLAPI {
		return mismatch("the window has no desktop OpenGL")
	}
	hidden, err := g3ngl.HiddenWindow(window)
	if err != nil {
		return err
	}
	go func() {
		r, err := g3ngl.NewOnWindow(hidden, g3ngl.Options{Publish: g3ngl.Textures, Destroy: destroy})
		var want *image.RGBA
		if err == nil {
			want, err = rehearse(r, func() { fyne.Do(p.blit.Refresh) })
		}
		fyne.Do(func() {
			switch {
			case p.closed && r != nil:
				r.Close()
			case err != nil:
				if r != nil {
					r.Close()
				}
				p.giveUp(err)
			default:
				p.trial, p.want = r, want
				p.blit.Refresh()
			}
		})
	}()
	time.AfterFunc(proofTime, func() {
		fyne.Do(func() {
			if p.v.renderer == nil {
				p.giveUp(mismatch("no picture arrived within %v", proofTime))
			}
		})
	})
	return nil
}

// check proves the renderer on trial, and takes it into service.
func (p *shared) check() {
	pic, ok := p.trial.Acquire()
	if !ok {
		return
	}
	err := prove(pic, p.want)
	p.trial.Release(pic, 0)
	if err != nil {
		p.giveUp(err)
		return
	}
	p.v.adopt(p.trial, sharedWay)
	p.trial, p.want = nil, nil
	fyne.Do(func() { p.view.Refresh(); p.learn.Refresh() })
}

// copy blits the held picture into Fyne's texture, in Fyne's context, and leaves its state as it was. A picture of
// another size, as while the window is resized or when frames are drawn smaller to keep up, is stretched.
func (p *shared) copy() error {
	w, h := int32(p.w), int32(p.h)
	s := saveState()
	defer s.restore()
	if p.fbo[0] == 0 {
		gl.GenFramebuffers(2, &p.fbo[0])
	}
	gl.BindTexture(gl.TEXTURE_2D, p.target)
	if p.targetW != w || p.targetH != h {
		gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, w, h, 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
		p.targetW, p.targetH = w, h
	}
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, p.fbo[1])
	gl.FramebufferTexture2D(gl.DRAW_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, p.target, 0)
	gl.Disable(gl.SCISSOR_TEST)
	p.draw(0, 0, w, h)
	if status := gl.CheckFramebufferStatus(gl.DRAW_FRAMEBUFFER); status != gl.FRAMEBUFFER_COMPLETE {
		return mismatch("Fyne's texture cannot be drawn into (0x%x)", status)
	}
	if e := gl.GetError(); e != gl.NO_ERROR {
		return mismatch("GL error 0x%x while copying", e)
	}
	return nil
}

// draw blits the held picture into the bound framebuffer, from one corner to the other.
func (p *shared) draw(x0, y0, x1, y1 int32) {
	w, h := int32(p.held.WidthPx), int32(p.held.HeightPx)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, p.fbo[0])
	gl.FramebufferTexture2D(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, p.held.Texture, 0)
	filter := uint32(gl.LINEAR)
	if x1-x0 == w && (y1-y0 == h || y0-y1 == h) {
		filter = gl.NEAREST
	}
	gl.BlitFramebuffer(0, 0, w, h, x0, y0, x1, y1, gl.COLOR_BUFFER_BIT, filter)
}

// patch draws the held picture over the sentinel that was painted in this very paint, straight into the window. If the
// driver refuses, the sentinel, which looks like the sky, is seen for one paint.
func (p *shared) patch() {
	c := fyne.CurrentApp().Driver().CanvasForObject(p.view)
	if c == nil {
		return
	}
	x, y := c.PixelCoordinateForPosition(fyne.CurrentApp().Driver().AbsolutePositionForObject(p.view))
	_, height := p.window.GetFramebufferSize()
	s := saveState()
	top := int32(height - y)
	p.draw(int32(x), top, int32(x+p.w), top-int32(p.h))
	s.restore()
	gl.GetError()
}

// prove compares a picture, read in the window's context, with what the renderer itself read back.
func prove(pic render.Picture, want *image.RGBA) error {
	if version := gl.GoStr(gl.GetString(gl.VERSION)); strings.Contains(version, "OpenGL ES") {
		return mismatch("the window has %s", version)
	}
	for gl.GetError() != gl.NO_ERROR { // what others left behind
	}
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
		if got[i] != want.Pix[i] {
			return mismatch("pixel %d is %d in the window's context and %d in the renderer's", i/4, got[i], want.Pix[i])
		}
	}
	return nil
}

// glState is what the presenter changes of Fyne's context.
type glState struct {
	read, draw, tex int32
	scissor         bool
}

func saveState() (s glState) {
	gl.GetIntegerv(gl.READ_FRAMEBUFFER_BINDING, &s.read)
	gl.GetIntegerv(gl.DRAW_FRAMEBUFFER_BINDING, &s.draw)
	gl.GetIntegerv(gl.TEXTURE_BINDING_2D, &s.tex)
	s.scissor = gl.IsEnabled(gl.SCISSOR_TEST)
	return s
}

func (s *glState) restore() {
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, uint32(s.read))
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, uint32(s.draw))
	gl.BindTexture(gl.TEXTURE_2D, uint32(s.tex))
	if s.scissor {
		gl.Enable(gl.SCISSOR_TEST)
	}
}

// sentinel is a colour that no theme has, close to the sky, so that it may be seen for a frame.
func sentinel() color.NRGBA {
	c := theme.Color(theme.Sky)
	c.R ^= 3
	c.G ^= 5
	c.B ^= 6
	c.A = 255
	return c
}

func mismatch(what string, args ...any) error {
	return fmt.Errorf("viewport: self-test: "+what, args...)
}
