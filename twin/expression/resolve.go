package expression

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// CompileSystem checks a system of equations: names, units, as many equations as unknowns. The error is a Faults.
func CompileSystem(text *SystemText) (*System, error) {
	r := &resolver{text: text, system: &System{}, symbols: map[string]*symbol{}}
	r.declare()
	r.equations()
	r.outputs()
	r.events()
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	r.number()
	return r.system, nil
}

// resolver finds what the names of a system stand for.
type resolver struct {
	text    *SystemText
	system  *System
	symbols map[string]*symbol // by path
	defined []*symbol          // definitions in the order in which they can be computed
	trees   []*Tree            // all that are to be renumbered
	faults  Faults
	path    []string // of definitions that are being checked
}

// symbol is what a name stands for.
type symbol struct {
	Type
	path  string
	role  role
	index int // among its role, of a definition once it is checked
	mark  int
	base  string // of a definition: where its names are looked for
	whole string // of a definition: the passage
	text  *statement
	tree  *Tree
	state progress
}

type role uint8

const (
	isTime role = iota
	isInput
	isParameter
	isState
	isDefinition
)

type progress uint8

const (
	waiting progress = iota
	checking
	checked
)

func (r *resolver) fault(mark, line, column int, source, remedy, format string, args ...any) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, &Fault{Mark: mark, Line: line, Column: column, What: fmt.Sprintf(format, args...), Remedy: remedy, Source: source})
	}
}

// add enters a name.
func (r *resolver) add(s *symbol, line, column int, source string) bool {
	if _, dup := r.symbols[s.path]; dup {
		r.fault(s.mark, line, column, source, "rename or remove one of them", "%q stands for two things", dots(s.path))
		return false
	}
	r.symbols[s.path] = s
	return true
}

func dots(path string) string    { return strings.ReplaceAll(path, "/", ".") }
func slashes(name string) string { return strings.ReplaceAll(name, ".", "/") }

func (r *resolver) declare() {
	r.symbols["time"] = &symbol{Type: Type{Dimension: Dimension{Second: 1}}, path: "time", state: checked}
	for _, group := range []struct {
		role role
		list []VariableText
		into *[]Variable
	}{{isInput, r.text.Inputs, &r.system.Inputs}, {isParameter, r.text.Parameters, &r.system.Parameters}, {isState, r.text.States, &r.system.States}} {
		if len(group.list) > MaxVariables {
			r.fault(group.list[MaxVariables].Mark, 1, 1, "", "split the model", "more than %d variables", MaxVariables)
			return
		}
		for i := range group.list {
			v := r.variable(&group.list[i])
			r.add(&symbol{Type: v.Unit.Type, path: v.Name, role: group.role, index: i, mark: group.list[i].Mark, state: checked}, 1, 1, "")
			*group.into = append(*group.into, v)
		}
	}
}

