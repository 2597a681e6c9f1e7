package render

import (
	"image/color"

	"github.com/orrery-twin/orrery/render/environment"
	"github.com/orrery-twin/orrery/scene"
)

// DefaultShellOpacity is how strong an opened shell still shows.
const DefaultShellOpacity = 0.16

// Options say how to draw a scene. WidthPx, HeightPx and Palette are needed; the rest may stay zero.
type Options struct {
	WidthPx, HeightPx int
	PixelScale        float64 // device pixels per design pixel; 0 is read as 1
	Look              Look
	Palette           Palette
	Selected          []scene.NodeID // outlined, with all that is below them
	Hovered           scene.NodeID   // outlined thinly; Root and NoNode mean none
	Section           *scene.Section
	Ghosts            []Ghost
	XRay              bool // everything but the selection and abnormal parts turns translucent
	NoEdges           bool // leave the edge lines out
	Draft             bool // the view is moving: a renderer on the CPU may draw coarser for it
	Wire              bool // the edges of all triangles over faint faces
	Grid              bool // a grid on the ground
	Glyphs            []scene.Glyph
	Light             Light
	ShellOpacity      float64 // of shells around a selected node; 0 is read as DefaultShellOpacity, 1 keeps them shut
}

// Ghost asks for a second, translucent pose of the scene. Scene must be a Clone of the scene that is drawn, with the same
// nodes. Parts that stand where the original stands are left out.
type Ghost struct {
	Scene   *scene.Scene
	Root    scene.NodeID // only this subtree; Root shows all
	Colour  color.NRGBA  // zero is read as Palette.Ghost
	Opacity float64      // 0 is read as 0.45
}

// Light says how a scene is lit in the Review look, and in part in the Engineer look. The zero Light is good.
type Light struct {
	Environment *environment.Map // what surrounds the scene; nil is the built-in one
	ExposureEV  float64          // steps of brightness; +1 doubles it
	NoShadows   bool
	NoOcclusion bool // no darkening where surfaces are near to each other
}
