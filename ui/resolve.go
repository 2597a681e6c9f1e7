package ui

import (
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/scene/bind"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// colouring is a binding that a legend can explain.
type colouring struct {
	binding int
	asset   twin.AssetID
	stops   []project.Stop
	unit    twin.Unit
	title   string
	normal  [2]float64 // SI, of the signal; equal ends for none
}

// label is a text or a mark that a binding puts beside a part.
type label struct {
	node    scene.NodeID
	asset   twin.AssetID
	signal  twin.SignalID // NoSignal for an expression
	binding int           // of Scenery.Bindings
	badge   bool
	text    string
	unit    twin.Unit
}

var properties = map[project.Property]bind.Property{
	project.RotateRate: bind.RotateRate, project.RotateAngle: bind.RotateAngle, project.Translate: bind.Translate, project.Scale: bind.Scale,
	project.Visible: bind.Visible, project.Opacity: bind.Opacity, project.ColorRamp: bind.Colour, project.Glow: bind.Emissive,
	project.TextureOffset: bind.TextureOffset, project.TextureRate: bind.TextureRate, project.ClipPosition: bind.ClipPosition,
	project.ClipRate: bind.ClipRate, project.Label: bind.Label, project.Badge: bind.Badge, project.Level: bind.Level, project.Gradient: bind.Gradient,
	project.Arrow: bind.Arrow, project.Flow: bind.Flow, project.Trail: bind.Trail,
}

var (
	ways     = map[project.Interpolation]bind.Interpolation{project.Linear: bind.Linear, project.Jump: bind.Jump}
	policies = map[project.Policy]bind.Policy{project.Hold: bind.Hold, project.Hide: bind.Hide}
)

// bind resolves the bindings: their nodes, and their colours in the theme in force.
func (s *Scenery) bind(p *project.Project) {
	s.declared = s.declared[:0]
	for i := range p.Bindings {
		b := &p.Bindings[i]
		what := string(b.Property)
		if b.Signal != twin.NoSignal {
			what = p.Tree.Signal(b.Signal).Label
		}
		node := s.find(b.Model, b.Node)
		if node == scene.NoNode {
			s.lack(p, b.Model, b.Asset, b.Node)
			s.warn("%s: its model has no node %q, so %s does not show", p.Tree.Asset(b.Asset).Path, b.Node, what)
			continue
		}
		out := resolve(b, node)
		if err := bind.Check(s.Scene, len(p.Tree.Signals()), []bind.Binding{out}); err != nil {
			s.warn("%s: %s does not show: %v", p.Tree.Asset(b.Asset).Path, what, err)
			continue
		}
		s.note(p, b, node)
		s.declared = append(s.declared, b)
		s.Bindings = append(s.Bindings, out)
	}
}

// note remembers what the stage says of a binding in words.
func (s *Scenery) note(p *project.Project, b *project.Binding, node scene.NodeID) {
	index, title, normal := len(s.Bindings), p.Tree.Asset(b.Asset).Label, [2]float64{}
	if b.Signal != twin.NoSignal {
		g := p.Tree.Signal(b.Signal)
		title, normal = p.Tree.Asset(g.Asset).Label+" "+lower(g.Label), g.Normal
	}
	switch b.Property {
	case project.Label, project.Badge:
		s.labels = append(s.labels, label{node, b.Asset, b.Signal, index, b.Property == project.Badge, b.Text, b.Unit})
	case project.ColorRamp, project.Gradient, project.Glow:
		if len(b.Ramp) > 1 {
			s.coloured = append(s.coloured, colouring{index, b.Asset, b.Ramp, b.Unit, title, normal})
		}
	}
}

// resolve makes the binding of a node.
func resolve(b *project.Binding, node scene.NodeID) bind.Binding {
	out := bind.Binding{Signal: b.Signal, Expr: b.Expr, Signals: b.Signals, More: slices.Clone(b.More), Node: node, Property: properties[b.Property],
		Axis: mgl64.Vec3(b.Axis), Gain: b.Gain, Offset: b.Offset, Range: b.Range, Step: b.Step, Interpolate: ways[b.Interpolate], Quality: policies[b.Quality],
		Clip: b.Clip, From: mgl64.Vec3(b.From), Zero: mgl64.Vec3(b.Zero), WidthPx: b.WidthPx, Window: b.Window, Text: b.Text}
	for _, at := range b.Path {
		out.Path = append(out.Path, mgl64.Vec3(at))
	}
	out.Ramp, out.Category = make([]bind.Stop, len(b.Ramp)), make([]bind.Stop, len(b.States))
	recolour(&out, b)
	return out
}

// recolour gives a binding the colours of the theme in force.
func recolour(out *bind.Binding, b *project.Binding) {
	for i, stop := range b.Ramp {
		out.Ramp[i] = bind.Stop{At: stop.At, Colour: colourOf(stop.Color)}
	}
	for i, stop := range b.States {
		out.Category[i] = bind.Stop{At: stop.At, Colour: colourOf(stop.Color)}
	}
	switch out.Property {
	case bind.Badge, bind.Arrow, bind.Flow, bind.Trail:
		c := b.Color
		if c == (project.Color{}) {
			c.Token = "accent"
		}
		out.Paint = colourOf(c)
		out.Paint.A = 255 // a sign has no surface whose own colour could stay
	}
	if out.Property == bind.Arrow || out.Property == bind.Flow || out.Property == bind.Trail {
		for i := range out.Ramp {
			out.Ramp[i].Colour.A = 255
		}
	}
}

// recolour follows the theme. The sets that were made of the bindings take the colours over by their Recolour.
func (s *Scenery) recolour() {
	for i := range s.Bindings {
		recolour(&s.Bindings[i], s.declared[i])
	}
}
