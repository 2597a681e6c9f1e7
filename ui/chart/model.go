package chart

import (
	"image/color"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Style says how a line is drawn, and with it what it means.
type Style uint8

// The styles.
const (
	Measured  Style = iota // solid, in the colour of the series: what was
	Predicted              // solid with its 80 % band: what the twin expects
	WhatIf                 // dashed with its band outline: a second scenario
	Compared               // thin and pale: what was in another period
)

// Column is what a measured signal did within one pixel column, in SI. A column without samples has Count 0.
type Column struct {
	Min, Max, Mean, Last float64
	Count                int
}

// Series is one line of a trend. Exactly one of Columns (for Measured and Compared) and Median (for the others) is set; each has one
// entry per pixel column of the plot, from its left edge. Median, Low and High are NaN where nothing is predicted.
type Series struct {
	Name      string
	Line      int // for the caller: which of its lines this is
	Style     Style
	Colour    color.NRGBA
	Unit      twin.Unit
	Decimals  int
	Columns   []Column
	Steps     bool      // a value holds until the next: of states and switches
	States    []string  // names of the values 0, 1, …; nil for numbers
	Hold      int       // columns over which a value is good without another; at least that of a line
	End       int       // the first column after now, where nothing is held; 0: all lie before
	Before    float64   // the last value before the left edge, SI
	Back      int       // columns from there to the left edge; 0: there is none
	Median    []float64 // SI
	Low, High []float64 // ends of the 80 % interval, SI; empty for none
}

// Limit is a horizontal line at an SI value.
type Limit struct {
	Value  float64
	Unit   twin.Unit // says which axis it belongs to; one that no series has stands for the first
	Colour color.NRGBA
	Label  string
}

// Range is a band between two SI values, such as the normal range of a signal or what lies beyond an alarm limit; an
// infinite end is open.
type Range struct {
	Low, High float64
	Unit      twin.Unit   // as of a Limit
	Colour    color.NRGBA // the zero colour is that of a normal range
}

// Event is something that happened, drawn at the top of the plot.
type Event struct {
	At       time.Time
	Kind     twin.EventKind
	Priority twin.Priority // of an alarm
	Asset    twin.AssetID
	Text     string // for people, one line
	Ref      string // of the occurrence or command
}

// Model is what a trend shows.
type Model struct {
	Title   string // what it is about
	Caption string // what the lines are; shown where there is no legend
	NoHead  bool   // leave the room of title and legend empty: something else lies there
	From    time.Time
	To      time.Time
	Now     time.Time
	Cursor  time.Time
	Zone    *time.Location
	Series  []Series
	Limits  []Limit
	Ranges  []Range
	Unit    twin.Unit // of the first vertical axis; each other unit among the series has an axis of its own
	Empty   string    // shown instead of lines when there is no series: says what to do
	Events  []Event   // in the order of time
	Figure  *Figure   // shown instead of the lines over time when it is set

	SpanFrom, SpanTo time.Time // selected by the user; zero for none
	Notes            []string  // of the selected span: its statistics, a line each
}
