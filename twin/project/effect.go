package project

import (
	"math"
	"strconv"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

var properties = []Property{RotateRate, RotateAngle, Translate, Scale, Visible, Opacity, ColorRamp, Glow, TextureOffset, TextureRate,
	ClipPosition, ClipRate, Label, Badge, Level, Gradient, Arrow, Flow, Trail}

// themeColors are the colours of the theme by day: the clay of the 3D view, the priorities of alarms, the rest.
var themeColors = map[string][3]uint8{
	"clay": {0xAE, 0xB5, 0xBD}, "critical": {0xD3, 0x12, 0x2F}, "high": {0xE8, 0x75, 0x11}, "medium": {0xD9, 0xB3, 0x00},
	"low": {0xA0, 0x4C, 0xC0}, "accent": {0x2B, 0x66, 0xA8}, "predicted": {0x8B, 0x6B, 0xE0},
}

func words(properties []Property) []string {
	out := make([]string, len(properties))
	for i, p := range properties {
		out[i] = string(p)
	}
	return out
}

func (k *kinds) binding(t *template, part int, o object) {
	signal, found := k.find(t, part, o)
	if !o.need("property", "say what it changes, such as rotate_rate, color or label") {
		return
	}
	property := Property(o.choice("property", "", words(properties)...))
	b := Binding{Node: o.text("node"), Property: property, Gain: o.number("gain", 1), Offset: o.number("offset", 0)}
	if axis, ok := o.vector("axis", 3); ok {
		length := math.Sqrt(axis[0]*axis[0] + axis[1]*axis[1] + axis[2]*axis[2])
		if length < 1e-9 || length > 1e9 {
			k.fault(o.at("axis"), "write a direction such as [0, 1, 0]", "the axis has no direction")
		} else {
			b.Axis = [3]float64{axis[0] / length, axis[1] / length, axis[2] / length}
		}
	}
	switch property {
	case RotateRate, RotateAngle, Translate:
		o.need("axis", "write the axis in the frame of the node, such as [0, 1, 0]")
	}
	if found && property != "" {
		k.suits(t.signals[signal].proto, property, o)
	}
	if property == ColorRamp {
		if o.need("ramp", "write at least two stops: [{at: 40, color: clay}, {at: 76, color: high}]") && found {
			b.Ramp = k.ramp(o, t.signals[signal].proto.Unit)
		}
	} else if o.has("ramp") {
		k.fault(o.at("ramp"), "remove it or write property: color", "a ramp colours, it cannot %s", property)
	}
	if found {
		t.bindings = append(t.bindings, templateBinding{part, signal, b})
	}
}

// suits checks that the unit of a signal fits what it is to change.
func (k *kinds) suits(s twin.Signal, p Property, o object) {
	want := map[Property]string{RotateRate: "angular speed", RotateAngle: "angle", Translate: "length"}[p]
	if want == "" || s.Unit.Dimension == want || o.has("gain") {
		return
	}
	k.fault(o.at("signal"), "give a gain that makes it one", "%s needs %s, and signal %q is in %q", p, want, s.Name, s.Unit.Symbol)
}

func (k *kinds) ramp(o object, u twin.Unit) []Stop {
	var out []Stop
	for _, n := range k.items(o.n.find("ramp"), "ramp") {
		s := k.object(n, "stop")
		if !s.need("at", "write the value at which the colour holds") || !s.need("color", "write clay, high … or \"#RRGGBB\"") {
			continue
		}
		stop := Stop{At: u.SI(s.number("at", 0)), Color: k.color(s)}
		if len(out) > 0 && stop.At <= out[len(out)-1].At {
			k.fault(s.at("at"), "write the stops in rising order", "stop %s comes after a higher one", s.at("at").text)
			continue
		}
		out = append(out, stop)
	}
	if len(out) < 2 && !k.stopped {
		k.fault(o.at("ramp"), "write at least two stops", "a ramp needs two stops")
	}
	return out
}

func (r *reader) color(o object) Color {
	text := o.text("color")
	if rgb, ok := themeColors[text]; ok {
		return Color{text, rgb[0], rgb[1], rgb[2]}
	}
	if len(text) == 7 && text[0] == '#' {
		if v, err := strconv.ParseUint(text[1:], 16, 24); err == nil {
			return Color{"", uint8(v >> 16), uint8(v >> 8), uint8(v)}
		}
	}
	if text != "" {
		names := make([]string, 0, len(themeColors))
		for name := range themeColors {
			names = append(names, name)
		}
		r.fault(o.at("color"), didYouMean(text, names, "colour")+` or write "#RRGGBB" in quotes`, "unknown colour %q", text)
	}
	return Color{}
}

var priorities = []string{twin.Critical.String(), twin.High.String(), twin.Medium.String(), twin.Low.String()}

func (k *kinds) alarm(t *template, part int, e pair) {
	o := k.object(e.value, "alarm")
	if !k.name(e.key, e.key.text) {
		return
	}
	signal, found := k.find(t, part, o)
	if !found {
		return
	}
	id := join(t.parts[part].path, e.key.text)
	if _, dup := t.byAlarm[id]; dup {
		k.fault(e.key, "rename one of them", "alarm %q stands twice in kind %s", id, t.name)
		return
	}
	s := &t.signals[signal].proto
	a := Alarm{Priority: twin.Medium, Message: humanize(e.key.text)}
	var conditions int
	for _, key := range []string{"high", "low", "state", "stale"} {
		if o.has(key) {
			conditions++
			a.Condition = alarm.Condition(key)
		}
	}
	if conditions != 1 {
		k.fault(o.n, "write one of high: value, low: value, state: name, stale: true", "alarm %q has %d conditions", e.key.text, conditions)
		return
	}
	switch a.Condition {
	case alarm.Equals:
		a.Limit = k.state(o, s)
	case alarm.Stale:
		if !o.bool("stale", true) {
			k.fault(o.at("stale"), "write true, or remove the alarm", "an alarm that is never on")
		}
		if s.Timeout == 0 {
			k.fault(o.at("stale"), "give the signal a timeout", "signal %q is never stale", s.Name)
		}
	default:
		if s.Kind != twin.Number {
			k.fault(o.at(string(a.Condition)), "write state: name", "signal %q is no number", s.Name)
		}
	}
	adjust(o, s, &a)
	t.byAlarm[id] = len(t.alarms)
	t.alarms = append(t.alarms, templateAlarm{part, signal, id, a})
}

// state finds the number of a named state.
func (k *kinds) state(o object, s *twin.Signal) float64 {
	name := o.text("state")
	for i, one := range s.States {
		if one == name {
			return float64(i)
		}
	}
	if s.Kind == twin.Bool && (name == "true" || name == "false") {
		if name == "true" {
			return 1
		}
		return 0
	}
	k.fault(o.at("state"), didYouMean(name, s.States, "state"), "signal %q has no state %q", s.Name, name)
	return 0
}

// adjust takes the keys of an alarm that an asset may override too.
func adjust(o object, s *twin.Signal, a *Alarm) {
	for _, c := range []alarm.Condition{alarm.High, alarm.Low} {
		key := string(c)
		if !o.has(key) {
			continue
		}
		if a.Condition != c {
			o.fault(o.at(key), "write "+string(a.Condition)+", or another alarm", "this alarm is about %s", a.Condition)
			continue
		}
		a.Limit = s.Unit.SI(o.number(key, 0))
		if s.HasRange() && (a.Limit < s.Min-slack(s) || a.Limit > s.Max+slack(s)) {
			o.fault(o.at(key), "such a value counts as implausible and never alarms; widen the range or move the limit",
				"limit %s is out of the range %s … %s %s of %q", o.at(key).text, s.Unit.Format(s.Min, s.Decimals), s.Unit.Format(s.Max, s.Decimals), s.Unit.Symbol, s.Name)
		}
	}
	if o.has("deadband") {
		zero := s.Unit.SI(0)
		a.Deadband = s.Unit.SI(o.within("deadband", 0, 0, 1e12)) - zero
	}
	a.OnDelay = o.duration("on_delay", a.OnDelay, 24*time.Hour)
	a.OffDelay = o.duration("off_delay", a.OffDelay, 24*time.Hour)
	if o.has("priority") {
		word := o.choice("priority", a.Priority.String(), priorities...)
		for i, p := range priorities {
			if p == word {
				a.Priority = twin.Priority(i + 1)
			}
		}
	}
	if o.has("message") {
		a.Message = o.text("message")
	}
	a.Latch = o.bool("latch", a.Latch)
	a.NoAck = !o.bool("acknowledge", !a.NoAck)
	a.MaxShelve = o.duration("max_shelve", a.MaxShelve, 366*24*time.Hour)
}
