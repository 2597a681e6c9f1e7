package project

import (
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

var properties = []Property{RotateRate, RotateAngle, Translate, Scale, Visible, Opacity, ColorRamp, Glow, TextureOffset, TextureRate,
	ClipPosition, ClipRate, Label, Badge, Level, Gradient, Arrow, Flow, Trail}

// usage says which of the keys of a binding that not every property has belong to which properties, and what to know of it.
var usage = map[string][]Property{
	"signals":     {Gradient},
	"components":  {Arrow},
	"direction":   {Arrow},
	"range":       {RotateRate, RotateAngle, Translate, Scale, Visible, Opacity, TextureOffset, TextureRate, ClipPosition, ClipRate, Level, Arrow, Flow},
	"ramp":        {ColorRamp, Glow, Badge, Gradient, Arrow, Flow, Trail},
	"states":      {ColorRamp, Glow, Badge},
	"step":        {ColorRamp, Glow, Badge, Gradient, Arrow, Flow, Trail},
	"interpolate": {RotateAngle, Translate, Scale, TextureOffset, ClipPosition, Level, Arrow},
	"clip":        {ClipPosition, ClipRate},
	"path":        {Flow},
	"from":        {Arrow},
	"zero":        {Arrow},
	"color":       {Badge, Arrow, Flow, Trail},
	"width":       {Arrow, Flow, Trail},
	"window":      {Trail},
	"text":        {Label, Badge},
}

// binding reads one binding of a part.
func (k *kinds) binding(t *template, part int, n *node, owner Owner) {
	o := k.object(n, "binding")
	if !o.need("property", "say what it changes, such as rotate_rate, color or label") {
		k.given(t, part, o)
		return
	}
	property := Property(o.choice("property", "", words(properties)...))
	if property == "" {
		k.given(t, part, o)
		return
	}
	for _, p := range o.n.pairs {
		if fit, some := usage[p.key.text]; some && !slices.Contains(fit, property) {
			k.fault(p.key, misuse(p.key.text, fit), "%s cannot be used with %s", p.key.text, property)
		}
	}
	v, more, ok := k.values(t, part, o, property)
	b := Binding{Node: o.text("node"), Property: property, Unit: v.unit, Gain: o.number("gain", 1), Offset: o.number("offset", 0),
		Axis: k.direction(o, "axis"), Line: int(o.n.line), Column: int(o.n.column), Owner: owner}
	k.motion(o, &b, &v, ok)
	k.looks(o, &b, &v, ok)
	k.signs(o, &b)
	if !ok {
		return
	}
	t.bindings = append(t.bindings, templateBinding{part: part, value: v.templateSource, more: more, proto: b})
}

func words[W ~string](list []W) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// misuse is the remedy for a key that its property has no use for.
func misuse(key string, fit []Property) string {
	switch {
	case key == "ramp":
		return "remove it or write property: color"
	case len(fit) == 1:
		return "remove it or write property: " + string(fit[0])
	}
	return "remove it"
}

// values reads what a binding follows: the value, and the further ones of arrows and gradients.
func (k *kinds) values(t *template, part int, o object, p Property) (v value, more []templateSource, ok bool) {
	var list []value
	switch {
	case p == Gradient:
		if !o.need("signals", "list two to eight signals or expressions, from one end to the other") {
			return v, nil, false
		}
		list, ok = k.several(t, part, o, "signals", 2, 8)
		k.alone(o, "signals")
	case p == Arrow && o.has("components"):
		list, ok = k.several(t, part, o, "components", 3, 3)
		k.alone(o, "components")
	case p == Trail && !o.has("signal") && !o.has("expr"):
		return value{templateSource: templateSource{signal: -1}, text: "a trail"}, nil, true
	default:
		v, ok = k.given(t, part, o)
		if p == Arrow && o.need("direction", "name the signal of its angle, or write components: [x, y, z] instead of signal") {
			d, good := k.either(t, part, o.at("direction"), "direction")
			if good && !d.Number() && !d.Fits(degree) {
				k.fault(o.at("direction"), "name a signal in ° or rad", "%s is no angle", d.text)
			}
			return v, []templateSource{d.templateSource}, ok && good
		}
		return v, nil, ok
	}
	if !ok {
		return v, nil, false
	}
	if v = list[0]; !k.measure(&v, o) {
		return v, nil, false
	}
	for _, one := range list[1:] {
		if !k.measure(&one, o) {
			return v, nil, false
		}
		more = append(more, one.templateSource)
	}
	return v, more, true
}

var degree, _ = twin.ParseUnit("°")

// alone refuses a single value beside a list of them.
func (k *kinds) alone(o object, key string) {
	for _, other := range []string{"signal", "expr", "direction"} {
		if o.has(other) {
			k.fault(o.at(other), "remove it", "%s beside %s", other, key)
		}
	}
}

// needs says what a property takes for x when no gain makes it that.
var needs = map[Property]string{RotateRate: "rpm", RotateAngle: "°", Translate: "m", Arrow: "m", Flow: "m/s", TextureOffset: "%", TextureRate: "%",
	ClipPosition: "%", ClipRate: "%", Level: "%"}

// motion reads how a value becomes a number.
func (k *kinds) motion(o object, b *Binding, v *value, ok bool) {
	switch b.Property {
	case RotateRate, RotateAngle, Translate:
		o.need("axis", "write the axis in the frame of the node, such as [0, 1, 0]")
	case TextureOffset, TextureRate:
		o.need("axis", "write the direction in the texture: [1, 0, 0] along u, [0, 1, 0] along v")
	case ClipPosition, ClipRate:
		o.need("clip", "name an animation of the model")
	}
	b.Interpolate = Interpolation(o.choice("interpolate", string(Glide), string(Glide), string(Linear), string(Jump)))
	b.Quality = Policy(o.choice("quality", string(Mark), string(Mark), string(Hold), string(Hide)))
	if low, high, given := o.span("range", v.unit); given {
		b.Range = [2]float64{low, high}
	}
	if !ok {
		return
	}
	if b.Property == Level && !o.has("gain") && !o.has("offset") && k.fill(b, v) {
		return
	}
	symbol, asked := needs[b.Property]
	if !asked || o.has("gain") {
		return
	}
	u, _ := twin.ParseUnit(symbol)
	strict := b.Property == RotateRate || b.Property == RotateAngle || b.Property == Translate
	if v.Fits(u) && !(strict && v.signal != nil && v.signal.Unit.Dimension != u.Dimension) {
		return
	}
	name := u.Dimension
	if name == "number" {
		name = "a number"
	}
	if v.signal != nil {
		k.fault(v.at, "give a gain that makes it one", "%s needs %s, and signal %q is in %q", b.Property, name, v.signal.Name, v.signal.Unit.Symbol)
	} else {
		k.fault(v.at, "give a gain or a unit that makes it one", "%s needs %s, and the expression is %s", b.Property, name, v.Dimension)
	}
}

// fill lets a level follow where its value lies in a range. It is false where the value is a share already.
func (k *kinds) fill(b *Binding, v *value) bool {
	r := b.Range
	if r[0] == r[1] && v.signal != nil && v.signal.HasRange() && !v.Number() {
		r = [2]float64{v.signal.Min, v.signal.Max}
	}
	if r[0] == r[1] {
		return false
	}
	b.Range, b.Gain = r, 1/(r[1]-r[0])
	b.Offset = -r[0] * b.Gain
	return true
}

// looks reads colours.
func (k *kinds) looks(o object, b *Binding, v *value, ok bool) {
	b.Step = o.bool("step", false)
	if o.has("states") {
		if o.has("ramp") {
			k.fault(o.at("states"), "keep one of them", "a ramp and states")
		}
		if ok {
			b.States = k.states(o, v)
		}
	}
	if b.Property == ColorRamp || b.Property == Glow || b.Property == Gradient {
		if !o.has("states") && !o.need("ramp", "write at least two stops: [{at: 40, color: clay}, {at: 76, color: high}]") {
			return
		}
	}
	if o.has("ramp") && ok {
		if v.signal == nil && v.program == nil {
			k.fault(o.at("ramp"), "name the signal whose value colours it", "a ramp over no value")
			return
		}
		b.Ramp = k.ramp(o, v.unit)
	} else if o.has("step") {
		k.fault(o.at("step"), "remove it, or write a ramp", "steps without a ramp")
	}
	if o.has("color") {
		b.Color = k.color(o)
	}
}

// signs reads what arrows, flows, trails and texts have of their own.
func (k *kinds) signs(o object, b *Binding) {
	b.Clip, b.Text = o.text("clip"), o.text("text")
	b.From, b.Zero = o.point("from"), k.direction(o, "zero")
	if b.Property == Arrow {
		if b.Zero == ([3]float64{}) {
			b.Zero = [3]float64{0, 0, -1} // north
		}
		if b.Axis == ([3]float64{}) {
			b.Axis = [3]float64{0, -1, 0} // as a compass turns, seen from above
		}
	}
	if o.has("width") {
		b.WidthPx = o.within("width", 1, 0.5, 64)
	}
	if b.Property == Trail {
		b.Window = o.duration("window", 30*time.Second, 24*time.Hour)
		if b.Window < time.Second {
			k.fault(o.at("window"), "give at least 1s", "window %s is out of range", o.at("window").text)
		}
	}
	points := k.items(o.n.find("path"), "path")
	if o.has("path") && (len(points) < 2 || len(points) > 256) {
		k.fault(o.at("path"), "write 2 to 256 points [x, y, z] in the frame of the node", "path has %d points", len(points))
		return
	}
	for _, n := range points {
		p := object{o.reader, &node{line: n.line, column: n.column, kind: mapping, pairs: []pair{{&node{text: "path"}, n}}}, "binding"}
		b.Path = append(b.Path, p.point("path"))
	}
}

// direction reads a vector of any length but zero and gives it length one.
func (k *kinds) direction(o object, key string) [3]float64 {
	v, ok := o.vector(key, 3)
	if !ok {
		return [3]float64{}
	}
	length := math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2])
	if length < 1e-9 || length > 1e9 {
		k.fault(o.at(key), "write a direction such as [0, 1, 0]", "the %s has no direction", key)
		return [3]float64{}
	}
	return [3]float64{v[0] / length, v[1] / length, v[2] / length}
}

// ramp reads the stops of colours by value.
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
