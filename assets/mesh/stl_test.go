package mesh

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func box() *scene.Mesh { return scene.NewBox(1, 2, 3, 0) }

func TestBinarySTL(t *testing.T) {
	s, warnings := mustOpen(t, ReadSTL, "box.stl", string(asBinarySTL(box(), "solid but binary", nil)))
	m := s.Mesh(1)
	if m.Triangles() != 12 || m.Vertices() != 24 || len(warnings) != 0 {
		t.Errorf("%d triangles, %d vertices, warnings %q", m.Triangles(), m.Vertices(), warnings)
	}
	if got := m.Bounds.Size(); got != [3]float64{1, 2, 3} {
		t.Errorf("size %v", got)
	}
	for i := 0; i < len(m.Normals); i += 3 {
		if n := m.Normals[i : i+3]; math.Abs(float64(n[0])+float64(n[1])+float64(n[2])) != 1 {
			t.Errorf("normal %v of a box", n)
		}
	}
}

func TestSphereIsSmooth(t *testing.T) {
	src := bumpy(60)
	s, _ := mustOpen(t, ReadSTL, "ball.stl", string(asBinarySTL(src, "", nil)))
	distinct := map[[3]float32]bool{}
	for i := 0; i < len(src.Positions); i += 3 {
		distinct[[3]float32(src.Positions[i:i+3])] = true
	}
	if m := s.Mesh(1); m.Vertices() != len(distinct) {
		t.Errorf("%d vertices, want %d", m.Vertices(), len(distinct))
	}
}

