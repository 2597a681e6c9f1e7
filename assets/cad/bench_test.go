package cad

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// benchFiles are a file of many parts, the classic assembly and one with curved surfaces.
func benchFiles(b *testing.B) map[string]string {
	many := filepath.Join(b.TempDir(), "many.step")
	if err := os.WriteFile(many, []byte(manyBoxes(300)), 0o600); err != nil {
		b.Fatal(err)
	}
	out := map[string]string{"many": many}
	for _, path := range corpus(b) {
		switch filepath.Base(path) {
		case "as1-oc-214.stp", "s1-tu-203.stp":
			out[strings.TrimSuffix(filepath.Base(path), ".stp")] = path
		}
	}
	return out
}

func BenchmarkConvert(b *testing.B) {
	opts := tool(b)
	for name, path := range benchFiles(b) {
		b.Run(name, func(b *testing.B) {
			size(b, path)
			for b.Loop() {
				res, err := Convert(b.Context(), path, opts)
				if err != nil {
					b.Fatal(err)
				}
				res.Close()
			}
		})
	}
}

// BenchmarkF3D is the same work by Debian's f3d, a viewer on the same OpenCASCADE: it reads and meshes, and draws nothing.
func BenchmarkF3D(b *testing.B) {
	f3d, err := exec.LookPath("f3d")
	if err != nil {
		b.Skip("f3d is not installed")
	}
	for name, path := range benchFiles(b) {
		b.Run(name, func(b *testing.B) {
			size(b, path)
			for b.Loop() {
				if out, err := exec.CommandContext(b.Context(), f3d, "--no-render", "--verbose", path).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, lastLine(out))
				}
			}
		})
	}
}

func size(b *testing.B, path string) {
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
}
