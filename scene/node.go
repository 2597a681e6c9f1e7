package scene

import (
	"image/color"

	"github.com/go-gl/mathgl/mgl64"
)

// NodeID is the index of a node in its scene. Ids are never reused, and a child's id is greater than its parent's.
type NodeID int32

// Root is the node that every scene starts with; NoNode stands for "none".
const (
	Root   NodeID = 0
	NoNode NodeID = -1
)

// Role says what a node is to the viewer. It is inherited by children with role Solid.
type Role uint8

// The roles.
const (
	Solid  Role = iota // ordinary equipment
	Shell              // a housing: it turns transparent when something inside is selected, and it may be cut open
	Ground             // terrain, sea, floor: drawn calm, without edges, fading into the horizon; never selected
)

// State holds what is abnormal or uncertain about a node: an alarm priority and flags. The zero State is normal.
type State uint16

// The flags; combine them with | and with Alarm.
const (
	Stale     State = 1 << (3 + iota) // 45° hatch in grey
	Bad                               // dotted
	Predicted                         // violet hatch
)

const alarmMask State = 7

// Alarm returns the state of an alarm with this priority, 1 (most urgent) to 4; 0 is no alarm.
func Alarm(priority int) State { return State(min(max(priority, 0), 4)) }

// Alarm returns the alarm priority, 1 to 4, or 0 when there is none.
func (s State) Alarm() int { return int(s & alarmMask) }

// Has reports whether all flags of f are set.
func (s State) Has(f State) bool { return s&^alarmMask&f == f&^alarmMask }

// merge adds what is inherited: flags add up, of two alarms the more urgent stays.
func (s State) merge(o State) State {
	a, b := s.Alarm(), o.Alarm()
	if a == 0 || b != 0 && b < a {
		a = b
	}
	return (s|o)&^alarmMask | State(a)
}

// Style is the part of a node that live data change. It is inherited: a child is visible if all above it are, opacities
// multiply, states add up, and a tint, a glow, a level, a gradient or an offset holds for the subtree until a child has
// its own.
type Style struct {
	Visible  bool
	Opacity  float32     // 0 to 1
	Tint     color.NRGBA // sRGB; A is how far the tint replaces the surface's own colour, 0 for none
	State    State
	Glow     color.NRGBA // sRGB light that the surface gives off; A is its strength, 0 for none
	UV       [2]float32  // offset of the textures
	Level    Level
	Gradient *Gradient // must not change once it is set; nil for none
}

// Level shows a subtree filled in part, as the content of a tank: what lies above it is left out.
type Level struct {
	On    bool
	Share float32    // 0 to 1 of the box of the subtree along Axis
	Axis  [3]float32 // in the frame of the node; zero is up in the world
}

// Gradient colours a subtree along an axis, as a heat map.
type Gradient struct {
	Axis    mgl64.Vec3    // in the frame of the node; zero is the longest side of the box of the subtree
	Colours []color.NRGBA // 2 to MaxGradient, evenly from one end of the box to the other; sRGB, A is how far each replaces
}

// MaxGradient is how many colours a gradient may have.
const MaxGradient = 8

// Node is one element of the scene. Nodes are read through Scene.Node and changed through the Set methods alone.
type Node struct {
	Name       string
	Path       string // unique in the scene: names from below the root, slash-separated; filled in by AddNode
	Parent     NodeID
	Children   []NodeID
	Local      Transform // parentFromNode
	Mesh       MeshID    // 0 for none
	Skin       SkinID    // that moves the vertices of Mesh; 0 for none
	Weights    []float32 // of the morphs of Mesh, or nil
	Role       Role
	Asset      string     // path of the asset that this node stands for, or empty: see AssetOf
	Properties []Property // what the model file says of it
	Style      Style      // the node's own; AddNode makes it visible and opaque when it is left zero
}
