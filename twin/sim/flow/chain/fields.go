package chain

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// The units of fields and figures; package twin does not know money and cargo.
var (
	hours   = twin.Unit{Symbol: "h", Dimension: "time", Scale: 3600}
	days    = twin.Unit{Symbol: "d", Dimension: "time", Scale: daySec}
	knots   = twin.Unit{Symbol: "kn", Dimension: "speed", Scale: 1852. / 3600}
	windMS  = twin.Unit{Symbol: "m/s", Dimension: "speed", Scale: 1}
	percent = twin.Unit{Symbol: "%", Dimension: "number", Scale: .01}
	dollars = twin.Unit{Symbol: "USD", Dimension: "money", Scale: 1}
	million = twin.Unit{Symbol: "M USD", Dimension: "money", Scale: 1e6}
	teuUnit = twin.Unit{Symbol: "TEU", Dimension: "cargo", Scale: 1}
	tonnes  = twin.Unit{Symbol: "t", Dimension: "mass", Scale: 1e3}
)

// knob is a field with what it does to a model. One of number, law and name is set.
type knob struct {
	sim.Field
	whole  bool
	number func(m *Model, v float64)
	law    func(m *Model, d flow.Distribution)
	name   func(m *Model, s string)
	was    flow.Distribution
}

// none is the value of a field that names a port, where it names none.
const none = "none"

// knobs lists what a question may change.
func (p *plan) knobs() []knob {
	var out []knob
	for i := range p.m.Ports {
		out = append(out, portKnobs(p.m, i)...)
	}
	for i := range p.m.Services {
		out = append(out, p.serviceKnobs(i)...)
	}
	for i := range p.m.Ships {
		out = append(out, p.shipKnobs(i)...)
	}
	for i, s := range p.m.Storms {
		out = append(out,
			numberKnob(s.Name, s.Label, "heading", s.Asset, twin.Unit{Symbol: "°", Dimension: "number", Scale: 1}, s.Heading, -360, 360, func(m *Model, v float64) { m.Storms[i].Heading = v }),
			numberKnob(s.Name, s.Label, "speed", s.Asset, windMS, float64(s.Speed), 0, 50, func(m *Model, v float64) { m.Storms[i].Speed = flow.Speed(v) }))
	}
	return append(out,
		numberKnob("demand", "Demand", "factor", "", percent, 1, 0, 10, func(m *Model, v float64) {
			for i := range m.Demand {
				m.Demand[i].TEU *= v
			}
		}),
		numberKnob("fuel", "Fuel", "price", "", dollars, p.m.Prices.FuelUSD, 0, 1e5, func(m *Model, v float64) { m.Prices.FuelUSD = v }),
		numberKnob("delay", "Time of cargo, TEU and day", "price", "", dollars, p.m.Prices.DelayUSD, 0, 1e5, func(m *Model, v float64) { m.Prices.DelayUSD = v }))
}

func numberKnob(owner, label, name, asset string, u twin.Unit, v, least, most float64, set func(*Model, float64)) knob {
	text := strings.TrimSpace(strconv.FormatFloat(math.Round(u.FromSI(v)*100)/100, 'f', -1, 64) + " " + u.Symbol)
	return knob{Field: sim.Field{ID: owner + "." + name, Label: titled(label, owner) + ": " + strings.ReplaceAll(name, "_", " "), Unit: u, Value: v, Min: least, Max: most, Text: strings.Replace(text, "-", "−", 1), Asset: asset}, number: set}
}

func wholeKnob(owner, label, name, asset string, v, least, most int, set func(*Model, float64)) knob {
	k := numberKnob(owner, label, name, asset, twin.Unit{}, float64(v), float64(least), float64(most), set)
	k.whole = true
	return k
}

