package gltf

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// entry is a node in the order in which it is added: parents first.
type entry struct{ node, parent int } // parent is -1 for those below the root

// planTree finds the nodes of the scene that the file shows first, and refuses what is no tree.
func (r *reader) planTree() error {
	roots, err := r.roots()
	if err != nil {
		return err
	}
	above := make([]int, len(r.doc.Nodes)) // by node: its parent + 2 once it is in the tree
	r.shown = make([]bool, len(r.doc.Nodes))
	var stack []entry
	depth := make([]int, len(r.doc.Nodes))
	for i := len(roots) - 1; i >= 0; i-- {
		stack = append(stack, entry{roots[i], -1})
	}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if e.node < 0 || e.node >= len(r.doc.Nodes) {
			return fmt.Errorf("no node %d; export it again", e.node)
		}
		if r.shown[e.node] {
			if e.parent < 0 {
				r.job.Warn("node %q is named twice in its scene and shown once", r.nodeName(e.node))
				continue
			}
			return r.notATree(e, above)
		}
		r.shown[e.node], above[e.node] = true, e.parent+2
		if e.parent >= 0 {
			depth[e.node] = depth[e.parent] + 1
		}
		if depth[e.node] > r.limits.Depth {
			return fmt.Errorf("nodes are nested deeper than %d levels, which is the limit", r.limits.Depth)
		}
		r.order = append(r.order, e)
		children := r.doc.Nodes[e.node].Children
		for i := len(children) - 1; i >= 0; i-- {
			stack = append(stack, entry{children[i], e.node})
		}
	}
	if len(r.order) == 0 {
		r.job.Warn("there is nothing to show: the scene of the file has no nodes")
	}
	return nil
}

// notATree says why a node cannot be met a second time.
func (r *reader) notATree(e entry, above []int) error {
	for at := e.parent; at >= 0; at = above[at] - 2 {
		if at == e.node {
			return fmt.Errorf("node %d is a child of itself; export it as a tree", e.node)
		}
	}
	return fmt.Errorf("node %d has two parents; export it as a tree", e.node)
}

// roots are the top nodes of the scene that the file shows first; without any scene, all that are nobody's child.
func (r *reader) roots() ([]int, error) {
	if len(r.doc.Scenes) > 0 {
		index := or(r.doc.Scene, 0)
		if index < 0 || index >= len(r.doc.Scenes) {
			return nil, fmt.Errorf("no scene %d; export it again", index)
		}
		if len(r.doc.Scenes) > 1 {
			r.job.Warn("of %d scenes only %q is shown", len(r.doc.Scenes), r.sceneName(index))
		}
		return r.topFirst(r.doc.Scenes[index].Nodes), nil
	}
	child := r.children()
	var roots []int
	for i := range r.doc.Nodes {
		if !child[i] {
			roots = append(roots, i)
		}
	}
	if len(roots) == 0 && len(child) > 0 {
		return nil, fmt.Errorf("every node is a child; export it as a tree")
	}
	return roots, nil
}

// children tells by node whether it is somebody's child.
func (r *reader) children() []bool {
	child := make([]bool, len(r.doc.Nodes))
	for _, n := range r.doc.Nodes {
		for _, c := range n.Children {
			if c >= 0 && c < len(child) {
				child[c] = true
			}
		}
	}
	return child
}

// topFirst puts those of a scene's nodes last that are children as well: they are met below their parents first.
func (r *reader) topFirst(nodes []int) []int {
	child := r.children()
	var top, below []int
	for _, n := range nodes {
		if n >= 0 && n < len(child) && child[n] {
			below = append(below, n)
		} else {
			top = append(top, n)
		}
	}
	return append(top, below...)
}

func (r *reader) sceneName(index int) string {
	if name := r.doc.Scenes[index].Name; name != "" {
		return name
	}
	return "scene " + strconv.Itoa(index)
}

// build adds the nodes to a scene that has the meshes, by index of the mesh in the file, and returns their ids by index
// of the node. It does the same for previews and for the whole, so that a node keeps its name and place.
func (r *reader) build(s *scene.Scene, meshes []scene.MeshID) ([]scene.NodeID, error) {
	ids := make([]scene.NodeID, len(r.doc.Nodes))
	for i := range ids {
		ids[i] = scene.NoNode
	}
	names := namer{}
	for k, e := range r.order {
		if k%4096 == 0 {
			if err := r.job.Err(); err != nil {
				return nil, err
			}
		}
		if s.Len() > r.limits.Nodes {
			return nil, fmt.Errorf("the model has more than %d nodes, which is the limit", r.limits.Nodes)
		}
		parent := scene.Root
		if e.parent >= 0 {
			parent = ids[e.parent]
		}
		id, err := r.addNode(s, names, e.node, parent, meshes)
		if err != nil {
			return nil, err
		}
		ids[e.node] = id
	}
	return ids, nil
}

func (r *reader) addNode(s *scene.Scene, names namer, index int, parent scene.NodeID, meshes []scene.MeshID) (scene.NodeID, error) {
	n := &r.doc.Nodes[index]
	out := scene.Node{Name: names.unique(parent, r.nodeName(index)), Local: r.place(index), Role: role(n.Extras), Properties: r.nodeProperties(index)}
	out.Style = scene.Style{Visible: r.visible(index), Opacity: 1}
	if n.Mesh != nil {
		if *n.Mesh < 0 || *n.Mesh >= len(meshes) {
			return scene.NoNode, fmt.Errorf("node %d: no mesh %d; export it again", index, *n.Mesh)
		}
		if !r.coarser[index] {
			out.Mesh = meshes[*n.Mesh]
		}
		out.Weights = r.weights(n)
		if r.skinIDs != nil {
			out.Skin = r.skinOf(n, s.Mesh(out.Mesh))
		}
		if n.Extensions.Instancing != nil {
			return r.addInstances(s, parent, out, n.Extensions.Instancing)
		}
	}
	return s.AddNode(parent, out), nil
}

// visible reports whether a node is shown, also if it is the coarser version of another one.
func (r *reader) visible(index int) bool {
	v := r.doc.Nodes[index].Extensions.Visibility
	return (v == nil || or(v.Visible, true)) && !r.coarser[index]
}

// weights are how far the mesh of a node is blended towards its morphs.
func (r *reader) weights(n *node) []float32 {
	src := n.Weights
	if len(src) == 0 {
		src = r.doc.Meshes[*n.Mesh].Weights
	}
	var out []float32
	for _, w := range src {
		out = append(out, number(w))
	}
	return out
}

// nodeName is the name of a node, else that of its mesh, else its number.
func (r *reader) nodeName(index int) string {
	n := &r.doc.Nodes[index]
	name := n.Name
	if name == "" && n.Mesh != nil && *n.Mesh >= 0 && *n.Mesh < len(r.doc.Meshes) {
		name = r.doc.Meshes[*n.Mesh].Name
	}
	if name == "" {
		return "node " + strconv.Itoa(index)
	}
	return strings.ReplaceAll(name, "/", "_")
}

// namer finds names that no other child of a parent has, also where thousands are alike.
type namer map[sibling]int

type sibling struct {
	parent scene.NodeID
	name   string
}

func (n namer) unique(parent scene.NodeID, name string) string {
	key := sibling{parent, name}
	n[key]++
	if k := n[key]; k > 1 {
		return name + "~" + strconv.Itoa(k)
	}
	return name
}

func role(extras []byte) scene.Role {
	var e struct{ Role string }
	unmarshal(extras, &e)
	switch e.Role {
	case "shell":
		return scene.Shell
	case "ground":
		return scene.Ground
	}
	return scene.Solid
}