// variable reads a declaration.
func (r *resolver) variable(t *VariableText) Variable {
	v := Variable{Name: slashes(t.Name), Label: t.Label, Unit: Unit{Scale: 1}, Min: math.Inf(-1), Max: math.Inf(1)}
	bad := func(what string, err error) {
		r.fault(t.Mark, 1, 1, "", "write a number and a unit, such as 120 W/K", "%s of %s: %s", what, t.Name, strings.TrimPrefix(err.Error(), "expression: "))
	}
	if !IsName(t.Name) {
		r.fault(t.Mark, 1, 1, "", "use letters, digits and _, begin with a letter, and leave words such as in, not, time alone", "%q cannot be a name", t.Name)
	}
	given := t.Unit != ""
	if given {
		u, err := ParseUnit(t.Unit)
		if err != nil {
			bad("the unit", err)
			return v
		}
		v.Unit = u
	}
	read := func(what, text string, difference bool) (float64, bool) {
		x, u, err := Quantity(text)
		bare := !strings.Contains(strings.TrimSpace(text), " ")
		switch {
		case err != nil:
			bad(what, err)
			return 0, false
		case bare && given:
			u, x = v.Unit, v.Unit.SI(x)
		case !given && what == "the value":
			v.Unit, given = u, true
		case !u.Type.Like(v.Unit.Type):
			bad(what, fmt.Errorf("%s in place of %s", u.Type.Dimension, v.Unit.Type.Dimension))
			return 0, false
		}
		if difference {
			x -= u.Offset
		}
		return x, true
	}
	if t.Value != "" {
		v.Value, _ = read("the value", t.Value, false)
	}
	for i, end := range t.Range {
		if end == "" {
			continue
		}
		if x, ok := read("the range", end, false); ok {
			*[2]*float64{&v.Min, &v.Max}[i] = x
		}
	}
	if t.SD != "" {
		v.SD, _ = read("the standard deviation", t.SD, true)
	}
	switch {
	case v.Min > v.Max:
		r.fault(t.Mark, 1, 1, "", "write [low, high]", "the range of %s is empty", t.Name)
	case !v.Holds(v.Value):
		r.fault(t.Mark, 1, 1, "", fmt.Sprintf("give %g … %g %s", v.Unit.FromSI(v.Min), v.Unit.FromSI(v.Max), v.Unit.Symbol), "the value of %s lies outside its range", t.Name)
	case v.SD < 0:
		r.fault(t.Mark, 1, 1, "", "give a difference that is not negative", "the standard deviation of %s is negative", t.Name)
	}
	return v
}

// lineOf returns a line of a text, from 1.
func lineOf(text string, line int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[line-1], "\r")
}

func (r *resolver) equations() {
	s := r.system
	s.Rates = make([]*Tree, len(s.States))
	type waitingFor struct {
		*statement
		passage *Passage
		state   *symbol
	}
	var later []waitingFor
	for i := range r.text.Equations {
		p := &r.text.Equations[i]
		if len(p.Text) > maxPassage {
			r.fault(p.Mark, 1, 1, "", "split the model", "equations of more than %d bytes", maxPassage)
			continue
		}
		all := statements(p.Text)
		for k := range all {
			st := &all[k]
			source := lineOf(p.Text, st.line)
			switch name := st.rated(); {
			case st.fault != "":
				r.fault(p.Mark, st.line, st.column, source, st.remedy, "%s", st.fault)
			case name != "":
				sym := r.find(p.Base, slashes(name))
				if sym == nil || sym.role != isState {
					r.fault(p.Mark, st.line, st.column+1, source, "declare it under states, with its start", "%q is no state", name)
					continue
				}
				later = append(later, waitingFor{st, p, sym})
			case st.left == "0":
				later = append(later, waitingFor{st, p, nil})
			default:
				sym := &symbol{path: join(p.Base, slashes(st.left)), role: isDefinition, mark: p.Mark, base: p.Base, whole: p.Text, text: st}
				if r.add(sym, st.line, st.column, source) {
					r.defined = append(r.defined, sym)
				}
			}
		}
	}
	if len(r.defined) > MaxVariables {
		r.fault(r.defined[MaxVariables].mark, 1, 1, "", "split the model", "more than %d definitions", MaxVariables)
		return
	}
	order := r.defined
	r.defined = nil
	for _, sym := range order {
		r.define(sym)
	}
	for _, w := range later {
		tree := r.parse(w.right, w.passage.Base, w.passage.Mark, w.rLine, w.rCol, w.passage.Text)
		if tree == nil {
			continue
		}
		if w.state == nil {
			s.Residuals = append(s.Residuals, tree)
			continue
		}
		source := lineOf(w.passage.Text, w.line)
		want := w.state.Dimension.times(Dimension{Second: 1}, -1)
		switch i := w.state.index; {
		case s.Rates[i] != nil:
			r.fault(w.passage.Mark, w.line, w.column, source, "keep one of them", "the rate of %s stands twice", dots(w.state.path))
		case !tree.Type.Like(Type{Dimension: want, Unknown: w.state.Unknown}) && !tree.zero() && !(tree.Type.Number() && w.state.Number()): // of numbers alone, time may be one too
			r.fault(w.passage.Mark, w.rLine, w.rCol+indent(w.right), source, "check the units of the right side: "+want.String()+" is needed", "the rate of %s cannot be %s", dots(w.state.path), tree.Type.Dimension)
		default:
			s.Rates[i] = tree
		}
	}
	r.balance()
}

