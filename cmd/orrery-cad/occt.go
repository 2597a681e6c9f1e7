//go:build occt && cgo

package main

/*
#cgo CXXFLAGS: -std=c++17 -I/usr/include/opencascade -Wall -Wno-deprecated-declarations
#cgo LDFLAGS: -lTKXDESTEP -lTKXDEIGES -lTKSTEP -lTKSTEPBase -lTKIGES -lTKXSBase -lTKXCAF -lTKLCAF -lTKCAF -lTKCDF -lTKMesh -lTKTopAlgo -lTKBRep -lTKG3d -lTKG2d -lTKGeomBase -lTKMath -lTKernel
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"errors"
	"strings"
	"unicode"
	"unsafe"

	"github.com/orrery-twin/orrery/assets/cad"
)

// settings say how finely to mesh; see cad_settings.
type settings struct {
	linear, angleRad float64
	maxTriangles     int64
	threads          int
}

// node is an element of the assembly tree; see cad_node.
type node struct {
	parent, part, color, curveColor int
	hidden                          bool
	name, product, layers, material string
	density                         float64
	translation                     [3]float64
	rotation                        [4]float64 // x, y, z, w
	scale                           float64
}

// part is a shape; see cad_part.
type part struct {
	faces, estimate int64
	deflection      float64
	bounds          [6]float64
}

type colorRun struct {
	first, count, color int
	twoSided            bool
}

// mesh is the triangulation of a part; see cad_mesh.
type mesh struct {
	part                    int
	origin                  [3]float64
	positions, normals      []float32
	faces                   []uint32
	triangles, edges, lines []uint32
	runs, lineRuns          []colorRun
	failed                  int
	scaled                  bool
}

// file is an opened CAD file. There is one at a time in a process.
type file struct {
	c      *C.cad_file
	nodes  []node
	parts  []part
	colors [][4]float32
	facts  [][2]string
	unit   string
	unitM  float64 // 0 when the file names no unit
	schema string
}

func occtVersion() string { return C.GoString(C.cad_version()) }

// guardCrashes turns crashes inside OpenCASCADE into a line on standard error and exit code 70. The limit is that of the
// address space in bytes, 0 for none.
func guardCrashes(limit int64) { C.cad_guard(C.int64_t(limit)) }

// starved tells whether memory has become so short that an allocation is likely to have failed.
func starved() bool { return C.cad_starved() != 0 }

var stages = map[C.int]cad.Stage{C.CAD_READ: cad.Reading, C.CAD_TRANSFER: cad.Transfer, C.CAD_MESH: cad.Meshing}

// progress may be called from any goroutine.
func progress() cad.Progress {
	var stage C.int
	var fraction C.double
	var triangles C.int64_t
	C.cad_progress(&stage, &fraction, &triangles)
	return cad.Progress{Stage: stages[stage], Fraction: float64(fraction), Triangles: int64(triangles)}
}

// open reads a file and everything but its triangles.
func open(path string, format int32, s settings) (*file, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	message := (*C.char)(C.calloc(1, C.CAD_ERROR_SIZE))
	defer C.free(unsafe.Pointer(message))
	in := C.cad_settings{linear: C.double(s.linear), angle_rad: C.double(s.angleRad), max_triangles: C.int64_t(s.maxTriangles), threads: C.int(s.threads)}
	c := C.cad_open(name, C.int(format), &in, message)
	if c == nil {
		return nil, errors.New(clean(message))
	}
	f := &file{c: c}
	f.load()
	return f, nil
}

func (f *file) load() {
	var n C.cad_counts
	C.cad_count(f.c, &n)
	f.unit, f.unitM, f.schema = clean(n.unit), float64(n.unit_m), clean(n.schema)
	f.nodes = make([]node, n.nodes)
	for i := range f.nodes {
		var c C.cad_node
		C.cad_get_node(f.c, C.int(i), &c)
		o := &f.nodes[i]
		o.parent, o.part, o.color, o.curveColor, o.hidden = int(c.parent), int(c.part), int(c.color), int(c.curve_color), c.hidden != 0
		o.name, o.product, o.layers, o.material = clean(c.name), clean(c.product), clean(c.layers), clean(c.material)
		o.density, o.scale = float64(c.density), float64(c.scale)
		for k := range o.translation {
			o.translation[k] = float64(c.translation[k])
		}
		for k := range o.rotation {
			o.rotation[k] = float64(c.rotation[k])
		}
	}
	f.parts = make([]part, n.parts)
	for i := range f.parts {
		var c C.cad_part
		C.cad_get_part(f.c, C.int(i), &c)
		o := &f.parts[i]
		o.faces, o.estimate, o.deflection = int64(c.faces), int64(c.estimate), float64(c.deflection)
		for k := range o.bounds {
			o.bounds[k] = float64(c.bounds[k])
		}
	}
	f.colors = make([][4]float32, n.colors)
	for i := range f.colors {
		var rgba [4]C.float
		C.cad_get_color(f.c, C.int(i), &rgba[0])
		for k, v := range rgba {
			f.colors[i][k] = float32(v)
		}
	}
	for i := range int(n.facts) {
		var name, value *C.char
		C.cad_get_fact(f.c, C.int(i), &name, &value)
		f.facts = append(f.facts, [2]string{clean(name), clean(value)})
	}
}

// warnings returns what the C side warned of so far.
func (f *file) warnings() []string {
	var n C.cad_counts
	C.cad_count(f.c, &n)
	out := make([]string, n.warnings)
	for i := range out {
		out[i] = clean(C.cad_get_warning(f.c, C.int(i)))
	}
	return out
}

// next returns the mesh of another part, or nil after the last.
func (f *file) next() (*mesh, error) {
	message := (*C.char)(C.calloc(1, C.CAD_ERROR_SIZE))
	defer C.free(unsafe.Pointer(message))
	var c C.cad_mesh
	switch C.cad_next_mesh(f.c, &c, message) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, errors.New(clean(message))
	}
	defer C.cad_mesh_free(&c)
	m := &mesh{part: int(c.part), failed: int(c.failed),
		positions: copied[float32](c.positions, 3*c.vertices), normals: copied[float32](c.normals, 3*c.vertices),
		faces: copied[uint32](c.faces, c.vertices), triangles: copied[uint32](c.triangles, c.indices),
		edges: copied[uint32](c.edges, c.edge_indices), lines: copied[uint32](c.lines, c.line_indices),
		runs: runs(c.run, c.runs), lineRuns: runs(c.line_run, c.line_runs)}
	for k := range m.origin {
		m.origin[k] = float64(c.origin[k])
	}
	return m, nil
}

// copied copies n values that the C side owns; From has the size of To.
func copied[To, From any](at *From, n C.int64_t) []To {
	if n == 0 {
		return nil
	}
	return append([]To(nil), unsafe.Slice((*To)(unsafe.Pointer(at)), int(n))...)
}

func runs(at *C.cad_run, n C.int) []colorRun {
	if n == 0 {
		return nil
	}
	out := make([]colorRun, n)
	for i, r := range unsafe.Slice(at, int(n)) {
		out[i] = colorRun{int(r.first), int(r.count), int(r.color), r.two_sided != 0}
	}
	return out
}

// clean makes a string of a CAD file fit to be shown: valid UTF-8 without control characters, of bounded length.
func clean(c *C.char) string {
	const longest = 1000
	text := strings.ToValidUTF8(C.GoString(c), "\uFFFD")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
