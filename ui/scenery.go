package ui

import (
	"context"
	"fmt"
	"image/color"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Scenery is the scene of a twin: its models at their places, its nodes tied to assets, its bindings resolved. It is made
// in the background by LoadScenery and belongs to the Fyne goroutine from then on.
type Scenery struct {
	Scene    *scene.Scene
	Bindings []bind.Binding // their ramps are coloured for the theme that was in force
	Warnings []string       // what could not be shown, with its reason

	tree     *twin.Tree
	files    []placed            // the models, by their place in the twin file
	sources  map[string][]string // by model file: all files that it was read from
	nodes    []scene.NodeID      // by twin.AssetID: the node that stands for the asset, or NoNode
	extra    [][]scene.NodeID
	roots    []scene.NodeID // by twin.AssetID: the node below which its models stand, or NoNode
	models   map[twin.AssetID][]scene.NodeID
	declared []*project.Binding // what each of Bindings was made of
	coloured []colouring
	labels   []label
	missing  []string // nodes that the twin file names and its models lack: asset and node
}

// Loader reads a model file: assets.Load, or one that brings options of its own, such as a cache.
type Loader func(ctx context.Context, fsys fs.FS, name string, o assets.Options) (*assets.Model, error)

// LoadScenery reads the models of a twin by load, nil for assets.Load, and puts its scene together. progress, which may be
// nil, is called from this goroutine with the share that is done.
func LoadScenery(ctx context.Context, p *project.Project, load Loader, progress func(done float64, what string)) (*Scenery, error) {
	if load == nil {
		load = assets.Load
	}
	s := &Scenery{Scene: scene.New(), tree: p.Tree, models: map[twin.AssetID][]scene.NodeID{}, sources: map[string][]string{}}
	n := len(p.Tree.Assets())
	s.nodes, s.roots, s.extra = make([]scene.NodeID, n), make([]scene.NodeID, n), make([][]scene.NodeID, n)
	for i := range n {
		s.nodes[i], s.roots[i] = scene.NoNode, scene.NoNode
	}
	if err := s.place(ctx, p, load, progress); err != nil {
		return nil, err
	}
	s.tie(p)
	s.bind(p)
	s.Scene.Update()
	s.Scene.Prepare()
	return s, nil
}

// place makes a node for each asset that has models, or has such below it, and puts the models there.
func (s *Scenery) place(ctx context.Context, p *project.Project, load Loader, progress func(float64, string)) error {
	needed := make([]bool, len(p.Tree.Assets()))
	for _, m := range p.Models {
		for id := m.Asset; id != twin.NoAsset; id = p.Tree.Asset(id).Parent {
			needed[id] = true
		}
	}
	for i := range p.Tree.Assets() {
		if !needed[i] {
			continue
		}
		a := p.Tree.Asset(twin.AssetID(i))
		parent := scene.Root
		if a.Parent != twin.NoAsset {
			parent = s.roots[a.Parent]
		}
		s.roots[i] = s.Scene.AddNode(parent, scene.Node{Name: a.Name, Local: transform(p.Places[i])})
	}
	models := map[string]*scene.Scene{}
	for i, m := range p.Models {
		if err := ctx.Err(); err != nil {
			return err
		}
		model, read := models[m.File]
		if !read {
			what, f := "Reading "+path.Base(m.File), 0.0
			loaded, err := load(ctx, p.FS, m.File, assets.Options{Progress: func(step assets.Progress) {
				if progress != nil {
					f = max(f, overall(step))
					progress((float64(i)+f)/float64(len(p.Models)), what)
				}
			}})
			if err != nil {
				return err
			}
			for _, w := range loaded.Warnings {
				s.Warnings = append(s.Warnings, m.File+": "+w)
			}
			model = loaded.Scene
			models[m.File], s.sources[m.File] = model, loaded.Files
		}
		name := strings.TrimSuffix(path.Base(m.File), path.Ext(m.File))
		root := s.Scene.Instantiate(model, s.roots[m.Asset], name, transform(m.Place))
		s.models[m.Asset] = append(s.models[m.Asset], root)
		s.files = append(s.files, placed{m.File, root})
		if s.nodes[m.Asset] == scene.NoNode {
			s.nodes[m.Asset] = s.roots[m.Asset]
		}
	}
	if progress != nil {
		progress(1, "Building the scene")
	}
	return nil
}

// transform turns a place of the twin file into one of the scene: headings turn clockwise seen from above, +Y the other way.
func transform(p project.Place) scene.Transform {
	t := scene.At(p.PositionM[0], p.PositionM[1], p.PositionM[2])
	if p.HeadingRad != 0 {
		t = t.Turned(-p.HeadingRad, mgl64.Vec3{0, 1, 0})
	}
	if p.Scale > 0 && p.Scale != 1 {
		t = t.Scaled(p.Scale)
	}
	return t
}

// tie makes nodes stand for assets, so that a click on a part selects it.
func (s *Scenery) tie(p *project.Project) {
	for _, a := range p.Nodes {
		node := s.find(a.Model, a.Node)
		if node == scene.NoNode {
			s.lack(p, a.Model, a.Asset, a.Node)
			s.warn("%s: its model has no node %q, so it cannot be pointed at", p.Tree.Asset(a.Asset).Path, a.Node)
			continue
		}
		s.Scene.SetAsset(node, p.Tree.Asset(a.Asset).Path)
		if s.nodes[a.Asset] == scene.NoNode {
			s.nodes[a.Asset] = node
		} else {
			s.extra[a.Asset] = append(s.extra[a.Asset], node)
		}
	}
	for i, node := range s.nodes {
		if node != scene.NoNode && s.Scene.Node(node).Asset == "" {
			s.Scene.SetAsset(node, p.Tree.Asset(twin.AssetID(i)).Path)
		}
	}
	for _, v := range p.Viewpoints {
		for _, name := range v.CutAway {
			if node := s.find(v.Asset, name); node != scene.NoNode {
				s.Scene.SetRole(node, scene.Shell) // shells open when something inside is selected
			}
		}
	}
}

// lack notes a node that is named and not there, once.
func (s *Scenery) lack(p *project.Project, model, asset twin.AssetID, node string) {
	if model != twin.NoAsset {
		asset = model
	}
	if m := p.Tree.Asset(asset).Path + "/" + node; !slices.Contains(s.missing, m) {
		s.missing = append(s.missing, m)
	}
}

func (s *Scenery) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// find returns the node of an asset's models with this name, or the end of its path; the empty name is the asset itself.
func (s *Scenery) find(model twin.AssetID, name string) scene.NodeID {
	if model == twin.NoAsset || s.roots[model] == scene.NoNode {
		return scene.NoNode
	}
	if name == "" {
		return s.roots[model]
	}
	found := scene.NoNode
	for _, instance := range s.models[model] {
		s.Scene.Walk(instance, func(id scene.NodeID) bool {
			if found == scene.NoNode && strings.HasSuffix(s.Scene.Node(id).Path, "/"+name) {
				found = id
			}
			return found == scene.NoNode
		})
	}
	return found
}

// tokens are the colours of the theme that a twin file may name.
var tokens = map[string]theme.Name{
	"clay": theme.Clay, "critical": theme.Critical, "high": theme.High, "medium": theme.Medium, "low": theme.Low,
	"accent": theme.Accent, "predicted": theme.Predicted,
}

// colourOf is the colour of a stop in the theme in force. The clay of the scene is no colour: it leaves the surface as it is.
func colourOf(c project.Color) color.NRGBA {
	if c.Token == "clay" {
		out := theme.Color(theme.Clay)
		out.A = 0
		return out
	}
	if n, ok := tokens[c.Token]; ok {
		return theme.Color(n)
	}
	return color.NRGBA{R: c.R, G: c.G, B: c.B, A: 255}
}

// Node returns the node that stands for an asset, or for the nearest asset above it that has one; NoNode for none.
func (s *Scenery) Node(id twin.AssetID) scene.NodeID {
	for ; id != twin.NoAsset; id = s.tree.Asset(id).Parent {
		if n := s.nodes[id]; n != scene.NoNode {
			return n
		}
	}
	return scene.NoNode
}

// all returns every node that stands for an asset.
func (s *Scenery) all(id twin.AssetID) []scene.NodeID {
	n := s.Node(id)
	if n == scene.NoNode {
		return nil
	}
	out := []scene.NodeID{n}
	if s.nodes[id] == n {
		out = append(out, s.extra[id]...)
	}
	return out
}

// Asset returns the asset that a node belongs to, NoAsset for none.
func (s *Scenery) Asset(node scene.NodeID) twin.AssetID {
	if node == scene.NoNode {
		return twin.NoAsset
	}
	p, _ := s.Scene.AssetOf(node)
	id, ok := s.tree.AssetByPath(p)
	if !ok {
		return twin.NoAsset
	}
	return id
}

// Camera returns the camera of a viewpoint of the twin file.
func (s *Scenery) Camera(v project.Viewpoint) scene.Camera {
	world := mgl64.Ident4()
	if v.Asset != twin.NoAsset {
		if node := s.find(v.Asset, v.Node); node != scene.NoNode {
			s.Scene.Update()
			world = s.Scene.World(node)
		}
	}
	return scene.Camera{Eye: mgl64.TransformCoordinate(mgl64.Vec3(v.Eye), world), Target: mgl64.TransformCoordinate(mgl64.Vec3(v.Target), world), FovYRad: v.FOVRad}
}
