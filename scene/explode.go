package scene

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// explosion is how far the parts of assemblies are drawn apart.
type explosion struct {
	amount   float64
	topology uint64       // that away was computed for
	away     []mgl64.Vec3 // by node, in the frame of its parent: the way that it goes at an amount of 1
}

// SetExplode draws the parts of assemblies apart: 0 leaves them together, at 1 each stands twice as far from the middle of
// what it is a part of. Parts that do not touch another one stay, such as the machines of a plant, and so do grounds. Local
// transforms stay as they are; world transforms, and with them picks and bounds, follow.
func (s *Scene) SetExplode(amount float64) {
	if amount = mgl64.Clamp(amount, 0, 4); math.IsNaN(amount) || amount == s.explosion.amount {
		return
	}
	s.explosion.amount = amount
	s.displace()
}

// Explode returns what was set.
func (s *Scene) Explode() float64 { return s.explosion.amount }

// displace has the world transforms of all displaced nodes computed again, and finds out which these are if that is not
// known yet.
func (s *Scene) displace() {
	x := &s.explosion
	if x.topology != s.topology {
		amount, before := x.amount, x.away
		x.amount = 0
		s.moveDisplaced(before)
		s.Update()
		x.away, x.topology, x.amount = s.displacements(), s.topology, amount
	}
	s.moveDisplaced(x.away)
}

func (s *Scene) moveDisplaced(away []mgl64.Vec3) {
	s.generation++
	for id, d := range away {
		if d != (mgl64.Vec3{}) {
			s.markMoved(NodeID(id))
		}
	}
}

func (s *Scene) markMoved(id NodeID) {
	if !s.isMoved[id] {
		s.isMoved[id] = true
		s.moved = append(s.moved, id)
	}
}

// displacements returns for each node the way from the middle of its parent to its own, in the frame of the parent.
func (s *Scene) displacements() []mgl64.Vec3 {
	boxes := s.subtreeBoxes()
	away := make([]mgl64.Vec3, len(s.nodes))
	for i := range s.nodes {
		parent, n := &boxes[i], s.nodes[i]
		if parent.Empty() || len(n.Children) < 2 {
			continue
		}
		var inverse mgl64.Mat4
		for _, c := range touching(n.Children, boxes) {
			if inverse == (mgl64.Mat4{}) {
				if inverse = s.worlds[i].Inv(); inverse == (mgl64.Mat4{}) {
					break // flat: it has no inverse
				}
			}
			away[c] = inverse.Mul4x1(boxes[c].Center().Sub(parent.Center()).Vec4(0)).Vec3()
		}
	}
	return away
}

// subtreeBoxes returns the boxes around all subtrees, without grounds.
func (s *Scene) subtreeBoxes() []Bounds {
	boxes := make([]Bounds, len(s.nodes))
	for i := len(s.nodes) - 1; i >= 0; i-- { // children have greater ids than their parents
		b := NoBounds()
		if n := &s.nodes[i]; s.roles[i] != Ground {
			if m := s.meshes[n.Mesh]; m != nil {
				b = m.Bounds.Transformed(s.worlds[i])
			}
			for _, c := range n.Children {
				b = b.Union(boxes[c])
			}
		}
		boxes[i] = b
	}
	return boxes
}

// touching returns the nodes whose box meets that of another one, with a little room.
func touching(ids []NodeID, boxes []Bounds) []NodeID {
	var sorted []NodeID
	for _, id := range ids {
		if !boxes[id].Empty() {
			sorted = append(sorted, id)
		}
	}
	slices.SortFunc(sorted, func(a, b NodeID) int { return sign(boxes[a].Min[0] - boxes[b].Min[0]) })
	touches := make([]bool, len(sorted))
	for i, a := range sorted {
		room := 0.02 * boxes[a].Diagonal()
		for j := i + 1; j < len(sorted) && boxes[sorted[j]].Min[0] <= boxes[a].Max[0]+room; j++ {
			if (touches[i] && touches[j]) || !meet(&boxes[a], &boxes[sorted[j]], room) {
				continue
			}
			touches[i], touches[j] = true, true
		}
	}
	out := sorted[:0]
	for i, id := range sorted {
		if touches[i] {
			out = append(out, id)
		}
	}
	return out
}

func sign(v float64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}

// meet reports whether two boxes are no farther apart than room along any axis.
func meet(a, b *Bounds, room float64) bool {
	for k := range a.Min {
		if a.Min[k] > b.Max[k]+room || b.Min[k] > a.Max[k]+room {
			return false
		}
	}
	return true
}
