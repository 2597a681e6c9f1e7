package scene

import (
	"image/color"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// SetLocal moves a node in its parent. Setting what is already set costs nothing. A transform with a number that is not
// finite is refused: the node stays where it is, and is Bad until a good one comes.
func (s *Scene) SetLocal(id NodeID, parentFromNode Transform) {
	t := parentFromNode.Normalized()
	sound := t.sound()
	if !sound || len(s.faults) > 0 {
		s.setFault(id, faultyLocal, !sound)
	}
	if !sound || s.nodes[id].Local == t {
		return
	}
	s.nodes[id].Local = t
	s.generation++
	s.markMoved(id)
}

// markMoved has the world of a node and of all below it computed again.
func (s *Scene) markMoved(id NodeID) {
	if !s.isMoved[id] {
		s.isMoved[id] = true
		s.moved = append(s.moved, id)
	}
}

// SetStyle replaces the node's own style. Of what has a number that is not finite the node keeps what it had, and is Bad
// until a good style comes.
func (s *Scene) SetStyle(id NodeID, style Style) {
	old := &s.nodes[id].Style
	style, sound := style.repaired(old)
	if !sound || len(s.faults) > 0 {
		s.setFault(id, faultyStyle, !sound)
	}
	if *old != style {
		*old = style
		s.restyle(id)
	}
}

// SetVisible shows or hides the node and all below it.
func (s *Scene) SetVisible(id NodeID, visible bool) {
	st := s.nodes[id].Style
	st.Visible = visible
	s.SetStyle(id, st)
}

// SetOpacity sets the node's own opacity, 0 to 1.
func (s *Scene) SetOpacity(id NodeID, opacity float32) {
	st := s.nodes[id].Style
	st.Opacity = min(max(opacity, 0), 1)
	s.SetStyle(id, st)
}

// SetTint colours the node (sRGB); A is how far the tint replaces the surface's own colour, 0 takes the tint away.
func (s *Scene) SetTint(id NodeID, tint color.NRGBA) {
	st := s.nodes[id].Style
	st.Tint = tint
	s.SetStyle(id, st)
}

// SetState replaces the node's own state.
func (s *Scene) SetState(id NodeID, state State) {
	st := s.nodes[id].Style
	st.State = state
	s.SetStyle(id, st)
}

// SetAsset ties the node to an asset path; empty unties it.
func (s *Scene) SetAsset(id NodeID, path string) {
	s.nodes[id].Asset = path
	s.touchTopology()
}

// SetRole changes the role of a node and of the nodes below it that have none of their own.
func (s *Scene) SetRole(id NodeID, role Role) {
	s.nodes[id].Role = role
	s.touchTopology()
	s.Walk(id, func(n NodeID) bool {
		s.roles[n] = s.nodes[n].Role
		if p := s.nodes[n].Parent; s.roles[n] == Solid && p != NoNode {
			s.roles[n] = s.roles[p]
		}
		return true
	})
}

// World returns worldFromNode.
func (s *Scene) World(id NodeID) mgl64.Mat4 {
	s.Update()
	return s.worlds[id]
}

// Worlds returns worldFromNode of all nodes by id. The slice is good until the next change of the scene.
func (s *Scene) Worlds() []mgl64.Mat4 {
	s.Update()
	return s.worlds
}

// Effective returns the style of a node with what it inherits.
func (s *Scene) Effective(id NodeID) Style {
	s.Update()
	return s.styles[id]
}

// Styles returns the styles of all nodes by id, with what they inherit. The slice is good until the next change of the
// scene and must not be changed.
func (s *Scene) Styles() []Style {
	s.Update()
	return s.styles
}

// Role returns the role of a node with what it inherits.
func (s *Scene) Role(id NodeID) Role { return s.roles[id] }

// WorldGeneration returns the generation of the last change of a node's world transform.
func (s *Scene) WorldGeneration(id NodeID) uint64 {
	s.Update()
	return s.worldGen[id]
}

// StyleGeneration returns the generation of the last change of a node's effective style.
func (s *Scene) StyleGeneration(id NodeID) uint64 {
	s.Update()
	return s.styleGen[id]
}

// ShapeGeneration returns the generation of the last move of something below a node: its subtree as a whole may have moved
// since, but what BoundsIn returns is the same as long as Topology is.
func (s *Scene) ShapeGeneration(id NodeID) uint64 {
	s.Update()
	return s.shapeGen[id]
}

// Generations returns what WorldGeneration and StyleGeneration say, for all nodes by id. The slices are good until the
// next change of the scene and must not be changed.
func (s *Scene) Generations() (worlds, styles []uint64) {
	s.Update()
	return s.worldGen, s.styleGen
}

// Update carries changed transforms and styles down the tree. It touches only what lies below a changed node, and all
// readers call it; there is no need to call it by hand.
func (s *Scene) Update() {
	if x := &s.explosion; x.amount > 0 && x.topology != s.topology {
		s.displace()
	}
	if len(s.moved) > 0 {
		s.noteShapes()
		s.spread(s.moved, s.isMoved, s.updateWorld)
		s.moved = s.moved[:0]
	}
	if len(s.styled) > 0 {
		s.spread(s.styled, s.isStyled, s.updateStyle)
		s.styled = s.styled[:0]
	}
}

// noteShapes tells all nodes above those that move that their subtrees change their shape.
func (s *Scene) noteShapes() {
	for _, id := range s.moved {
		for up := s.nodes[id].Parent; up != NoNode && s.shapeGen[up] != s.generation; up = s.nodes[up].Parent {
			s.shapeGen[up] = s.generation
		}
	}
}

// spread calls update for all dirty nodes and all nodes below them, once each and parents first.
func (s *Scene) spread(dirty []NodeID, flag []bool, update func(NodeID)) {
	if len(dirty) > len(s.nodes)/8 { // one sweep in id order is cheaper than sorting
		for i := range s.nodes {
			if p := s.nodes[i].Parent; flag[i] || p != NoNode && flag[p] {
				flag[i] = true
				update(NodeID(i))
			}
		}
		clear(flag)
		return
	}
	slices.Sort(dirty)
	for _, top := range dirty {
		if !flag[top] { // a dirty node above has done it
			continue
		}
		s.stack = append(s.stack[:0], top)
		for len(s.stack) > 0 {
			id := s.stack[len(s.stack)-1]
			s.stack = s.stack[:len(s.stack)-1]
			flag[id] = false
			update(id)
			s.stack = append(s.stack, s.nodes[id].Children...)
		}
	}
}

// local returns parentFromNode as it is shown: with the way that the node stands apart.
func (s *Scene) local(id NodeID) mgl64.Mat4 {
	m := s.nodes[id].Local.matrix()
	if x := &s.explosion; x.amount > 0 && int(id) < len(x.away) {
		for k, d := range x.away[id] {
			m[12+k] += d * x.amount
		}
	}
	return m
}

func (s *Scene) updateWorld(id NodeID) {
	n := &s.nodes[id]
	local := s.local(id)
	s.worldGen[id] = s.generation
	if n.Parent == NoNode {
		s.worlds[id] = local
		return
	}
	var world mgl64.Mat4
	mulAffine(&s.worlds[n.Parent], &local, &world)
	sound := affineSound(&world)
	if !sound || len(s.faults) > 0 {
		s.setFault(id, faultyWorld, !sound)
	}
	if sound {
		s.worlds[id] = world
	}
}

func (s *Scene) updateStyle(id NodeID) {
	n := &s.nodes[id]
	st := n.Style
	if n.Parent != NoNode {
		up := &s.styles[n.Parent]
		st.Visible = st.Visible && up.Visible
		st.Opacity *= up.Opacity
		st.State = st.State.merge(up.State)
		if st.Tint.A == 0 {
			st.Tint = up.Tint
		}
		if st.Glow.A == 0 {
			st.Glow = up.Glow
		}
		if st.UV == ([2]float32{}) {
			st.UV = up.UV
		}
		if !st.Level.On {
			st.Level = up.Level
		}
		if st.Gradient == nil {
			st.Gradient = up.Gradient
		}
	}
	st.Visible = st.Visible && (len(s.hidden) == 0 || !s.hidden[id])
	if len(s.faults) > 0 && s.faults[id] != 0 {
		st.State |= Bad
	}
	s.styles[id] = st
	s.styleGen[id] = s.generation
}

// WorldBounds returns the box around the mesh of one node, without its children; empty if it has none.
func (s *Scene) WorldBounds(id NodeID) Bounds {
	m := s.meshes[s.nodes[id].Mesh]
	if m == nil {
		return NoBounds()
	}
	return m.Bounds.Transformed(s.World(id))
}

// Bounds returns the box around a node and all below it, without hidden nodes and, unless the node itself is one,
// without grounds. It is empty when nothing is there to be seen.
func (s *Scene) Bounds(id NodeID) Bounds {
	s.Update()
	out := NoBounds()
	ground := s.roles[id] == Ground
	s.Walk(id, func(n NodeID) bool {
		if !s.styles[n].Visible || s.roles[n] == Ground && !ground {
			return false
		}
		out = out.Union(s.WorldBounds(n))
		return true
	})
	return out
}

// BoundsIn returns the box around a node and all below it in the frame of the node, also of what is hidden; without grounds,
// unless the node itself is one. It does not change while the node moves as a whole.
func (s *Scene) BoundsIn(id NodeID) Bounds {
	s.Update()
	return s.boundsIn(id, mgl64.Ident4(), s.roles[id] == Ground)
}

// boundsIn is the box of a subtree in a frame, to which frameFromNode brings the points of its top.
func (s *Scene) boundsIn(id NodeID, frameFromNode mgl64.Mat4, grounds bool) Bounds {
	out := NoBounds()
	if s.roles[id] == Ground && !grounds {
		return out
	}
	if m := s.meshes[s.nodes[id].Mesh]; m != nil {
		out = m.Bounds.Transformed(frameFromNode)
	}
	for _, c := range s.nodes[id].Children {
		local := s.local(c)
		var below mgl64.Mat4
		mulAffine(&frameFromNode, &local, &below)
		out = out.Union(s.boundsIn(c, below, grounds))
	}
	return out
}
