package project

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim/component"
)

// Equations is a model that the twin file itself describes: by equations, by components, or both.
type Equations struct {
	Name, Label string
	System      *expression.System
	// The signals, relative to an asset of the kind that is computed, that drive inputs, give states their start, and are
	// what outputs predict: by index into the lists of System, empty for none.
	InputSignals, StateSignals, OutputSignals []string
	Line                                      int // of its key in the twin file, from 1

	at map[string]*node // list and name → where its signal is named
}

// EquationsOf returns the model of this name that the file describes, or nil.
func (p *Project) EquationsOf(model string) *Equations {
	for i := range p.Equations {
		if p.Equations[i].Name == model {
			return &p.Equations[i]
		}
	}
	return nil
}

// limits of one model.
const (
	maxEquations = 64 << 10 // bytes of text
	maxModels    = 256
)

func (r *reader) readEquations(n *node, p *Project) {
	for i, e := range r.entries(n, "equations") {
		if i >= maxModels {
			r.fault(e.key, "split the twin", "more than %d models", maxModels)
			return
		}
		if r.name(e.key, e.key.text) {
			p.Equations = append(p.Equations, r.model(e))
		}
	}
}

// model reads one system of equations.
func (r *reader) model(e pair) Equations {
	m := &modelReader{reader: r, object: r.object(e.value, "equations"), out: Equations{Name: e.key.text, Label: humanize(e.key.text), Line: int(e.key.line), at: map[string]*node{}}}
	if m.object.has("label") {
		m.out.Label = m.object.text("label")
	}
	before := len(r.faults)
	text := m.diagram()
	inputs, parameters, states := m.declared("inputs"), m.declared("parameters"), m.declared("states")
	own := &expression.SystemText{Inputs: inputs.list, Parameters: parameters.list, States: states.list}
	if m.object.has("equations") {
		n := m.object.at("equations")
		own.Equations = []expression.Passage{{Text: m.long(n, "equations"), Mark: m.mark(n)}}
	}
	outputs := m.outputs()
	own.Outputs, own.Events = outputs.texts, m.events()
	m.out.InputSignals = append(append([]string(nil), inputs.signals...), make([]string, len(text.Inputs))...)
	m.out.StateSignals = append(append([]string(nil), states.signals...), make([]string, len(text.States))...)
	m.out.OutputSignals = append(append([]string(nil), outputs.signals...), make([]string, len(text.Outputs))...)
	text.Inputs = append(own.Inputs, text.Inputs...)
	text.Parameters = append(own.Parameters, text.Parameters...)
	text.States = append(own.States, text.States...)
	text.Equations = append(own.Equations, text.Equations...)
	text.Outputs = append(own.Outputs, text.Outputs...)
	text.Events = own.Events
	if len(text.States) == 0 && len(r.faults) == before {
		r.fault(e.key, "declare what changes over time under states, or use components that store something", "the model %s has no states", e.key.text)
	}
	if len(r.faults) > before || r.stopped {
		return m.out
	}
	system, err := expression.CompileSystem(text)
	m.report(err)
	m.out.System = system
	return m.out
}

// modelReader reads a model; marks are the nodes that faults of its system point at.
type modelReader struct {
	*reader
	object object
	out    Equations
	marks  []*node
}

func (m *modelReader) mark(n *node) int {
	m.marks = append(m.marks, n)
	return len(m.marks) - 1
}

// report notes the faults of a system at their places in the file.
func (m *modelReader) report(err error) {
	var faults expression.Faults
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults {
		at := *m.marks[f.Mark]
		switch {
		case at.style == '|':
			at.line += int32(f.Line)
			at.column = int32(f.Column + m.indent(int(at.line)))
		case at.style == '>' || f.Line > 1 || at.kind != scalar:
		default:
			at.column += int32(f.Column - 1)
			if at.quoted {
				at.column++
			}
		}
		m.fault(&at, f.Remedy, "%s", f.What)
	}
}

// indent counts the spaces before a line of the file.
func (m *modelReader) indent(line int) int {
	text := m.source
	for ; line > 1; line-- {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return 0
		}
		text = text[i+1:]
	}
	return len(text) - len(bytes.TrimLeft(text, " "))
}

// long is a text that may be longer than a word.
func (m *modelReader) long(n *node, what string) string {
	switch {
	case n.kind != scalar:
		m.fault(n, "write "+what+": | and the equations below it, one a line", "%s should be a text, not %s", what, n.kind)
	case len(n.text) > maxEquations:
		m.fault(n, "split the model", "%s are longer than %d bytes", what, maxEquations)
	default:
		return n.text
	}
	return ""
}

// declaration is a list of variables and the signals of each.
type declaration struct {
	list    []expression.VariableText
	signals []string
}

