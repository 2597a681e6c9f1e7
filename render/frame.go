package render

import (
	"image/color"
	"sync"
	"sync/atomic"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// Flags of an Object. The low three bits are the alarm priority, 1 to 4, or 0.
const (
	FlagStale       uint16 = 1 << (3 + iota) // the order of these three is that of scene.State
	FlagBad                                  //
	FlagPredicted                            //
	FlagGround                               // drawn as ground: no edges, no clay, fades into the horizon
	FlagSection                              // the frame's section planes cut it
	FlagHidden                               // not drawn at all
	FlagTranslucent                          // drawn in the translucent pass: its opacity is below 1
	FlagBlend                                // its mesh has translucent materials: drawn in both passes
	FlagSelected                             // keeps its strength where others fade
	FlagShell                                // a housing: where it is cut its inside shows
)

// Object is what the GPU knows of one node: 64 bytes, in the layout of the buffer texture that the shaders read.
type Object struct {
	Rows    [12]float32 // originFromNode without its last row, row by row
	Tint    uint32      // sRGB, red in the low byte; the high byte is how far it replaces the surface colour
	Flags   uint16
	_       uint8
	Opacity uint8   // 255 is opaque
	Radius  float32 // metres, of a sphere around it
	Effect  uint32  // index into Frame.Effects + 1; 0 for none
}

// Flags of an Effect.
const (
	EffectLevel    uint32 = 1 << iota // Level counts
	EffectGradient                    // Axis and Colours count
)

// Effect is what few objects have beside the rest: 80 bytes, in the layout of the buffer texture that the shaders read.
type Effect struct {
	Glow    uint32     // sRGB, red in the low byte; the high byte is its strength
	Flags   uint32     // Effect…
	UV      [2]float32 // offset of the textures
	Level   [4]float32 // plane from the frame's origin: what lies where n·p + w > 0 is left out
	Axis    [4]float32 // n·p + w is 0 at the first colour and 1 at the last
	Colours [8]uint32  // sRGB, red in the low byte; the high byte is how far each replaces the surface colour
}

// Glyph is a sign in the scene, see scene.Glyph.
type Glyph struct {
	Kind         scene.GlyphKind
	First, Count int     // of Frame.GlyphPoints
	WidthM       float32 // metres; 0 when WidthPx counts
	WidthPx      float32 // device pixels
	Colour       uint32  // sRGB, red in the low byte, alpha in the high one
	PhaseM       float32
	Flags        uint16 // as of an Object: alarm and states
	OnTop        bool
}

// Extent is a box: middle and half sides, in metres from the frame's origin. Half is negative when it is empty.
type Extent struct{ Middle, Half [3]float32 }

// Contains reports whether a point is in the box.
func (e *Extent) Contains(p mgl32.Vec3) bool {
	for k := range 3 {
		if !(abs32(p[k]-e.Middle[k]) <= e.Half[k]) {
			return false
		}
	}
	return true
}

// BlockSlots is how many slots, one behind the other, share a block.
const BlockSlots = 64

// Pose is one set of objects by slot: the scene as it is, or a ghost of it. Frames share it.
type Pose struct {
	Objects  []Object
	Extents  []Extent
	Blocks   []Extent // by slot / BlockSlots: around all of its objects that are not hidden, for culling many at once
	Revision uint64   // while it is the same, and so is Layout.Scene, the pose is the same in all frames of a builder
}

// GhostPose is a translucent second pose.
type GhostPose struct {
	Pose
	Colour  color.NRGBA
	Opacity float32
	sheet   *sheet
}

// Frame is everything that a renderer needs to draw one picture. It is immutable after Build.
type Frame struct {
	Generation        uint64 // rises with each frame of a builder
	WidthPx, HeightPx int
	PixelScale        float32 // device pixels per design pixel: widths of lines and patterns
	Look              Look
	Palette           Palette
	Edges             bool
	Draft             bool // may be drawn coarser, see Options.Draft

	Origin         mgl64.Vec3 // world position of the point that all float32 coordinates count from
	Camera         scene.Camera
	Eye            mgl32.Vec3
	ViewFromOrigin mgl32.Mat4
	TanHalfY       float32 // tangent of half the vertical angle of view; 0 for a parallel view
	HalfHeight     float32 // metres, of a parallel view
	Near, Far      float32 // metres along the view direction; all that is drawn lies between
	FocusDistance  float32 // metres: nearer things are clear, farther ones fade a little
	GroundY        float32 // height of the ground seen by the background, relative to the origin
	Sun            mgl32.Vec3

	*Layout
	Pose
	Ghosts            []GhostPose
	Selected, Hovered []uint32 // slots

	Effects     []Effect
	Glyphs      []Glyph
	GlyphPoints []mgl32.Vec3 // from the frame's origin
	Wire, Grid  bool
	Light       Light

	Planes []mgl32.Vec4 // section: normal and offset, so that n·p + w ≥ 0 is kept
	Keep   scene.Keep

	refs  atomic.Int32
	pool  *pool
	sheet *sheet // that Pose is of
}

// Release gives one reference back; with the last one the frame's memory is used again. It may be called anywhere.
func (f *Frame) Release() {
	if f == nil || f.refs.Add(-1) != 0 || f.pool == nil {
		return
	}
	f.sheet.refs.Add(-1)
	for i := range f.Ghosts {
		f.Ghosts[i].sheet.refs.Add(-1)
	}
	f.pool.put(f)
}

// Retain takes one more reference.
func (f *Frame) Retain() *Frame {
	f.refs.Add(1)
	return f
}

// Aspect is width over height.
func (f *Frame) Aspect() float32 { return float32(f.WidthPx) / float32(max(f.HeightPx, 1)) }

// pool keeps the memory of released frames: a builder needs three or four at a time.
type pool struct {
	mu   sync.Mutex
	free []*Frame
}

func (p *pool) get() *Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		f := p.free[n-1]
		p.free = p.free[:n-1]
		return f
	}
	return &Frame{pool: p}
}

func (p *pool) put(f *Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < 4 {
		p.free = append(p.free, f)
	}
}
