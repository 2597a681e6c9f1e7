package g3ngl

import (
	"math"
	"slices"
	"unsafe"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// strokeKind says what a stroke looks like. The shaders know the numbers.
type strokeKind uint32

const (
	strokeLine strokeKind = iota
	strokeTrail
	strokeFlow
	strokeDot
	strokeMark // of an alarm, in the shape of its priority
	strokeArrow
)

// stroke is what is drawn of a glyph at once: one segment of a line, an arrow, a dot. 80 bytes, in the layout of the buffer
// texture that the shaders read.
type stroke struct {
	from       [3]float32
	width      float32 // metres; below zero device pixels
	to         [3]float32
	colour     uint32     // sRGB, red in the low byte, alpha in the high one
	before     [3]float32 // the neighbours in the line, which the corners are mitred to; from and to where there are none
	style      uint32     // the kind in the low byte, then the flags of an object
	after      [3]float32
	pitch      float32 // of chevrons, metres
	start, end float32 // of the line so far: metres; of a trail 0 to 1
	_          [2]float32
}

const (
	strokeBytes  = int(unsafe.Sizeof(stroke{}))
	strokeTexels = strokeBytes / 16
	maxStrokes   = 1 << 20 // in a frame; what is more is left out
)

// glyphs draws signs in the scene: all lines and dots in one call, all arrows in another, and again what of them is drawn
// over all else where that hides it.
type glyphs struct {
	strokes, sent []stroke
	scratch       [4][]stroke // lines on top, other lines, arrows on top, other arrows
	linesOnTop    int
	lines         int // with those on top, which come first; then the arrows
	arrowsOnTop   int
	arrows        int
	buffer        uint32
	texture       uint32
	lineVAO       uint32
	arrowVAO      uint32
	shape         uint32 // texture of the corners of an arrow
	shapeBuffer   uint32
	arrowElements uint32
	arrowShape    []uint32 // indices of the triangles of one
	arrowCorners  int      // of one
	arrowsReady   int      // that there are indices for
}

func (g *glyphs) init(q *quads) {
	for _, b := range []*uint32{&g.buffer, &g.shapeBuffer, &g.arrowElements} {
		gl.GenBuffers(1, b)
	}
	gl.GenTextures(1, &g.texture)
	gl.GenTextures(1, &g.shape)
	gl.GenVertexArrays(1, &g.lineVAO)
	gl.GenVertexArrays(1, &g.arrowVAO)
	gl.BindVertexArray(g.lineVAO)
	q.attach()
	gl.BindVertexArray(g.arrowVAO)
	gl.BindBuffer(gl.ELEMENT_ARRAY_BUFFER, g.arrowElements)
	gl.BindVertexArray(0)
	var corners []arrowCorner
	corners, g.arrowShape = arrowMesh()
	g.arrowCorners = len(corners)
	table(g.shape, g.shapeBuffer, gl.RGBA32F, unsafe.Pointer(&corners[0]), len(corners)*int(unsafe.Sizeof(corners[0])))
	table(g.texture, g.buffer, gl.RGBA32UI, nil, strokeBytes)
}

// table fills a buffer and makes it the content of a buffer texture.
func table(texture, buffer, format uint32, data unsafe.Pointer, bytes int) {
	gl.BindBuffer(gl.TEXTURE_BUFFER, buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, bytes, data, gl.DYNAMIC_DRAW)
	gl.BindTexture(gl.TEXTURE_BUFFER, texture)
	gl.TexBuffer(gl.TEXTURE_BUFFER, format, buffer)
}

func (g *glyphs) delete() {
	gl.DeleteVertexArrays(1, &g.lineVAO)
	gl.DeleteVertexArrays(1, &g.arrowVAO)
	gl.DeleteTextures(1, &g.texture)
	gl.DeleteTextures(1, &g.shape)
	for _, b := range []*uint32{&g.buffer, &g.shapeBuffer, &g.arrowElements} {
		gl.DeleteBuffers(1, b)
	}
}

// need makes indices for so many arrows.
func (g *glyphs) need(arrows int) {
	if arrows <= g.arrowsReady {
		return
	}
	g.arrowsReady = max(arrows, 2*g.arrowsReady, 64)
	indices := repeated(g.arrowShape, g.arrowCorners, g.arrowsReady)
	gl.BindBuffer(gl.COPY_WRITE_BUFFER, g.arrowElements)
	gl.BufferData(gl.COPY_WRITE_BUFFER, 4*len(indices), unsafe.Pointer(&indices[0]), gl.STATIC_DRAW)
}

// arrowCorner is a corner of the arrow that all arrows are copies of. place is sine and cosine around the axis, and
// which ring: 0 the tail, 1 the end of the shaft, 2 the rim of the head, 3 the tip.
type arrowCorner struct {
	place  [3]float32
	_      float32
	normal [3]float32
	_      float32
}

const arrowSides = 8

// arrowMesh returns the shaft without its end, the back of the head and the cone, with all triangles turned outwards: there
// may be thousands of arrows, so it is made of few.
func arrowMesh() (corners []arrowCorner, elements []uint32) {
	ring := func(level, outward, forward float32, turn float64) uint32 {
		first := uint32(len(corners))
		for k := range arrowSides {
			sin, cos := math.Sincos(2 * math.Pi * (float64(k) + turn) / arrowSides)
			s, c := float32(sin), float32(cos)
			corners = append(corners, arrowCorner{place: [3]float32{s, c, level}, normal: [3]float32{s * outward, c * outward, forward}})
		}
		return first
	}
	tail, neck := ring(0, 1, 0, 0), ring(1, 1, 0, 0)
	back := ring(2, 0, -1, 0)
	rim, tip := ring(2, 0.95, 0.31, 0), ring(3, 0.95, 0.31, 0.5)
	for k := range uint32(arrowSides) {
		n := (k + 1) % arrowSides
		elements = append(elements, tail+k, neck+k, tail+n, tail+n, neck+k, neck+n, rim+k, tip+k, rim+n)
		if k > 0 && n > 0 {
			elements = append(elements, back, back+k, back+n)
		}
	}
	return corners, elements
}

// update makes the strokes of a frame and sends them if they changed. It returns how many bytes went.
func (g *glyphs) update(f *render.Frame, d *device) int {
	for i := range g.scratch {
		g.scratch[i] = g.scratch[i][:0]
	}
	total, most := 0, min(maxStrokes, int(d.maxTexels)/strokeTexels)
	for i := range f.Glyphs {
		one := &f.Glyphs[i]
		if total += one.Count; total > most || one.First < 0 || one.First+one.Count > len(f.GlyphPoints) {
			break
		}
		group := 0
		if one.Kind == scene.Arrow {
			group = 2
		}
		if !one.OnTop {
			group++
		}
		g.scratch[group] = appendStrokes(g.scratch[group], f, one)
	}
	g.scratch[1] = appendMarks(g.scratch[1], f)
	g.linesOnTop, g.arrowsOnTop = len(g.scratch[0]), len(g.scratch[2])
	g.lines, g.arrows = g.linesOnTop+len(g.scratch[1]), g.arrowsOnTop+len(g.scratch[3])
	g.strokes = g.strokes[:0]
	for _, s := range g.scratch {
		g.strokes = append(g.strokes, s...)
	}
	if len(g.strokes) == 0 || slices.Equal(g.strokes, g.sent) {
		return 0
	}
	g.sent = append(g.sent[:0], g.strokes...)
	gl.BindBuffer(gl.TEXTURE_BUFFER, g.buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, len(g.strokes)*strokeBytes, unsafe.Pointer(&g.strokes[0]), gl.STREAM_DRAW)
	return len(g.strokes) * strokeBytes
}

// appendStrokes appends what a glyph is made of.
func appendStrokes(out []stroke, f *render.Frame, g *render.Glyph) []stroke {
	points := f.GlyphPoints[g.First : g.First+g.Count]
	s := stroke{width: g.WidthM, colour: g.Colour}
	if g.WidthM <= 0 {
		s.width = -max(g.WidthPx, 1)
	}
	kind := strokeLine
	switch g.Kind {
	case scene.Arrow:
		if len(points) < 2 {
			return out
		}
		s.style = styleOf(strokeArrow, g.Flags)
		s.from, s.to = points[0], points[1]
		return append(out, s)
	case scene.Dot:
		s.style = styleOf(strokeDot, g.Flags)
		for _, p := range points {
			s.from, s.to, s.before, s.after = p, p, p, p
			out = append(out, s)
		}
		return out
	case scene.Trail:
		kind = strokeTrail
	case scene.Flow:
		kind = strokeFlow
		s.pitch = chevronPitch(f, s.width)
	}
	s.style = styleOf(kind, g.Flags)
	length := float32(0)
	for i := range points[1:] {
		length += points[i+1].Sub(points[i]).Len()
	}
	phase := float32(0)
	if kind == strokeFlow && s.pitch > 0 {
		phase = float32(math.Mod(float64(g.PhaseM), float64(s.pitch)))
	}
	done := float32(0)
	for i := range points[1:] {
		a, b := points[i], points[i+1]
		s.from, s.to, s.before, s.after = a, b, a, b
		if i > 0 {
			s.before = points[i-1]
		}
		if i+2 < len(points) {
			s.after = points[i+2]
		}
		s.start = done - phase
		done += b.Sub(a).Len()
		s.end = done - phase
		if kind == strokeTrail {
			s.start, s.end = (s.start)/max(length, 1e-9), (s.end)/max(length, 1e-9)
		}
		out = append(out, s)
	}
	return out
}

func styleOf(kind strokeKind, flags uint16) uint32 { return uint32(kind) | uint32(flags)<<8 }

// chevronPitch is the distance of chevrons along a line: in keeping with its width, and for widths on the screen
// in a power of two of metres, so that they keep their places while the view moves a little.
func chevronPitch(f *render.Frame, width float32) float32 {
	if width > 0 {
		return 2.5 * width
	}
	return float32(math.Exp2(math.Round(math.Log2(float64(max(-3*width*metresPerPixel(f, f.FocusDistance), 1e-6))))))
}

// metresPerPixel is the size of a device pixel at a distance from the eye.
func metresPerPixel(f *render.Frame, distance float32) float32 {
	if f.TanHalfY == 0 {
		return 2 * f.HalfHeight / float32(f.HeightPx)
	}
	return 2 * f.TanHalfY * distance / float32(f.HeightPx)
}

const (
	markRadiusPx = 7  // objects with an alarm that look smaller, in design pixels, get a mark
	markPx       = 11 // size of the mark
	markCellPx   = 16 // there is one mark in each cell of the picture at most, the most urgent
)

// appendMarks gives objects with an alarm that are hard to see a mark of a fixed size, in the shape of the priority.
func appendMarks(out []stroke, f *render.Frame) []stroke {
	type cell struct{ x, y int }
	var best map[cell]int // slots
	clip := f.ClipFromView(true).Mul4(f.ViewFromOrigin)
	for slot := range f.Objects {
		o := &f.Objects[slot]
		if o.Flags&7 == 0 || o.Flags&(render.FlagHidden|render.FlagGround) != 0 {
			continue
		}
		middle := mgl32.Vec3(f.Extents[slot].Middle)
		if o.Radius > markRadiusPx*f.PixelScale*metresPerPixel(f, middle.Sub(f.Eye).Len()) {
			continue
		}
		c := clip.Mul4x1(middle.Vec4(1))
		if c[3] <= 0 || abs(c[0]) > c[3] || abs(c[1]) > c[3] {
			continue
		}
		size := markCellPx * f.PixelScale
		at := cell{int((c[0]/c[3] + 1) / 2 * float32(f.WidthPx) / size), int((c[1]/c[3] + 1) / 2 * float32(f.HeightPx) / size)}
		if best == nil {
			best = map[cell]int{}
		}
		if old, taken := best[at]; !taken || o.Flags&7 < f.Objects[old].Flags&7 {
			best[at] = slot
		}
	}
	slots := make([]int, 0, len(best))
	for _, slot := range best {
		slots = append(slots, slot)
	}
	slices.Sort(slots)
	for _, slot := range slots {
		o := &f.Objects[slot]
		p := mgl32.Vec3(f.Extents[slot].Middle)
		if toEye := f.Eye.Sub(p); f.TanHalfY > 0 && toEye.Len() > 2*o.Radius { // in front of the object
			p = p.Add(toEye.Normalize().Mul(o.Radius))
		}
		out = append(out, stroke{
			from: p, to: p, before: p, after: p, width: -markPx * f.PixelScale, colour: ^uint32(0), style: styleOf(strokeMark, o.Flags&7),
		})
	}
	return out
}

// paintLines draws lines, dots and marks: where they are seen, or what of those on top is hidden.
func (g *glyphs) paintLines(p *painter, gs *gls.GLS, pr *program, hidden bool) {
	p.state(gs, true, false, true)
	n := g.lines
	if hidden {
		n = g.linesOnTop
		p.depthBehind(gs)
	}
	g.bind(gs, pr, hidden)
	gs.BindVertexArray(g.lineVAO)
	p.quads.draw(n)
	p.count(1, 0, 0)
}

// bind gives a program the strokes.
func (g *glyphs) bind(gs *gls.GLS, pr *program, hidden bool) {
	gl.Uniform1i(pr.at("hidden"), oneIf(hidden))
	gs.ActiveTexture(gl.TEXTURE0 + unitShape)
	gl.BindTexture(gl.TEXTURE_BUFFER, g.shape)
	gs.ActiveTexture(gl.TEXTURE0 + unitStrokes)
	gl.BindTexture(gl.TEXTURE_BUFFER, g.texture)
}

// paintArrows draws the arrows, lit, as solid bodies.
func (g *glyphs) paintArrows(p *painter, gs *gls.GLS, pr *program, hidden bool) {
	p.state(gs, true, !hidden, true)
	n := g.arrows
	if hidden {
		n = g.arrowsOnTop
		p.depthBehind(gs)
	}
	gs.Enable(gls.CULL_FACE)
	g.bind(gs, pr, hidden)
	gl.Uniform2i(pr.at("first"), int32(g.lines), int32(g.arrowCorners))
	g.need(n)
	gs.BindVertexArray(g.arrowVAO)
	gl.DrawElements(gl.TRIANGLES, int32(n*len(g.arrowShape)), gl.UNSIGNED_INT, nil)
	p.count(1, 0, n*len(g.arrowShape)/3)
}

func oneIf(on bool) int32 {
	if on {
		return 1
	}
	return 0
}

// depthBehind lets only that pass which something hides.
func (p *painter) depthBehind(gs *gls.GLS) {
	if p.device.reversed {
		gs.DepthFunc(gls.LESS)
	} else {
		gs.DepthFunc(gls.GREATER)
	}
}
