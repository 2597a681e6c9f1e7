package cache

import (
	"image/color"
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// decoder reads what an encoder wrote. Whatever the bytes are, it makes a valid scene or an error.
type decoder struct {
	reader
	blocks [][]byte
	s      *scene.Scene
	nodes  int
}

// decode reads an entry whose arrays lie in blocks, which it uses in place.
func decode(meta []byte, blocks [][]byte) (*Entry, error) {
	d := &decoder{reader: reader{buf: meta}, blocks: blocks, s: scene.New()}
	entry := &Entry{Scene: d.s, Format: d.text()}
	for range d.count(1) {
		entry.Warnings = append(entry.Warnings, d.text())
	}
	for _, step := range []func(){d.textures, d.materials, d.meshes, d.tree, d.skins, d.document} {
		if step(); d.err != nil {
			return nil, d.err
		}
	}
	d.checkSkins()
	if d.err == nil {
		d.s.Deform()
	}
	return entry, d.err
}

func (d *decoder) textures() {
	images := make([]*scene.Image, d.count(5))
	for i := range images {
		m := &scene.Image{Name: d.text(), Width: d.int(), Height: d.int()}
		m.Pix = viewOf[uint8](d)
		images[i] = m
	}
	for range d.count(5) {
		t := scene.Texture{Name: d.text()}
		t.Image = &scene.Image{Width: 1, Height: 1, Pix: make([]uint8, 4)} // in the place of one that was removed
		if k := d.below(len(images) + 1); k > 0 {
			t.Image = images[k-1]
		}
		t.WrapU, t.WrapV, t.Nearest = scene.Wrap(d.byte()), scene.Wrap(d.byte()), d.bool()
		if _, err := d.s.AddTexture(t); err != nil || max(t.WrapU, t.WrapV) > scene.Mirror {
			d.fail()
			return
		}
	}
}

func (d *decoder) materials() {
	n := d.count(40)
	for i := range n {
		m := scene.Material{Name: d.text()}
		d.f32s(m.BaseColor[:])
		m.Metallic, m.Roughness = d.f32(), d.f32()
		d.f32s(m.Emissive[:])
		m.Cutoff, m.NormalScale, m.OcclusionStrength = d.f32(), d.f32(), d.f32()
		m.DoubleSided, m.Unlit, m.Blend, m.Mask = d.bool(), d.bool(), d.bool(), d.bool()
		if d.bool() {
			m.Layers = &scene.Layers{}
		}
		for _, t := range mapsOf(&m) {
			d.textureMap(t)
		}
		if m.Layers != nil {
			for _, v := range numbersOf(m.Layers) {
				*v = d.f32()
			}
			for _, t := range mapsOfLayers(m.Layers) {
				d.textureMap(t)
			}
		}
		if d.err != nil {
			return
		}
		if i == 0 {
			d.s.SetMaterial(0, m)
		} else {
			d.s.AddMaterial(m)
		}
	}
	if n == 0 {
		d.fail()
	}
}

func (d *decoder) textureMap(t *scene.Map) {
	t.Texture = scene.TextureID(d.below(len(d.s.Textures())))
	t.Scale = [2]float32{1, 1}
	if !d.bool() {
		return
	}
	t.Second = d.bool()
	d.f32s(t.Offset[:])
	d.f32s(t.Scale[:])
	t.RotationRad = d.f32()
}

func (d *decoder) meshes() {
	n := d.count(1)
	meshes := make([]*scene.Mesh, n)
	trees := make([]keptTree, n)
	for i := range meshes {
		if d.bool() {
			meshes[i], trees[i] = d.mesh()
		}
	}
	if d.err != nil {
		return
	}
	// Checking reads all vertices and indices once: on all processors.
	if !inParallel(n, func(i int) bool {
		return meshes[i] == nil || meshes[i].Restore(trees[i].nodes, trees[i].order) == nil
	}) {
		d.fail()
		return
	}
	same := make([]scene.MeshID, n+1)
	for i, m := range meshes {
		same[i+1] = scene.MeshID(i + 1)
		if m == nil { // keeps its id
			m, same[i+1] = &scene.Mesh{}, scene.NoMesh
		}
		if _, err := d.s.AddMesh(m); err != nil {
			d.fail()
			return
		}
	}
	d.s.MergeMeshes(same)
}

// keptTree is what Mesh.Tree returned.
type keptTree struct {
	nodes []scene.TreeNode
	order []int32
}

func (d *decoder) mesh() (*scene.Mesh, keptTree) {
	m := &scene.Mesh{Name: d.text()}
	m.Positions = viewOf[float32](d)
	m.Normals = viewOf[float32](d)
	m.Tangents = viewOf[float32](d)
	m.UVs = viewOf[float32](d)
	m.UVs2 = viewOf[float32](d)
	m.Colors = viewOf[uint8](d)
	m.Features = viewOf[uint32](d)
	m.Joints = viewOf[uint16](d)
	m.Weights = viewOf[float32](d)
	m.Indices = viewOf[uint32](d)
	m.Parts = d.parts()
	m.Lines = viewOf[uint32](d)
	m.LineParts = d.parts()
	m.Points = viewOf[uint32](d)
	m.PointParts = d.parts()
	marked := d.bool()
	if m.Edges = viewOf[uint32](d); marked && m.Edges == nil {
		m.Edges = []uint32{}
	}
	for range d.count(4) {
		m.Morphs = append(m.Morphs, scene.Morph{Name: d.text(), Positions: viewOf[float32](d), Normals: viewOf[float32](d), Tangents: viewOf[float32](d)})
	}
	for range d.count(6) {
		l := scene.LOD{Indices: viewOf[uint32](d), Parts: d.parts(), ErrorM: d.f32()}
		if len(l.Parts) != len(m.Parts) {
			d.fail()
		}
		m.LODs = append(m.LODs, l)
	}
	t := keptTree{viewOf[scene.TreeNode](d), viewOf[int32](d)}
	m.Table = d.table()
	return m, t
}

func (d *decoder) parts() []scene.Part {
	n := d.count(3)
	if n == 0 {
		return nil
	}
	out := make([]scene.Part, n)
	for i := range out {
		out[i] = scene.Part{First: d.int(), Count: d.int(), Material: scene.MaterialID(d.below(len(d.s.Materials())))}
	}
	return out
}

func (d *decoder) table() *scene.PropertyTable {
	if !d.bool() {
		return nil
	}
	t := &scene.PropertyTable{Name: d.text(), Rows: d.int()}
	for range d.count(3) {
		c := scene.Column{Name: d.text(), Unit: d.text(), Values: make([]any, d.count(1))}
		for i := range c.Values {
			c.Values[i] = d.value()
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func (d *decoder) value() any {
	switch d.byte() {
	case nothing:
		return nil
	case aText:
		return d.text()
	case aNumber:
		return d.f64()
	case aTruth:
		return d.bool()
	case aList:
		v := make([]float64, d.count(8))
		d.f64s(v)
		return v
	}
	d.fail()
	return nil
}

func (d *decoder) properties() []scene.Property {
	var out []scene.Property
	for range d.count(3) {
		out = append(out, scene.Property{Name: d.text(), Unit: d.text(), Value: d.value()})
	}
	return out
}

func (d *decoder) tree() {
	d.nodes = d.count(90)
	if d.nodes == 0 {
		d.fail()
	}
	for i := range d.nodes {
		parent := 0
		if i > 0 {
			parent = d.below(i)
		}
		n := d.node()
		if d.err != nil {
			return
		}
		if i > 0 {
			id := d.s.AddNode(scene.NodeID(parent), n)
			d.s.SetStyle(id, n.Style) // AddNode takes none for visible
			continue
		}
		d.s.SetLocal(scene.Root, n.Local)
		d.s.SetStyle(scene.Root, n.Style)
		root := d.s.Node(scene.Root)
		root.Name, root.Mesh, root.Skin, root.Weights = n.Name, n.Mesh, n.Skin, n.Weights
		root.Role, root.Asset, root.Properties = n.Role, n.Asset, n.Properties
	}
}

func (d *decoder) node() scene.Node {
	n := scene.Node{Name: d.text()}
	d.f64s(n.Local.Translation[:])
	n.Local.Rotation = mgl64.Quat{W: d.f64(), V: mgl64.Vec3{d.f64(), d.f64(), d.f64()}}
	d.f64s(n.Local.Scale[:])
	n.Mesh = scene.MeshID(d.below(len(d.s.Meshes())))
	if n.Mesh != scene.NoMesh && d.s.Mesh(n.Mesh) == nil {
		d.fail()
	}
	n.Skin = scene.SkinID(d.below(math.MaxInt32)) // checkSkins
	if k := d.count(4); k > 0 {
		n.Weights = make([]float32, k)
		d.f32s(n.Weights)
	}
	n.Role = scene.Role(d.byte())
	n.Asset = d.text()
	n.Properties = d.properties()
	n.Style = d.style()
	if n.Role > scene.Ground {
		d.fail()
	}
	return n
}

func (d *decoder) style() scene.Style {
	s := scene.Style{Visible: d.bool(), Opacity: d.f32(), Tint: d.colour(), State: scene.State(d.uint()), Glow: d.colour()}
	d.f32s(s.UV[:])
	s.Level.On, s.Level.Share = d.bool(), d.f32()
	d.f32s(s.Level.Axis[:])
	k := d.below(scene.MaxGradient + 1)
	if k == 0 {
		return s
	}
	s.Gradient = &scene.Gradient{Colours: make([]color.NRGBA, k)}
	for i := range s.Gradient.Colours {
		s.Gradient.Colours[i] = d.colour()
	}
	d.f64s(s.Gradient.Axis[:])
	return s
}

func (d *decoder) colour() color.NRGBA {
	if c := d.take(4); c != nil {
		return color.NRGBA{R: c[0], G: c[1], B: c[2], A: c[3]}
	}
	return color.NRGBA{}
}

// ref reads the number of a node.
func (d *decoder) ref() scene.NodeID { return scene.NodeID(d.below(d.nodes)) }

func (d *decoder) skins() {
	for range d.count(3) {
		k := scene.Skin{Name: d.text(), Joints: make([]scene.NodeID, d.count(1))}
		for i := range k.Joints {
			k.Joints[i] = d.ref()
		}
		k.InverseBind = make([]mgl32.Mat4, d.count(64))
		for i := range k.InverseBind {
			d.f32s(k.InverseBind[i][:])
		}
		if len(k.InverseBind) != len(k.Joints) {
			d.fail()
		}
		d.s.AddSkin(k)
	}
}

// checkSkins makes sure that nodes name skins that are there.
func (d *decoder) checkSkins() {
	for i := range d.s.Len() {
		if int(d.s.Node(scene.NodeID(i)).Skin) >= len(d.s.Skins()) {
			d.fail()
			return
		}
	}
}

func (d *decoder) document() {
	doc := d.s.Document()
	doc.Generator, doc.Copyright, doc.Unit = d.text(), d.text(), d.text()
	for range d.count(1) {
		doc.Extensions = append(doc.Extensions, d.text())
	}
	doc.Properties = d.properties()
	for range d.count(31) {
		l := scene.Light{Name: d.text(), Node: d.ref(), Kind: scene.LightKind(d.byte())}
		d.f32s(l.Color[:])
		l.Intensity, l.RangeM, l.InnerRad, l.OuterRad = d.f32(), d.f32(), d.f32(), d.f32()
		if l.Kind > scene.SpotLight {
			d.fail()
		}
		doc.Lights = append(doc.Lights, l)
	}
	for range d.count(18) {
		doc.Cameras = append(doc.Cameras, scene.ModelCamera{Name: d.text(), Node: d.ref(), FovYRad: d.f64(), HalfHeightM: d.f64()})
	}
	for range d.count(2) {
		v := scene.Variant{Name: d.text(), Materials: map[scene.PartRef]scene.MaterialID{}}
		for range d.count(3) {
			ref := scene.PartRef{Mesh: scene.MeshID(d.below(len(d.s.Meshes()))), Part: d.int()}
			v.Materials[ref] = scene.MaterialID(d.below(len(d.s.Materials())))
		}
		doc.Variants = append(doc.Variants, v)
	}
	for range d.count(11) {
		doc.Clips = append(doc.Clips, d.clip())
	}
	if len(d.buf) > 0 {
		d.fail()
	}
}

func (d *decoder) clip() scene.Clip {
	c := scene.Clip{Name: d.text(), Root: scene.NodeID(d.int()), DurationSec: d.f64()}
	if c.Root < scene.NoNode || int(c.Root) >= d.nodes {
		d.fail()
	}
	for range d.count(7) {
		k := scene.Channel{Target: scene.Target(d.byte()), Slot: scene.MapSlot(d.byte()), Interpolation: scene.Interpolation(d.byte())}
		k.Node, k.Material = d.ref(), scene.MaterialID(d.below(len(d.s.Materials())))
		k.TimesSec, k.Values = viewOf[float32](d), viewOf[float32](d)
		if k.Target > scene.MoveIOR || k.Slot > scene.EmissiveSlot || k.Interpolation > scene.CubicSpline || !k.Valid() {
			d.fail()
		}
		c.Channels = append(c.Channels, k)
	}
	return c
}
