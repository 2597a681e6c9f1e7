//go:build occt && cgo

package main

import (
	"fmt"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/cad"
	"github.com/orrery-twin/orrery/scene"
)

// report says what the file holds, before there are triangles.
func (f *file) report() cad.Report {
	r := cad.Report{Format: formatName(f.schema), Unit: unitSymbol(f.unit), Metres: f.unitM, Nodes: len(f.nodes), Parts: len(f.parts)}
	if r.Metres == 0 {
		r.Metres = metres
	}
	for _, p := range f.parts {
		r.Faces += p.faces
		r.Estimate += p.estimate
	}
	box := scene.NoBounds()
	worlds, depths := make([]mgl64.Mat4, len(f.nodes)), make([]int, len(f.nodes))
	for i, n := range f.nodes {
		worlds[i], depths[i] = n.transform().Matrix(), 1
		if n.parent >= 0 {
			worlds[i], depths[i] = worlds[n.parent].Mul4(worlds[i]), depths[n.parent]+1
		} else {
			worlds[i] = yUp.Mat4().Mul4(worlds[i])
		}
		r.Depth = max(r.Depth, depths[i])
		if n.part < 0 {
			continue
		}
		r.Instances++
		if b := f.parts[n.part].bounds; b != ([6]float64{}) {
			part := scene.Bounds{Min: mgl64.Vec3{b[0], b[1], b[2]}.Mul(metres), Max: mgl64.Vec3{b[3], b[4], b[5]}.Mul(metres)}
			box = box.Union(part.Transformed(worlds[i]))
		}
	}
	if !box.Empty() {
		r.Bounds = [6]float64{box.Min[0], box.Min[1], box.Min[2], box.Max[0], box.Max[1], box.Max[2]}
	}
	return r
}

// unitWarnings says what is doubtful about the unit of length.
func unitWarnings(r cad.Report) []string {
	const least, greatest = 1e-4, 1e5 // metres
	var out []string
	switch {
	case r.Unit == "" && r.Format == "BREP":
		out = append(out, "a BREP file names no unit of length; millimetres are assumed")
	case r.Unit == "":
		out = append(out, "the file names no unit of length; millimetres are assumed")
	}
	size := 0.0
	for k := range 3 {
		size = max(size, r.Bounds[k+3]-r.Bounds[k])
	}
	if size > 0 && (size < least || size > greatest) {
		said := "the file names no unit"
		if r.Unit != "" {
			said = "the file says " + r.Unit + ", which may be wrong"
		}
		out = append(out, fmt.Sprintf("the model is %.3g m large: %s", size, said))
	}
	return out
}

// symbols are the usual signs of units that STEP and IGES name.
var symbols = map[string]string{"MILLIMETRE": "mm", "CENTIMETRE": "cm", "DECIMETRE": "dm", "METRE": "m", "KILOMETRE": "km",
	"MICROMETRE": "µm", "NANOMETRE": "nm", "MM": "mm", "CM": "cm", "M": "m", "KM": "km", "UM": "µm", "MICRON": "µm",
	"INCH": "in", "IN": "in", "FOOT": "ft", "FT": "ft", "MILE": "mi", "MI": "mi", "YARD": "yd", "MIL": "mil"}

// unitSymbol writes a unit as people do; one that is not known stays as the file names it.
func unitSymbol(name string) string {
	if s, known := symbols[strings.ToUpper(name)]; known {
		return s
	}
	return name
}
