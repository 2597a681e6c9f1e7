package gltf

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
	"github.com/qmuntal/gltf"
)

type reader struct {
	job    *loading.Job
	doc    *gltf.Document
	limits loading.Limits
	broken map[int]error // buffers that could not be read

	scene     *scene.Scene
	materials []scene.MaterialID
	meshes    []scene.MeshID
	nodes     int
}

// Read reads the model of a job. What was left out is said in the warnings of the job. It fails when nothing sensible
// would remain.
func Read(job *loading.Job) (*scene.Scene, error) {
	var s *scene.Scene
	err := loading.Guard(func() (err error) {
		s, err = read(job)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gltf: %w", err)
	}
	return s, nil
}

func read(job *loading.Job) (*scene.Scene, error) {
	if err := job.Err(); err != nil {
		return nil, err
	}
	data, err := job.Model()
	if err != nil {
		return nil, err
	}
	text, bin, err := split(data)
	if err != nil {
		return nil, err
	}
	doc, err := parse(text)
	if err != nil {
		return nil, err
	}
	r := &reader{job: job, doc: doc, limits: job.Limits(), broken: map[int]error{}, scene: scene.New()}
	if err := r.extensions(); err != nil {
		return nil, err
	}
	if err := r.loadBuffers(bin); err != nil {
		return nil, err
	}
	r.readMaterials()
	r.meshes = make([]scene.MeshID, len(doc.Meshes))
	for i := range doc.Meshes {
		if err := job.Err(); err != nil {
			return nil, err
		}
		if r.meshes[i], err = r.mesh(i); err != nil {
			return nil, fmt.Errorf("mesh %d: %w", i, err)
		}
		job.Report(loading.Decoding, int64(i+1), int64(len(doc.Meshes)))
	}
	if err := r.tree(); err != nil {
		return nil, err
	}
	if r.scene.Len() == 1 {
		return nil, fmt.Errorf("nothing to show: the file has no nodes")
	}
	return r.scene, nil
}

func (r *reader) warn(format string, args ...any) { r.job.Warn(format, args...) }

// geometric are extensions without which the geometry is wrong or missing.
var geometric = []string{"KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression", "EXT_mesh_gpu_instancing", "KHR_node_visibility"}

// harmless are extensions that may be required of a reader and that we obey, or that change the surface alone.
var harmless = []string{"KHR_mesh_quantization", "KHR_texture_transform", "KHR_texture_basisu", "EXT_texture_webp", "EXT_texture_avif", "MSFT_texture_dds",
	"KHR_lights_punctual", "KHR_animation_pointer", "KHR_xmp_json_ld",
	"KHR_techniques_webgl", "KHR_technique_webgl"}

// extensions refuses what we would show wrong, and warns of what is lost.
func (r *reader) extensions() error {
	for _, e := range r.doc.ExtensionsRequired {
		if slices.Contains(harmless, e) || strings.HasPrefix(e, "KHR_materials_") {
			continue
		}
		return fmt.Errorf("the file requires the extension %s, which is not read; export it without", e)
	}
	for _, e := range r.doc.ExtensionsUsed {
		if slices.Contains(geometric, e) || strings.HasPrefix(e, "KHR_technique") {
			r.warn("extension %s is ignored", e)
		}
	}
	if n := len(r.doc.Animations); n > 0 {
		r.warn("%d animations are ignored: signals move the parts of a twin", n)
	}
	if len(r.doc.Skins) > 0 {
		r.warn("skins are ignored: the model stands in its rest pose")
	}
	return nil
}

// tree adds the nodes of the scene that the file shows first.
func (r *reader) tree() error {
	roots, err := r.roots()
	if err != nil {
		return err
	}
	seen := make([]visit, len(r.doc.Nodes))
	for _, i := range roots {
		if err := r.node(i, scene.Root, 0, seen); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) roots() ([]int, error) {
	if len(r.doc.Scenes) > 0 {
		index := 0
		if r.doc.Scene != nil {
			index = *r.doc.Scene
		}
		if index < 0 || index >= len(r.doc.Scenes) || r.doc.Scenes[index] == nil {
			return nil, fmt.Errorf("no scene %d", index)
		}
		return r.doc.Scenes[index].Nodes, nil
	}
	child := make([]bool, len(r.doc.Nodes)) // no scene at all: all nodes that are nobody's child
	for _, n := range r.doc.Nodes {
		if n == nil {
			continue
		}
		for _, c := range n.Children {
			if c >= 0 && c < len(child) {
				child[c] = true
			}
		}
	}
	var roots []int
	for i := range r.doc.Nodes {
		if !child[i] {
			roots = append(roots, i)
		}
	}
	return roots, nil
}

// visit tells where the walk of the tree stands with a node.
type visit uint8

const (
	unseen visit = iota
	above        // it is a parent of where the walk is
	done
)

func (r *reader) node(index int, parent scene.NodeID, depth int, seen []visit) error {
	if index < 0 || index >= len(r.doc.Nodes) || r.doc.Nodes[index] == nil {
		return fmt.Errorf("no node %d", index)
	}
	switch seen[index] {
	case above:
		return fmt.Errorf("node %d is a child of itself; export it as a tree", index)
	case done:
		r.warn("node %d is the child of several nodes and is shown at each", index)
	}
	seen[index] = above
	defer func() { seen[index] = done }()
	if r.nodes++; r.nodes > r.limits.Nodes {
		return fmt.Errorf("more than %d nodes", r.limits.Nodes)
	}
	if depth > r.limits.Depth {
		return fmt.Errorf("nodes nested deeper than %d levels", r.limits.Depth)
	}
	n := r.doc.Nodes[index]
	out := scene.Node{Name: strings.ReplaceAll(n.Name, "/", "_"), Local: r.transform(index, n), Role: role(n.Extras)}
	if n.Mesh != nil {
		if *n.Mesh < 0 || *n.Mesh >= len(r.meshes) {
			return fmt.Errorf("node %d: no mesh %d", index, *n.Mesh)
		}
		out.Mesh = r.meshes[*n.Mesh]
		if out.Name == "" {
			out.Name = strings.ReplaceAll(r.doc.Meshes[*n.Mesh].Name, "/", "_")
		}
	}
	if out.Name == "" {
		out.Name = "node " + strconv.Itoa(index)
	}
	id := r.scene.AddNode(parent, out)
	for _, c := range n.Children {
		if err := r.node(c, id, depth+1, seen); err != nil {
			return err
		}
	}
	return nil
}

func role(extras any) scene.Role {
	if m, ok := extras.(map[string]any); ok {
		switch m["role"] {
		case "shell":
			return scene.Shell
		case "ground":
			return scene.Ground
		}
	}
	return scene.Solid
}

// transform gives the placement of a node; a matrix is taken apart into translation, rotation and scale.
func (r *reader) transform(index int, n *gltf.Node) scene.Transform {
	t := scene.Transform{Translation: n.Translation, Scale: n.ScaleOrDefault()}
	q := n.RotationOrDefault()
	t.Rotation = mgl64.Quat{W: q[3], V: mgl64.Vec3{q[0], q[1], q[2]}}
	if m := mgl64.Mat4(n.MatrixOrDefault()); m != mgl64.Mat4(gltf.DefaultMatrix) {
		t = r.decompose(index, m)
	}
	sound := t.Rotation.Len() > 1e-9
	for _, v := range [...]float64{t.Translation[0], t.Translation[1], t.Translation[2], t.Scale[0], t.Scale[1], t.Scale[2], t.Rotation.Len()} {
		sound = sound && !math.IsNaN(v) && math.Abs(v) < 1e12
	}
	if !sound {
		r.warn("node %d has no sensible placement and stands at its parent", index)
		return scene.Transform{}
	}
	return t
}

// decompose takes a matrix apart: the scales are the lengths of its columns, the first negative if it mirrors.
func (r *reader) decompose(index int, m mgl64.Mat4) scene.Transform {
	t := scene.Transform{Translation: m.Col(3).Vec3()}
	x, y, z := m.Col(0).Vec3(), m.Col(1).Vec3(), m.Col(2).Vec3()
	t.Scale = mgl64.Vec3{x.Len(), y.Len(), z.Len()}
	if x.Cross(y).Dot(z) < 0 {
		t.Scale[0] = -t.Scale[0]
	}
	for k := range t.Scale {
		if math.Abs(t.Scale[k]) < 1e-12 {
			return scene.Transform{Translation: t.Translation, Scale: mgl64.Vec3{1e-9, 1e-9, 1e-9}}
		}
	}
	x, y, z = x.Mul(1/t.Scale[0]), y.Mul(1/t.Scale[1]), z.Mul(1/t.Scale[2])
	if math.Abs(x.Dot(y))+math.Abs(y.Dot(z))+math.Abs(z.Dot(x)) > 1e-3 {
		r.warn("node %d is sheared, which is not kept", index)
		y = y.Sub(x.Mul(x.Dot(y))).Normalize()
		z = x.Cross(y)
	}
	t.Rotation = mgl64.Mat4ToQuat(mgl64.Mat4FromCols(x.Vec4(0), y.Vec4(0), z.Vec4(0), mgl64.Vec4{0, 0, 0, 1})).Normalize()
	return t
}
