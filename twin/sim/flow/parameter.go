package flow

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Parameter is a number of a model that a what-if may change.
type Parameter struct {
	ID       string // "filler.speed"
	Label    string // "Filler: speed"
	Unit     string // SI, as shown
	Min, Max float64
	Value    float64 // SI; of a distribution its mean
	Whole    bool

	dimension string
	set       func(m *Model, v float64)
	shape     func(m *Model, d Distribution) // nil for a plain number
	law       func(m *Model) Distribution    // nil for a plain number
}

// Parameters lists what may be changed, in the order of the model.
func (m *Model) Parameters() []Parameter {
	var out []Parameter
	rejects := map[string]bool{}
	for _, l := range m.Links {
		rejects[l.From] = rejects[l.From] || l.When == "reject"
	}
	for i := range m.Elements {
		out = append(out, m.Elements[i].parameters(i, rejects[m.Elements[i].Name])...)
	}
	for i, p := range m.Labour {
		out = append(out, Parameter{ID: p.Name + ".count", Label: p.Name + ": count", Min: 1, Max: maxServers, Value: float64(p.Count), Whole: true, dimension: dimNumber,
			set: func(m *Model, v float64) { m.Labour[i].Count = int(v) }})
	}
	for i, f := range m.Fleets {
		out = append(out,
			Parameter{ID: f.Name + ".vehicles", Label: f.Name + ": vehicles", Min: 1, Max: maxServers, Value: float64(f.Vehicles), Whole: true, dimension: dimNumber,
				set: func(m *Model, v float64) { m.Fleets[i].Vehicles = int(v) }},
			Parameter{ID: f.Name + ".speed", Label: f.Name + ": speed", Unit: "m/s", Min: 1e-3, Max: 100, Value: float64(f.Speed), dimension: dimSpeed,
				set: func(m *Model, v float64) { m.Fleets[i].Speed = Speed(v) }})
	}
	return out
}

// told is how parameters are called for people, where that is not their name.
var told = map[string]string{"interval": "time between arrivals", "cycle": "cycle time", "setup": "set-up time", "failure": "time between failures", "repair": "repair time",
	"load": "loading time", "unload": "unloading time", "servers": "places to work", "reject": "share rejected", "belt": "speed of the belt"}

func (e *Element) parameters(i int, rejects bool) []Parameter {
	var out []Parameter
	add := func(name, unit, dimension string, value, least, greatest float64, whole bool, set func(e *Element, v float64)) {
		out = append(out, Parameter{ID: e.Name + "." + name, Label: e.title() + ": " + cmp.Or(told[name], name), Unit: unit, Min: least, Max: greatest, Value: value,
			Whole: whole, dimension: dimension, set: func(m *Model, v float64) { set(&m.Elements[i], v) }})
	}
	timed := func(name string, get func(e *Element) *Distribution) {
		d := get(e)
		if !d.Given() {
			return
		}
		add(name, "s", dimTime, d.Mean(), 0, 1e9, false, func(e *Element, v float64) {
			d := get(e)
			if mean := d.Mean(); mean > 0 {
				*d = d.Scaled(v / mean)
			} else {
				*d = Fixed(v)
			}
		})
		out[len(out)-1].shape = func(m *Model, d Distribution) { *get(&m.Elements[i]) = d }
		out[len(out)-1].law = func(m *Model) Distribution { return *get(&m.Elements[i]) }
	}
	if e.isStation() {
		add("speed", "", dimNumber, e.speed(), .001, 1000, false, func(e *Element, v float64) { e.Speed = Number(v) })
	}
	timed("interval", func(e *Element) *Distribution { return &e.Interval })
	timed("cycle", func(e *Element) *Distribution { return &e.Cycle })
	timed("setup", func(e *Element) *Distribution { return &e.Setup })
	timed("failure", func(e *Element) *Distribution { return &e.Failure })
	timed("repair", func(e *Element) *Distribution { return &e.Repair })
	timed("load", func(e *Element) *Distribution { return &e.Load })
	timed("unload", func(e *Element) *Distribution { return &e.Unload })
	if e.Kind == Machine && (!e.Failure.Given() || e.Clock == "time") {
		add("servers", "", dimNumber, float64(max(e.Servers, 1)), 1, maxServers, true, func(e *Element, v float64) { e.Servers = int(v) })
	}
	if rejects {
		add("reject", "", dimNumber, float64(e.Reject), 0, 1, false, func(e *Element, v float64) { e.Reject = Number(v) })
	}
	if e.Operator != "" {
		add("crew", "", dimNumber, float64(max(e.Crew, 1)), 1, maxServers, true, func(e *Element, v float64) { e.Crew = int(v) })
	}
	if e.Capacity != nil {
		add("capacity", "", dimNumber, float64(*e.Capacity), 1, maxCount, true, func(e *Element, v float64) { n := int(v); e.Capacity = &n })
	}
	if e.Kind == Conveyor {
		add("belt", "m/s", dimSpeed, float64(e.Belt), 1e-4, 100, false, func(e *Element, v float64) { e.Belt = Speed(v) })
		add("pitch", "m", dimLength, float64(e.Pitch), 1e-3, float64(e.Length), false, func(e *Element, v float64) { e.Pitch = Length(v) })
	}
	if e.Kind == Conveyor || e.Kind == Transport && e.Length > 0 {
		add("length", "m", dimLength, float64(e.Length), 1e-3, 1e5, false, func(e *Element, v float64) { e.Length = Length(v) })
	}
	return out
}

