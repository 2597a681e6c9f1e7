package mesh

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// asPLY writes a mesh in text, or in binary of an order.
func asPLY(m *scene.Mesh, order binary.AppendByteOrder) []byte {
	format := "ascii"
	switch order {
	case binary.LittleEndian:
		format = "binary_little_endian"
	case binary.BigEndian:
		format = "binary_big_endian"
	}
	out := fmt.Appendf(nil, "ply\nformat %s 1.0\ncomment ours\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\n"+
		"element face %d\nproperty list uchar int vertex_indices\nend_header\n", format, m.Vertices(), m.Triangles())
	for i := 0; i < len(m.Positions); i += 3 {
		p := m.Positions[i : i+3]
		if order == nil {
			out = fmt.Appendf(out, "%g %g %g\n", p[0], p[1], p[2])
			continue
		}
		for _, v := range p {
			out = order.AppendUint32(out, math.Float32bits(v))
		}
	}
	for i := 0; i < len(m.Indices); i += 3 {
		f := m.Indices[i : i+3]
		if order == nil {
			out = fmt.Appendf(out, "3 %d %d %d\n", f[0], f[1], f[2])
			continue
		}
		out = append(out, 3)
		for _, v := range f {
			out = order.AppendUint32(out, v)
		}
	}
	return out
}

func TestPLYFormats(t *testing.T) {
	src := bumpy(200) // several chunks
	for name, order := range map[string]binary.AppendByteOrder{"text": nil, "little": binary.LittleEndian, "big": binary.BigEndian} {
		s, warnings := mustOpen(t, ReadPLY, "a.ply", string(asPLY(src, order)))
		m := s.Mesh(1)
		if m.Triangles() != src.Triangles() || len(warnings) > 0 {
			t.Errorf("%s: %d triangles, warnings %q", name, m.Triangles(), warnings)
		}
		for i := range m.Indices {
			a, b := m.Indices[i], src.Indices[i]
			if [3]float32(m.Positions[3*a:][:3]) != [3]float32(src.Positions[3*b:][:3]) {
				t.Fatalf("%s: corner %d differs", name, i)
			}
		}
	}
}

const plyCloud = "element vertex 3\nproperty double x\nproperty double y\nproperty double z\n"

