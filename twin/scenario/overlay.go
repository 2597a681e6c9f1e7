package scenario

import (
	"fmt"
	"math"
	"strconv"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Verdict is the difference of a figure in words, in its unit: "+3.4 d (2.9 … 3.8)", "no difference", or
// "not distinguishable (−0.3 … 0.4 d)" when the paired interval spans zero.
func Verdict(f sim.Figure) string {
	d := f.Difference
	unit := ""
	if f.Unit.Symbol != "" {
		unit = " " + f.Unit.Symbol
	}
	show := func(v float64) string {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return "?"
		}
		return twin.Unit{}.Format(f.Unit.Span(v), f.Decimals)
	}
	switch {
	case math.IsNaN(d.Value):
		return "not known"
	case d.Value == 0 && d.Low == 0 && d.High == 0:
		return "no difference"
	case !f.Distinguishable():
		return fmt.Sprintf("not distinguishable (%s … %s%s)", show(d.Low), show(d.High), unit)
	}
	sign := ""
	if d.Value > 0 {
		sign = "+"
	}
	if d.Low == d.High {
		return sign + show(d.Value) + unit
	}
	return fmt.Sprintf("%s%s%s (%s … %s)", sign, show(d.Value), unit, show(d.Low), show(d.High))
}

// Better reports whether the difference of a figure is told from zero and goes the good (1) or the bad way (−1); else 0.
func Better(f sim.Figure) int {
	switch {
	case !f.Distinguishable() || f.Good == sim.Neither:
		return 0
	case f.Difference.Value > 0 == (f.Good == sim.More):
		return 1
	}
	return -1
}

// Overlay is a table of several scenarios over the plant as it is.
type Overlay struct {
	Names []string // of the scenarios
	Rows  []OverlayRow
}

// OverlayRow is one figure in all scenarios.
type OverlayRow struct {
	Figure sim.Figure   // ID, Label, Unit, Decimals, Good and Base
	Cells  []sim.Figure // by scenario; the ID of one that does not have the figure is empty
}

// NewOverlay lays answers over each other: all figures in the order in which they first occur. Answers that are nil have no
// cells.
func NewOverlay(names []string, answers []*sim.Answer) *Overlay {
	o := &Overlay{Names: names}
	row := map[string]int{}
	for k, a := range answers {
		if a == nil || k >= len(names) {
			continue
		}
		for _, f := range a.Figures {
			i, ok := row[f.ID]
			if !ok {
				i = len(o.Rows)
				row[f.ID] = i
				o.Rows = append(o.Rows, OverlayRow{Figure: f, Cells: make([]sim.Figure, len(names))})
			}
			o.Rows[i].Cells[k] = f
		}
	}
	return o
}

// Table is the overlay as a file holds it: a row for each figure and scenario, in the unit of the figure.
func (o *Overlay) Table() *recording.Table {
	names := []string{"base", "base low", "base high", "value", "low", "high", "difference", "difference low", "difference high"}
	var figure, scenario, unit, verdict []string
	numbers := make([][]float64, len(names))
	for _, r := range o.Rows {
		for k, f := range r.Cells {
			if f.ID == "" {
				continue
			}
			figure, scenario, unit, verdict = append(figure, f.ID), append(scenario, o.Names[k]), append(unit, f.Unit.Symbol), append(verdict, Verdict(f))
			for i, v := range []float64{f.Unit.FromSI(f.Base.Value), f.Unit.FromSI(f.Base.Low), f.Unit.FromSI(f.Base.High),
				f.Unit.FromSI(f.Changed.Value), f.Unit.FromSI(f.Changed.Low), f.Unit.FromSI(f.Changed.High),
				f.Unit.Span(f.Difference.Value), f.Unit.Span(f.Difference.Low), f.Unit.Span(f.Difference.High)} {
				numbers[i] = append(numbers[i], v)
			}
		}
	}
	t := &recording.Table{Columns: []recording.TableColumn{{Name: "figure", Texts: figure}, {Name: "scenario", Texts: scenario}, {Name: "unit", Texts: unit}}}
	for i, n := range names {
		t.Columns = append(t.Columns, recording.TableColumn{Name: n, Numbers: numbers[i]})
	}
	t.Columns = append(t.Columns, recording.TableColumn{Name: "verdict", Texts: verdict})
	return t
}

// heading is the name of a column with its unit: "power [kW]".
func heading(name string, u twin.Unit) string {
	if u.Symbol == "" {
		return name
	}
	return name + " [" + u.Symbol + "]"
}

// plain is a number with as many digits as it needs.
func plain(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
