package environment

// box is a soft box: a lamp behind a white sheet. Its edges are soft, and it is flat seen from the middle of the room.
type box struct {
	toward, right, up Vec
	width, height     float32 // tangents of half the angles
	radiance          Vec
}

func newBox(toward Vec, width, height float32, radiance Vec) box {
	b := box{toward: toward.unit(), width: width, height: height, radiance: radiance}
	side := Vec{0, 1, 0}
	if abs(b.toward[1]) > 0.9 {
		side = Vec{1, 0, 0}
	}
	b.right = side.cross(b.toward).unit()
	b.up = b.toward.cross(b.right)
	return b
}

// cover is how much of a direction the box fills.
func (b *box) cover(d Vec) float32 {
	front := b.toward.dot(d)
	if front <= 0 {
		return 0
	}
	x, y := abs(b.right.dot(d)/front)/b.width, abs(b.up.dot(d)/front)/b.height
	return smooth(1.08, 0.86, x) * smooth(1.08, 0.86, y)
}

// room is an overcast sky over an even ground, with boxes in front of it.
type room struct {
	zenith, horizon, ground, below Vec
	boxes                          []box
}

func (r *room) radiance(d Vec) Vec {
	up := max(d[1], 0)
	c := mixed(r.horizon, r.zenith, up*(2-up))
	down := max(-d[1], 0)
	c = mixed(mixed(r.ground, r.below, down*(2-down)), c, smooth(-0.05, 0.05, d[1]))
	for i := range r.boxes {
		b := &r.boxes[i]
		c = mixed(c, b.radiance, b.cover(d))
	}
	return c
}

var dayRoom = room{
	zenith: Vec{0.40, 0.42, 0.45}, horizon: Vec{0.66, 0.68, 0.70}, ground: Vec{0.36, 0.36, 0.36}, below: Vec{0.20, 0.20, 0.205},
	boxes: []box{
		newBox(Vec{0.1, 1, 0.12}, 0.52, 0.36, Vec{2.6, 2.6, 2.58}),
		newBox(Vec{-1, 0.38, 0.55}, 0.3, 0.62, Vec{2.2, 2.18, 2.12}),
		newBox(Vec{0.95, 0.3, -0.25}, 0.16, 0.75, Vec{2.0, 2.03, 2.08}),
		newBox(Vec{0.35, 0.2, 1}, 0.12, 0.55, Vec{1.6, 1.6, 1.6}),
		newBox(Vec{-0.25, 0.25, -1}, 0.5, 0.16, Vec{1.6, 1.63, 1.66}),
	},
}

var nightRoom = room{
	zenith: Vec{0.055, 0.065, 0.08}, horizon: Vec{0.10, 0.115, 0.135}, ground: Vec{0.045, 0.048, 0.052}, below: Vec{0.02, 0.021, 0.023},
	boxes: []box{
		newBox(Vec{0.1, 1, 0.12}, 0.52, 0.36, Vec{1.1, 1.15, 1.22}),
		newBox(Vec{-1, 0.38, 0.55}, 0.3, 0.62, Vec{0.9, 0.92, 0.95}),
		newBox(Vec{0.95, 0.3, -0.25}, 0.16, 0.75, Vec{0.75, 0.84, 0.98}),
		newBox(Vec{0.35, 0.2, 1}, 0.12, 0.55, Vec{0.45, 0.47, 0.5}),
		newBox(Vec{-0.25, 0.25, -1}, 0.5, 0.16, Vec{0.65, 0.72, 0.82}),
	},
}

func day(d Vec) Vec   { return dayRoom.radiance(d) }
func night(d Vec) Vec { return nightRoom.radiance(d) }
