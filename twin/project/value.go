package project

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

// templateSource is where a number of a binding comes from, before it is stamped out: signals by their index in the kind.
type templateSource struct {
	signal  int // −1 for an expression, and for none
	program *expression.Program
	inputs  []int
}

// stamp makes the source of one asset, whose signals begin at first.
func (s *templateSource) stamp(first int) expression.Source {
	out := expression.Source{Signal: twin.NoSignal, Program: s.program}
	if s.signal >= 0 {
		out.Signal = twin.SignalID(first + s.signal)
	}
	for _, i := range s.inputs {
		out.Inputs = append(out.Inputs, twin.SignalID(first+i))
	}
	return out
}

// value is a source with what is known of it while a file is read.
type value struct {
	templateSource
	expression.Type
	unit   twin.Unit    // for people, and of what the file says of its values
	signal *twin.Signal // nil for an expression
	at     *node
	text   string
}

// scope lets expressions find the signals of a kind, relative to a part.
type scope struct {
	t    *template
	base string
}

// Signal implements expression.Scope.
func (s scope) Signal(path string) (expression.Type, bool) {
	i, ok := s.t.bySignal[join(s.base, path)]
	if !ok || path == "" {
		return expression.Type{}, false
	}
	return expression.TypeOf(&s.t.signals[i].proto), true
}

// Near implements expression.Scope.
func (s scope) Near() []string {
	var out []string
	for _, one := range s.t.signals {
		if rel, ok := strings.CutPrefix(one.proto.Path, s.base); ok && len(out) < 2000 {
			out = append(out, strings.TrimPrefix(rel, "/"))
		}
	}
	return out
}

// given reads the value of a binding from its signal or expr. ok is false, and a fault noted, when there is none of use.
func (k *kinds) given(t *template, part int, o object) (v value, ok bool) {
	if o.has("expr") && o.has("signal") {
		k.fault(o.at("expr"), "keep one of them", "a signal and an expression")
		return v, false
	}
	if o.has("expr") {
		if v, ok = k.compile(t, part, o.at("expr"), o.text("expr")); !ok {
			return v, false
		}
	} else {
		i, found := k.find(t, part, o)
		if !found {
			return v, false
		}
		v = k.plain(t, i, o.at("signal"))
	}
	return v, k.measure(&v, o)
}

// measure takes the unit that a binding gives its value.
func (k *kinds) measure(v *value, o object) bool {
	if !o.has("unit") {
		return true
	}
	u := o.unit("unit")
	switch {
	case v.program != nil && v.Number() && !v.Truth && u.Dimension != "":
		v.program = v.program.In(u) // the number is of this unit
		v.Type = v.program.Result()
	case !v.Fits(u):
		k.fault(o.at("unit"), "give a unit of the same quantity, or remove it", "the value is %s and has no unit %q", v.Dimension, u.Symbol)
		return false
	}
	v.unit = u
	return true
}

// plain is the value of one signal.
func (k *kinds) plain(t *template, index int, at *node) value {
	s := &t.signals[index].proto
	return value{templateSource: templateSource{signal: index}, Type: expression.TypeOf(s), unit: s.Unit, signal: s, at: at, text: at.text}
}

// compile reads an expression.
func (k *kinds) compile(t *template, part int, n *node, text string) (v value, ok bool) {
	if n.kind != scalar || text == "" && n.text != "" {
		return v, false // a fault is noted
	}
	p, err := expression.Compile(text, scope{t, t.parts[part].path})
	if err != nil {
		var e *expression.Error
		if errors.As(err, &e) {
			k.misread(n, e)
		}
		return v, false
	}
	v = value{templateSource: templateSource{signal: -1, program: p}, Type: p.Result(), at: n, text: text}
	v.unit = v.Type.Unit()
	for _, name := range p.Names() {
		v.inputs = append(v.inputs, t.bySignal[join(t.parts[part].path, name)])
	}
	return v, true
}

// misread notes a fault of an expression at its place in the file.
func (k *kinds) misread(n *node, e *expression.Error) {
	at := *n
	before := []rune(n.text)
	before = before[:min(max(e.Column-1, 0), len(before))]
	switch {
	case n.style == '|':
		at.line, at.column = n.line+int32(e.Line), int32(e.Column)
	case n.style == '>' || e.Line > 1:
	default:
		at.column += int32(len(before))
		escaped := map[byte]string{'\'': "'", '"': `"\`}[n.style]
		for _, r := range before {
			if strings.ContainsRune(escaped, r) {
				at.column++
			}
		}
		if n.quoted {
			at.column++
		}
	}
	k.fault(&at, e.Remedy, "%s", e.What)
}

// either reads a text that is a path of a signal or else an expression.
func (k *kinds) either(t *template, part int, n *node, what string) (v value, ok bool) {
	text := k.word(n, what)
	if i, found := t.bySignal[join(t.parts[part].path, text)]; found && text != "" {
		return k.plain(t, i, n), true
	}
	return k.compile(t, part, n, text)
}

// several reads a list of such texts.
func (k *kinds) several(t *template, part int, o object, key string, low, high int) ([]value, bool) {
	items := k.items(o.n.find(key), key)
	if len(items) < low || len(items) > high {
		k.fault(o.at(key), countRemedy(low, high), "%s has %d entries", key, len(items))
		return nil, false
	}
	var out []value
	for _, n := range items {
		v, ok := k.either(t, part, n, key)
		if !ok {
			return nil, false
		}
		if len(out) > 0 && !v.Like(out[0].Type) {
			k.fault(n, "let all be the same quantity", "%s is %s, the first is %s", v.text, v.Dimension, out[0].Dimension)
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

func countRemedy(low, high int) string {
	numbers := []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight"}
	if low == high {
		return "write " + numbers[low] + " signals or expressions"
	}
	return "write " + numbers[low] + " to " + numbers[high] + " signals or expressions"
}

// states reads a mapping from states to colours.
func (k *kinds) states(o object, v *value) []Stop {
	var out []Stop
	for _, e := range k.entries(o.n.find("states"), "states") {
		number, ok := v.state(e.key.text)
		if !ok {
			k.fault(e.key, didYouMean(e.key.text, v.stateNames(), "state"), "%s has no state %q", v.text, e.key.text)
			continue
		}
		c, ok := k.paint(e.value)
		if ok {
			out = append(out, Stop{At: number, Color: c})
		}
	}
	slices.SortFunc(out, func(a, b Stop) int { return int(a.At - b.At) })
	return out
}

// state finds the number of a state: by its name, or by itself where states are only numbers.
func (v *value) state(name string) (float64, bool) {
	if v.Truth {
		return map[string]float64{"false": 0, "true": 1}[name], name == "false" || name == "true"
	}
	if len(v.States) > 0 {
		i := slices.Index(v.States, name)
		return float64(i), i >= 0
	}
	n, err := strconv.Atoi(name)
	return float64(n), err == nil && n > -1e6 && n < 1e6
}

func (v *value) stateNames() []string {
	switch {
	case v.Truth:
		return []string{"false", "true"}
	case len(v.States) > 0:
		return v.States
	}
	return []string{"0", "1", "2"}
}
