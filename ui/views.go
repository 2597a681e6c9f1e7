package ui

import (
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// ViewStage is a ModelStage that is worked in with tools, through one viewport or several, in one window or in several. All
// show the same scene at the same moment; camera, look, section and tool are each viewport's own. What Stage and
// ModelStage say of "the camera" and "the look" is meant of the active one. The Stage of NewStage is a ViewStage.
type ViewStage interface {
	ModelStage
	// Viewports lists the viewports, one at least; Active is the one that the user works in.
	Viewports() []*viewport.Viewport
	Active() *viewport.Viewport
	// Activate makes a viewport the active one. OnActive sets what is called whenever another one becomes it.
	Activate(v *viewport.Viewport)
	OnActive(f func(v *viewport.Viewport))
	// Split adds a viewport that shows what the active one shows, nil when there are MaxViewports; Drop closes one. The last
	// one stays.
	Split() *viewport.Viewport
	Drop(v *viewport.Viewport)
	// SelectAll marks assets and nodes beside them; the last asset leads: labels and legend are about it.
	SelectAll(assets []twin.AssetID, nodes []scene.NodeID)
	// Nodes lists what stands for an asset, its parts included; AssetOf returns the asset of a node, NoAsset for none.
	Nodes(id twin.AssetID) []scene.NodeID
	AssetOf(node scene.NodeID) twin.AssetID
	// SetQuality and SetLight are about all viewports.
	SetQuality(q viewport.Quality)
	SetLight(l render.Light)
	// Relabel has labels and legend made anew, as after parts were hidden.
	Relabel()
	// Follow keeps the active camera at a moving node, NoNode for none; Followed is what it follows.
	Follow(node scene.NodeID)
	Followed() scene.NodeID
}

// MaxViewports bounds how many viewports there are at once, over all windows: each has a renderer of its own, with its own
// copy of the scene on the GPU.
const MaxViewports = 6
