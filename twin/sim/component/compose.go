package component

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/expression"
)

// Diagram is parts and how they are connected.
type Diagram struct {
	Parts       []Part
	Connections []Connection
}

// Part is a component of a system.
type Part struct {
	Name, Kind string
	Set        []Setting
	Mark       int
}

// Setting gives an input, a parameter or the start of a state of a part: a quantity, or for an input an expression over the
// names of the whole system, "clamp((oil.T - \"50 °C\") / \"20 K\", 0, 1)".
type Setting struct {
	Name, Text string
	Mark       int
}

// Connection ties ports together: "oil.a", "wall.a".
type Connection struct {
	Ports []string
	Mark  int
}

const maxParts = 1024

// Compose writes the equations of a diagram. Variables, definitions and outputs are named part.name. The error is an
// expression.Faults.
func Compose(d Diagram) (*expression.SystemText, error) {
	c := &composer{text: &expression.SystemText{}, kinds: map[string]*Kind{}, tied: map[string]int{}}
	if len(d.Parts) > maxParts {
		c.fault(d.Parts[maxParts].Mark, "split the model", "more than %d parts", maxParts)
	} else {
		for i := range d.Parts {
			c.part(&d.Parts[i])
		}
		for i := range d.Connections {
			c.connect(i, &d.Connections[i])
		}
		c.open(d.Parts)
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return c.text, nil
}

type composer struct {
	text   *expression.SystemText
	kinds  map[string]*Kind // by part
	tied   map[string]int   // ports that are connected → connection
	faults expression.Faults
}

func (c *composer) fault(mark int, remedy, format string, args ...any) {
	c.faults = append(c.faults, &expression.Fault{Mark: mark, Line: 1, Column: 1, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// part adds a component: its declarations with what is set in them, and its equations.
func (c *composer) part(p *Part) {
	k, ok := Lookup(p.Kind)
	switch {
	case !ok:
		c.fault(p.Mark, "use one of "+strings.Join(kindNames(), ", "), "there is no component %q", p.Kind)
		return
	case c.kinds[p.Name] != nil:
		c.fault(p.Mark, "rename one of them", "two parts are named %q", p.Name)
		return
	case !expression.IsName(p.Name) || strings.Contains(p.Name, "."):
		c.fault(p.Mark, "use letters, digits and _, begin with a letter, and leave words such as in, not, time alone", "%q cannot be a name of a part", p.Name)
		return
	}
	c.kinds[p.Name] = k
	settings := map[string]*Setting{}
	for i := range p.Set {
		s := &p.Set[i]
		if !k.has(s.Name) {
			c.fault(s.Mark, "it has "+strings.Join(k.names(), ", "), "%s has nothing named %q", k.Label, s.Name)
			continue
		}
		settings[s.Name] = s
	}
	for _, group := range []struct {
		from variables
		into *variables
	}{{k.Inputs, &c.text.Inputs}, {k.Parameters, &c.text.Parameters}, {k.States, &c.text.States}} {
		for _, v := range group.from {
			if s := settings[v.Name]; s != nil && group.into == &c.text.Inputs && !isQuantity(s.Text) {
				c.link(p, v, s)
				continue
			} else if s != nil {
				v.Value, v.Mark = s.Text, s.Mark
			} else {
				v.Mark = p.Mark
			}
			v.Name, v.Label = p.Name+"."+v.Name, p.Name+": "+v.Label
			*group.into = append(*group.into, v)
		}
	}
	c.text.Equations = append(c.text.Equations, expression.Passage{Base: p.Name, Text: k.Equations, Mark: p.Mark})
	for _, o := range k.Outputs {
		o.Name, o.Label, o.Base, o.Mark = p.Name+"."+o.Name, p.Name+": "+o.Label, p.Name, p.Mark
		c.text.Outputs = append(c.text.Outputs, o)
	}
}

// link lets an input be what an expression over the whole system says.
func (c *composer) link(p *Part, v expression.VariableText, s *Setting) {
	text := strings.Join(strings.Fields(s.Text), " ") // one statement, whatever it holds
	c.text.Equations = append(c.text.Equations, expression.Passage{Text: p.Name + "." + v.Name + " = " + text, Mark: s.Mark})
	c.text.Outputs = append(c.text.Outputs, expression.OutputText{Name: p.Name + "." + v.Name, Label: p.Name + ": " + v.Label, Unit: cmp.Or(v.Unit, "1"), Text: p.Name + "." + v.Name, Mark: s.Mark})
}

func isQuantity(text string) bool {
	_, _, err := expression.Quantity(text)
	return err == nil
}

// connect writes Kirchhoff's laws for one connection.
func (c *composer) connect(index int, n *Connection) {
	type end struct {
		path string
		port *Port
	}
	var ends []end
	holder := -1
	for _, path := range n.Ports {
		part, name, _ := strings.Cut(path, ".")
		k := c.kinds[part]
		if k == nil {
			c.fault(n.Mark, "name a port as part.port", "there is no part %q", part)
			return
		}
		port := k.port(name)
		if port == nil {
			c.fault(n.Mark, "it has "+strings.Join(k.portNames(), ", "), "%s %s has no port %q", k.Label, part, name)
			return
		}
		if _, twice := c.tied[path]; twice {
			c.fault(n.Mark, "name all ports that meet there in one connection", "port %s is connected twice", path)
			return
		}
		c.tied[path] = index
		if len(ends) > 0 && ends[0].port.Domain != port.Domain {
			c.fault(n.Mark, "connect ports of one kind", "%s is %s, %s is %s", ends[0].path, ends[0].port.Domain, path, port.Domain)
			return
		}
		if port.Holds {
			if holder >= 0 {
				c.fault(n.Mark, "put something between them that lets it flow, such as a "+between[port.Domain], "%s and %s would both hold the %s", ends[holder].path, path, held[port.Domain])
				return
			}
			holder = len(ends)
		}
		ends = append(ends, end{path, port})
	}
	if len(ends) < 2 {
		c.fault(n.Mark, "name two ports or more", "a connection of %d ports", len(ends))
		return
	}
	q := quantities[ends[0].port.Domain]
	var sum []string
	for i, e := range ends {
		if i != holder {
			sum = append(sum, e.path+"."+q.through)
		}
	}
	var text strings.Builder
	source := ""
	if holder >= 0 {
		source = ends[holder].path + "." + q.across
		fmt.Fprintf(&text, "%s.%s = -(%s)\n", ends[holder].path, q.through, strings.Join(sum, " + "))
	} else {
		source = fmt.Sprintf("%s_%d", ends[0].port.Domain, index+1)
		c.text.States = append(c.text.States, expression.VariableText{Name: source, Label: held[ends[0].port.Domain] + " at " + strings.Join(n.Ports, ", "), Unit: q.unit, Value: q.start, Mark: n.Mark})
		fmt.Fprintf(&text, "0 = %s\n", strings.Join(sum, " + "))
	}
	for i, e := range ends {
		if i != holder {
			fmt.Fprintf(&text, "%s.%s = %s\n", e.path, q.across, source)
		}
	}
	c.text.Equations = append(c.text.Equations, expression.Passage{Text: text.String(), Mark: n.Mark})
}

var (
	held    = map[Domain]string{Heat: "temperature", Shaft: "speed", Fluid: "pressure", Electric: "voltage"}
	between = map[Domain]string{Heat: "conductance", Shaft: "gearbox", Fluid: "pipe", Electric: "converter"}
)

// open deals with ports that nothing is connected to: what holds stores with nothing flowing.
func (c *composer) open(parts []Part) {
	for i := range parts {
		k := c.kinds[parts[i].Name]
		if k == nil || len(c.faults) > 0 {
			continue
		}
		for _, p := range k.Ports {
			path := parts[i].Name + "." + p.Name
			if _, tied := c.tied[path]; tied || p.Optional {
				continue
			}
			if !p.Holds {
				c.fault(parts[i].Mark, "connect it", "port %s of %s is not connected", p.Name, parts[i].Name)
				continue
			}
			unit := map[Domain]string{Heat: "W", Shaft: "N·m", Fluid: "m³/s", Electric: "A"}[p.Domain]
			c.text.Equations = append(c.text.Equations, expression.Passage{Text: fmt.Sprintf("%s.%s = \"0 %s\"", path, quantities[p.Domain].through, unit), Mark: parts[i].Mark})
		}
	}
}

func kindNames() []string {
	var out []string
	for _, k := range library {
		out = append(out, k.Name)
	}
	return out
}

func (k *Kind) portNames() []string {
	var out []string
	for _, p := range k.Ports {
		out = append(out, p.Name)
	}
	return out
}

// names lists what can be set.
func (k *Kind) names() []string {
	var out []string
	for _, v := range slices.Concat(k.Inputs, k.Parameters, k.States) {
		out = append(out, v.Name)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

func (k *Kind) has(name string) bool { return slices.Contains(k.names(), name) }
