package gltf

import (
	"encoding/binary"
	"fmt"
	"math"
)

// batch is how many elements are read between two looks at whether the load shall stop: some milliseconds.
const batch = 1 << 18

// floats reads vectors of the given width as float32, normalised integers as -1 … 1. With an order, only those vertices
// are read, in that order; it must have been checked against the count.
func (r *reader) floats(index, width int, order []uint32) ([]float32, error) {
	e, err := r.elements(index)
	if err != nil {
		return nil, err
	}
	if e.width != width {
		return nil, fmt.Errorf("accessor %d has vectors of %d, %d are needed", index, e.width, width)
	}
	if e.kind == typeUint {
		return nil, fmt.Errorf("accessor %d: 32-bit integers cannot be coordinates", index)
	}
	return gather(r, &e, order, e.decodeFloats)
}

// ranks reads whole numbers, such as the joints of vertices.
func (r *reader) ranks(index, width int, order []uint32) ([]uint32, error) {
	e, err := r.elements(index)
	if err != nil {
		return nil, err
	}
	if e.width != width || e.normalized || e.kind != typeUbyte && e.kind != typeUshort && e.kind != typeUint {
		return nil, fmt.Errorf("accessor %d does not hold whole numbers as they are needed here", index)
	}
	return gather(r, &e, order, e.decodeRanks)
}

// decoder reads n elements from data on, stride bytes apart, into out.
type decoder[T float32 | uint32] func(out []T, data []byte, stride, n int)

// gather reads all elements, or those that order names.
func gather[T float32 | uint32](r *reader, e *elements, order []uint32, read decoder[T]) ([]T, error) {
	w := e.width
	if order == nil || e.places != nil {
		out := make([]T, e.count*w)
		for from := 0; from < e.count && e.data != nil; from += batch {
			if err := r.job.Err(); err != nil {
				return nil, err
			}
			n := min(batch, e.count-from)
			read(out[from*w:(from+n)*w], e.data[from*e.stride:], e.stride, n)
		}
		for i := 0; i*e.placeW < len(e.places); i++ {
			k := int(index32(e.places[i*e.placeW:], e.placeW))
			read(out[k*w:(k+1)*w], e.values[i*e.size():], e.size(), 1)
		}
		if order == nil {
			return out, nil
		}
		return pickRows(out, w, order), nil
	}
	out := make([]T, len(order)*w)
	for from := 0; from < len(order) && e.data != nil; {
		if from%batch == 0 {
			if err := r.job.Err(); err != nil {
				return nil, err
			}
		}
		n := 1 // a run of neighbours
		for from+n < len(order) && (from+n)%batch != 0 && order[from+n] == order[from]+uint32(n) {
			n++
		}
		read(out[from*w:(from+n)*w], e.data[int(order[from])*e.stride:], e.stride, n)
		from += n
	}
	return out, nil
}

// pickRows copies the rows that order names.
func pickRows[T any](rows []T, width int, order []uint32) []T {
	if len(rows) == 0 {
		return nil
	}
	out := make([]T, 0, len(order)*width)
	for _, k := range order {
		out = append(out, rows[int(k)*width:(int(k)+1)*width]...)
	}
	return out
}

// decodeFloats follows section 3.6.2.2 of the specification.
func (e *elements) decodeFloats(out []float32, data []byte, stride, n int) {
	w := e.width
	scale, lowest := float32(1), float32(math.Inf(-1)) // division is exact at the ends, a product is not
	if e.normalized {
		scale, lowest = e.kind.full(), -1
	}
	for i := range n {
		row, from := out[i*w:(i+1)*w], data[i*stride:]
		switch e.kind {
		case typeFloat:
			for k := range row {
				row[k] = math.Float32frombits(binary.LittleEndian.Uint32(from[4*k:]))
			}
		case typeByte:
			for k := range row {
				row[k] = max(float32(int8(from[k]))/scale, lowest)
			}
		case typeUbyte:
			for k := range row {
				row[k] = float32(from[k]) / scale
			}
		case typeShort:
			for k := range row {
				row[k] = max(float32(int16(binary.LittleEndian.Uint16(from[2*k:])))/scale, lowest)
			}
		case typeUshort:
			for k := range row {
				row[k] = float32(binary.LittleEndian.Uint16(from[2*k:])) / scale
			}
		}
	}
}

func (e *elements) decodeRanks(out []uint32, data []byte, stride, n int) {
	w, size := e.width, e.kind.size()
	for i := range n {
		from := data[i*stride:]
		for k := range w {
			out[i*w+k] = index32(from[k*size:], size)
		}
	}
}

// indices reads an accessor of vertex indices.
func (r *reader) indices(index int) ([]uint32, error) {
	e, err := r.elements(index)
	if err != nil {
		return nil, err
	}
	if e.width != 1 || e.normalized || e.kind != typeUbyte && e.kind != typeUshort && e.kind != typeUint {
		return nil, fmt.Errorf("accessor %d does not hold indices", index)
	}
	return gather(r, &e, nil, e.decodeRanks)
}
