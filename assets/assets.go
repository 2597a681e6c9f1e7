package assets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// Model is a scene read from a file.
type Model struct {
	Scene    *scene.Scene
	Format   string   // name of the format
	Warnings []string // what was left out, for people
}

// Counts sums up what a model holds.
type Counts struct {
	Nodes, Meshes, Materials int
	Vertices, Triangles      int // of the meshes, each counted once
	Drawn                    int // triangles of all nodes: a mesh counts for each node that shows it
}

// Counts counts nodes, meshes, vertices and triangles.
func (m *Model) Counts() Counts {
	c := Counts{Nodes: m.Scene.Len() - 1, Materials: len(m.Scene.Materials())}
	for _, mesh := range m.Scene.Meshes() {
		if mesh != nil {
			c.Meshes++
			c.Vertices += mesh.Vertices()
			c.Triangles += mesh.Triangles()
		}
	}
	for i := range m.Scene.Len() {
		if mesh := m.Scene.Mesh(m.Scene.Node(scene.NodeID(i)).Mesh); mesh != nil {
			c.Drawn += mesh.Triangles()
		}
	}
	return c
}

// Limits are sizes beyond which a file is refused. A zero means the default.
type Limits struct {
	Bytes    int64 // of the file and those it refers to
	Vertices int
	Nodes    int
}

// Options configure Load. The zero value is good.
type Options struct {
	Limits   Limits
	Progress func(fraction float64) // 0 … 1, rising; called from the goroutine of Load, may be nil
}

// Format is a file format that can be read.
type Format struct {
	Name       string
	Extensions []string // lower case, with the dot
}

// importer reads one format.
type importer struct {
	Format
	magic func(head []byte) bool // whether the first bytes are of this format for sure
	read  func(ctx context.Context, fsys fs.FS, name string, opts Options) (*scene.Scene, []string, error)
}

var importers = []importer{
	{Format{"glTF", []string{".glb", ".gltf"}}, isGLB, readGLTF},
}

func isGLB(head []byte) bool { return bytes.HasPrefix(head, []byte("glTF")) }

func readGLTF(ctx context.Context, fsys fs.FS, name string, opts Options) (*scene.Scene, []string, error) {
	l := loading.Limits{Bytes: opts.Limits.Bytes, Vertices: opts.Limits.Vertices, Nodes: opts.Limits.Nodes}
	job := loading.New(ctx, fsys, name, l)
	defer job.Close()
	if opts.Progress != nil {
		job.OnProgress(func(p loading.Progress) { opts.Progress(0.9 * max(p.Fraction(), 0)) })
	}
	s, err := gltf.Read(job)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	return s, job.Warnings(), nil
}

// Formats lists the formats that can be read.
func Formats() []Format {
	out := make([]Format, len(importers))
	for i, imp := range importers {
		out[i] = Format{imp.Name, slices.Clone(imp.Extensions)}
	}
	return out
}

// Open reads the model file at a path of this machine, with default limits. Files that it refers to are read in its
// folder alone.
func Open(ctx context.Context, path string) (*scene.Scene, error) {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("assets: open %s: %w", path, err)
	}
	defer root.Close()
	m, err := Load(ctx, root.FS(), filepath.Base(path), Options{})
	if err != nil {
		return nil, err
	}
	return m.Scene, nil
}

// Load reads the model name, slash-separated, in fsys.
func Load(ctx context.Context, fsys fs.FS, name string, opts Options) (*Model, error) {
	imp, err := pick(fsys, name)
	if err != nil {
		return nil, err
	}
	s, warnings, err := imp.read(ctx, fsys, name, opts)
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	s.Prepare()
	if opts.Progress != nil {
		opts.Progress(1)
	}
	return &Model{Scene: s, Format: imp.Name, Warnings: warnings}, nil
}

// pick chooses the importer by the first bytes, then by the extension.
func pick(fsys fs.FS, name string) (*importer, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("assets: open model: %w", err)
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return nil, fmt.Errorf("assets: open model: %s is empty or no file: %w", name, err)
	}
	for i := range importers {
		if importers[i].magic(head[:n]) {
			return &importers[i], nil
		}
	}
	ext := strings.ToLower(path.Ext(name))
	var known []string
	for i := range importers {
		if slices.Contains(importers[i].Extensions, ext) {
			return &importers[i], nil
		}
		known = append(known, importers[i].Extensions...)
	}
	return nil, fmt.Errorf("assets: %s has no format that can be read; convert it to one of %s", name, strings.Join(known, " "))
}
