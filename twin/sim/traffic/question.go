package traffic

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// settings are the values of fields that a question changes, by the number of the field.
type settings map[int]float64

// set reads the changes of a question.
func (s *Study) set(changes []sim.Change) (settings, error) {
	out := settings{}
	for _, c := range changes {
		i, ok := s.byID[c.Field]
		if !ok {
			return nil, fmt.Errorf("traffic: %s: no field %q: name a measure, a street or a signal with what changes, such as %s", c, clip(c.Field), s.fields[0].ID)
		}
		v, err := s.value(i, strings.TrimSpace(c.Value))
		if err != nil {
			return nil, fmt.Errorf("traffic: %s: %w", c, err)
		}
		out[i] = v
	}
	return out, nil
}

// switches are the words for on and off.
var switches = map[string]float64{"on": 1, "yes": 1, "true": 1, "closed": 1, "1": 1, "off": 0, "no": 0, "false": 0, "open": 0, "0": 0}

// value reads what a field becomes, SI.
func (s *Study) value(i int, text string) (float64, error) {
	f, k := &s.fields[i], s.knobs[i]
	if k.kind == knobMeasure || k.kind == knobClosed || k.kind == knobWeekend {
		if v, ok := switches[strings.ToLower(text)]; ok {
			return v, nil
		}
		return 0, fmt.Errorf("%q is neither on nor off: write 1 or 0", clip(text))
	}
	v, err := s.number(f, k, text)
	if err != nil {
		return 0, err
	}
	return s.within(i, v)
}

func (s *Study) number(f *sim.Field, k knob, text string) (float64, error) {
	if share, ok := strings.CutSuffix(text, "%"); ok && (text[0] == '+' || text[0] == '-') {
		x, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
		if err != nil || math.IsNaN(f.Value) {
			return 0, fmt.Errorf("%q is no share of what it was: write +10%%, or the value itself", clip(text))
		}
		v := f.Value * (1 + x/100)
		if k.kind == knobLanes || k.kind == knobNewLanes {
			v = math.Round(v)
		}
		return v, nil
	}
	if k.kind == knobHour || k.kind == knobFrom || k.kind == knobTo {
		form := &form{}
		v := form.clock(value{scalar: text}, math.NaN())
		return v, form.done()
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return f.Unit.SI(x), nil
	}
	of := dimension{name: f.Unit.Dimension, units: aFlow.units}
	if of.name != "flow" {
		of.units = nil
	}
	return parseQuantity(text, of)
}

// within refuses what a field cannot be.
func (s *Study) within(i int, v float64) (float64, error) {
	f, k := &s.fields[i], s.knobs[i].kind
	if !finite(v) || v < f.Min-1e-9 || v > f.Max+1e-9 {
		remedy := fmt.Sprintf("give %s to %s %s", f.Unit.Format(f.Min, 0), f.Unit.Format(f.Max, 0), f.Unit.Symbol)
		if k == knobCapacity && v > f.Max {
			remedy = "more than its lanes and signals let pass is not possible: add a lane, or green"
		}
		return 0, fmt.Errorf("out of range: %s", strings.TrimSpace(remedy))
	}
	if (k == knobLanes || k == knobNewLanes) && v != math.Trunc(v) {
		return 0, fmt.Errorf("%g lanes: give a whole number", v)
	}
	return v, nil
}

// ofFields takes values by field, SI, as a forecast gives them. Names of others are left alone.
func (s *Study) ofFields(values map[string]float64) (settings, error) {
	out := settings{}
	for id, v := range values {
		if i, ok := s.byID[id]; ok {
			x, err := s.within(i, v)
			if err != nil {
				return nil, fmt.Errorf("traffic: %s: %w", id, err)
			}
			out[i] = x
		}
	}
	return out, nil
}

// of is the value of a field: the one that was set, else the one that it has.
func (s *Study) of(set settings, id string) float64 {
	i := s.byID[id]
	if v, ok := set[i]; ok {
		return v
	}
	return s.fields[i].Value
}

// whole stands for a closure without an end, s.
const whole = 1e9