func TestPLYAsProgramsWriteIt(t *testing.T) {
	const face = "element face 1\nproperty list uchar uint vertex_index\nend_header\n"
	const body = "0 0 0\n1 0 0\n1 1 0\n3 0 1 2\n"
	for name, c := range map[string]struct {
		text      string
		triangles int
	}{
		"\\r\\n":          {strings.ReplaceAll("ply\nformat ascii 1.0\n"+plyCloud+face+body, "\n", "\r\n"), 1},
		"\\r":             {strings.ReplaceAll("ply\nformat ascii 1.0\n"+plyCloud+face, "\n", "\r") + body, 1},
		"blank lines":     {"\n\nply\nformat ascii 1.0\n" + plyCloud + face + strings.ReplaceAll(body, "\n", "\n\n"), 1},
		"more on lines":   {"ply\nformat ascii 1.0\n" + plyCloud + face + strings.ReplaceAll(body, "\n", " 7 8\n"), 1},
		"rows over lines": {"ply\nformat ascii 1.0\n" + plyCloud + face + strings.ReplaceAll(body, " ", "\n"), 1},
		"all in one line": {"ply\nformat ascii 1.0\n" + plyCloud + face + strings.ReplaceAll(body, "\n", " "), 1},
		"other elements":  {"ply\nformat ascii 1.0\nelement none 0\nproperty int a\nelement camera 1\nproperty list uchar float view\n" + plyCloud + face + "2 .5 .5\n" + body, 1},
		"strips": {"ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\nelement tristrips 1\nproperty list int int vertex_indices\nend_header\n" +
			"0 0 0\n1 0 0\n0 1 0\n1 1 0\n9 0 1 2 3 -1 2 1 3 3\n", 3},
		"lost": {"ply\nformat ascii 1.0\n" + plyCloud + strings.Replace(face, "1", "3", 1) + body + "3 0 1 7\n3 -1 0 1\n", 1},
	} {
		s, warnings, err := open(ReadPLY, "a.ply", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if triangles(s) != c.triangles || (len(warnings) > 0) != (name == "other elements" || name == "lost") {
			t.Errorf("%s: %d triangles, warnings %q", name, triangles(s), warnings)
		}
	}
}

func TestPLYIsRefusedForAReason(t *testing.T) {
	good := string(asPLY(box(), binary.LittleEndian))
	for name, c := range map[string]struct{ text, want string }{
		"cut":           {good[:len(good)-1], "cut short"},
		"cut vertices":  {good[:strings.Index(good, "end_header")+20], "cut short"},
		"huge":          {strings.Replace(good, "vertex 24", "vertex 999999999999", 1), "cut short"},
		"huge list":     {strings.Replace(good, "face 12", "face 1000000", 1), "cut short"},
		"negative":      {strings.Replace(good, "face 12", "face -12", 1), "count"},
		"no end":        {"ply\nformat ascii 1.0\n", "no end"},
		"no format":     {"ply\n" + plyCloud + "end_header\n", "text or binary"},
		"other":         {"hello", "does not begin"},
		"type":          {"ply\nformat ascii 1.0\nelement vertex 1\nproperty string x\n", "type"},
		"no vertices":   {"ply\nformat ascii 1.0\nelement face 0\nend_header\n", "no element vertex"},
		"empty":         {"ply\nformat ascii 1.0\nelement vertex 0\nproperty float x\nproperty float y\nend_header\n", "no vertices"},
		"no positions":  {"ply\nformat ascii 1.0\nelement vertex 1\nproperty float a\nend_header\n1\n", "no x and y"},
		"no number":     {"ply\nformat ascii 1.0\n" + plyCloud + "end_header\n0 0 0\n1 x 0\n1 1 1\n", "line 9"},
		"too few lines": {"ply\nformat ascii 1.0\n" + plyCloud + "end_header\n0 0 0\n", "cut short"},
	} {
		if _, _, err := open(ReadPLY, "a.ply", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestPLYAttributes(t *testing.T) {
	s, warnings := mustOpen(t, ReadPLY, "a.ply", "ply\nformat ascii 1.0\nelement vertex 3\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nproperty uchar alpha\n"+
		"property float y\nproperty float x\nproperty float z\nproperty float nx\nproperty float ny\nproperty float nz\nproperty float s\nproperty float t\nproperty float confidence\n"+
		"end_header\n255 0 0 128 2 1 3 0 0 5 0.25 0.25 1\n0 255 0 255 0 0 0 0 0 5 0 0 1\n0 0 255 255 0 0 0 0 0 5 0 0 1\n")
	m := s.Mesh(1)
	if !slices.Equal(m.Colors[:4], []uint8{255, 0, 0, 128}) || !slices.Equal(m.Positions[:3], []float32{1, 2, 3}) ||
		!slices.Equal(m.Normals[:3], []float32{0, 0, 1}) || !slices.Equal(m.UVs[:2], []float32{0.25, 0.75}) || len(m.Points) != 3 {
		t.Errorf("%+v", m)
	}
	if !s.Materials()[m.PointParts[0].Material].Blend || len(warnings) != 1 || !strings.Contains(warnings[0], "confidence") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestPLYFaceAttributes(t *testing.T) {
	head := "ply\nformat ascii 1.0\ncomment TextureFile a.png\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\n"
	body := "0 0 0\n1 0 0\n1 1 0\n0 1 0\n"
	s, _ := mustOpen(t, ReadPLY, "a.ply", head+"element face 2\nproperty list uchar int vertex_indices\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n"+
		body+"3 0 1 2 255 0 0\n3 0 2 3 0 0 255\n")
	if m := s.Mesh(1); m.Vertices() != 6 || !slices.Equal(m.Colors[:4], []uint8{255, 0, 0, 255}) {
		t.Errorf("face colours: %d vertices, %v", m.Vertices(), m.Colors)
	}
	s, _ = mustOpen(t, ReadPLY, "a.ply", head+"element face 1\nproperty list uchar int vertex_indices\nproperty list uchar float texcoord\nproperty int texnumber\nelement edge 1\nproperty int vertex1\nproperty int vertex2\nend_header\n"+
		body+"4 0 1 2 3 8 0 0 1 0 1 1 0 1 0\n0 3\n", "a.png", checks())
	m := s.Mesh(1)
	if len(m.UVs) != 2*m.Vertices() || m.UVs[1] != 1 || len(m.Lines) != 2 || m.Triangles() != 2 {
		t.Errorf("corners: %v, lines %v", m.UVs, m.Lines)
	}
	if s.Materials()[m.Parts[0].Material].BaseColorMap.Texture == 0 {
		t.Error("no texture")
	}
}

func TestPLYLeavesOutWhatIsNoNumber(t *testing.T) {
	s, warnings := mustOpen(t, ReadPLY, "a.ply", "ply\nformat ascii 1.0\n"+plyCloud+"end_header\n0 0 0\ninf 0 0\n1 nan 0\n")
	if len(s.Mesh(1).Points) != 1 || len(warnings) != 1 {
		t.Errorf("%v, warnings %q", s.Mesh(1).Points, warnings)
	}
}

func TestPLYFarAwayKeepsItsDetail(t *testing.T) {
	s, _ := mustOpen(t, ReadPLY, "a.ply", "ply\nformat ascii 1.0\n"+plyCloud+"end_header\n600000.001 5400000 7\n600000.003 5400000 7\n600000.003 5400000.002 7\n")
	if size := bounds(s).Size(); math.Abs(size[0]-0.002) > 1e-5 || math.Abs(size[1]-0.002) > 1e-5 {
		t.Errorf("size %v", size)
	}
}

func FuzzPLY(f *testing.F) {
	f.Add(asPLY(box(), nil))
	f.Add(asPLY(box(), binary.LittleEndian))
	f.Add(asPLY(box(), binary.BigEndian))
	f.Add(bytes.Replace(asPLY(box(), nil), []byte("face"), []byte("tristrips"), 1))
	seed(f, ".ply")
	f.Fuzz(func(t *testing.T, data []byte) { survive(t, ReadPLY, "a.ply", data) })
}

func BenchmarkBinaryPLY(b *testing.B) {
	benchmark(b, ReadPLY, "a.ply", asPLY(bumpy(1000), binary.LittleEndian))
}

func BenchmarkTextPLY(b *testing.B) { benchmark(b, ReadPLY, "a.ply", asPLY(bumpy(700), nil)) }