func TestSTLCounts(t *testing.T) {
	good := asBinarySTL(box(), "", nil)
	with := func(count uint32, size int) []byte {
		out := make([]byte, size)
		copy(out, good)
		binary.LittleEndian.PutUint32(out[80:], count)
		return out
	}
	for _, c := range []struct {
		name  string
		data  []byte
		want  int // -1: refused
		warns string
	}{
		{"zero", with(0, len(good)), 12, "holds 12"},
		{"unknown", with(math.MaxUint32, len(good)+7), 12, "holds 12"},
		{"too many, whole records", with(20, len(good)), 12, "holds 12"},
		{"cut", with(12, len(good)-7), -1, ""},
		{"more behind", with(12, len(good)+7), 12, "7 bytes"},
		{"header alone", good[:84], -1, ""},
		{"short", good[:50], -1, ""},
		{"empty", nil, -1, ""},
	} {
		s, warnings, err := open(ReadSTL, "a.stl", c.data)
		switch {
		case c.want < 0:
			if err == nil {
				t.Errorf("%s: read", c.name)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case triangles(s) != c.want || !strings.Contains(strings.Join(warnings, "\n"), c.warns):
			t.Errorf("%s: %d triangles, warnings %q", c.name, triangles(s), warnings)
		}
	}
}

func TestSTLLeavesOutWhatIsNoNumber(t *testing.T) {
	data := asBinarySTL(box(), "", nil)
	binary.LittleEndian.PutUint32(data[stlHeader+3*stlRecord+20:], math.Float32bits(float32(math.NaN())))
	s, warnings, err := open(ReadSTL, "a.stl", data)
	if err != nil || triangles(s) != 11 || len(warnings) != 1 {
		t.Errorf("%v, warnings %q", err, warnings)
	}
}

func TestSTLColors(t *testing.T) {
	colorsOf := func(header string, attribute func(int) uint16) map[[4]uint8]int {
		s, _ := mustOpen(t, ReadSTL, "a.stl", string(asBinarySTL(box(), header, attribute)))
		m, out := s.Mesh(1), map[[4]uint8]int{}
		if m.Triangles() != 12 {
			t.Fatalf("%d triangles", m.Triangles())
		}
		for i := 0; len(m.Colors) > 0 && i < len(m.Indices); i += 3 {
			out[[4]uint8(m.Colors[4*m.Indices[i]:][:4])]++
		}
		return out
	}
	viscam := colorsOf("", func(t int) uint16 {
		if t < 4 {
			return 0
		}
		return 1<<15 | 31<<10 // red
	})
	if viscam[[4]uint8{255, 0, 0, 255}] != 8 || len(viscam) != 2 {
		t.Errorf("VisCAM: %v", viscam)
	}
	magics := colorsOf("COLOR=\x10\x20\x30\xff", func(t int) uint16 {
		if t < 4 {
			return 1 << 15 // as the whole
		}
		return 31 // red
	})
	if magics[[4]uint8{255, 0, 0, 255}] != 8 || magics[[4]uint8{0x10, 0x20, 0x30, 255}] != 4 {
		t.Errorf("Magics: %v", magics)
	}
	if plain := colorsOf("", nil); len(plain) != 0 {
		t.Errorf("plain: %v", plain)
	}
	s, _ := mustOpen(t, ReadSTL, "a.stl", string(asBinarySTL(box(), "COLOR=\xff\x00\x00\xff", nil)))
	if m := s.Materials()[1]; m.BaseColor != [4]float32{1, 0, 0, 1} || len(s.Mesh(1).Colors) != 0 {
		t.Errorf("Magics, one colour: %v", m.BaseColor)
	}
}

func TestTextSTL(t *testing.T) {
	s, _ := mustOpen(t, ReadSTL, "box.stl", string(asTextSTL(box(), "a box/with a slash"))+string(asTextSTL(bumpy(10), "ball")))
	if s.Len() != 3 || s.Node(1).Name != "a box_with a slash" || s.Node(2).Name != "ball" {
		t.Fatalf("%d nodes", s.Len())
	}
	if m := s.Mesh(1); m.Triangles() != 12 || m.Vertices() != 24 {
		t.Errorf("%d triangles, %d vertices", m.Triangles(), m.Vertices())
	}
}

func TestTextSTLAsPeopleWriteIt(t *testing.T) {
	quad := "facet normal 0 0 nonsense\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 1 1 0\nvertex 0 1 0\nvertex -1 .5 0\nendloop\nendfacet\n"
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"polygon":         {"solid\n" + quad + "endsolid", 3},
		"upper case":      {strings.ToUpper(strings.ReplaceAll("solid X\n"+quad, "nonsense", "1")), 3},
		"one line":        {strings.ReplaceAll("solid x "+quad+"endsolid", "\n", " "), 3},
		"facet normal":    {strings.ReplaceAll("solid x facet normal 0 0 1 "+quad+"endsolid", "\n", " "), 3},
		"Macintosh":       {strings.ReplaceAll("solid x\n"+quad+"endsolid\n", "\n", "\r"), 3},
		"byte order mark": {"\ufeffsolid x\n" + quad, 3},
		"thin":            {"solid\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nendloop\nendfacet\n" + quad, 3},
		"inf":             {"solid\n" + quad + strings.Replace(quad, "-1 .5", "1e99 .5", 1), 5},
	} {
		s, warnings, err := open(ReadSTL, "a.stl", []byte(c.text))
		if err != nil || triangles(s) != c.want {
			t.Errorf("%s: %v, warnings %q", name, err, warnings)
		}
	}
}

func TestTextSTLErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0\nendloop": "line 4",
		"solid a\n\n\nhello world":                                     "line 4",
		"solid a\nendsolid":                                            "no triangles",
	} {
		if _, _, err := open(ReadSTL, "a.stl", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzSTL(f *testing.F) {
	f.Add(asBinarySTL(box(), "COLOR=abcd", func(t int) uint16 { return uint16(t * 3000) }))
	f.Add(asTextSTL(box(), "box"))
	f.Add([]byte("solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 1 1e99 0\nvertex 3 3 3\nendfacet"))
	seed(f, ".stl")
	f.Fuzz(func(t *testing.T, data []byte) { survive(t, ReadSTL, "a.stl", data) })
}

func BenchmarkBinarySTL1M(b *testing.B) {
	benchmark(b, ReadSTL, "a.stl", asBinarySTL(bumpy(1001), "", nil))
}

func BenchmarkBinarySTLInColor1M(b *testing.B) {
	benchmark(b, ReadSTL, "a.stl", asBinarySTL(bumpy(1001), "", func(t int) uint16 { return 1<<15 | uint16(t/5000) }))
}

func BenchmarkTextSTL(b *testing.B) {
	benchmark(b, ReadSTL, "a.stl", asTextSTL(bumpy(400), "ball"))
}
