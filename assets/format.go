package assets

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/mesh"
	"github.com/orrery-twin/orrery/scene"
)

// Format is a file format that can be read.
type Format struct {
	Name       string
	Extensions []string // lower case, with the dot
}

// importer reads one format.
type importer struct {
	Format
	lying
	magic func(head []byte) bool // whether the first bytes are of this format for sure
	read  func(job *loading.Job, o *Options) (*scene.Scene, error)
}

var importers = []importer{
	{Format{"glTF", []string{".glb", ".gltf"}}, lying{"m", UpY, true}, isGLB, plainly(gltf.Read)},
	{Format{"STEP, IGES, BREP", []string{".step", ".stp", ".p21", ".iges", ".igs", ".brep", ".brp"}}, lying{"mm", UpZ, true}, isCAD, readCAD},
	{Format{"3MF", []string{".3mf"}}, lying{"mm", UpZ, true}, mesh.Is3MF, plainly(mesh.Read3MF)},
	{Format{"PLY", []string{".ply"}}, lying{"m", UpZ, false}, mesh.IsPLY, plainly(mesh.ReadPLY)},
	{Format{"STL", []string{".stl"}}, lying{"mm", UpZ, false}, mesh.IsSTL, plainly(mesh.ReadSTL)},
	{Format{"OBJ", []string{".obj"}}, lying{"m", UpY, false}, mesh.IsOBJ, plainly(mesh.ReadOBJ)},
}

func isGLB(head []byte) bool { return bytes.HasPrefix(head, []byte("glTF")) }

// plainly is an importer that needs no options.
func plainly(read func(*loading.Job) (*scene.Scene, error)) func(*loading.Job, *Options) (*scene.Scene, error) {
	return func(job *loading.Job, _ *Options) (*scene.Scene, error) { return read(job) }
}

// Formats lists the formats that can be read.
func Formats() []Format {
	out := make([]Format, len(importers))
	for i, imp := range importers {
		out[i] = Format{imp.Name, slices.Clone(imp.Extensions)}
	}
	return out
}

// IsModel reports whether the name of a file has an extension of a format that can be read.
func IsModel(name string) bool { return byExtension(name) != nil }

func byExtension(name string) *importer {
	ext := strings.ToLower(path.Ext(name))
	for i := range importers {
		if slices.Contains(importers[i].Extensions, ext) {
			return &importers[i]
		}
	}
	return nil
}

// choose finds the importer by the first bytes, then by the extension.
func choose(fsys fs.FS, name string) (*importer, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 1024)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return nil, fmt.Errorf("the file is empty, or it is none")
	}
	for i := range importers {
		if importers[i].magic != nil && importers[i].magic(head[:n]) {
			return &importers[i], nil
		}
	}
	if imp := byExtension(name); imp != nil {
		return imp, nil
	}
	var known []string
	for i := range importers {
		known = append(known, importers[i].Extensions...)
	}
	return nil, fmt.Errorf("no format that can be read; convert it to one of %s", strings.Join(known, " "))
}
