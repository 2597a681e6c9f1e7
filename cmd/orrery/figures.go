package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// figure is one measured number of this machine beside its bar and, where there is one, a peer measured in the same run.
type figure struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Bar       float64 `json:"bar"` // the value must not be above it, or not below it when AtLeast
	AtLeast   bool    `json:"at_least,omitempty"`
	OK        bool    `json:"ok"`
	Peer      string  `json:"peer,omitempty"`
	PeerValue float64 `json:"peer_value,omitempty"`
	Ratio     float64 `json:"ratio,omitempty"` // how many times better than the peer
	// Unmeasured says why this machine cannot measure it; the other fields but the name are empty then.
	Unmeasured string `json:"unmeasured,omitempty"`
}

// unmeasured is a figure that this machine cannot give.
func unmeasured(name, why string) figure { return figure{Name: name, Unmeasured: why} }

// atMost judges a value that should be small.
func atMost(name string, value float64, unit string, bar float64) figure {
	return figure{Name: name, Value: round(value), Unit: unit, Bar: round(bar), OK: value <= bar}
}

// atLeast judges a value that should be large.
func atLeast(name string, value float64, unit string, bar float64) figure {
	return figure{Name: name, Value: round(value), Unit: unit, Bar: bar, AtLeast: true, OK: value >= bar}
}

// against adds a peer that was measured in the same run.
func (f figure) against(peer string, value float64) figure {
	f.Peer, f.PeerValue = peer, round(value)
	if f.Value > 0 && value > 0 {
		f.Ratio = round(value / f.Value)
		if f.AtLeast {
			f.Ratio = round(f.Value / value)
		}
	}
	return f
}

// round keeps four significant digits: more would claim a precision that a measurement does not have.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	p := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*p) / p
}

// printFigures writes a table.
func printFigures(w io.Writer, figures []figure) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "\tmeasured\tbar\tunit\tpeer\tratio")
	for _, f := range figures {
		if f.Unmeasured != "" {
			fmt.Fprintf(t, "--  %s\t-\t\t\tnot measured: %s\n", f.Name, f.Unmeasured)
			continue
		}
		verdict, sign, peer := "ok", "≤", ""
		if !f.OK {
			verdict = "MISSED"
		}
		if f.AtLeast {
			sign = "≥"
		}
		if f.Peer != "" {
			peer = fmt.Sprintf("%s %g\t%g×", f.Peer, f.PeerValue, f.Ratio)
		}
		fmt.Fprintf(t, "%s  %s\t%g\t%s %g\t%s\t%s\n", verdict, f.Name, f.Value, sign, f.Bar, f.Unit, peer)
	}
	return t.Flush()
}
