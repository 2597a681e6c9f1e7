package scene

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"
)

// Scene is a tree of nodes with their meshes and materials. It belongs to one goroutine. Make it with New.
type Scene struct {
	nodes     []Node
	meshes    []*Mesh // by MeshID; [0] is nil
	materials []Material
	textures  []Texture // by TextureID; [0] is empty
	skins     []Skin    // by SkinID; [0] is empty
	document  Document
	rest      map[NodeID]MeshID    // of deformed nodes: the mesh that they had first
	posed     map[NodeID][]float64 // of deformed nodes: what their shape was computed from
	byPath    map[string]NodeID
	numbers   map[string]int // by path: the number to try first when it is taken
	faults    map[NodeID]fault
	hidden    map[NodeID]bool // by the user
	glyphs    glyphs
	explosion explosion

	generation uint64   // of the last change of any kind
	topology   uint64   // of the last change of nodes, meshes or materials
	worldGen   []uint64 // by node: generation of the last change of its world transform
	styleGen   []uint64 // by node: generation of the last change of its effective style
	shapeGen   []uint64 // by node: generation of the last move of something below it
	worlds     []mgl64.Mat4
	styles     []Style // effective
	roles      []Role  // effective
	moved      []NodeID
	styled     []NodeID
	isMoved    []bool
	isStyled   []bool
	stack      []NodeID
}

// New returns a scene with its root node and material 0, a neutral grey.
func New() *Scene {
	s := &Scene{byPath: map[string]NodeID{}, hidden: map[NodeID]bool{}, faults: map[NodeID]fault{}, meshes: []*Mesh{nil}, textures: make([]Texture, 1), skins: make([]Skin, 1)}
	s.materials = []Material{{Name: "grey", BaseColor: [4]float32{0.45, 0.47, 0.5, 1}, Roughness: 0.7}}
	s.append(Node{Parent: NoNode, Local: Transform{}.Normalized(), Style: Style{Visible: true, Opacity: 1}})
	return s
}

func (s *Scene) append(n Node) NodeID {
	id := NodeID(len(s.nodes))
	s.generation++
	s.topology = s.generation
	s.nodes = append(s.nodes, n)
	s.worlds = append(s.worlds, mgl64.Ident4())
	s.styles = append(s.styles, Style{})
	s.worldGen = append(s.worldGen, s.generation)
	s.styleGen = append(s.styleGen, s.generation)
	s.shapeGen = append(s.shapeGen, s.generation)
	s.isMoved = append(s.isMoved, true)
	s.isStyled = append(s.isStyled, true)
	s.moved = append(s.moved, id)
	s.styled = append(s.styled, id)
	role := n.Role
	if role == Solid && n.Parent >= 0 {
		role = s.roles[n.Parent]
	}
	s.roles = append(s.roles, role)
	return id
}

// AddNode adds n below parent and returns its id. Name, Local, Mesh, Role, Asset and Style of n count; a zero Style means
// visible and opaque. A name that the parent already has gets a number ("pump~2"). It panics on an unknown parent.
func (s *Scene) AddNode(parent NodeID, n Node) NodeID {
	if n.Name == "" {
		n.Name = "node"
	}
	if n.Style == (Style{}) {
		n.Style = Style{Visible: true, Opacity: 1}
	}
	n.Parent, n.Children = parent, nil
	local, style := n.Local, n.Style
	n.Local, n.Style = Transform{}.Normalized(), Style{Visible: true, Opacity: 1}
	n.Path, n.Name = s.freePath(s.nodes[parent].Path, n.Name)
	id := s.append(n)
	s.SetLocal(id, local)
	s.SetStyle(id, style)
	s.byPath[n.Path] = id
	s.nodes[parent].Children = append(s.nodes[parent].Children, id)
	return id
}

// freePath returns a path below a parent that is not taken, and the name that ends it: the name itself or, when it is
// taken, the name with the first number from 2 that is free. It remembers where to go on, so that thousands of equal names
// do not try all numbers each time.
func (s *Scene) freePath(parent, name string) (path, free string) {
	path = name
	if parent != "" {
		path = parent + "/" + name
	}
	if _, taken := s.byPath[path]; !taken {
		return path, name
	}
	base := path
	for k := max(s.numbers[base], 2); ; k++ {
		number := "~" + strconv.Itoa(k)
		path = base + number
		if _, taken := s.byPath[path]; !taken {
			if s.numbers == nil {
				s.numbers = map[string]int{}
			}
			s.numbers[base] = k + 1
			return path, name + number
		}
	}
}

// forgetPath makes a path free again.
func (s *Scene) forgetPath(path string) {
	delete(s.byPath, path)
	delete(s.numbers, path)
	if i := strings.LastIndexByte(path, '~'); i > 0 && len(s.numbers) > 0 {
		if k, err := strconv.Atoi(path[i+1:]); err == nil && k >= 2 && k < s.numbers[path[:i]] {
			s.numbers[path[:i]] = k
		}
	}
}

// AddMesh adds a mesh and returns its id. It fills in missing normals and the bounds; the mesh must not change any more.
// An invalid mesh (see Mesh.Check) is refused.
func (s *Scene) AddMesh(m *Mesh) (MeshID, error) {
	if err := s.admit(m); err != nil {
		return NoMesh, err
	}
	s.touchTopology()
	s.meshes = append(s.meshes, m)
	return MeshID(len(s.meshes) - 1), nil
}

// admit checks a mesh and makes it ready for the scene.
func (s *Scene) admit(m *Mesh) error {
	if err := m.Complete(); err != nil {
		return err
	}
	for _, run := range m.partRuns() {
		for _, p := range run {
			if p.Material < 0 || int(p.Material) >= len(s.materials) {
				return fmt.Errorf("scene: mesh %q: no material %d", m.Name, p.Material)
			}
		}
	}
	return nil
}

