package theme

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Pen draws into an image. All coordinates are Dp from the top left; y points down. The image should be opaque: Fyne
// blends premultiplied, and holes let the window shine through.
type Pen struct {
	Img   *image.RGBA
	Scale float32 // device pixels per Dp

	clip image.Rectangle
	ras  vector.Rasterizer
	pts  []float32
}

// Point is a place in Dp.
type Point struct{ X, Y float32 }

// NewPen returns a pen for an image with this many pixels per Dp.
func NewPen(img *image.RGBA, scale float32) *Pen {
	if scale <= 0 {
		scale = 1
	}
	return &Pen{Img: img, Scale: scale, clip: img.Bounds()}
}

// Size returns the size of the image in Dp.
func (p *Pen) Size() (w, h float32) {
	return float32(p.Img.Rect.Dx()) / p.Scale, float32(p.Img.Rect.Dy()) / p.Scale
}

// Clip keeps what is drawn from now on inside a rectangle; Unclip ends it.
func (p *Pen) Clip(x, y, w, h float32) {
	p.clip = image.Rect(p.px(x), p.px(y), p.px(x+w), p.px(y+h)).Intersect(p.Img.Bounds())
}

// Unclip lets the pen draw anywhere again.
func (p *Pen) Unclip() { p.clip = p.Img.Bounds() }

// Clipped reports whether nothing of the rectangle lies inside the clip, so that drawing it can be spared.
func (p *Pen) Clipped(x, y, w, h float32) bool {
	return image.Rect(p.px(x), p.px(y), p.px(x+w), p.px(y+h)).Intersect(p.clip).Empty()
}

func (p *Pen) px(v float32) int { return int(math.Round(float64(v * p.Scale))) }

// Fill paints a rectangle whose edges are rounded to device pixels.
func (p *Pen) Fill(x, y, w, h float32, c color.NRGBA) {
	r := image.Rect(p.px(x), p.px(y), p.px(x+w), p.px(y+h)).Intersect(p.clip)
	p.fillPx(r, c)
}

func (p *Pen) fillPx(r image.Rectangle, c color.NRGBA) {
	if r.Empty() || c.A == 0 {
		return
	}
	if c.A == 255 {
		row := p.Img.Pix[p.Img.PixOffset(r.Min.X, r.Min.Y):]
		for i := 0; i < r.Dx(); i++ {
			row[i*4], row[i*4+1], row[i*4+2], row[i*4+3] = c.R, c.G, c.B, 255
		}
		for y := r.Min.Y + 1; y < r.Max.Y; y++ {
			copy(p.Img.Pix[p.Img.PixOffset(r.Min.X, y):], row[:r.Dx()*4])
		}
		return
	}
	draw.Draw(p.Img, r, image.NewUniform(c), image.Point{}, draw.Over)
}

// Border draws a rectangle's inner edge, thick Dp wide.
func (p *Pen) Border(x, y, w, h, thick float32, c color.NRGBA) {
	p.Fill(x, y, w, thick, c)
	p.Fill(x, y+h-thick, w, thick, c)
	p.Fill(x, y+thick, thick, h-2*thick, c)
	p.Fill(x+w-thick, y+thick, thick, h-2*thick, c)
}

// HLine and VLine draw a hair line of one device pixel, or thicker on fine screens.
func (p *Pen) HLine(x, y, w float32, c color.NRGBA) {
	t := max(1, int(p.Scale))
	y0 := p.px(y)
	p.fillPx(image.Rect(p.px(x), y0, p.px(x+w), y0+t).Intersect(p.clip), c)
}

// VLine draws a vertical hair line.
func (p *Pen) VLine(x, y, h float32, c color.NRGBA) {
	t := max(1, int(p.Scale))
	x0 := p.px(x)
	p.fillPx(image.Rect(x0, p.px(y), x0+t, p.px(y+h)).Intersect(p.clip), c)
}

// Polygon fills a closed polygon.
func (p *Pen) Polygon(c color.NRGBA, pts ...Point) {
	p.begin()
	p.ring(pts)
	p.end(c)
}

// begin collects rings; end rasterises them together by the non-zero rule. pts holds x, y pairs; NaN separates rings.
func (p *Pen) begin() { p.pts = p.pts[:0] }

