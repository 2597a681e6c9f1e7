package gltf

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
	"github.com/qmuntal/gltf"
)

// everything is a scene that uses all that a scene can hold.
func everything(t testing.TB) *scene.Scene {
	s := scene.New()
	picture := &scene.Image{Name: "checks", Width: 4, Height: 2, Pix: make([]uint8, 32)}
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i * 8)
	}
	tex, err := s.AddTexture(scene.Texture{Name: "checks", Image: picture, WrapU: scene.Clamp, WrapV: scene.Mirror, Nearest: true})
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := s.AddTexture(scene.Texture{Image: picture})
	at := func(x float32) scene.Map {
		return scene.Map{Texture: tex, Offset: [2]float32{x, 0.5}, Scale: [2]float32{2, 1}, RotationRad: 0.25}
	}
	rich := scene.PlainLayers()
	rich.IOR, rich.Specular, rich.SpecularColor, rich.SpecularMap, rich.SpecularColors = 1.4, 0.5, [3]float32{1, 0.5, 0.25}, at(1), at(2)
	rich.Clearcoat, rich.ClearcoatRoughness, rich.ClearcoatMap, rich.ClearcoatRoughnessMap, rich.ClearcoatNormalMap = 0.75, 0.125, at(3), at(4), at(5)
	rich.SheenColor, rich.SheenRoughness, rich.SheenColorMap, rich.SheenRoughnessMap = [3]float32{0.1, 0.2, 0.3}, 0.4, at(6), at(7)
	rich.Transmission, rich.TransmissionMap, rich.ThicknessM, rich.ThicknessMap = 0.9, at(8), 0.01, at(9)
	rich.AttenuationDistanceM, rich.AttenuationColor, rich.Dispersion = 0.5, [3]float32{0.9, 0.8, 0.7}, 0.3
	rich.Iridescence, rich.IridescenceIOR, rich.FilmMinNM, rich.FilmMaxNM, rich.IridescenceMap, rich.IridescenceFilmMap = 0.6, 1.7, 120, 350, at(10), at(11)
	rich.Anisotropy, rich.AnisotropyRotationRad, rich.AnisotropyMap = 0.5, 1.5, at(12)
	red := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{0.8, 0.1, 0.1, 0.5}, Metallic: 0.25, Roughness: 0.75, Emissive: [3]float32{0, 3, 1.5}, DoubleSided: true, Blend: true,
		BaseColorMap: at(0), MetallicRoughnessMap: scene.Map{Texture: plain, Second: true, Scale: [2]float32{1, 1}}, NormalMap: at(0.25), NormalScale: 0.5, OcclusionMap: at(0.5), OcclusionStrength: 0.75, EmissiveMap: at(0.75), Layers: &rich})
	blue := s.AddMaterial(scene.Material{Name: "blue", BaseColor: [4]float32{0.1, 0.1, 0.8, 1}, Roughness: 1, Mask: true, Cutoff: 0.25, Unlit: true, NormalScale: 1, OcclusionStrength: 1})

	box := s.MustAddMesh(fullMesh(red, blue))
	rod := s.MustAddMesh(scene.NewCylinder(0.5, 0.2, 2, 12, blue))
	root := s.AddNode(scene.Root, scene.Node{Name: "plant", Role: scene.Ground, Properties: []scene.Property{
		{Name: "layer", Value: "pipes"}, {Name: "weight", Value: 12.5, Unit: "kg"}, {Name: "spare", Value: true}, {Name: "box", Value: []float64{1, 2.5, 3}, Unit: "m"}, {Name: "role", Value: "valve"}}})
	k := s.AddSkin(scene.Skin{Name: "arm"})
	skinned := s.AddNode(root, scene.Node{Name: "arm", Mesh: box, Skin: k, Weights: []float32{0.25, 0.75}})
	bone := s.AddNode(root, scene.Node{Name: "bone", Local: scene.At(0, 1, 0)})
	tip := s.AddNode(bone, scene.Node{Name: "tip", Local: scene.At(0, 2, 0).Turned(0.5, mgl64.Vec3{1, 2, 3})})
	s.Skins()[k].Joints = []scene.NodeID{bone, tip}
	s.Skins()[k].InverseBind = []mgl32.Mat4{mgl32.Ident4(), mgl32.Translate3D(0, -2, 0)}
	shell := s.AddNode(root, scene.Node{Name: "shell", Mesh: rod, Role: scene.Shell, Local: scene.Transform{Translation: mgl64.Vec3{1, 2, 3}, Rotation: mgl64.QuatRotate(0.3, mgl64.Vec3{0, 1, 0}), Scale: mgl64.Vec3{-1, 2, 0.5}}})
	s.AddNode(shell, scene.Node{Name: "hidden", Mesh: rod, Style: scene.Style{Opacity: 1}})
	s.AddNode(shell, scene.Node{Name: "again", Mesh: box})

	d := s.Document()
	d.Copyright = "someone"
	d.Properties = []scene.Property{{Name: "project", Value: "A 7"}, {Name: "length", Value: 3.5, Unit: "m"}}
	d.Lights = []scene.Light{{Name: "sun", Node: root, Kind: scene.SunLight, Color: [3]float32{1, 0.9, 0.8}, Intensity: 50000},
		{Name: "lamp", Node: bone, Kind: scene.PointLight, Color: [3]float32{1, 1, 1}, Intensity: 20, RangeM: 30},
		{Name: "spot", Node: tip, Kind: scene.SpotLight, Color: [3]float32{1, 1, 1}, Intensity: 20, RangeM: 30, InnerRad: 0.25, OuterRad: 0.5}}
	d.Cameras = []scene.ModelCamera{{Name: "front", Node: bone, FovYRad: 0.7}, {Name: "top", Node: tip, HalfHeightM: 5}}
	d.Variants = []scene.Variant{{Name: "all blue", Materials: map[scene.PartRef]scene.MaterialID{{Mesh: box, Part: 0}: blue}}}
	times := []float32{0, 0.5, 2}
	ch := func(target scene.Target, values ...float32) scene.Channel {
		return scene.Channel{Target: target, Node: bone, Material: red, TimesSec: times, Values: values}
	}
	spline := ch(scene.MoveTranslation, make([]float32, 27)...)
	spline.Interpolation = scene.CubicSpline
	for i := range spline.Values {
		spline.Values[i] = float32(i)
	}
	weights := ch(scene.MoveWeights, 0, 1, 0.5, 0.5, 1, 0)
	weights.Node = skinned
	visible := ch(scene.MoveVisible, 1, 0, 1)
	visible.Interpolation = scene.Step
	for _, c := range []*scene.Channel{&spline, &weights, &visible} {
		c.Material = 0
	}
	turn := ch(scene.MoveRotation, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0)
	grow := ch(scene.MoveScale, 1, 1, 1, 2, 2, 2, 1, 1, 1)
	turn.Material, grow.Material = 0, 0
	material := func(target scene.Target, values ...float32) scene.Channel {
		c := ch(target, values...)
		c.Node = 0
		return c
	}
	slide := material(scene.MoveMapOffset, 0, 0, 0.5, 0, 1, 0)
	slide.Slot = scene.EmissiveSlot
	d.Clips = []scene.Clip{{Name: "work", DurationSec: 2, Channels: []scene.Channel{spline, turn, grow, weights, visible}},
		{Name: "glow", DurationSec: 2, Channels: []scene.Channel{material(scene.MoveBaseColor, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1), material(scene.MoveMetallic, 0, 1, 0),
			material(scene.MoveRoughness, 0, 1, 0), material(scene.MoveEmissive, 0, 0, 0, 4, 2, 1, 0, 0, 0), material(scene.MoveNormalScale, 1, 0, 1), material(scene.MoveTransmission, 1, 0, 1), material(scene.MoveIOR, 1.5, 2, 1), slide}}}
	return s
}

