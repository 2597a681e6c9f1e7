package g3ngl

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/render"
)

// Lists of a batch; the ghosts follow, two lists each.
const (
	listOpaque = iota
	listTranslucent
	listEdges
	listSharp
	listSelected
	listHovered
	listAlarmed
	listShadows // of what casts shadows
	listGhosts
)

// What of an object is drawn.
const (
	drawOpaque uint8 = 1 << iota
	drawTranslucent
	drawEdges
	drawSharp
	drawAlarmed
	drawBacks // even if it is closed
)

const (
	minEdgeRadiusPx    = 12 // smaller objects have no edge lines; the shader fades them in from here
	minOutlineRadiusPx = 28 // smaller objects have only their sharp edges
)

// How far coarser levels of detail may stray from the full mesh on the screen, in device pixels. Drafts are coarser, on the
// CPU most of all: there triangles are what takes time.
const (
	stillErrorPx         = 1
	draftErrorPx         = 2
	draftSoftwareErrorPx = 4
)

// chosen is what a frame draws of each object of a pose, by slot.
type chosen struct {
	classes []uint8
	errors  []float32 // how far levels of detail may stray, in metres of the mesh; 0 where there are none
	radius  []float32 // on the screen, in device pixels
}

// choose decides what is drawn: programs by look and section, passes that have something to do, and the lists of all batches
// but those of solid faces and their edges, for which it makes a plan.
func (p *painter) choose(f *render.Frame) {
	if p.sight.again(f, p) {
		if !p.allListed {
			p.faces.restart()
			p.lines.restart()
		}
		p.stats.Culled = p.sight.culled
		p.programs(f, p.sight.opaque, p.sight.translucent, p.sight.edges)
		return
	}
	p.allListed = false
	frustum := f.Frustum()
	opaque, translucent, edges := p.classify(f, &f.Pose, &frustum, &p.here)
	p.plan(f)
	p.listRest(f, translucent)
	for i := range f.Ghosts {
		p.classify(f, &f.Ghosts[i].Pose, &frustum, &p.ghostly)
		for _, b := range p.batches {
			b.list(listGhosts+2*i, faces, p.class(&p.ghostly, drawOpaque|drawTranslucent))
			b.list(listGhosts+2*i+1, allEdges, p.class(&p.ghostly, drawEdges))
		}
	}
	for _, b := range p.batches {
		b.sendInstances()
	}
	p.sight.note(opaque, translucent, edges, p.stats.Culled)
	p.programs(f, opaque, translucent, edges)
}

// listRest fills the lists that are drawn in one go.
func (p *painter) listRest(f *render.Frame, translucent bool) {
	selected, hovered, inAnyOrder := in(f.Selected), in(f.Hovered), manyLayers(f)
	for _, b := range p.batches {
		if b.primitive != triangles { // drawn whether they are translucent or not
			b.list(listOpaque, faces, p.class(&p.here, drawOpaque|drawTranslucent))
		}
		switch {
		case !translucent || b.primitive != triangles:
			b.cleared(listTranslucent)
		case inAnyOrder:
			b.list(listTranslucent, faces, p.class(&p.here, drawTranslucent))
		default:
			b.sorted(listTranslucent, p.class(&p.here, drawTranslucent), depthIn(f))
		}
		b.list(listSelected, faces, p.known(&p.here, selected))
		b.list(listHovered, faces, p.known(&p.here, hovered))
		b.list(listAlarmed, faces, p.class(&p.here, drawAlarmed))
		for k := listGhosts; k < len(b.lists); k++ {
			b.lists[k].reset()
		}
	}
}

// programs chooses the programs of all passes.
func (p *painter) programs(f *render.Frame, opaque, translucent, edges bool) {
	var look, cut []string
	switch f.Look {
	case render.Engineer:
		look = []string{"MATERIALS"}
	case render.Review:
		look = []string{"MATERIALS", "REVIEW"}
	}
	if len(f.Planes) > 0 {
		cut = []string{"SECTION"}
	}
	if len(f.Effects) > 0 {
		cut = append(cut, "EFFECTS")
	}
	for _, b := range p.batches {
		b.silhouette = b.shading.silhouette()
		switch f.Look {
		case render.Operate:
			b.surface = b.silhouette
		case render.Engineer:
			b.surface = b.shading.unlayered()
		default:
			b.surface = b.shading
		}
	}
	if hasStates(f) { // from now on: programs that come and go would be compiled again and again
		p.opaque.states, p.translucent.states = true, true
	}
	with := func(extra ...string) []string { return slices.Concat(look, cut, extra) }
	if f.Wire {
		p.opaque.use(p.batches, opaque, with("OPAQUE", "FAINT")...)
	} else {
		p.opaque.use(p.batches, opaque, with("OPAQUE")...)
	}
	p.translucent.use(p.batches, translucent, append(with("TRANSLUCENT"), layering(f)...)...)
	p.edges.use(p.batches, edges, with()...)
	p.wires.use(p.batches, opaque || translucent, with()...)
	ghosts := len(f.Ghosts) > 0
	p.ghostFaces.use(p.batches, ghosts, "GHOST")
	p.ghostWires.use(p.batches, ghosts, "GHOST")
	p.ghostEdges.use(p.batches, ghosts, "GHOST")
	p.ghostDepth.use(p.batches, ghosts)
	outlined := len(f.Selected)+len(f.Hovered) > 0
	p.masked.use(p.batches, outlined, cut...)
	p.maskedWires.use(p.batches, outlined, cut...)
	alarms := hasAlarms(f)
	p.alarmed.use(p.batches, alarms, append(cut, "ALARMS")...)
	p.alarmedWires.use(p.batches, alarms, append(cut, "ALARMS")...)
	var rings []string
	if outlined {
		rings = append(rings, "SELECTION")
	}
	if alarms {
		rings = append(rings, "ALARMS")
	}
	p.outline.use(rings...)
	p.extraPrograms(f, look, cut)
	if p.compiler.waiting {
		p.stats.Pending = max(p.stats.Pending, 1)
	}
}

