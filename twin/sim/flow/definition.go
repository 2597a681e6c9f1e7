package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// Definition is a study of a line as a twin file holds it: the model, what its parts are for people, and where the signals of
// the tree show up in it.
type Definition struct {
	Model
	Item         string `json:"item,omitempty"`         // what people count: "bottles"; "parts"
	Each         Number `json:"each,omitempty"`         // so many of it are one part of the model, 1
	Horizon      Time   `json:"horizon,omitempty"`      // that a question looks at, 8 h
	Warmup       Time   `json:"warmup,omitempty"`       // that it leaves out where nothing is live; a tenth of the horizon
	Replications int    `json:"replications,omitempty"` // of a full answer, 24
	Live         []Live `json:"live,omitempty"`
}

// Live says what signals of the tree mean in the model. A signal with a slash is a path in the tree; without, it is the name of
// a signal on the asset of each element that has one.
type Live struct {
	Signal  string     `json:"signal"`
	Of      string     `json:"of"`                // a Meaning
	Element string     `json:"element,omitempty"` // the one that a path belongs to
	States  StateNames `json:"states,omitempty"`  // of the signal, and what they are in the model
	Per     Time       `json:"per,omitempty"`     // rate, pace: of the count, 1 h
	Size    Number     `json:"size,omitempty"`    // made: items of one count, 1
}

// StateNames maps the states of a signal to those of a station: jammed to down.
type StateNames map[string]string

// The meanings of signals, beside what they are read for and foretold as.
const (
	ofState  = "state"  // what a station does; read and foretold
	ofSpeed  = "speed"  // set-point of a station's speed; read, and stays
	ofLevel  = "level"  // items in an element; read and foretold
	ofFill   = "fill"   // … as a share of its capacity; read where no level is, and foretold
	ofPassed = "passed" // counter of good items that left a station; read and foretold
	ofPace   = "pace"   // good items that leave a station in a time; foretold
	ofMade   = "made"   // counter of items made in all; read and foretold
	ofRate   = "rate"   // items made in a time; foretold
	ofWIP    = "wip"    // items in the plant; foretold
)

var meanings = []string{ofState, ofSpeed, ofLevel, ofFill, ofPassed, ofPace, ofMade, ofRate, ofWIP}

// ofPlant reports whether a meaning is one of the plant as a whole.
func ofPlant(of string) bool { return of == ofMade || of == ofRate || of == ofWIP }

// Limits of a definition.
const (
	maxLive  = 1000
	maxEach  = 1e6
	maxState = 100
)

// ReadDefinition reads a definition from JSON with the keys of the twin file. The error is a sim.Faults.
func ReadDefinition(text []byte) (*Definition, error) {
	if len(text) > maxModel {
		return nil, fmt.Errorf("flow: the definition is larger than %d MiB: split it", maxModel>>20)
	}
	d := &Definition{}
	if err := Decode(text, d); err != nil {
		return nil, err
	}
	return d, d.Check()
}

