package g3ngl

import (
	"fmt"
	"math/bits"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
)

// behind is the picture of all that is opaque, with mipmaps, for what refracts it.
type behind struct {
	w, h         int32
	fbo, texture uint32
}

// need makes the texture for the size of a target, when something is seen through glass.
func (b *behind) need(p *painter, t *target) error {
	if !p.refracts || b.w == t.w && b.h == t.h {
		return nil
	}
	b.delete()
	p.gs.ActiveTexture(gl.TEXTURE0 + unitWork)
	b.texture = plainTexture(gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, t.w, t.h, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, int32(bits.Len32(uint32(max(t.w, t.h)))-1))
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.GenFramebuffers(1, &b.fbo)
	gl.BindFramebuffer(gl.FRAMEBUFFER, b.fbo)
	gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, b.texture, 0)
	if status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); status != gl.FRAMEBUFFER_COMPLETE {
		b.delete()
		return fmt.Errorf("g3ngl: a copy of %d×%d pixels for glass is refused (0x%x)", t.w, t.h, status)
	}
	b.w, b.h = t.w, t.h
	return nil
}

func (b *behind) delete() {
	gl.DeleteFramebuffers(1, &b.fbo)
	gl.DeleteTextures(1, &b.texture)
	*b = behind{}
}

// take copies what has been drawn up to now, and makes its mipmaps.
func (b *behind) take(p *painter) {
	onto := boundFramebuffer()
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, onto)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, b.fbo)
	gl.BlitFramebuffer(0, 0, b.w, b.h, 0, 0, b.w, b.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	gl.BindFramebuffer(gl.FRAMEBUFFER, onto)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitBehind)
	gl.BindTexture(gl.TEXTURE_2D, b.texture)
	gl.GenerateMipmap(gl.TEXTURE_2D)
}

// glassy reports whether a batch is drawn as glass: it refracts what is behind it.
func glassy(b *batch) (shading, bool) {
	return b.surface, b.primitive == triangles && b.surface.traits&traitGlass != 0
}

// notGlassy are the batches that are blended over what is behind them.
func notGlassy(b *batch) (shading, bool) {
	return b.surface, b.primitive == triangles && b.surface.traits&traitGlass == 0
}

// makeGlass makes the passes of what refracts: first the copy of what is behind it.
func (p *painter) makeGlass(add adder) {
	p.glass = add(p.stages[stageGlass], 0, "mesh.v", "mesh.f", glassy, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		if !p.taken {
			p.taken = true
			p.behind.take(p)
		}
		p.state(gs, true, true, true)
		p.drawList(pr, listTranslucent, 0, faces, of)
	})
}

// boundFramebuffer is what is drawn into.
func boundFramebuffer() uint32 {
	var fbo int32
	gl.GetIntegerv(gl.DRAW_FRAMEBUFFER_BINDING, &fbo)
	return uint32(fbo)
}
