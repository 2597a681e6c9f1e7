package viewport

import (
	"image/color"
	"math"
	"sort"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Label is a small text that follows a node.
type Label struct {
	Node     scene.NodeID
	Name     string
	Value    string        // with its unit; empty for none
	Priority twin.Priority // of an alarm, 0 for none
	Acked    bool
	Doubtful bool        // stale or bad: hatched
	Ahead    bool        // predicted
	Rank     int         // the lower, the sooner it gets its place; 0 is the selected one
	Mark     color.NRGBA // of a badge: a dot before the name; A 0 for none

	fixed bool // it stands at a point of the world, of no node
	at    mgl64.Vec3
}

const (
	maxLabels   = 48 // on the screen
	labelHeight = 24
	labelMargin = 8  // to the edges of the view
	leastHeight = 10 // in Dp on the screen, of a part that is worth a label
	markWidth   = 15 // of the dot of a badge and the room behind it
)

// tag is the raster of one label.
type tag struct {
	*piece
	label Label
	used  bool
}

// SetLabels replaces the labels. The slice belongs to the viewport from now on.
func (v *Viewport) SetLabels(labels []Label) {
	sortLabels(labels)
	v.overlay.labels = labels
	v.overlay.placeLabels()
}

// sortLabels puts those first that get their place first.
func sortLabels(labels []Label) {
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].Rank < labels[j].Rank })
}

// rect is a rectangle in the view, in Dp.
type rect struct{ x0, y0, x1, y1 float32 }

func (a rect) overlaps(b rect) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

// placeLabels puts the labels beside their nodes: the most important first, each on the first side that is free, the side
// where it stood last before all others. What finds no room, is out of sight or hidden behind something has no label,
// but the selected and what is in alarm are never hidden by what stands before them.
func (o *overlay) placeLabels() {
	if o.size.Width < 1 {
		return
	}
	var room [maxLabels + 8]rect
	taken := room[:0]
	for _, c := range o.hud {
		if c.shown {
			taken = append(taken, rect{c.pos.X - 4, c.pos.Y - 4, c.pos.X + c.size.Width + 4, c.pos.Y + c.size.Height + 4})
		}
	}
	n := 0
	notes := o.notes()
	for i := range len(notes) + len(o.labels) {
		if n == len(o.tags) {
			break
		}
		var l *Label
		if i < len(notes) {
			l = &notes[i]
		} else {
			l = &o.labels[i-len(notes)]
		}
		body, head, ok := o.sight(l)
		if !ok {
			continue
		}
		w, h := o.labelSize(l)
		spot, side, ok := o.spot(l.Node, body, head, w, h, taken)
		if !ok {
			continue
		}
		if !l.fixed {
			o.sides[l.Node] = side
		}
		taken = append(taken, rect{spot.x0 - 2, spot.y0 - 2, spot.x1 + 2, spot.y1 + 2})
		t := o.tags[n]
		n++
		changed := t.label != *l
		t.label, t.used = *l, true
		t.place(fyne.NewPos(spot.x0, spot.y0), fyne.NewSize(w, h))
		t.show(true)
		if changed {
			t.refresh()
		}
	}
	for _, t := range o.tags[n:] {
		if t.used {
			t.used = false
			t.show(false)
		}
	}
}

// sight returns where the part of a label is on the screen: the rectangle around it and the middle of its top; ok is
// false when the part is not to be seen.
func (o *overlay) sight(l *Label) (body rect, head fyne.Position, ok bool) {
	if l.fixed {
		x, y, _, ok := o.camera.Project(l.at, float64(o.size.Width), float64(o.size.Height))
		at := fyne.NewPos(float32(x), float32(y))
		return rect{at.X - 12, at.Y - 12, at.X + 12, at.Y + 12}, at, ok
	}
	s := o.v.scene
	if l.Node < 0 || int(l.Node) >= s.Len() || !s.Effective(l.Node).Visible {
		return rect{}, fyne.Position{}, false
	}
	box := o.hooks.box(l.Node)
	if box.Empty() {
		return rect{}, fyne.Position{}, false
	}
	world := s.World(l.Node)
	w, h := float64(o.size.Width), float64(o.size.Height)
	body = rect{math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32, -math.MaxFloat32}
	for _, c := range box.Corners() {
		x, y, _, ok := o.camera.Project(mgl64.TransformCoordinate(c, world), w, h)
		if !ok {
			return rect{}, fyne.Position{}, false
		}
		body.x0, body.x1 = min(body.x0, float32(x)), max(body.x1, float32(x))
		body.y0, body.y1 = min(body.y0, float32(y)), max(body.y1, float32(y))
	}
	if !body.overlaps(rect{0, 0, o.size.Width, o.size.Height}) {
		return rect{}, fyne.Position{}, false
	}
	prominent := l.Rank == 0 || l.Priority > 0
	small := body.y1-body.y0 < leastHeight
	around := body.x1-body.x0 > 1.2*o.size.Width || body.y1-body.y0 > 1.2*o.size.Height // one stands in it, not before it
	if !prominent && (small || around || o.hidden(l.Node, mgl64.TransformCoordinate(box.Center(), world))) {
		return rect{}, fyne.Position{}, false
	}
	mid := box.Center()
	mid[1] = box.Max[1]
	x, y, _, _ := o.camera.Project(mgl64.TransformCoordinate(mid, world), w, h)
	return body, fyne.NewPos(float32(x), float32(y)), true
}

