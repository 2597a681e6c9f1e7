package gltf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/qmuntal/gltf"
)

// componentSize is the size of a component in bytes, by gltf.ComponentType.
var componentSize = [...]int{gltf.ComponentFloat: 4, gltf.ComponentByte: 1, gltf.ComponentUbyte: 1, gltf.ComponentShort: 2, gltf.ComponentUshort: 2, gltf.ComponentUint: 4}

// vectorSize is the number of components, by gltf.AccessorType. Matrices are of no use here.
var vectorSize = [...]int{gltf.AccessorScalar: 1, gltf.AccessorVec2: 2, gltf.AccessorVec3: 3, gltf.AccessorVec4: 4}

func (r *reader) accessor(index int) (*gltf.Accessor, error) {
	if index < 0 || index >= len(r.doc.Accessors) || r.doc.Accessors[index] == nil {
		return nil, fmt.Errorf("no accessor %d", index)
	}
	a := r.doc.Accessors[index]
	switch {
	case int(a.Type) >= len(vectorSize) || int(a.ComponentType) >= len(componentSize):
		return nil, fmt.Errorf("accessor %d has a type that meshes do not use", index)
	case a.Count < 0 || a.Count > r.limits.Vertices*3:
		return nil, fmt.Errorf("accessor %d has %d elements, at most %d are read", index, a.Count, r.limits.Vertices*3)
	}
	return a, nil
}

// window returns the bytes of count elements of the given size in a buffer view, and their stride.
func (r *reader) window(view, offset, count, size int) (data []byte, stride int, err error) {
	if view < 0 || view >= len(r.doc.BufferViews) || r.doc.BufferViews[view] == nil {
		return nil, 0, fmt.Errorf("no buffer view %d", view)
	}
	v := r.doc.BufferViews[view]
	if v.Buffer < 0 || v.Buffer >= len(r.doc.Buffers) {
		return nil, 0, fmt.Errorf("no buffer %d", v.Buffer)
	}
	if err := r.broken[v.Buffer]; err != nil {
		return nil, 0, err
	}
	b := r.doc.Buffers[v.Buffer].Data
	if v.ByteOffset < 0 || v.ByteLength < 0 || v.ByteOffset > len(b) || v.ByteLength > len(b)-v.ByteOffset {
		return nil, 0, fmt.Errorf("buffer view %d lies outside its buffer", view)
	}
	data = b[v.ByteOffset : v.ByteOffset+v.ByteLength]
	if stride = v.ByteStride; stride == 0 {
		stride = size
	}
	if stride < size || stride > 1<<16 {
		return nil, 0, fmt.Errorf("buffer view %d has stride %d for elements of %d bytes", view, stride, size)
	}
	if count == 0 {
		return nil, stride, nil
	}
	if offset < 0 || offset > len(data) || count-1 > (len(data)-offset-size)/stride || len(data)-offset < size {
		return nil, 0, fmt.Errorf("%d elements do not fit into buffer view %d", count, view)
	}
	return data[offset:], stride, nil
}

// floats reads an accessor of vectors of the given size as float32, normalised integers as -1 … 1.
func (r *reader) floats(index, size int) ([]float32, error) {
	a, err := r.accessor(index)
	if err != nil {
		return nil, err
	}
	if vectorSize[a.Type] != size {
		return nil, fmt.Errorf("accessor %d has vectors of %d, %d are needed", index, vectorSize[a.Type], size)
	}
	if a.BufferView == nil && a.Sparse == nil {
		return nil, fmt.Errorf("accessor %d has no data; the file may be compressed", index)
	}
	if a.ComponentType == gltf.ComponentUint {
		return nil, fmt.Errorf("accessor %d: 32-bit integers cannot be coordinates", index)
	}
	out := make([]float32, a.Count*size)
	if a.BufferView != nil {
		data, stride, err := r.window(*a.BufferView, a.ByteOffset, a.Count, size*componentSize[a.ComponentType])
		if err != nil {
			return nil, fmt.Errorf("accessor %d: %w", index, err)
		}
		for i := range a.Count {
			decode(out[i*size:(i+1)*size], data[i*stride:], a.ComponentType, a.Normalized)
		}
	}
	if s := a.Sparse; s != nil {
		err := r.sparse(s, a.Count, size*componentSize[a.ComponentType], func(at int, data []byte) {
			decode(out[at*size:(at+1)*size], data, a.ComponentType, a.Normalized)
		})
		if err != nil {
			return nil, fmt.Errorf("accessor %d: %w", index, err)
		}
	}
	return out, nil
}

