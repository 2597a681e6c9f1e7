package chart

import (
	"image/color"
	"math"
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
)

// Column is what a measured signal did within one pixel column, in SI. A column without samples has Count 0.
type Column struct {
	Min, Max, Mean, Last float64
	Count                int
}

// Series is one line of a trend. Exactly one of Columns (for Measured) and Median (for the others) is set; each has one
// entry per pixel column of the plot, from its left edge. Median, Low and High are NaN where nothing is predicted.
type Series struct {
	Name      string
	Style     Style
	Colour    color.NRGBA
	Unit      twin.Unit
	Decimals  int
	Columns   []Column
	Median    []float64 // SI
	Low, High []float64 // ends of the 80 % interval, SI; empty for none
}

// Limit is a horizontal line at an SI value.
type Limit struct {
	Value  float64
	Colour color.NRGBA
	Label  string
}

// Model is what a trend shows.
type Model struct {
	Title   string // of the first signal, with its unit
	Caption string // what the lines are
	From    time.Time
	To      time.Time
	Now     time.Time
	Cursor  time.Time
	Zone    *time.Location
	Series  []Series
	Limits  []Limit
	Unit    twin.Unit // of the vertical axis
	Empty   string    // shown instead of lines when there is no series: says what to do
}

// Extent returns the lowest and highest value of all series in the display unit, and the limits when they lie within
// half a span of it; ok is false when nothing is known.
func (m *Model) Extent() (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	for i := range m.Series {
		s := &m.Series[i]
		for _, c := range s.Columns {
			if c.Count > 0 {
				take(s.Unit.FromSI(c.Min))
				take(s.Unit.FromSI(c.Max))
			}
		}
		for _, vs := range [][]float64{s.Median, s.Low, s.High} {
			for _, v := range vs {
				take(s.Unit.FromSI(v))
			}
		}
	}
	if low > high {
		return 0, 1, false
	}
	span := high - low
	for _, l := range m.Limits {
		if v := m.Unit.FromSI(l.Value); v > low-span/2 && v < high+span/2 {
			take(v)
		}
	}
	return low, high, true
}
