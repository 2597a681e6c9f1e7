package bind

import (
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// owned says which parts of a node's style its bindings write.
type owned uint8

const (
	ownsVisible owned = 1 << iota
	ownsOpacity
	ownsTint
	ownsGlow
	ownsUV
	ownsLevel
	ownsGradient
)

// owns returns what of a style a binding writes.
func (b *Binding) owns() owned {
	out := map[Property]owned{Visible: ownsVisible, Opacity: ownsOpacity, Colour: ownsTint, Emissive: ownsGlow, TextureOffset: ownsUV,
		TextureRate: ownsUV, Level: ownsLevel, Gradient: ownsGradient}[b.Property]
	if b.Quality == Hide && !b.Property.sign() {
		out |= ownsVisible
	}
	return out
}

const qualityFlags = scene.Stale | scene.Bad | scene.Predicted

// dressed returns the style of a node: what its bindings own, the marks of their qualities, and the rest as it is.
func (s *Set) dressed(g *group, items []item) scene.Style {
	st := s.scene.Node(g.node).Style
	g.undress(&st)
	st.State = st.State&^qualityFlags | g.style.State&qualityFlags
	for i := range items {
		items[i].dress(&st)
	}
	return s.shaded(g, st)
}

// undress gives the style that the bindings start from.
func (g *group) undress(st *scene.Style) {
	if g.owns&ownsVisible != 0 {
		st.Visible = g.style.Visible
	}
	if g.owns&ownsOpacity != 0 {
		st.Opacity = g.style.Opacity
	}
	if g.owns&ownsTint != 0 {
		st.Tint = g.style.Tint
	}
	if g.owns&ownsGlow != 0 {
		st.Glow = g.style.Glow
	}
	if g.owns&ownsUV != 0 {
		st.UV = g.style.UV
	}
	if g.owns&ownsLevel != 0 {
		st.Level = g.style.Level
	}
	if g.owns&ownsGradient != 0 {
		st.Gradient = g.style.Gradient
	}
}

// dress adds what one binding does to a style.
func (it *item) dress(st *scene.Style) {
	if !it.property.sign() {
		st.State |= mark(it.quality)
		st.Visible = st.Visible && !it.hidden
	}
	switch it.property {
	case Colour:
		if it.tint.A > 0 {
			st.Tint = it.tint
		}
	case Emissive:
		if it.tint.A > 0 {
			st.Glow = it.tint
		}
	case Visible:
		st.Visible = st.Visible && (!it.held || it.now >= 0.5)
	case Opacity:
		if it.held {
			st.Opacity *= share(it.now)
		}
	case TextureOffset, TextureRate:
		if it.held {
			st.UV[0] += float32(it.axis[0] * it.now)
			st.UV[1] += float32(it.axis[1] * it.now)
		}
	case Level:
		if it.held {
			st.Level = scene.Level{On: true, Share: share(it.now), Axis: [3]float32{float32(it.axis[0]), float32(it.axis[1]), float32(it.axis[2])}}
		}
	case Gradient:
		if g := it.blend.shown; g != nil {
			st.Gradient = g
		}
	}
}

func share(x float64) float32 { return float32(min(max(x, 0), 1)) }

// mark returns how a quality is shown on a node.
func mark(q twin.Quality) scene.State {
	switch q {
	case twin.Good, twin.Manual, twin.Estimated:
		return 0
	case twin.Predicted:
		return scene.Predicted
	case twin.Stale, twin.OutOfRange:
		return scene.Stale
	}
	return scene.Bad
}