// nameKnob is a field that holds the name of a port.
func nameKnob(owner, label, name, asset, v string, set func(*Model, string)) knob {
	k := knob{Field: sim.Field{ID: owner + "." + name, Label: titled(label, owner) + ": " + strings.ReplaceAll(name, "_", " "), Value: math.NaN(), Min: math.NaN(), Max: math.NaN(), Text: v, Asset: asset}, name: set}
	if v == "" {
		k.Text = none
	}
	return k
}

func titled(label, name string) string {
	if label != "" {
		return label
	}
	return name
}

func portKnobs(m *Model, i int) []knob {
	p := &m.Ports[i]
	closed := numberKnob(p.Name, p.Label, "closed_for", p.Asset, hours, p.ClosedFor.Mean(), 0, maxSpanSec, nil)
	closed.was, closed.law = p.ClosedFor, func(m *Model, d flow.Distribution) { m.Ports[i].ClosedFor = d }
	if !p.ClosedFor.Given() {
		closed.Text = "not closed"
	} else if p.ClosedFor.Law != flow.Constant {
		closed.Text = p.ClosedFor.String()
	}
	out := []knob{
		closed,
		numberKnob(p.Name, p.Label, "closed_from", p.Asset, hours, float64(p.ClosedFrom), 0, maxSpanSec, func(m *Model, v float64) { m.Ports[i].ClosedFrom = flow.Time(v) }),
		nameKnob(p.Name, p.Label, "divert", p.Asset, p.Divert, func(m *Model, s string) { m.Ports[i].Divert = s }),
		numberKnob(p.Name, p.Label, "patience", p.Asset, hours, float64(p.Patience), 0, maxSpanSec, func(m *Model, v float64) { m.Ports[i].Patience = flow.Time(v) }),
		wholeKnob(p.Name, p.Label, "berths", p.Asset, p.Berths, 1, 1000, func(m *Model, v float64) { m.Ports[i].Berths = int(v) }),
	}
	if !p.Stay.Given() {
		out = append(out,
			wholeKnob(p.Name, p.Label, "cranes", p.Asset, p.Cranes, 1, 1000, func(m *Model, v float64) { m.Ports[i].Cranes = int(v) }),
			numberKnob(p.Name, p.Label, "crane_moves_per_h", p.Asset, twin.Unit{}, p.CraneRate, 1, 200, func(m *Model, v float64) { m.Ports[i].CraneRate = v }))
	}
	return out
}

func (p *plan) serviceKnobs(i int) []knob {
	s := &p.m.Services[i]
	speed, n := 0., 0.
	for _, h := range p.ships {
		if h.service == i {
			speed, n = speed+h.speed, n+1
		}
	}
	if n > 0 {
		speed /= n
	} else if c := slices.IndexFunc(p.m.Classes, func(c Class) bool { return c.Name == s.Class }); c >= 0 {
		speed = firstOf(float64(s.Speed), float64(p.m.Classes[c].Speed))
	}
	out := []knob{numberKnob(s.Name, s.Label, "speed", "", knots, speed, .5, 30, func(m *Model, v float64) { m.speedUp(i, v) })}
	if s.Class != "" {
		out = append(out, wholeKnob(s.Name, s.Label, "extra", "", s.Extra, 0, maxExtra, func(m *Model, v float64) { m.Services[i].Extra = int(v) }))
	}
	return out
}

// speedUp sets the speed of a service. It is a speed for all of its ships: those with a speed of their own lose it.
func (m *Model) speedUp(service int, v float64) {
	m.Services[service].Speed = flow.Speed(v)
	for j := range m.Ships {
		if m.Ships[j].Service == m.Services[service].Name {
			m.Ships[j].Speed = flow.Speed(v)
			m.Ships[j].ordered = true
		}
	}
}

func (p *plan) shipKnobs(i int) []knob {
	s := &p.m.Ships[i]
	return []knob{
		numberKnob(s.Name, s.Label, "speed", s.Asset, knots, p.ships[i].speed, .5, 30, func(m *Model, v float64) { m.Ships[i].Speed, m.Ships[i].ordered = flow.Speed(v), true }),
		nameKnob(s.Name, s.Label, "divert", s.Asset, s.Divert, func(m *Model, s string) { m.Ships[i].Divert = s }),
	}
}

