package g3ngl

import (
	"fmt"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// drawOutline rings what is selected and hovered, only where that is on the screen.
func (p *painter) drawOutline(f *render.Frame, t *target, resolved uint32) error {
	if len(f.Selected)+len(f.Hovered) == 0 {
		return nil
	}
	x, y, w, h, seen := outlineRect(f)
	if !seen {
		return nil
	}
	if err := t.needMask(); err != nil {
		return err
	}
	gl.Enable(gl.SCISSOR_TEST)
	defer gl.Disable(gl.SCISSOR_TEST)
	reach := int32(3*f.PixelScale) + 1 // how far the outline looks around
	gl.Scissor(x-reach, y-reach, w+2*reach, h+2*reach)
	gl.BindFramebuffer(gl.FRAMEBUFFER, t.masked.fbo)
	gl.ColorMask(true, true, true, true)
	p.gs.ClearColor(0, 0, 0, 0)
	p.gs.Clear(gls.COLOR_BUFFER_BIT)
	p.clip(f, true)
	err := p.g3n.Render(p.overlay, fixedCamera{})
	p.clip(f, false)
	if err != nil {
		return fmt.Errorf("g3ngl: %w", err)
	}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, t.masked.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, t.mask.fbo)
	gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST) // of which the scissor leaves the part
	gl.Scissor(x, y, w, h)
	gl.BindFramebuffer(gl.FRAMEBUFFER, resolved)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitMask)
	gl.BindTexture(gl.TEXTURE_2D, t.mask.colour)
	root := core.NewNode()
	root.Add(p.outline)
	if err := p.g3n.Render(root, fixedCamera{}); err != nil {
		return fmt.Errorf("g3ngl: %w", err)
	}
	root.Remove(p.outline)
	return nil
}

// outlineRect returns the pixels that the outlines may touch.
func outlineRect(f *render.Frame) (x, y, w, h int32, seen bool) {
	m := f.ClipFromView(true).Mul4(f.ViewFromOrigin)
	x0, y0, x1, y1 := float32(1), float32(1), float32(-1), float32(-1)
	for _, slots := range [2][]uint32{f.Selected, f.Hovered} {
		for _, s := range slots {
			e := &f.Extents[s]
			for k := 0; k < 8; k++ {
				p := e.Middle
				for a := 0; a < 3; a++ {
					if k>>a&1 == 0 {
						p[a] -= e.Half[a]
					} else {
						p[a] += e.Half[a]
					}
				}
				c := m.Mul4x1([4]float32{p[0], p[1], p[2], 1})
				if c[3] <= 0 { // behind the eye: it may be anywhere
					return 0, 0, int32(f.WidthPx), int32(f.HeightPx), true
				}
				cx, cy := c[0]/c[3], -c[1]/c[3]
				x0, x1, y0, y1 = min(x0, cx), max(x1, cx), min(y0, cy), max(y1, cy)
			}
		}
	}
	margin := 4*f.PixelScale + 2
	px := func(v float32, size int) float32 { return (v + 1) / 2 * float32(size) }
	left := max(px(x0, f.WidthPx)-margin, 0)
	right := min(px(x1, f.WidthPx)+margin, float32(f.WidthPx))
	bottom := max(px(y0, f.HeightPx)-margin, 0)
	top := min(px(y1, f.HeightPx)+margin, float32(f.HeightPx))
	if right <= left || top <= bottom {
		return 0, 0, 0, 0, false
	}
	x, y = int32(left), int32(bottom)
	return x, y, int32(right+1) - x, int32(top+1) - y, true
}
