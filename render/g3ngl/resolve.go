package g3ngl

import (
	"fmt"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
)

// resolver takes the mean of the samples of a picture where the CPU draws: the driver's own way to do it there is a general
// one, which takes 40 ms to be compiled for the first picture.
type resolver struct {
	pass *pass
	root *core.Node
	from *target
}

const resolveFragment = `
uniform sampler2DMS mask;
uniform int samples;
out vec4 colour;
void main() {
	vec4 sum = vec4(0.0);
	for (int i = 0; i < samples; i++) sum += texelFetch(mask, ivec2(gl_FragCoord.xy), i);
	colour = vec4(sum.rgb / float(samples), 1.0);
}
`

func (r *resolver) init(p *painter) {
	r.root = core.NewNode()
	r.pass = newPass(p.compiler, 0, "smooth.v", "resolve.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, false, false, false)
		gl.Uniform1i(pr.at("samples"), r.from.samples)
		gs.BindVertexArray(p.emptyVAO)
		gl.DrawArrays(gl.TRIANGLES, 0, 3)
	})
	r.pass.use()
	r.root.Add(r.pass)
}

// resolve makes what was drawn into a picture with one sample per pixel.
func (p *painter) resolve(t *target, into uint32) error {
	gl.ColorMask(true, true, true, true)
	if !t.drawn.texture {
		gl.BindFramebuffer(gl.READ_FRAMEBUFFER, t.drawn.fbo)
		gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, into)
		gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
		return nil
	}
	gl.BindFramebuffer(gl.FRAMEBUFFER, into)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitMask)
	gl.BindTexture(gl.TEXTURE_2D_MULTISAMPLE, t.drawn.colour)
	p.resolver.from = t
	if err := p.g3n.Render(p.resolver.root, fixedCamera{}); err != nil {
		return fmt.Errorf("g3ngl: %w", err)
	}
	return nil
}
