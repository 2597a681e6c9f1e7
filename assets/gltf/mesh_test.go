package gltf

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func TestLinesAndPoints(t *testing.T) {
	for mode, want := range map[int][]uint32{1: {0, 1, 2, 3}, 2: {0, 1, 1, 2, 2, 3, 3, 0}, 3: {0, 1, 1, 2, 2, 3}} {
		f := fixture{}
		p := f.vectors(3, square...)
		f.add(`"meshes":[{"primitives":[{"mode":%d,"attributes":{"POSITION":%d}}]}],"nodes":[{"mesh":0}]`, mode, p)
		s, _ := f.load(t)
		if m := s.Meshes()[1]; !slices.Equal(m.Lines, want) || len(m.LineParts) != 1 || len(m.Indices) > 0 || m.Vertices() != 4 {
			t.Errorf("mode %d: lines %v", mode, m.Lines)
		}
	}
	f := fixture{}
	p := f.vectors(3, square...)
	f.add(`"meshes":[{"primitives":[{"mode":0,"attributes":{"POSITION":%d}},{"mode":1,"extras":{"edges":true},"attributes":{"POSITION":%d}}]}],"nodes":[{"mesh":0}]`, p, p)
	s, _ := f.load(t)
	if m := s.Meshes()[1]; len(m.Points) != 4 || len(m.Lines) != 0 || !slices.Equal(m.Edges, []uint32{0, 1, 2, 3}) || m.Vertices() != 4 {
		t.Errorf("points %v, lines %v, edges %v", m.Points, m.Lines, m.Edges)
	}
}

func TestVertexColorsAreLinearInTheFile(t *testing.T) {
	f := fixture{}
	p := f.vectors(3, square[:9]...)
	rgb := f.vectors(3, 0, 0.2158605, 1, 0.0031308, 2, -1, 1, 1, 1)
	rgba := f.accessor("VEC4", typeUbyte, 3, []byte{0, 55, 255, 128, 1, 2, 3, 0, 255, 255, 255, 255}, `,"normalized":true`)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"COLOR_0":%d}}]},{"primitives":[{"attributes":{"POSITION":%d,"COLOR_0":%d}}]}],"nodes":[{"mesh":0},{"mesh":1}]`, p, rgb, p, rgba)
	s, _ := f.load(t)
	// 0.2158605 is 128/255 in sRGB; 55/255 is 0.2157.
	if c := s.Meshes()[1].Colors[:8]; !slices.Equal(c, []uint8{0, 128, 255, 255, 10, 255, 0, 255}) {
		t.Errorf("colours %v", c)
	}
	if c := s.Meshes()[2].Colors[:8]; !slices.Equal(c, []uint8{0, 128, 255, 128, 13, 22, 28, 0}) {
		t.Errorf("colours %v", c)
	}
	if m := s.Materials()[s.Meshes()[1].Parts[0].Material]; m.BaseColor != [4]float32{1, 1, 1, 1} {
		t.Errorf("coloured vertices lie on %v", m.BaseColor)
	}
	for v := range 256 {
		if got := toSRGB(float32(linearOf()[v]) / 65535); got != uint8(v) {
			t.Errorf("colour %d is written and read as %d", v, got)
		}
	}
}

func TestStrongestFourJointsStay(t *testing.T) {
	f := fixture{}
	p := f.vectors(3, square[:9]...)
	n := f.vectors(3, upward[:9]...)
	j := func(a, b, c, d byte) int {
		return f.accessor("VEC4", typeUbyte, 3, slices.Repeat([]byte{a, b, c, d}, 3), "")
	}
	w := func(v ...float32) int { return f.vectors(4, slices.Repeat(v, 3)...) }
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"JOINTS_0":%d,"WEIGHTS_0":%d,"JOINTS_1":%d,"WEIGHTS_1":%d}}]}]`,
		p, n, j(0, 1, 2, 3), w(0.1, 0.2, 0.05, 0.05), j(4, 5, 0, 0), w(0.5, 0.1, 0, 0))
	f.add(`"nodes":[{"mesh":0,"skin":0,"children":[1]},{"children":[2]},{"children":[3]},{"children":[4]},{"children":[5]},{"children":[6]},{}],"skins":[{"joints":[1,2,3,4,5,6]}]`)
	s, warnings := f.load(t)
	m := s.Meshes()[1]
	if got := m.Joints[:4]; !slices.Equal(got, []uint16{4, 1, 0, 5}) {
		t.Errorf("joints %v", got)
	}
	sum := float32(0)
	for _, v := range m.Weights[:4] {
		sum += v
	}
	if math.Abs(float64(sum)-1) > 1e-6 || m.Weights[0] < 0.55 {
		t.Errorf("weights %v", m.Weights[:4])
	}
	warned(t, warnings, "strongest four")
	if n := s.Node(1); n.Skin == scene.NoSkin || len(s.Skins()[n.Skin].Joints) != 6 {
		t.Error("the node lost its skin")
	}
}

func TestSkinsThatDoNotFitAreLeftOut(t *testing.T) {
	for want, skin := range map[string]string{"has no joints": `{"joints":[]}`, "is not in the scene": `{"joints":[2]}`, "names joint 1 of 1": `{"joints":[1]}`} {
		f := fixture{}
		p, n := f.vectors(3, square[:9]...), f.vectors(3, upward[:9]...)
		j := f.accessor("VEC4", typeUshort, 3, shorts(0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0), "")
		w := f.vectors(4, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0)
		f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"JOINTS_0":%d,"WEIGHTS_0":%d}}]}],"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0,"skin":0,"children":[1]},{},{}],"skins":[%s]`, p, n, j, w, skin)
		s, warnings := f.load(t)
		warned(t, warnings, want)
		if s.Node(1).Skin != scene.NoSkin {
			t.Errorf("%s: the node has a skin", want)
		}
	}
}

