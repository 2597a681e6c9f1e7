package g3ngl

import (
	"github.com/g3n/engine/core"
	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"
)

// passes are what a picture is made of, in this order.
type passes struct {
	stages  [stageCount]*core.Node // roots of the passes of the main picture
	overlay *core.Node             // and of those of the outline

	opaque, wires, edges                           *family
	ghostDepth, ghostFaces, ghostWires, ghostEdges *family
	translucent                                    *family
	masked, maskedWires, alarmed, alarmedWires     *family
	alarmRoot                                      *core.Node
	outline, composed                              *pass
	net, netClear                                  *family // the edges of all triangles, of opaque objects and of translucent ones
	capFaces, capGlass, capLines, grid             *pass
	glass, shadowed                                *family
	shadowRoot                                     *core.Node
	shades                                         []*pass
	strokes, strokesBehind, arrows, arrowsBehind   *pass
	compiler                                       *programs
}

// The stages of a picture: all passes of one are done before those of the next begin. A picture that is refined goes on with
// a stage where it stopped, so what a stage draws must not hide what earlier ones may still add.
const (
	stageSolid    = iota // faces that hide what is behind them
	stageBackdrop        // what closes and surrounds those
	stageShade           // occlusion
	stageLines           // edges
	stageGlass           // what refracts all of those
	stageFront           // what is seen through, and signs
	stageCount
)

// The order of the passes of a picture.
const (
	orderOpaque = iota + 1
	orderCaps
	orderSky // after what is opaque: only where nothing is
	orderGrid
	orderWires
	orderEdges
	orderGhostDepth
	orderGhostFaces
	orderGhostWires
	orderGhostEdges
	orderTranslucent
	orderCompose
	orderBehind // glyphs that something hides
	orderArrows
	orderStrokes
)

// family is one pass over the scene with a program for each shading that batches have.
type family struct {
	programs         *programs
	root             *core.Node
	order            int
	vertex, fragment string
	batches          func(*batch) (shading, bool) // which it draws, and as what
	paint            func(gs *gls.GLS, pr *program, of func(*batch) bool)
	members          map[shading]*pass
	plainly          map[shading]bool // what is drawn as plain in this frame
	states           bool             // plain surfaces may be abnormal, see definesOf
}

// use makes the family draw all its batches in the next frame, in programs with these defines and those of the shading.
// Batches whose program is still to be compiled are drawn as plain ones.
func (f *family) use(batches []*batch, visible bool, defines ...string) {
	for _, p := range f.members {
		p.SetVisible(false)
	}
	clear(f.plainly)
	if !visible {
		return
	}
	for _, b := range batches {
		s, ok := f.shadingOf(b)
		if !ok {
			continue
		}
		if m := f.member(s); m.Visible() || f.programs.allows(m.name(f.definesOf(s, defines)), s == shading{}) {
			m.show(f.definesOf(s, defines))
		} else {
			f.plainly[s] = true
			f.member(shading{}).show(f.definesOf(shading{}, defines))
		}
	}
}

// definesOf joins those of a shading and of the frame. The program of plain surfaces, which all pictures have most of, comes in
// two variants: it can do without the patterns of states until there are any. Others are compiled once for both.
func (f *family) definesOf(s shading, defines []string) []string {
	out := append(s.defines(), defines...)
	if f.states && s == (shading{}) {
		out = append(out, "STATES")
	}
	return out
}

// shadingOf returns the shading that the family draws a batch in, if it draws it.
func (f *family) shadingOf(b *batch) (shading, bool) {
	s, ok := f.batches(b)
	if f.plainly[s] {
		s = shading{}
	}
	return s, ok
}

// member returns the pass for a shading.
func (f *family) member(s shading) *pass {
	p := f.members[s]
	if p == nil {
		p = newPass(f.programs, f.order, f.vertex, f.fragment, func(gs *gls.GLS, pr *program) {
			f.paint(gs, pr, func(b *batch) bool {
				k, ok := f.shadingOf(b)
				return ok && k == s
			})
		})
		p.SetVisible(false)
		f.members[s] = p
		f.root.Add(p)
	}
	return p
}

