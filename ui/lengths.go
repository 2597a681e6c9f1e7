package ui

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/ui/command"
)

// lengths says in which units lengths of the scene are written; empty is metric, by size.
type lengths string

const (
	metric      lengths = ""
	millimetres lengths = "mm"
	metres      lengths = "m"
	feet        lengths = "ft"
)

const (
	metresPerInch = .0254
	metresPerFoot = .3048
)

// text writes lengths in metres as people do: "12.5 mm", "3.4 × 2 m", "5′ 11″". They share a unit.
func (l lengths) text(values ...float64) string {
	unit, factor := "m", 1.0
	most := slices.Max(values)
	switch {
	case l == feet && len(values) == 1 && most >= metresPerFoot && most < 100*metresPerFoot:
		inches := math.Round(most/metresPerInch*2) / 2 // to half an inch
		f := math.Floor(inches / 12)
		return fmt.Sprintf("%.0f′ %s″", f, significant(inches-12*f, 3))
	case l == feet && most < metresPerFoot:
		unit, factor = "in", 1/metresPerInch
	case l == feet:
		unit, factor = "ft", 1/metresPerFoot
	case l == millimetres || l == metric && most < 1:
		unit, factor = "mm", 1000
	case l == metric && most >= 10_000:
		unit, factor = "km", .001
	}
	text := ""
	for i, v := range values {
		if i > 0 {
			text += " × "
		}
		text += significant(v*factor, 3)
	}
	return text + "\u2009" + unit
}

// lengthCommands adds the choice of the unit of lengths.
func (s *Shell) lengthCommands(add func(command.Command)) {
	for _, u := range []struct {
		unit     lengths
		id, text string
	}{{metric, "auto", "Lengths in millimetres, metres, kilometres"}, {millimetres, "mm", "Lengths in millimetres"}, {metres, "m", "Lengths in metres"}, {feet, "ft", "Lengths in feet and inches"}} {
		add(command.Command{ID: command.ID("view.lengths." + u.id), Menu: "View", Sub: "Lengths", Group: 6, Text: u.text, Words: "unit dimension size",
			Checked: func() bool { return s.prefs.Lengths == u.unit }, Run: func() {
				s.prefs.Lengths = u.unit
				s.prefs.save(s.app.Preferences())
				if ok, _ := s.hasView(); ok {
					for _, v := range s.desk.stage().Viewports() {
						v.SetLengthUnit(u.unit.ofView())
					}
				}
				s.refresh()
			}})
	}
}
