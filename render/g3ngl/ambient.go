package g3ngl

import (
	"fmt"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// How far surfaces shut the light off from each other, as a share of the distance of what is looked at, and how strongly.
const (
	nearnessShare    = 0.06
	nearnessStrength = 0.7
)

// ambient darkens where surfaces are near to each other: occlusion by what is in the picture, in half its resolution.
type ambient struct {
	w, h     int32
	depth    uint32 // texture of the picture's depth, one sample per pixel
	depthFBO uint32
	halves   [2]halfPicture
	nearness mgl32.Vec4
	on       bool   // in this frame
	onto     uint32 // framebuffer of the picture
}

// halfPicture holds occlusion and distance in half the resolution.
type halfPicture struct{ fbo, texture uint32 }

// planAmbient decides whether a frame has occlusion: in the Review look, but not in quick pictures.
func (p *painter) planAmbient(f *render.Frame, quick bool) {
	a := &p.ambient
	a.on = f.Look == render.Review && !f.Light.NoOcclusion && !quick
	for _, s := range p.shades {
		s.SetVisible(a.on)
	}
	metre := float32(f.HeightPx) / (2 * max(f.TanHalfY, 1e-6))
	if f.TanHalfY == 0 {
		metre = float32(f.HeightPx) / (2 * f.HalfHeight)
	}
	a.nearness = mgl32.Vec4{nearnessShare * f.FocusDistance, nearnessStrength, metre, float32(f.HeightPx) / 7}
}

// need makes the textures for the size of a target.
func (a *ambient) need(p *painter, t *target) error {
	if !a.on || a.w == t.w && a.h == t.h {
		return nil
	}
	a.delete()
	p.gs.ActiveTexture(gl.TEXTURE0 + unitWork)
	a.depth = plainTexture(gl.DEPTH_COMPONENT32F, gl.DEPTH_COMPONENT, gl.FLOAT, t.w, t.h, gl.NEAREST)
	gl.GenFramebuffers(1, &a.depthFBO)
	gl.BindFramebuffer(gl.FRAMEBUFFER, a.depthFBO)
	gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, a.depth, 0)
	gl.DrawBuffer(gl.NONE)
	gl.ReadBuffer(gl.NONE)
	status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER)
	for i := range a.halves {
		h := &a.halves[i]
		h.texture = plainTexture(gl.RG16F, gl.RG, gl.HALF_FLOAT, (t.w+1)/2, (t.h+1)/2, gl.NEAREST)
		gl.GenFramebuffers(1, &h.fbo)
		gl.BindFramebuffer(gl.FRAMEBUFFER, h.fbo)
		gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, h.texture, 0)
		if s := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); s != gl.FRAMEBUFFER_COMPLETE {
			status = s
		}
	}
	if status != gl.FRAMEBUFFER_COMPLETE {
		a.delete()
		return fmt.Errorf("g3ngl: occlusion of %d×%d pixels is refused (0x%x)", t.w, t.h, status)
	}
	a.w, a.h = t.w, t.h
	return nil
}

// plainTexture makes a texture without mipmaps.
func plainTexture(internal int32, format, kind uint32, w, h int32, filter int32) (id uint32) {
	gl.GenTextures(1, &id)
	gl.BindTexture(gl.TEXTURE_2D, id)
	gl.TexImage2D(gl.TEXTURE_2D, 0, internal, w, h, 0, format, kind, nil)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	return id
}

func (a *ambient) delete() {
	gl.DeleteFramebuffers(1, &a.depthFBO)
	gl.DeleteTextures(1, &a.depth)
	for i := range a.halves {
		gl.DeleteFramebuffers(1, &a.halves[i].fbo)
		gl.DeleteTextures(1, &a.halves[i].texture)
	}
	*a = ambient{nearness: a.nearness, on: a.on}
}

// makeShades makes the passes of occlusion: it is found, smoothed along rows and columns, and laid over the picture.
func (p *painter) makeShades(known *programs) {
	a := &p.ambient
	half := func(to int, gs *gls.GLS) {
		p.state(gs, false, false, false)
		gl.BindFramebuffer(gl.FRAMEBUFFER, a.halves[to].fbo)
		gs.Viewport(0, 0, (a.w+1)/2, (a.h+1)/2)
	}
	smooth := func(from int, x, y int32) func(*gls.GLS, *program) {
		return func(gs *gls.GLS, pr *program) {
			half(1-from, gs)
			p.read(a.halves[from].texture, pr)
			gl.Uniform2i(pr.at("along"), x, y)
			p.fill(gs)
		}
	}
	steps := []func(*gls.GLS, *program){
		func(gs *gls.GLS, pr *program) {
			a.onto = boundFramebuffer()
			gl.BindFramebuffer(gl.READ_FRAMEBUFFER, a.onto)
			gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, a.depthFBO)
			gl.BlitFramebuffer(0, 0, a.w, a.h, 0, 0, a.w, a.h, gl.DEPTH_BUFFER_BIT, gl.NEAREST)
			half(0, gs)
			p.read(a.depth, pr)
			p.fill(gs)
		},
		smooth(0, 1, 0),
		smooth(1, 0, 1),
		func(gs *gls.GLS, pr *program) {
			gl.BindFramebuffer(gl.FRAMEBUFFER, a.onto)
			gs.Viewport(0, 0, a.w, a.h)
			p.state(gs, false, false, true)
			gs.BlendFunc(gl.ZERO, gl.SRC_COLOR)
			p.gs.ActiveTexture(gl.TEXTURE0 + unitBehind)
			gl.BindTexture(gl.TEXTURE_2D, a.depth)
			gl.Uniform1i(pr.at("depths"), unitBehind)
			p.read(a.halves[0].texture, pr)
			p.fill(gs)
			gl.BindTexture(gl.TEXTURE_2D, 0)
			p.bindLight()
		},
	}
	for i, fragment := range []string{"nearness.f", "nearnessSmooth.f", "nearnessSmooth.f", "nearnessOver.f"} {
		s := newPass(known, i, "compose.v", fragment, steps[i])
		s.use()
		p.stages[stageShade].Add(s)
		p.shades = append(p.shades, s)
	}
}

// read binds a texture for the program of a pass over all of a picture.
func (p *painter) read(texture uint32, pr *program) {
	p.gs.ActiveTexture(gl.TEXTURE0 + unitWork)
	gl.BindTexture(gl.TEXTURE_2D, texture)
	gl.Uniform1i(pr.at("source"), unitWork)
}

// fill draws one triangle over all of the picture.
func (p *painter) fill(gs *gls.GLS) {
	gs.BindVertexArray(p.emptyVAO)
	gl.DrawArrays(gl.TRIANGLES, 0, 3)
	p.count(1, 0, 0)
}
