package g3ngl

import (
	"fmt"
	"unsafe"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

const (
	tilePx         = 32  // side of the squares of the picture that outlines are looked for in
	outlineReachPx = 3.5 // how far outlines reach from what they surround, in design pixels
)

// outlines are the rings around what is selected, hovered or has an alarm, made from masks of coverage.
type outlines struct {
	touched []bool      // by tile
	tiles   [][2]uint16 // that were touched; each four times, for its corners
	buffer  uint32
	vao     uint32
}

func (o *outlines) init(q *quads) {
	gl.GenVertexArrays(1, &o.vao)
	gl.GenBuffers(1, &o.buffer)
	gl.BindVertexArray(o.vao)
	gl.BindBuffer(gl.ARRAY_BUFFER, o.buffer)
	attribute(0, 2, gl.UNSIGNED_SHORT, false, 4, 0)
	q.attach()
	gl.BindVertexArray(0)
}

func (o *outlines) delete() {
	gl.DeleteVertexArrays(1, &o.vao)
	gl.DeleteBuffers(1, &o.buffer)
}

// hasAlarms reports whether an object of the frame that is shown has an alarm.
func hasAlarms(f *render.Frame) bool {
	for i := range f.Objects {
		if f.Objects[i].Flags&7 != 0 && f.Objects[i].Flags&(render.FlagHidden|render.FlagGround) == 0 {
			return true
		}
	}
	return false
}

// drawOutline rings what is selected, hovered or has an alarm, in the tiles of the picture where that is.
func (p *painter) drawOutline(f *render.Frame, t *target, resolved uint32) error {
	chosen, alarmed := len(f.Selected)+len(f.Hovered) > 0, hasAlarms(f)
	if !chosen && !alarmed {
		return nil
	}
	rect, seen := p.outlines.touch(f)
	if !seen {
		return nil
	}
	if err := t.needMasks(chosen, alarmed); err != nil {
		return err
	}
	gl.Enable(gl.SCISSOR_TEST)
	gl.Scissor(rect[0], rect[1], rect[2], rect[3])
	defer gl.Disable(gl.SCISSOR_TEST)
	if chosen {
		if err := p.drawMask(f, t, &t.masked, &t.mask, p.overlay); err != nil {
			return err
		}
	}
	if alarmed {
		if err := p.drawMask(f, t, &t.alarmed, &t.alarms, p.alarmRoot); err != nil {
			return err
		}
	}
	gl.BindFramebuffer(gl.FRAMEBUFFER, resolved)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitAlarms)
	gl.BindTexture(gl.TEXTURE_2D, t.alarms.colour)
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

// drawMask draws the coverage of what is ringed and resolves it, both within the scissor.
func (p *painter) drawMask(f *render.Frame, t *target, drawn, resolved *surface, root *core.Node) error {
	gl.BindFramebuffer(gl.FRAMEBUFFER, drawn.fbo)
	gl.ColorMask(true, true, true, true)
	p.gs.ClearColor(0, 0, 0, 0)
	p.gs.Clear(gls.COLOR_BUFFER_BIT)
	p.clip(f, true)
	err := p.g3n.Render(root, fixedCamera{})
	p.clip(f, false)
	if err != nil {
		return fmt.Errorf("g3ngl: %w", err)
	}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, drawn.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, resolved.fbo)
	gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	return nil
}

// touch finds and sends the tiles of the picture that outlines may lie in, and returns the pixels around them: x, y, width
// and height.
func (o *outlines) touch(f *render.Frame) (rect [4]int32, seen bool) {
	columns, rows := (f.WidthPx+tilePx-1)/tilePx, (f.HeightPx+tilePx-1)/tilePx
	if n := columns * rows; cap(o.touched) < n {
		o.touched = make([]bool, n)
	}
	o.touched = o.touched[:columns*rows]
	clear(o.touched)
	mark := func(slot int) {
		x0, y0, x1, y1, ok := pixelsOf(f, &f.Extents[slot])
		if !ok {
			return
		}
		for y := y0 / tilePx; y <= y1/tilePx; y++ {
			for x := x0 / tilePx; x <= x1/tilePx; x++ {
				o.touched[y*columns+x] = true
			}
		}
	}
	for _, slots := range [2][]uint32{f.Selected, f.Hovered} {
		for _, s := range slots {
			mark(int(s))
		}
	}
	for i := range f.Objects {
		if f.Objects[i].Flags&7 != 0 && f.Objects[i].Flags&(render.FlagHidden|render.FlagGround) == 0 {
			mark(i)
		}
	}
	o.tiles = o.tiles[:0]
	x0, y0, x1, y1 := columns, rows, -1, -1
	for i, touched := range o.touched {
		if touched {
			x, y := i%columns, i/columns
			tile := [2]uint16{uint16(x), uint16(y)}
			o.tiles = append(o.tiles, tile, tile, tile, tile)
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
		}
	}
	if len(o.tiles) == 0 {
		return rect, false
	}
	gl.BindBuffer(gl.ARRAY_BUFFER, o.buffer)
	gl.BufferData(gl.ARRAY_BUFFER, 4*len(o.tiles), unsafe.Pointer(&o.tiles[0]), gl.STREAM_DRAW)
	reach := int32(outlineReachPx*f.PixelScale) + 2 // outlines look around as far
	return [4]int32{int32(x0*tilePx) - reach, int32(y0*tilePx) - reach, int32((x1-x0+1)*tilePx) + 2*reach, int32((y1-y0+1)*tilePx) + 2*reach}, true
}

// pixelsOf returns the pixels that the outline of a box may touch: the first and the last in both directions.
func pixelsOf(f *render.Frame, e *render.Extent) (x0, y0, x1, y1 int, seen bool) {
	m := f.ClipFromView(true).Mul4(f.ViewFromOrigin)
	left, top, right, bottom := float32(1), float32(1), float32(-1), float32(-1)
	for k := range 8 {
		p := e.Middle
		for a := range p {
			if k>>a&1 == 0 {
				p[a] -= e.Half[a]
			} else {
				p[a] += e.Half[a]
			}
		}
		c := m.Mul4x1([4]float32{p[0], p[1], p[2], 1})
		if c[3] <= 0 { // behind the eye: it may be anywhere
			return 0, 0, f.WidthPx - 1, f.HeightPx - 1, true
		}
		cx, cy := c[0]/c[3], -c[1]/c[3]
		left, right, top, bottom = min(left, cx), max(right, cx), min(top, cy), max(bottom, cy)
	}
	margin := (outlineReachPx+1)*f.PixelScale + 2
	px := func(v float32, size int) float32 { return (min(max(v, -2), 2) + 1) / 2 * float32(size) }
	x0, x1 = int(max(px(left, f.WidthPx)-margin, 0)), int(min(px(right, f.WidthPx)+margin, float32(f.WidthPx-1)))
	y0, y1 = int(max(px(top, f.HeightPx)-margin, 0)), int(min(px(bottom, f.HeightPx)+margin, float32(f.HeightPx-1)))
	return x0, y0, x1, y1, x1 >= x0 && y1 >= y0
}

// paintTiles draws the outlines.
func (o *outlines) paintTiles(p *painter, gs *gls.GLS) {
	p.state(gs, false, false, true)
	gs.BindVertexArray(o.vao)
	p.quads.draw(len(o.tiles) / 4)
	p.count(1, 0, 0)
}