// decode reads one vector. Normalised integers follow section 3.6.2.2 of the specification.
func decode(out []float32, data []byte, t gltf.ComponentType, normalized bool) {
	scale := float32(1)
	for k := range out {
		switch t {
		case gltf.ComponentFloat:
			out[k] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*k:]))
			continue
		case gltf.ComponentByte:
			out[k], scale = float32(int8(data[k])), 127
		case gltf.ComponentUbyte:
			out[k], scale = float32(data[k]), 255
		case gltf.ComponentShort:
			out[k], scale = float32(int16(binary.LittleEndian.Uint16(data[2*k:]))), 32767
		case gltf.ComponentUshort:
			out[k], scale = float32(binary.LittleEndian.Uint16(data[2*k:])), 65535
		}
		if normalized {
			out[k] = max(out[k]/scale, -1)
		}
	}
}

// indices reads an accessor of vertex indices.
func (r *reader) indices(index int) ([]uint32, error) {
	a, err := r.accessor(index)
	if err != nil {
		return nil, err
	}
	size := componentSize[a.ComponentType]
	if a.Type != gltf.AccessorScalar || a.BufferView == nil ||
		a.ComponentType != gltf.ComponentUbyte && a.ComponentType != gltf.ComponentUshort && a.ComponentType != gltf.ComponentUint {
		return nil, fmt.Errorf("accessor %d does not hold indices; the file may be compressed", index)
	}
	data, stride, err := r.window(*a.BufferView, a.ByteOffset, a.Count, size)
	if err != nil {
		return nil, fmt.Errorf("accessor %d: %w", index, err)
	}
	out := make([]uint32, a.Count)
	for i := range out {
		out[i] = index32(data[i*stride:], size)
	}
	if s := a.Sparse; s != nil {
		err := r.sparse(s, a.Count, size, func(at int, data []byte) { out[at] = index32(data, size) })
		if err != nil {
			return nil, fmt.Errorf("accessor %d: %w", index, err)
		}
	}
	return out, nil
}

func index32(data []byte, size int) uint32 {
	switch size {
	case 1:
		return uint32(data[0])
	case 2:
		return uint32(binary.LittleEndian.Uint16(data))
	}
	return binary.LittleEndian.Uint32(data)
}

// sparse calls set for each element that a sparse accessor replaces.
func (r *reader) sparse(s *gltf.Sparse, count, size int, set func(at int, data []byte)) error {
	if s.Count < 0 || s.Count > count {
		return errors.New("more sparse values than elements")
	}
	kind := int(s.Indices.ComponentType)
	if kind >= len(componentSize) || s.Indices.ComponentType == gltf.ComponentFloat {
		return errors.New("sparse indices are not whole numbers")
	}
	width := componentSize[kind]
	at, atStride, err := r.window(s.Indices.BufferView, s.Indices.ByteOffset, s.Count, width)
	if err != nil {
		return err
	}
	data, stride, err := r.window(s.Values.BufferView, s.Values.ByteOffset, s.Count, size)
	if err != nil {
		return err
	}
	for i := range s.Count {
		k := index32(at[i*atStride:], width)
		if uint64(k) >= uint64(count) {
			return fmt.Errorf("sparse index %d of %d elements", k, count)
		}
		set(int(k), data[i*stride:])
	}
	return nil
}
