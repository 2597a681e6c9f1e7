package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// builder stamps the assets out of their kinds.
type builder struct {
	*kinds
	p         *Project
	assets    []twin.Asset
	signals   []twin.Signal
	byPath    map[string]twin.AssetID
	hasModel  []bool                    // by AssetID
	instances map[string][]twin.AssetID // by kind
}

// instance is one entry of assets before it is stamped out.
type instance struct {
	pair
	depth int
}

func (k *kinds) build(n *node, p *Project) *builder {
	b := &builder{kinds: k, p: p, byPath: map[string]twin.AssetID{}, instances: map[string][]twin.AssetID{}}
	list := make([]instance, 0, 64)
	for _, e := range k.entries(n, "assets") {
		ok := true
		for _, element := range strings.Split(e.key.text, "/") {
			ok = ok && k.name(e.key, element)
		}
		if depth := strings.Count(e.key.text, "/"); depth > maxDepth {
			k.fault(e.key, "flatten the tree", "assets nested deeper than %d levels", maxDepth)
		} else if ok {
			list = append(list, instance{e, depth})
		}
	}
	slices.SortStableFunc(list, func(a, b instance) int { return a.depth - b.depth }) // parents first, else as written
	for _, i := range list {
		if k.stopped {
			break
		}
		b.stamp(i.key, k.object(i.value, "asset"))
	}
	return b
}

// stamp makes the asset at a path, with all parts, signals, bindings and alarms of its kind.
func (b *builder) stamp(key *node, o object) {
	path := key.text
	parent := twin.NoAsset
	up, name := "", path
	if slash := strings.LastIndexByte(path, '/'); slash >= 0 {
		up, name = path[:slash], path[slash+1:]
		id, ok := b.byPath[up]
		if !ok {
			b.fault(key, didYouMean(up, b.paths(), "asset")+" or declare it too", "asset %q stands under %q, which is not there", path, up)
			return
		}
		parent = id
	}
	if _, dup := b.byPath[path]; dup {
		b.fault(key, "rename it, or use override", "%q is already a part of the asset above it", path)
		return
	}
	t := &template{parts: make([]templatePart, 1)}
	if o.has("kind") {
		kind := o.text("kind")
		if known, ok := b.templates[kind]; ok {
			t = known
		} else if kind != "" {
			b.fault(o.at("kind"), didYouMean(kind, b.names, "kind"), "there is no kind %q", kind)
		}
	}
	if len(b.assets)+len(t.parts) > MaxAssets || len(b.signals)+len(t.signals) > MaxSignals {
		b.fault(key, "split the plant into several twins", "more than %d assets or %d signals", MaxAssets, MaxSignals)
		b.stopped = true
		return
	}
	firstAsset, firstSignal := len(b.assets), len(b.signals)
	for i, p := range t.parts {
		a := twin.Asset{Path: join(path, p.path), Name: p.name, Label: p.label, Kind: p.kind, Parent: twin.AssetID(firstAsset + p.parent)}
		place := p.place
		if i == 0 {
			a.Name, a.Label, a.Parent, place = name, name, parent, o.place()
			if o.has("label") {
				a.Label = o.text("label")
			}
		}
		id := twin.AssetID(len(b.assets))
		b.assets = append(b.assets, a)
		b.byPath[a.Path] = id
		b.p.Places = append(b.p.Places, place)
		b.hasModel = append(b.hasModel, len(p.models) > 0)
		if p.kind != "" {
			b.instances[p.kind] = append(b.instances[p.kind], id)
		}
		for _, m := range p.models {
			m.Asset = id
			b.p.Models = append(b.p.Models, m)
		}
		for _, n := range p.nodes {
			b.p.Nodes = append(b.p.Nodes, AssetNode{Asset: id, Model: b.model(id), Node: n})
		}
	}
	for _, s := range t.signals {
		sig := s.proto
		sig.Path, sig.Asset = path+"/"+sig.Path, twin.AssetID(firstAsset+s.part)
		b.signals = append(b.signals, sig)
	}
	for _, e := range t.bindings {
		one := e.proto
		one.Asset = twin.AssetID(firstAsset + e.part)
		one.Model = b.model(one.Asset)
		value := e.value.stamp(firstSignal)
		one.Signal, one.Expr, one.Signals = value.Signal, value.Program, value.Inputs
		for _, more := range e.more {
			one.More = append(one.More, more.stamp(firstSignal))
		}
		b.p.Bindings = append(b.p.Bindings, one)
	}
	alarms := make([]Alarm, 0, len(t.alarms))
	for _, e := range t.alarms {
		one := e.proto
		one.ID, one.Asset, one.Signal = path+"/"+e.id, twin.AssetID(firstAsset+e.part), twin.SignalID(firstSignal+e.signal)
		alarms = append(alarms, one)
	}
	if o.has("override") {
		alarms = b.override(t, b.object(o.at("override"), "override"), b.signals[firstSignal:], alarms)
	}
	b.p.Alarms = append(b.p.Alarms, alarms...)
}

