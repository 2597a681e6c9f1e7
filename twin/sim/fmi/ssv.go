package fmi

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ParameterSet is an SSV file (System Structure and Parameterization 1.0, section 6): named values for the parameters of
// a model, which is what a scenario sets.
type ParameterSet struct {
	Name       string
	Parameters []SetParameter // in the order of the file, each name once
}

// SetParameter is one value of a set, in the unit that it names; an empty unit is that of the model.
type SetParameter struct {
	Name, Unit string
	Type       SetType
	Text       string  // of strings and enumerations
	Number     float64 // of all others; true is 1
}

// SetType is the type of a value as SSV names it.
type SetType string

// The types. Binary values are not read.
const (
	SetReal        SetType = "Real"
	SetInteger     SetType = "Integer"
	SetBoolean     SetType = "Boolean"
	SetString      SetType = "String"
	SetEnumeration SetType = "Enumeration"
)

// Bounds on a set.
const (
	largestSet        = 16 << 20 // bytes
	mostSetParameters = 100_000
	setNamespace      = "http://ssp-standard.org/SSP1/SystemStructureParameterValues"
)

type xmlSet struct {
	XMLName    xml.Name          `xml:"ParameterSet"`
	Version    string            `xml:"version,attr"`
	Name       string            `xml:"name,attr"`
	Parameters []xmlSetParameter `xml:"Parameters>Parameter"`
}

type xmlSetParameter struct {
	Name   string        `xml:"name,attr"`
	Values []xmlSetValue `xml:",any"`
}

type xmlSetValue struct {
	XMLName xml.Name
	Value   *string `xml:"value,attr"`
	Unit    string  `xml:"unit,attr"`
}

// ReadParameterSet reads an SSV file of version 1.
func ReadParameterSet(r io.Reader) (*ParameterSet, error) {
	var x xmlSet
	if err := decode(r, largestSet, &x); err != nil {
		return nil, fmt.Errorf("fmi: parameter set: %w", err)
	}
	return x.read()
}

// read checks a set.
func (x *xmlSet) read() (*ParameterSet, error) {
	if x.XMLName.Space != setNamespace {
		return nil, fmt.Errorf("fmi: parameter set: the namespace %.80q is not that of SSV 1: export it as SSP 1.0", x.XMLName.Space)
	}
	if x.Version != "1.0" && !strings.HasPrefix(x.Version, "1.0.") {
		return nil, fmt.Errorf("fmi: parameter set: version %.20q is not read: export it as SSP 1.0", x.Version)
	}
	if len(x.Parameters) > mostSetParameters {
		return nil, fmt.Errorf("fmi: parameter set: %d values are too many, take %d", len(x.Parameters), mostSetParameters)
	}
	out := &ParameterSet{Name: x.Name}
	seen := make(map[string]bool, len(x.Parameters))
	for i := range x.Parameters {
		p, err := x.Parameters[i].read()
		if err == nil && seen[p.Name] {
			err = fmt.Errorf("it is there twice: keep one")
		}
		if err != nil {
			return nil, fmt.Errorf("fmi: parameter set: %.80q: %w", x.Parameters[i].Name, err)
		}
		seen[p.Name] = true
		out.Parameters = append(out.Parameters, p)
	}
	return out, nil
}

// read checks one parameter; annotations beside its value are passed over.
func (x *xmlSetParameter) read() (p SetParameter, err error) {
	if x.Name == "" {
		return p, fmt.Errorf("a parameter has no name")
	}
	found := 0
	for _, v := range x.Values {
		if v.XMLName.Local == "Annotations" {
			continue
		}
		if found++; v.Value == nil {
			return p, fmt.Errorf("%.40s has no value", v.XMLName.Local)
		}
		p = SetParameter{Name: x.Name, Unit: v.Unit, Type: SetType(v.XMLName.Local)}
		if err := p.parse(*v.Value); err != nil {
			return p, err
		}
	}
	if found != 1 {
		return p, fmt.Errorf("it has %d values: give one", found)
	}
	return p, nil
}

