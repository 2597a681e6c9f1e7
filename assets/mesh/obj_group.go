package mesh

import (
	"fmt"

	"github.com/orrery-twin/orrery/scene"
)

// objGroup is what becomes one mesh: the elements with one pair of names.
type objGroup struct {
	object, group int32 // numbers of names of the whole file
	runs          []objSpan
}

// objSpan is a run with its state known, and its end.
type objSpan struct {
	piece            *objPiece
	from, to         objRun
	material, smooth int32
}

// objNames are the names of a whole file by their numbers; [0] is empty.
type objNames struct {
	known map[string]int32
	names []string
}

func (n *objNames) number(name string) int32 {
	id, ok := n.known[name]
	if !ok {
		id = int32(len(n.names))
		n.names, n.known[name] = append(n.names, name), id
	}
	return id
}

// maxGroups is the number of groups from which the groups of an object are put together: each is a node and at least one
// draw call, and some programs write a group per face.
const maxGroups = 20_000

// groups sorts the elements of the file by object and group, in the order of their first appearance.
func (b *objBuilder) groups() []*objGroup {
	for _, keep := range []func(o, g int32) [2]int32{
		func(o, g int32) [2]int32 { return [2]int32{o, g} },
		func(o, _ int32) [2]int32 { return [2]int32{o, 0} },
		func(_, g int32) [2]int32 { return [2]int32{0, g} },
	} {
		if groups := b.groupsBy(keep); len(groups) <= b.maxGroups {
			return groups
		}
		b.job.Warn("the file has more than %d groups; they are shown together", b.maxGroups)
	}
	return b.groupsBy(func(_, _ int32) [2]int32 { return [2]int32{} })
}

func (b *objBuilder) groupsBy(keep func(object, group int32) [2]int32) []*objGroup {
	var out []*objGroup
	known := map[[2]int32]*objGroup{}
	state := objRun{smooth: unsaid}
	for i := range b.file.pieces {
		p := &b.file.pieces[i]
		number := make([]int32, len(p.names))
		for k, name := range p.names {
			number[k] = b.names.number(name)
		}
		for k, r := range p.runs {
			take(&state.object, r.object, number)
			take(&state.group, r.group, number)
			take(&state.material, r.material, number)
			if r.smooth != inherit {
				state.smooth = r.smooth
			}
			to := p.end()
			if k+1 < len(p.runs) {
				to = p.runs[k+1]
			}
			if r.corners == to.corners && r.lines == to.lines && r.points == to.points {
				continue
			}
			key := keep(state.object, state.group)
			g := known[key]
			if g == nil {
				if len(out) > b.maxGroups {
					return append(out, nil)
				}
				g = &objGroup{object: key[0], group: key[1]}
				known[key], out = g, append(out, g)
			}
			g.runs = append(g.runs, objSpan{p, r, to, state.material, state.smooth})
		}
	}
	return out
}

// take sets a part of the state, unless a run inherits it.
func take(state *int32, local int32, number []int32) {
	if local != inherit {
		*state = number[local]
	}
}

// end is a run that begins where the piece ends.
func (p *objPiece) end() objRun {
	faces := len(p.faces.v) / 3
	if p.ends != nil {
		faces = len(p.ends)
	}
	return objRun{faces: faces, corners: len(p.faces.v), lines: len(p.lines.v), points: len(p.points)}
}

// placer makes the nodes of groups: of an object with several groups one with a node for each group below it.
type placer struct {
	scene   *scene.Scene
	names   namer
	objects map[int32]scene.NodeID
	several map[int32]bool // objects that have more than one group
	origin  scene.Transform
}

func (b *objBuilder) newPlacer(s *scene.Scene, groups []*objGroup) *placer {
	o := b.file.origin
	p := &placer{scene: s, names: namer{}, objects: map[int32]scene.NodeID{}, several: map[int32]bool{}, origin: scene.At(o[0], o[1], o[2])}
	seen := map[int32]bool{}
	for _, g := range groups {
		p.several[g.object] = seen[g.object]
		seen[g.object] = true
	}
	return p
}

func (p *placer) place(b *objBuilder, g *objGroup, mesh scene.MeshID, m *scene.Mesh) error {
	if p.scene.Len() >= b.job.Limits().Nodes {
		return fmt.Errorf("the model has more than %d nodes, which is the limit", b.job.Limits().Nodes)
	}
	parent, local := scene.Root, p.origin
	if g.object != 0 && p.several[g.object] {
		id, ok := p.objects[g.object]
		if !ok {
			name := p.names.unique(scene.Root, nodeName(b.names.names[g.object], "object"))
			id = p.scene.AddNode(scene.Root, scene.Node{Name: name, Local: p.origin})
			p.objects[g.object] = id
		}
		parent, local = id, scene.Transform{}
	}
	p.scene.AddNode(parent, scene.Node{Name: p.names.unique(parent, m.Name), Local: local, Mesh: mesh})
	return nil
}

// groupName is the name of the mesh of a group.
func (b *objBuilder) groupName(g *objGroup, several bool) string {
	name := b.names.names[g.group]
	if object := b.names.names[g.object]; object != "" && !several {
		name = object
	}
	return nodeName(name, "default")
}