// with returns a copy of a model with changes made.
func (m *Model) with(knobs []knob, changes []sim.Change) (*Model, error) {
	out := *m
	out.Ports, out.Services, out.Ships = slices.Clone(m.Ports), slices.Clone(m.Services), slices.Clone(m.Ships)
	out.Demand, out.Storms = slices.Clone(m.Demand), slices.Clone(m.Storms)
	for _, c := range changes {
		i := slices.IndexFunc(knobs, func(k knob) bool { return k.ID == c.Field })
		if i < 0 {
			var ids []string
			for _, k := range knobs {
				ids = append(ids, k.ID)
			}
			return nil, fmt.Errorf("chain: %s: there is no such field: %s", clip(c.String()), near(c.Field, ids))
		}
		if err := knobs[i].turn(&out, c.Value); err != nil {
			return nil, fmt.Errorf("chain: %s: %w", clip(c.String()), err)
		}
	}
	return &out, nil
}

// turn sets a field to what is written: "+10%" and "-10%" are of what it was, a plain number is in its unit, a text may have another
// unit, or a law, or the name of a port.
func (k *knob) turn(m *Model, value string) error {
	value = strings.TrimSpace(strings.ReplaceAll(value, "−", "-"))
	if k.name != nil {
		if value == none {
			value = ""
		}
		k.name(m, value)
		return nil
	}
	if share, ok := relative(value); ok {
		if k.law != nil && k.was.Given() {
			return k.lawful(m, k.was.Scaled(1+share))
		}
		return k.put(m, k.Value*(1+share))
	}
	if v, err := strconv.ParseFloat(value, 64); err == nil {
		return k.put(m, k.Unit.SI(v))
	}
	switch {
	case k.law != nil:
		d, err := flow.ParseDistribution(value)
		if err != nil {
			return err
		}
		return k.lawful(m, d)
	case k.Unit.Dimension == "time":
		var v flow.Time
		return k.parsed(m, &v, func() float64 { return float64(v) }, value)
	case k.Unit.Dimension == "speed":
		var v flow.Speed
		return k.parsed(m, &v, func() float64 { return float64(v) }, value)
	case k.Unit.Dimension == "number" || k.Unit.Dimension == "":
		var v flow.Number
		return k.parsed(m, &v, func() float64 { return float64(v) }, value)
	}
	return fmt.Errorf("%q is no number: give it in %s", clip(value), k.Unit.Symbol)
}

func (k *knob) parsed(m *Model, into interface{ UnmarshalText([]byte) error }, get func() float64, text string) error {
	if err := into.UnmarshalText([]byte(text)); err != nil {
		return err
	}
	return k.put(m, get())
}

func relative(text string) (float64, bool) {
	number, ok := strings.CutSuffix(text, "%")
	if !ok || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	return v / 100, err == nil
}

// put sets a number, SI.
func (k *knob) put(m *Model, v float64) error {
	if k.whole {
		v = math.Round(v)
	}
	if !(v >= k.Min && v <= k.Max) {
		return fmt.Errorf("%g %s is out of range: give %g to %g", k.Unit.FromSI(v), k.Unit.Symbol, k.Unit.FromSI(k.Min), k.Unit.FromSI(k.Max))
	}
	if k.law != nil {
		return k.lawful(m, flow.Fixed(v))
	}
	k.number(m, v)
	return nil
}

func (k *knob) lawful(m *Model, d flow.Distribution) error {
	if mean := d.Mean(); !(mean >= 0 && mean <= k.Max) {
		return fmt.Errorf("a mean of %g h is out of range: give less than ten years", mean/3600)
	}
	if d.Law == flow.Constant && d.P[0] == 0 {
		d = flow.Distribution{}
	}
	k.law(m, d)
	return nil
}
