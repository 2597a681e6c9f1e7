package g3ngl

import (
	"fmt"
	"time"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
)

// Jagged edges are smoothed while nothing changes: the picture is drawn again a few times, each time shifted by a part of a
// pixel, and the mean is shown (P. Haeberli and K. Akeley, "The accumulation buffer", SIGGRAPH 1990). A picture that is
// complete is left alone for some time first, so that a scene which changes all the time is not drawn more often for it.
const (
	smoothAfter   = 300 * time.Millisecond
	smoothSamples = 8 // in all, of pictures that are drawn with one each or with several
)

// smoother takes the mean of pictures.
type smoother struct {
	shot   surface // one picture
	mean   surface // of those so far, in 16 bits
	w, h   int32
	weight float32 // of the picture that is added
	pass   *pass
	root   *core.Node
}

const smoothVertex = `
void main() {
	gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
`

const smoothFragment = `
uniform sampler2D mask;
out vec4 colour;
void main() { colour = texelFetch(mask, ivec2(gl_FragCoord.xy), 0); }
`

func (s *smoother) init(p *painter) {
	s.root = core.NewNode()
	s.pass = newPass(p.compiler, 0, "smooth.v", "smooth.f", func(gs *gls.GLS, _ *program) {
		p.state(gs, false, false, true)
		gl.ColorMask(true, true, true, true)
		gl.BlendColor(0, 0, 0, s.weight)
		gs.BlendFunc(gl.CONSTANT_ALPHA, gl.ONE_MINUS_CONSTANT_ALPHA)
		gs.BindVertexArray(p.emptyVAO)
		gl.DrawArrays(gl.TRIANGLES, 0, 3)
	})
	s.pass.use()
	s.root.Add(s.pass)
}

// need makes the surfaces for pictures of a size.
func (s *smoother) need(w, h int32) (err error) {
	if s.w == w && s.h == h {
		return nil
	}
	s.free()
	if s.shot, err = newSurface(w, h, 1, gl.RGBA8, true, false); err != nil {
		return err
	}
	if s.mean, err = newSurface(w, h, 1, gl.RGBA16, false, false); err != nil {
		return err
	}
	s.w, s.h = w, h
	return nil
}

// add takes picture n, counted from 0, into the mean.
func (s *smoother) add(p *painter, n int) error {
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.mean.fbo)
	p.gs.Viewport(0, 0, s.w, s.h)
	s.weight = 1 / float32(n+1)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitMask)
	gl.BindTexture(gl.TEXTURE_2D, s.shot.colour)
	if err := p.g3n.Render(s.root, fixedCamera{}); err != nil {
		return fmt.Errorf("g3ngl: %w", err)
	}
	return glError("smooth")
}

// show copies the mean into a framebuffer of its size.
func (s *smoother) show(fbo uint32) error {
	gl.ColorMask(true, true, true, true)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, s.mean.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, fbo)
	gl.BlitFramebuffer(0, 0, s.w, s.h, 0, 0, s.w, s.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	return glError("smooth")
}

func (s *smoother) free() {
	s.shot.delete()
	s.mean.delete()
	s.w, s.h = 0, 0
}

// rounds is how many pictures the mean is taken of.
func rounds(samples int32) int {
	return max(2, smoothSamples/int(max(samples, 1)))
}

// jitter returns by how many pixels picture n is shifted. The shifts are the points of Halton's sequence of bases 2 and 3. A
// picture that has several samples per pixel is shifted by less: its samples have places of their own.
func jitter(n int, samples int32) [2]float32 {
	width := float32(1)
	for w := samples; w > 1; w /= 4 {
		width /= 2
	}
	return [2]float32{(halton(n+1, 2) - 0.5) * width, (halton(n+1, 3) - 0.5) * width}
}

// halton is the radical inverse of n (J. H. Halton, "Algorithm 247", 1964).
func halton(n, base int) float32 {
	out, digit := float32(0), float32(1)
	for ; n > 0; n /= base {
		digit /= float32(base)
		out += digit * float32(n%base)
	}
	return out
}