// Check says what is wrong with a definition, as sim.Faults; nil if it can be asked.
func (d *Definition) Check() error {
	c := &checker{m: &d.Model, index: map[string]int{}}
	if err := d.Model.Check(); err != nil {
		return err
	}
	if d.Each != 0 {
		c.between("each", float64(d.Each), 1e-6, maxEach, "")
	}
	if d.Horizon != 0 {
		c.between("horizon", float64(d.Horizon), 1, maxHorizon, "s")
	}
	c.between("warmup", float64(d.Warmup), 0, maxHorizon, "s")
	c.whole("replications", d.Replications, 0, maxReplications)
	if len(d.Live) > maxLive {
		c.fault("live", "keep the most useful", "%d entries", len(d.Live))
		return c.faults
	}
	for i := range d.Live {
		c.live(fmt.Sprintf("live[%d]", i), &d.Live[i])
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

func (c *checker) live(place string, l *Live) {
	if l.Signal == "" {
		c.fault(place+".signal", "name a signal, such as state or hall/line/output/rate", "it is missing")
	}
	if !slices.Contains(meanings, l.Of) {
		c.fault(place+".of", nearest(l.Of, meanings), "unknown meaning %q", clip(l.Of))
		return
	}
	c.refer(place+".element", "element", l.Element, len(c.m.Elements), func(i int) string { return c.m.Elements[i].Name })
	path := strings.Contains(l.Signal, "/")
	switch {
	case ofPlant(l.Of) && !path:
		c.fault(place+".signal", "give its path in the tree, such as hall/line/output/rate", "%s is of the plant as a whole", l.Of)
	case ofPlant(l.Of) && l.Element != "":
		c.fault(place+".element", "leave it out", "%s is of the plant as a whole", l.Of)
	case !ofPlant(l.Of) && path && l.Element == "":
		c.fault(place+".element", "name the element that it belongs to", "it is missing")
	}
	if len(l.States) > 0 && l.Of != ofState {
		c.fault(place+".states", "leave it out", "only of: state has states")
	}
	if len(l.States) > maxState {
		c.fault(place+".states", "keep those of the signal", "%d states", len(l.States))
		return
	}
	for _, name := range sorted(l.States) {
		if !slices.Contains(stateNames[:], l.States[name]) {
			c.fault(place+".states."+clip(name), nearest(l.States[name], stateNames[:]), "unknown state %q", clip(l.States[name]))
		}
	}
	if l.Per != 0 {
		c.between(place+".per", float64(l.Per), 1e-3, 1e9, "s")
	}
	if l.Size != 0 {
		c.between(place+".size", float64(l.Size), 1e-6, 1e9, "")
	}
}

// meaning is a signal of the tree and what it means.
type meaning struct {
	*Live
	signal  twin.SignalID
	element int         // −1: the plant
	codes   [states]int // what stands for each state of a station in the signal; −1: nothing does
}

// bind finds the signals of a definition in a tree.
func (d *Definition) bind(tree *twin.Tree) ([]meaning, error) {
	if tree == nil {
		return nil, nil
	}
	b := binder{d: d, tree: tree, c: &checker{m: &d.Model}, taken: map[twin.SignalID]string{}}
	for i := range d.Elements {
		if path := d.Elements[i].Asset; path != "" {
			if _, ok := tree.AssetByPath(path); !ok {
				b.c.fault(fmt.Sprintf("elements[%d].asset", i), "give its path from the root, such as hall/line/filler", "there is no asset %q", clip(path))
			}
		}
	}
	for i := range d.Live {
		b.entry(fmt.Sprintf("live[%d]", i), &d.Live[i])
	}
	if len(b.c.faults) > 0 {
		return nil, b.c.faults
	}
	return b.out, nil
}

type binder struct {
	d     *Definition
	tree  *twin.Tree
	c     *checker
	taken map[twin.SignalID]string
	out   []meaning
}

func (b *binder) entry(place string, l *Live) {
	if strings.Contains(l.Signal, "/") {
		sig, ok := b.tree.SignalByPath(l.Signal)
		if !ok {
			b.c.fault(place+".signal", "give a path of the tree", "there is no signal %q", clip(l.Signal))
			return
		}
		element := -1
		if l.Element != "" {
			element = slices.IndexFunc(b.d.Elements, func(e Element) bool { return e.Name == l.Element })
		}
		b.add(place, l, sig, element)
		return
	}
	found := false
	for i := range b.d.Elements {
		e := &b.d.Elements[i]
		asset, ok := b.tree.AssetByPath(e.Asset)
		if !ok || l.Element != "" && l.Element != e.Name || l.Element == "" && !e.has(l.Of) {
			continue
		}
		for _, sig := range b.tree.Asset(asset).Signals {
			if b.tree.Signal(sig).Name == l.Signal {
				found = true
				b.add(place, l, sig, i)
			}
		}
	}
	if !found {
		b.c.fault(place+".signal", "name a signal of their assets, or give elements an asset", "no element has a signal %q", clip(l.Signal))
	}
}

// has reports whether an element has what a signal means.
func (e *Element) has(of string) bool {
	switch of {
	case ofState, ofSpeed, ofPassed, ofPace:
		return e.isStation()
	case ofLevel:
		return !e.isStation() && e.Kind != Source && e.Kind != Sink
	case ofFill:
		return e.room() > 0
	}
	return false
}

// room is how many parts fit into an element that holds them; 0 where it has no limit or holds none.
func (e *Element) room() int {
	switch {
	case e.Kind == Conveyor:
		return max(1, int(float64(e.Length)/float64(e.Pitch)+1e-9))
	case (e.Kind == Buffer || e.Kind == Transport) && e.Capacity != nil:
		return *e.Capacity
	}
	return 0
}

func (b *binder) add(place string, l *Live, sig twin.SignalID, element int) {
	s := b.tree.Signal(sig)
	if element >= 0 && !b.d.Elements[element].has(l.Of) {
		b.c.fault(place+".of", "name an element that has one", "a %s has no %s", b.d.Elements[element].Kind, l.Of)
		return
	}
	if was, twice := b.taken[sig]; twice {
		b.c.fault(place+".signal", "let it mean one thing", "%s is %s already", s.Path, was)
		return
	}
	b.taken[sig] = l.Of
	m := meaning{Live: l, signal: sig, element: element}
	if l.Of == ofState && !b.states(place, &m, s) {
		return
	}
	b.out = append(b.out, m)
}

// states says which state of the signal stands for each state of a station: the first that maps to it.
func (b *binder) states(place string, m *meaning, s *twin.Signal) bool {
	for _, name := range sorted(m.States) {
		if !slices.Contains(s.States, name) {
			b.c.fault(place+".states."+clip(name), nearest(name, s.States), "%s has no such state", s.Path)
			return false
		}
	}
	for st := range m.codes {
		m.codes[st] = slices.IndexFunc(s.States, func(name string) bool { return m.state(name) == stateNames[st] })
	}
	for st, like := range map[State]State{Setup: Working, Waiting: Starved} {
		if m.codes[st] < 0 {
			m.codes[st] = m.codes[like]
		}
	}
	return true
}

// state is what a state of the signal is in the model.
func (m *meaning) state(name string) string {
	if to, ok := m.States[name]; ok {
		return to
	}
	return name
}

// each is how many items are one part.
func (d *Definition) each() float64 {
	if d.Each == 0 {
		return 1
	}
	return float64(d.Each)
}

// item is what people count.
func (d *Definition) item() string {
	if d.Item == "" {
		return "parts"
	}
	return d.Item
}

// per is the time of which a signal counts, s.
func (l *Live) per() float64 {
	if l.Per == 0 {
		return 3600
	}
	return float64(l.Per)
}

// size is how many items a signal counts as one.
func (l *Live) size() float64 {
	if l.Size == 0 {
		return 1
	}
	return float64(l.Size)
}
