package mesh

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// asOBJ writes a mesh with normals and texture coordinates.
func asOBJ(m *scene.Mesh) []byte {
	var b bytes.Buffer
	for i := 0; i < len(m.Positions); i += 3 {
		fmt.Fprintf(&b, "v %f %f %f\n", m.Positions[i], m.Positions[i+1], m.Positions[i+2])
	}
	for i := 0; i < len(m.Positions); i += 3 {
		fmt.Fprintf(&b, "vt %f %f\n", m.Positions[i], m.Positions[i+1])
	}
	normals := scene.SmoothNormals(m.Positions, m.Indices)
	for i := 0; i < len(normals); i += 3 {
		fmt.Fprintf(&b, "vn %.4f %.4f %.4f\n", normals[i], normals[i+1], normals[i+2])
	}
	b.WriteString("usemtl steel\n")
	for i := 0; i < len(m.Indices); i += 3 {
		x, y, z := m.Indices[i]+1, m.Indices[i+1]+1, m.Indices[i+2]+1
		fmt.Fprintf(&b, "f %d/%d/%d %d/%d/%d %d/%d/%d\n", x, x, x, y, y, y, z, z, z)
	}
	return b.Bytes()
}

const square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"

func TestOBJFaces(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"positive":         {square + "f 1 2 3 4", 2},
		"negative":         {square + "f -4 -3 -2 -1", 2},
		"before":           {"f 1 2 3\n" + square, 1},
		"continued":        {square + "f 1 2 \\\n3 \\\r\n 4\n", 2},
		"forms":            {square + "vt 0 0\nvn 0 0 1\nf 1/1 2/1 3/1\nf 1//1 2//1 3//1\nf 1/1/1 2/1/1 3/1/1\nf 1/-1/-1 2/1/ 3//\n", 4},
		"comment behind":   {square + "f 1 2 3 # the first\n", 1},
		"backslash remark": {"# C:\\models\\\n" + square + "f 1 2 3\n", 1},
		"byte order mark":  {"\ufeff" + square + "f 1 2 3", 1},
		"Macintosh":        {strings.ReplaceAll(square+"f 1 2 3 4\n", "\n", "\r"), 2},
		"lost":             {square + "f 1 2 9\nf 0 1 2\nf 1 2 3\n", 1},
		"no number":        {square + "v nan 0 0\nf 1 2 5\nf 1 2 3\n", 1},
		"tabs":             {strings.ReplaceAll(square+"f 1 2 3", " ", "\t "), 1},
	} {
		s, warnings, err := open(ReadOBJ, "a.obj", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if triangles(s) != c.want || (name == "lost" || name == "no number") != (len(warnings) > 0) {
			t.Errorf("%s: %d triangles, warnings %q", name, triangles(s), warnings)
		}
	}
}

func TestOBJLeavesOutLinesThatAreNone(t *testing.T) {
	s, warnings := mustOpen(t, ReadOBJ, "a.obj", square+"v 1 2 3,5\nvt x\nvn 1 2\nf 1 2 3\nf 1 2 x\nf 1 2 5\n")
	if triangles(s) != 1 || len(warnings) != 2 || !strings.Contains(strings.Join(warnings, "; "), "line 5: a vertex has three numbers") {
		t.Errorf("%d triangles, warnings %q", triangles(s), warnings)
	}
}

func TestOBJErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		square + "f 1 2 x":        "line 5",
		"v 1 2\n":                 "line 1",
		"v 1,5 2,5 3,5\n":         "line 1",
		square + "f 7 8 9\n":      "no face names vertices",
		"# nothing\n":             "no faces and no vertices",
		"cstype bezier\nsurf 0 1": "no faces and no vertices",
	} {
		if _, _, err := open(ReadOBJ, "a.obj", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The L and the comb must keep their area: ear clipping stays inside the polygon.
func TestOBJConcavePolygons(t *testing.T) {
	comb := []mgl64.Vec2{{0, 0}}
	for i := range 20 {
		x := float64(i)
		comb = append(comb, mgl64.Vec2{x + 0.6, 0}, mgl64.Vec2{x + 0.6, 3}, mgl64.Vec2{x + 1, 3}, mgl64.Vec2{x + 1, 0})
	}
	comb = append(comb, mgl64.Vec2{20, 5}, mgl64.Vec2{0, 5})
	for name, polygon := range map[string][]mgl64.Vec2{
		"L":     {{0, 0}, {2, 0}, {2, 1}, {1, 1}, {1, 2}, {0, 2}},
		"arrow": {{0, 0}, {1, 3}, {0, 1}, {-1, 3}},
		"comb":  comb,
		"hole":  {{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}},
	} {
		var b strings.Builder
		face, area := "f", 0.0
		for i, p := range polygon {
			q := polygon[(i+1)%len(polygon)]
			area += (p[0]*q[1] - q[0]*p[1]) / 2
			fmt.Fprintf(&b, "v %g 2 %g\n", p[0], -p[1]) // in a plane that is not that of x and y
			face += fmt.Sprintf(" %d", i+1)
		}
		s, warnings := mustOpen(t, ReadOBJ, "a.obj", b.String()+face)
		m, got, down := s.Mesh(1), 0.0, 0
		for i := 0; i < len(m.Indices); i += 3 {
			n := faceNormal(m.Positions, m.Indices[i:i+3])
			got += math.Abs(float64(n[1])) / 2
			if float64(n[1])*area < 0 {
				down++
			}
		}
		if math.Abs(got-math.Abs(area)) > 1e-4 || down > 0 || len(m.Indices) != 3*(len(polygon)-2) || len(warnings) > 0 {
			t.Errorf("%s: area %g of %g, %d triangles, %d upside down, %q", name, got, area, len(m.Indices)/3, down, warnings)
		}
	}
}

func TestOBJNodesAndMaterials(t *testing.T) {
	const tri = "f 1 2 3\n"
	s, warnings := mustOpen(t, ReadOBJ, "a.obj", "mtllib my materials.mtl\nmtllib a.mtl gone.mtl\n"+square+
		"o pump\ng casing\nusemtl red paint\n"+tri+"usemtl steel\n"+tri+"usemtl red paint\n"+tri+
		"g shaft/1\n"+tri+"o motor\n"+tri+"o pump\ng casing\n"+tri+"o alone\ng only\n"+tri+"usemtl unknown\n"+tri,
		"my materials.mtl", "newmtl red paint\nKd 1 0 0\nd 0.5\n", "a.mtl", "newmtl steel\nPm 1\nPr 0.25\nKd 0.5 0.5 0.5\nKe 0 0 2\n")
	var paths []string
	for i := 1; i < s.Len(); i++ {
		paths = append(paths, s.Node(scene.NodeID(i)).Path)
	}
	if want := []string{"pump", "pump/casing", "pump/shaft_1", "motor", "alone"}; !slices.Equal(paths, want) {
		t.Errorf("nodes %q, want %q", paths, want)
	}
	casing := s.Mesh(s.Node(2).Mesh)
	if len(casing.Parts) != 2 || casing.Triangles() != 4 || casing.Parts[0].Count != 9 {
		t.Errorf("parts %v", casing.Parts)
	}
	red, steel := s.Materials()[casing.Parts[0].Material], s.Materials()[casing.Parts[1].Material]
	if red.Name != "red paint" || red.BaseColor != [4]float32{1, 0, 0, 0.5} || !red.Blend {
		t.Errorf("red paint: %+v", red)
	}
	if steel.Metallic != 1 || steel.Roughness != 0.25 || math.Abs(float64(steel.BaseColor[0])-0.214) > 0.001 || steel.Emissive[2] != 2 {
		t.Errorf("steel: %+v", steel)
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0], "gone.mtl") || !strings.Contains(warnings[1], "unknown") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestOBJGroupsWithoutEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString(square)
	for i := range maxGroups + 10 {
		fmt.Fprintf(&b, "g face %d\nusemtl m%d\nf 1 2 3\n", i, i%7)
	}
	s, warnings := mustOpen(t, ReadOBJ, "a.obj", b.String())
	if s.Len() != 2 || len(s.Mesh(1).Parts) != 7 || len(warnings) != 1 {
		t.Errorf("%d nodes, %d parts, warnings %q", s.Len(), len(s.Mesh(1).Parts), warnings)
	}
}

func TestOBJNormals(t *testing.T) {
	roof := "v 0 0 0\nv 1 0 0\nv 1 0 1\nv 0 0 1\nv 0 .3 2\nv 1 .3 2\n"
	faces := "f 4 3 2 1\nf 5 6 3 4\n" // they meet at 17°
	at := func(text string) (shared, vertices int) {
		s, _ := mustOpen(t, ReadOBJ, "a.obj", text)
		m := s.Mesh(1)
		return m.Vertices() - 6, m.Vertices()
	}
	if n, v := at(roof + faces); n != 0 {
		t.Errorf("no word: %d vertices, want a smooth edge", v)
	}
	if n, v := at(roof + "s off\n" + faces); n != 2 {
		t.Errorf("s off: %d vertices, want a sharp edge", v)
	}
	if n, v := at(roof + "s 1\nf 4 3 2 1\ns 2\nf 5 6 3 4\n"); n != 2 {
		t.Errorf("two groups: %d vertices, want a sharp edge", v)
	}
	s, _ := mustOpen(t, ReadOBJ, "a.obj", roof+"s 3\n"+faces)
	if m := s.Mesh(1); m.Vertices() != 6 || m.Normals[1] > 0.9999 || m.Normals[1] < 0.9 {
		t.Errorf("one group: %d vertices, normals %v", m.Vertices(), m.Normals)
	}
	s, _ = mustOpen(t, ReadOBJ, "a.obj", roof+"vn 0 2 0\nvn 0 0 0\nf 4//1 3//1 2//1 1//2\n")
	if n := s.Mesh(1).Normals; n[1] != 1 || n[len(n)-2] != 1 {
		t.Errorf("given: %v", n)
	}
}

func TestOBJColorsLinesPoints(t *testing.T) {
	s, _ := mustOpen(t, ReadOBJ, "a.obj", "v 0 0 0 1 0 0\nv 1 0 0\nv 1 1 0 0 0.5 1\nf 1 2 3\nl 1 2 3\np 1 3\n")
	m := s.Mesh(1)
	if !slices.Contains(m.Colors, 128) || len(m.Lines) != 4 || len(m.Points) != 2 || s.Materials()[1].BaseColor != [4]float32{1, 1, 1, 1} {
		t.Errorf("colours %v, lines %v, points %v", m.Colors, m.Lines, m.Points)
	}
	s, _ = mustOpen(t, ReadOBJ, "a.obj", "v 0 0 0 255 0 0\nv 1 0 0 0 100 0\n")
	if m := s.Mesh(1); len(m.Points) != 2 || !slices.Equal(m.Colors, []uint8{255, 0, 0, 255, 0, 100, 0, 255}) {
		t.Errorf("cloud: points %v, colours %v", m.Points, m.Colors)
	}
}

func TestOBJFarAwayKeepsItsDetail(t *testing.T) {
	s, _ := mustOpen(t, ReadOBJ, "a.obj", "v 512345.001 5403210.002 12\nv 512345.003 5403210.002 12\nv 512345.003 5403210.004 12\nf 1 2 3\n")
	b := bounds(s)
	if d := b.Size().Sub(mgl64.Vec3{0.002, 0.002, 0}).Len(); d > 1e-4 || math.Abs(b.Min[0]-512345.001) > 1e-3 {
		t.Errorf("bounds %v", b)
	}
}

// checks is a picture of two by two: red, green; blue, clear.
func checks() string {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	m.Set(0, 0, color.NRGBA{255, 0, 0, 255})
	m.Set(1, 0, color.NRGBA{0, 255, 0, 255})
	m.Set(0, 1, color.NRGBA{0, 0, 255, 255})
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.String()
}

func TestOBJTextures(t *testing.T) {
	s, warnings := mustOpen(t, ReadOBJ, "a.obj", "mtllib lib/a.mtl\n"+square+"vt 0 0\nvt 1 0\nvt 1 1\nusemtl tex\nf 1/1 2/2 3/3\nusemtl gone\nf 1/1 2/2 3/3\n",
		"lib/a.mtl", "newmtl tex\nKd 0 0 0\nmap_Kd -s 2 4 1 -o 0.25 0.5 0 -clamp on my texture.png\nmap_d -imfchan m my texture.png\n"+
			"map_Bump -bm 0.5 C:\\work\\bump.png\nmap_Pr rough.png\nnewmtl gone\nmap_Kd nowhere.png\n",
		"lib/my texture.png", checks(), "bump.png", checks(), "lib/ROUGH.png", checks())
	m := s.Materials()[s.Mesh(1).Parts[0].Material]
	if m.BaseColor != [4]float32{1, 1, 1, 1} || !m.Mask || m.BaseColorMap.Texture == 0 || m.NormalMap.Texture == 0 || m.NormalScale != 0.5 {
		t.Fatalf("%+v, warnings %q", m, warnings)
	}
	if c := m.BaseColorMap; c.Scale != [2]float32{2, 4} || c.Offset != [2]float32{0.25, 1 - 4 - 0.5} || s.Textures()[c.Texture].WrapU != scene.Clamp {
		t.Errorf("map %+v", c)
	}
	if m.MetallicRoughnessMap.Texture == 0 || m.Roughness != 1 {
		t.Errorf("roughness %+v", m)
	}
	if uv := s.Mesh(1).UVs; uv[0] != 0 || uv[1] != 1 {
		t.Errorf("uv %v: v is to go downwards", uv)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "nowhere.png") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestOBJReadsNothingOutsideItsFolder(t *testing.T) {
	_, warnings := mustOpen(t, ReadOBJ, "in/a.obj", "mtllib ../secret.mtl\n"+square+"f 1 2 3\n", "secret.mtl", "newmtl a\n")
	if len(warnings) != 1 || !strings.Contains(warnings[0], "secret.mtl") {
		t.Errorf("warnings %q", warnings)
	}
}

func FuzzOBJ(f *testing.F) {
	f.Add(asOBJ(box()))
	f.Add([]byte(square + "o a\ng b c\ns 1\nusemtl x\nf 1 2 3 4\nl 1 2 3\np 1\nvt 1\nvn 0 0 0\nf -1/-1/-1 2//1 3\\\n4\n"))
	seed(f, ".obj")
	f.Fuzz(func(t *testing.T, data []byte) { survive(t, ReadOBJ, "a.obj", data) })
}

func FuzzMTL(f *testing.F) {
	f.Add([]byte("newmtl x\nKd 1 0 0\nmap_Kd -s 2 4 1 -o 0.25 0.5 0 -clamp on a.png\nmap_d a.png\nbump -bm 0 a.png\nmap_Pr a.png\nKe 9 9 9\nTr 1\nNs -2\n"))
	seed(f, ".mtl")
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := open(ReadOBJ, "a.obj", []byte("mtllib a.mtl\n"+square+"usemtl x\nf 1 2 3\n"), "a.mtl", string(data), "a.png", checks())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Materials() {
			for _, v := range []float32{m.BaseColor[0], m.BaseColor[3], m.Roughness, m.Metallic, m.Emissive[0]} {
				if !finite32(v) || v < 0 {
					t.Fatalf("%+v", m)
				}
			}
		}
	})
}

func BenchmarkOBJ(b *testing.B) { benchmark(b, ReadOBJ, "a.obj", asOBJ(bumpy(1000))) }

func BenchmarkOBJPlain(b *testing.B) {
	text := asOBJ(bumpy(1000))
	text = text[:bytes.Index(text, []byte("vt "))]
	m := bumpy(1000)
	for i := 0; i < len(m.Indices); i += 3 {
		text = fmt.Appendf(text, "f %d %d %d\n", m.Indices[i]+1, m.Indices[i+1]+1, m.Indices[i+2]+1)
	}
	benchmark(b, ReadOBJ, "a.obj", text)
}
