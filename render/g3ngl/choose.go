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
	listGhosts
)

// What of an object is drawn.
const (
	drawOpaque uint8 = 1 << iota
	drawTranslucent
	drawEdges
	drawSharp
	drawAlarmed
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

// chosen is what a frame draws of each object, by slot.
type chosen struct {
	classes []uint8
	errors  []float32 // how far levels of detail may stray, in metres of the mesh; 0 where there are none
}

// choose decides what is drawn: programs by look and section, passes that have something to do, and the lists of all batches.
func (p *painter) choose(f *render.Frame) {
	frustum := f.Frustum()
	opaque, translucent, edges := p.classify(f, &f.Pose, &frustum)
	selected, hovered, inAnyOrder := in(f.Selected), in(f.Hovered), manyLayers(f)
	for _, b := range p.batches {
		b.list(listOpaque, faces, p.class(solidClass(b)))
		b.list(listEdges, allEdges, p.class(drawEdges))
		b.list(listSharp, sharpEdges, p.class(drawSharp))
		switch {
		case !translucent || b.primitive != triangles:
			b.cleared(listTranslucent)
		case inAnyOrder:
			b.list(listTranslucent, faces, p.class(drawTranslucent))
		default:
			b.sorted(listTranslucent, p.class(drawTranslucent), depthIn(f))
		}
		b.list(listSelected, faces, p.known(selected))
		b.list(listHovered, faces, p.known(hovered))
		b.list(listAlarmed, faces, p.class(drawAlarmed))
		for k := listGhosts; k < len(b.lists); k++ {
			b.lists[k].reset()
		}
	}
	for i := range f.Ghosts {
		p.classify(f, &f.Ghosts[i].Pose, &frustum)
		for _, b := range p.batches {
			b.list(listGhosts+2*i, faces, p.class(drawOpaque|drawTranslucent))
			b.list(listGhosts+2*i+1, allEdges, p.class(drawEdges))
		}
	}
	for _, b := range p.batches {
		b.sendInstances()
	}
	p.programs(f, opaque, translucent, edges)
}

// solidClass is what the opaque list of a batch holds. Lines and points are drawn there whether they are translucent or not.
func solidClass(b *batch) uint8 {
	if b.primitive != triangles {
		return drawOpaque | drawTranslucent
	}
	return drawOpaque
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
func (p *painter) class(c uint8) chooser {
	return p.known(func(slot uint32) bool { return p.classes[slot]&c != 0 })
}

// known chooses among the objects that are in the frame. Before a new scene is loaded, what is left of the one before
// shows only where it is the same.
func (p *painter) known(keep func(slot uint32) bool) chooser {
	n := uint32(len(p.classes))
	foreign := p.settled == nil || p.settled.Scene != p.layout.Scene
	return chooser{
		keep: func(it *item) bool {
			return it.slot < n && keep(it.slot) && (!foreign || it.mesh == p.layout.Shape(int(it.slot)))
		},
		level: p.level,
	}
}

// level is the coarsest level of detail of an item that strays no farther than is allowed.
func (p *painter) level(it *item) int {
	allowed, n := p.errors[it.slot], 0
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
func (p *painter) classify(f *render.Frame, pose *render.Pose, frustum *render.Frustum) (opaque, translucent, edges bool) {
	n := len(pose.Objects)
	p.classes, p.errors = slices.Grow(p.classes[:0], n)[:n], slices.Grow(p.errors[:0], n)[:n]
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
			if o.Flags&(render.FlagTranslucent|render.FlagBlend) != 0 {
				c |= drawTranslucent
			}
			distance := float32(1)
			if perspective {
				x, y, z := e.Middle[0]-f.Eye[0], e.Middle[1]-f.Eye[1], e.Middle[2]-f.Eye[2]
				distance = float32(math.Sqrt(float64(x*x+y*y+z*z))) + 1e-9
			}
			if px := o.Radius * pxPerMetre / f.PixelScale / distance; o.Flags&render.FlagGround == 0 {
				if o.Flags&7 != 0 && px > markRadiusPx {
					c |= drawAlarmed
				}
				if f.Edges && px > minOutlineRadiusPx {
					c |= drawEdges
				} else if f.Edges && px > minEdgeRadiusPx {
					c |= drawSharp
				}
			}
			p.errors[i] = 0
			if m := f.Shape(i); len(m.LODs) > 0 {
				if perspective {
					distance = max(distance-o.Radius, 0)
				}
				p.errors[i] = allowed * distance / (pxPerMetre * scaleOf(o))
			}
		}
		p.classes[i] = c
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

// scaleOf is the most by which an object enlarges its mesh along an axis.
func scaleOf(o *render.Object) float32 {
	most := float32(0)
	for k := range 3 {
		x, y, z := o.Rows[k], o.Rows[4+k], o.Rows[8+k]
		most = max(most, x*x+y*y+z*z)
	}
	return max(float32(math.Sqrt(float64(most))), 1e-9)
}
