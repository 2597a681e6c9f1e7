package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// explosion is how far the parts of assemblies are drawn apart.
type explosion struct {
	amount   float64
	topology uint64       // that away was computed for
	away     []mgl64.Vec3 // by node, in the frame of its parent: the way that it goes at an amount of 1
}

// MaxExplode is the largest amount that SetExplode takes.
const MaxExplode = 4

// SetExplode draws the parts of assemblies apart: 0 leaves them together, at 1 each stands twice as far from the middle of
// what it is a part of, and in between as far as the amount says, so that it may be run through smoothly. It is clamped to
// MaxExplode; one that is no number is ignored. Parts that do not touch another one stay, such as the machines of a plant,
// and so do grounds, and what a skin ties together. Local transforms stay as they are; world transforms, and with them picks
// and bounds, follow. Where the middles are is found out when the parts begin to go apart or nodes change: what moves later
// moves as it does in the whole assembly.
func (s *Scene) SetExplode(amount float64) {
	if amount = mgl64.Clamp(amount, 0, MaxExplode); math.IsNaN(amount) || amount == s.explosion.amount {
		return
	}
	if s.explosion.amount == 0 {
		s.explosion.away = nil
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
	s.generation++
	if x.away == nil || x.topology != s.topology {
		s.moveDisplaced() // those that no longer are
		x.away, x.topology = s.displacements(), s.topology
	}
	s.moveDisplaced()
}

func (s *Scene) moveDisplaced() {
	for id, d := range s.explosion.away {
		if d != (mgl64.Vec3{}) {
			s.markMoved(NodeID(id))
		}
	}
}

// displacements returns for each node the way from the middle of its parent to its own, in the frame of the parent.
func (s *Scene) displacements() []mgl64.Vec3 {
	boxes, held := s.subtreeBoxes(), s.tied()
	away := make([]mgl64.Vec3, len(s.nodes))
	var parts []Bounds // in the frame of the parent; the last is its own mesh
	var ids []NodeID
	for i := range s.nodes {
		n := &s.nodes[i]
		if boxes[i].Empty() || len(n.Children) == 0 {
			continue
		}
		parts, ids = parts[:0], ids[:0]
		for _, c := range n.Children {
			if !boxes[c].Empty() {
				parts, ids = append(parts, boxes[c].Transformed(s.nodes[c].Local.matrix())), append(ids, c)
			}
		}
		if m := s.meshes[n.Mesh]; m != nil {
			parts = append(parts, m.Bounds)
		}
		for k, touches := range touching(parts)[:len(ids)] {
			way := parts[k].Center().Sub(boxes[i].Center())
			if l := way.Len(); touches && !held[ids[k]] && l < farthest && l > 1e-9*boxes[i].Diagonal() { // else rounding, or no number
				away[ids[k]] = way
			}
		}
	}
	return away
}

// subtreeBoxes returns the box around each node and all below it, in its own frame, without grounds.
func (s *Scene) subtreeBoxes() []Bounds {
	boxes := make([]Bounds, len(s.nodes))
	for i := range boxes {
		boxes[i] = NoBounds()
	}
	for i := len(s.nodes) - 1; i >= 0; i-- { // children have greater ids than their parents
		n := &s.nodes[i]
		if s.roles[i] == Ground {
			boxes[i] = NoBounds()
			continue
		}
		if m := s.meshes[n.Mesh]; m != nil {
			boxes[i] = boxes[i].Union(m.Bounds)
		}
		if n.Parent != NoNode && !boxes[i].Empty() {
			boxes[n.Parent] = boxes[n.Parent].Union(boxes[i].Transformed(n.Local.matrix()))
		}
	}
	return boxes
}

// tied returns the nodes that must keep their place towards each other for the sake of a skin: the node that shows it, its
// joints, and what lies between them and the assembly that they share.
func (s *Scene) tied() map[NodeID]bool {
	held := map[NodeID]bool{}
	for i := range s.nodes {
		if s.nodes[i].Skin == NoSkin {
			continue
		}
		joints := s.skins[s.nodes[i].Skin].Joints
		top := NodeID(i)
		for _, j := range joints {
			for s.Has(j) && !s.Under(j, top) {
				top = s.nodes[top].Parent
			}
		}
		for _, j := range append([]NodeID{NodeID(i)}, joints...) {
			for ; s.Has(j) && j != top; j = s.nodes[j].Parent {
				held[j] = true
			}
		}
	}
	return held
}

// touching tells of each box whether it meets another one, with a little room.
func touching(boxes []Bounds) []bool {
	out := make([]bool, len(boxes))
	var tree boxTree
	tree.build(len(boxes), func(i int32) Bounds { return boxes[i] })
	for i := range boxes {
		if out[i] {
			continue
		}
		room := 0.02 * boxes[i].Diagonal()
		around := boxOf(Bounds{boxes[i].Min.Sub(mgl64.Vec3{room, room, room}), boxes[i].Max.Add(mgl64.Vec3{room, room, room})})
		tree.within(&around, func(k int32) bool {
			if int(k) != i && meet(&boxes[i], &boxes[k], room) {
				out[i], out[k] = true, true
			}
			return !out[i]
		})
	}
	return out
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
