package demo

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/scene"
)

//go:generate go test -run Current$ . -args -update

//go:embed windfarm factory city supply
var files embed.FS

// Models makes the models of the demos: by the name of the demo, then by the path of the file.
var Models = map[string]map[string]func() *scene.Scene{
	"windfarm": {
		"models/turbine.glb": Turbine,
		"models/sea.glb":     Sea,
	},
	"factory": {
		"models/line.glb": Bottling,
		"models/hall.glb": Hall,
	},
	"city": {
		"models/city.glb": City,
	},
	"supply": {
		"models/chart.glb": Chart,
	},
}

// Open returns the wind farm as a file system: twin.yaml and models.
func Open() fs.FS {
	farm, err := Twin("windfarm")
	if err != nil {
		panic(err) // it is embedded
	}
	return farm
}

// Twin returns a demo as a file system: twin.yaml and models. Names are the keys of Models.
func Twin(name string) (fs.FS, error) {
	if Models[name] == nil {
		return nil, fmt.Errorf("demo: there is no demo %.40q", name)
	}
	sub, err := fs.Sub(files, name)
	if err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	return sub, nil
}

// GLB returns a model as the bytes of its file.
func GLB(model func() *scene.Scene) ([]byte, error) {
	var out bytes.Buffer
	if err := gltf.Write(&out, model(), "Orrery assets/demo"); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Write puts the wind farm into a folder, as WriteTwin does.
func Write(dir string) error { return WriteTwin(dir, "windfarm") }

// WriteTwin puts a demo into a folder, which it makes. Files that are there already with the same content stay; one with
// other content is an error, and nothing of it is lost.
func WriteTwin(dir, name string) error {
	twin, err := Twin(name)
	if err != nil {
		return err
	}
	return write(dir, twin)
}

func write(dir string, twin fs.FS) error {
	return fs.WalkDir(twin, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("demo: read %s: %w", name, err)
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			if err := os.MkdirAll(to, 0o755); err != nil {
				return fmt.Errorf("demo: make folder: %w", err)
			}
			return nil
		}
		data, err := fs.ReadFile(twin, name)
		if err != nil {
			return fmt.Errorf("demo: read %s: %w", name, err)
		}
		f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			if there, err := os.ReadFile(to); err == nil && bytes.Equal(there, data) {
				return nil
			}
			return fmt.Errorf("demo: %s is there with other content: choose an empty folder", to)
		}
		if err != nil {
			return fmt.Errorf("demo: write: %w", err)
		}
		_, err = f.Write(data)
		if err := errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("demo: write %s: %w", to, err)
		}
		return nil
	})
}

// WindFarm returns the wind farm with this many turbines, T01, T02 …, as a file system like Open. The first six stand as
// in the demo, more stand in a square grid behind them; fewer than six are read as six.
func WindFarm(turbines int) fs.FS {
	return grown{Open(), []byte(grow(turbines))}
}

// grow adds lines to the assets of the twin file, behind the last turbine.
func grow(turbines int) string {
	text, err := fs.ReadFile(files, "windfarm/twin.yaml")
	if err != nil {
		panic(err) // embedded
	}
	const last = "\n  farm/T06:"
	at := strings.Index(string(text), last) + len(last)
	at += strings.IndexByte(string(text[at:]), '\n') + 1
	var more strings.Builder
	extra := max(turbines-6, 0)
	columns := max(int(math.Ceil(math.Sqrt(float64(extra)))), 1)
	for k := range extra {
		x, z := 800*(k%columns-columns/2), -2900-800*(k/columns)
		fmt.Fprintf(&more, "  farm/T%02d: {kind: turbine, position: [%d, 0, %d]}\n", k+7, x, z)
	}
	return string(text[:at]) + more.String() + string(text[at:])
}

// grown is a file system with another twin file.
type grown struct {
	fs.FS
	twin []byte
}

// Open implements fs.FS.
func (g grown) Open(name string) (fs.File, error) {
	if name == "twin.yaml" {
		return &memory{Reader: bytes.NewReader(g.twin)}, nil
	}
	return g.FS.Open(name)
}

// memory is a file of bytes, and its own fs.FileInfo.
type memory struct{ *bytes.Reader }

// Stat implements fs.File.
func (m *memory) Stat() (fs.FileInfo, error) { return m, nil }

// Close implements fs.File.
func (m *memory) Close() error { return nil }

// Name implements fs.FileInfo.
func (m *memory) Name() string { return "twin.yaml" }

// Mode implements fs.FileInfo.
func (m *memory) Mode() fs.FileMode { return 0o444 }

// ModTime implements fs.FileInfo.
func (m *memory) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (m *memory) IsDir() bool { return false }

// Sys implements fs.FileInfo.
func (m *memory) Sys() any { return nil }
