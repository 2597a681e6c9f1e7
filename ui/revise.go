package ui

import (
	"maps"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// placed is a model file of the twin that stands in the scene.
type placed struct {
	file string
	root scene.NodeID // of its instance
}

// emptyScenery is a scene without a twin.
func emptyScenery(tree *twin.Tree) *Scenery {
	return &Scenery{Scene: scene.New(), tree: tree, models: map[twin.AssetID][]scene.NodeID{}, sources: map[string][]string{}}
}

// noProject is a twin without assets, so that nobody has to ask whether there is one.
func noProject() *project.Project {
	tree, err := twin.NewTree(nil, nil)
	if err != nil {
		panic(err) // nothing is always a tree
	}
	return &project.Project{Tree: tree}
}

// swap shows another version of a model file: nodes are kept by their paths, and assets and bindings are tied to them
// again. It returns what the twin file names and the models lack now, for people.
func (s *Scenery) swap(p *project.Project, file string, model *scene.Scene) (missing []string) {
	for _, f := range s.files {
		if f.file == file {
			s.Scene.Replace(f.root, model)
		}
	}
	for id := range s.Scene.Len() {
		if s.Scene.Node(scene.NodeID(id)).Asset != "" {
			s.Scene.SetAsset(scene.NodeID(id), "")
		}
	}
	for i := range s.nodes {
		s.nodes[i], s.extra[i] = scene.NoNode, nil
		if len(s.models[twin.AssetID(i)]) > 0 {
			s.nodes[i] = s.roots[i]
		}
	}
	s.Bindings, s.coloured, s.labels, s.missing = nil, nil, nil, nil
	s.tie(p)
	s.bind(p)
	s.Scene.Update()
	return s.missing
}

// Scene implements ModelStage.
func (s *stage) Scene() *scene.Scene { return s.scenery.Scene }

// Rebuilt implements ModelStage.
func (s *stage) Rebuilt() {
	solid := viewport.Solid(s.scenery.Scene)
	for _, v := range s.views {
		v.SetBounds(solid)
	}
	s.relabel = true
	if s.ghostOn {
		s.ghostOn = false
		s.setGhosts() // the next Ghost makes a new one
	}
	s.ghost, s.ghostSet = nil, nil
}

// OnPart implements ModelStage.
func (s *stage) OnPart(f func(scene.Hit, bool)) { s.onPart = f }

// SelectParts implements ModelStage.
func (s *stage) SelectParts(nodes ...scene.NodeID) {
	s.SelectAll(nil, nodes)
}

// FrameParts implements ModelStage.
func (s *stage) FrameParts(nodes ...scene.NodeID) {
	b := scene.NoBounds()
	for _, id := range nodes {
		b = b.Union(s.scenery.Scene.Bounds(id))
	}
	s.view.FrameBox(b)
}

// FrameBounds implements ModelStage.
func (s *stage) FrameBounds(b scene.Bounds) { s.view.FrameBounds(b) }

// Moves implements ModelStage.
func (s *stage) Moves() (n int) {
	for _, v := range s.views {
		n += v.Moves()
	}
	return n
}

// Files implements ModelStage.
func (s *stage) Files() map[string][]string { return maps.Clone(s.scenery.sources) }

// Swap implements ModelStage.
func (s *stage) Swap(file string, model *assets.Model) (lost []string) {
	if s.missed == nil {
		s.missed = append([]string{}, s.scenery.missing...)
	}
	s.scenery.sources[file] = model.Files
	missing := s.scenery.swap(s.project, file, model.Scene)
	for _, m := range missing {
		if !slices.Contains(s.missed, m) {
			lost = append(lost, m)
		}
	}
	old := s.set
	old.Shade(nil)
	s.set = bind.New(s.scenery.Scene, s.scenery.Bindings)
	s.set.Resume(old)
	s.reshade()
	prio := s.prio
	s.prio = nil
	s.Alarms(prio)
	s.Rebuilt()
	if len(s.assets) > 0 {
		s.SelectAll(s.assets, nil)
	}
	return lost
}

// turns reports whether live data turn a node on and on.
func (s *stage) turns(id scene.NodeID) bool { return s.set.Turns(id) }

// owner is what a node is a part of: its asset, or else itself, for each part of an opened model can be looked at alone.
func (s *stage) owner(id scene.NodeID) scene.NodeID {
	if _, node := s.scenery.Scene.AssetOf(id); node != scene.NoNode {
		return node
	}
	if s.foreign(id) {
		return id
	}
	return scene.NoNode
}

// foreign reports whether a node is of a model that the user opened.
func (s *stage) foreign(id scene.NodeID) bool {
	return strings.HasPrefix(s.scenery.Scene.Node(id).Path, openedGroup+"/")
}

// openedGroup is the path of the node below which the models stand that the user opened.
const openedGroup = "opened"

// groupOf returns the node of openedGroup, which it makes when there is none.
func groupOf(s *scene.Scene) scene.NodeID {
	if id, ok := s.Find(openedGroup); ok {
		return id
	}
	return s.AddNode(scene.Root, scene.Node{Name: openedGroup})
}
