package g3ngl

import (
	"fmt"
	"math"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// sortedMost is how many translucent objects are still sorted and blended one over the other. More are blended in any order, as
// sorting whole objects goes wrong where they reach into each other, and shows when the order changes.
const sortedMost = 6

// manyLayers reports whether a frame has more translucent objects than are sorted. It does not depend on where the eye is.
func manyLayers(f *render.Frame) bool {
	n := 0
	for i := range f.Objects {
		if o := &f.Objects[i]; o.Flags&(render.FlagTranslucent|render.FlagBlend) != 0 && o.Flags&render.FlagHidden == 0 {
			if n++; n > sortedMost {
				return true
			}
		}
	}
	return false
}

// layersOf returns between which distances from the eye translucent objects lie: the nearest, and one over the span.
func layersOf(f *render.Frame) mgl32.Vec4 {
	near, far := float32(math.MaxFloat32), float32(0)
	for i := range f.Objects {
		o := &f.Objects[i]
		if o.Flags&(render.FlagTranslucent|render.FlagBlend) == 0 || o.Flags&(render.FlagHidden|render.FlagGround) != 0 {
			continue
		}
		d := mgl32.Vec3(f.Extents[i].Middle).Sub(f.Eye).Len()
		near, far = min(near, d-o.Radius), max(far, d+o.Radius)
	}
	if far == 0 {
		return mgl32.Vec4{}
	}
	near = max(near, 0)
	return mgl32.Vec4{near, 1 / max(far-near, 1e-3)}
}

// layers is where translucent surfaces are gathered: multisampled, with the depth of the picture, and resolved.
type layers struct {
	fbo              uint32
	colour, weight   uint32 // renderbuffers
	resolved         uint32 // framebuffer
	colours, weights uint32 // textures
	began            bool   // something was gathered for this picture
}

// need makes the surfaces when they are first used.
func (l *layers) need(t *target) error {
	if l.fbo != 0 {
		return nil
	}
	gl.GenFramebuffers(1, &l.fbo)
	gl.BindFramebuffer(gl.FRAMEBUFFER, l.fbo)
	l.colour, l.weight = storage(t.w, t.h, t.samples, gl.RGBA16F), storage(t.w, t.h, t.samples, gl.R16F)
	gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, l.colour)
	gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT1, gl.RENDERBUFFER, l.weight)
	gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, t.drawn.depth)
	both := [2]uint32{gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1}
	gl.DrawBuffers(2, &both[0])
	drawn := gl.CheckFramebufferStatus(gl.FRAMEBUFFER)
	gl.GenFramebuffers(1, &l.resolved)
	gl.BindFramebuffer(gl.FRAMEBUFFER, l.resolved)
	l.colours = attachTexture(gl.COLOR_ATTACHMENT0, gl.RGBA16F, gl.RGBA, t.w, t.h)
	l.weights = attachTexture(gl.COLOR_ATTACHMENT1, gl.R16F, gl.RED, t.w, t.h)
	if status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); drawn != gl.FRAMEBUFFER_COMPLETE || status != gl.FRAMEBUFFER_COMPLETE {
		l.delete()
		return fmt.Errorf("g3ngl: layers of %d×%d pixels are refused (0x%x, 0x%x)", t.w, t.h, drawn, status)
	}
	return nil
}

// attachTexture gives the bound framebuffer a texture of halves.
func attachTexture(attachment uint32, internal int32, format uint32, w, h int32) (id uint32) {
	gl.GenTextures(1, &id)
	gl.BindTexture(gl.TEXTURE_2D, id)
	gl.TexImage2D(gl.TEXTURE_2D, 0, internal, w, h, 0, format, gl.HALF_FLOAT, nil)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	gl.FramebufferTexture2D(gl.FRAMEBUFFER, attachment, gl.TEXTURE_2D, id, 0)
	return id
}

func (l *layers) delete() {
	if l.fbo == 0 {
		return
	}
	gl.DeleteFramebuffers(1, &l.fbo)
	gl.DeleteFramebuffers(1, &l.resolved)
	for _, b := range []*uint32{&l.colour, &l.weight} {
		gl.DeleteRenderbuffers(1, b)
	}
	for _, t := range []*uint32{&l.colours, &l.weights} {
		gl.DeleteTextures(1, t)
	}
	*l = layers{}
}

// blend draws something translucent: over the picture, or into the layers, which are emptied first when it is the first of the
// picture.
func (p *painter) blend(gs *gls.GLS, draw func()) {
	p.state(gs, true, false, true)
	if !p.composed.Visible() {
		draw()
		return
	}
	l := &p.target.layers
	gl.BindFramebuffer(gl.FRAMEBUFFER, l.fbo)
	gl.ColorMask(true, true, true, true)
	if !l.began {
		l.began = true
		nothing, none := [4]float32{0, 0, 0, 1}, [4]float32{}
		gl.ClearBufferfv(gl.COLOR, 0, &nothing[0])
		gl.ClearBufferfv(gl.COLOR, 1, &none[0])
	}
	gl.BlendFuncSeparate(gl.ONE, gl.ONE, gl.ZERO, gl.ONE_MINUS_SRC_ALPHA) // not through gls, which keeps this apart from BlendFunc
	draw()
	gl.BlendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA) // as gls believes it to be
	gl.BindFramebuffer(gl.FRAMEBUFFER, p.target.drawn.fbo)
}

// compose lays what was gathered over the picture.
func (p *painter) compose(gs *gls.GLS, _ *program) {
	t := p.target
	l := &t.layers
	if !l.began {
		return
	}
	l.began = false
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, l.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, l.resolved)
	for _, a := range [2]uint32{gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1} {
		gl.ReadBuffer(a)
		gl.DrawBuffer(a)
		gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	}
	gl.BindFramebuffer(gl.FRAMEBUFFER, t.drawn.fbo)
	gs.ActiveTexture(gl.TEXTURE0 + unitWeights)
	gl.BindTexture(gl.TEXTURE_2D, l.weights)
	gs.ActiveTexture(gl.TEXTURE0 + unitGathered)
	gl.BindTexture(gl.TEXTURE_2D, l.colours)
	p.state(gs, false, false, true)
	gs.BindVertexArray(p.emptyVAO)
	gl.DrawArrays(gl.TRIANGLES, 0, 3)
	p.count(1, 0, 0)
}
