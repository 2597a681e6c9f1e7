//go:build occt && cgo

package main

import (
	"errors"
	"fmt"
	"math"
	"regexp"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/cad"
	"github.com/orrery-twin/orrery/scene"
)

// metres of a millimetre, the unit in which OpenCASCADE delivers all lengths.
const metres = 1e-3

// yUp turns the Z axis of CAD to the Y axis of glTF.
var yUp = mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0})

// builder turns a file into a scene.
type builder struct {
	f         *file
	s         *scene.Scene
	meshes    []*mesh // by part
	materials map[look]scene.MaterialID
	variants  map[variant]scene.MeshID
}

// look is what tells materials apart.
type look struct {
	color    int // index, or -1 for the neutral grey
	twoSided bool
}

// variant is a part in the colours that an instance gives it.
type variant struct{ part, color, curveColor int }

// scene meshes all parts and builds the scene. It adds to the report what becomes known.
func (f *file) scene(r *cad.Report) (*scene.Scene, error) {
	b := &builder{f: f, s: scene.New(), meshes: make([]*mesh, len(f.parts)),
		materials: map[look]scene.MaterialID{{color: -1}: 0}, variants: map[variant]scene.MeshID{}}
	failed := 0
	for {
		m, err := f.next()
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		b.meshes[m.part] = m
		failed += m.failed
		r.Triangles += int64(len(m.triangles) / 3)
	}
	if failed > 0 && starved() {
		return nil, errors.New("out of memory")
	}
	if failed > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d faces could not be meshed and are missing", failed, r.Faces))
	}
	if err := b.nodes(); err != nil {
		return nil, err
	}
	b.document()
	b.s.Update()
	if box := b.s.Bounds(scene.Root); !box.Empty() {
		r.Bounds = [6]float64{box.Min[0], box.Min[1], box.Min[2], box.Max[0], box.Max[1], box.Max[2]}
	} else {
		r.Warnings = append(r.Warnings, "the file holds nothing that can be seen")
	}
	r.Materials = len(b.materials)
	return b.s, nil
}

func (b *builder) nodes() error {
	ids := make([]scene.NodeID, len(b.f.nodes))
	for i, n := range b.f.nodes {
		parent := scene.Root
		if n.parent >= 0 {
			parent = ids[n.parent]
		}
		id, err := b.mesh(n)
		if err != nil {
			return err
		}
		out := scene.Node{Name: n.label(), Local: b.local(n), Mesh: id, Properties: n.properties(),
			Style: scene.Style{Visible: !n.hidden, Opacity: 1}}
		ids[i] = b.s.AddNode(parent, out)
	}
	return nil
}

// local places a node in its parent, in metres; topmost nodes are turned to Y up.
func (b *builder) local(n node) scene.Transform {
	t := n.transform()
	if n.part >= 0 && b.meshes[n.part] != nil {
		o := b.meshes[n.part].origin
		t.Translation = t.Translation.Add(t.Rotation.Rotate(mgl64.Vec3(o).Mul(n.scale * metres)))
	}
	if n.parent < 0 {
		t.Translation, t.Rotation = yUp.Rotate(t.Translation), yUp.Mul(t.Rotation)
	}
	return t
}

// transform is parentFromNode in metres, Z up.
func (n node) transform() scene.Transform {
	return scene.Transform{
		Translation: mgl64.Vec3(n.translation).Mul(metres),
		Rotation:    mgl64.Quat{W: n.rotation[3], V: mgl64.Vec3{n.rotation[0], n.rotation[1], n.rotation[2]}},
		Scale:       mgl64.Vec3{n.scale, n.scale, n.scale},
	}
}

