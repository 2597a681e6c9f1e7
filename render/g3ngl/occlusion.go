package g3ngl

import (
	"math"
	"slices"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

const (
	occlusionFrom = 2_000_000 // triangles that wait: with fewer it does not pay to look what is hidden
	coverPx       = 8         // side of the squares of the picture whose farthest depth is kept
	mostCovers    = 400       // squares that a box may lie over to be looked at; bigger ones are drawn early anyway
)

// cover is the farthest depth of each square of a picture that is being drawn: what lies behind it can not be seen. It is
// taken from the very picture that it is used for, so that nothing is left out by mistake.
type cover struct {
	depth         []float32
	farthest      []float32 // as nearness: the greater, the nearer
	columns, rows int
	w, h          int
	reversed      bool
	clip          mgl32.Mat4 // clip space, upside down as the picture, from the frame's origin
}

// read takes the depth of a surface with one sample per pixel.
func (c *cover) read(s *surface, f *render.Frame, reversed bool) {
	c.w, c.h, c.reversed = f.WidthPx, f.HeightPx, reversed
	c.clip = f.ClipFromView(reversed).Mul4(f.ViewFromOrigin)
	c.depth = slices.Grow(c.depth[:0], c.w*c.h)[:c.w*c.h]
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, s.fbo)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	gl.ReadPixels(0, 0, int32(c.w), int32(c.h), gl.DEPTH_COMPONENT, gl.FLOAT, unsafe.Pointer(&c.depth[0]))
	c.reduce()
}

// reduce finds the farthest depth of each square.
func (c *cover) reduce() {
	c.columns, c.rows = (c.w+coverPx-1)/coverPx, (c.h+coverPx-1)/coverPx
	c.farthest = slices.Grow(c.farthest[:0], c.columns*c.rows)[:c.columns*c.rows]
	for i := range c.farthest {
		c.farthest[i] = math.MaxFloat32
	}
	for y := range c.h {
		row, line := c.farthest[y/coverPx*c.columns:][:c.columns], c.depth[y*c.w:][:c.w]
		for i := range row {
			far := row[i]
			for _, d := range line[i*coverPx : min((i+1)*coverPx, c.w)] {
				if !c.reversed {
					d = -d
				}
				if d < far {
					far = d
				}
			}
			row[i] = far
		}
	}
}

// hides reports whether a box lies behind what has been drawn, wherever it is in the picture. It errs towards false.
func (c *cover) hides(e *render.Extent) bool {
	x0, y0, x1, y1, nearest := float32(1e9), float32(1e9), float32(-1e9), float32(-1e9), float32(-1)
	for k := range 8 {
		x, y, z := e.Middle[0], e.Middle[1], e.Middle[2]
		if k&1 == 0 {
			x -= e.Half[0]
		} else {
			x += e.Half[0]
		}
		if k&2 == 0 {
			y -= e.Half[1]
		} else {
			y += e.Half[1]
		}
		if k&4 == 0 {
			z -= e.Half[2]
		} else {
			z += e.Half[2]
		}
		m := &c.clip
		w := m[3]*x + m[7]*y + m[11]*z + m[15]
		if !(w > 1e-6) {
			return false
		}
		cx, cy := (m[0]*x+m[4]*y+m[8]*z+m[12])/w, -(m[1]*x+m[5]*y+m[9]*z+m[13])/w
		depth := (m[2]*x + m[6]*y + m[10]*z + m[14]) / w
		if c.reversed {
			depth *= 1 + 1e-5 // more than rounding may differ by
		} else {
			depth = 1e-6 - (depth/2 + 0.5)
		}
		x0, x1, y0, y1, nearest = min(x0, cx), max(x1, cx), min(y0, cy), max(y1, cy), max(nearest, depth)
	}
	square := func(v float32, size, most int) int {
		px := (min(max(v, -1.1), 1.1) + 1) / 2 * float32(size)
		return min(max(int(px)/coverPx, 0), most-1)
	}
	const pixel = 1 // a box may touch the next pixel, as pictures are shifted for smoothness
	left, right := square(x0-2*pixel/float32(c.w), c.w, c.columns), square(x1+2*pixel/float32(c.w), c.w, c.columns)
	top, bottom := square(y0-2*pixel/float32(c.h), c.h, c.rows), square(y1+2*pixel/float32(c.h), c.h, c.rows)
	if (right-left+1)*(bottom-top+1) > mostCovers {
		return false
	}
	for y := top; y <= bottom; y++ {
		for _, far := range c.farthest[y*c.columns+left : y*c.columns+right+1] {
			if nearest >= far {
				return false
			}
		}
	}
	return true
}
