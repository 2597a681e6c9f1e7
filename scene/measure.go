package scene

import (
	"image/color"
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// MeasureKind says what a Measure measures.
type MeasureKind uint8

// The kinds.
const (
	PointAt    MeasureKind = iota // where a point is
	Distance                      // between two points
	Angle                         // at the second of three points
	EdgeLength                    // between the ends of an edge
	Radius                        // from the centre, the first point, to the second on the circle
)

// Measure is a length, an angle or a place that was taken in the scene. Points are in world space, metres.
type Measure struct {
	Kind   MeasureKind
	Points []mgl64.Vec3
}

// Needs is how many points a measure of this kind has.
func (k MeasureKind) Needs() int { return [...]int{1, 2, 3, 2, 2}[min(k, Radius)] }

// Complete reports whether all points are there.
func (m Measure) Complete() bool { return len(m.Points) >= m.Kind.Needs() }

// Value is the length in metres or the angle in radians, 0 to π; NaN while points are missing, and for PointAt.
func (m Measure) Value() float64 {
	if !m.Complete() {
		return math.NaN()
	}
	switch m.Kind {
	case PointAt:
		return math.NaN()
	case Angle:
		a, b := m.Points[0].Sub(m.Points[1]), m.Points[2].Sub(m.Points[1])
		return math.Atan2(a.Cross(b).Len(), a.Dot(b))
	}
	return m.Points[1].Sub(m.Points[0]).Len()
}

// Delta is the way from the first point to the second along x, y and z, metres.
func (m Measure) Delta() mgl64.Vec3 {
	if len(m.Points) < 2 {
		return mgl64.Vec3{}
	}
	return m.Points[1].Sub(m.Points[0])
}

// Anchor is where the text of a measure belongs: in the middle of its line, or outside of its angle.
func (m Measure) Anchor() mgl64.Vec3 {
	switch n := len(m.Points); {
	case n == 0:
		return mgl64.Vec3{}
	case m.Kind == Angle && n >= 3:
		arc := m.arc()
		return arc[len(arc)/2]
	case m.Kind == PointAt || n == 1:
		return m.Points[0]
	}
	return m.Points[0].Add(m.Points[1]).Mul(0.5)
}

// arcSteps is how many segments draw the arc of an angle.
const arcSteps = 24

// arc is an arc about the second point from the first leg to the third, of a third of the shorter leg's length.
func (m Measure) arc() []mgl64.Vec3 {
	a, b := m.Points[0].Sub(m.Points[1]), m.Points[2].Sub(m.Points[1])
	radius := min(a.Len(), b.Len()) / 3
	if radius == 0 {
		return []mgl64.Vec3{m.Points[1]}
	}
	axis := a.Cross(b)
	if axis.Len() <= 1e-9*a.Len()*b.Len() { // in line: any axis across will do
		axis = a.Cross(mgl64.Vec3{0, 1, 0})
		if axis.Len() <= 1e-9*a.Len() {
			axis = a.Cross(mgl64.Vec3{1, 0, 0})
		}
	}
	axis = axis.Normalize()
	start, angle := a.Normalize().Mul(radius), m.Value()
	var out []mgl64.Vec3
	for i := range arcSteps + 1 {
		out = append(out, m.Points[1].Add(mgl64.QuatRotate(angle*float64(i)/arcSteps, axis).Rotate(start)))
	}
	return out
}

// Glyphs draws the measure, as far as it goes, in a colour and with lines of a width in design pixels.
func (m Measure) Glyphs(c color.NRGBA, widthPx float64) []Glyph {
	if len(m.Points) == 0 {
		return nil
	}
	out := []Glyph{{Kind: Dot, Points: m.Points[:min(len(m.Points), m.Kind.Needs())], WidthPx: 3 * widthPx, Colour: c, OnTop: true}}
	if len(m.Points) > 1 {
		out = append(out, Glyph{Kind: Segment, Points: m.Points, WidthPx: widthPx, Colour: c, OnTop: true})
	}
	if m.Kind == Angle && m.Complete() {
		out = append(out, Glyph{Kind: Segment, Points: m.arc(), WidthPx: widthPx, Colour: c, OnTop: true})
	}
	return out
}
