package render

import "github.com/orrery-twin/orrery/scene"

// ghost keeps the objects of a ghost. Those are hidden that stand where the scene has them.
type ghost struct {
	poser
	root scene.NodeID
	main uint64 // what of the main pose was looked at
}

// ghostPoses brings the ghosts up to date and gives the frame a sheet of each.
func (b *Builder) ghostPoses(f *Frame, memory []GhostPose, s *scene.Scene, ghosts []Ghost) {
	f.Ghosts = memory[:0]
	for len(b.ghosts) < len(ghosts) {
		b.ghosts = append(b.ghosts, &ghost{})
	}
	for i, g := range ghosts {
		if g.Scene == nil || g.Scene.Len() != s.Len() {
			continue
		}
		b.pose(b.ghosts[i], &g)
		out := GhostPose{Colour: g.Colour, Opacity: float32(g.Opacity), sheet: b.ghosts[i].publish()}
		out.Pose = out.sheet.Pose
		if g.Colour.A == 0 {
			out.Colour = f.Palette.Ghost
		}
		if !(g.Opacity > 0) {
			out.Opacity = 0.45
		}
		f.Ghosts = append(f.Ghosts, out)
	}
}

// pose brings one ghost up to date with its scene and with the objects that it is compared to.
func (b *Builder) pose(p *ghost, g *Ghost) {
	g.Scene.Update()
	touched, known := b.main.log.since(p.main)
	all := !known || p.root != g.Root
	if all {
		touched = nil
	}
	p.main, p.root = b.main.log.seq, g.Root
	b.refresh(&p.poser, g.Scene, all, touched, func(slot int, o *Object, st *scene.Style) {
		b.dress(slot, o, st)
		if o.Flags&FlagGround != 0 || sameRows(&o.Rows, &b.main.Objects[slot].Rows) || !g.Scene.Under(b.layout.Nodes[slot], g.Root) {
			o.Flags |= FlagHidden
		}
	})
}

// sameRows reports whether two placements differ by less than a millimetre and a milliradian.
func sameRows(a, b *[12]float32) bool {
	for i := range a {
		if d := a[i] - b[i]; d > 1e-3 || d < -1e-3 {
			return false
		}
	}
	return true
}
