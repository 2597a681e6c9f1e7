package expression

import "github.com/orrery-twin/orrery/twin"

// Type is what is known at load time of a value: its physical dimension and whether it is a truth.
type Type struct {
	Dimension Dimension
	Truth     bool     // 1 for yes, 0 for no
	Unknown   bool     // nothing is known of the dimension, as of x ^ y
	States    []string // of a signal with states: what its numbers stand for
}

// Dimension is the exponents of what a quantity is made of. A product or quotient of angles loses the mark of being an
// angle against other quantities: torque times angular speed is power.
type Dimension struct {
	Metre, Kilogram, Second, Ampere, Kelvin int8
	Radian                                  int8
	derived                                 bool // made by * or /, so that radians do not count
}

// dimensions gives those that twin.Unit names.
var dimensions = map[string]Dimension{
	"": {}, "number": {},
	"length":        {Metre: 1},
	"speed":         {Metre: 1, Second: -1},
	"acceleration":  {Metre: 1, Second: -2},
	"time":          {Second: 1},
	"temperature":   {Kelvin: 1},
	"angle":         {Radian: 1},
	"angular speed": {Radian: 1, Second: -1},
	"power":         {Kilogram: 1, Metre: 2, Second: -3},
	"energy":        {Kilogram: 1, Metre: 2, Second: -2},
	"pressure":      {Kilogram: 1, Metre: -1, Second: -2},
	"torque":        {Kilogram: 1, Metre: 2, Second: -2, Radian: -1},
	"current":       {Ampere: 1},
	"voltage":       {Kilogram: 1, Metre: 2, Second: -3, Ampere: -1},
	"frequency":     {Second: -1},
	"mass":          {Kilogram: 1},
	"volume":        {Metre: 3},
	"volume flow":   {Metre: 3, Second: -1},
}

// TypeOf returns the type of a signal.
func TypeOf(s *twin.Signal) Type {
	d, known := dimensions[s.Unit.Dimension]
	return Type{Dimension: d, Unknown: !known, Truth: s.Kind == twin.Bool, States: s.States}
}

// Fits reports whether a value of this type may stand in a unit.
func (t Type) Fits(u twin.Unit) bool {
	d, known := dimensions[u.Dimension]
	return !known || t.Unknown || t.Dimension.like(d)
}

// Number reports whether the value is a plain number, to which any unit may be given.
func (t Type) Number() bool { return !t.Unknown && t.Dimension.like(Dimension{}) }

// like reports whether two quantities may be added or compared.
func (d Dimension) like(o Dimension) bool {
	free := d.derived || o.derived
	d.derived, o.derived = false, false
	if free {
		d.Radian, o.Radian = 0, 0
	}
	return d == o
}
