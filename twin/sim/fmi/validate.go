package fmi

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// Finding is something about an FMU that is wrong, or that its user should know.
type Finding struct {
	Fault bool // it breaks the standard, or cannot work; otherwise it is a remark
	Text  string
}

// mostFindings bounds what is said of a file that is wrong all over.
const mostFindings = 200

// Validate checks an FMU against the standard without running it, and names what it wants that is not supported.
func (f *File) Validate() []Finding {
	c := &checker{f: f}
	c.interfaces()
	c.names()
	for i := range f.Variables {
		c.variable(&f.Variables[i])
	}
	c.structure()
	c.archive()
	return c.found
}

type checker struct {
	f     *File
	found []Finding
}

func (c *checker) fault(format string, args ...any)  { c.say(true, format, args...) }
func (c *checker) remark(format string, args ...any) { c.say(false, format, args...) }

func (c *checker) say(fault bool, format string, args ...any) {
	if len(c.found) < mostFindings {
		c.found = append(c.found, Finding{fault, oneLine(fmt.Sprintf(format, args...))})
	}
}

func (c *checker) interfaces() {
	f := c.f
	if f.structureFault != "" {
		c.fault("%s", f.structureFault)
	} else if len(f.Interfaces) == 0 {
		c.fault("it offers neither Co-Simulation nor Model Exchange")
	}
	if f.Model == "" {
		c.fault("modelName is empty")
	}
	if f.Token == "" {
		c.fault("the token (guid or instantiationToken) is empty")
	}
	for _, i := range f.Interfaces {
		if !identifier(i.Identifier) {
			c.fault("%s: modelIdentifier %.60q is no identifier of C", i.Kind, i.Identifier)
		}
		if i.NeedsTool {
			c.remark("%s: it needs the tool that made it (%s) to be installed", i.Kind, or(f.Tool, "not named"))
		}
		if !i.SaveState {
			c.remark("%s: its state cannot be saved, so a what-if has to run from the start", i.Kind)
		}
		if i.ExportState && !i.SaveState {
			c.fault("%s: it can hand out states, but not save them", i.Kind)
		}
		if i.OncePerProcess {
			c.remark("%s: one instance per process, so each member of an ensemble takes a process", i.Kind)
		}
		if i.Kind == CoSimulation && !i.VariableSteps {
			c.remark("%s: all steps have to be of one length", i.Kind)
		}
	}
	if e := f.Experiment; e.StopSec <= e.StartSec {
		c.fault("DefaultExperiment: it stops at %g s, not after its start at %g s", e.StopSec, e.StartSec)
	}
}

func (c *checker) names() {
	seen := map[string]bool{}
	for i := range c.f.Variables {
		name := c.f.Variables[i].Name
		if name == "" {
			c.fault("variable %d has no name", i+1)
		} else if seen[name] {
			c.fault("variable %q is there twice", name)
		}
		seen[name] = true
	}
}

var causalities = map[Causality]bool{Parameter: true, CalculatedParameter: true, StructuralParameter: true, Input: true, Output: true, Local: true, Independent: true, "dependent": true}
var variabilities = map[Variability]bool{Constant: true, Fixed: true, Tunable: true, Discrete: true, Continuous: true}

func (c *checker) variable(v *Variable) {
	switch {
	case !causalities[v.Causality]:
		c.fault("variable %q: there is no causality %q", v.Name, v.Causality)
	case !variabilities[v.Variability]:
		c.fault("variable %q: there is no variability %q", v.Name, v.Variability)
	case v.Causality == Parameter && v.Variability != Fixed && v.Variability != Tunable:
		c.fault("variable %q: a parameter is fixed or tunable, not %s", v.Name, v.Variability)
	case (v.Causality == Input || v.Causality == Independent) && v.Initial != "":
		c.fault("variable %q: an %s has no initial", v.Name, v.Causality)
	case v.Causality == Input && (v.Variability == Fixed || v.Variability == Tunable || v.Variability == Constant):
		c.fault("variable %q: an input is discrete or continuous, not %s", v.Name, v.Variability)
	case v.Variability == Continuous && v.Type != Float64 && v.Type != Float32:
		c.fault("variable %q: a %s cannot be continuous", v.Name, v.Type)
	}
	if v.Type == Clock {
		c.remark("variable %q: clocks are not supported; it is left alone", v.Name)
	}
	if v.Causality == StructuralParameter {
		c.remark("variable %q: structural parameters stay at their start values", v.Name)
	}
	if !(v.Min <= v.Max) {
		c.fault("variable %q: its range goes from %g to %g", v.Name, v.Min, v.Max)
	}
	if v.Unit != "" && c.f.UnitOf(v) == nil {
		c.fault("variable %q: its unit %q is not defined", v.Name, v.Unit)
	}
	if v.DeclaredType != "" && !c.declared(v) {
		c.fault("variable %q: its type %q is not defined, or of another kind", v.Name, v.DeclaredType)
	}
	c.start(v)
}

