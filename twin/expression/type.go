package expression

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

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

// Like reports whether two values may be added or compared.
func (t Type) Like(o Type) bool { return t.Unknown || o.Unknown || t.Dimension.like(o.Dimension) }

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

// kelvin is what no bare number stands for: zero degrees are not nothing.
var kelvin = Dimension{Kelvin: 1}

// meet returns the dimension of what is made of two that are alike: the one that says more.
func (d Dimension) meet(o Dimension) Dimension {
	if d.derived {
		return o
	}
	return d
}

// times multiplies by o, or with sign -1 divides.
func (d Dimension) times(o Dimension, sign int8) Dimension {
	switch {
	case o == Dimension{}:
		return d
	case d == Dimension{} && sign > 0:
		return o
	}
	f := func(a, b int8) int8 { return saturate(int(a) + int(sign)*int(b)) }
	return Dimension{f(d.Metre, o.Metre), f(d.Kilogram, o.Kilogram), f(d.Second, o.Second), f(d.Ampere, o.Ampere), f(d.Kelvin, o.Kelvin),
		f(d.Radian, o.Radian), true}
}

// power raises to a small whole number.
func (d Dimension) power(n int8) Dimension {
	if n == 1 || d == (Dimension{}) {
		return d
	}
	f := func(a int8) int8 { return saturate(int(a) * int(n)) }
	return Dimension{f(d.Metre), f(d.Kilogram), f(d.Second), f(d.Ampere), f(d.Kelvin), f(d.Radian), true}
}

// String names the dimension: "a temperature", or else by SI units, "m·s⁻²·kg".
func (d Dimension) String() string {
	for _, name := range names {
		if d.like(dimensions[name]) {
			if strings.ContainsRune("aeo", rune(name[0])) {
				return "an " + name
			}
			return "a " + name
		}
	}
	var out []string
	for _, f := range []struct {
		symbol string
		power  int8
	}{{"kg", d.Kilogram}, {"m", d.Metre}, {"s", d.Second}, {"A", d.Ampere}, {"K", d.Kelvin}, {"rad", d.Radian}} {
		switch {
		case f.power == 1:
			out = append(out, f.symbol)
		case f.power != 0:
			out = append(out, fmt.Sprintf("%s^%d", f.symbol, f.power))
		}
	}
	return "something in " + strings.Join(out, "·")
}

// names of dimensions, the simplest first, so that a derived one is called by the name that most would give it.
var names = func() []string {
	var out []string
	for name := range dimensions {
		if name != "" {
			out = append(out, name)
		}
	}
	rank := map[string]int{"number": -1, "power": -1, "energy": -1, "frequency": -1}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(rank[a]-rank[b], cmp.Compare(a, b)) })
	return out
}()

// example gives a quantity for the one of two dimensions that is no number.
func example(a, b Dimension) string {
	if a.like(Dimension{}) {
		a = b
	}
	for _, symbol := range []string{"°C", "m/s", "rpm", "m", "°", "kW", "bar", "s", "A", "V", "Hz", "kg", "kN·m", "kWh", "m³", "m³/h", "m/s²"} {
		if u, err := twin.ParseUnit(symbol); err == nil && a.like(dimensions[u.Dimension]) {
			return "70 " + symbol
		}
	}
	return "70 m"
}

// Unit returns the SI unit of the value, or none when it has no name.
func (t Type) Unit() twin.Unit {
	if t.Unknown || t.Number() {
		return twin.Unit{}
	}
	for _, symbol := range twin.UnitSymbols() {
		u, err := twin.ParseUnit(symbol)
		if err == nil && u.Scale == 1 && u.Offset == 0 && dimensions[u.Dimension] == t.plain() {
			return u
		}
	}
	return twin.Unit{}
}

// plain is the dimension without the mark of a product.
func (t Type) plain() Dimension {
	d := t.Dimension
	d.derived = false
	return d
}