func (p *Pen) ring(pts []Point) {
	if len(pts) < 3 {
		return
	}
	if len(p.pts) > 0 {
		p.pts = append(p.pts, float32(math.NaN()), 0)
	}
	for _, q := range pts {
		p.pts = append(p.pts, q.X*p.Scale, q.Y*p.Scale)
	}
}

func (p *Pen) end(c color.NRGBA) {
	if len(p.pts) == 0 || c.A == 0 {
		return
	}
	x0, y0, x1, y1 := float32(math.Inf(1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Inf(-1))
	for i := 0; i < len(p.pts); i += 2 {
		if x, y := p.pts[i], p.pts[i+1]; x == x {
			x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
		}
	}
	box := image.Rect(int(math.Floor(float64(x0))), int(math.Floor(float64(y0))), int(math.Ceil(float64(x1))), int(math.Ceil(float64(y1))))
	r := box.Intersect(p.clip)
	if r.Empty() {
		return
	}
	p.ras.Reset(r.Dx(), r.Dy())
	p.ras.DrawOp = draw.Over
	ox, oy := float32(r.Min.X), float32(r.Min.Y)
	open := false
	for i := 0; i < len(p.pts); i += 2 {
		x, y := p.pts[i], p.pts[i+1]
		if x != x {
			p.ras.ClosePath()
			open = false
			continue
		}
		if !open {
			p.ras.MoveTo(x-ox, y-oy)
			open = true
			continue
		}
		p.ras.LineTo(x-ox, y-oy)
	}
	p.ras.ClosePath()
	p.ras.Draw(p.Img, r, image.NewUniform(c), image.Point{})
}

// Line draws a straight line of a thickness in Dp, with butt ends.
func (p *Pen) Line(x1, y1, x2, y2, thick float32, c color.NRGBA) {
	dx, dy := x2-x1, y2-y1
	l := float32(math.Hypot(float64(dx), float64(dy)))
	if l == 0 {
		return
	}
	nx, ny := -dy/l*thick/2, dx/l*thick/2
	p.Polygon(c, Point{x1 + nx, y1 + ny}, Point{x2 + nx, y2 + ny}, Point{x2 - nx, y2 - ny}, Point{x1 - nx, y1 - ny})
}

// Dashed draws a line in dashes of on and off Dp.
func (p *Pen) Dashed(x1, y1, x2, y2, thick, on, off float32, c color.NRGBA) {
	l := float32(math.Hypot(float64(x2-x1), float64(y2-y1)))
	if l == 0 || on <= 0 {
		return
	}
	ux, uy := (x2-x1)/l, (y2-y1)/l
	for at := float32(0); at < l; at += on + off {
		to := min(at+on, l)
		p.Line(x1+ux*at, y1+uy*at, x1+ux*to, y1+uy*to, thick, c)
	}
}

// Polyline draws connected lines of a thickness in Dp. Its joints overlap, so use an opaque colour.
func (p *Pen) Polyline(pts []Point, thick float32, c color.NRGBA) {
	if len(pts) < 2 {
		return
	}
	p.begin()
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		dx, dy := b.X-a.X, b.Y-a.Y
		l := float32(math.Hypot(float64(dx), float64(dy)))
		if l == 0 {
			continue
		}
		// Half a thickness longer at each end closes the joints.
		ex, ey := dx/l*thick/4, dy/l*thick/4
		nx, ny := -dy/l*thick/2, dx/l*thick/2
		p.ring([]Point{{a.X - ex + nx, a.Y - ey + ny}, {b.X + ex + nx, b.Y + ey + ny}, {b.X + ex - nx, b.Y + ey - ny}, {a.X - ex - nx, a.Y - ey - ny}})
	}
	p.end(c)
}

// Circle fills a circle.
func (p *Pen) Circle(cx, cy, r float32, c color.NRGBA) { p.Polygon(c, arc(cx, cy, r)...) }

// Ring draws a circle's line, thick Dp wide, inside radius r.
func (p *Pen) Ring(cx, cy, r, thick float32, c color.NRGBA) {
	p.begin()
	p.ring(arc(cx, cy, r))
	inner := arc(cx, cy, r-thick)
	for i, j := 0, len(inner)-1; i < j; i, j = i+1, j-1 {
		inner[i], inner[j] = inner[j], inner[i]
	}
	p.ring(inner)
	p.end(c)
}