func (p *SetParameter) parse(text string) (err error) {
	switch p.Type {
	case SetString, SetEnumeration:
		p.Text = text
		return nil
	case SetReal:
		p.Number, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
	case SetInteger:
		var n int64
		n, err = strconv.ParseInt(strings.TrimSpace(text), 10, 32)
		p.Number = float64(n)
	case SetBoolean:
		var b boolean
		if err = b.UnmarshalXMLAttr(xml.Attr{Name: xml.Name{Local: "value"}, Value: text}); err == nil && bool(b) {
			p.Number = 1
		}
	default:
		return fmt.Errorf("the type %.40q is not read: give Real, Integer, Boolean, String or Enumeration", string(p.Type))
	}
	if err != nil || math.IsNaN(p.Number) || math.IsInf(p.Number, 0) {
		return fmt.Errorf("%.40q is no %s", text, p.Type)
	}
	return nil
}

// Write writes the set as an SSV file of version 1.0.
func (s *ParameterSet) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, "<ssv:ParameterSet xmlns:ssv=%q version=\"1.0\" name=\"%s\">\n  <ssv:Parameters>\n", setNamespace, escaped(s.Name))
	for i := range s.Parameters {
		p := &s.Parameters[i]
		value, err := p.written()
		if err != nil {
			return fmt.Errorf("fmi: parameter set: %.80q: %w", p.Name, err)
		}
		unit := ""
		if p.Unit != "" && p.Type == SetReal {
			unit = fmt.Sprintf(" unit=\"%s\"", escaped(p.Unit))
		}
		fmt.Fprintf(&b, "    <ssv:Parameter name=\"%s\"><ssv:%s value=\"%s\"%s/></ssv:Parameter>\n", escaped(p.Name), p.Type, escaped(value), unit)
	}
	b.WriteString("  </ssv:Parameters>\n</ssv:ParameterSet>\n")
	_, err := w.Write(b.Bytes())
	return err
}

func (p *SetParameter) written() (string, error) {
	switch p.Type {
	case SetString, SetEnumeration:
		return p.Text, nil
	case SetBoolean:
		return strconv.FormatBool(p.Number != 0), nil
	case SetReal, SetInteger:
		if math.IsNaN(p.Number) || math.IsInf(p.Number, 0) || p.Type == SetInteger && p.Number != float64(int32(p.Number)) {
			return "", fmt.Errorf("%g is no %s", p.Number, p.Type)
		}
		return strconv.FormatFloat(p.Number, 'g', -1, 64), nil
	}
	return "", fmt.Errorf("the type %.40q cannot be written", string(p.Type))
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

// Assignments are the values of a set for one FMU, in the units of its variables. A value whose unit is another one than
// that of the variable is converted where the FMU defines both.
func (s *ParameterSet) Assignments(d *Description) ([]Assignment, error) {
	var out []Assignment
	for i := range s.Parameters {
		p := &s.Parameters[i]
		v := d.Variable(p.Name)
		if v == nil {
			return nil, fmt.Errorf("fmi: parameter set %s: %s has no variable %q%s", s.Name, d.Model, p.Name, d.near(p.Name))
		}
		value, err := p.value(d, v)
		if err == nil {
			_, err = d.sets(map[string]Value{p.Name: value}, false)
		}
		if err != nil {
			return nil, fmt.Errorf("fmi: parameter set %s: %q: %w", s.Name, p.Name, err)
		}
		out = append(out, Assignment{Name: p.Name, Value: value})
	}
	return out, nil
}

func (p *SetParameter) value(d *Description, v *Variable) (Value, error) {
	if p.Type == SetString {
		return Text(p.Text), nil
	}
	if p.Type == SetEnumeration {
		return d.item(v, p.Text)
	}
	if p.Unit == "" || p.Unit == v.Unit {
		return Number(p.Number), nil
	}
	from, to := d.unit(p.Unit), d.UnitOf(v)
	if from == nil || to == nil || !from.Known || !to.Known || from.Exponents != to.Exponents {
		return Value{}, fmt.Errorf("%q cannot be turned into %q: give the value in the unit of the model", p.Unit, v.Unit)
	}
	return Number(to.FromSI(from.SI(p.Number))), nil
}

func (d *Description) unit(name string) *Unit {
	for i := range d.Units {
		if d.Units[i].Name == name {
			return &d.Units[i]
		}
	}
	return nil
}

// item is the value of an enumeration by the name of its item.
func (d *Description) item(v *Variable, name string) (Value, error) {
	for i := range d.DeclaredTypes {
		t := &d.DeclaredTypes[i]
		if t.Name != v.DeclaredType {
			continue
		}
		for _, it := range t.Items {
			if it.Name == name {
				return Number(float64(it.Value)), nil
			}
		}
	}
	return Value{}, fmt.Errorf("%.40q is no item of %q", name, v.DeclaredType)
}
