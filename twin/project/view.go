package project

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func (r *reader) site(n *node) Site {
	s := Site{Zone: time.UTC}
	if n == nil || n.kind == empty {
		return s
	}
	o := r.object(n, "site")
	s.Label = o.text("label")
	s.Latitude = o.within("latitude", 0, -90, 90)
	s.Longitude = o.within("longitude", 0, -180, 180)
	s.Schematic = o.bool("schematic", false)
	if name := o.text("time_zone"); name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			r.fault(o.at("time_zone"), "write a name of the IANA data base, such as Europe/Oslo", "unknown time zone %q", name)
		} else {
			s.Zone = zone
		}
	}
	return s
}

func (b *builder) readViewpoints(n *node) {
	for _, e := range b.entries(n, "viewpoints") {
		o := b.object(e.value, "viewpoint")
		b.name(e.key, e.key.text)
		v := Viewpoint{ID: e.key.text, Label: humanize(e.key.text), Asset: twin.NoAsset, Select: twin.NoAsset,
			FOVRad: o.within("fov", 40, 1, 150) * math.Pi / 180, Look: o.choice("look", "", "operate", "engineer", "review")}
		if o.has("label") {
			v.Label = o.text("label")
		}
		if o.need("eye", "write where the camera is: [x, y, z] in metres") && o.need("target", "write where it looks: [x, y, z] in metres") {
			v.Eye, v.Target = o.point("eye"), o.point("target")
			if v.Eye == v.Target && !b.stopped {
				b.fault(o.at("target"), "move one of them", "eye and target are the same point")
			}
		}
		if o.has("asset") {
			v.Asset = b.asset(o, "asset")
		}
		if v.Node = o.text("node"); v.Node != "" && !o.has("asset") {
			b.fault(o.at("node"), "say of which asset, by asset:", "a node of no asset")
		}
		if o.has("select") {
			v.Select = b.asset(o, "select")
		}
		if v.CutAway = o.words("cutaway"); len(v.CutAway) > 0 && !o.has("asset") {
			b.fault(o.at("cutaway"), "say of which asset, by asset:", "nodes of no asset")
		}
		b.p.Viewpoints = append(b.p.Viewpoints, v)
	}
}

func (r *reader) readScenarios(n *node, p *Project) {
	p.Horizon = 14 * 24 * time.Hour
	if n == nil || n.kind == empty {
		return
	}
	o := r.object(n, "scenarios")
	p.Horizon = o.duration("horizon", p.Horizon, 10*366*24*time.Hour)
	if p.Horizon < time.Minute {
		r.fault(o.at("horizon"), "give at least a minute", "horizon %s is out of range", o.at("horizon").text)
	}
	units := map[string]int{}
	for _, e := range r.entries(o.n.find("parameters"), "parameters") {
		if r.name(e.key, e.key.text) {
			units[e.key.text] = len(p.Parameters)
			p.Parameters = append(p.Parameters, r.parameter(e))
		}
	}
	for _, e := range r.entries(o.n.find("presets"), "presets") {
		ps := r.object(e.value, "preset")
		r.name(e.key, e.key.text)
		s := Scenario{ID: e.key.text, Label: humanize(e.key.text), Values: map[string]float64{}}
		if ps.has("label") {
			s.Label = ps.text("label")
		}
		for _, v := range r.entries(ps.n.find("values"), "values") {
			i, ok := units[v.key.text]
			if !ok {
				r.fault(v.key, didYouMean(v.key.text, sorted(units), "parameter"), "there is no parameter %q", v.key.text)
				continue
			}
			if x, ok := r.number(v.value, v.key.text); ok {
				s.Values[v.key.text] = r.inside(v.value, &p.Parameters[i], x)
			}
		}
		for _, c := range r.items(ps.n.find("changes"), "changes") {
			text := r.word(c, "change")
			if field, value, ok := strings.Cut(text, "="); !ok || strings.TrimSpace(field) == "" || strings.TrimSpace(value) == "" {
				r.fault(c, "write FIELD=VALUE: filler.speed=+10%", "%q is no change", text)
				continue
			}
			s.Changes = append(s.Changes, text)
		}
		p.Scenarios = append(p.Scenarios, s)
	}
}

func (r *reader) parameter(e pair) Parameter {
	o := r.object(e.value, "parameter")
	q := Parameter{ID: e.key.text, Label: humanize(e.key.text), Unit: o.unit("unit")}
	if o.has("label") {
		q.Label = o.text("label")
	}
	if !o.need("min", "give the lowest value") || !o.need("max", "give the highest value") || !o.need("default", "give the value of the base scenario") {
		return q
	}
	q.Min, q.Max = q.Unit.SI(o.number("min", 0)), q.Unit.SI(o.number("max", 1))
	if q.Min >= q.Max {
		r.fault(o.at("max"), "let max be above min", "parameter %q has no room", q.ID)
		return q
	}
	q.Default = r.inside(o.at("default"), &q, o.number("default", q.Unit.FromSI(q.Min)))
	q.Step = q.Unit.SI(o.within("step", 0, 0, 1e12)) - q.Unit.SI(0)
	return q
}

// inside checks a value in display units against a parameter and returns it in SI.
func (r *reader) inside(n *node, q *Parameter, v float64) float64 {
	si := q.Unit.SI(v)
	if slack := 1e-9 * (math.Abs(q.Min) + math.Abs(q.Max)); si < q.Min-slack || si > q.Max+slack {
		r.fault(n, "give "+q.Unit.Format(q.Min, 1)+" … "+q.Unit.Format(q.Max, 1)+" "+q.Unit.Symbol, "%s %s is out of range", q.ID, n.text)
	}
	return si
}

func (k *kinds) readSimulation(n *node, p *Project) {
	var used []string
	for _, item := range k.items(n, "simulation") {
		o := k.object(item, "simulation")
		if !o.need("kind", "name the kind of asset that the model computes") || !o.need("model", "name the model, such as wind-turbine") {
			continue
		}
		s := Simulation{Kind: o.text("kind"), Model: o.text("model"), Options: map[string]Option{}}
		if _, ok := k.templates[s.Kind]; !ok {
			k.fault(o.at("kind"), didYouMean(s.Kind, k.names, "kind"), "there is no kind %q", s.Kind)
		} else if slices.Contains(used, s.Kind) {
			k.fault(o.at("kind"), "keep one of them", "kind %q has a model already", s.Kind)
		}
		used = append(used, s.Kind)
		if m := p.EquationsOf(s.Model); m != nil {
			k.signals(m, s.Kind)
		} else if f := p.FMUOf(s.Model); f != nil {
			k.fmuSignals(f, s.Kind)
		}
		for _, e := range k.entries(o.n.find("options"), "options") {
			s.Options[e.key.text] = k.option(e)
		}
		p.Simulations = append(p.Simulations, s)
	}
}

// option reads "7.1 mm/s", 0.3 or a word.
func (r *reader) option(e pair) Option {
	o := Option{Text: r.word(e.value, e.key.text)}
	number, symbol, quantity := strings.Cut(o.Text, " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return o
	}
	if quantity {
		u, err := twin.ParseUnit(strings.TrimSpace(symbol))
		if err != nil {
			r.fault(e.value, didYouMean(symbol, twin.UnitSymbols(), "unit"), "unknown unit %q", symbol)
		}
		o.Unit = u
	}
	o.Number, o.Value = true, o.Unit.SI(v)
	return o
}
