package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// addView makes a viewport and wires it.
func (s *stage) addView(camera scene.Camera) *viewport.Viewport {
	v := viewport.New(viewport.Options{Scene: s.scenery.Scene, Camera: camera, Presenter: s.presenter, Turns: s.turns, Renderer: s.renderer()})
	v.Owner = s.owner
	v.OnFocus = func() { s.Activate(v) }
	v.OnSelect = func(node scene.NodeID, double bool) { s.picked(v, node, double) }
	s.letCarry(v)
	v.OnLook = v.SetLook
	v.OnFrame = func(all bool) {
		switch {
		case all:
			s.Frame(twin.NoAsset)
		case len(s.parts) > 0 || len(s.assets) > 1:
			s.FrameParts(s.marked()...)
		default:
			s.Frame(s.selected)
		}
	}
	s.views = append(s.views, v)
	return v
}

// picked tells the shell what was clicked.
func (s *stage) picked(v *viewport.Viewport, node scene.NodeID, double bool) {
	if f := s.grab; f != nil {
		s.grab = nil
		f(v.Hit())
		return
	}
	asset := s.scenery.Asset(node)
	if asset == twin.NoAsset && node != scene.NoNode && s.onPart != nil {
		s.onPart(v.Hit(), double)
		return
	}
	if s.onSelect != nil {
		s.onSelect(asset, double)
	}
}

// letCarry lets assets be dragged out of a view, when somebody wants them.
func (s *stage) letCarry(v *viewport.Viewport) {
	if s.onCarry == nil {
		return
	}
	v.OnCarry = func(node scene.NodeID, at fyne.Position, done bool) {
		driver := fyne.CurrentApp().Driver()
		asset := s.scenery.Asset(node)
		if asset != twin.NoAsset && driver.CanvasForObject(v) == driver.CanvasForObject(s.views[0]) { // places of other windows mean nothing here
			s.onCarry(asset, at, done)
		}
	}
}

// OnCarry sets what is told of assets that the user drags out of the view.
func (s *stage) OnCarry(f func(asset twin.AssetID, at fyne.Position, done bool)) {
	s.onCarry = f
	for _, v := range s.views {
		s.letCarry(v)
	}
}

// Viewports implements ViewStage.
func (s *stage) Viewports() []*viewport.Viewport { return s.views }

// Active implements ViewStage.
func (s *stage) Active() *viewport.Viewport { return s.view }

// Activate implements ViewStage.
func (s *stage) Activate(v *viewport.Viewport) {
	if v == s.view || !slices.Contains(s.views, v) {
		return
	}
	s.view = v
	if s.onActive != nil {
		s.onActive(v)
	}
}

// OnActive implements ViewStage.
func (s *stage) OnActive(f func(*viewport.Viewport)) { s.onActive = f }

// Split implements ViewStage.
func (s *stage) Split() *viewport.Viewport {
	if len(s.views) >= MaxViewports || s.closed {
		return nil
	}
	from := s.view
	v := s.addView(from.Camera())
	v.SetLook(from.Look())
	v.SetXRay(from.XRay())
	v.SetWire(from.Wire())
	v.SetGrid(from.Grid())
	v.SetEdges(from.Edges())
	v.SetLight(from.Light())
	v.SetSection(from.Section())
	v.SetQuality(s.quality)
	v.SetBounds(viewport.Solid(s.scenery.Scene))
	v.Select(s.marked()...)
	s.setGhosts()
	s.relabel = true
	return v
}

// Drop implements ViewStage.
func (s *stage) Drop(v *viewport.Viewport) {
	i := slices.Index(s.views, v)
	if i < 0 || len(s.views) == 1 {
		return
	}
	s.views = slices.Delete(s.views, i, i+1)
	if s.follow.view == v {
		s.follow.node = scene.NoNode
	}
	if err := v.Close(); err != nil {
		fyne.LogError("a view did not close cleanly", err)
	}
	if s.view == v {
		s.view = nil
		s.Activate(s.views[min(i, len(s.views)-1)])
	}
}

// SelectAll implements ViewStage.
func (s *stage) SelectAll(assets []twin.AssetID, nodes []scene.NodeID) {
	s.assets, s.parts, s.relabel = assets, nodes, true
	s.selected = twin.NoAsset
	if n := len(assets); n > 0 {
		s.selected = assets[n-1]
	}
	marked := s.marked()
	for _, v := range s.views {
		v.Select(marked...)
	}
}

// marked lists the nodes of all that is selected.
func (s *stage) marked() []scene.NodeID {
	var out []scene.NodeID
	for _, id := range s.assets {
		out = append(out, s.scenery.all(id)...)
	}
	return append(out, s.parts...)
}

// Nodes implements ViewStage.
func (s *stage) Nodes(id twin.AssetID) []scene.NodeID {
	if id == twin.NoAsset || s.scenery.nodes[id] == scene.NoNode {
		return nil
	}
	return s.scenery.all(id)
}

// AssetOf implements ViewStage.
func (s *stage) AssetOf(node scene.NodeID) twin.AssetID { return s.scenery.Asset(node) }

// SetQuality implements ViewStage.
func (s *stage) SetQuality(q viewport.Quality) {
	s.quality = q
	for _, v := range s.views {
		v.SetQuality(q)
	}
}

// SetLight implements ViewStage.
func (s *stage) SetLight(l render.Light) {
	for _, v := range s.views {
		v.SetLight(l)
	}
}

// Relabel implements ViewStage.
func (s *stage) Relabel() { s.relabel = true }

// tracked is a node that a camera follows.
type tracked struct {
	view  *viewport.Viewport
	node  scene.NodeID
	local mgl64.Vec3 // the point of the node that stays where it is in the view
	at    mgl64.Vec3 // where that was, in the world
}

// Follow implements ViewStage.
func (s *stage) Follow(node scene.NodeID) {
	s.follow = tracked{view: s.view, node: node}
	if node == scene.NoNode {
		return
	}
	f := &s.follow
	world := s.scenery.Scene.World(node)
	f.at = mgl64.TransformCoordinate(mgl64.Vec3{}, world)
	if b := s.scenery.Scene.Bounds(node); !b.Empty() {
		f.at = b.Center()
	}
	f.local = mgl64.TransformCoordinate(f.at, world.Inv())
}

// Followed implements ViewStage.
func (s *stage) Followed() scene.NodeID { return s.follow.node }

// track shifts the camera by as much as what it follows has moved since the last frame.
func (s *stage) track() {
	f := &s.follow
	if f.node == scene.NoNode {
		return
	}
	if !s.scenery.Scene.Has(f.node) { // its model was taken away
		f.node = scene.NoNode
		return
	}
	s.scenery.Scene.Update()
	at := mgl64.TransformCoordinate(f.local, s.scenery.Scene.World(f.node))
	if d := at.Sub(f.at); d.Len() > 1e-6 { // no NaN either
		f.at = at
		f.view.Shift(d)
	}
}

// renderer is that of the next viewport: nil for one of its own.
func (s *stage) renderer() render.Renderer {
	if s.newRenderer == nil {
		return nil
	}
	return s.newRenderer()
}