// scenario words settings as changes of the network for a run that begins at an hour of the day.
func (s *Study) scenario(set settings, hour float64) Scenario {
	var out Scenario
	add := func(c Change) { out.Changes = append(out.Changes, c) }
	timing := map[int]bool{}
	for i := range s.fields { // in the order of fields: a run must not depend on the order of a map
		v, ok := set[i]
		if !ok {
			continue
		}
		switch k := s.knobs[i]; k.kind {
		case knobMeasure:
			if v == 1 {
				s.measureChanges(s.d.measures[k.index], set, hour, add)
			}
		case knobDemand:
			add(Change{Demand: &DemandFactor{Factor: v}})
		case knobClosed:
			if v == 1 {
				add(Change{Close: &Closure{Links: s.names(k.index), To: whole}})
			}
		case knobLanes:
			s.redesign(k.index, Redesign{Lanes: int(v)}, add)
		case knobSpeed:
			s.redesign(k.index, Redesign{Speed: v}, add)
		case knobCapacity:
			s.redesign(k.index, Redesign{Capacity: v}, add)
		case knobGreen, knobCycle:
			if !timing[k.index] {
				timing[k.index] = true
				s.retime(k.index, set, add)
			}
		}
	}
	return out
}

func (s *Study) names(street int) []string {
	var out []string
	for _, l := range s.d.streets[street].links {
		out = append(out, s.d.net.Links[l].Name)
	}
	return out
}

func (s *Study) redesign(street int, r Redesign, add func(Change)) {
	for _, name := range s.names(street) {
		one := r
		one.Link = name
		add(Change{Link: &one})
	}
}

func (s *Study) measureChanges(m measure, set settings, hour float64, add func(Change)) {
	for _, k := range m.add {
		k.Lanes, k.Speed = int(s.of(set, m.id+".lanes")), s.of(set, m.id+".speed")
		k.Capacity = s.of(set, m.id+".capacity") * float64(k.Lanes) / float64(max(1, m.add[0].Lanes))
		add(Change{Add: &k})
	}
	if len(m.close) == 0 {
		return
	}
	from, to := (s.of(set, m.id+".from")-hour)*hourSec, (s.of(set, m.id+".to")-hour)*hourSec
	if to <= 0 || to <= from {
		return
	}
	if part := s.of(set, m.id+".demand"); part != 1 {
		add(Change{Demand: &DemandFactor{Factor: part, From: max(0, from), To: to}})
	}
	c := &Closure{From: max(0, from), To: to}
	for _, i := range m.close {
		c.Links = append(c.Links, s.names(i)...)
	}
	add(Change{Close: c})
}

func (s *Study) retime(i int, set settings, add func(Change)) {
	x := s.d.lit[i]
	sig := s.d.net.Signals[x.signal].clone()
	id := x.id
	for f, k := range s.knobs {
		if k.kind == knobGreen && k.index == i {
			id = strings.TrimSuffix(s.fields[f].ID, ".green")
		}
	}
	sig.split(s.of(set, id+".cycle"), sig.Phases[0].Clear, s.of(set, id+".green"))
	add(Change{Signal: &Retiming{Node: s.d.net.Nodes[sig.Node].Name, Greens: []float64{sig.Phases[0].Green, sig.Phases[1].Green}}})
}

// words names what is changed, for a headline.
func (s *Study) words(set settings) string {
	var out []string
	for i := range s.fields {
		v, ok := set[i]
		if !ok || s.knobs[i].kind == knobHour || s.knobs[i].kind == knobWeekend {
			continue
		}
		f := &s.fields[i]
		switch k := s.knobs[i].kind; k {
		case knobMeasure, knobClosed:
			if v == 1 {
				out = append(out, f.Label)
			}
		case knobNewLanes, knobNewSpeed, knobNewCapacity, knobFrom, knobTo, knobTrips:
			if set[s.byID[s.d.measures[s.knobs[i].index].id+".on"]] != 1 {
				continue
			}
			fallthrough
		default:
			text := strings.TrimSpace(f.Unit.Format(v, 0) + " " + f.Unit.Symbol)
			if k == knobFrom || k == knobTo {
				text = clockText(v)
			}
			out = append(out, f.Label+" "+text)
		}
	}
	switch len(out) {
	case 0:
		return ""
	case 1, 2, 3:
		return strings.Join(out, ", ")
	}
	return fmt.Sprintf("%s, %s and %d changes more", out[0], out[1], len(out)-2)
}
