package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// boundPart describes a node. pointed is the node below it that was pointed at.
func (s *Scenery) boundPart(id, pointed scene.NodeID) (BoundPart, bool) {
	model, root := s.modelOf(id)
	if model == twin.NoAsset {
		return BoundPart{}, false
	}
	p := BoundPart{Asset: s.Asset(id), Model: model}
	if p.Asset == twin.NoAsset {
		p.Asset = model
	}
	if id != s.roots[model] {
		p.Node = s.nameOf(model, id)
	}
	b := s.Scene.Bounds(id)
	if !b.Empty() {
		size := b.Max.Sub(b.Min)
		// The box stands along the world; turned into the frame of the node it is good enough to tell long from flat.
		world := s.Scene.World(id)
		for i := range 3 {
			axis := world.Col(i).Vec3()
			if l := axis.Len(); l > 0 {
				axis = axis.Mul(1 / l)
			}
			for k := range 3 {
				p.Size[i] += abs(axis[k]) * size[k]
			}
		}
	}
	for at := pointed; at != scene.NoNode && at != root; at = s.Scene.Node(at).Parent {
		if name := s.nameOf(model, at); name != "" {
			p.Trail = append(p.Trail, Crumb{s.Scene.Node(at).Name, name})
		}
	}
	p.Trail = append(p.Trail, Crumb{"Whole model", ""})
	slices.Reverse(p.Trail)
	return p, true
}

func abs(v float64) float64 { return max(v, -v) }

// modelOf returns the asset whose model holds a node, with the node of its instance. NoAsset: none of the twin's.
func (s *Scenery) modelOf(id scene.NodeID) (twin.AssetID, scene.NodeID) {
	below := id
	for at := id; at > scene.Root; at = s.Scene.Node(at).Parent {
		if asset, ok := s.tree.AssetByPath(s.Scene.Node(at).Asset); ok && s.roots[asset] == at && len(s.models[asset]) > 0 {
			return asset, below
		}
		below = at
	}
	return twin.NoAsset, scene.NoNode
}

// nameOf returns the shortest name by which find finds a node below the models of an asset, empty when none does.
func (s *Scenery) nameOf(model twin.AssetID, id scene.NodeID) string {
	parts := strings.Split(s.Scene.Node(id).Path, "/")
	for n := 1; n <= len(parts); n++ {
		name := strings.Join(parts[len(parts)-n:], "/")
		if name != "" && s.find(model, name) == id {
			return name
		}
	}
	return ""
}

// PartOf implements BindingStage.
func (s *stage) PartOf(asset twin.AssetID) (BoundPart, bool) {
	id := s.scenery.Node(asset)
	if id == scene.NoNode {
		return BoundPart{}, false
	}
	p, ok := s.scenery.boundPart(id, id)
	p.Asset = asset
	return p, ok
}

// PartNamed implements BindingStage.
func (s *stage) PartNamed(asset twin.AssetID, node string) (BoundPart, bool) {
	for model := asset; model != twin.NoAsset; model = s.tree.Asset(model).Parent {
		if len(s.scenery.models[model]) > 0 {
			id := s.scenery.find(model, node)
			if id == scene.NoNode {
				return BoundPart{}, false
			}
			return s.scenery.boundPart(id, id)
		}
	}
	return BoundPart{}, false
}

// PartAt implements BindingStage.
func (s *stage) PartAt(at fyne.Position) (BoundPart, bool) {
	for _, v := range s.views {
		from, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(v), v.Size()
		x, y := at.X-from.X, at.Y-from.Y
		if !v.Visible() || x < 0 || y < 0 || x >= size.Width || y >= size.Height {
			continue
		}
		ray := v.Camera().RayAt(float64(x), float64(y), float64(size.Width), float64(size.Height))
		hit, ok := s.picker.Pick(ray, scene.PickOptions{Skip: func(id scene.NodeID) bool { return render.Opened(s.scenery.Scene, id, s.scenery.all(s.selected)) }})
		if !ok {
			return BoundPart{}, false
		}
		return s.pointed(hit)
	}
	return BoundPart{}, false
}

// pointed is the part that a hit means: the node that stands for its asset; when that asset is selected, the node itself.
func (s *stage) pointed(hit scene.Hit) (BoundPart, bool) {
	if hit.Node == scene.NoNode {
		return BoundPart{}, false
	}
	asset := s.scenery.Asset(hit.Node)
	if asset == twin.NoAsset {
		return BoundPart{}, false
	}
	_, node := s.scenery.Scene.AssetOf(hit.Node)
	model, _ := s.scenery.modelOf(hit.Node)
	if node == scene.NoNode || asset == s.selected {
		for node = hit.Node; node > scene.Root && s.scenery.nameOf(model, node) == ""; {
			node = s.scenery.Scene.Node(node).Parent
		}
	}
	p, ok := s.scenery.boundPart(node, hit.Node)
	if ok {
		local := s.scenery.Scene.World(node).Inv()
		face := local.Mul4x1(hit.Normal.Vec4(0)).Vec3()
		if l := face.Len(); l > 1e-12 {
			p.Face = face.Mul(1 / l)
		}
	}
	return p, ok
}

// PickPart implements BindingStage.
func (s *stage) PickPart(f func(BoundPart, bool)) {
	s.grab = nil
	if f != nil {
		s.grab = func(hit scene.Hit) { f(s.pointed(hit)) }
	}
}

// MarkPart implements BindingStage.
func (s *stage) MarkPart(p *BoundPart) {
	if p == nil {
		s.SelectAll(s.assets, s.parts)
		return
	}
	id := s.scenery.find(p.Model, p.Node)
	for _, v := range s.views {
		if id != scene.NoNode {
			v.Select(id)
		}
	}
}

// ClipsOf implements BindingStage.
func (s *stage) ClipsOf(p BoundPart) []string {
	var out []string
	for i := range s.scenery.Scene.Document().Clips {
		c := &s.scenery.Scene.Document().Clips[i]
		if slices.Contains(s.scenery.models[p.Model], c.Root) && !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

// SetBindings implements BindingStage.
func (s *stage) SetBindings(p *project.Project) []string {
	old := s.set
	old.Shade(nil)
	old.Rest(s.scenery.Scene)
	warnings := s.scenery.rebind(p)
	s.project = p
	s.set = bind.New(s.scenery.Scene, s.scenery.Bindings)
	s.set.Resume(old)
	s.reshade()
	prio := s.prio
	s.prio = nil
	s.Alarms(prio)
	s.relabel = true
	if s.ghostOn {
		s.ghostOn = false
		s.setGhosts()
	}
	s.ghost, s.ghostSet = nil, nil
	return warnings
}

// rebind resolves the bindings of another version of the twin file. It returns what cannot be shown.
func (s *Scenery) rebind(p *project.Project) []string {
	known := len(s.Warnings)
	s.Bindings, s.coloured, s.labels = nil, nil, nil
	s.bind(p)
	said := slices.Clone(s.Warnings[known:])
	s.Warnings = s.Warnings[:known]
	return said
}
