package flow

import (
	"fmt"
	"io"
)

// Kind is a type of element.
type Kind string

// The kinds.
const (
	Source      Kind = "source"      // makes parts; without an interval as fast as they are taken
	Machine     Kind = "machine"     // works on one part at a time, on each of its servers
	Buffer      Kind = "buffer"      // holds parts in the order in which they came
	Conveyor    Kind = "conveyor"    // an accumulating belt
	Transport   Kind = "transport"   // vehicles that carry parts one by one
	Assembly    Kind = "assembly"    // makes one part of Count parts of each link that leads to it
	Disassembly Kind = "disassembly" // makes of one part Count parts for each link that leads away
	Sink        Kind = "sink"        // takes parts out
)

// Model describes a plant through which parts flow. It is data: nothing runs until it is given to Run, WhatIf or
// Sensitivity. Names of tags are those of the twin file.
type Model struct {
	Name     string    `json:"name,omitempty" yaml:"name,omitempty"`
	Elements []Element `json:"elements" yaml:"elements"`
	Links    []Link    `json:"links" yaml:"links"`
	Shifts   []Shift   `json:"shifts,omitempty" yaml:"shifts,omitempty"`
	Labour   []Pool    `json:"labour,omitempty" yaml:"labour,omitempty"`
	Fleets   []Fleet   `json:"fleets,omitempty" yaml:"fleets,omitempty"`
}

// Element is one thing of the plant. Which fields a kind uses, kindFields tells; others must stay empty.
type Element struct {
	Name  string `json:"name" yaml:"name"`
	Label string `json:"label,omitempty" yaml:"label,omitempty"`
	Kind  Kind   `json:"kind" yaml:"kind"`

	Interval Distribution `json:"interval,omitzero" yaml:"interval,omitempty"` // source: between arrivals
	Batch    int          `json:"batch,omitempty" yaml:"batch,omitempty"`      // source: parts that come together, 1
	Limit    int          `json:"limit,omitempty" yaml:"limit,omitempty"`      // source: parts in all; 0 is without end
	Product  int          `json:"product,omitempty" yaml:"product,omitempty"`  // source: number of the product, for set-up
	Lose     bool         `json:"lose,omitempty" yaml:"lose,omitempty"`        // source: a part that finds no room is lost

	Cycle      Distribution `json:"cycle,omitzero" yaml:"cycle,omitempty"`              // time of one part at speed 1
	Speed      Number       `json:"speed,omitempty" yaml:"speed,omitempty"`             // factor on the speed, 1
	Servers    int          `json:"servers,omitempty" yaml:"servers,omitempty"`         // machine: equal places to work, 1
	Setup      Distribution `json:"setup,omitzero" yaml:"setup,omitempty"`              // before the first part of another product
	SetupEvery int          `json:"setup_every,omitempty" yaml:"setup_every,omitempty"` // … or after so many parts
	Failure    Distribution `json:"failure,omitzero" yaml:"failure,omitempty"`          // time to the next failure
	Repair     Distribution `json:"repair,omitzero" yaml:"repair,omitempty"`
	Clock      string       `json:"clock,omitempty" yaml:"clock,omitempty"`       // failures count "operation" (default) or all "time"
	Reject     Number       `json:"reject,omitempty" yaml:"reject,omitempty"`     // share of parts that leave by the links "when: reject"
	Operator   string       `json:"operator,omitempty" yaml:"operator,omitempty"` // pool of labour that set-up and work need
	Crew       int          `json:"crew,omitempty" yaml:"crew,omitempty"`         // how many of it, 1
	Repairer   string       `json:"repairer,omitempty" yaml:"repairer,omitempty"` // pool that a repair needs one of
	Shift      string       `json:"shift,omitempty" yaml:"shift,omitempty"`       // when it is on; empty is always

	Capacity *int `json:"capacity,omitempty" yaml:"capacity,omitempty"` // buffer, transport: parts; absent is without limit

	Length Length `json:"length,omitempty" yaml:"length,omitempty"` // conveyor, transport without places
	Pitch  Length `json:"pitch,omitempty" yaml:"pitch,omitempty"`   // conveyor: from part to part
	Belt   Speed  `json:"belt,omitempty" yaml:"belt,omitempty"`     // conveyor: speed of the belt

	Fleet  string       `json:"fleet,omitempty" yaml:"fleet,omitempty"` // transport: whose vehicles
	Load   Distribution `json:"load,omitzero" yaml:"load,omitempty"`
	Unload Distribution `json:"unload,omitzero" yaml:"unload,omitempty"`
	Pick   []float64    `json:"pick,omitempty" yaml:"pick,omitempty"` // transport: where parts are taken, x and z, m
	Drop   []float64    `json:"drop,omitempty" yaml:"drop,omitempty"` // … and brought

	Scrap bool   `json:"scrap,omitempty" yaml:"scrap,omitempty"` // sink: what comes here does not count as made
	Rule  string `json:"rule,omitempty" yaml:"rule,omitempty"`   // which link a part takes: "first" free (default), "share", "alternate"
	Asset string `json:"asset,omitempty" yaml:"asset,omitempty"` // path in the tree that it stands for
}

