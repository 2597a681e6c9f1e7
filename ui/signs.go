package ui

import (
	"cmp"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// sign words what a label or badge of the twin says now; ok is false while it says nothing.
func (s *stage) sign(l *label, v *view) (out viewport.Label, ok bool) {
	r := s.set.Reading(l.binding)
	if !r.On {
		return out, false
	}
	out = viewport.Label{Node: l.node, Name: cmp.Or(l.text, s.tree.Asset(l.asset).Label)}
	q := r.Quality
	switch {
	case l.badge:
		out.Mark = r.Colour
		if g := s.states(l); l.text == "" && g != nil { // what a state is called says more than whose it is
			out.Name, out.Value = quantity(g, twin.Value{Value: r.Value, Quality: r.Quality}), ""
		}
	case l.signal != twin.NoSignal:
		out.Value, q = v.shown(l.signal)
		if lo, hi, some := v.snap.Interval(l.signal); some && q == twin.Predicted {
			g := v.tree.Signal(l.signal)
			out.Value += " (" + g.Unit.Format(lo, g.Decimals) + "…" + g.Unit.Format(hi, g.Decimals) + ")"
		}
	default:
		out.Value = computed(l.unit, r.Value, q)
	}
	switch q {
	case twin.Predicted:
		out.Ahead = true
	case twin.Good, twin.Manual, twin.Estimated:
	default:
		out.Doubtful = true
	}
	return out, true
}

// computed words the value of an expression, as quantity does that of a signal.
func computed(u twin.Unit, si float64, q twin.Quality) string {
	switch {
	case q == twin.Stale:
		return "– stale"
	case q.Class() == twin.BadClass:
		return "– " + q.String()
	}
	return quantity(&twin.Signal{Unit: u, Decimals: 1}, twin.Value{Value: si, Quality: q})
}

// states returns the signal of a badge when it has names for its states.
func (s *stage) states(l *label) *twin.Signal {
	if l.signal == twin.NoSignal || s.tree.Signal(l.signal).Kind != twin.Enum {
		return nil
	}
	return s.tree.Signal(l.signal)
}
