package g3ngl

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// Lists of a batch; the ghosts follow, two lists each.
const (
	listOpaque = iota
	listTranslucent
	listEdges
	listSharp
	listSelected
	listHovered
	listGhosts
)

// What of an object is drawn.
const (
	drawOpaque uint8 = 1 << iota
	drawTranslucent
	drawEdges
	drawSharp
)

const (
	minEdgeRadiusPx    = 12 // smaller objects have no edge lines; the shader fades them in from here
	minOutlineRadiusPx = 28 // smaller objects have only their sharp edges
	maxBatches         = 24 // more than these are built anew as few
)

// painter draws frames. It lives on the renderer's thread.
type painter struct {
	device device
	gs     *gls.GLS
	g3n    *renderer.Renderer

	layout     *render.Layout
	batches    []*batch
	edgeBudget int
	objects    objectBuffer
	materials  materialBuffer
	block      uint32
	emptyVAO   uint32
	classes    []uint8
	queries    [4]uint32
	queried    int

	world, overlay                             *core.Node // roots of the passes of the main picture and of the outline
	sky, opaque, edges, translucent            *pass
	ghostDepth, ghostFaces, ghostEdges, masked *pass
	outline                                    *pass

	frame  *render.Frame // being drawn
	stats  render.Stats
	inPass int
}

func newPainter(d device) (*painter, error) {
	loading.Lock()
	gs, err := gls.New()
	loading.Unlock()
	if err != nil {
		return nil, fmt.Errorf("g3ngl: g3n: %w", err)
	}
	gs.SetCheckErrors(false)           // an error would end the process; they are read once per frame instead
	for gl.GetError() != gl.NO_ERROR { // left over from loading
		continue
	}
	p := &painter{device: d, gs: gs, g3n: renderer.NewRenderer(gs)}
	addShaders(p.g3n)
	p.objects.init()
	p.materials.init()
	gl.GenBuffers(1, &p.block)
	gl.GenVertexArrays(1, &p.emptyVAO)
	gl.GenQueries(int32(len(p.queries)), &p.queries[0])
	p.makePasses()
	return p, glError("start")
}

func (p *painter) makePasses() {
	known := &programs{manager: p.g3n, byID: map[uint32]*program{}}
	p.world, p.overlay = core.NewNode(), core.NewNode()
	add := func(root *core.Node, order int, vertex, fragment string, draw func(*gls.GLS, *program)) *pass {
		ps := newPass(known, order, vertex, fragment, draw)
		root.Add(ps)
		return ps
	}
	p.opaque = add(p.world, 1, "mesh.v", "mesh.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, true, false)
		if p.frame.Edges { // away from the eye, so that the edges lie in front
			gs.Enable(gls.POLYGON_OFFSET_FILL)
			gs.PolygonOffset(p.farther(1), p.farther(1))
		}
		p.drawList(pr, listOpaque, 0, faces)
		gs.Disable(gls.POLYGON_OFFSET_FILL)
	})
	p.sky = add(p.world, 2, "sky.v", "sky.f", func(gs *gls.GLS, _ *program) { // after the opaque: only where nothing is
		p.state(gs, true, false, false)
		gs.BindVertexArray(p.emptyVAO)
		gl.DrawArrays(gl.TRIANGLES, 0, 3)
		p.count(1, 0, 0)
	})
	p.edges = add(p.world, 3, "edge.v", "edge.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, false, true)
		p.drawList(pr, listEdges, 0, allEdges)
		p.drawList(pr, listSharp, 0, sharpEdges)
	})
	p.ghostDepth = add(p.world, 4, "mesh.v", "depth.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, true, false)
		gl.ColorMask(false, false, false, false)
		p.eachGhost(pr, faces)
	})
	p.ghostFaces = add(p.world, 5, "mesh.v", "mesh.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, false, true)
		gs.DepthFunc(gl.EQUAL)
		p.eachGhost(pr, faces)
	})
	p.ghostEdges = add(p.world, 6, "edge.v", "edge.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, false, true)
		p.eachGhost(pr, allEdges)
	})
	p.translucent = add(p.world, 7, "mesh.v", "mesh.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, true, false, true)
		p.drawList(pr, listTranslucent, 0, faces)
	})
	p.masked = add(p.overlay, 0, "mesh.v", "mask.f", func(gs *gls.GLS, pr *program) {
		p.state(gs, false, false, true)
		gs.BlendFunc(gl.ONE, gl.ONE)
		gl.Uniform2f(pr.channel, 1, 0)
		p.drawList(pr, listSelected, 0, faces)
		gl.Uniform2f(pr.channel, 0, 1)
		p.drawList(pr, listHovered, 0, faces)
	})
	p.outline = newPass(known, 0, "outline.v", "outline.f", func(gs *gls.GLS, _ *program) {
		p.state(gs, false, false, true)
		gs.BindVertexArray(p.emptyVAO)
		gl.DrawArrays(gl.TRIANGLES, 0, 3)
		p.count(1, 0, 0)
	})
	p.sky.use()
	p.outline.use()
}