func arc(cx, cy, r float32) []Point {
	n := max(12, int(r*4))
	out := make([]Point, n)
	for i := range out {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out[i] = Point{cx + r*float32(c), cy + r*float32(s)}
	}
	return out
}

// RoundRect fills a rectangle with round corners.
func (p *Pen) RoundRect(x, y, w, h, r float32, c color.NRGBA) {
	r = min(r, w/2, h/2)
	if r <= 0 {
		p.Fill(x, y, w, h, c)
		return
	}
	p.Polygon(c, rounded(x, y, w, h, r)...)
}

// RoundBorder draws the line of a rectangle with round corners, thick Dp wide, inside its edge.
func (p *Pen) RoundBorder(x, y, w, h, r, thick float32, c color.NRGBA) {
	p.begin()
	p.ring(rounded(x, y, w, h, r))
	in := rounded(x+thick, y+thick, w-2*thick, h-2*thick, max(0, r-thick))
	for i, j := 0, len(in)-1; i < j; i, j = i+1, j-1 {
		in[i], in[j] = in[j], in[i]
	}
	p.ring(in)
	p.end(c)
}

func rounded(x, y, w, h, r float32) []Point {
	out := make([]Point, 0, 28)
	corner := func(cx, cy float32, from float64) {
		for i := range 7 {
			s, c := math.Sincos(from + float64(i)*math.Pi/12)
			out = append(out, Point{cx + r*float32(c), cy + r*float32(s)})
		}
	}
	corner(x+w-r, y+h-r, 0)
	corner(x+r, y+h-r, math.Pi/2)
	corner(x+r, y+r, math.Pi)
	corner(x+w-r, y+r, 3*math.Pi/2)
	return out
}

// Text draws a text with its baseline at y and returns the x after it.
func (p *Pen) Text(x, y float32, s string, f Font, c color.NRGBA) float32 {
	ff := faceOf(f, p.Scale)
	ff.mu.Lock()
	defer ff.mu.Unlock()
	src := image.NewUniform(c)
	at := fixed.Int26_6(x * p.Scale * 64)
	base := p.px(y)
	for _, r := range s {
		quarter := uint8((at & 63) >> 4)
		g := ff.get(r, quarter)
		if g == nil {
			continue
		}
		at0 := image.Pt(at.Floor(), base).Add(g.at)
		dst := g.mask.Rect.Add(at0).Intersect(p.clip)
		if !dst.Empty() {
			draw.DrawMask(p.Img, dst, src, image.Point{}, g.mask, dst.Min.Sub(at0), draw.Over)
		}
		at += g.advance
	}
	return float32(at) / 64 / p.Scale
}

// TextRight draws a text that ends at x and returns the x where it begins.
func (p *Pen) TextRight(x, y float32, s string, f Font, c color.NRGBA) float32 {
	x -= p.Measure(s, f)
	p.Text(x, y, s, f, c)
	return x
}

// TextCenter draws a text centred on x.
func (p *Pen) TextCenter(x, y float32, s string, f Font, c color.NRGBA) {
	p.Text(x-p.Measure(s, f)/2, y, s, f, c)
}

// TextFit draws a text, shortened with an ellipsis where it is wider than maxDp, and returns the x after it.
func (p *Pen) TextFit(x, y, maxDp float32, s string, f Font, c color.NRGBA) float32 {
	return p.Text(x, y, Fit(s, f, p.Scale, maxDp), f, c)
}

// Measure returns the width of a text in Dp.
func (p *Pen) Measure(s string, f Font) float32 { return Measure(s, f, p.Scale) }

// Number draws a number that ends at x, followed by its unit in a smaller, quieter text when there is one. It returns
// the x where the number begins.
func (p *Pen) Number(x, y float32, number, unit string, f Font, c color.NRGBA) float32 {
	if unit != "" {
		small := Font{SizeDp: max(SmallSize, f.SizeDp-3)}
		x = p.TextRight(x, y, unit, small, Color(Text2))
		x -= f.SizeDp * 0.22 // about a thin space
	}
	return p.TextRight(x, y, number, f, c)
}
