package flow

import "slices"

// Start is the state that a run begins with, as read from the living plant. What it does not name begins empty and idle.
type Start struct {
	Levels   map[string]int     `json:"levels,omitempty" yaml:"levels,omitempty"`     // parts in buffers, on belts, waiting for vehicles
	States   map[string]string  `json:"states,omitempty" yaml:"states,omitempty"`     // of stations: working, down, …
	Counters map[string]float64 `json:"counters,omitempty" yaml:"counters,omitempty"` // of sinks: parts made so far, for signals that go on
}

// Check says what of a start does not fit a model, as sim.Faults.
func (s *Start) Check(m *Model) error {
	c := &checker{m: m}
	for _, name := range sorted(s.Levels) {
		e := m.Element(name)
		c.place("levels", name)
		if e == nil {
			continue
		}
		room := maxCount
		switch {
		case e.Kind == Conveyor:
			room = int(float64(e.Length)/float64(e.Pitch) + 1e-9)
		case e.Kind != Buffer && e.Kind != Transport:
			c.fault("levels."+name, "give the state of a "+string(e.Kind)+" under states", "a %s has no level", e.Kind)
		case e.Capacity != nil:
			room = *e.Capacity
		}
		c.whole("levels."+name, s.Levels[name], 0, max(room, 1))
	}
	for _, name := range sorted(s.States) {
		e := m.Element(name)
		c.place("states", name)
		if e != nil && !e.isStation() {
			c.fault("states."+name, "give a level instead", "a %s has no state", e.Kind)
		}
		if !slices.Contains(stateNames[:], s.States[name]) {
			c.fault("states."+name, nearest(s.States[name], stateNames[:]), "unknown state %q", clip(s.States[name]))
		}
		if e != nil && s.States[name] == "down" && !e.Repair.Given() {
			c.fault("states."+name, "give it failure and repair", "it is down and nothing says how long a repair takes")
		}
	}
	for _, name := range sorted(s.Counters) {
		c.place("counters", name)
		if e := m.Element(name); e != nil && e.Kind != Sink {
			c.fault("counters."+name, "name a sink", "a %s counts nothing", e.Kind)
		}
		c.between("counters."+name, s.Counters[name], 0, 1e15, "")
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

// place checks the name of an element.
func (c *checker) place(section, name string) {
	c.refer(section+"."+clip(name), "element", name, len(c.m.Elements), func(i int) string { return c.m.Elements[i].Name })
}

// apply brings a plant that has not begun into the state. How long work and repairs have gone on is not known: they begin
// now, which is exact for exponential times and slightly late for others.
func (s *Start) apply(p *plant, byName map[string]node) {
	for _, name := range sorted(s.Levels) {
		byName[name].fill(s.Levels[name])
	}
	for _, name := range sorted(s.States) {
		x := byName[name].(*station)
		switch s.States[name] {
		case "working", "setup", "blocked", "waiting":
			x.hours.on = true
			x.fill(len(x.servers))
		case "down":
			x.hours.on = true
			x.failed(0)
		}
	}
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