// state sets what all passes set, through g3n's cache.
func (p *painter) state(gs *gls.GLS, depthTest, depthWrite, blend bool) {
	set := func(what int, on bool) {
		if on {
			gs.Enable(what)
		} else {
			gs.Disable(what)
		}
	}
	set(gls.DEPTH_TEST, depthTest)
	gs.DepthMask(depthWrite)
	set(gls.BLEND, blend)
	gs.BlendFunc(gls.SRC_ALPHA, gls.ONE_MINUS_SRC_ALPHA)
	if p.device.reversed {
		gs.DepthFunc(gls.GEQUAL)
	} else {
		gs.DepthFunc(gls.LEQUAL)
	}
	set(gls.CULL_FACE, false)
	gl.ColorMask(true, true, true, !blend) // alpha stays 255
	p.inPass = 0
}

func (p *painter) farther(v float32) float32 {
	if p.device.reversed {
		return -v
	}
	return v
}

// count adds draw calls of the pass that is being drawn.
func (p *painter) count(draws, objects, triangles int) {
	p.inPass += draws
	p.stats.Draws += draws
	p.stats.MaxDraws = max(p.stats.MaxDraws, p.inPass)
	p.stats.Objects += objects
	p.stats.Triangles += triangles
}

func (p *painter) drawList(pr *program, list, slotBase int, w what) {
	gl.Uniform1i(pr.slotBase, int32(slotBase))
	for _, b := range p.batches {
		draws := b.draw(list, w)
		objects, triangles := 0, 0
		if draws > 0 && w == faces && list != listSelected && list != listHovered {
			objects, triangles = b.lists[list].objects, b.lists[list].indices/3
		}
		p.count(draws, objects, triangles)
	}
}

// eachGhost draws the faces or the edges of all ghosts.
func (p *painter) eachGhost(pr *program, w what) {
	for i := range p.frame.Ghosts {
		g := &p.frame.Ghosts[i]
		if pr.ghost >= 0 {
			c := vec(g.Colour)
			gl.Uniform4f(pr.ghost, c[0], c[1], c[2], g.Opacity)
		}
		list := listGhosts + 2*i
		if w.lines() {
			list++
		}
		p.drawList(pr, list, len(p.frame.Objects)*(1+i), w)
	}
}

// draw paints a frame into the target and resolves it into a framebuffer of the same size.
func (p *painter) draw(f *render.Frame, t *target, resolved uint32) (render.Stats, error) {
	start := time.Now()
	p.frame, p.stats = f, render.Stats{}
	defer func() { p.frame = nil }()
	if err := t.resize(int32(f.WidthPx), int32(f.HeightPx), &p.device); err != nil {
		return p.stats, err
	}
	p.timeBegin()
	p.follow(f.Layout)
	var err error
	if p.stats.Uploaded, err = p.objects.update(f, &p.device); err != nil {
		return p.stats, err
	}
	newFrameBlock(f, p.device.reversed).send(p.block)
	p.choose(f)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitMaterials)
	gl.BindTexture(gl.TEXTURE_BUFFER, p.materials.texture)
	p.gs.ActiveTexture(gl.TEXTURE0 + unitObjects)
	gl.BindTexture(gl.TEXTURE_BUFFER, p.objects.texture)

	gl.BindFramebuffer(gl.FRAMEBUFFER, t.drawn.fbo)
	p.gs.Viewport(0, 0, t.w, t.h)
	p.gs.DepthMask(true)
	p.gs.FrontFace(gl.CW) // the image is mirrored
	if p.device.reversed {
		p.gs.ClearDepth(0)
	} else {
		p.gs.ClearDepth(1)
	}
	p.gs.Clear(gls.DEPTH_BUFFER_BIT)
	p.clip(f, true)
	if err := p.g3n.Render(p.world, fixedCamera{}); err != nil {
		return p.stats, fmt.Errorf("g3ngl: %w", err)
	}
	p.clip(f, false)
	gl.ColorMask(true, true, true, true)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, t.drawn.fbo)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, resolved)
	gl.BlitFramebuffer(0, 0, t.w, t.h, 0, 0, t.w, t.h, gl.COLOR_BUFFER_BIT, gl.NEAREST)
	if err := p.drawOutline(f, t, resolved); err != nil {
		return p.stats, err
	}
	gl.ColorMask(true, true, true, true)
	p.timeEnd()
	p.stats.CPU = time.Since(start)
	return p.stats, glError("draw")
}