// indent counts the spaces at the start of a text.
func indent(text string) int {
	n := 0
	for _, c := range text {
		if c != ' ' && c != '\t' {
			break
		}
		n++
	}
	return n
}

// zero reports whether a tree is the number 0, which fits all quantities.
func (t *Tree) zero() bool { return t.Op == Constant && t.Value == 0 && t.Type.Number() }

// balance checks that there is an equation for each unknown.
func (r *resolver) balance() {
	if len(r.faults) > 0 {
		return
	}
	var free []int
	for i, t := range r.system.Rates {
		if t == nil {
			free = append(free, i)
		}
	}
	switch n := len(r.system.Residuals); {
	case len(free) > n:
		i := free[0]
		name := r.text.States[i].Name
		r.fault(r.text.States[i].Mark, 1, 1, "", fmt.Sprintf("write d%s/dt = …, or an equation 0 = … that determines it", name), "the state %s has no equation", name)
	case len(free) < n:
		r.fault(r.text.Equations[0].Mark, 1, 1, lineOf(r.text.Equations[0].Text, 1), "declare one more state without a rate, or remove an equation",
			"%d equations 0 = … for %d states without a rate", n, len(free))
	}
}

// define checks a definition, and first those that it rests on.
func (r *resolver) define(s *symbol) {
	switch s.state {
	case checked:
		return
	case checking:
		from := slices.Index(r.path, s.path)
		chain := make([]string, 0, len(r.path)+1)
		for _, p := range append(slices.Clone(r.path[max(from, 0):]), s.path) {
			chain = append(chain, dots(p))
		}
		r.fault(s.mark, s.text.line, s.text.column, lineOf(s.whole, s.text.line), "make one of them a state, or write 0 = … for a state without a rate",
			"%s is computed from itself: %s", dots(s.path), strings.Join(chain, " → "))
		s.Unknown, s.state = true, checked
		return
	}
	s.state = checking
	r.path = append(r.path, s.path)
	tree := r.parse(s.text.right, s.base, s.mark, s.text.rLine, s.text.rCol, s.whole)
	r.path = r.path[:len(r.path)-1]
	if tree == nil {
		tree = &Tree{Type: Type{Unknown: true}}
	}
	s.state, s.tree, s.Type = checked, tree, tree.Type
	s.index = len(r.defined)
	r.defined = append(r.defined, s)
}

// find returns what a path stands for, seen from a base.
func (r *resolver) find(base, path string) *symbol {
	if s, ok := r.symbols[join(base, path)]; ok {
		return s
	}
	return r.symbols[path]
}

func join(base, path string) string {
	if base == "" {
		return path
	}
	return base + "/" + path
}

// parse reads an expression that begins at a place of a passage; nil after a fault. Its inputs are numbered by r.symbols.
func (r *resolver) parse(text, base string, mark, line, column int, passage string) *Tree {
	v := &view{r, base}
	tree, names, err := Parse(text, v)
	var e *Error
	if errors.As(err, &e) {
		at, col := line+e.Line-1, e.Column
		if e.Line == 1 {
			col += column - 1
		}
		remedy := strings.ReplaceAll(e.Remedy, "signal", "name")
		r.fault(mark, at, col, lineOf(passage, at), remedy, "%s", strings.Replace(e.What, "there is no signal", "there is nothing named", 1))
		return nil
	}
	symbols := make([]*symbol, len(names))
	for i, name := range names {
		symbols[i] = r.find(base, name)
	}
	out := tree.renamed(symbols)
	out.Type = tree.Type
	r.trees = append(r.trees, out)
	return out
}

// renamed copies a tree with the place of each symbol in its role, until number turns it into a symbol number.
func (t *Tree) renamed(symbols []*symbol) *Tree {
	c := *t
	if t.Op == Input {
		s := symbols[t.Input]
		c.Input, c.role = s.index, s.role
	}
	c.Args = make([]*Tree, len(t.Args))
	for i, a := range t.Args {
		c.Args[i] = a.renamed(symbols)
	}
	return &c
}

