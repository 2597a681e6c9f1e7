package render

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// Builder makes frames from one scene. It belongs to the goroutine of the scene. Make it with NewBuilder.
type Builder struct {
	frames    uint64
	layout    *Layout
	scene     *scene.Scene
	topology  uint64
	blend     []bool  // by slot: the mesh has translucent materials
	opaque    []bool  // by slot: the mesh has opaque materials
	slotOf    []int32 // by NodeID; -1 for none
	main      poseCache
	ghosts    []poseCache
	origin    mgl64.Vec3
	hasOrigin bool
	pool      *pool
}

// poseCache remembers the objects of one pose, so that only what changed is computed again.
type poseCache struct {
	Pose
	scene  *scene.Scene
	layout *Layout
	origin mgl64.Vec3
	seen   uint64 // scene generation
}

// NewBuilder returns a builder.
func NewBuilder() *Builder { return &Builder{pool: &pool{}} }

// Build returns a frame of the scene as it is now. It costs time for what moved since the last one, and one copy.
func (b *Builder) Build(s *scene.Scene, camera scene.Camera, o Options) *Frame {
	s.Update()
	camera = camera.Normalized()
	if b.scene != s || b.topology != s.Topology() {
		b.relayout(s)
	}
	b.anchor(camera)
	b.refresh(&b.main, s)

	f := b.pool.get()
	b.frames++
	keep := struct {
		Pose
		Ghosts            []GhostPose
		Selected, Hovered []uint32
		Planes            []mgl32.Vec4
		Effects           []Effect
		Glyphs            []Glyph
		Points            []mgl32.Vec3
	}{f.Pose, f.Ghosts, f.Selected, f.Hovered, f.Planes, f.Effects, f.Glyphs, f.GlyphPoints}
	*f = Frame{pool: b.pool, Generation: b.frames}
	f.refs.Store(1)
	f.WidthPx, f.HeightPx = max(o.WidthPx, 1), max(o.HeightPx, 1)
	f.PixelScale = 1
	if o.PixelScale > 0 {
		f.PixelScale = float32(o.PixelScale)
	}
	f.Look, f.Palette, f.Edges = o.Look, o.Palette, !o.NoEdges && o.Look != Review
	f.Draft, f.Wire, f.Grid, f.Light = o.Draft, o.Wire, o.Grid, o.Light
	f.Layout = b.layout
	f.Objects = append(keep.Objects[:0], b.main.Objects...)
	f.Extents = append(keep.Extents[:0], b.main.Extents...)
	f.Selected = b.slotsUnder(keep.Selected[:0], s, o.Selected)
	f.Hovered = keep.Hovered[:0]
	if o.Hovered > scene.Root {
		f.Hovered = b.slotsUnder(f.Hovered, s, []scene.NodeID{o.Hovered})
	}
	b.section(f, keep.Planes[:0], s, o.Section)
	b.style(f, s, &o)
	b.effects(f, keep.Effects, s)
	b.glyphs(f, keep.Glyphs, keep.Points, s, o.Glyphs)
	b.addGhosts(f, keep.Ghosts, s, o.Ghosts)
	b.aim(f, camera)
	return f
}

// anchor moves the origin of the float32 space when the eye has gone far from it, measured by how near it looks: the
// rounding of float32 then stays far below a pixel.
func (b *Builder) anchor(c scene.Camera) {
	limit := math.Max(16, 64*c.Distance())
	if b.hasOrigin && c.Eye.Sub(b.origin).Len() <= limit && b.origin.Sub(c.Target).Len() <= 4*limit {
		return
	}
	for k := range b.origin {
		b.origin[k] = math.Round(c.Eye[k])
	}
	b.hasOrigin = true
}

// refresh computes the objects of what changed since the cache was last brought up to date.
func (b *Builder) refresh(p *poseCache, s *scene.Scene) {
	all := p.scene != s || p.layout != b.layout || p.origin != b.origin
	if !all && p.seen == s.Generation() {
		return
	}
	n := len(b.layout.Nodes)
	if all {
		p.Objects = slices.Grow(p.Objects[:0], n)[:n]
		p.Extents = slices.Grow(p.Extents[:0], n)[:n]
	}
	worlds := s.Worlds()
	for slot, id := range b.layout.Nodes {
		if all || s.WorldGeneration(id) > p.seen {
			b.place(p, slot, &worlds[id])
		}
		if all || s.StyleGeneration(id) > p.seen {
			b.dress(&p.Objects[slot], slot, id, s)
		}
	}
	p.scene, p.layout, p.origin, p.seen = s, b.layout, b.origin, s.Generation()
}

func (b *Builder) place(p *poseCache, slot int, world *mgl64.Mat4) {
	o := &p.Objects[slot]
	bounds := scene.Bounds{}
	if m := b.layout.Shape(slot); m != nil {
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
		p.Extents[slot].Middle[k], p.Extents[slot].Half[k] = float32(mid[k]), float32(half[k])
	}
	o.Radius = float32(half.Len())
}

func (b *Builder) dress(o *Object, slot int, id scene.NodeID, s *scene.Scene) {
	st := s.Effective(id)
	o.Effect = 0
	if special(&st) {
		o.Effect = 1 // which one, effects says
	}
	o.Opacity = uint8(st.Opacity*255 + 0.5)
	o.Tint = uint32(st.Tint.R) | uint32(st.Tint.G)<<8 | uint32(st.Tint.B)<<16 | uint32(st.Tint.A)<<24
	o.Flags = uint16(st.State)
	switch s.Role(id) {
	case scene.Ground:
		o.Flags |= FlagGround
	case scene.Shell:
		o.Flags |= FlagShell
	}
	if !st.Visible || o.Opacity == 0 || b.layout.Shape(slot) == nil {
		o.Flags |= FlagHidden
	}
	if o.Opacity < 255 {
		o.Flags |= FlagTranslucent
	}
	if b.blend[slot] {
		o.Flags |= FlagBlend
		if !b.opaque[slot] {
			o.Flags |= FlagTranslucent
		}
	}
}

