package draco

// transform puts a prediction and its correction together.
type transform interface {
	read(d *decoder) error
	apply(predicted, correction, out []int32)
	positive() bool // whether corrections are stored without a sign
}

// Transforms by their number in the data.
const (
	transformDelta         = 0
	transformWrap          = 1
	transformOctahedron    = 2
	transformOctahedronCan = 3
)

func transformOf(kind int8) transform {
	switch kind {
	case transformDelta:
		return delta{}
	case transformWrap:
		return &wrapped{}
	case transformOctahedron:
		return &octahedral{}
	case transformOctahedronCan:
		return &octahedral{canonical: true}
	}
	return nil
}

// delta adds.
type delta struct{}

func (delta) read(*decoder) error { return nil }
func (delta) positive() bool      { return false }

func (delta) apply(predicted, correction, out []int32) {
	for i := range out {
		out[i] = predicted[i] + correction[i]
	}
}

// wrapped adds within a range, going round at its ends.
type wrapped struct{ least, most, span int32 }

func (w *wrapped) read(d *decoder) error {
	w.least, w.most = d.i32(), d.i32()
	if d.failed {
		return errShort
	}
	span := int64(w.most) - int64(w.least) + 1
	if span < 1 || span > 1<<31-1 {
		return errBad
	}
	w.span = int32(span)
	return nil
}

func (w *wrapped) positive() bool { return false }

func (w *wrapped) apply(predicted, correction, out []int32) {
	for i := range out {
		v := min(max(predicted[i], w.least), w.most) + correction[i]
		switch {
		case v > w.most:
			v -= w.span
		case v < w.least:
			v += w.span
		}
		out[i] = v
	}
}

// octahedral adds on the square of an octahedron, from its centre; canonical turns the prediction into one quarter first.
type octahedral struct {
	canonical bool
	o         octahedron
}

func (x *octahedral) read(d *decoder) error {
	quantized := d.i32()
	if x.canonical {
		d.i32() // the centre, which follows from the other
	}
	if d.failed {
		return errShort
	}
	var ok bool
	if x.o, ok = octahedronOf(quantized); !ok {
		return errBad
	}
	return nil
}

func (x *octahedral) positive() bool { return true }

func (x *octahedral) apply(predicted, correction, out []int32) {
	s, t := predicted[0]-x.o.center, predicted[1]-x.o.center
	inside := x.o.inDiamond(s, t)
	if !inside {
		s, t = x.o.invert(s, t)
	}
	turns := 0
	if x.canonical {
		turns = quarters(s, t)
		s, t = turn(s, t, turns)
	}
	s, t = x.o.wrap(s+correction[0]), x.o.wrap(t+correction[1])
	s, t = turn(s, t, (4-turns)%4)
	if !inside {
		s, t = x.o.invert(s, t)
	}
	out[0], out[1] = s+x.o.center, t+x.o.center
}

// quarters is how many quarter turns bring a point to the lower left.
func quarters(s, t int32) int {
	switch {
	case s == 0 && t == 0:
		return 0
	case s == 0 && t > 0:
		return 3
	case s == 0:
		return 1
	case s > 0 && t >= 0:
		return 2
	case s > 0:
		return 1
	case t <= 0:
		return 0
	}
	return 3
}

func turn(s, t int32, quarters int) (int32, int32) {
	switch quarters {
	case 1:
		return t, -s
	case 2:
		return -s, -t
	case 3:
		return -t, s
	}
	return s, t
}
