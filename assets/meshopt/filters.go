package meshopt

import (
	"encoding/binary"
	"errors"
	"math"
)

// applyFilter turns records in place into what the accessor of the file says.
func applyFilter(data []byte, stride int, f Filter) error {
	switch {
	case f == None:
	case f == Octahedral && stride == 4:
		octahedral8(data)
	case f == Octahedral && stride == 8:
		octahedral16(data)
	case f == Quaternion && stride == 8:
		quaternion(data)
	case f == Exponential:
		exponential(data)
	case f == Color && stride == 4:
		color8(data)
	case f == Color && stride == 8:
		color16(data)
	default:
		return errors.New("meshopt: a filter on records of a size that it does not have; export the file again")
	}
	return nil
}

// unfold turns a point of the octahedron into a vector of length most. one is the length of the octahedron's axes.
func unfold(x, y, one, most float32) (int, int, int) {
	z := one - abs(x) - abs(y)
	t := min(z, 0)
	if x >= 0 {
		x += t
	} else {
		x -= t
	}
	if y >= 0 {
		y += t
	} else {
		y -= t
	}
	s := most / float32(math.Sqrt(float64(x*x+y*y+z*z)))
	return round(x * s), round(y * s), round(z * s)
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

// round goes to the nearest whole number, halves away from zero. What is no number becomes 0.
func round(v float32) int {
	switch {
	case v >= 0:
		return int(min(v, 1<<20) + 0.5)
	case v < 0:
		return int(max(v, -1<<20) - 0.5)
	}
	return 0
}

func octahedral8(data []byte) {
	for ; len(data) >= 4; data = data[4:] {
		x, y, z := unfold(float32(int8(data[0])), float32(int8(data[1])), float32(int8(data[2])), 127)
		data[0], data[1], data[2] = byte(x), byte(y), byte(z)
	}
}

func get16(data []byte, i int) int16 { return int16(binary.LittleEndian.Uint16(data[2*i:])) }

func set16(data []byte, i, v int) { binary.LittleEndian.PutUint16(data[2*i:], uint16(v)) }

func octahedral16(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		x, y, z := unfold(float32(get16(data, 0)), float32(get16(data, 1)), float32(get16(data, 2)), 32767)
		set16(data, 0, x)
		set16(data, 1, y)
		set16(data, 2, z)
	}
}

// quaternion restores the greatest component, which was left out, from the others.
func quaternion(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		w := get16(data, 3)
		scale := float32(math.Sqrt2/2) / float32(w|3)
		x, y, z := float32(get16(data, 0))*scale, float32(get16(data, 1))*scale, float32(get16(data, 2))*scale
		left := float32(math.Sqrt(float64(max(1-x*x-y*y-z*z, 0))))
		at := int(w & 3)
		set16(data, (at+1)&3, round(x*32767))
		set16(data, (at+2)&3, round(y*32767))
		set16(data, (at+3)&3, round(z*32767))
		set16(data, at, round(left*32767))
	}
}

// exponential makes floats of 24-bit mantissas and 8-bit exponents, both signed.
func exponential(data []byte) {
	for ; len(data) >= 4; data = data[4:] {
		v := int32(binary.LittleEndian.Uint32(data))
		f := float32(math.Ldexp(float64(v<<8>>8), int(v>>24)))
		binary.LittleEndian.PutUint32(data, math.Float32bits(f))
	}
}

// rgb undoes the colour transform YCoCg. scale is alpha with all bits set below its highest one.
func rgb(y, co, cg, alpha, scale int, most float32) (r, g, b, a int) {
	s := most / float32(scale)
	at := func(v int) int { return round(float32(v) * s) }
	return at(y + co - cg), at(y + cg), at(y - co - cg), at(alpha<<1&scale | alpha&1)
}

func color8(data []byte) {
	for ; len(data) >= 4; data = data[4:] {
		scale := int(data[3])
		scale |= scale >> 1
		scale |= scale >> 2
		scale |= scale >> 4
		r, g, b, a := rgb(int(data[0]), int(int8(data[1])), int(int8(data[2])), int(data[3]), scale, 255)
		data[0], data[1], data[2], data[3] = byte(r), byte(g), byte(b), byte(a)
	}
}

func color16(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		alpha := int(uint16(get16(data, 3)))
		scale := alpha | alpha>>1
		scale |= scale >> 2
		scale |= scale >> 4
		scale |= scale >> 8
		r, g, b, a := rgb(int(uint16(get16(data, 0))), int(get16(data, 1)), int(get16(data, 2)), alpha, scale, 65535)
		set16(data, 0, r)
		set16(data, 1, g)
		set16(data, 2, b)
		set16(data, 3, a)
	}
}