func (p *painter) clip(f *render.Frame, on bool) {
	for i := range f.Planes {
		if on && f.Keep == scene.KeepInside {
			gl.Enable(gl.CLIP_DISTANCE0 + uint32(i))
		} else {
			gl.Disable(gl.CLIP_DISTANCE0 + uint32(i))
		}
	}
}

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

// follow makes the batches of the layout: all of them, or only the new ones when nodes were added behind the known ones.
func (p *painter) follow(l *render.Layout) {
	old := p.layout
	if old == l {
		return
	}
	p.layout = l
	p.stats.Rebuilt = true
	p.materials.update(l.Materials)
	from := 0
	if old != nil && old.Scene == l.Scene && len(l.Mesh) >= len(old.Mesh) &&
		slices.Equal(old.Mesh, l.Mesh[:len(old.Mesh)]) && slices.Equal(old.Nodes, l.Nodes[:len(old.Nodes)]) &&
		len(p.batches) < maxBatches {
		from = len(old.Mesh)
	} else {
		for _, b := range p.batches {
			b.delete()
		}
		p.batches, p.edgeBudget = nil, maxEdgeVertices
	}
	if from < len(l.Mesh) {
		p.batches = append(p.batches, buildBatches(l, from, &p.edgeBudget)...)
	}
}

// choose decides what is drawn: programs by look and section, passes that have something to do, and the lists of all batches.
func (p *painter) choose(f *render.Frame) {
	var variant []string
	switch f.Look {
	case render.Engineer:
		variant = []string{"MATERIALS"}
	case render.Review:
		variant = []string{"MATERIALS", "REVIEW"}
	}
	if len(f.Planes) > 0 {
		variant = append(variant, "SECTION")
	}
	with := func(extra string) []string { return append(slices.Clone(variant), extra) }
	p.opaque.use(with("OPAQUE")...)
	p.translucent.use(with("TRANSLUCENT")...)
	p.edges.use(variant...)
	p.ghostFaces.use("GHOST")
	p.ghostEdges.use("GHOST")
	p.ghostDepth.use()
	if len(f.Planes) > 0 {
		p.masked.use("SECTION")
	} else {
		p.masked.use()
	}
	frustum := f.Frustum()
	opaque, translucent, edges := p.classify(f, &f.Pose, &frustum)
	p.translucent.SetVisible(translucent)
	p.edges.SetVisible(edges)
	p.opaque.SetVisible(opaque)
	forward := [3]float32{-f.ViewFromOrigin[2], -f.ViewFromOrigin[6], -f.ViewFromOrigin[10]}
	depth := func(slot uint32) float32 {
		m := &f.Extents[slot].Middle
		return m[0]*forward[0] + m[1]*forward[1] + m[2]*forward[2]
	}
	class := func(c uint8) func(uint32) bool { return func(slot uint32) bool { return p.classes[slot]&c != 0 } }
	selected, hovered := in(f.Selected), in(f.Hovered)
	for _, b := range p.batches {
		b.list(listOpaque, faces, class(drawOpaque))
		b.list(listEdges, allEdges, class(drawEdges))
		b.list(listSharp, sharpEdges, class(drawSharp))
		if translucent {
			b.sorted(listTranslucent, class(drawTranslucent), depth)
		} else {
			b.list(listTranslucent, faces, none)
		}
		b.list(listSelected, faces, selected)
		b.list(listHovered, faces, hovered)
		for k := listGhosts; k < len(b.lists); k++ {
			b.lists[k].reset()
		}
	}
	for i := range f.Ghosts {
		p.classify(f, &f.Ghosts[i].Pose, &frustum)
		solid := class(drawOpaque | drawTranslucent)
		for _, b := range p.batches {
			b.list(listGhosts+2*i, faces, solid)
			b.list(listGhosts+2*i+1, allEdges, class(drawEdges))
		}
	}
	for _, ps := range []*pass{p.ghostDepth, p.ghostFaces, p.ghostEdges} {
		ps.SetVisible(len(f.Ghosts) > 0)
	}
	for _, b := range p.batches {
		b.sendInstances()
	}
}

