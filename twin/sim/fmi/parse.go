package fmi

import (
	"bytes"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// Bounds on a description.
const (
	largestDescription = 64 << 20 // bytes
	mostVariables      = 1 << 20
	mostValues         = 1 << 20 // of one array
	deepest            = 64      // elements within one another
)

// decode reads XML into v: bounded in size and depth, UTF-8 or Latin 1.
func decode(r io.Reader, limit int64, v any) error {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return err
	}
	if int64(len(text)) > limit {
		return fmt.Errorf("more than %d MB", limit>>20)
	}
	if err := checkDepth(text); err != nil {
		return err
	}
	return newDecoder(text).Decode(v)
}

func newDecoder(text []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "iso-8859-1") || strings.EqualFold(charset, "latin1") {
			raw, err := io.ReadAll(in)
			runes := make([]rune, len(raw))
			for i, b := range raw {
				runes[i] = rune(b)
			}
			return strings.NewReader(string(runes)), err
		}
		return nil, fmt.Errorf("encoding %q is not read; write it as UTF-8", charset)
	}
	return d
}

func checkDepth(text []byte) error {
	d := newDecoder(text)
	depth := 0
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth++; depth > deepest {
				line, _ := d.InputPos()
				return fmt.Errorf("line %d: elements stand more than %d deep in one another", line, deepest)
			}
		case xml.EndElement:
			depth--
		}
	}
}

// ParseDescription reads a modelDescription.xml of FMI 2 or 3. What it returns is complete, if not always valid: see Validate.
func ParseDescription(r io.Reader) (*Description, error) {
	var x xmlDescription
	if err := decode(r, largestDescription, &x); err != nil {
		return nil, fmt.Errorf("fmi: modelDescription.xml: %w", err)
	}
	d, err := x.description()
	if err != nil {
		return nil, fmt.Errorf("fmi: modelDescription.xml: %w", err)
	}
	return d, nil
}

func (x *xmlDescription) description() (*Description, error) {
	d := &Description{VersionText: x.Version, Model: x.Model, Token: x.Token, About: x.About, Author: x.Author, License: x.License, Tool: x.Tool, Made: x.Made,
		byName: map[string]int{}}
	switch {
	case x.Version == "2.0":
		d.Version, d.Token = 2, x.GUID
	case strings.HasPrefix(x.Version, "3."):
		d.Version = 3
	case strings.HasPrefix(x.Version, "1."):
		return nil, errors.New("FMI 1.0 is not supported: export the model as FMI 2.0 or 3.0")
	default:
		return nil, fmt.Errorf("fmiVersion %q is neither 2.0 nor 3.x", x.Version)
	}
	d.addInterface(CoSimulation, x.CoSim)
	d.addInterface(ModelExchange, x.Exchange)
	if x.Scheduled != nil && len(d.Interfaces) == 0 {
		d.structureFault = "it offers Scheduled Execution alone, which is not supported"
	}
	for _, c := range x.Categories {
		d.LogCategories = append(d.LogCategories, c.Name)
	}
	if err := x.units(d); err != nil {
		return nil, err
	}
	if err := x.types(d); err != nil {
		return nil, err
	}
	nan := math.NaN()
	d.Experiment = Experiment{nan, nan, nan, nan}
	if e := x.Experiment; e != nil {
		for _, f := range []struct {
			text string
			to   *float64
		}{{e.Start, &d.Experiment.StartSec}, {e.Stop, &d.Experiment.StopSec}, {e.Step, &d.Experiment.StepSec}, {e.Tolerance, &d.Experiment.Tolerance}} {
			if err := number(f.text, f.to); err != nil {
				return nil, fmt.Errorf("DefaultExperiment: %w", err)
			}
		}
	}
	if len(x.Variables.All) > mostVariables {
		return nil, fmt.Errorf("%d variables are too many", len(x.Variables.All))
	}
	for i := range x.Variables.All {
		if err := x.Variables.All[i].add(d); err != nil {
			return nil, fmt.Errorf("variable %q: %w", x.Variables.All[i].Name, err)
		}
	}
	if err := d.resolveSizes(); err != nil {
		return nil, err
	}
	return d, x.structure(d)
}