// Link leads parts from one element to another.
type Link struct {
	From     string `json:"from" yaml:"from"`
	To       string `json:"to" yaml:"to"`
	Share    Number `json:"share,omitempty" yaml:"share,omitempty"`       // of the parts, where the rule is "share"
	Count    int    `json:"count,omitempty" yaml:"count,omitempty"`       // assembly, disassembly: parts for one, 1
	When     string `json:"when,omitempty" yaml:"when,omitempty"`         // "reject": only what was rejected
	Priority int    `json:"priority,omitempty" yaml:"priority,omitempty"` // lowest first
}

// Shift says when something is on.
type Shift struct {
	Name  string   `json:"name" yaml:"name"`
	Every Time     `json:"every,omitempty" yaml:"every,omitempty"` // after which it repeats, a day
	On    []Window `json:"on" yaml:"on"`
}

// Window is a span within a shift, from the start of a run or of its repetition.
type Window struct {
	From Time `json:"from" yaml:"from"`
	To   Time `json:"to" yaml:"to"`
}

// Pool is workers who can do the same.
type Pool struct {
	Name  string `json:"name" yaml:"name"`
	Count int    `json:"count" yaml:"count"`
	Shift string `json:"shift,omitempty" yaml:"shift,omitempty"`
}

// Fleet is vehicles that can do the same.
type Fleet struct {
	Name     string `json:"name" yaml:"name"`
	Vehicles int    `json:"vehicles" yaml:"vehicles"`
	Speed    Speed  `json:"speed" yaml:"speed"`
}

// maxModel is how many bytes a model may have.
const maxModel = 4 << 20

// Read reads and checks a model as JSON with the names of the twin file. The error is a sim.Faults of up to 20.
func Read(r io.Reader) (*Model, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, fmt.Errorf("flow: read the model: %w", err)
	}
	if len(text) > maxModel {
		return nil, fmt.Errorf("flow: the model is larger than %d MiB: split it", maxModel>>20)
	}
	m := &Model{}
	if err := Decode(text, m); err != nil {
		return nil, err
	}
	return m, m.Check()
}

// Element returns the element with a name, or nil.
func (m *Model) Element(name string) *Element {
	for i := range m.Elements {
		if m.Elements[i].Name == name {
			return &m.Elements[i]
		}
	}
	return nil
}

// isStation reports whether an element works on parts.
func (e *Element) isStation() bool {
	return e.Kind == Machine || e.Kind == Assembly || e.Kind == Disassembly
}

// title is the label, or the name.
func (e *Element) title() string {
	if e.Label != "" {
		return e.Label
	}
	return e.Name
}

func (e *Element) speed() float64 {
	if e.Speed == 0 {
		return 1
	}
	return float64(e.Speed)
}