// hidden reports whether something that does not belong to the same asset stands before a point. Rotors do not count:
// labels behind them would blink.
func (o *overlay) hidden(node scene.NodeID, at mgl64.Vec3) bool {
	w, h := float64(o.size.Width), float64(o.size.Height)
	x, y, _, ok := o.camera.Project(at, w, h)
	if !ok {
		return true
	}
	ray := o.camera.RayAt(x, y, w, h)
	far := at.Sub(ray.Origin).Dot(ray.Direction)
	s := o.v.scene
	hit, ok := o.v.picker.Pick(ray, scene.PickOptions{Section: o.v.section, Farthest: far * .995, Skip: func(id scene.NodeID) bool {
		return o.hooks.turning(id) || s.Under(id, node) || o.v.skip(id)
	}})
	if !ok {
		return false
	}
	_, owner := s.AssetOf(hit.Node)
	return owner == scene.NoNode || !s.Under(node, owner)
}

// The sides of a part where its label may stand.
const (
	sideAbove = iota
	sideRight
	sideLeft
	sideBelow
	sides
)

// natural is the side where the label of a part stands best.
func natural(body rect) int {
	if body.y1-body.y0 > 2.5*(body.x1-body.x0) || body.y1-body.y0 < 40 { // tall, or small
		return sideAbove
	}
	return sideRight
}

// spot finds room for a label of w × h: on its natural side when there is room to spare, else where it stood last, so
// that labels do not hop to and fro, else anywhere.
func (o *overlay) spot(node scene.NodeID, body rect, head fyne.Position, w, h float32, taken []rect) (r rect, side int, ok bool) {
	side = natural(body)
	last, had := o.sides[node]
	slack := float32(0)
	if had && last != side {
		slack = 8
	}
	if r, ok = o.beside(side, body, head, w, h, slack, taken); ok {
		return r, side, true
	}
	if had {
		if r, ok = o.beside(last, body, head, w, h, 0, taken); ok {
			return r, last, true
		}
	}
	for side = range sides {
		if r, ok = o.beside(side, body, head, w, h, 0, taken); ok {
			return r, side, true
		}
	}
	return rect{}, 0, false
}

// beside returns the place of a label on one side of its part, and whether it is free with some slack around it.
func (o *overlay) beside(side int, body rect, head fyne.Position, w, h, slack float32, taken []rect) (rect, bool) {
	mid := (max(body.y0, 0) + min(body.y1, o.size.Height)) / 2
	if natural(body) == sideAbove { // beside the top of what is tall: farther down it seems to belong to something else
		mid = min(mid, max(head.Y, 0)+1.5*h)
	}
	var x, y float32
	switch side {
	case sideAbove:
		x, y = head.X-w/2, head.Y-h-7
	case sideRight:
		x, y = body.x1+10, mid-h/2
	case sideLeft:
		x, y = body.x0-10-w, mid-h/2
	case sideBelow:
		x, y = head.X-w/2, body.y1+7
	}
	if x < labelMargin-w/2 || y < labelMargin-h || x+w > o.size.Width-labelMargin+w/2 || y+h > o.size.Height-labelMargin+h {
		return rect{}, false // too far outside
	}
	at := o.snap(min(max(x, labelMargin), o.size.Width-w-labelMargin), min(max(y, labelMargin), o.size.Height-h-labelMargin))
	r := rect{at.X - slack, at.Y - slack, at.X + w + slack, at.Y + h + slack}
	for _, t := range taken {
		if r.overlaps(t) {
			return rect{}, false
		}
	}
	return rect{at.X, at.Y, at.X + w, at.Y + h}, true
}