// fullMesh is a mesh with every kind of vertex data, lines, points, edges, features and a coarser version.
func fullMesh(a, b scene.MaterialID) *scene.Mesh {
	shape := scene.NewShape("full")
	shape.Box(mgl64.Vec3{-1, -1, -1}, mgl64.Vec3{1, 1, 1})
	shape.Part(a)
	shape.Box(mgl64.Vec3{2, -1, -1}, mgl64.Vec3{3, 1, 1})
	m := shape.Mesh(b)
	n := m.Vertices()
	m.Morphs = []scene.Morph{{Name: "open"}, {Name: "bent"}}
	for i := range n {
		f := float32(i)
		m.UVs = append(m.UVs, f/10, 1-f/10)
		m.UVs2 = append(m.UVs2, f/20, f)
		m.Colors = append(m.Colors, uint8(i*5), uint8(255-i), uint8(i), uint8(128+i))
		m.Tangents = append(m.Tangents, 0, 0, 1, float32(1-i%2*2))
		feature := uint32(i / 8)
		if i%8 == 7 {
			feature = scene.NoFeature
		}
		m.Features = append(m.Features, feature)
		m.Joints = append(m.Joints, 0, 1, 0, 0)
		m.Weights = append(m.Weights, 0.25, 0.75, 0, 0)
		m.Morphs[0].Positions = append(m.Morphs[0].Positions, f, 0, -f)
		m.Morphs[1].Positions = append(m.Morphs[1].Positions, 0, f/2, 0)
		m.Morphs[1].Normals = append(m.Morphs[1].Normals, 0.5, 0, 0)
		m.Morphs[1].Tangents = append(m.Morphs[1].Tangents, 0, 0.5, 0)
	}
	m.Lines, m.LineParts = []uint32{0, 1, 1, 2, 2, 3}, []scene.Part{{Count: 4, Material: a}, {First: 4, Count: 2, Material: b}}
	m.Points, m.PointParts = []uint32{5, 6, 7}, []scene.Part{{Count: 3, Material: b}}
	m.Edges = []uint32{0, 1, 4, 5}
	first, second := m.Parts[0], m.Parts[1]
	m.LODs = []scene.LOD{{Indices: slices.Concat(m.Indices[:18], m.Indices[second.First:second.First+12]),
		Parts: []scene.Part{{Count: 18, Material: first.Material}, {First: 18, Count: 12, Material: second.Material}}, ErrorM: 0.125}}
	m.Table = &scene.PropertyTable{Name: "parts", Rows: 6, Columns: []scene.Column{
		{Name: "part name", Values: []any{"door", "hinge", nil, "-", "", "bolt"}},
		{Name: "Gewicht", Unit: "kg", Values: []any{1.5, nil, 2.0, -3.25, 0.0, 1e300}},
		{Name: "spare", Values: []any{true, false, true, true, false, false}},
		{Name: "size", Unit: "m", Values: []any{[]float64{1, 2}, []float64{3}, nil, []float64{4, 5, 6}, []float64{0}, nil}},
		{Name: "mixed", Values: []any{"a", 1.5, true, nil, "x", "y"}},
	}}
	return m
}

