package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// lengthUnits are the units that a model may be drawn in.
var lengthUnits = []struct {
	symbol, name string
	metres       float64
}{{"mm", "millimetres", .001}, {"cm", "centimetres", .01}, {"m", "metres", 1}, {"in", "inches", .0254}, {"ft", "feet", .3048}}

// metresOf returns the length of a unit in metres, 0 for one that is not known.
func metresOf(symbol string) float64 {
	for _, u := range lengthUnits {
		if u.symbol == symbol {
			return u.metres
		}
	}
	return 0
}

// orient says how the numbers of a model file are meant. An empty field means as the importer took them.
type orient struct {
	Unit string `json:"unit,omitempty"` // symbol of a length unit
	Up   string `json:"up,omitempty"`   // "Y" or "Z"
}

// quarter takes the Z axis to the Y axis.
var quarter = mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0})

// transform turns a model that was read in one way into what it is in another. What is not known changes nothing.
func (o orient) transform(read orient) scene.Transform {
	t := scene.Transform{}.Normalized()
	if want, had := metresOf(o.Unit), metresOf(read.Unit); want > 0 && had > 0 {
		t = t.Scaled(want / had)
	}
	switch {
	case o.Up == "Z" && read.Up != "Z":
		t.Rotation = quarter
	case o.Up == "Y" && read.Up == "Z":
		t.Rotation = quarter.Inverse()
	}
	return t
}

// or fills in what is empty.
func (o orient) or(other orient) orient {
	return orient{cmp.Or(o.Unit, other.Unit), cmp.Or(o.Up, other.Up)}
}

// layOut places boxes side by side on the ground, in rows that run to the right and follow each other to the back, around
// a centre on the ground when beside is empty, else to the right of it. It returns the shift of each box. Neighbours are
// apart by a tenth of the greater one.
func layOut(boxes []scene.Bounds, beside scene.Bounds) []mgl64.Vec3 {
	out := make([]mgl64.Vec3, len(boxes))
	area, widest := 0.0, 0.0
	for _, b := range boxes {
		s := b.Size()
		area += s[0] * s[2]
		widest = math.Max(widest, s[0])
	}
	row := math.Max(widest, 1.5*math.Sqrt(area)) // somewhat wider than deep
	all := scene.NoBounds()
	x, z, depth, gapBefore := 0.0, 0.0, 0.0, 0.0
	for i, b := range boxes {
		if b.Empty() {
			continue
		}
		s := b.Size()
		gap := .1 * math.Max(s[0], s[2])
		if x > 0 && x+math.Max(gap, gapBefore)+s[0] > row*1.02 {
			x, z, depth, gapBefore = 0, z-depth-.12*depth, 0, 0
		}
		if x > 0 {
			x += math.Max(gap, gapBefore)
		}
		out[i] = mgl64.Vec3{x - b.Min[0], -b.Min[1], z - b.Max[2]}
		all = all.Union(scene.Bounds{Min: b.Min.Add(out[i]), Max: b.Max.Add(out[i])})
		x += s[0]
		depth = math.Max(depth, s[2])
		gapBefore = gap
	}
	if all.Empty() {
		return out
	}
	c := all.Center()
	move := mgl64.Vec3{-c[0], 0, -c[2]}
	if !beside.Empty() {
		to := beside.Center()
		room := .1 * math.Max(all.Size()[0], math.Min(beside.Diagonal(), 20*all.Diagonal()))
		move = mgl64.Vec3{beside.Max[0] + room - all.Min[0], 0, to[2] - c[2]}
	}
	for i := range out {
		if !boxes[i].Empty() {
			out[i] = out[i].Add(move)
		}
	}
	return out
}

// lengthText writes a length in metres as people do: 12.5 mm, 3.4 m.
func lengthText(values ...float64) string {
	most := slices.Max(values)
	unit, factor := "m", 1.0
	switch {
	case most < 1:
		unit, factor = "mm", 1000
	case most >= 10_000:
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

// significant writes a number with a few significant digits, thousands set apart.
func significant(v float64, digits int) string {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return "0"
	}
	decimals := max(0, digits-1-int(math.Floor(math.Log10(v))))
	text := fmt.Sprintf("%.*f", min(decimals, 6), v)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return grouped(text)
}
