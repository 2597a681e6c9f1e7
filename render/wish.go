package render

import (
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// wish is what the options of a view ask of the objects on top of what the scene says of them, by slot. It is computed
// again only where the options changed.
type wish struct {
	layout    *Layout
	seen      uint64 // scene generation that open is for
	ids       []scene.NodeID
	selected  []uint32 // frames share it: it is replaced, never changed
	chosen    []bool   // by slot: selected
	hoveredID scene.NodeID
	hovered   []uint32
	section   sectionKey
	cut       []bool // by slot
	xray      bool
	shells    []uint32
	open      []bool // by slot: a shell that fades for what is inside of it
	opacity   float32
}

// sectionKey is what of a section decides which nodes it cuts.
type sectionKey struct {
	active, shellsOnly bool
	nodes              []scene.NodeID
}

func (k *sectionKey) equal(o *sectionKey) bool {
	return k.active == o.active && k.shellsOnly == o.shellsOnly && slices.Equal(k.nodes, o.nodes)
}

// update takes the options of a frame. It returns whether all objects must be dressed again, or else which.
func (w *wish) update(b *Builder, s *scene.Scene, o *Options) (all bool, touched []uint32) {
	if w.layout != b.layout {
		all = true
		w.reset(b)
	}
	if w.xray != o.XRay {
		all, w.xray = true, o.XRay
	}
	if key := keyOf(o.Section); all || !w.section.equal(&key) {
		all = true
		w.section = sectionKey{key.active, key.shellsOnly, slices.Clone(key.nodes)}
		for slot, id := range b.layout.Nodes {
			w.cut[slot] = o.Section.AppliesTo(s, id)
		}
	}
	if o.Hovered != w.hoveredID {
		w.hoveredID, w.hovered = o.Hovered, nil
		if o.Hovered > scene.Root {
			w.hovered = b.slotsUnder(s, []scene.NodeID{o.Hovered})
		}
	}
	chosen := !slices.Equal(w.ids, o.Selected)
	if chosen {
		touched = w.choose(b, s, o.Selected, touched)
	}
	return all, w.openShells(b, s, o, chosen, touched)
}

func keyOf(sec *scene.Section) sectionKey {
	if !sec.Active() {
		return sectionKey{}
	}
	return sectionKey{true, sec.ShellsOnly, sec.Nodes}
}

// reset forgets what was for the slots of another layout.
func (w *wish) reset(b *Builder) {
	n := len(b.layout.Nodes)
	*w = wish{layout: b.layout, hoveredID: scene.NoNode, chosen: make([]bool, n), cut: make([]bool, n), open: make([]bool, n), xray: w.xray}
	for slot, flags := range b.traits {
		if flags&FlagShell != 0 {
			w.shells = append(w.shells, uint32(slot))
		}
	}
}

// choose takes another selection and adds the slots that it concerns.
func (w *wish) choose(b *Builder, s *scene.Scene, ids []scene.NodeID, touched []uint32) []uint32 {
	before := w.selected
	w.ids, w.selected = slices.Clone(ids), b.slotsUnder(s, ids)
	for _, slot := range before {
		w.chosen[slot] = false
	}
	for _, slot := range w.selected {
		w.chosen[slot] = true
	}
	return append(append(touched, before...), w.selected...)
}

// openShells finds out which shells fade, and adds the slots of those that change.
func (w *wish) openShells(b *Builder, s *scene.Scene, o *Options, chosen bool, touched []uint32) []uint32 {
	opacity := float32(o.ShellOpacity)
	if !(opacity > 0) {
		opacity = DefaultShellOpacity
	}
	if opacity != w.opacity {
		w.opacity, chosen = opacity, true
		for _, slot := range w.shells {
			if w.open[slot] {
				touched = append(touched, slot)
			}
		}
	}
	if !chosen && (w.seen == s.Generation() || len(w.ids) == 0) {
		return touched
	}
	w.seen = s.Generation()
	known := map[scene.NodeID]bool{}
	for _, slot := range w.shells {
		open := false
		if opacity < 1 && len(w.ids) > 0 {
			top := shellTop(s, b.layout.Nodes[slot])
			was, ok := known[top]
			if !ok {
				was = opened(s, top, w.ids)
				known[top] = was
			}
			open = was
		}
		if open != w.open[slot] {
			w.open[slot] = open
			touched = append(touched, slot)
		}
	}
	return touched
}

// apply changes a dressed object to what the view asks for.
func (w *wish) apply(slot int, o *Object) {
	if w.cut[slot] {
		o.Flags |= FlagSection
	}
	if w.chosen[slot] {
		o.Flags |= FlagSelected
	}
	if w.xray && o.Flags&(FlagSelected|FlagGround|7|FlagStale|FlagBad) == 0 {
		o.fade(xrayOpacity)
	}
	if w.open[slot] {
		o.fade(w.opacity)
	}
}

// xrayOpacity is how strong objects show in an x-ray.
const xrayOpacity = 0.22

// slotsUnder returns the slots of all nodes in these subtrees, each once and rising.
func (b *Builder) slotsUnder(s *scene.Scene, roots []scene.NodeID) []uint32 {
	var out []uint32
	for _, r := range roots {
		if !s.Has(r) {
			continue
		}
		s.Walk(r, func(id scene.NodeID) bool {
			if slot := b.slotOf[id]; slot >= 0 && b.layout.Mesh[slot] != scene.NoMesh && s.Role(id) != scene.Ground {
				out = append(out, uint32(slot))
			}
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shellTop returns the node that carries the role of a shell node itself.
func shellTop(s *scene.Scene, shell scene.NodeID) scene.NodeID {
	for s.Node(shell).Role != scene.Shell && s.Node(shell).Parent != scene.NoNode {
		shell = s.Node(shell).Parent
	}
	return shell
}

// opened reports whether a selected node lies inside the shell with this top: in the same group, in the shell's box, and
// not part of it.
func opened(s *scene.Scene, top scene.NodeID, selected []scene.NodeID) bool {
	group := s.Node(top).Parent
	if group == scene.NoNode {
		return false
	}
	for _, sel := range selected {
		if sel <= scene.Root || !s.Has(sel) || sel == group || !s.Under(sel, group) || s.Under(sel, top) {
			continue
		}
		if b := s.Bounds(sel); !b.Empty() && s.Bounds(top).Distance(b.Center()) == 0 {
			return true
		}
	}
	return false
}

// Opened reports whether the shell node would be drawn faded with this selection, so that picking can pass through it.
func Opened(s *scene.Scene, shell scene.NodeID, selected []scene.NodeID) bool {
	return s.Role(shell) == scene.Shell && opened(s, shellTop(s, shell), selected)
}