func (p *pass) show(defines []string) {
	if p.Visible() {
		return
	}
	p.SetVisible(true)
	p.use(defines...)
}

// Which batches a family draws: faces as the look shows them, their shape alone, or lines and points.
func surfaces(b *batch) (shading, bool)    { return b.surface, b.primitive == triangles }
func silhouettes(b *batch) (shading, bool) { return b.silhouette, b.primitive == triangles }
func wires(b *batch) (shading, bool)       { return shading{}, b.primitive != triangles }

func (p *painter) makePasses() {
	known := &programs{manager: p.g3n, byID: map[uint32]*program{}, compiled: map[string]bool{}}
	p.compiler = known
	p.overlay = core.NewNode()
	for i := range p.stages {
		p.stages[i] = core.NewNode()
	}
	add := func(root *core.Node, order int, vertex, fragment string, batches func(*batch) (shading, bool), paint func(*gls.GLS, *program, func(*batch) bool)) *family {
		return &family{
			programs: known, root: root, order: order, vertex: vertex, fragment: fragment, batches: batches, paint: paint,
			members: map[shading]*pass{}, plainly: map[shading]bool{},
		}
	}
	p.opaque = add(p.stages[stageSolid], orderOpaque, "mesh.v", "mesh.f", surfaces, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, true, false)
		if p.frame.Edges || p.frame.Wire { // away from the eye, so that the edges lie in front
			gs.Enable(gls.POLYGON_OFFSET_FILL)
			gs.PolygonOffset(p.farther(1), p.farther(1))
		}
		p.drawPart(pr, listOpaque, 0, faces, open, of)
		gs.Enable(gls.CULL_FACE)
		p.drawPart(pr, listOpaque, 0, faces, closing, of)
		gs.Disable(gls.CULL_FACE)
		gs.Disable(gls.POLYGON_OFFSET_FILL)
	})
	p.wires = add(p.stages[stageBackdrop], orderWires, "wire.v", "wire.f", wires, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, true, true)
		p.thickLines(gs)
		p.drawList(pr, listOpaque, 0, faces, of)
		gs.LineWidth(1)
	})
	p.edges = add(p.stages[stageLines], orderEdges, "edge.v", "edge.f", edged, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, false, true)
		gs.LineWidth(min(max(1, 0.75*p.frame.PixelScale), p.device.maxLine))
		p.drawList(pr, listEdges, 0, allEdges, of)
		p.drawList(pr, listSharp, 0, sharpEdges, of)
		gs.LineWidth(1)
	})
	p.ghostDepth = add(p.stages[stageFront], orderGhostDepth, "mesh.v", "depth.f", silhouettes, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, true, false)
		gl.ColorMask(false, false, false, false)
		p.eachGhost(pr, faces, of)
	})
	p.ghostFaces = add(p.stages[stageFront], orderGhostFaces, "mesh.v", "mesh.f", silhouettes, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, false, true)
		gs.DepthFunc(gl.EQUAL)
		p.eachGhost(pr, faces, of)
	})
	p.ghostWires = add(p.stages[stageFront], orderGhostWires, "wire.v", "wire.f", wires, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, false, true)
		p.thickLines(gs)
		p.eachGhost(pr, faces, of)
		gs.LineWidth(1)
	})
	p.ghostEdges = add(p.stages[stageFront], orderGhostEdges, "edge.v", "edge.f", edged, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.state(gs, true, false, true)
		p.eachGhost(pr, allEdges, of)
	})
	p.translucent = add(p.stages[stageFront], orderTranslucent, "mesh.v", "mesh.f", notGlassy, func(gs *gls.GLS, pr *program, of func(*batch) bool) {
		p.blend(gs, func() { p.drawList(pr, listTranslucent, 0, faces, of) })
	})
	p.makeNets(add)
	p.composed = newPass(known, orderCompose, "compose.v", "compose.f", p.compose)
	p.composed.use()
	p.stages[stageFront].Add(p.composed)
	p.masked = add(p.overlay, 0, "mesh.v", "mask.f", silhouettes, p.paintChosen)
	p.maskedWires = add(p.overlay, 1, "wire.v", "mask.f", wires, p.paintChosen)
	p.alarmRoot = core.NewNode()
	p.alarmed = add(p.alarmRoot, 0, "mesh.v", "mask.f", silhouettes, p.paintAlarms)
	p.alarmedWires = add(p.alarmRoot, 1, "wire.v", "mask.f", wires, p.paintAlarms)
	p.makeCaps(known)
	p.makeGlyphs(known)
	p.makeBackdrop(known)
	p.makeLight(known, add)
}

