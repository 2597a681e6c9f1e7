package bind

import (
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// motion is the animation that a binding poses.
type motion struct {
	clip    scene.Clip
	deforms bool // it moves skins or weights
}

// clipOf finds the animation of the model that holds a node, or that stands below it. ok is false when there is none.
func clipOf(s *scene.Scene, node scene.NodeID, name string) (scene.Clip, bool) {
	for _, c := range s.Document().Clips {
		if c.Name == name && s.Has(c.Root) && (s.Under(node, c.Root) || s.Under(c.Root, node)) {
			return c, true
		}
	}
	return scene.Clip{}, false
}

func newMotion(s *scene.Scene, b *Binding) *motion {
	c, ok := clipOf(s, b.Node, b.Clip)
	if !ok || c.DurationSec <= 0 {
		return &motion{clip: scene.Clip{DurationSec: 1}} // poses nothing
	}
	weights := slices.ContainsFunc(c.Channels, func(ch scene.Channel) bool { return ch.Target == scene.MoveWeights })
	return &motion{clip: c, deforms: weights || len(s.Skins()) > 1}
}

// pose puts the parts where they are at a share of the clip's length, and says whether shapes have to follow.
func (m *motion) pose(s *scene.Scene, at float64) (deforms bool) {
	s.Pose(&m.clip, min(max(at, 0), 1)*m.clip.DurationSec)
	return m.deforms
}
