package cad

import (
	"errors"
	"time"
)

// ErrMissing is in the chain of errors that say that orrery-cad or OpenCASCADE is not there.
var ErrMissing = errors.New("no CAD support")

// Precision says how closely triangles follow curved surfaces.
type Precision string

// The precisions: how far triangles stray from the surface, as a part of the size of the solid, and the largest angle
// between the normals at the two ends of an edge.
const (
	Coarse Precision = "coarse" // 0.4 %, 30°
	Normal Precision = "normal" // 0.1 %, 20°
	Fine   Precision = "fine"   // 0.025 %, 10°
)

// Options configure a conversion. The zero value is good.
type Options struct {
	Tool         string         // path of orrery-cad; empty: see the package text
	Precision    Precision      // empty: Normal
	MaxMemory    int64          // bytes that the child may take; 0: three quarters of this machine's memory
	MaxTriangles int64          // more are refused, if possible before they are made; 0: DefaultTriangles
	Timeout      time.Duration  // 0: DefaultTimeout
	Threads      int            // 0: one per processor
	TempDir      string         // folder for the GLB; empty: that of the system
	Progress     func(Progress) // hears of progress, from one goroutine; may be nil
}

// The limits where Options name none.
const (
	DefaultTriangles = 50_000_000
	DefaultTimeout   = 30 * time.Minute
)

// Stage is a part of a conversion.
type Stage string

// The stages, in their order.
const (
	Reading  Stage = "read"     // the text of the file
	Transfer Stage = "transfer" // from the entities of the file to solids
	Meshing  Stage = "mesh"
	Writing  Stage = "write"
)

// Progress is how far a conversion has come.
type Progress struct {
	Stage     Stage
	Fraction  float64 // of the stage, 0 … 1, or -1 when it is not known
	Triangles int64   // made so far
}

// Overall is how far the whole conversion has come, 0 … 1, as if each stage took the part of the time that it usually takes.
func (p Progress) Overall() float64 {
	within := min(max(p.Fraction, 0), 1)
	switch p.Stage {
	case Reading:
		return 0.2 * within
	case Transfer:
		return 0.2 + 0.2*within
	case Meshing:
		return 0.4 + 0.55*within
	case Writing:
		return 0.95 + 0.05*within
	}
	return 0
}

// Report says what a file holds and what became of it.
type Report struct {
	Format     string     `json:"format"`             // "STEP AP214", "IGES", …
	Unit       string     `json:"unit"`               // of length, as the file names it; empty when it names none
	Metres     float64    `json:"metres"`             // of one unit
	Nodes      int        `json:"nodes"`              // of the assembly tree
	Depth      int        `json:"depth"`              // of the assembly tree
	Parts      int        `json:"parts"`              // different shapes
	Instances  int        `json:"instances"`          // places where a shape stands
	Faces      int64      `json:"faces"`              // of the different shapes
	Estimate   int64      `json:"estimate"`           // triangles of the different shapes to expect
	Triangles  int64      `json:"triangles"`          // made; 0 from Inspect
	Materials  int        `json:"materials"`          // made; 0 from Inspect
	Bounds     [6]float64 `json:"bounds"`             // least x, y, z, greatest x, y, z: metres, Y up
	PeakMemory int64      `json:"peak_memory"`        // bytes
	Seconds    float64    `json:"seconds"`            // that the tool took
	Times      []Timing   `json:"times,omitempty"`    // of its stages
	Warnings   []string   `json:"warnings,omitempty"` // for people
}

// Timing is the time of one stage.
type Timing struct {
	Stage   Stage   `json:"stage"`
	Seconds float64 `json:"seconds"`
}

// Result is a finished conversion. Close it.
type Result struct {
	Path   string // of the GLB file, there until Close
	Report Report
	dir    string
}
