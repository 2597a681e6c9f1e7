package project

import (
	"io/fs"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// FMU is a model of another tool that computes the assets of a kind, and how its variables are tied to their signals. What the
// file holds is not looked at here.
type FMU struct {
	Name, Label string
	File        string // slash-separated, relative to the folder of the twin
	Type        string // "co-simulation", "model-exchange", or empty: the first that it offers
	// What drives it in each step, what is set before the start, what starts as it is measured, and what it shows.
	Inputs, Parameters, Starts, Outputs []FMUVariable
	Failed, Power                       string        // variables; empty: none
	Failure                             string        // what has failed, for people
	Step                                time.Duration // the longest communication step; 0: that of the result
	Settle                              time.Duration // how long before a run it begins
	Tolerance                           float64       // relative; 0: as the FMU says
	Line                                int           // of its key in the twin file, from 1

	file   string // the twin file
	places map[string]*node
}

// FMUVariable ties a variable of an FMU to a name and a signal.
type FMUVariable struct {
	Name     string // by which a scenario sets it
	Variable string
	Signal   string     // relative to an asset of the kind; empty: none
	Unit     *twin.Unit // of the variable, instead of what the FMU says; nil: as it says
	Value    Quantity
	Range    [2]Quantity
	SD       Quantity
}

// Quantity is a number with the unit that it was written in.
type Quantity struct {
	Given  bool
	Number float64
	Unit   *twin.Unit // nil: that of the variable
}

// FMUOf returns the FMU of this name that the file describes, or nil.
func (p *Project) FMUOf(model string) *FMU {
	for i := range p.FMUs {
		if p.FMUs[i].Name == model {
			return &p.FMUs[i]
		}
	}
	return nil
}

// Fault gives something that is wrong with the FMU its place in the file: "inputs.speed", "file".
func (f *FMU) Fault(place, what, remedy string) Error {
	at := f.places[place]
	if at == nil {
		at = f.places["file"]
	}
	if at == nil {
		return Error{File: f.file, Line: f.Line, What: what, Remedy: remedy}
	}
	return Error{File: f.file, Line: int(at.line), Column: int(at.column), What: what, Remedy: remedy}
}

// maxLinks bounds the variables of one FMU that a twin file names.
const maxLinks = 1000

func (r *reader) readFMUs(n *node, fsys fs.FS, p *Project) {
	for i, e := range r.entries(n, "fmus") {
		switch {
		case i >= maxModels:
			r.fault(e.key, "split the twin", "more than %d FMUs", maxModels)
			return
		case p.EquationsOf(e.key.text) != nil:
			r.fault(e.key, "give it another name", "there are equations %q already", e.key.text)
		case r.name(e.key, e.key.text):
			p.FMUs = append(p.FMUs, r.fmu(e, fsys))
		}
	}
}

func (r *reader) fmu(e pair, fsys fs.FS) FMU {
	o := r.object(e.value, "fmu")
	f := FMU{Name: e.key.text, Label: humanize(e.key.text), Line: int(e.key.line), file: r.file, places: map[string]*node{}}
	if o.has("label") {
		f.Label = o.text("label")
	}
	for _, key := range keys["fmu"] {
		if o.has(key) {
			f.places[key] = o.at(key)
		}
	}
	if o.need("file", "name an FMU in the folder of the twin, such as models/pump.fmu") {
		f.File = o.text("file")
		if info, err := fs.Stat(fsys, f.File); !fs.ValidPath(f.File) || strings.Contains(f.File, `\`) {
			r.fault(o.at("file"), "write a path below the folder of the twin, with slashes and no ..", "%q leads out of the folder", f.File)
		} else if err != nil || !info.Mode().IsRegular() {
			r.fault(o.at("file"), "put it into the folder of the twin, or mend the name", "there is no file %q", f.File)
		}
	}
	f.Type = o.choice("type", "", "co-simulation", "model-exchange")
	f.Inputs, f.Parameters = r.fmuVariables(o, "inputs", &f), r.fmuVariables(o, "parameters", &f)
	f.Starts, f.Outputs = r.fmuVariables(o, "starts", &f), r.fmuVariables(o, "outputs", &f)
	if len(f.Outputs) == 0 {
		r.fault(e.key, "write outputs: {VARIABLE: signal}", "the FMU %s shows nothing", e.key.text)
	}
	f.Failed, f.Failure, f.Power = o.text("failed"), o.text("failure"), o.text("power")
	f.Step, f.Settle = o.duration("step", 0, 366*24*time.Hour), o.duration("settle", 0, 366*24*time.Hour)
	f.Tolerance = o.within("tolerance", 0, 0, .1)
	return f
}

// fmuVariables reads a list of variables. A word alone is the value of a parameter, and the signal of all others.
func (r *reader) fmuVariables(o object, list string, f *FMU) (out []FMUVariable) {
	for i, e := range r.entries(o.n.find(list), list) {
		if i >= maxLinks {
			r.fault(e.key, "name those alone that matter to the twin", "more than %d %s", maxLinks, list)
			return out
		}
		v := FMUVariable{Name: e.key.text, Variable: e.key.text}
		f.places[list+"."+e.key.text] = e.key
		if !r.name(e.key, e.key.text) {
			continue
		}
		switch {
		case e.value.kind != scalar:
			r.fmuVariable(r.object(e.value, "link"), list, &v)
		case list == "parameters":
			v.Value = r.quantity(e.value, e.key.text)
		default:
			v.Signal = r.word(e.value, e.key.text)
		}
		if list == "outputs" && v.Signal == "" {
			r.fault(e.key, "name the signal that it predicts", "the output %s leads nowhere", e.key.text)
		}
		f.places[list+"."+e.key.text+".signal"] = e.value
		if n := e.value.find("signal"); n != nil {
			f.places[list+"."+e.key.text+".signal"] = n
		}
		out = append(out, v)
	}
	return out
}

func (r *reader) fmuVariable(o object, list string, v *FMUVariable) {
	if o.has("variable") {
		v.Variable = o.text("variable")
	}
	if o.has("unit") {
		u := o.unit("unit")
		v.Unit = &u
	}
	if v.Signal = o.text("signal"); v.Signal != "" && list == "parameters" {
		r.fault(o.at("signal"), "put it under inputs, if it is tunable, or under starts", "a parameter follows no signal")
	}
	if o.has("value") {
		v.Value = r.quantity(o.at("value"), "value")
	}
	if o.has("sd") {
		if v.SD = r.quantity(o.at("sd"), "sd"); v.SD.Number < 0 {
			r.fault(o.at("sd"), "give one above 0", "sd %g is out of range", v.SD.Number)
		}
	}
	if items := r.items(o.n.find("range"), "range"); len(items) == 2 {
		v.Range = [2]Quantity{r.quantity(items[0], "range"), r.quantity(items[1], "range")}
		if low, hi := v.Range[0], v.Range[1]; low.Given && hi.Given && low.si() >= hi.si() {
			r.fault(o.at("range"), "write [low, high]", "the range is empty")
		}
	} else if o.has("range") {
		r.fault(o.at("range"), "write [low, high]", "range has %d ends", len(items))
	}
	for _, key := range []string{"value", "sd", "range"} {
		if list == "outputs" && o.has(key) {
			r.fault(o.at(key), "take it out", "an output has no %s", key)
		}
	}
}

// si is for comparing two quantities of one variable.
func (q Quantity) si() float64 {
	if q.Unit == nil {
		return q.Number
	}
	return q.Unit.SI(q.Number)
}

// quantity reads 12 or "12 kW".
func (r *reader) quantity(n *node, what string) Quantity {
	number, symbol, has := strings.Cut(r.word(n, what), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		r.fault(n, `write a number, or one with its unit: "12 kW"`, "%s %q is no quantity", what, n.text)
		return Quantity{}
	}
	q := Quantity{Given: true, Number: v}
	if has {
		u, err := twin.ParseUnit(strings.TrimSpace(symbol))
		if err != nil {
			r.fault(n, didYouMean(symbol, twin.UnitSymbols(), "unit"), "unknown unit %q", symbol)
		}
		q.Unit = &u
	}
	return q
}

// fmuSignals checks that the signals that an FMU names are there in the kind that it computes.
func (k *kinds) fmuSignals(f *FMU, kind string) {
	t := k.templates[kind]
	if t == nil {
		return
	}
	check := func(list string, variables []FMUVariable) {
		for _, v := range variables {
			if _, ok := t.bySignal[v.Signal]; ok || v.Signal == "" {
				continue
			}
			var near []string
			for _, s := range t.signals {
				near = append(near, s.proto.Path)
			}
			k.fault(f.places[list+"."+v.Name+".signal"], didYouMean(v.Signal, near, "signal"), "kind %s has no signal %q", kind, v.Signal)
		}
	}
	check("inputs", f.Inputs)
	check("starts", f.Starts)
	check("outputs", f.Outputs)
}
