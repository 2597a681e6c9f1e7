package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
)

// lengthUnits are the units that a model may be taken in.
var lengthUnits = []struct {
	symbol assets.Unit
	name   string
}{{"mm", "millimetres"}, {"cm", "centimetres"}, {"m", "metres"}, {"in", "inches"}, {"ft", "feet"}}

// orient says how the numbers of a model file are meant. An empty field means as the importer took them.
type orient struct {
	Unit assets.Unit `json:"unit,omitempty"`
	Up   assets.Up   `json:"up,omitempty"`
}

// quarter takes the Z axis to the Y axis.
var quarter = mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0})

// transform turns a model that was read in one way into what it is in another. What is not known changes nothing.
func (o orient) transform(read orient) scene.Transform {
	t := scene.Transform{}.Normalized()
	if want, had := o.Unit.Metres(), read.Unit.Metres(); want > 0 && had > 0 {
		t = t.Scaled(want / had)
	}
	switch {
	case o.Up == assets.UpZ && read.Up != assets.UpZ:
		t.Rotation = quarter
	case o.Up == assets.UpY && read.Up == assets.UpZ:
		t.Rotation = quarter.Inverse()
	}
	return t
}

// or fills in what is empty.
func (o orient) or(other orient) orient {
	return orient{cmp.Or(o.Unit, other.Unit), cmp.Or(o.Up, other.Up)}
}

// layOut places boxes side by side on the ground: the greatest at the back, the others in rows before it, so that none
// hides another from the front. They stand around the origin, or to the right of beside when that is not empty.
// Neighbours are apart by a sixth of the greater one. It returns the shift of each box.
func layOut(boxes []scene.Bounds, beside scene.Bounds) []mgl64.Vec3 {
	out := make([]mgl64.Vec3, len(boxes))
	var order []int
	area, widest := 0.0, 0.0
	for i, b := range boxes {
		if s := b.Size(); !b.Empty() {
			order = append(order, i)
			area += s[0] * s[2]
			widest = math.Max(widest, s[0])
		}
	}
	if len(order) == 0 {
		return out
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(boxes[k].Size()[2], boxes[i].Size()[2]) })
	row := 1.02 * math.Max(widest, 1.5*math.Sqrt(area)) // somewhat wider than deep
	all := scene.NoBounds()
	x, back, front, gapBefore := 0.0, 0.0, 0.0, 0.0 // front: of the row that begins at back
	for _, i := range order {
		b, s := boxes[i], boxes[i].Size()
		gap := math.Max(s[0], s[2]) / 6
		if x > 0 && x+math.Max(gap, gapBefore)+s[0] > row {
			x, gapBefore = 0, 0
			back = front + math.Max(gap, (front-back)/6)
		}
		if x > 0 {
			x += math.Max(gap, gapBefore)
		}
		out[i] = mgl64.Vec3{x - b.Min[0], -b.Min[1], back - b.Min[2]}
		all = all.Union(scene.Bounds{Min: b.Min.Add(out[i]), Max: b.Max.Add(out[i])})
		x += s[0]
		front = math.Max(front, back+s[2])
		gapBefore = gap
	}
	c := all.Center()
	move := mgl64.Vec3{-c[0], 0, -c[2]}
	if !beside.Empty() {
		room := .1 * math.Max(all.Size()[0], math.Min(beside.Diagonal(), 20*all.Diagonal()))
		move = mgl64.Vec3{beside.Max[0] + room - all.Min[0], 0, beside.Center()[2] - c[2]}
	}
	for _, i := range order {
		out[i] = out[i].Add(move)
	}
	return out
}

// significant writes a number with a few significant digits, thousands set apart.
func significant(v float64, digits int) string {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return "0"
	}
	order := int(math.Floor(math.Log10(v)))
	if step := math.Pow10(order - digits + 1); order > digits {
		v = math.Round(v/step) * step
	}
	text := fmt.Sprintf("%.*f", min(max(0, digits-1-order), 6), v)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return grouped(text)
}
