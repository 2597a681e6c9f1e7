package component

import (
	"cmp"
	"slices"

	"github.com/orrery-twin/orrery/twin/expression"
)

// Domain is what flows through a port.
type Domain string

// The domains, with the quantities across and through.
const (
	Heat     Domain = "heat"     // T temperature, Q heat flow
	Shaft    Domain = "shaft"    // w angular speed, M torque
	Fluid    Domain = "fluid"    // p pressure, q volume flow
	Electric Domain = "electric" // v voltage to ground, i current
)

// quantities are the names of what is across and through the ports of a domain, the unit of the former, and the guess that
// an unknown one is solved from.
var quantities = map[Domain]struct{ across, through, unit, start string }{
	Heat:     {"T", "Q", "K", "293.15"},
	Shaft:    {"w", "M", "rad/s", "0"},
	Fluid:    {"p", "q", "Pa", "101325"},
	Electric: {"v", "i", "V", "1"},
}

// Port is where a component is connected.
type Port struct {
	Name     string
	Domain   Domain
	Holds    bool // the component gives the quantity across, else what flows through
	Optional bool // it may stay unconnected
}

// Kind is a type of component.
type Kind struct {
	Name, Label, What          string
	Ports                      []Port
	Inputs, Parameters, States []expression.VariableText
	Equations                  string
	Outputs                    []expression.OutputText
}

// Kinds lists all types of components by name. The list is shared: do not change it.
func Kinds() []Kind { return library }

// Lookup returns the type of component with this name.
func Lookup(name string) (*Kind, bool) {
	i, ok := slices.BinarySearchFunc(library, name, func(k Kind, n string) int { return cmp.Compare(k.Name, n) })
	if !ok {
		return nil, false
	}
	return &library[i], true
}

func (k *Kind) port(name string) *Port {
	for i := range k.Ports {
		if k.Ports[i].Name == name {
			return &k.Ports[i]
		}
	}
	return nil
}

// library is all kinds, sorted by name.
var library = func() []Kind {
	all := slices.Concat(thermal, mechanical, hydraulic, electrical)
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return all
}()

// quantity declares a variable: name, label, unit, value, and the ends of its range, which may be left out.
func quantity(name, label, unit, value string, ends ...string) expression.VariableText {
	v := expression.VariableText{Name: name, Label: label, Unit: unit, Value: value}
	copy(v.Range[:], ends)
	return v
}

func shown(name, label, unit, text string) expression.OutputText {
	return expression.OutputText{Name: name, Label: label, Unit: unit, Text: text}
}

type (
	variables = []expression.VariableText
	outputs   = []expression.OutputText
)