// adder makes a family.
type adder func(root *core.Node, order int, vertex, fragment string, batches func(*batch) (shading, bool), paint func(*gls.GLS, *program, func(*batch) bool)) *family

// makeNets makes the passes that draw the edges of all triangles.
func (p *painter) makeNets(add adder) {
	net := func(list int) func(*gls.GLS, *program, func(*batch) bool) {
		return func(gs *gls.GLS, pr *program, of func(*batch) bool) {
			p.state(gs, true, false, true)
			gs.PolygonMode(gls.FRONT_AND_BACK, gls.LINE)
			p.drawList(pr, list, 0, faces, of)
			gs.PolygonMode(gls.FRONT_AND_BACK, gls.FILL)
		}
	}
	p.net = add(p.stages[stageLines], orderEdges, "mesh.v", "net.f", silhouettes, net(listOpaque))
	p.netClear = add(p.stages[stageLines], orderEdges, "mesh.v", "net.f", silhouettes, net(listTranslucent))
}

// makeCaps makes the passes that close what is cut.
func (p *painter) makeCaps(known *programs) {
	p.capFaces = newPass(known, orderCaps, "cap.v", "cap.f", func(gs *gls.GLS, _ *program) { p.caps.paint(p, gs) })
	p.capGlass = newPass(known, orderTranslucent, "cap.v", "cap.f", func(gs *gls.GLS, _ *program) {
		p.blend(gs, func() { p.caps.paintTranslucent(p, gs) })
	})
	p.capLines = newPass(known, orderEdges, "capLine.v", "capLine.f", func(gs *gls.GLS, _ *program) { p.caps.paintLines(p, gs) })
	p.stages[stageBackdrop].Add(p.capFaces)
	p.stages[stageLines].Add(p.capLines)
	p.stages[stageFront].Add(p.capGlass)
}

// makeGlyphs makes the passes of lines, dots and arrows: first what is hidden of those on top, which writes no depth.
func (p *painter) makeGlyphs(known *programs) {
	add := func(order int, kind string, paint func(*painter, *gls.GLS, *program, bool), hidden bool) *pass {
		g := newPass(known, order, kind+".v", kind+".f", func(gs *gls.GLS, pr *program) { paint(p, gs, pr, hidden) })
		g.use()
		p.stages[stageFront].Add(g)
		return g
	}
	p.arrowsBehind = add(orderBehind, "arrow", p.glyphs.paintArrows, true)
	p.strokesBehind = add(orderBehind, "stroke", p.glyphs.paintLines, true)
	p.arrows = add(orderArrows, "arrow", p.glyphs.paintArrows, false)
	p.strokes = add(orderStrokes, "stroke", p.glyphs.paintLines, false)
}

// paintChosen draws the coverage of what is selected and hovered: all of it, and in the other half of the channels what can be
// seen of it.
func (p *painter) paintChosen(gs *gls.GLS, pr *program, of func(*batch) bool) {
	for k, seen := range [2]bool{false, true} {
		p.maskState(gs, seen)
		for i, list := range [2]int{listSelected, listHovered} {
			var channel [4]float32
			channel[2*k+i] = 1
			gl.Uniform4fv(pr.channel, 1, &channel[0])
			p.drawList(pr, list, 0, faces, of)
		}
	}
	gs.Disable(gls.POLYGON_OFFSET_FILL)
}

