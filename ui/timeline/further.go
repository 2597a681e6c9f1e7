package timeline

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	laneGap    = 15 // Dp from one scenario to the next
	maxFurther = 4  // scenarios beside the what-if that have a line
)

// furtherLanes are the scenarios that are drawn, the first maxFurther.
func (m *Model) furtherLanes() []Lane { return m.Further[:min(len(m.Further), maxFurther)] }

// furtherRows is how many lines they take beyond the one that the what-if has in any case.
func (m *Model) furtherRows() int {
	n := len(m.furtherLanes())
	if m.Other.From.IsZero() && n > 0 {
		n--
	}
	return n
}

// laneTop is where a further scenario lies, in Dp.
func (m *Model) laneTop(i int) float32 {
	if !m.Other.From.IsZero() {
		i++
	}
	return laneY + m.shiftStates() + float32(i)*laneGap
}

// further draws the scenarios beside the what-if: each branches off at its fork and ends at its horizon.
func (d *drawing) further() {
	for i, l := range d.furtherLanes() {
		if l.From.IsZero() {
			continue
		}
		x0, x1, y := d.x(l.From), d.x(l.To), d.laneTop(i)
		c := l.Ink
		if c.A == 0 {
			c = theme.Color(theme.ScenarioB)
		}
		d.pen.Line(x0, barBottom+d.shiftStates(), x0, y-5, 1.5, theme.WithAlpha(c, .7))
		d.pen.Line(x0, y-5, x0+8, y, 2, c)
		d.pen.Dashed(x0+8, y, x1, y, 2, 6, 4, c)
		d.pen.Circle(x0, barBottom+d.shiftStates(), 3, c)
		at := max(x0+14, d.left+4)
		w := d.pen.Measure(l.Label, theme.FontSmall)
		if at+w > d.right-4 {
			at = max(min(x0-w-6, d.right-w-6), d.left+4) // before its fork, where there is room
		}
		d.pen.Fill(at-2, y-8, w+4, 13, theme.Color(theme.Panel))
		d.pen.Text(at, y+3.5, l.Label, theme.FontSmall, theme.Color(theme.Text2))
	}
}

// laneAt finds the further scenario under the pointer.
func (s *Strip) laneAt(p fyne.Position) (hit, bool) {
	for i, l := range s.model.furtherLanes() {
		y := s.model.laneTop(i)
		if p.Y < y-7 || p.Y > y+7 || p.X < s.X(l.From)-4 || p.X > s.X(l.To) || l.From.IsZero() {
			continue
		}
		return hit{l.Label + ", begins " + s.when(l.From), func() {
			if s.OnLane != nil {
				s.OnLane(l)
			}
		}}, true
	}
	return hit{}, false
}