// hooks remembers the boxes that labels hang on: in the frame of their node, at rest, without what turns on and on, so
// that they stand still while a rotor turns.
type hooks struct {
	scene    *scene.Scene
	turns    func(scene.NodeID) bool
	topology uint64
	boxes    map[scene.NodeID]scene.Bounds
	spins    []bool // by NodeID
}

func (k *hooks) fresh() {
	if k.boxes != nil && k.topology == k.scene.Topology() {
		return
	}
	k.topology, k.boxes = k.scene.Topology(), map[scene.NodeID]scene.Bounds{}
	k.spins = make([]bool, k.scene.Len())
	for i := range k.spins {
		id := scene.NodeID(i)
		p := k.scene.Node(id).Parent
		k.spins[i] = p != scene.NoNode && k.spins[p] || k.turns != nil && k.turns(id)
	}
}

// turning reports whether a node, or one above it, turns on and on.
func (k *hooks) turning(id scene.NodeID) bool {
	k.fresh()
	return k.spins[id]
}

// box returns the box around a node and what is below it, in the frame of the node.
func (k *hooks) box(node scene.NodeID) scene.Bounds {
	k.fresh()
	if b, ok := k.boxes[node]; ok {
		return b
	}
	inv := k.scene.World(node).Inv()
	around := func(all bool) scene.Bounds {
		b := scene.NoBounds()
		k.scene.Walk(node, func(id scene.NodeID) bool {
			if k.scene.Role(id) == scene.Ground || !all && k.spins[id] && !k.spins[node] {
				return false
			}
			if m := k.scene.Node(id).Mesh; m != scene.NoMesh {
				b = b.Union(k.scene.Mesh(m).Bounds.Transformed(inv.Mul4(k.scene.World(id))))
			}
			return true
		})
		return b
	}
	b := around(false)
	if b.Empty() {
		b = around(true)
	}
	k.boxes[node] = b
	return b
}

// labelSize returns the size of a label, in whole device pixels.
func (o *overlay) labelSize(l *Label) (w, h float32) {
	s := max(o.v.scale, 0.1)
	font := theme.FontText
	if l.Priority > 0 {
		font = theme.FontBold
	}
	w = 16 + theme.Measure(l.Name, font, s)
	if l.Value != "" {
		w += 8 + theme.Measure(l.Value, theme.FontText, s)
	}
	if l.Priority > 0 {
		w += 18
	}
	if l.Mark.A > 0 {
		w += markWidth
	}
	return float32(math.Ceil(float64(w*s))) / s, float32(math.Ceil(float64(labelHeight*s))) / s
}

func drawLabel(p *theme.Pen, l *Label, w, h float32) {
	p.RoundRect(0, 0, w, h, theme.Radius, theme.WithAlpha(theme.Color(theme.Panel), .92))
	if l.Doubtful {
		p.Clip(2, 2, w-4, h-4)
		p.Hatch(2, 2, w-4, h-4, 6, 1, theme.WithAlpha(theme.Color(theme.Text3), .28))
		p.Unclip()
	}
	if l.Rank == 0 {
		p.RoundBorder(0, 0, w, h, theme.Radius, 1, theme.Color(theme.Accent))
	}
	x := float32(8)
	name, value, font := theme.Color(theme.Text2), theme.Color(theme.Text), theme.FontText
	if l.Priority > 0 {
		look := theme.AlarmUnacknowledged
		if l.Acked {
			look = theme.AlarmAcknowledged
		}
		p.Alarm(x+5, h/2, 10, l.Priority, look)
		x += 18
		name, font = theme.Color(theme.Text), theme.FontBold
	}
	if l.Mark.A > 0 {
		p.Circle(x+4.5, h/2, 4.5, l.Mark)
		x += markWidth
	}
	switch {
	case l.Doubtful:
		value = theme.Color(theme.Text2)
	case l.Ahead:
		value = theme.Color(theme.Forecast)
	}
	x = p.Text(x, h/2+5, l.Name, font, name)
	p.Text(x+8, h/2+5, l.Value, theme.FontText, value)
}
