package fmi

import (
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// Value is the value of a variable; one of the slices is used, with one element unless the variable is an array. True is 1.
type Value struct {
	Numbers  []float64
	Texts    []string
	Binaries [][]byte
}

// Number makes a Value of numbers.
func Number(v ...float64) Value { return Value{Numbers: v} }

// Text makes a Value of texts.
func Text(s ...string) Value { return Value{Texts: s} }

// String shows the value as it stands in files: elements with a space in between.
func (v Value) String() string {
	var parts []string
	for _, x := range v.Numbers {
		parts = append(parts, strconv.FormatFloat(x, 'g', -1, 64))
	}
	parts = append(parts, v.Texts...)
	for _, b := range v.Binaries {
		parts = append(parts, hex.EncodeToString(b))
	}
	return strings.Join(parts, " ")
}

// Parse reads a value for the variable from a text, as it is written in XML: true and false, the names of the items of an
// enumeration are not.
func (v *Variable) Parse(text string) (Value, error) {
	switch v.Type {
	case String:
		return Text(text), nil
	case Binary:
		b, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return Value{}, fmt.Errorf("fmi: %s: %.40q is not hexadecimal", v.Name, text)
		}
		return Value{Binaries: [][]byte{b}}, nil
	}
	var out Value
	for _, f := range strings.Fields(text) {
		n, err := v.parse(f)
		if err != nil {
			return Value{}, fmt.Errorf("fmi: %s: %w", v.Name, err)
		}
		out.Numbers = append(out.Numbers, n)
	}
	if len(out.Numbers) == 0 {
		return Value{}, fmt.Errorf("fmi: %s: there is no value", v.Name)
	}
	return out, nil
}

// sets checks values and orders them by name.
func (d *Description) sets(values map[string]Value, running bool) ([]wire.Set, error) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []wire.Set
	for _, name := range names {
		v := d.Variable(name)
		if v == nil {
			return nil, fmt.Errorf("fmi: %s has no variable %q%s", d.Model, name, d.near(name))
		}
		if running && v.Causality != Input && !v.Tunable() {
			return nil, fmt.Errorf("fmi: %s: %q is not tunable: set it before the start", d.Model, name)
		}
		if !running && !v.Settable() {
			return nil, fmt.Errorf("fmi: %s: %q cannot be set: it is a %s %s", d.Model, name, v.Variability, v.Causality)
		}
		set, err := v.set(values[name])
		if err != nil {
			return nil, fmt.Errorf("fmi: %s: %q: %w", d.Model, name, err)
		}
		out = append(out, set)
	}
	return out, nil
}

func (v *Variable) set(val Value) (wire.Set, error) {
	s := wire.Set{Reference: v.Reference, Type: v.Type, Numbers: val.Numbers, Texts: val.Texts, Binaries: val.Binaries}
	n := len(val.Numbers)
	switch v.Type {
	case String:
		n = len(val.Texts)
	case Binary:
		n = len(val.Binaries)
	}
	if n != v.Count() || len(val.Numbers)+len(val.Texts)+len(val.Binaries) != n {
		return s, fmt.Errorf("%d values of its type %s, it takes %d", n, v.Type, v.Count())
	}
	for _, x := range val.Numbers {
		if !v.fits(x) {
			return s, fmt.Errorf("%g is no %s", x, v.Type)
		}
		if x < v.Min || x > v.Max {
			return s, fmt.Errorf("%g is out of its range, %g to %g", x, v.Min, v.Max)
		}
	}
	for _, t := range val.Texts {
		if strings.ContainsRune(t, 0) {
			return s, fmt.Errorf("a text must not hold a zero byte")
		}
	}
	return s, nil
}

// near suggests a name that is written almost like one that is not there.
func (d *Description) near(name string) string {
	for i := range d.Variables {
		if other := d.Variables[i].Name; strings.EqualFold(other, name) || strings.HasSuffix(other, "."+name) {
			return fmt.Sprintf("; it has %q", other)
		}
	}
	return ""
}
