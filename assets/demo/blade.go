package demo

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// Station is a cross section of the blade.
type station struct {
	radius    float64 // from the axis of the rotor, m
	twistDeg  float64
	chord     float64 // m
	thickness float64 // relative to the chord; 1 is a circle
	axis      float64 // where the pitch axis cuts the chord, from the leading edge
}

// The blade of the NREL 5 MW turbine: NREL/TP-500-38060, table 3-1 (radius, twist, chord; thickness of its airfoils
// DU40 … NACA64). The root circle is 3.2 m wide here, the length of the table's cylinder sections is kept.
var stations = []station{
	{1.5, 13.308, 3.20, 1, 0.5},
	{2.8667, 13.308, 3.20, 1, 0.5},
	{5.6, 13.308, 3.35, 0.94, 0.48},
	{8.3333, 13.308, 3.95, 0.68, 0.44},
	{11.75, 13.308, 4.557, 0.44, 0.39},
	{15.85, 11.48, 4.652, 0.35, 0.375},
	{19.95, 10.162, 4.458, 0.33, 0.375},
	{24.05, 9.011, 4.249, 0.30, 0.375},
	{28.15, 7.795, 4.007, 0.265, 0.375},
	{32.25, 6.544, 3.748, 0.25, 0.375},
	{36.35, 5.361, 3.502, 0.22, 0.375},
	{40.45, 4.188, 3.256, 0.21, 0.375},
	{44.55, 3.125, 3.010, 0.19, 0.375},
	{48.65, 2.319, 2.764, 0.18, 0.375},
	{52.75, 1.526, 2.518, 0.18, 0.375},
	{56.1667, 0.863, 2.313, 0.18, 0.375},
	{58.9, 0.370, 2.086, 0.18, 0.375},
	{61.0, 0.16, 1.60, 0.18, 0.36},
	{62.2, 0.106, 1.05, 0.18, 0.34},
	{62.8, 0.106, 0.55, 0.18, 0.32},
	{63.0, 0.106, 0.16, 0.18, 0.30},
}

const sectionPoints = 26

// section gives the outline of a station in the frame of the blade: Y along the blade, the leading edge towards -X,
// the suction side towards +Z. It runs from the trailing edge over the suction side and back on the pressure side.
func (s station) section() []vec {
	sin, cos := math.Sincos(s.twistDeg * math.Pi / 180)
	circle := math.Min(1, math.Max(0, (s.thickness-0.45)/0.55)) // 1 at the root, 0 where the airfoil begins
	circle = circle * circle * (3 - 2*circle)
	out := make([]vec, sectionPoints)
	for k := range out {
		angle := 2 * math.Pi * float64(k) / sectionPoints
		c := 0.5 + 0.5*math.Cos(angle) // 1 at the trailing edge, 0 at the leading edge, dense at both
		side := math.Copysign(1, math.Sin(angle))
		if k == 0 || 2*k == sectionPoints {
			side = 0
		}
		// NACA 4-digit: thickness and a camber line of 3 % at 40 % of the chord (E. Jacobs et al., NACA report 460, 1933).
		thick := 5 * s.thickness * (0.2969*math.Sqrt(c) - 0.1260*c - 0.3516*c*c + 0.2843*c*c*c - 0.1015*c*c*c*c)
		if k == 0 {
			thick = 0
		}
		camber := 0.03 / 0.16 * (0.8*c - c*c)
		if c > 0.4 {
			camber = 0.03 / 0.36 * (0.2 + 0.8*c - c*c)
		}
		foil := side*thick + camber
		round := 0.5 * s.thickness * math.Sin(angle)
		x := (c - s.axis) * s.chord
		z := (foil*(1-circle) + round*circle) * s.chord
		out[k] = vec{x*cos - z*sin, s.radius, x*sin + z*cos}
	}
	return out
}

// between gives the station at a radius between those of the table, by a cubic that does not overshoot (F. Fritsch and
// J. Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984).
func between(radius float64) station {
	i := 1
	for i < len(stations)-1 && stations[i].radius < radius {
		i++
	}
	a, b := stations[i-1], stations[i]
	h := b.radius - a.radius
	t := (radius - a.radius) / h
	mix := func(of func(station) float64) float64 {
		rise := func(k int) float64 { // from station k-1 to k, per metre
			return (of(stations[k]) - of(stations[k-1])) / (stations[k].radius - stations[k-1].radius)
		}
		slope := func(k int) float64 { // at station k
			if k == 0 || k == len(stations)-1 || rise(k)*rise(k+1) <= 0 {
				return 0
			}
			return 2 * rise(k) * rise(k+1) / (rise(k) + rise(k+1))
		}
		return of(a)*(1+2*t)*(1-t)*(1-t) + of(b)*t*t*(3-2*t) + h*t*(1-t)*(slope(i-1)*(1-t)-slope(i)*t)
	}
	return station{radius,
		mix(func(s station) float64 { return s.twistDeg }), mix(func(s station) float64 { return s.chord }),
		mix(func(s station) float64 { return s.thickness }), mix(func(s station) float64 { return s.axis })}
}

// blade is one blade along +Y from the axis of the rotor, in run position.
func blade(paint scene.MaterialID) *scene.Mesh {
	s := newSolid("blade")
	var rings [][]vec
	for i, st := range stations {
		parts := 1 // rows up to this station: more where the outline bends
		switch {
		case i >= 2 && i <= 6:
			parts = 3
		case i > 6 && i%3 == 0 && i < 15:
			parts = 2
		}
		for k := 1; k < parts; k++ {
			from := stations[i-1].radius
			rings = append(rings, between(from+(st.radius-from)*float64(k)/float64(parts)).section())
		}
		rings = append(rings, st.section())
	}
	s.loft(mgl64.Ident4(), reversed(rings), true)
	s.cap(mgl64.Ident4(), backwards(rings[len(rings)-1]))
	s.cap(mgl64.Ident4(), rings[0])
	return s.mesh(paint)
}

// reversed turns the running direction of the rows, and so the outside of a loft.
func reversed(rings [][]vec) [][]vec {
	out := make([][]vec, len(rings))
	for i := range rings {
		out[len(rings)-1-i] = rings[i]
	}
	return out
}

func backwards(ring []vec) []vec {
	out := make([]vec, len(ring))
	for i := range ring {
		out[len(ring)-1-i] = ring[i]
	}
	return out
}
