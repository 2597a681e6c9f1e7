package gltf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// component is the type of one number in an accessor, by its value in the file.
type component int

// The component types, specification section 3.6.2.2.
const (
	typeByte   component = 5120
	typeUbyte  component = 5121
	typeShort  component = 5122
	typeUshort component = 5123
	typeUint   component = 5125
	typeFloat  component = 5126
)

// size is the number of bytes, or 0 for a type that glTF does not have.
func (c component) size() int {
	switch c {
	case typeByte, typeUbyte:
		return 1
	case typeShort, typeUshort:
		return 2
	case typeUint, typeFloat:
		return 4
	}
	return 0
}

// full is the integer that stands for 1 in normalised data.
func (c component) full() float32 {
	switch c {
	case typeByte:
		return math.MaxInt8
	case typeUbyte:
		return math.MaxUint8
	case typeShort:
		return math.MaxInt16
	case typeUshort:
		return math.MaxUint16
	}
	return 1
}

// width is the number of components of an accessor type. Of matrices only those of four columns are of use here.
func width(kind string) int {
	switch kind {
	case "SCALAR":
		return 1
	case "VEC2":
		return 2
	case "VEC3":
		return 3
	case "VEC4":
		return 4
	case "MAT4":
		return 16
	}
	return 0
}

// maxEmpty is how many elements an accessor may have that has no data at all: they are zeros out of nothing.
const maxEmpty = 1 << 24

// elements are the checked data of an accessor.
type elements struct {
	count, width int
	kind         component
	normalized   bool
	data         []byte // nil for zeros
	stride       int

	places []byte // of sparse data: where the values belong
	placeW int    // bytes per place, tight
	values []byte // tight
}

// elements looks up an accessor and checks that its data are there.
func (r *reader) elements(index int) (elements, error) {
	if index < 0 || index >= len(r.doc.Accessors) {
		return elements{}, fmt.Errorf("no accessor %d", index)
	}
	a := &r.doc.Accessors[index]
	e := elements{count: a.Count, width: width(a.Type), kind: a.ComponentType, normalized: a.Normalized}
	fail := func(err error) (elements, error) { return elements{}, fmt.Errorf("accessor %d: %w", index, err) }
	switch {
	case e.width == 0:
		return fail(fmt.Errorf("type %q is not used by models", a.Type))
	case e.kind.size() == 0:
		return fail(fmt.Errorf("component type %d is not one of glTF", int(e.kind)))
	case e.count < 0 || e.count > 6*r.limits.Vertices:
		return fail(fmt.Errorf("%d elements, at most %d are read", e.count, 6*r.limits.Vertices))
	case a.BufferView == nil && e.count > maxEmpty:
		return fail(fmt.Errorf("%d elements without data", e.count))
	}
	var err error
	if a.BufferView != nil {
		if e.data, e.stride, err = r.window(*a.BufferView, a.ByteOffset, e.count, e.size()); err != nil {
			return fail(err)
		}
	}
	if a.Sparse != nil {
		if err := r.sparse(a.Sparse, &e); err != nil {
			return fail(fmt.Errorf("sparse: %w", err))
		}
	}
	return e, nil
}

func (e *elements) size() int { return e.width * e.kind.size() }

// window returns the bytes from the first of count elements in a buffer view, and their stride.
func (r *reader) window(view, offset, count, size int) (data []byte, stride int, err error) {
	if data, err = r.view(view); err != nil {
		return nil, 0, err
	}
	if stride = r.doc.BufferViews[view].ByteStride; stride == 0 {
		stride = size
	}
	if stride < size || stride > 1<<16 {
		return nil, 0, fmt.Errorf("buffer view %d has stride %d for elements of %d bytes", view, stride, size)
	}
	if count == 0 {
		return []byte{}, stride, nil
	}
	if offset < 0 || offset > len(data) || len(data)-offset < size || count-1 > (len(data)-offset-size)/stride {
		return nil, 0, fmt.Errorf("%d elements do not fit into buffer view %d", count, view)
	}
	return data[offset:], stride, nil
}

// sparse checks what replaces some of the elements.
func (r *reader) sparse(s *sparse, e *elements) error {
	if s.Count < 0 || s.Count > e.count {
		return errors.New("more values than elements")
	}
	kind := s.Indices.ComponentType
	if kind != typeUbyte && kind != typeUshort && kind != typeUint {
		return errors.New("its indices are not whole numbers")
	}
	places, _, err := r.window(s.Indices.BufferView, s.Indices.ByteOffset, s.Count, kind.size())
	if err != nil {
		return err
	}
	values, _, err := r.window(s.Values.BufferView, s.Values.ByteOffset, s.Count, e.size())
	if err != nil {
		return err
	}
	if need := s.Count * kind.size(); len(places) < need || len(values) < s.Count*e.size() {
		return errors.New("its data are cut off") // a stride has no place here and would be ignored
	}
	e.places, e.placeW, e.values = places[:s.Count*kind.size()], kind.size(), values[:s.Count*e.size()]
	for i := range s.Count {
		if k := index32(e.places[i*e.placeW:], e.placeW); uint64(k) >= uint64(e.count) {
			return fmt.Errorf("index %d of %d elements", k, e.count)
		}
	}
	return nil
}

// index32 reads a whole number of 1, 2 or 4 bytes.
func index32(data []byte, size int) uint32 {
	switch size {
	case 1:
		return uint32(data[0])
	case 2:
		return uint32(binary.LittleEndian.Uint16(data))
	}
	return binary.LittleEndian.Uint32(data)
}