// With returns a copy of a model with changes made, and checks it. The model stays as it is.
func (m *Model) With(changes ...sim.Change) (*Model, error) {
	out := *m
	out.Elements = slices.Clone(m.Elements)
	out.Labour, out.Fleets = slices.Clone(m.Labour), slices.Clone(m.Fleets)
	for _, c := range changes {
		if err := out.change(c); err != nil {
			return nil, fmt.Errorf("flow: %s: %w", clip(c.String()), err)
		}
	}
	return &out, out.Check()
}

func (m *Model) change(c sim.Change) error {
	all := m.Parameters()
	i := slices.IndexFunc(all, func(p Parameter) bool { return p.ID == c.Field })
	if i < 0 {
		return m.unknown(c.Field, all)
	}
	p := all[i]
	value := strings.ReplaceAll(c.Value, "−", "-")
	percent, relative := strings.CutSuffix(value, "%")
	if relative && (value[0] == '+' || value[0] == '-') {
		x, err := quantity(strings.TrimSpace(strings.TrimPrefix(percent, "+")), dimNumber)
		if err != nil {
			return err
		}
		return p.put(m, p.Value*(1+x/100))
	}
	if p.shape != nil {
		d, err := ParseDistribution(value)
		if err != nil {
			return err
		}
		if d.Law != Constant {
			p.shape(m, d)
			return nil
		}
		return p.put(m, d.P[0])
	}
	x, err := quantity(strings.TrimPrefix(value, "+"), p.dimension)
	if err != nil {
		return err
	}
	return p.put(m, x)
}

func (p *Parameter) put(m *Model, v float64) error {
	if p.Whole {
		v = math.Round(v)
	}
	if !(v >= p.Min && v <= p.Max) {
		u := p.shown()
		return fmt.Errorf("%s is out of range: give %s to %s", short(u.FromSI(v), u.Symbol), short(u.FromSI(p.Min), u.Symbol), short(u.FromSI(p.Max), u.Symbol))
	}
	p.set(m, v)
	return nil
}

// unknown names what may have been meant: the element first, then its parameter.
func (m *Model) unknown(id string, all []Parameter) error {
	of, _, _ := strings.Cut(id, ".")
	var owners, own []string
	for _, p := range all {
		owner, name, _ := strings.Cut(p.ID, ".")
		if !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
		if owner == of {
			own = append(own, name)
		}
	}
	if len(own) == 0 {
		return fmt.Errorf("there is no element %q with parameters: %s", clip(of), nearest(of, owners))
	}
	return fmt.Errorf("%s has no such parameter: it has %s", of, strings.Join(own, ", "))
}