func TestOnlyWhatIsUsedOfSharedVerticesIsRead(t *testing.T) {
	var cloud []float32
	for i := range 3000 {
		cloud = append(cloud, float32(i), 0, float32(i%7))
	}
	f := fixture{}
	p := f.vectors(3, cloud...)
	n := f.vectors(3, slices.Repeat([]float32{0, 1, 0}, 3000)...)
	a, b := f.accessor("SCALAR", typeUint, 3, ints(10, 11, 12), ""), f.accessor("SCALAR", typeUint, 3, ints(2999, 5, 2998), "")
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d}]},{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d}]}],"nodes":[{"mesh":0},{"mesh":1}]`, p, n, a, p, n, b)
	s, _ := f.load(t)
	for i, want := range []string{"[10 0 3 11 0 4 12 0 5] [0 1 2]", "[5 0 5 2998 0 2 2999 0 3] [2 0 1]"} {
		if m := s.Meshes()[i+1]; fmt.Sprint(m.Positions, m.Indices) != want {
			t.Errorf("mesh %d: %v %v", i, m.Positions, m.Indices)
		}
	}
}

func TestMeshesOfEqualGeometryShareIt(t *testing.T) {
	f := fixture{}
	p, n := f.vectors(3, square...), f.vectors(3, upward...)
	i := f.accessor("SCALAR", typeUshort, 6, shorts(0, 1, 2, 0, 2, 3), "")
	mesh := `{"name":"%s","primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d,"material":%d}]}`
	f.add(`"meshes":[`+mesh+`,`+mesh+`],"materials":[{},{}],"nodes":[{"mesh":0},{"mesh":1}]`, "a", p, n, i, 0, "b", p, n, i, 1)
	s, _ := f.load(t)
	a, b := s.Meshes()[1], s.Meshes()[2]
	if &a.Positions[0] != &b.Positions[0] || a.Parts[0].Material != 1 || b.Parts[0].Material != 2 || b.Name != "b" {
		t.Errorf("parts %v and %v of %q", a.Parts, b.Parts, b.Name)
	}
}

func TestPartsThatLackAttributesAreFilledUp(t *testing.T) {
	f := fixture{}
	p, n, uv := f.vectors(3, square...), f.vectors(3, upward...), f.vectors(2, 0, 0, 1, 0, 1, 1, 0, 1)
	target := f.vectors(3, square...)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"TEXCOORD_0":%d}},{"attributes":{"POSITION":%d,"NORMAL":%d},"targets":[{"POSITION":%d}]}]}],"nodes":[{"mesh":0}]`, p, n, uv, p, n, target)
	s, _ := f.load(t)
	m := s.Meshes()[1]
	if err := m.Check(); err != nil || m.Vertices() != 6 || m.UVs[4] != 1 || m.UVs[8] != 0 || m.Morphs[0].Positions[3] != 0 || m.Morphs[0].Positions[12] != 1 {
		t.Errorf("%v, %d vertices, uvs %v, morph %v", err, m.Vertices(), m.UVs, m.Morphs)
	}
	if !slices.Equal(m.Indices, []uint32{0, 1, 2, 3, 4, 5}) {
		t.Errorf("indices %v", m.Indices)
	}
}

func TestBrokenAttributesAreLeftOutAndSaid(t *testing.T) {
	f := fixture{}
	p, n := f.vectors(3, square[:9]...), f.vectors(3, upward[:9]...)
	few := f.vectors(2, 0, 0)
	nan := f.vectors(2, 0, 0, float32(math.NaN()), 0, 1, 1)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"TEXCOORD_0":%d,"TEXCOORD_1":%d,"COLOR_0":99,"TEXCOORD_2":%d}}]}],"nodes":[{"mesh":0}]`, p, n, few, nan, few)
	s, warnings := f.load(t)
	if m := s.Meshes()[1]; m.UVs != nil || m.UVs2 != nil || m.Colors != nil || m.Triangles() != 1 {
		t.Errorf("%+v", m)
	}
	for _, w := range []string{"1 values for 3 vertices", "not finite", "COLOR_0", "TEXCOORD_2"} {
		warned(t, warnings, w)
	}
}

func TestMissingDataAreZeros(t *testing.T) {
	f := fixture{}
	p, n := f.vectors(3, square[:9]...), f.vectors(3, upward[:9]...)
	f.accessors = append(f.accessors, `{"type":"VEC2","componentType":5126,"count":3}`)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"TEXCOORD_0":2}}]}],"nodes":[{"mesh":0}]`, p, n)
	s, _ := f.load(t)
	if m := s.Meshes()[1]; !slices.Equal(m.UVs, make([]float32, 6)) {
		t.Errorf("uvs %v", m.UVs)
	}
	f.accessors[2] = `{"type":"VEC2","componentType":5126,"count":100000000}`
	if s, warnings := f.load(t); s.Meshes()[1].UVs != nil {
		t.Error("zeros without end were read")
	} else {
		warned(t, warnings, "values for 3 vertices")
	}
}