// class chooses the objects of a class, in the detail that they need.
func (p *painter) class(of *chosen, c uint8) chooser {
	return p.known(of, func(slot uint32) bool { return of.classes[slot]&c != 0 })
}

// known chooses among the objects that are in the frame.
func (p *painter) known(of *chosen, keep func(slot uint32) bool) chooser {
	there := p.there()
	return chooser{keep: func(it *item) bool { return there(it) && keep(it.slot) }, level: of.level}
}

// closed tells which items show no back: those without holes, seen from outside and not cut.
func (p *painter) closed() func(*item) bool {
	if len(p.frame.Planes) > 0 {
		return nil
	}
	return func(it *item) bool { return it.closed && p.here.classes[it.slot]&drawBacks == 0 }
}

// there tells which items show an object of the frame. Before a new scene is loaded, what is left of the one before shows
// only where it is the same.
func (p *painter) there() func(*item) bool {
	n := uint32(len(p.here.classes))
	if p.settled != nil && p.settled.Scene == p.layout.Scene {
		return func(it *item) bool { return it.slot < n }
	}
	return func(it *item) bool { return it.slot < n && it.mesh == p.layout.Shape(int(it.slot)) }
}

// level is the coarsest level of detail of an item that strays no farther than is allowed.
func (c *chosen) level(it *item) int {
	allowed, n := c.errors[it.slot], 0
	for n < len(it.coarse) && it.mesh.LODs[n].ErrorM <= allowed {
		n++
	}
	return n
}

// depthIn returns how far an object is along the view direction.
func depthIn(f *render.Frame) func(slot uint32) float32 {
	forward := [3]float32{-f.ViewFromOrigin[2], -f.ViewFromOrigin[6], -f.ViewFromOrigin[10]}
	return func(slot uint32) float32 {
		m := &f.Extents[slot].Middle
		return m[0]*forward[0] + m[1]*forward[1] + m[2]*forward[2]
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
func (p *painter) classify(f *render.Frame, pose *render.Pose, frustum *render.Frustum, out *chosen) (opaque, translucent, edges bool) {
	n := len(pose.Objects)
	out.classes, out.errors = slices.Grow(out.classes[:0], n)[:n], slices.Grow(out.errors[:0], n)[:n]
	out.radius = slices.Grow(out.radius[:0], n)[:n]
	perspective := f.TanHalfY > 0
	pxPerMetre := float32(f.HeightPx) / (2 * max(f.TanHalfY, 1e-6)) // at a distance of a metre
	if !perspective {
		pxPerMetre = float32(f.HeightPx) / (2 * f.HalfHeight)
	}
	allowed := p.errorPx(f)
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
			if o.Flags&render.FlagBlend != 0 || o.Effect != 0 || e.Contains(f.Eye) || mirrored(o) {
				c |= drawBacks
			}
			if o.Flags&(render.FlagTranslucent|render.FlagBlend) != 0 {
				c |= drawTranslucent
			}
			distance := float32(1)
			if perspective {
				x, y, z := e.Middle[0]-f.Eye[0], e.Middle[1]-f.Eye[1], e.Middle[2]-f.Eye[2]
				distance = float32(math.Sqrt(float64(x*x+y*y+z*z))) + 1e-9
			}
			out.radius[i] = o.Radius * pxPerMetre / distance
			if px := out.radius[i] / f.PixelScale; o.Flags&render.FlagGround == 0 {
				if o.Flags&7 != 0 && px > markRadiusPx {
					c |= drawAlarmed
				}
				if f.Edges && px > minOutlineRadiusPx {
					c |= drawEdges
				} else if f.Edges && px > minEdgeRadiusPx {
					c |= drawSharp
				}
			}
			out.errors[i] = 0
			if m := f.Shape(i); len(m.LODs) > 0 {
				if perspective {
					distance = max(distance-o.Radius, 0)
				}
				out.errors[i] = allowed * distance / (pxPerMetre * scaleOf(o))
			}
		}
		out.classes[i] = c
		opaque = opaque || c&drawOpaque != 0
		translucent = translucent || c&drawTranslucent != 0
		edges = edges || c&(drawEdges|drawSharp) != 0
	}
	return opaque, translucent, edges
}

func (p *painter) errorPx(f *render.Frame) float32 {
	switch {
	case !f.Draft:
		return stillErrorPx
	case p.device.Software:
		return draftSoftwareErrorPx
	}
	return draftErrorPx
}

// mirrored reports whether an object turns its mesh inside out.
func mirrored(o *render.Object) bool {
	r := &o.Rows
	return r[0]*(r[5]*r[10]-r[6]*r[9])-r[1]*(r[4]*r[10]-r[6]*r[8])+r[2]*(r[4]*r[9]-r[5]*r[8]) < 0
}

// scaleOf is the most by which an object enlarges its mesh along an axis.
func scaleOf(o *render.Object) float32 {
	most := float32(0)
	for k := range 3 {
		x, y, z := o.Rows[k], o.Rows[4+k], o.Rows[8+k]
		most = max(most, x*x+y*y+z*z)
	}
	return max(float32(math.Sqrt(float64(most))), 1e-9)
}
