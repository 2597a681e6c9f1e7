package project

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

// themeColors are the colours of the theme by day: the clay of the 3D view, the priorities of alarms, the rest.
var themeColors = map[string][3]uint8{
	"clay": {0xAE, 0xB5, 0xBD}, "critical": {0xD3, 0x12, 0x2F}, "high": {0xE8, 0x75, 0x11}, "medium": {0xD9, 0xB3, 0x00},
	"low": {0xA0, 0x4C, 0xC0}, "accent": {0x2B, 0x66, 0xA8}, "predicted": {0x8B, 0x6B, 0xE0},
}

// color reads a colour under the key color.
func (r *reader) color(o object) Color {
	c, _ := r.paint(o.at("color"))
	return c
}

// paint reads a colour: a name of the theme or "#RRGGBB".
func (r *reader) paint(n *node) (Color, bool) {
	text := r.word(n, "colour")
	if rgb, ok := themeColors[text]; ok {
		return Color{text, rgb[0], rgb[1], rgb[2]}, true
	}
	if len(text) == 7 && text[0] == '#' {
		if v, err := strconv.ParseUint(text[1:], 16, 24); err == nil {
			return Color{"", uint8(v >> 16), uint8(v >> 8), uint8(v)}, true
		}
	}
	if n.kind == scalar {
		r.fault(n, didYouMean(text, slices.Collect(maps.Keys(themeColors)), "colour")+` or write "#RRGGBB" in quotes`, "unknown colour %q", text)
	}
	return Color{}, false
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