// declared reads inputs, parameters or states: T: 20 °C, or with more keys.
func (m *modelReader) declared(key string) (out declaration) {
	for _, e := range m.entries(m.object.n.find(key), key) {
		v, signal := expression.VariableText{Name: e.key.text, Label: humanize(e.key.text), Mark: m.mark(e.key)}, ""
		if e.value.kind == scalar {
			v.Value, v.Mark = m.word(e.value, e.key.text), m.mark(e.value)
		} else {
			o := m.reader.object(e.value, "variable")
			if o.has("label") {
				v.Label = o.text("label")
			}
			v.Unit, v.Value, v.SD = o.text("unit"), o.text("value"), o.text("sd")
			if items := m.items(o.n.find("range"), "range"); len(items) == 2 {
				v.Range = [2]string{m.word(items[0], "range"), m.word(items[1], "range")}
			} else if o.has("range") {
				m.fault(o.at("range"), "write [low, high]", "range has %d ends", len(items))
			}
			if signal = o.text("signal"); signal != "" {
				m.out.at[key+" "+e.key.text] = o.at("signal")
				if key == "parameters" {
					m.fault(o.at("signal"), "make it an input", "a parameter follows no signal")
				}
			}
			if key == "states" && v.Value == "" && v.Unit == "" {
				m.fault(e.key, "write its start, such as 20 °C", "the state %s has no start", e.key.text)
			}
		}
		out.list, out.signals = append(out.list, v), append(out.signals, signal)
	}
	return out
}

// shown is a list of outputs and the signals of each.
type shown struct {
	texts   []expression.OutputText
	signals []string
}

func (m *modelReader) outputs() (out shown) {
	for _, e := range m.entries(m.object.n.find("outputs"), "outputs") {
		t, signal := expression.OutputText{Name: e.key.text, Label: humanize(e.key.text)}, ""
		at := e.value
		if e.value.kind == scalar {
			t.Text = m.word(e.value, e.key.text)
		} else {
			o := m.reader.object(e.value, "output")
			if !o.need("expr", "write what it shows, such as T or power / rated") {
				continue
			}
			at = o.at("expr")
			t.Text, t.Unit = o.text("expr"), o.text("unit")
			if o.has("label") {
				t.Label = o.text("label")
			}
			if signal = o.text("signal"); signal != "" {
				m.out.at["outputs "+e.key.text] = o.at("signal")
			}
		}
		t.Mark = m.mark(at)
		out.texts, out.signals = append(out.texts, t), append(out.signals, signal)
	}
	return out
}

func (m *modelReader) events() (out []expression.EventText) {
	for _, e := range m.entries(m.object.n.find("events"), "events") {
		o := m.reader.object(e.value, "event")
		if !o.need("when", `write a condition, such as T > "90 °C"`) {
			continue
		}
		t := expression.EventText{Name: e.key.text, Label: humanize(e.key.text), When: o.text("when"), Stop: o.bool("stop", false), Mark: m.mark(o.at("when"))}
		if o.has("label") {
			t.Label = o.text("label")
		}
		for _, s := range m.entries(o.n.find("set"), "set") {
			t.Set = append(t.Set, expression.AssignmentText{State: s.key.text, Text: m.word(s.value, s.key.text), Mark: m.mark(s.value)})
		}
		out = append(out, t)
	}
	return out
}

// diagram reads components and connections and gives their equations, none after a fault.
func (m *modelReader) diagram() *expression.SystemText {
	var d component.Diagram
	for _, e := range m.entries(m.object.n.find("components"), "components") {
		o := m.reader.object(e.value, "component")
		if !o.need("type", "name the type, such as thermal_mass") {
			continue
		}
		part := component.Part{Name: e.key.text, Kind: o.text("type"), Mark: m.mark(o.at("type"))}
		for _, s := range m.entries(o.n.find("set"), "set") {
			part.Set = append(part.Set, component.Setting{Name: s.key.text, Text: m.word(s.value, s.key.text), Mark: m.mark(s.value)})
		}
		d.Parts = append(d.Parts, part)
	}
	for _, n := range m.items(m.object.n.find("connections"), "connections") {
		c := component.Connection{Mark: m.mark(n)}
		for _, port := range m.items(n, "a connection") {
			c.Ports = append(c.Ports, m.word(port, "a port"))
		}
		d.Connections = append(d.Connections, c)
	}
	text, err := component.Compose(d)
	if err != nil {
		m.report(err)
		return &expression.SystemText{}
	}
	return text
}

// signals checks that the signals that a model names are there in the kind that it computes, and are of its quantities.
func (k *kinds) signals(m *Equations, kind string) {
	t := k.templates[kind]
	if t == nil || m.System == nil {
		return
	}
	check := func(list, name, path string, have expression.Type) {
		at := m.at[list+"s "+name]
		if path == "" {
			return
		}
		i, ok := t.bySignal[path]
		if !ok {
			var near []string
			for _, s := range t.signals {
				near = append(near, s.proto.Path)
			}
			k.fault(at, didYouMean(path, near, "signal"), "kind %s has no signal %q", kind, path)
			return
		}
		if s := &t.signals[i].proto; !expression.TypeOf(s).Like(have) {
			k.fault(at, "name a signal of its quantity", "the %s %s is %s, the signal %q is in %s", list, name, have.Dimension, path, unitName(s.Unit))
		}
	}
	for i, path := range m.InputSignals {
		check("input", m.System.Inputs[i].Name, path, m.System.Inputs[i].Unit.Type)
	}
	for i, path := range m.StateSignals {
		check("state", m.System.States[i].Name, path, m.System.States[i].Unit.Type)
	}
	for i, path := range m.OutputSignals {
		check("output", m.System.Outputs[i].Name, path, m.System.Outputs[i].Unit.Type)
	}
}

func unitName(u twin.Unit) string {
	if u.Symbol == "" {
		return "no unit"
	}
	return fmt.Sprintf("%q", strings.TrimSpace(u.Symbol))
}