func (d *Description) addInterface(k Kind, x *xmlInterface) {
	if x == nil {
		return
	}
	i := Interface{Kind: k, Identifier: x.Identifier, NeedsTool: bool(x.NeedsTool), OncePerProcess: bool(x.Once), SaveState: bool(x.Save || x.Save2),
		ExportState: bool(x.Serialize || x.Serialize2), VariableSteps: bool(x.Variable), CompletedSteps: bool(x.Completed)}
	if d.Version == 2 {
		i.CompletedSteps = !bool(x.NotCompleted)
	}
	_ = number(x.FixedStep, &i.FixedStepSec) // advice, no more
	d.Interfaces = append(d.Interfaces, i)
}

// number reads an xs:double; an empty text leaves the value as it is.
func number(text string, to *float64) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%.40q is no number", text)
	}
	*to = v
	return nil
}

func (x *xmlDescription) units(d *Description) error {
	for _, u := range x.Units {
		out := Unit{Name: u.Name, Factor: 1}
		if b := u.Base; b != nil {
			out.Known = true
			out.Exponents = [8]int8{b.Kg, b.M, b.S, b.A, b.K, b.Mol, b.Cd, b.Rad}
			if err := errors.Join(number(b.Factor, &out.Factor), number(b.Offset, &out.Offset)); err != nil || !(math.Abs(out.Factor) > 0) || math.IsInf(out.Factor, 0) {
				return fmt.Errorf("unit %q: factor %q, offset %q: give numbers, the factor not 0", u.Name, b.Factor, b.Offset)
			}
		}
		for _, s := range u.Displays {
			shown := Display{Name: s.Name, Factor: 1, Inverse: bool(s.Inverse)}
			if err := errors.Join(number(s.Factor, &shown.Factor), number(s.Offset, &shown.Offset)); err != nil {
				return fmt.Errorf("display unit %q: %w", s.Name, err)
			}
			out.Displays = append(out.Displays, shown)
		}
		d.Units = append(d.Units, out)
	}
	return nil
}

// typeOf turns the name of an element into a type.
func (d *Description) typeOf(element string) (t Type, enumeration, ok bool) {
	if d.Version == 2 {
		switch element {
		case "Real":
			return Float64, false, true
		case "Integer":
			return Int32, false, true
		case "Enumeration":
			return Int32, true, true
		case "Boolean":
			return Boolean, false, true
		case "String":
			return String, false, true
		}
		return 0, false, false
	}
	if element == "Enumeration" {
		return Int64, true, true
	}
	for i := range wire.Types {
		if Type(i).String() == element {
			return Type(i), false, true
		}
	}
	return 0, false, false
}

func (a *xmlElement) bounds(low, high, nominal *float64) error {
	if err := number(a.Min, low); err != nil {
		return fmt.Errorf("min: %w", err)
	}
	if err := number(a.Max, high); err != nil {
		return fmt.Errorf("max: %w", err)
	}
	if err := number(a.Nominal, nominal); err != nil {
		return fmt.Errorf("nominal: %w", err)
	}
	return nil
}

func (x *xmlDescription) types(d *Description) error {
	for _, t := range x.Types.All {
		a, element := t, strings.TrimSuffix(t.XMLName.Local, "Type")
		if d.Version == 2 {
			if len(t.Of) != 1 {
				return fmt.Errorf("type %q: it needs one element that says what it is", t.Name)
			}
			a, element = t.Of[0], t.Of[0].XMLName.Local
		}
		of, _, ok := d.typeOf(element)
		if !ok {
			continue // a vendor's own, or Clock
		}
		out := DeclaredType{Name: t.Name, About: t.About, Quantity: a.Quantity, Unit: a.Unit, DisplayUnit: a.DisplayUnit, Type: of,
			Min: math.Inf(-1), Max: math.Inf(1), Nominal: 1}
		if err := a.bounds(&out.Min, &out.Max, &out.Nominal); err != nil {
			return fmt.Errorf("type %q: %w", t.Name, err)
		}
		for _, i := range a.Items {
			v, err := strconv.ParseInt(strings.TrimSpace(i.Value), 10, 64)
			if err != nil {
				return fmt.Errorf("type %q: item %q: %q is no number", t.Name, i.Name, i.Value)
			}
			out.Items = append(out.Items, Item{i.Name, v})
		}
		d.DeclaredTypes = append(d.DeclaredTypes, out)
	}
	return nil
}

