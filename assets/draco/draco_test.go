package draco

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// solid is a grid of quads on a torus or, open, on a part of one; uv run round once, so that there are seams.
func solid(nu, nv int, open bool) []byte {
	var b bytes.Buffer
	for i := range nu + 1 {
		for j := range nv + 1 {
			u, v := 2*math.Pi*float64(i)/float64(nu), 2*math.Pi*float64(j)/float64(nv)
			if open {
				u, v = u*.8, v*.7
			}
			r := 2 + .6*math.Cos(v) + .05*math.Sin(9*u)
			if i < nu && j < nv || open {
				fmt.Fprintf(&b, "v %.5f %.5f %.5f\n", r*math.Cos(u), .6*math.Sin(v), r*math.Sin(u))
				fmt.Fprintf(&b, "vn %.5f %.5f %.5f\n", math.Cos(v)*math.Cos(u), math.Sin(v), math.Cos(v)*math.Sin(u))
			}
			fmt.Fprintf(&b, "vt %.5f %.5f\n", float64(i)/float64(nu), float64(j)/float64(nv))
		}
	}
	at := func(i, j int) string {
		p := (i%nu)*nv + j%nv + 1
		if open {
			p = i*(nv+1) + j + 1
		}
		return fmt.Sprintf("%d/%d/%d", p, i*(nv+1)+j+1, p)
	}
	for i := range nu {
		for j := range nv {
			if (i*7+j*3)%41 == 0 && i > 0 {
				continue // holes
			}
			fmt.Fprintf(&b, "f %s %s %s\nf %s %s %s\n", at(i, j), at(i, j+1), at(i+1, j+1), at(i, j), at(i+1, j+1), at(i+1, j))
		}
	}
	return b.Bytes()
}

// corners reads an OBJ and returns per corner its position, uv and normal.
func corners(t *testing.T, path string) [][8]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lists [3][][3]float64
	var out [][8]float64
	for s := bufio.NewScanner(f); s.Scan(); {
		w := strings.Fields(s.Text())
		if len(w) == 0 {
			continue
		}
		if k, ok := map[string]int{"v": 0, "vt": 1, "vn": 2}[w[0]]; ok {
			var v [3]float64
			for i := range min(3, len(w)-1) {
				fmt.Sscan(w[i+1], &v[i])
			}
			lists[k] = append(lists[k], v)
			continue
		}
		if w[0] != "f" {
			continue
		}
		if len(w) != 4 {
			return nil // polygons put together again, which glTF does not have
		}
		for _, c := range w[1:4] {
			var row [8]float64
			for k, text := range strings.Split(c, "/") {
				var i int
				if fmt.Sscan(text, &i); i < 1 {
					continue
				}
				copy(row[[]int{0, 3, 5}[k]:[]int{3, 5, 8}[k]], lists[k][i-1][:])
			}
			out = append(out, row)
		}
	}
	return out
}

// compare decodes a file both here and with Draco's own decoder and compares corner by corner.
func compare(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Decode(context.Background(), data, Limits{})
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(path), err)
		return
	}
	obj := filepath.Join(t.TempDir(), "want.obj")
	if text, err := exec.Command("draco_decoder", "-i", path, "-o", obj).CombinedOutput(); err != nil {
		t.Fatalf("draco_decoder: %v: %s", err, text)
	}
	want := corners(t, obj)
	if want == nil {
		return
	}
	if len(want) != len(m.Indices) {
		t.Errorf("%s: %d corners, want %d", filepath.Base(path), len(m.Indices), len(want))
		return
	}
	seen := map[Kind]bool{}
	for i := range m.Attributes {
		a := &m.Attributes[i]
		column, width := map[Kind]int{Position: 0, TexCoord: 3, Normal: 5}[a.Kind], map[Kind]int{Position: 3, TexCoord: 2, Normal: 3}[a.Kind]
		if width == 0 || seen[a.Kind] {
			continue
		}
		seen[a.Kind] = true
		got, err := a.Floats(width)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			return
		}
		for c, p := range m.Indices {
			for k := range width {
				g, w := float64(got[int(p)*width+k]), want[c][column+k]
				if math.Abs(g-w) > 2e-6*math.Max(1, math.Abs(w)) {
					t.Errorf("%s: kind %d of corner %d is %g, want %g", filepath.Base(path), a.Kind, c, g, w)
					return
				}
			}
		}
	}
	if !seen[Position] {
		t.Errorf("%s: no positions", filepath.Base(path))
	}
}