// model finds the asset, id or above, whose models hold the nodes of id; id itself if there is none.
func (b *builder) model(id twin.AssetID) twin.AssetID {
	for a := id; a != twin.NoAsset; a = b.assets[a].Parent {
		if b.hasModel[a] {
			return a
		}
	}
	return id
}

// override applies what an asset says differently from its kind, and returns the alarms that stay.
func (b *builder) override(t *template, o object, signals []twin.Signal, alarms []Alarm) []Alarm {
	for _, e := range b.entries(o.n.find("signals"), "signals") {
		i, ok := t.bySignal[e.key.text]
		if !ok {
			b.fault(e.key, didYouMean(e.key.text, sorted(t.bySignal), "signal"), "kind %s has no signal %q", t.name, e.key.text)
			continue
		}
		refine(b.object(e.value, "own signal"), &signals[i])
	}
	var off []string
	for _, e := range b.entries(o.n.find("alarms"), "alarms") {
		i, ok := t.byAlarm[e.key.text]
		if !ok {
			b.fault(e.key, didYouMean(e.key.text, sorted(t.byAlarm), "alarm"), "kind %s has no alarm %q", t.name, e.key.text)
			continue
		}
		own := b.object(e.value, "own alarm")
		adjust(own, &signals[t.alarms[i].signal], &alarms[i])
		if !own.bool("enabled", true) {
			off = append(off, alarms[i].ID)
		}
	}
	return slices.DeleteFunc(alarms, func(a Alarm) bool { return slices.Contains(off, a.ID) })
}

func (b *builder) paths() []string {
	out := make([]string, 0, min(len(b.assets), 2000))
	for _, a := range b.assets[:min(len(b.assets), 2000)] {
		out = append(out, a.Path)
	}
	return out
}

func sorted(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// asset looks up a path given in a key of o, or notes a fault.
func (b *builder) asset(o object, key string) twin.AssetID {
	path := o.text(key)
	if id, ok := b.byPath[path]; ok {
		return id
	}
	if path != "" {
		b.fault(o.at(key), didYouMean(path, b.paths(), "asset"), "there is no asset %q", path)
	}
	return twin.NoAsset
}

// signal finds the signal at a relative path under an asset.
func (b *builder) signal(t *twin.Tree, asset twin.AssetID, rel string) (twin.SignalID, bool) {
	return t.SignalByPath(join(t.Asset(asset).Path, rel))
}

// finish makes the tree. It gives nil if that is not possible for reasons already noted.
func (b *builder) finish(n *node) *twin.Tree {
	tree, err := twin.NewTree(b.assets, b.signals)
	if err != nil {
		b.fault(n, "rename one of them", "%s", strings.TrimPrefix(fmt.Sprint(err), "twin: "))
		return nil
	}
	for _, name := range b.names {
		b.p.Kinds = append(b.p.Kinds, Kind{Name: name, Label: b.templates[name].label, Assets: b.instances[name]})
	}
	return tree
}
