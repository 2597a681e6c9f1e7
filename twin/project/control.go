package project

import (
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// readControl stamps each control point out for all assets of its kind.
func (b *builder) readControl(n *node, tree *twin.Tree) {
	for _, e := range b.entries(n, "control") {
		o := b.object(e.value, "control")
		b.name(e.key, e.key.text)
		kind := o.text("kind")
		t, known := b.templates[kind]
		if !known {
			if o.need("kind", "name the kind of asset that takes the command") {
				b.fault(o.at("kind"), didYouMean(kind, b.names, "kind"), "there is no kind %q", kind)
			}
			continue
		}
		index, found := b.find(t, 0, o)
		if !found {
			continue
		}
		s := &t.signals[index].proto
		c := ControlPoint{Label: s.Label, Name: e.key.text, Unit: s.Unit, Timeout: o.duration("timeout", 10*time.Second, 24*time.Hour)}
		if o.has("label") {
			c.Label = o.text("label")
		}
		if o.has("name") {
			c.Name = o.text("name")
		}
		if o.has("unit") {
			if c.Unit = o.unit("unit"); c.Unit.Dimension != s.Unit.Dimension {
				b.fault(o.at("unit"), "write a unit of "+name(s.Unit.Dimension), "%q cannot be converted into %q of signal %q", o.text("unit"), s.Unit.Symbol, s.Name)
			}
		}
		if c.Timeout == 0 {
			b.fault(o.at("timeout"), "give the plant some seconds", "a time-out of 0 lets every command fail")
		}
		if o.need("range", "say what may be sent: [low, high]") {
			c.Min, c.Max, _ = o.span("range", c.Unit)
			if s.HasRange() && (c.Min < s.Min-slack(s) || c.Max > s.Max+slack(s)) {
				b.fault(o.at("range"), "keep it within the range of the signal", "the range reaches beyond that of signal %q", s.Name)
			}
		}
		c.Tolerance = c.Unit.SI(o.within("tolerance", c.Unit.Span(c.Max-c.Min)/100, 0, 1e12)) - c.Unit.SI(0)
		c.Interval = o.duration("interval", 0, 24*time.Hour)
		c.MaxStep = c.Unit.SI(o.within("max_step", 0, 0, 1e12)) - c.Unit.SI(0)
		c.Source = b.carrier(o)
		command, ack := b.topic(o, "command"), b.topic(o, "ack")
		for _, asset := range b.instances[kind] {
			a := tree.Asset(asset)
			one := c
			one.ID, one.Asset = a.Path+"/"+e.key.text, asset
			one.Signal, _ = b.signal(tree, asset, s.Path)
			fill := strings.NewReplacer("{name}", a.Name, "{path}", a.Path)
			one.Topic, one.Ack = fill.Replace(command), fill.Replace(ack)
			b.p.Control = append(b.p.Control, one)
		}
	}
}

// carrier is the source that a command goes through: the one named, or the only one.
func (b *builder) carrier(o object) string {
	var names []string
	for _, s := range b.p.Sources {
		names = append(names, s.Name)
	}
	if !o.has("source") && len(names) == 1 {
		return names[0]
	}
	if o.need("source", "name the source that carries the command") {
		name := o.text("source")
		for _, n := range names {
			if n == name {
				return name
			}
		}
		b.fault(o.at("source"), didYouMean(name, names, "source"), "there is no source %q", name)
	}
	return ""
}

// topic reads the topic of a command or its answer: no wild cards, {name} and {path} stand for those of the asset.
func (b *builder) topic(o object, key string) string {
	if !o.need(key, "write the topic, such as windfarm/{name}/cmd") {
		return ""
	}
	topic := o.text(key)
	rest := strings.NewReplacer("{name}", "", "{path}", "").Replace(topic)
	if strings.ContainsAny(rest, "+#{}") {
		b.fault(o.at(key), "{name} and {path} are the only placeholders", "bad topic %q", topic)
	}
	return topic
}
