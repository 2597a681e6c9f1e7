package fmi

import (
	"math"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// Type is the type of a variable's values.
type Type = wire.Type

// The types, named as in FMI 3. Of those of FMI 2, Real is Float64, Integer and enumerations are Int32.
const (
	Float64 = wire.Float64
	Float32 = wire.Float32
	Int8    = wire.Int8
	UInt8   = wire.UInt8
	Int16   = wire.Int16
	UInt16  = wire.UInt16
	Int32   = wire.Int32
	UInt32  = wire.UInt32
	Int64   = wire.Int64
	UInt64  = wire.UInt64
	Boolean = wire.Boolean
	String  = wire.String
	Binary  = wire.Binary
	Clock   = wire.Clock
)

// Kind is how an FMU is integrated.
type Kind uint8

// The kinds.
const (
	CoSimulation  Kind = iota // by a solver of its own
	ModelExchange             // by ours
)

// String names the kind as the standard does.
func (k Kind) String() string {
	if k == ModelExchange {
		return "Model Exchange"
	}
	return "Co-Simulation"
}

// Causality is what a variable is for.
type Causality string

// The causalities.
const (
	Parameter           Causality = "parameter"
	CalculatedParameter Causality = "calculatedParameter"
	StructuralParameter Causality = "structuralParameter"
	Input               Causality = "input"
	Output              Causality = "output"
	Local               Causality = "local"
	Independent         Causality = "independent"
)

// Variability is when a variable may change.
type Variability string

// The variabilities.
const (
	Constant   Variability = "constant"
	Fixed      Variability = "fixed"
	Tunable    Variability = "tunable"
	Discrete   Variability = "discrete"
	Continuous Variability = "continuous"
)

// Description is what an FMU says of itself in modelDescription.xml. It is read only.
type Description struct {
	Version        int    // of FMI: 2 or 3
	VersionText    string // "3.0"
	Model          string
	Token          string // guid or instantiationToken
	About          string
	Author         string
	License        string
	Tool           string // that made it
	Made           string // when, as written
	Interfaces     []Interface
	Units          []Unit
	DeclaredTypes  []DeclaredType
	LogCategories  []string
	Experiment     Experiment
	Variables      []Variable
	Outputs        []int // indices of variables
	Derivatives    []int // indices of variables, in the order of the continuous states
	Indicators     int   // of events
	StateValues    int   // how many continuous states there are, arrays counted by element
	structureFault string

	byName      map[string]int
	byReference map[uint32]int // of FMI 3; the first of those that share one
}

// Interface is one way to use an FMU.
type Interface struct {
	Kind           Kind
	Identifier     string // the name of the library
	NeedsTool      bool   // a simulator has to be installed
	OncePerProcess bool
	SaveState      bool // canGetAndSetFMUState
	ExportState    bool // canSerializeFMUState
	VariableSteps  bool // of Co-Simulation
	FixedStepSec   float64
	CompletedSteps bool // of Model Exchange: wants to hear of each step
}

// Unit is a unit that the variables of an FMU are in.
type Unit struct {
	Name      string
	Known     bool    // it says what it is in SI
	Exponents [8]int8 // of kg, m, s, A, K, mol, cd, rad
	Factor    float64 // SI value = Factor · value + Offset
	Offset    float64
	Displays  []Display
}

// SI turns a value in this unit into SI base units (FMI 2.0.4 section 2.2.2, FMI 3.0.1 section 2.4.3).
func (u *Unit) SI(v float64) float64 { return u.Factor*v + u.Offset }

// FromSI is the reverse of SI.
func (u *Unit) FromSI(v float64) float64 { return (v - u.Offset) / u.Factor }

// Display is a unit that people see: shown value = Factor · value + Offset, or Factor / value when Inverse.
type Display struct {
	Name           string
	Factor, Offset float64
	Inverse        bool
}

// DeclaredType is a named type that variables share.
type DeclaredType struct {
	Name, About, Quantity, Unit, DisplayUnit string
	Type                                     Type
	Min, Max, Nominal                        float64
	Items                                    []Item // of an enumeration
}

// Item is a value of an enumeration.
type Item struct {
	Name  string
	Value int64
}

// Experiment is how the maker of an FMU suggests to run it. What is not said is NaN.
type Experiment struct {
	StartSec, StopSec, StepSec, Tolerance float64
}

// Variable is a variable of an FMU.
type Variable struct {
	Name, About  string
	Reference    uint32 // valueReference
	Type         Type
	Enumeration  bool
	Causality    Causality
	Variability  Variability
	Initial      string
	DeclaredType string
	Quantity     string
	Unit         string
	DisplayUnit  string
	Min, Max     float64 // ∓Inf where there is no limit
	Nominal      float64
	Start        []float64 // numbers; nil if there is none
	StartTexts   []string  // of strings; nil if there is none
	StartBytes   [][]byte  // of binaries
	Dimensions   []Dimension
	Derivative   int // index of the variable that this one is the derivative of, -1 if none
	derivedFrom  int64
}

// Dimension is the extent of an array in one direction.
type Dimension struct {
	Size      int
	Reference uint32 // of the structural parameter that gives it
	Linked    bool
}

// Count is how many values the variable has, with the structural parameters at their start values.
func (v *Variable) Count() int {
	n := 1
	for _, d := range v.Dimensions {
		n *= d.Size
	}
	return n
}

// Numeric reports whether the values are numbers.
func (v *Variable) Numeric() bool { return v.Type.Numeric() }

// Tunable reports whether a parameter may be changed while the model runs.
func (v *Variable) Tunable() bool { return v.Causality == Parameter && v.Variability == Tunable }

// Settable reports whether the variable may be set before the start.
func (v *Variable) Settable() bool {
	if v.Variability == Constant || v.Causality == Independent || v.Causality == CalculatedParameter || v.Causality == StructuralParameter {
		return false
	}
	return v.Causality == Parameter || v.Causality == Input || v.Initial == "exact" || v.Initial == "approx"
}

// Variable returns the variable of a name, nil if there is none.
func (d *Description) Variable(name string) *Variable {
	if i, ok := d.byName[name]; ok {
		return &d.Variables[i]
	}
	return nil
}

// With returns the variables of a causality, in the order of the file.
func (d *Description) With(c Causality) (out []*Variable) {
	for i := range d.Variables {
		if d.Variables[i].Causality == c {
			out = append(out, &d.Variables[i])
		}
	}
	return out
}

// Interface returns how the FMU is used in one way; ok is false when it cannot be.
func (d *Description) Interface(k Kind) (i Interface, ok bool) {
	for _, i := range d.Interfaces {
		if i.Kind == k {
			return i, true
		}
	}
	return Interface{}, false
}

// UnitOf returns the unit of a variable; nil when it has none or one that is not defined.
func (d *Description) UnitOf(v *Variable) *Unit {
	for i := range d.Units {
		if v.Unit != "" && d.Units[i].Name == v.Unit {
			return &d.Units[i]
		}
	}
	return nil
}

// fits reports whether a number is a value of the type of the variable. The greatest integers of 64 bits are taken as the power
// of two that a float64 makes of them.
func (v *Variable) fits(x float64) bool {
	if math.IsNaN(x) {
		return false
	}
	switch v.Type {
	case Float64:
		return !math.IsInf(x, 0)
	case Float32:
		return math.Abs(x) <= math.MaxFloat32
	case Boolean, Clock:
		return x == 0 || x == 1
	case Int8, Int16, Int32, Int64:
		bits := map[Type]int{Int8: 7, Int16: 15, Int32: 31, Int64: 63}[v.Type]
		top := math.Ldexp(1, bits)
		return x == math.Trunc(x) && x >= -top && (x < top || x == top && bits == 63)
	case UInt8, UInt16, UInt32, UInt64:
		bits := map[Type]int{UInt8: 8, UInt16: 16, UInt32: 32, UInt64: 64}[v.Type]
		return x == math.Trunc(x) && x >= 0 && (x < math.Ldexp(1, bits) || x == math.Ldexp(1, bits) && bits == 64)
	}
	return false
}