// MustAddMesh is AddMesh for meshes made by code; it panics on an invalid one.
func (s *Scene) MustAddMesh(m *Mesh) MeshID {
	id, err := s.AddMesh(m)
	if err != nil {
		panic(err)
	}
	return id
}

// AddMaterial adds a material and returns its id. Maps of textures that are not there are left out.
func (s *Scene) AddMaterial(m Material) MaterialID {
	s.touchTopology()
	m = m.clone()
	for _, t := range m.maps() {
		if t.Texture < 0 || int(t.Texture) >= len(s.textures) {
			*t = Map{}
		}
		if t.Scale == ([2]float32{}) {
			t.Scale = [2]float32{1, 1}
		}
	}
	s.materials = append(s.materials, m)
	return MaterialID(len(s.materials) - 1)
}

// AddSkin adds a skin and returns its id. Its joints may be added later, but before the scene is handed over.
func (s *Scene) AddSkin(k Skin) SkinID {
	s.skins = append(s.skins, k)
	return SkinID(len(s.skins) - 1)
}

// Skins returns all skins by id; the first is empty.
func (s *Scene) Skins() []Skin { return s.skins }

// SetMaterial replaces a material. Readers of an older Materials slice keep what they have.
func (s *Scene) SetMaterial(id MaterialID, m Material) {
	s.touchTopology()
	s.materials = slices.Clone(s.materials)
	s.materials[id] = m
}

func (s *Scene) touchTopology() {
	s.generation++
	s.topology = s.generation
}

// Len returns the number of nodes; ids run from 0 (Root) to Len()-1.
func (s *Scene) Len() int { return len(s.nodes) }

// Node returns a node to be read. The pointer is good until the next AddNode. It panics on an unknown id.
func (s *Scene) Node(id NodeID) *Node { return &s.nodes[id] }

// Mesh returns a mesh, or nil for NoMesh.
func (s *Scene) Mesh(id MeshID) *Mesh { return s.meshes[id] }

// Meshes returns all meshes by id; the first is nil. Entries that exist never change, so the slice may be read anywhere.
func (s *Scene) Meshes() []*Mesh { return s.meshes }

// Materials returns all materials by id. The slice is never changed in place.
func (s *Scene) Materials() []Material { return s.materials }

// Find returns the node with this path ("T03/nacelle/gearbox"); the empty path is the root.
func (s *Scene) Find(path string) (NodeID, bool) {
	if path == "" {
		return Root, true
	}
	id, ok := s.byPath[path]
	if !ok {
		return NoNode, false
	}
	return id, true
}

// FindAsset returns the first node that stands for this asset path.
func (s *Scene) FindAsset(path string) (NodeID, bool) {
	for i := range s.nodes {
		if s.nodes[i].Asset == path && path != "" {
			return NodeID(i), true
		}
	}
	return NoNode, false
}

// AssetOf returns the asset path of the node or of the nearest node above it that has one, and that node.
func (s *Scene) AssetOf(id NodeID) (path string, node NodeID) {
	for ; id != NoNode; id = s.nodes[id].Parent {
		if s.nodes[id].Asset != "" {
			return s.nodes[id].Asset, id
		}
	}
	return "", NoNode
}

// Under reports whether id is root or lies below it.
func (s *Scene) Under(id, root NodeID) bool {
	for ; id > root; id = s.nodes[id].Parent {
	}
	return id == root
}

// Walk calls visit for root and all nodes below it, parents first, until visit returns false for a subtree to skip.
func (s *Scene) Walk(root NodeID, visit func(NodeID) bool) {
	if !visit(root) {
		return
	}
	for _, c := range s.nodes[root].Children {
		s.Walk(c, visit)
	}
}

// Generation rises with each change of the scene.
func (s *Scene) Generation() uint64 { return s.generation }

// Topology is the generation of the last change of nodes, meshes or materials, against mere moves and styles.
func (s *Scene) Topology() uint64 { return s.topology }

// Clone returns a scene with the same node ids, sharing meshes and materials: one to pose otherwise, for a ghost.
func (s *Scene) Clone() *Scene {
	c := *s
	c.nodes = slices.Clone(s.nodes)
	for i := range c.nodes {
		c.nodes[i].Children = slices.Clone(c.nodes[i].Children)
	}
	c.meshes, c.materials = slices.Clone(s.meshes), slices.Clone(s.materials)
	c.textures, c.skins = slices.Clone(s.textures), slices.Clone(s.skins)
	c.byPath = make(map[string]NodeID, len(s.byPath))
	for k, v := range s.byPath {
		c.byPath[k] = v
	}
	c.worldGen, c.styleGen, c.shapeGen = slices.Clone(s.worldGen), slices.Clone(s.styleGen), slices.Clone(s.shapeGen)
	c.worlds, c.styles, c.roles = slices.Clone(s.worlds), slices.Clone(s.styles), slices.Clone(s.roles)
	c.moved, c.styled = slices.Clone(s.moved), slices.Clone(s.styled)
	c.isMoved, c.isStyled = slices.Clone(s.isMoved), slices.Clone(s.isStyled)
	c.rest, c.posed = maps.Clone(s.rest), maps.Clone(s.posed)
	c.explosion.away = slices.Clone(s.explosion.away)
	c.numbers, c.faults = maps.Clone(s.numbers), maps.Clone(s.faults)
	c.hidden, c.glyphs = maps.Clone(s.hidden), s.glyphs.clone()
	c.stack = nil
	return &c
}

// Prepare builds what picking needs for all meshes. Call it in the background, before the scene is handed over.
func (s *Scene) Prepare() {
	for _, m := range s.meshes {
		if m != nil {
			m.Prepare()
		}
	}
}
