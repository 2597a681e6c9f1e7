package project

import (
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// template is a kind with all its parts laid out flat, ready to be stamped out for each asset.
type template struct {
	name, label string
	parts       []templatePart // the first is the asset itself
	signals     []templateSignal
	bySignal    map[string]int // path relative to the asset → index into signals
	byPart      map[string]int // likewise, "" is the asset itself
	bindings    []templateBinding
	alarms      []templateAlarm
	byAlarm     map[string]int
}

type templatePart struct {
	path, name, label, kind string
	parent                  int
	owner                   Owner // where the keys stand that the part itself has
	place                   Place
	models                  []Placement
	nodes                   []string
}

type templateSignal struct {
	part  int
	proto twin.Signal // Path is relative to the asset
}

type templateBinding struct {
	part  int
	value templateSource
	more  []templateSource
	proto Binding
}

type templateAlarm struct {
	part, signal int
	id           string
	proto        Alarm
}

// layer is the text that says something of a part, and where it stands.
type layer struct {
	object
	owner Owner
}

// kinds reads the kinds of a file.
type kinds struct {
	*reader
	fsys      fs.FS
	sources   map[string]*node
	names     []string
	templates map[string]*template
	files     map[string]bool // model files seen, and whether they are there
}

func (r *reader) kinds(n *node, fsys fs.FS) *kinds {
	k := &kinds{reader: r, fsys: fsys, sources: map[string]*node{}, templates: map[string]*template{}, files: map[string]bool{}}
	for _, p := range r.entries(n, "kinds") {
		if r.name(p.key, p.key.text) {
			k.sources[p.key.text] = p.value
			k.names = append(k.names, p.key.text)
		}
	}
	for _, name := range k.names {
		t := &template{name: name, bySignal: map[string]int{}, byPart: map[string]int{}, byAlarm: map[string]int{}}
		n := k.sources[name]
		k.part(t, r.object(n, "kind"), templatePart{kind: name, parent: -1, owner: Owner{Kind: name}}, []string{name})
		t.label = t.parts[0].label
		if t.label == "" {
			t.label = humanize(name)
		}
		k.templates[name] = t
	}
	return k
}

// part adds a part and all that is below it. A part of a kind is that kind, with what the part adds.
// stack holds the kinds that are being laid out, to find one that contains itself.
func (k *kinds) part(t *template, o object, p templatePart, stack []string) {
	if len(t.parts) >= MaxAssets {
		k.fault(o.n, "a kind that contains kinds may multiply", "kind %s has more than %d parts", t.name, MaxAssets)
		k.stopped = true
	}
	if k.stopped {
		if len(t.parts) == 0 {
			t.parts = append(t.parts, p)
		}
		return
	}
	index := len(t.parts)
	t.parts = append(t.parts, p)
	t.byPart[p.path] = index
	layers := []layer{{o, p.owner}} // what the part's kind says, then what the part itself adds
	if o.what == "part" && o.has("kind") {
		name := o.text("kind")
		t.parts[index].kind = name
		switch src, ok := k.sources[name]; {
		case !ok:
			k.fault(o.at("kind"), didYouMean(name, k.names, "kind"), "there is no kind %q", name)
		case slices.Contains(stack, name):
			k.fault(o.at("kind"), "take it out of one of them", "a kind cannot be a part of itself: %s", strings.Join(append(stack, name), " → "))
		default:
			stack = append(slices.Clip(stack), name)
			layers = []layer{{k.object(src, "kind"), Owner{Kind: name}}, layers[0]}
		}
	}
	if len(stack) > maxDepth || strings.Count(p.path, "/") > maxDepth {
		k.fault(o.n, "flatten the parts", "parts nested deeper than %d levels", maxDepth)
		return
	}
	first := len(t.signals)
	for _, l := range layers {
		k.describe(t, index, l.object)
		for _, s := range k.entries(l.n.find("signals"), "signals") {
			k.signal(t, index, s)
		}
	}
	for _, l := range layers {
		for _, e := range k.entries(l.n.find("parts"), "parts") {
			if !k.name(e.key, e.key.text) {
				continue
			}
			rel := join(p.path, e.key.text)
			if _, dup := t.byPart[rel]; dup {
				k.fault(e.key, "rename one of them", "part %q stands twice in kind %s", rel, t.name)
				continue
			}
			if at, both := t.bySignal[rel]; both && at >= first {
				k.fault(e.key, "rename one of them", "%q is a signal and a part", e.key.text)
				continue
			}
			child := k.object(e.value, "part")
			k.part(t, child, templatePart{path: rel, name: e.key.text, label: humanize(e.key.text), parent: index, place: child.place(),
				owner: Owner{l.owner.Kind, join(l.owner.Part, e.key.text)}}, stack)
		}
	}
	for _, l := range layers { // last: these refer to signals of parts
		for _, b := range k.items(l.n.find("bindings"), "bindings") {
			k.binding(t, index, b, l.owner)
		}
		for _, a := range k.entries(l.n.find("alarms"), "alarms") {
			k.alarm(t, index, a)
		}
	}
}

// describe takes label, nodes and models of one layer of a part.
func (k *kinds) describe(t *template, index int, o object) {
	p := &t.parts[index]
	if o.has("label") {
		p.label = o.text("label")
	}
	p.nodes = append(p.nodes, o.words("nodes")...)
	for _, m := range k.items(o.n.find("models"), "models") {
		k.model(p, k.object(m, "model"))
	}
}

func (k *kinds) model(p *templatePart, o object) {
	if !o.need("file", "name a model file in the folder of the twin, such as models/turbine.glb") {
		return
	}
	file := o.text("file")
	there, seen := k.files[file]
	if !seen && file != "" {
		clean := fs.ValidPath(file) && !strings.Contains(file, `\`)
		if !clean {
			k.fault(o.at("file"), "write a path below the folder of the twin, with slashes and no ..", "model %q lies outside", file)
		} else if st, err := fs.Stat(k.fsys, file); err != nil || !st.Mode().IsRegular() {
			k.fault(o.at("file"), didYouMean(file, k.siblings(file), "model file"), "model %q is not there", file)
		} else {
			there = true
		}
		k.files[file] = there
	} else if !there && file != "" {
		k.fault(o.at("file"), "mend its path here too", "model %q cannot be used", file)
	}
	p.models = append(p.models, Placement{File: file, Place: o.place()})
}

// siblings lists the files beside a missing one.
func (k *kinds) siblings(file string) []string {
	dir := path.Dir(file)
	entries, err := fs.ReadDir(k.fsys, dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && len(out) < 1000 {
			out = append(out, path.Join(dir, e.Name()))
		}
	}
	return out
}

func (k *kinds) signal(t *template, part int, e pair) {
	name := e.key.text
	o := k.object(e.value, "signal")
	if !k.name(e.key, name) {
		return
	}
	rel := join(t.parts[part].path, name)
	if _, dup := t.bySignal[rel]; dup {
		k.fault(e.key, "rename one of them", "signal %q stands twice in kind %s", rel, t.name)
		return
	}
	if len(t.signals) >= MaxSignals {
		k.fault(e.key, "split the plant into several twins", "more than %d signals", MaxSignals)
		k.stopped = true
		return
	}
	s := twin.Signal{Path: rel, Name: name, Label: humanize(name), Unit: o.unit("unit"), Min: 1, Max: 0,
		Decimals: 1, Computed: o.bool("computed", false), States: o.words("states")}
	fallback := "number"
	if len(s.States) > 0 {
		fallback = "state"
	}
	switch kind := o.choice("type", fallback, "number", "bool", "state"); {
	case kind == "bool":
		s.Kind, s.Min, s.Max = twin.Bool, 0, 1
	case kind == "state" && len(s.States) == 0:
		k.fault(o.at("type"), "list their names, from 0, under states", "signal %q has no states", name)
	case kind == "state":
		s.Kind, s.Min, s.Max, s.Decimals = twin.Enum, 0, float64(len(s.States)-1), 0
		for i, state := range s.States {
			if slices.Contains(s.States[:i], state) {
				k.fault(o.at("states"), "give each state its own name", "state %q stands twice", state)
			}
		}
	case len(s.States) > 0:
		k.fault(o.at("type"), "write type: state, or remove states", "signal %q has states but is a %s", name, kind)
	}
	if s.Kind != twin.Number {
		for _, key := range []string{"unit", "range", "normal", "decimals"} {
			if o.has(key) {
				k.fault(o.at(key), "remove it", "signal %q is no number and has no %s", name, key)
			}
		}
	}
	refine(o, &s)
	t.bySignal[rel] = len(t.signals)
	t.signals = append(t.signals, templateSignal{part, s})
}

// refine takes the keys of a signal that an asset may override too.
func refine(o object, s *twin.Signal) {
	if o.has("label") {
		s.Label = o.text("label")
	}
	if low, high, ok := o.span("range", s.Unit); ok {
		s.Min, s.Max = low, high
	}
	if low, high, ok := o.span("normal", s.Unit); ok {
		if s.HasRange() && (low < s.Min-slack(s) || high > s.Max+slack(s)) {
			o.fault(o.at("normal"), "keep it within the range", "the normal range of %q reaches beyond its range", s.Name)
		}
		s.Normal = [2]float64{low, high}
	}
	s.Timeout = o.duration("timeout", s.Timeout, 366*24*time.Hour)
	s.Decimals = int(o.within("decimals", float64(s.Decimals), 0, 9))
	if o.has("record") {
		s.Record = o.recording(s)
	}
}

// recording reads what of a signal is kept: true, false, or a mapping.
func (o object) recording(s *twin.Signal) (out twin.Recording) {
	n := o.at("record")
	if n.kind == scalar {
		out.Off = !o.bool("record", true)
		return out
	}
	r := o.object(n, "record")
	out.Every = r.duration("every", 0, 24*time.Hour)
	if r.has("deadband") {
		if s.Kind != twin.Number {
			o.fault(r.at("deadband"), "remove it: each change of a state is kept", "signal %q is no number and has no deadband", s.Name)
		}
		out.Deadband = s.Unit.SI(r.within("deadband", 0, 0, math.MaxFloat64)) - s.Unit.SI(0)
	}
	return out
}

// slack forgives the rounding of a unit conversion.
func slack(s *twin.Signal) float64 { return 1e-9 * (math.Abs(s.Min) + math.Abs(s.Max)) }

// find looks a signal up relative to a part of a template, or notes a fault.
func (k *kinds) find(t *template, part int, o object) (int, bool) {
	if !o.need("signal", "name the signal, relative to "+t.name+": oil_temp or gearbox/oil_temp") {
		return 0, false
	}
	base, name := t.parts[part].path, o.text("signal")
	if i, ok := t.bySignal[join(base, name)]; ok {
		return i, true
	}
	if name != "" {
		var near []string
		for _, s := range t.signals {
			if rel, ok := strings.CutPrefix(s.proto.Path, base); ok {
				near = append(near, strings.TrimPrefix(rel, "/"))
			}
		}
		k.fault(o.at("signal"), didYouMean(name, near, "signal"), "%s has no signal %q", describePart(t, part), name)
	}
	return 0, false
}

func describePart(t *template, part int) string {
	if part == 0 {
		return "kind " + t.name
	}
	return "part " + t.parts[part].path
}

// join joins two relative paths of which either may be empty.
func join(a, b string) string {
	if a == "" {
		return b
	}
	if b == "" {
		return a
	}
	return a + "/" + b
}