// slotsUnder appends the slots of all nodes in these subtrees, without doubles when the roots do not overlap.
func (b *Builder) slotsUnder(dst []uint32, s *scene.Scene, roots []scene.NodeID) []uint32 {
	for _, r := range roots {
		if r < 0 || int(r) >= s.Len() {
			continue
		}
		s.Walk(r, func(id scene.NodeID) bool {
			if slot := b.slotOf[id]; slot >= 0 && b.layout.Mesh[slot] != scene.NoMesh && s.Role(id) != scene.Ground {
				dst = append(dst, uint32(slot))
			}
			return true
		})
	}
	return dst
}

func (b *Builder) section(f *Frame, planes []mgl32.Vec4, s *scene.Scene, sec *scene.Section) {
	f.Planes = planes
	f.Origin = b.origin
	if !sec.Active() {
		return
	}
	for _, p := range sec.Planes[:min(len(sec.Planes), scene.MaxPlanes)] {
		n := p.Normal
		f.Planes = append(f.Planes, mgl32.Vec4{float32(n[0]), float32(n[1]), float32(n[2]), float32(n.Dot(b.origin) - p.Offset)})
	}
	f.Keep = sec.Keep
	for slot, id := range b.layout.Nodes {
		if sec.AppliesTo(s, id) {
			f.Objects[slot].Flags |= FlagSection
		}
	}
}

// style applies what the view asks for on top of what the scene says: selection, opened shells, x-ray.
func (b *Builder) style(f *Frame, s *scene.Scene, o *Options) {
	for _, slot := range f.Selected {
		f.Objects[slot].Flags |= FlagSelected
	}
	fade := func(slot int, opacity float32) {
		obj := &f.Objects[slot]
		obj.Opacity = uint8(float32(obj.Opacity)*opacity + 0.5)
		if obj.Opacity < 255 {
			obj.Flags |= FlagTranslucent
		}
	}
	if o.XRay {
		for slot := range f.Objects {
			if obj := &f.Objects[slot]; obj.Flags&(FlagSelected|FlagGround|7|FlagStale|FlagBad) == 0 {
				fade(slot, 0.22)
			}
		}
	}
	opacity := float32(o.ShellOpacity)
	if opacity <= 0 {
		opacity = DefaultShellOpacity
	}
	if opacity >= 1 {
		return
	}
	for slot, id := range b.layout.Nodes {
		if s.Role(id) == scene.Shell && opened(s, id, o.Selected) {
			fade(slot, opacity)
		}
	}
}

// opened reports whether a selected node lies inside this shell: in the same group, in the shell's box, and not part of it.
func opened(s *scene.Scene, shell scene.NodeID, selected []scene.NodeID) bool {
	top := shell // the node that carries the role itself
	for s.Node(top).Role != scene.Shell && s.Node(top).Parent != scene.NoNode {
		top = s.Node(top).Parent
	}
	group := s.Node(top).Parent
	if group == scene.NoNode {
		return false
	}
	for _, sel := range selected {
		if sel <= scene.Root || int(sel) >= s.Len() || sel == group || !s.Under(sel, group) || s.Under(sel, top) {
			continue
		}
		if b := s.Bounds(sel); !b.Empty() && s.Bounds(top).Distance(b.Center()) == 0 {
			return true
		}
	}
	return false
}

// Opened reports whether the shell node would be drawn faded with this selection, so that picking can pass through it.
func Opened(s *scene.Scene, shell scene.NodeID, selected []scene.NodeID) bool {
	return s.Role(shell) == scene.Shell && opened(s, shell, selected)
}

func (b *Builder) addGhosts(f *Frame, memory []GhostPose, s *scene.Scene, ghosts []Ghost) {
	f.Ghosts = memory[:0]
	for len(b.ghosts) < len(ghosts) {
		b.ghosts = append(b.ghosts, poseCache{})
	}
	for i, g := range ghosts {
		if g.Scene == nil || g.Scene.Len() != s.Len() {
			continue
		}
		g.Scene.Update()
		cache := &b.ghosts[i]
		b.refresh(cache, g.Scene)
		n := len(f.Ghosts)
		f.Ghosts = slices.Grow(f.Ghosts, 1)[:n+1]
		pose := &f.Ghosts[n]
		pose.Colour, pose.Opacity = g.Colour, float32(g.Opacity)
		if g.Colour.A == 0 {
			pose.Colour = f.Palette.Ghost
		}
		if g.Opacity <= 0 {
			pose.Opacity = 0.45
		}
		pose.Objects = append(pose.Objects[:0], cache.Objects...)
		pose.Extents = append(pose.Extents[:0], cache.Extents...)
		for slot := range pose.Objects {
			obj := &pose.Objects[slot]
			obj.Effect = 0
			if obj.Flags&FlagGround != 0 || sameRows(&obj.Rows, &f.Objects[slot].Rows) || !s.Under(b.layout.Nodes[slot], g.Root) {
				obj.Flags |= FlagHidden
			}
		}
	}
}

// sameRows reports whether two placements differ by less than a millimetre and a milliradian.
func sameRows(a, b *[12]float32) bool {
	for i := range a {
		if d := a[i] - b[i]; d > 1e-3 || d < -1e-3 {
			return false
		}
	}
	return true
}
