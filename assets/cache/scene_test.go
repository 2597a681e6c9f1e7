package cache

import (
	"fmt"
	"image/color"
	"math"
	"math/rand"
	"reflect"
	"testing"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// fill gives every field that v points to a value that is not zero, so that a field that is not stored shows.
func fill(rnd *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(rnd, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(rnd, v.Field(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(rnd, v.Index(i))
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", rnd.Intn(1000)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(1+rnd.Intn(1000)) / 8)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Int, reflect.Int32:
		v.SetInt(1)
	}
}

func floats(rnd *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = rnd.Float32()
	}
	return out
}

func properties(rnd *rand.Rand) []scene.Property {
	return []scene.Property{{Name: "layer", Value: "steel"}, {Name: "weight", Value: rnd.Float64(), Unit: "kg"},
		{Name: "galvanised", Value: true}, {Name: "axis", Value: []float64{0, 1, rnd.Float64()}}}
}

// everything is a scene that uses all that a scene can hold.
func everything(t testing.TB) *scene.Scene {
	rnd := rand.New(rand.NewSource(5))
	s := scene.New()
	flat, noise := make([]uint8, 4*200*200), make([]uint8, 4*40*30)
	rnd.Read(noise)
	picture := &scene.Image{Name: "flat", Width: 200, Height: 200, Pix: flat}
	for i, tex := range []scene.Texture{{Name: "a", Image: picture, WrapU: scene.Clamp, WrapV: scene.Mirror, Nearest: true},
		{Name: "b", Image: picture}, {Name: "c", Image: &scene.Image{Name: "noise", Width: 40, Height: 30, Pix: noise}}} {
		if id, err := s.AddTexture(tex); err != nil || int(id) != i+1 {
			t.Fatal(id, err)
		}
	}
	var full scene.Material
	fill(rnd, reflect.ValueOf(&full).Elem())
	s.AddMaterial(full)
	s.AddMaterial(scene.Material{Name: "plain", BaseColorMap: scene.Map{Texture: 3, RotationRad: 1}})
	s.SetMaterial(0, scene.Material{Name: "other grey", Roughness: 0.25})

	m := scene.NewSphere(1, 20, 0)
	n := m.Vertices()
	m.Name = "all"
	m.Tangents, m.UVs, m.UVs2, m.Weights = floats(rnd, 4*n), floats(rnd, 2*n), floats(rnd, 2*n), floats(rnd, 4*n)
	m.Colors, m.Features, m.Joints = make([]uint8, 4*n), make([]uint32, n), make([]uint16, 4*n)
	rnd.Read(m.Colors)
	half := m.Triangles() / 2 * 3
	m.Parts = []scene.Part{{First: 0, Count: half, Material: 1}, {First: half, Count: len(m.Indices) - half, Material: 2}}
	m.Lines, m.LineParts = []uint32{0, 1, 1, 2}, []scene.Part{{First: 2, Count: 2, Material: 1}}
	m.Points, m.PointParts = []uint32{5}, []scene.Part{{Count: 1, Material: 2}}
	m.Edges = []uint32{3, 4}
	m.Morphs = []scene.Morph{{Name: "wide", Positions: floats(rnd, 3*n), Normals: floats(rnd, 3*n), Tangents: floats(rnd, 3*n)}, {Name: "none"}}
	m.LODs = []scene.LOD{{Indices: m.Indices[:30], Parts: []scene.Part{{Count: 15, Material: 1}, {First: 15, Count: 15, Material: 2}}, ErrorM: 0.5}}
	m.Table = &scene.PropertyTable{Name: "bolts", Rows: 2, Columns: []scene.Column{
		{Name: "size", Unit: "mm", Values: []any{8.0, nil}}, {Name: "maker", Values: []any{"x", "y"}}}}
	all := s.MustAddMesh(m)
	gone := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	box := scene.NewBox(1, 2, 3, 0)
	box.Edges = []uint32{}
	last := s.MustAddMesh(box)
	s.MergeMeshes([]scene.MeshID{0, all, last, last})
	if s.Mesh(gone) != nil {
		t.Fatal("a mesh was to be missing")
	}

	s.SetLocal(scene.Root, scene.At(1, 2, 3))
	s.Node(scene.Root).Properties = properties(rnd)
	arm := s.AddNode(scene.Root, scene.Node{Name: "arm", Mesh: last, Local: scene.At(0, 1, 0).Turned(0.3, mgl64.Vec3{1, 2, 3}), Asset: "site/arm",
		Properties: properties(rnd), Role: scene.Shell})
	hand := s.AddNode(arm, scene.Node{Name: "hand", Mesh: all, Weights: []float32{0.5, 0}})
	hidden := s.AddNode(arm, scene.Node{Name: "hidden", Local: scene.Transform{Scale: mgl64.Vec3{1, -2, 3}}})
	s.SetStyle(hidden, scene.Style{})
	s.SetState(hand, scene.Alarm(2)|scene.Stale)
	glow := color.NRGBA{R: 1, G: 2, B: 3, A: 4}
	s.SetStyle(arm, scene.Style{Visible: true, Opacity: 0.5, Tint: glow, Glow: glow, UV: [2]float32{0.1, 0.2},
		Level:    scene.Level{On: true, Share: 0.3, Axis: [3]float32{1, 0, 0}},
		Gradient: &scene.Gradient{Axis: mgl64.Vec3{0, 1, 0}, Colours: []color.NRGBA{glow, {A: 255}}}})
	k := scene.Skin{Name: "bones", Joints: []scene.NodeID{arm, hand}, InverseBind: []mgl32.Mat4{mgl32.Ident4(), mgl32.Translate3D(1, 2, 3)}}
	s.AddNode(hand, scene.Node{Name: "skinned", Mesh: all, Skin: s.AddSkin(k)})

	d := s.Document()
	var light scene.Light
	fill(rnd, reflect.ValueOf(&light).Elem())
	var camera scene.ModelCamera
	fill(rnd, reflect.ValueOf(&camera).Elem())
	*d = scene.Document{Generator: "us", Copyright: "nobody", Unit: "mm", Extensions: []string{"EXT_one", "EXT_two"}, Properties: properties(rnd), Lights: []scene.Light{light},
		Cameras: []scene.ModelCamera{camera}, Variants: []scene.Variant{{Name: "red", Materials: map[scene.PartRef]scene.MaterialID{{Mesh: all, Part: 1}: 1}}}}
	d.Clips = []scene.Clip{{Name: "wave", Root: arm, DurationSec: 2, Channels: []scene.Channel{
		{Target: scene.MoveTranslation, Node: hand, Interpolation: scene.CubicSpline, TimesSec: []float32{0, 2}, Values: floats(rnd, 18)},
		{Target: scene.MoveMapOffset, Material: 1, Slot: scene.NormalSlot, Interpolation: scene.Step, TimesSec: []float32{0}, Values: floats(rnd, 2)}}}}
	return s
}

// The test below must fail when a type of package scene gets a field that is not stored.
func TestNoFieldIsForgotten(t *testing.T) {
	for typ, want := range map[reflect.Type]int{reflect.TypeFor[scene.Mesh](): 21, reflect.TypeFor[scene.Node](): 12,
		reflect.TypeFor[scene.Material](): 18, reflect.TypeFor[scene.Layers](): 30, reflect.TypeFor[scene.Map](): 5,
		reflect.TypeFor[scene.Texture](): 5, reflect.TypeFor[scene.Image](): 4, reflect.TypeFor[scene.Skin](): 3,
		reflect.TypeFor[scene.Morph](): 4, reflect.TypeFor[scene.LOD](): 3, reflect.TypeFor[scene.Part](): 3,
		reflect.TypeFor[scene.Document](): 9, reflect.TypeFor[scene.Light](): 8, reflect.TypeFor[scene.ModelCamera](): 4,
		reflect.TypeFor[scene.Variant](): 2, reflect.TypeFor[scene.Clip](): 4, reflect.TypeFor[scene.Channel](): 7,
		reflect.TypeFor[scene.Property](): 3, reflect.TypeFor[scene.PropertyTable](): 3, reflect.TypeFor[scene.Column](): 3,
		reflect.TypeFor[scene.Style](): 8, reflect.TypeFor[scene.Level](): 3, reflect.TypeFor[scene.Gradient](): 2, reflect.TypeFor[scene.Transform](): 3} {
		fields := 0
		for i := range typ.NumField() {
			if typ.Field(i).IsExported() {
				fields++
			}
		}
		if fields != want {
			t.Errorf("%v has %d fields, %d are stored: store the new one, raise formatVersion, fill it in everything, and count it here", typ, fields, want)
		}
	}
}

func sameScenes(t testing.TB, want, got *scene.Scene) {
	t.Helper()
	check := func(what string, a, b any) {
		t.Helper()
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %+v\nwant %+v", what, b, a)
		}
	}
	check("textures", want.Textures(), got.Textures())
	check("materials", want.Materials(), got.Materials())
	check("skins", want.Skins(), got.Skins())
	check("document", *want.Document(), *got.Document())
	check("number of nodes", want.Len(), got.Len())
	for id := range scene.NodeID(min(want.Len(), got.Len())) {
		a, b := *want.Node(id), *got.Node(id)
		turn := math.Abs(a.Local.Rotation.Dot(b.Local.Rotation))
		if math.Abs(turn-1) > 1e-12 {
			t.Errorf("node %d is turned", id)
		}
		a.Local.Rotation = b.Local.Rotation
		a.Mesh, b.Mesh = want.RestMesh(id), got.RestMesh(id)
		check(fmt.Sprint("node ", id), a, b)
	}
	for id, m := range want.Meshes() {
		if id >= len(got.Meshes()) {
			break
		}
		o := got.Meshes()[id]
		if m == nil || o == nil {
			check("missing mesh", m == nil, o == nil)
			continue
		}
		a, b := reflect.ValueOf(*m), reflect.ValueOf(*o)
		for i := range a.NumField() {
			if a.Type().Field(i).IsExported() {
				check(fmt.Sprint("mesh ", id, " ", a.Type().Field(i).Name), a.Field(i).Interface(), b.Field(i).Interface())
			}
		}
		na, oa := m.Tree()
		nb, ob := o.Tree()
		check("tree", na, nb)
		check("tree", oa, ob)
	}
}