func (c *checker) start(v *Variable) {
	has := len(v.Start)+len(v.StartTexts)+len(v.StartBytes) > 0
	needs := v.Initial == "exact" || v.Initial == "approx" || v.Causality == Input
	text := v.Type == String || v.Type == Binary || v.Type == Clock // may be empty
	switch {
	case needs && !has && !text:
		c.fault("variable %q: it needs a start value", v.Name)
	case has && v.Initial == "calculated":
		c.fault("variable %q: it has a start value, though it is calculated", v.Name)
	}
	if n := v.Count(); len(v.Start) > 1 && len(v.Start) != n {
		c.fault("variable %q: %d start values for %d elements", v.Name, len(v.Start), n)
	}
	for _, x := range v.Start {
		if x < v.Min || x > v.Max {
			c.fault("variable %q: its start %g is out of its range, %g to %g", v.Name, x, v.Min, v.Max)
			return
		}
	}
}

func (c *checker) declared(v *Variable) bool {
	for i := range c.f.DeclaredTypes {
		if t := &c.f.DeclaredTypes[i]; t.Name == v.DeclaredType {
			return t.Type == v.Type
		}
	}
	return false
}

func (c *checker) structure() {
	for _, i := range c.f.Derivatives {
		v := &c.f.Variables[i]
		switch {
		case v.Type != Float64:
			c.fault("ModelStructure: the derivative %q is a %s", v.Name, v.Type)
		case v.Derivative < 0:
			c.fault("ModelStructure: %q is listed as a derivative, but does not say of what", v.Name)
		case c.f.Variables[v.Derivative].Count() != v.Count():
			c.fault("ModelStructure: %q has not as many elements as its state", v.Name)
		}
	}
	listed := map[int]bool{}
	for _, i := range c.f.Outputs {
		listed[i] = true
		if v := &c.f.Variables[i]; v.Causality != Output {
			c.fault("ModelStructure: %q is listed as an output, but is a %s", v.Name, v.Causality)
		}
	}
	missing := 0
	for i := range c.f.Variables {
		if c.f.Variables[i].Causality == Output && !listed[i] {
			missing++
		}
	}
	if missing > 0 {
		c.fault("ModelStructure: %d outputs are not listed", missing)
	}
}

func (c *checker) archive() {
	for _, i := range c.f.Interfaces {
		if err := c.f.Runs(i.Kind); err != nil {
			c.remark("%s", strings.TrimPrefix(err.Error(), "fmi: "))
		}
	}
}

// Probe runs what Validate cannot see: the library is loaded, an instance is made, all variables are read, those with an exact
// start are compared with it, and where states can be saved one is, and restored. It needs trust, as Start does.
func Probe(ctx context.Context, f *File, opts Options) ([]Finding, error) {
	opts.Inputs, opts.Outputs = []string{}, []string{}
	s, err := Start(ctx, f, opts)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	in, err := s.New(ctx, Setup{})
	if err != nil {
		return nil, err
	}
	c := &checker{f: f}
	for i := range f.Variables {
		v := &f.Variables[i]
		if v.Type == Clock || v.Causality == Independent {
			continue
		}
		got, err := in.Get(ctx, v.Name)
		if err != nil {
			if s.child.gone != nil || ctx.Err() != nil {
				return c.found, err
			}
			c.fault("%s", strings.TrimPrefix(err.Error(), "fmi: "))
			continue
		}
		c.compare(v, got[0])
	}
	if s.face.SaveState {
		id, err := in.Save(ctx)
		if err == nil {
			err = in.Restore(ctx, id)
		}
		if err != nil {
			c.fault("it says that its state can be saved: %s", strings.TrimPrefix(err.Error(), "fmi: "))
		}
	}
	return c.found, in.Close(ctx)
}

// compare compares a value after the initialisation with what is declared.
func (c *checker) compare(v *Variable, got Value) {
	for i, x := range got.Numbers {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			c.fault("variable %q: it is no number after the initialisation", v.Name)
			return
		}
		if x < v.Min || x > v.Max {
			c.fault("variable %q: it is %g after the initialisation, out of its range, %g to %g", v.Name, x, v.Min, v.Max)
			return
		}
		exact := v.Initial == "exact" && (v.Causality == Parameter || v.Variability == Constant)
		if exact && i < len(v.Start) && len(v.Start) == len(got.Numbers) && x != v.Start[i] && math.Abs(x-v.Start[i]) > 1e-6*math.Abs(x) {
			c.fault("variable %q: it is %g after the initialisation, its description says %g", v.Name, x, v.Start[i])
			return
		}
	}
}
