package render

import (
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// poser keeps the objects of one scene, and computes again only what changed.
type poser struct {
	Pose
	scene   *scene.Scene
	layout  *Layout
	origin  mgl64.Vec3
	seen    uint64 // scene generation
	stale   []bool // by block: its box must be found again
	log     journal
	sheets  []*sheet
	current *sheet
}

// refresh computes what changed since the pose was last brought up to date. dress writes what an object is beside its
// place; restyle asks for it on all objects, and touched on these slots. It returns whether anything changed.
func (b *Builder) refresh(p *poser, s *scene.Scene, restyle bool, touched []uint32, dress func(slot int, o *Object, st *scene.Style)) bool {
	all := p.scene != s || p.layout != b.layout || p.origin != b.origin
	restyle = restyle || all
	if !restyle && p.seen == s.Generation() && len(touched) == 0 {
		return false
	}
	before := p.log.seq
	if all {
		p.resize(len(b.layout.Nodes))
	}
	if restyle {
		p.log.forget()
	}
	worlds, styles := s.Worlds(), s.Styles()
	worldGen, styleGen := s.Generations()
	touch := func(slot int) {
		if !restyle {
			p.log.note(slot)
		}
		p.stale[slot/BlockSlots] = true
	}
	for slot, id := range b.layout.Nodes {
		moved, styled := all || worldGen[id] > p.seen, restyle || styleGen[id] > p.seen
		if !moved && !styled {
			continue
		}
		if moved {
			b.place(p, slot, &worlds[id])
		}
		dress(slot, &p.Objects[slot], &styles[id])
		touch(slot)
	}
	for _, slot := range touched {
		dress(int(slot), &p.Objects[slot], &styles[b.layout.Nodes[slot]])
		touch(int(slot))
	}
	p.scene, p.layout, p.origin, p.seen = s, b.layout, b.origin, s.Generation()
	p.log.trim(max(len(p.Objects)/4, 64))
	p.enclose()
	return p.log.seq != before
}

func (p *poser) resize(n int) {
	p.Objects = slices.Grow(p.Objects[:0], n)[:n]
	p.Extents = slices.Grow(p.Extents[:0], n)[:n]
	blocks := (n + BlockSlots - 1) / BlockSlots
	p.Blocks = slices.Grow(p.Blocks[:0], blocks)[:blocks]
	p.stale = slices.Grow(p.stale[:0], blocks)[:blocks]
}

// enclose finds the boxes of blocks again in which something changed.
func (p *poser) enclose() {
	for i, stale := range p.stale {
		if !stale {
			continue
		}
		p.stale[i] = false
		var box extremes
		for slot := i * BlockSlots; slot < min((i+1)*BlockSlots, len(p.Objects)); slot++ {
			if p.Objects[slot].Flags&FlagHidden == 0 {
				box.add(&p.Extents[slot])
			}
		}
		p.Blocks[i] = box.extent()
	}
}

// extremes is a box that grows; the zero value is empty.
type extremes struct {
	lo, hi [3]float32
	some   bool
}

func (x *extremes) add(e *Extent) {
	for k := range 3 {
		lo, hi := e.Middle[k]-e.Half[k], e.Middle[k]+e.Half[k]
		if !x.some || lo < x.lo[k] {
			x.lo[k] = lo
		}
		if !x.some || hi > x.hi[k] {
			x.hi[k] = hi
		}
	}
	x.some = true
}

// extent returns the box a little too large, so that rounding leaves nothing outside.
func (x *extremes) extent() Extent {
	if !x.some {
		return Extent{Half: [3]float32{-1, -1, -1}}
	}
	var e Extent
	for k := range 3 {
		e.Middle[k] = x.lo[k]*0.5 + x.hi[k]*0.5
		e.Half[k] = max(x.hi[k]-e.Middle[k], e.Middle[k]-x.lo[k])
		e.Half[k] += (abs32(e.Middle[k]) + e.Half[k]) * 1e-6
	}
	return e
}

// place puts an object where its node is.
func (b *Builder) place(p *poser, slot int, world *mgl64.Mat4) {
	o := &p.Objects[slot]
	bounds := scene.Bounds{}
	if m := b.layout.Shape(slot); m != nil && !m.Bounds.Empty() {
		bounds = m.Bounds
	}
	for row := 0; row < 3; row++ {
		for col := 0; col < 3; col++ {
			o.Rows[row*4+col] = float32(world[col*4+row])
		}
		o.Rows[row*4+3] = float32(world[12+row] - b.origin[row])
	}
	wb := bounds.Transformed(*world)
	mid, half := wb.Center().Sub(b.origin), wb.Size().Mul(0.5)
	for k := 0; k < 3; k++ {
		p.Extents[slot].Middle[k] = float32(mgl64.Clamp(mid[k], -farthest, farthest))
		p.Extents[slot].Half[k] = float32(min(half[k], farthest))
	}
	o.Radius = float32(min(half.Len(), farthest))
}

// farthest is the largest number in an Extent, metres: squares of it and their sums stay within float32.
const farthest = 1e18

// dress writes what an object is beside its place.
func (b *Builder) dress(slot int, o *Object, st *scene.Style) {
	o.Effect = 0 // effects says which one
	o.Opacity = uint8(st.Opacity*255 + 0.5)
	o.Tint = packed(st.Tint)
	o.Flags = b.traits[slot] | uint16(st.State)
	if !st.Visible || o.Opacity == 0 {
		o.Flags |= FlagHidden
	}
	if o.Opacity < 255 {
		o.Flags |= FlagTranslucent
	}
}

// fade makes an object translucent.
func (o *Object) fade(opacity float32) {
	o.Opacity = uint8(float32(o.Opacity)*opacity + 0.5)
	if o.Opacity < 255 {
		o.Flags |= FlagTranslucent
	}
}

// traits are the flags that a slot has for good, as long as its layout lasts.
func (b *Builder) traitsOf(slot int, id scene.NodeID, s *scene.Scene) (flags uint16) {
	switch s.Role(id) {
	case scene.Ground:
		flags |= FlagGround
	case scene.Shell:
		flags |= FlagShell
	}
	if b.layout.Shape(slot) == nil {
		flags |= FlagHidden
	}
	if blend, opaque := b.layout.mixture(slot); blend {
		flags |= FlagBlend
		if !opaque {
			flags |= FlagTranslucent
		}
	}
	return flags
}