// mesh returns the mesh that a node shows, in the colours of the node.
func (b *builder) mesh(n node) (scene.MeshID, error) {
	if n.part < 0 || b.meshes[n.part] == nil || len(b.meshes[n.part].positions) == 0 {
		return scene.NoMesh, nil
	}
	m := b.meshes[n.part]
	v := variant{n.part, -1, -1}
	if takesColor(m.runs) {
		v.color = n.color
	}
	if takesColor(m.lineRuns) {
		v.curveColor = n.curveColor
	}
	if id, known := b.variants[v]; known {
		return id, nil
	}
	m.scaleOnce()
	name := n.product
	if name == "" {
		name = n.name
	}
	id, err := b.s.AddMesh(&scene.Mesh{Name: name, Positions: m.positions, Normals: m.normals, Features: m.faces,
		Indices: m.triangles, Parts: b.parts(m.runs, v.color), Lines: m.lines, LineParts: b.parts(m.lineRuns, v.curveColor), Edges: m.edges})
	if err != nil {
		return scene.NoMesh, fmt.Errorf("part %q: %w", name, err)
	}
	b.variants[v] = id
	return id, nil
}

// takesColor reports whether some run has no colour of its own.
func takesColor(runs []colorRun) bool {
	for _, r := range runs {
		if r.color < 0 {
			return true
		}
	}
	return false
}

// scaleOnce turns millimetres into metres.
func (m *mesh) scaleOnce() {
	if m.scaled {
		return
	}
	m.scaled = true
	for i, v := range m.positions {
		m.positions[i] = float32(float64(v) * metres)
	}
}

func (b *builder) parts(runs []colorRun, color int) []scene.Part {
	out := make([]scene.Part, len(runs))
	for i, r := range runs {
		l := look{r.color, r.twoSided}
		if l.color < 0 {
			l.color = color
		}
		out[i] = scene.Part{First: r.first, Count: r.count, Material: b.material(l)}
	}
	return out
}

// material returns the material for a look: CAD knows colours and transparency, nothing of gloss.
func (b *builder) material(l look) scene.MaterialID {
	if id, known := b.materials[l]; known {
		return id
	}
	m := b.s.Materials()[0]
	if l.color >= 0 {
		c := b.f.colors[l.color]
		m = scene.Material{Name: colorName(c), BaseColor: c, Roughness: 0.6, Blend: c[3] < 0.999}
	}
	m.DoubleSided = l.twoSided
	id := b.s.AddMaterial(m)
	b.materials[l] = id
	return id
}

// colorName writes a linear colour as people know it, #rrggbb in sRGB (IEC 61966-2-1).
func colorName(c [4]float32) string {
	code := [3]int{}
	for k := range code {
		v := min(max(float64(c[k]), 0), 1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		code[k] = int(math.Round(255 * v))
	}
	return fmt.Sprintf("#%02x%02x%02x", code[0], code[1], code[2])
}

// document writes down what the file says of itself.
func (b *builder) document() {
	d := b.s.Document()
	d.Unit = unitSymbol(b.f.unit)
	d.Generator = "orrery-cad"
	d.Properties = append(d.Properties, scene.Property{Name: "format", Value: formatName(b.f.schema)})
	for _, p := range b.f.facts {
		d.Properties = append(d.Properties, scene.Property{Name: p[0], Value: p[1]})
	}
}

// Names that CAD systems make up for instances: "NAUO17", "=>[0:1:1:3]", "12".
var madeUp = regexp.MustCompile(`^(NAUO\d*|=>\[.*\]|\d*|NONE)$`)

// label is the name of a node for people.
func (n node) label() string {
	switch {
	case !madeUp.MatchString(n.name):
		return n.name
	case n.product != "" && n.product != n.name:
		return n.product
	case n.name != "":
		return n.name
	case n.part < 0:
		return "assembly"
	}
	return "part"
}

// properties are the facts that the file states of a node.
func (n node) properties() []scene.Property {
	var out []scene.Property
	add := func(name, value string) {
		if value != "" {
			out = append(out, scene.Property{Name: name, Value: value})
		}
	}
	if n.product != n.label() {
		add("product", n.product)
	}
	add("layer", n.layers)
	add("material", n.material)
	if n.density > 0 {
		out = append(out, scene.Property{Name: "density", Value: n.density, Unit: "kg/m³"})
	}
	return out
}