// in returns a test for membership in a list of slots, most often empty or short.
func in(slots []uint32) func(uint32) bool {
	switch {
	case len(slots) == 0:
		return func(uint32) bool { return false }
	case len(slots) <= 8:
		return func(s uint32) bool { return slices.Contains(slots, s) }
	}
	set := make(map[uint32]bool, len(slots))
	for _, s := range slots {
		set[s] = true
	}
	return func(s uint32) bool { return set[s] }
}

// classify culls a pose and says of each object in which passes it is drawn.
func (p *painter) classify(f *render.Frame, pose *render.Pose, frustum *render.Frustum) (opaque, translucent, edges bool) {
	p.classes = slices.Grow(p.classes[:0], len(pose.Objects))[:len(pose.Objects)]
	perspective := f.TanHalfY > 0
	pxPerRadius := float32(f.HeightPx) / (2 * max(f.TanHalfY, 1e-6)) / f.PixelScale
	if !perspective {
		pxPerRadius = float32(f.HeightPx) / (2 * f.HalfHeight) / f.PixelScale
	}
	for i := range pose.Objects {
		o, e := &pose.Objects[i], &pose.Extents[i]
		c := uint8(0)
		switch {
		case o.Flags&render.FlagHidden != 0:
		case !frustum.Sees(e):
			p.stats.Culled++
		default:
			if o.Flags&render.FlagTranslucent == 0 {
				c |= drawOpaque
			}
			if o.Flags&(render.FlagTranslucent|render.FlagBlend) != 0 {
				c |= drawTranslucent
			}
			if f.Edges && o.Flags&render.FlagGround == 0 {
				px := o.Radius * pxPerRadius
				if perspective {
					x, y, z := e.Middle[0]-f.Eye[0], e.Middle[1]-f.Eye[1], e.Middle[2]-f.Eye[2]
					px /= float32(math.Sqrt(float64(x*x+y*y+z*z))) + 1e-9
				}
				if px > minOutlineRadiusPx {
					c |= drawEdges
				} else if px > minEdgeRadiusPx {
					c |= drawSharp
				}
			}
		}
		p.classes[i] = c
		opaque = opaque || c&drawOpaque != 0
		translucent = translucent || c&drawTranslucent != 0
		edges = edges || c&(drawEdges|drawSharp) != 0
	}
	return opaque, translucent, edges
}

// timeBegin and timeEnd measure the GPU: the result of a query is read when its turn comes again, so nothing waits.
func (p *painter) timeBegin() {
	if !p.device.timers {
		return
	}
	if p.queried >= len(p.queries) {
		var ready int32
		q := p.queries[p.queried%len(p.queries)]
		if gl.GetQueryObjectiv(q, gl.QUERY_RESULT_AVAILABLE, &ready); ready != 0 {
			var ns uint64
			gl.GetQueryObjectui64v(q, gl.QUERY_RESULT, &ns)
			if d := time.Duration(ns); d > 0 && d < 10*time.Second { // the first result of llvmpipe is hours
				p.stats.GPU = d
			}
		}
	}
	gl.BeginQuery(gl.TIME_ELAPSED, p.queries[p.queried%len(p.queries)])
}

func (p *painter) timeEnd() {
	if p.device.timers {
		gl.EndQuery(gl.TIME_ELAPSED)
		p.queried++
	}
}

func (p *painter) delete() {
	for _, b := range p.batches {
		b.delete()
	}
	p.objects.delete()
	p.materials.delete()
	gl.DeleteBuffers(1, &p.block)
	gl.DeleteVertexArrays(1, &p.emptyVAO)
	gl.DeleteQueries(int32(len(p.queries)), &p.queries[0])
}