// number gives all inputs of trees their symbol numbers, and fills in the definitions.
func (r *resolver) number() {
	s := r.system
	for _, d := range r.defined {
		s.Definitions = append(s.Definitions, Definition{d.path, d.Type, d.tree})
	}
	for _, t := range r.trees {
		s.number(t)
	}
}

func (s *System) number(t *Tree) {
	if t.Op == Input {
		switch t.role {
		case isTime:
			t.Input = TimeSymbol
		case isInput:
			t.Input = s.InputSymbol(t.Input)
		case isParameter:
			t.Input = s.ParameterSymbol(t.Input)
		case isState:
			t.Input = s.StateSymbol(t.Input)
		case isDefinition:
			t.Input = s.DefinitionSymbol(t.Input)
		}
	}
	for _, a := range t.Args {
		s.number(a)
	}
}

// view is the scope of an expression of a system.
type view struct {
	*resolver
	base string
}

// Signal implements Scope.
func (v *view) Signal(path string) (Type, bool) {
	s := v.find(v.base, path)
	if s == nil {
		return Type{}, false
	}
	if s.role == isDefinition {
		v.define(s)
	}
	return s.Type, true
}

// Near implements Scope.
func (v *view) Near() []string {
	var out []string
	for path := range v.symbols {
		if rest, ok := strings.CutPrefix(path, v.base+"/"); ok && v.base != "" {
			path = rest
		}
		out = append(out, dots(path))
	}
	slices.Sort(out)
	return out
}

func (r *resolver) outputs() {
	for i := range r.text.Outputs {
		t := &r.text.Outputs[i]
		out := Output{Name: t.Name, Label: t.Label, Unit: Unit{Scale: 1}}
		if out.Tree = r.parse(t.Text, t.Base, t.Mark, 1, 1, t.Text); out.Tree == nil {
			continue
		}
		out.Unit.Type = out.Tree.Type
		if t.Unit != "" {
			u, err := ParseUnit(t.Unit)
			if err != nil {
				r.fault(t.Mark, 1, 1, t.Text, "use °C, kW, W/K …", "unknown unit %q", t.Unit)
				continue
			}
			if !u.Type.Like(out.Tree.Type) {
				r.fault(t.Mark, 1, 1, t.Text, "give a unit that fits, or mend the expression", "%s is %s, not in %s", t.Name, out.Tree.Type.Dimension, t.Unit)
			}
			out.Unit = u
		}
		r.system.Outputs = append(r.system.Outputs, out)
	}
}

func (r *resolver) events() {
	for i := range r.text.Events {
		t := &r.text.Events[i]
		h := Happening{Name: t.Name, Label: t.Label, Stop: t.Stop}
		if h.When = r.parse(t.When, t.Base, t.Mark, 1, 1, t.When); h.When != nil && !h.When.Type.Truth {
			r.fault(t.Mark, 1, 1, t.When, `write a comparison, such as T > "90 °C"`, "the condition of %s is no yes or no", t.Name)
		}
		if len(t.Set) > maxAssignments {
			r.fault(t.Mark, 1, 1, "", "split the event", "more than %d values set by one event", maxAssignments)
			continue
		}
		for _, a := range t.Set {
			s := r.find(t.Base, slashes(a.State))
			if s == nil || s.role != isState {
				r.fault(a.Mark, 1, 1, a.Text, "an event can set states", "%q is no state", a.State)
				continue
			}
			tree := r.parse(a.Text, t.Base, a.Mark, 1, 1, a.Text)
			if tree == nil {
				continue
			}
			if !tree.Type.Like(s.Type) && !(tree.zero() && s.Dimension != kelvin) {
				r.fault(a.Mark, 1, 1, a.Text, "give it a value of its kind", "%s cannot become %s", a.State, tree.Type.Dimension)
				continue
			}
			h.Set = append(h.Set, Assignment{s.index, tree})
		}
		r.system.Events = append(r.system.Events, h)
	}
}