func written(t testing.TB, s *scene.Scene) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteAndReadGiveTheSameScene(t *testing.T) {
	s := everything(t)
	glb := written(t, s)
	if !bytes.Equal(glb, written(t, s)) {
		t.Error("the same scene gave other bytes")
	}
	got, warnings := mustLoad(t, fstest.MapFS{"m.glb": {Data: glb}}, "m.glb")
	if len(warnings) > 0 {
		t.Errorf("warnings %v", warnings)
	}
	checkScene(t, got)
	d := differences{t: t, a: s, b: got}
	d.all()
	table := *s.Meshes()[1].Table
	table.Columns[4].Values = []any{"a", "1.5", "true", nil, "x", "y"} // of several kinds: written as text
	d.same("property table", &table, got.Meshes()[1].Table)
}

func TestWrittenFilesAreValid(t *testing.T) { mustBeValid(t, written(t, everything(t))) }

// TestAnotherReaderSeesTheSame reads a written file with a library that shares no code with this package.
func TestAnotherReaderSeesTheSame(t *testing.T) {
	s := everything(t)
	doc := new(gltf.Document)
	if err := gltf.NewDecoder(bytes.NewReader(written(t, s))).Decode(doc); err != nil {
		t.Fatal(err)
	}
	if n := s.Len() - 1; len(doc.Scenes) != 1 || len(doc.Nodes) != n+2 { // two nodes carry a coarser version
		t.Errorf("%d nodes, %d in the scene", len(doc.Nodes), n)
	}
	if len(doc.Skins) != 1 || len(doc.Animations) != 2 || len(doc.Cameras) != 2 || len(doc.Textures) != 2 || len(doc.Images) != 1 {
		t.Errorf("skins %d, animations %d, cameras %d, textures %d, images %d", len(doc.Skins), len(doc.Animations), len(doc.Cameras), len(doc.Textures), len(doc.Images))
	}
	p := doc.Meshes[0].Primitives[0]
	if a := doc.Accessors[p.Attributes["POSITION"]]; a.Count != s.Meshes()[1].Vertices() || a.Min[0] != -1 || a.Max[0] != 3 {
		t.Errorf("positions %+v", a)
	}
}