func TestEqualsTheDecoderOfDraco(t *testing.T) {
	if _, err := exec.LookPath("draco_encoder"); err != nil {
		t.Skip("draco_encoder is not installed (Debian package draco)")
	}
	dir := t.TempDir()
	inputs := map[string][]byte{"torus": solid(40, 24, false), "sheet": solid(30, 20, true), "small": solid(3, 3, true)}
	for name, obj := range inputs {
		in := filepath.Join(dir, name+".obj")
		if err := os.WriteFile(in, obj, 0o600); err != nil {
			t.Fatal(err)
		}
		for level := range 11 {
			for _, more := range [][]string{nil, {"-qp", "0", "-qt", "0", "-qn", "0"}, {"-qp", "16", "-qn", "12", "-qt", "14"}, {"--skip", "TEX_COORD"}, {"--skip", "NORMAL", "--skip", "TEX_COORD"}} {
				out := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.drc", name, level, strings.Join(more, "")))
				args := append([]string{"-i", in, "-o", out, "-cl", fmt.Sprint(level)}, more...)
				if text, err := exec.Command("draco_encoder", args...).CombinedOutput(); err != nil {
					t.Fatalf("draco_encoder %v: %v: %s", args, err, text)
				}
				compare(t, out)
			}
		}
	}
}

// corpus lists the files of others that are beside this project, if any.
func corpus(t testing.TB) []string {
	files, err := filepath.Glob("../../../shared/data/models/*/*.drc")
	if err != nil || len(files) == 0 {
		t.Skip("no Draco files of others in ../shared/data/models")
	}
	return files
}

func TestCorpus(t *testing.T) {
	if _, err := exec.LookPath("draco_decoder"); err != nil {
		t.Skip("draco_decoder is not installed (Debian package draco)")
	}
	for _, path := range corpus(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(context.Background(), data, Limits{}); err != nil {
			if text := err.Error(); !strings.Contains(text, "bitstream version") && !strings.Contains(text, "point cloud") {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		compare(t, path)
	}
}

// fixtures are pieces of the torus of solid, made by draco_encoder 1.5.5 from 16 × 12 quads and, open, 12 × 9.
func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.drc")
	if err != nil || len(files) < 4 {
		t.Fatal("no fixtures", err)
	}
	out := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = data
	}
	return out
}

func TestFixturesLieOnTheTorus(t *testing.T) {
	for name, data := range fixtures(t) {
		m, err := Decode(context.Background(), data, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := m.Attributes[0].Floats(3)
		if err != nil || len(p) != 3*m.Points || len(m.Indices) < 500 {
			t.Errorf("%s: %d points, %d indices, %v", name, m.Points, len(m.Indices), err)
			continue
		}
		for i := 0; i < len(p); i += 3 {
			ring := math.Hypot(float64(p[i]), float64(p[i+2])) - 2
			if d := math.Hypot(ring, float64(p[i+1])) - .6; math.Abs(d) > .06 {
				t.Errorf("%s: point %d is %.3f m off the torus", name, i/3, d)
				break
			}
		}
		if _, err := m.Attributes[0].Floats(2); err == nil {
			t.Errorf("%s: positions of two components were given", name)
		}
		if _, err := m.Attributes[0].Whole(3); err == nil {
			t.Errorf("%s: positions were given as whole numbers", name)
		}
	}
}

func TestLimitsAndCuts(t *testing.T) {
	for name, data := range fixtures(t) {
		if _, err := Decode(context.Background(), data, Limits{Faces: 10}); err == nil || !strings.Contains(err.Error(), "limit") {
			t.Errorf("%s: over the limit: %v", name, err)
		}
		for n := range len(data) {
			if _, err := Decode(context.Background(), data[:n], Limits{}); err == nil {
				t.Errorf("%s: %d of %d bytes were enough", name, n, len(data))
				break
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Decode(ctx, data, Limits{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: after the end: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range fixtures(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(context.Background(), data, Limits{Points: 1 << 16, Faces: 1 << 16})
		if err != nil {
			return
		}
		for _, i := range m.Indices {
			if int(i) >= m.Points {
				t.Fatal("an index is out of range")
			}
		}
		for i := range m.Attributes {
			a := &m.Attributes[i]
			if _, err := a.Floats(a.Components); err != nil {
				t.Fatal(err)
			}
			_, _ = a.Whole(a.Components)
		}
	})
}

// BenchmarkDecode decodes meshes that draco_encoder makes, at its default level and at its best.
func BenchmarkDecode(b *testing.B) {
	if _, err := exec.LookPath("draco_encoder"); err != nil {
		b.Skip("draco_encoder is not installed (Debian package draco)")
	}
	in := filepath.Join(b.TempDir(), "torus.obj")
	if err := os.WriteFile(in, solid(700, 425, false), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, more := range map[string][]string{"level7": {"-cl", "7", "--skip", "NORMAL"}, "level10": {"-cl", "10", "--skip", "NORMAL"}, "level7+normals": {"-cl", "7"}} {
		b.Run(name, func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "torus.drc")
			args := append([]string{"-i", in, "-o", out, "--skip", "TEX_COORD"}, more...)
			if text, err := exec.Command("draco_encoder", args...).CombinedOutput(); err != nil {
				b.Fatalf("%v: %s", err, text)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				b.Fatal(err)
			}
			faces := 0
			for b.Loop() {
				m, err := Decode(context.Background(), data, Limits{})
				if err != nil {
					b.Fatal(err)
				}
				faces = len(m.Indices) / 3
			}
			b.ReportMetric(float64(faces)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mfaces/s")
		})
	}
}
