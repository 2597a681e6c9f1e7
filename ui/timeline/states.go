package timeline

import (
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/ui/theme"
)

// StateLane is the course of a signal of states: an enum or a bool.
type StateLane struct {
	Label string
	Runs  []Run // one after the other
}

// Run is a span in which a signal kept one state.
type Run struct {
	From, To time.Time
	State    int
	Text     string // name of the state
	Kind     RunKind
}

// RunKind says what is known of a run.
type RunKind uint8

// The kinds of run.
const (
	Steady  RunKind = iota // one state
	Mixed                  // the state changed within it, too briefly to be drawn apart
	Unknown                // offline, faulty, or nothing was ever received
)

// Runs joins the columns of a signal over [from, to) to runs. A column without a sample keeps the state before it:
// signals of states are sent when they change. before is the state at from, NaN when nobody knows; nothing is said of
// the time after until.
func Runs(columns []history.Column, from, to time.Time, before float64, states []string, until time.Time) []Run {
	var out []Run
	width := to.Sub(from)
	at := func(i int) time.Time {
		return from.Add(time.Duration(float64(width) * float64(i) / float64(len(columns))))
	}
	last := before
	for i, c := range columns {
		begin, end := at(i), at(i+1)
		if !begin.Before(until) {
			break
		}
		if end.After(until) {
			end = until
		}
		run := Run{From: begin, To: end}
		switch {
		case c.Count > 0 && c.Min != c.Max:
			run.Kind, last = Mixed, c.Last
		case c.Count > 0:
			last = c.Last
		case c.Bad > 0:
			last = math.NaN()
		}
		switch {
		case run.Kind == Mixed:
			run.Text = "changes"
		case math.IsNaN(last):
			run.Kind, run.Text = Unknown, "not known"
		default:
			run.State, run.Text = stateOf(last, states)
		}
		if n := len(out); n > 0 && run.Kind == out[n-1].Kind && run.State == out[n-1].State {
			out[n-1].To = end
			continue
		}
		out = append(out, run)
	}
	return out
}

// stateOf returns the number and the name of a state. A bool has no names.
func stateOf(v float64, states []string) (int, string) {
	i := int(math.Round(v))
	switch {
	case i >= 0 && i < len(states):
		return i, states[i]
	case len(states) > 0:
		return i, "no such state"
	case i == 0:
		return i, "off"
	}
	return i, "on"
}

const (
	stateLane  = 16 // Dp from one lane to the next
	stateThick = 14
	statesTop  = barBottom + 4
)

// shift is by how much the lanes of states and the further scenarios move down what lies below them, in Dp.
func (m *Model) shift() float32 { return m.shiftStates() + float32(m.furtherRows())*laneGap }

// Rows is how many rows the strip has: one with another number has another height.
func (m *Model) Rows() int { return len(m.States) + m.furtherRows() }

// shiftStates is the part of the lanes of states.
func (m *Model) shiftStates() float32 { return float32(len(m.States)) * stateLane }

// states draws the lanes of states: greys that tell neighbours apart, with the name of the state where there is room.
func (d *drawing) states() {
	for i, lane := range d.States {
		y := float32(statesTop + i*stateLane)
		for _, r := range lane.Runs {
			x0, x1 := max(d.x(r.From), d.left), min(d.x(r.To), d.right)
			if x1 <= x0 {
				continue
			}
			x1 = max(x1, x0+1)
			ink := theme.Color(theme.Text3)
			switch r.Kind {
			case Unknown:
				d.pen.Hatch(x0, y, x1-x0, stateThick, 5, 1, theme.WithAlpha(ink, .55))
				continue
			case Mixed:
				d.pen.Fill(x0, y, x1-x0, stateThick, theme.Color(theme.Text2))
				continue
			}
			d.pen.Fill(x0, y, x1-x0, stateThick, theme.WithAlpha(ink, stateAlpha[max(0, r.State)%len(stateAlpha)]))
			if room := x1 - x0 - 8; d.pen.Measure(r.Text, theme.FontSmall) <= room {
				d.pen.Text(x0+4, y+10.5, r.Text, theme.FontSmall, theme.Color(theme.Text))
			}
		}
	}
}

// stateAlpha are the shades of states, by number: neighbours differ clearly.
var stateAlpha = []float32{.18, .5, .3, .7, .4, .6}

// labels names, left of the axis, what the rows tell of.
func (d *drawing) labels() {
	ink := theme.Color(theme.Text3)
	d.pen.TextFit(8, barBottom-7, d.left-12, d.Of, theme.FontSmall, ink)
	for i, lane := range d.States {
		d.pen.TextFit(8, float32(statesTop+i*stateLane)+10.5, d.left-12, lane.Label, theme.FontSmall, ink)
	}
}

// stateAt returns "label: state" of the lane under a point, empty for none.
func (m *Model) stateAt(t time.Time, y float32) string {
	i := int((y - statesTop) / stateLane)
	if y < statesTop || i >= len(m.States) {
		return ""
	}
	for _, r := range m.States[i].Runs {
		if !t.Before(r.From) && t.Before(r.To) {
			return m.States[i].Label + ": " + r.Text
		}
	}
	return ""
}
