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
	zenith: Vec{0.62, 0.66, 0.72}, horizon: Vec{0.92, 0.94, 0.96}, ground: Vec{0.42, 0.42, 0.42}, below: Vec{0.22, 0.22, 0.225},
	boxes: []box{
		newBox(Vec{0.1, 1, 0.12}, 0.62, 0.42, Vec{4.2, 4.2, 4.15}),
		newBox(Vec{-1, 0.38, 0.55}, 0.3, 0.62, Vec{2.9, 2.85, 2.75}),
		newBox(Vec{0.95, 0.3, -0.25}, 0.16, 0.75, Vec{2.6, 2.65, 2.75}),
		newBox(Vec{0.35, 0.2, 1}, 0.12, 0.55, Vec{1.9, 1.9, 1.9}),
		newBox(Vec{-0.25, 0.25, -1}, 0.5, 0.16, Vec{2.0, 2.05, 2.1}),
	},
}

var nightRoom = room{
	zenith: Vec{0.055, 0.065, 0.08}, horizon: Vec{0.10, 0.115, 0.135}, ground: Vec{0.045, 0.048, 0.052}, below: Vec{0.02, 0.021, 0.023},
	boxes: []box{
		newBox(Vec{0.1, 1, 0.12}, 0.62, 0.42, Vec{1.9, 1.98, 2.1}),
		newBox(Vec{-1, 0.38, 0.55}, 0.3, 0.62, Vec{1.5, 1.52, 1.55}),
		newBox(Vec{0.95, 0.3, -0.25}, 0.16, 0.75, Vec{1.0, 1.12, 1.3}),
		newBox(Vec{0.35, 0.2, 1}, 0.12, 0.55, Vec{0.6, 0.62, 0.65}),
		newBox(Vec{-0.25, 0.25, -1}, 0.5, 0.16, Vec{0.9, 1.0, 1.15}),
	},
}

func day(d Vec) Vec   { return dayRoom.radiance(d) }
func night(d Vec) Vec { return nightRoom.radiance(d) }
