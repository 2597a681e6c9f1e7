package render

import (
	"math"

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
	traits    []uint16 // by slot: flags that last as long as the layout
	slotOf    []int32  // by NodeID; -1 for none
	main      poser
	wish      wish
	effects   effects
	glyphs    glyphs
	ghosts    []*ghost
	camera    scene.Camera // the last good one
	origin    mgl64.Vec3
	hasOrigin bool
	pool      *pool
}

// NewBuilder returns a builder.
func NewBuilder() *Builder { return &Builder{pool: &pool{}} }

// Build returns a frame of the scene as it is now. It costs time for what changed since the last one; frames of the same
// state share their objects. Of a camera that is not finite the last good one is used.
func (b *Builder) Build(s *scene.Scene, camera scene.Camera, o Options) *Frame {
	s.Update()
	if camera.Finite() {
		b.camera = camera.Normalized()
	} else {
		b.camera = b.camera.Normalized()
	}
	if b.scene != s || b.topology != s.Topology() {
		b.relayout(s)
	}
	b.anchor(b.camera)
	restyle, touched := b.wish.update(b, s, &o)
	changed := b.refresh(&b.main, s, restyle, touched, func(slot int, obj *Object, st *scene.Style) {
		b.dress(slot, obj, st)
		b.wish.apply(slot, obj)
		b.effects.note(slot, st)
	})
	b.assign(s, changed)

	f := b.pool.get()
	b.frames++
	keep := struct {
		Ghosts  []GhostPose
		Planes  []mgl32.Vec4
		Effects []Effect
		Glyphs  []Glyph
		Points  []mgl32.Vec3
	}{f.Ghosts, f.Planes, f.Effects, f.Glyphs, f.GlyphPoints}
	*f = Frame{pool: b.pool, Generation: b.frames}
	f.refs.Store(1)
	f.WidthPx, f.HeightPx = max(o.WidthPx, 1), max(o.HeightPx, 1)
	f.PixelScale = 1
	if o.PixelScale > 0 && !math.IsInf(o.PixelScale, 0) {
		f.PixelScale = float32(o.PixelScale)
	}
	f.Look, f.Palette, f.Edges = o.Look, o.Palette, !o.NoEdges && o.Look != Review
	f.Draft, f.Wire, f.Grid, f.Light = o.Draft, o.Wire, o.Grid, o.Light
	f.Layout, f.Origin = b.layout, b.origin
	f.sheet = b.main.publish()
	f.Pose = f.sheet.Pose
	f.Selected, f.Hovered = b.wish.selected, b.wish.hovered
	f.Effects = append(keep.Effects[:0], b.effects.list...)
	b.section(f, keep.Planes[:0], o.Section)
	b.glyphsOf(f, keep.Glyphs, keep.Points, s, o.Glyphs)
	b.ghostPoses(f, keep.Ghosts, s, o.Ghosts)
	b.aim(f, b.camera)
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

// section gives the frame the planes that cut, from its origin. What they cut, the flags of the objects say.
func (b *Builder) section(f *Frame, planes []mgl32.Vec4, sec *scene.Section) {
	f.Planes = planes
	if !sec.Active() {
		return
	}
	for _, p := range sec.Planes[:min(len(sec.Planes), scene.MaxPlanes)] {
		n := p.Normal
		w := n.Dot(b.origin) - p.Offset
		if l := n.Len() + math.Abs(w); l < farthest { // false for NaN too
			f.Planes = append(f.Planes, mgl32.Vec4{float32(n[0]), float32(n[1]), float32(n[2]), float32(w)})
		}
	}
	f.Keep = sec.Keep
}