func (x *xmlElement) add(d *Description) error {
	a, element := *x, x.XMLName.Local
	if d.Version == 2 {
		if element != "ScalarVariable" {
			return nil
		}
		found := false
		for _, of := range x.Of {
			if _, _, ok := d.typeOf(of.XMLName.Local); ok {
				a, element, found = of, of.XMLName.Local, true
				break
			}
		}
		if !found {
			return errors.New("it has no type")
		}
	}
	t, enumeration, ok := d.typeOf(element)
	if !ok {
		return fmt.Errorf("a %s is no variable that we know", element)
	}
	v := Variable{Name: x.Name, About: x.About, Type: t, Enumeration: enumeration, Causality: Causality(x.Causality), Variability: Variability(x.Variability),
		Initial: x.Initial, DeclaredType: a.Declared, Quantity: a.Quantity, Unit: a.Unit, DisplayUnit: a.DisplayUnit,
		Min: math.Inf(-1), Max: math.Inf(1), Nominal: 1, Derivative: -1, derivedFrom: -1}
	ref, err := strconv.ParseUint(strings.TrimSpace(x.Reference), 10, 32)
	if err != nil {
		return fmt.Errorf("valueReference %.40q is no number of 32 bits", x.Reference)
	}
	v.Reference = uint32(ref)
	v.defaults()
	for i := range d.DeclaredTypes {
		if of := &d.DeclaredTypes[i]; of.Name == a.Declared && a.Declared != "" {
			v.Min, v.Max, v.Nominal = of.Min, of.Max, of.Nominal
			v.Quantity, v.Unit, v.DisplayUnit = or(v.Quantity, of.Quantity), or(v.Unit, of.Unit), or(v.DisplayUnit, of.DisplayUnit)
		}
	}
	if err := a.bounds(&v.Min, &v.Max, &v.Nominal); err != nil {
		return err
	}
	if a.Derivative != "" {
		if v.derivedFrom, err = strconv.ParseInt(strings.TrimSpace(a.Derivative), 10, 64); err != nil {
			return fmt.Errorf("derivative %.40q is no number", a.Derivative)
		}
	}
	if err := x.starts(&v, a.Start); err != nil {
		return err
	}
	for _, dim := range x.Dimensions {
		out := Dimension{}
		if dim.Reference != "" {
			ref, err := strconv.ParseUint(strings.TrimSpace(dim.Reference), 10, 32)
			if err != nil {
				return fmt.Errorf("a dimension's valueReference %.40q is no number", dim.Reference)
			}
			out.Reference, out.Linked = uint32(ref), true
		} else {
			n, err := strconv.ParseUint(strings.TrimSpace(dim.Start), 10, 31)
			if err != nil {
				return fmt.Errorf("a dimension of %.40q", dim.Start)
			}
			out.Size = int(n)
		}
		v.Dimensions = append(v.Dimensions, out)
	}
	if _, twice := d.byName[v.Name]; !twice {
		d.byName[v.Name] = len(d.Variables)
	}
	d.Variables = append(d.Variables, v)
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// defaults fills in what the standard says of attributes that are not there (FMI 2.0.4 section 2.2.7, FMI 3.0.1 section 2.4.7).
func (v *Variable) defaults() {
	if v.Causality == "" {
		v.Causality = Local
	}
	if v.Variability == "" {
		switch {
		case v.Causality == Parameter || v.Causality == CalculatedParameter || v.Causality == StructuralParameter:
			v.Variability = Fixed
		case v.Type == Float64 || v.Type == Float32:
			v.Variability = Continuous
		default:
			v.Variability = Discrete
		}
	}
	if v.Initial != "" {
		return
	}
	switch {
	case v.Causality == Input || v.Causality == Independent:
	case v.Variability == Constant || v.Causality == Parameter || v.Causality == StructuralParameter:
		v.Initial = "exact"
	default:
		v.Initial = "calculated"
	}
}

// starts reads the start values of a variable.
func (x *xmlElement) starts(v *Variable, text string) error {
	switch v.Type {
	case String:
		for _, s := range x.Starts {
			v.StartTexts = append(v.StartTexts, s.Value)
		}
		for _, of := range x.Of { // FMI 2
			if of.XMLName.Local == "String" && v.StartTexts == nil && hasStart(of) {
				v.StartTexts = []string{of.Start}
			}
		}
	case Binary:
		for _, s := range x.Starts {
			b, err := hex.DecodeString(strings.TrimSpace(s.Value))
			if err != nil {
				return fmt.Errorf("start: %.40q is not hexadecimal", s.Value)
			}
			v.StartBytes = append(v.StartBytes, b)
		}
	case Clock:
	default:
		for _, f := range strings.Fields(text) {
			n, err := v.parse(f)
			if err != nil {
				return fmt.Errorf("start: %w", err)
			}
			if v.Start = append(v.Start, n); len(v.Start) > mostValues {
				return errors.New("start: too many values")
			}
		}
	}
	return nil
}

// hasStart reports whether a String of FMI 2 has a start: an empty one does not count, it is what the FMU begins with anyway.
func hasStart(a xmlElement) bool { return a.Start != "" }

// parse reads one value of a numeric variable as it is written in XML and in our files: true and false are 1 and 0.
func (v *Variable) parse(text string) (float64, error) {
	text = strings.TrimSpace(text)
	if v.Type == Boolean || v.Type == Clock {
		switch text {
		case "true", "1":
			return 1, nil
		case "false", "0":
			return 0, nil
		}
		return 0, fmt.Errorf("%.40q is neither true nor false", text)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) {
		return 0, fmt.Errorf("%.40q is no number", text)
	}
	if !v.fits(n) {
		return 0, fmt.Errorf("%.40q is no %s", text, v.Type)
	}
	return n, nil
}

// resolveSizes finds the extents that structural parameters give.
func (d *Description) resolveSizes() error {
	size := map[uint32]int{}
	for i := range d.Variables {
		v := &d.Variables[i]
		if (v.Causality == StructuralParameter || v.Variability == Constant) && len(v.Start) == 1 && v.Start[0] >= 0 && v.Start[0] <= mostValues {
			size[v.Reference] = int(v.Start[0])
		}
	}
	for i := range d.Variables {
		v := &d.Variables[i]
		n := 1
		for j := range v.Dimensions {
			dim := &v.Dimensions[j]
			if dim.Linked {
				s, ok := size[dim.Reference]
				if !ok {
					return fmt.Errorf("variable %q: no structural parameter has the value reference %d of its dimension", v.Name, dim.Reference)
				}
				dim.Size = s
			}
			if dim.Size > 0 && n > mostValues/dim.Size {
				return fmt.Errorf("variable %q has more than %d values", v.Name, mostValues)
			}
			n *= dim.Size
		}
	}
	return nil
}

// structure resolves what refers to variables by index (FMI 2) or by value reference (FMI 3).
func (x *xmlDescription) structure(d *Description) error {
	find := func(u xmlUnknown) (int, error) {
		text := or(u.Index, u.Reference)
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("ModelStructure: %.40q is no number", text)
		}
		i := d.refer(n)
		if i < 0 {
			return 0, fmt.Errorf("ModelStructure: there is no variable %d", n)
		}
		return i, nil
	}
	outputs, derivatives := x.Structure.Outputs, x.Structure.Derivatives
	if d.Version == 2 {
		outputs, derivatives = x.Structure.Outputs2, x.Structure.Derivatives2
	}
	for _, u := range outputs {
		i, err := find(u)
		if err != nil {
			return err
		}
		d.Outputs = append(d.Outputs, i)
	}
	for _, u := range derivatives {
		i, err := find(u)
		if err != nil {
			return err
		}
		d.Derivatives = append(d.Derivatives, i)
		if d.StateValues += d.Variables[i].Count(); d.StateValues > mostValues {
			return errors.New("there are too many continuous states")
		}
	}
	for i := range d.Variables {
		if v := &d.Variables[i]; v.derivedFrom >= 0 {
			v.Derivative = d.refer(v.derivedFrom)
		}
	}
	if d.Version == 2 {
		if x.Indicators != "" {
			n, err := strconv.ParseUint(strings.TrimSpace(x.Indicators), 10, 20)
			if err != nil {
				return fmt.Errorf("numberOfEventIndicators %.40q is no number up to a million", x.Indicators)
			}
			d.Indicators = int(n)
		}
		return nil
	}
	for _, u := range x.Structure.Indicators {
		i, err := find(u)
		if err != nil {
			return err
		}
		if d.Indicators += d.Variables[i].Count(); d.Indicators > mostValues {
			return errors.New("there are too many event indicators")
		}
	}
	return nil
}

// refer returns the index of the variable that a number stands for, -1 if there is none: in FMI 2 its place from 1, in FMI 3 its
// value reference.
func (d *Description) refer(n int64) int {
	if d.Version == 2 {
		if n < 1 || n > int64(len(d.Variables)) {
			return -1
		}
		return int(n) - 1
	}
	if d.byReference == nil {
		d.byReference = make(map[uint32]int, len(d.Variables))
		for i := len(d.Variables) - 1; i >= 0; i-- {
			d.byReference[d.Variables[i].Reference] = i
		}
	}
	if i, ok := d.byReference[uint32(n)]; ok && n >= 0 && n <= math.MaxUint32 {
		return i
	}
	return -1
}