// paintAlarms draws the coverage of what can be seen of objects with an alarm.
func (p *painter) paintAlarms(gs *gls.GLS, pr *program, of func(*batch) bool) {
	p.maskState(gs, true)
	p.drawList(pr, listAlarmed, 0, faces, of)
	gs.Disable(gls.POLYGON_OFFSET_FILL)
}

// maskState adds up coverage: of all that is drawn, or of what nothing stands before.
func (p *painter) maskState(gs *gls.GLS, seen bool) {
	p.state(gs, seen, false, true)
	gs.BlendFunc(gl.ONE, gl.ONE)
	gl.ColorMask(true, true, true, true)
	if seen { // the same faces are in the depth already
		gs.Enable(gls.POLYGON_OFFSET_FILL)
		gs.PolygonOffset(p.farther(-2), p.farther(-2))
	}
}

// edged are the batches with edge lines.
func edged(b *batch) (shading, bool) { return shading{}, b.edgeVAO != 0 }

// makeBackdrop makes the passes that draw one triangle over all of the picture.
func (p *painter) makeBackdrop(known *programs) {
	full := func(gs *gls.GLS) {
		gs.BindVertexArray(p.emptyVAO)
		gl.DrawArrays(gl.TRIANGLES, 0, 3)
		p.count(1, 0, 0)
	}
	sky := newPass(known, orderSky, "sky.v", "sky.f", func(gs *gls.GLS, _ *program) {
		p.state(gs, true, false, false)
		full(gs)
	})
	p.outline = newPass(known, 0, "outline.v", "outline.f", func(gs *gls.GLS, _ *program) { p.outlines.paintTiles(p, gs) })
	p.grid = newPass(known, orderGrid, "grid.v", "grid.f", p.paintGrid)
	p.grid.use()
	p.stages[stageBackdrop].Add(p.grid)
	p.stages[stageBackdrop].Add(sky)
	sky.use()
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
	gs.FrontFace(gl.CW)                    // the image is mirrored
	gl.ColorMask(true, true, true, !blend) // alpha stays 255
	p.inPass = 0
}

// thickLines sets the width of the lines of meshes, as far as the driver has any but one pixel.
func (p *painter) thickLines(gs *gls.GLS) {
	gs.LineWidth(min(max(1, 1.5*p.frame.PixelScale), p.device.maxLine))
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

// drawList draws one list of all batches of a family.
func (p *painter) drawList(pr *program, list, slotBase int, w what, of func(*batch) bool) {
	p.drawPart(pr, list, slotBase, w, whole, of)
}

func (p *painter) drawPart(pr *program, list, slotBase int, w what, which part, of func(*batch) bool) {
	gl.Uniform1i(pr.slotBase, int32(slotBase))
	for _, b := range p.batches {
		if !of(b) || list >= len(b.lists) || b.lists[list].elements == 0 {
			continue
		}
		p.textures.use(p.gs, b, pr.maps)
		draws := b.draw(list, w, which)
		objects, corners := 0, 0
		if w == faces && which != closing && list != listSelected && list != listHovered && list != listAlarmed {
			objects = b.lists[list].objects
			if b.primitive == triangles {
				corners = b.lists[list].elements
			}
		}
		p.count(draws, objects, corners/3)
	}
}

// eachGhost draws the faces or the edges of all ghosts.
func (p *painter) eachGhost(pr *program, w what, of func(*batch) bool) {
	for i := range p.frame.Ghosts {
		g := &p.frame.Ghosts[i]
		if pr.ghost >= 0 {
			c := vec(g.Colour)
			gl.Uniform4f(pr.ghost, c[0], c[1], c[2], g.Opacity)
		}
		list := listGhosts + 2*i
		if w.edges() {
			list++
		}
		p.drawList(pr, list, len(p.frame.Objects)*(1+i), w, of)
	}
}