// TestCorpusSurvivesWriting reads what it wrote of each model of the corpus, and has it validated.
func TestCorpusSurvivesWriting(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i, file := range corpusFiles(t) {
		s, _, err := loadPath(file, loading.Limits{})
		if err != nil || pixels(s) > 4<<20 { // more would take long to pack, and be no other test
			continue
		}
		glb := written(t, s)
		got, warnings, err := load(fstest.MapFS{"m.glb": {Data: glb}}, "m.glb", loading.Limits{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if len(warnings) > 0 && s.Len() > 1 {
			t.Errorf("%s: %v", file, warnings)
		}
		d := differences{t: t, a: s, b: got, file: strings.TrimPrefix(file, corpus)}
		d.all()
		out := filepath.Join(dir, fmt.Sprintf("%03d %s.glb", i, filepath.Base(file)))
		if err := os.WriteFile(out, glb, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, out)
	}
	for _, v := range validate(t, files...) {
		if v.Errors > 0 {
			t.Errorf("%s: %d errors: %v", filepath.Base(v.File), v.Errors, v.Messages)
		}
	}
}

func pixels(s *scene.Scene) (n int) {
	for _, t := range s.Textures()[1:] {
		n += t.Image.Width * t.Image.Height
	}
	return n
}

// differences fails a test for all that two scenes do not have in common, but the numbers of materials and textures.
type differences struct {
	t    testing.TB
	a, b *scene.Scene
	file string
}

func (d *differences) same(what string, a, b any) {
	d.t.Helper()
	if !reflect.DeepEqual(a, b) {
		text := func(v any) string { s := fmt.Sprintf("%+v", v); return s[:min(len(s), 300)] }
		d.t.Errorf("%s %s: %s became %s", d.file, what, text(a), text(b))
	}
}

func (d *differences) all() {
	d.t.Helper()
	nodes := map[scene.NodeID]scene.NodeID{}
	d.same("number of nodes", d.a.Len(), d.b.Len())
	for i := range d.a.Len() {
		id := scene.NodeID(i)
		n := d.a.Node(id)
		other, ok := d.b.Find(n.Path)
		if !ok {
			d.t.Errorf("%s no node %q", d.file, n.Path)
			continue
		}
		nodes[id] = other
		o := d.b.Node(other)
		if !d.a.World(id).ApproxEqualThreshold(d.b.World(other), 1e-9) {
			d.t.Errorf("%s node %q moved from\n%v to\n%v", d.file, n.Path, d.a.World(id), d.b.World(other))
		}
		d.same(n.Path+" role", n.Role, o.Role)
		d.same(n.Path+" style", n.Style, o.Style)
		d.properties(n.Path, n.Properties, o.Properties)
		if len(n.Weights) > 0 {
			d.same(n.Path+" weights", n.Weights, o.Weights)
		}
		x, y := d.a.Mesh(n.Mesh), d.b.Mesh(o.Mesh)
		if (x == nil) != (y == nil) {
			d.t.Errorf("%s node %q: mesh %v became %v", d.file, n.Path, x != nil, y != nil)
		} else if x != nil {
			d.mesh(x, y)
		}
		d.same(n.Path+" skin", n.Skin != scene.NoSkin, o.Skin != scene.NoSkin)
	}
	d.document(nodes)
}

func (d *differences) properties(what string, a, b []scene.Property) {
	d.t.Helper()
	d.same(what+" number of properties", len(a), len(b))
	for i := range min(len(a), len(b)) {
		p := a[i]
		if p.Name == "role" {
			p.Name = "role_"
		}
		d.same(what+" property", p, b[i])
	}
}

func (d *differences) mesh(a, b *scene.Mesh) {
	d.t.Helper()
	for name, v := range map[string][2]any{"positions": {a.Positions, b.Positions}, "uvs": {a.UVs, b.UVs}, "uvs 2": {a.UVs2, b.UVs2},
		"colours": {a.Colors, b.Colors}, "joints": {a.Joints, b.Joints}, "weights": {a.Weights, b.Weights},
		"features": {a.Features, b.Features}, "indices": {a.Indices, b.Indices}, "lines": {a.Lines, b.Lines}, "points": {a.Points, b.Points}, "edges": {a.Edges, b.Edges}} {
		if name == "joints" || name == "weights" {
			continue // compared below
		}
		if !reflect.DeepEqual(v[0], v[1]) && !(reflect.ValueOf(v[0]).Len() == 0 && reflect.ValueOf(v[1]).Len() == 0 && name != "edges") && !(name == "uvs" && len(a.UVs) == 0) {
			d.same("mesh "+a.Name+" "+name, v[0], v[1])
		}
	}
	if len(a.Normals) == len(b.Normals) {
		for i := range a.Normals {
			if diff := a.Normals[i] - b.Normals[i]; diff > 1e-4 || diff < -1e-4 {
				d.t.Errorf("%s mesh %q: normal %g became %g", d.file, a.Name, a.Normals[i], b.Normals[i])
				break
			}
		}
	} else {
		d.t.Errorf("%s mesh %q: %d normals became %d", d.file, a.Name, len(a.Normals), len(b.Normals))
	}
	if len(a.Tangents) > 0 {
		d.same("tangents", len(a.Tangents), len(b.Tangents))
	}
	d.same("joints", len(a.Joints), len(b.Joints))
	d.same("morphs", len(a.Morphs), len(b.Morphs))
	for i := range a.Morphs {
		d.same("morph name", a.Morphs[i].Name, b.Morphs[i].Name)
		if len(a.Morphs[i].Positions) > 0 {
			d.same("morph positions", a.Morphs[i].Positions, b.Morphs[i].Positions)
		}
		d.same("morph normals", len(a.Morphs[i].Normals), len(b.Morphs[i].Normals))
	}
	d.parts(a.Parts, b.Parts, len(a.Indices))
	d.parts(a.LineParts, b.LineParts, len(a.Lines))
	d.parts(a.PointParts, b.PointParts, len(a.Points))
	d.same("coarser versions", len(a.LODs), len(b.LODs))
	for i := range min(len(a.LODs), len(b.LODs)) {
		d.same("coarser indices", a.LODs[i].Indices, b.LODs[i].Indices)
		if x := a.LODs[i].ErrorM/b.LODs[i].ErrorM - 1; x > 1e-4 || x < -1e-4 {
			d.t.Errorf("%s error of a coarser version: %g became %g", d.file, a.LODs[i].ErrorM, b.LODs[i].ErrorM)
		}
	}
}

func (d *differences) parts(a, b []scene.Part, n int) {
	d.t.Helper()
	if len(a) == 0 && n > 0 {
		a = []scene.Part{{Count: n}}
	}
	a = slices.DeleteFunc(slices.Clone(a), func(p scene.Part) bool { return p.Count == 0 })
	d.same("number of parts", len(a), len(b))
	for i := range min(len(a), len(b)) {
		d.same("part count", a[i].Count, b[i].Count)
		d.material(a[i].Material, b[i].Material)
	}
}

func (d *differences) material(a, b scene.MaterialID) {
	d.t.Helper()
	x, y := d.a.Materials()[a], d.b.Materials()[b]
	plain := func(s *scene.Scene, m scene.Material) (scene.Material, scene.Layers, []scene.Map) {
		l := scene.PlainLayers()
		if m.Layers != nil {
			l = *m.Layers
		}
		var maps []scene.Map
		for _, p := range []*scene.Map{&m.BaseColorMap, &m.MetallicRoughnessMap, &m.NormalMap, &m.OcclusionMap, &m.EmissiveMap,
			&l.SpecularMap, &l.SpecularColors, &l.ClearcoatMap, &l.ClearcoatRoughnessMap, &l.ClearcoatNormalMap, &l.SheenColorMap, &l.SheenRoughnessMap,
			&l.TransmissionMap, &l.ThicknessMap, &l.IridescenceMap, &l.IridescenceFilmMap, &l.AnisotropyMap} {
			maps = append(maps, *p)
			if p.Texture != scene.NoTexture {
				maps[len(maps)-1].Texture = 1
			}
			if maps[len(maps)-1].Texture == scene.NoTexture {
				maps[len(maps)-1] = scene.Map{}
			}
			*p = scene.Map{}
		}
		m.Layers = nil
		if m.NormalScale == 0 {
			m.NormalScale = 1
		}
		if m.OcclusionStrength == 0 {
			m.OcclusionStrength = 1
		}
		for k := range m.Emissive { // a product of two rounded numbers
			m.Emissive[k] = float32(int(m.Emissive[k]*1e4+0.5)) / 1e4
		}
		return m, l, maps
	}
	am, al, amaps := plain(d.a, x)
	bm, bl, bmaps := plain(d.b, y)
	d.same("material "+x.Name, am, bm)
	d.same("layers of "+x.Name, al, bl)
	d.same("maps of "+x.Name, amaps, bmaps)
	if x.BaseColorMap.Texture != scene.NoTexture && y.BaseColorMap.Texture != scene.NoTexture {
		s, t := d.a.Textures()[x.BaseColorMap.Texture], d.b.Textures()[y.BaseColorMap.Texture]
		d.same("sampler", []any{s.WrapU, s.WrapV, s.Nearest}, []any{t.WrapU, t.WrapV, t.Nearest})
		d.same("picture", image.Pt(s.Image.Width, s.Image.Height), image.Pt(t.Image.Width, t.Image.Height))
		if !bytes.Equal(s.Image.Pix, t.Image.Pix) {
			d.t.Errorf("%s picture %q changed", d.file, s.Image.Name)
		}
	}
}

func (d *differences) document(nodes map[scene.NodeID]scene.NodeID) {
	d.t.Helper()
	a, b := d.a.Document(), d.b.Document()
	d.same("copyright", a.Copyright, b.Copyright)
	d.properties("document", a.Properties, b.Properties)
	d.same("number of lights", len(a.Lights), len(b.Lights))
	for i := range min(len(a.Lights), len(b.Lights)) {
		l := a.Lights[i]
		l.Node = nodes[l.Node]
		d.same("light", l, b.Lights[i])
	}
	d.same("number of cameras", len(a.Cameras), len(b.Cameras))
	for i := range min(len(a.Cameras), len(b.Cameras)) {
		c := a.Cameras[i]
		c.Node = nodes[c.Node]
		d.same("camera", c, b.Cameras[i])
	}
	d.same("number of variants", len(a.Variants), len(b.Variants))
	d.same("number of clips", len(a.Clips), len(b.Clips))
	for i := range min(len(a.Clips), len(b.Clips)) {
		x, y := a.Clips[i], b.Clips[i]
		d.same("clip", []any{x.Name, x.DurationSec, len(x.Channels)}, []any{y.Name, y.DurationSec, len(y.Channels)})
		for k := range min(len(x.Channels), len(y.Channels)) {
			p, q := x.Channels[k], y.Channels[k]
			d.same("channel", []any{p.Target, p.Slot, p.Interpolation, p.TimesSec, len(p.Values)}, []any{q.Target, q.Slot, q.Interpolation, q.TimesSec, len(q.Values)})
			for v := range min(len(p.Values), len(q.Values)) {
				if diff := p.Values[v] - q.Values[v]; diff > 1e-3 || diff < -1e-3 { // rotations are made of length 1
					d.t.Errorf("%s channel of %q: %g became %g", d.file, x.Name, p.Values[v], q.Values[v])
					break
				}
			}
			if p.Target < scene.MoveBaseColor {
				d.same("node of channel", nodes[p.Node], q.Node)
			}
		}
	}
}
