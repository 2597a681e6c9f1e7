package bind

import (
	"image/color"

	"github.com/orrery-twin/orrery/scene"
)

// Shade colours nodes over what their bindings say, as to show how two plants differ: A of a tint is how far it replaces
// the surface's own colour. While it is on, bindings show no colours of their own; all else they go on doing. nil ends it,
// and nodes look as they did.
func (s *Set) Shade(tints map[scene.NodeID]color.NRGBA) {
	for node, was := range s.unshaded {
		if s.scene.Has(node) {
			st := s.scene.Node(node).Style
			st.Tint = was
			s.scene.SetStyle(node, st)
		}
	}
	s.unshaded, s.shades = nil, tints
	for i := range s.groups {
		if g := &s.groups[i]; s.scene.Has(g.node) {
			if !g.coloured() {
				if _, ours := tints[g.node]; ours {
					s.shadeAlone(g.node, tints[g.node])
				}
				continue
			}
			s.scene.SetStyle(g.node, s.dressed(g, s.items[g.first:g.last]))
		}
	}
	for node, tint := range tints {
		if s.scene.Has(node) && len(s.of(node)) == 0 {
			s.shadeAlone(node, tint)
		}
	}
}

// shadeAlone tints a node that no binding colours, and notes what it looked like.
func (s *Set) shadeAlone(node scene.NodeID, tint color.NRGBA) {
	if s.unshaded == nil {
		s.unshaded = map[scene.NodeID]color.NRGBA{}
	}
	st := s.scene.Node(node).Style
	s.unshaded[node] = st.Tint
	st.Tint = tint
	s.scene.SetStyle(node, st)
}

// coloured reports whether a binding of the group writes colours.
func (g *group) coloured() bool { return g.owns&(ownsTint|ownsGlow|ownsGradient) != 0 }

// shaded is a style with the shade of its node in place of the colours of bindings.
func (s *Set) shaded(g *group, st scene.Style) scene.Style {
	if s.shades == nil || !g.coloured() {
		return st
	}
	st.Tint, st.Glow, st.Gradient = g.style.Tint, g.style.Glow, g.style.Gradient
	if tint, ok := s.shades[g.node]; ok {
		st.Tint = tint
	}
	return st
}
