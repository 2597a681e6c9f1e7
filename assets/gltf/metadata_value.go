package gltf

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"
)

// numberKind says how one number is stored.
type numberKind struct {
	size   int // bytes; 0 for bits
	signed bool
	float  bool
}

var numberKinds = map[string]numberKind{
	"INT8": {1, true, false}, "UINT8": {1, false, false}, "INT16": {2, true, false}, "UINT16": {2, false, false},
	"INT32": {4, true, false}, "UINT32": {4, false, false}, "INT64": {8, true, false}, "UINT64": {8, false, false},
	"FLOAT32": {4, false, true}, "FLOAT64": {8, false, true},
}

func (c *columnReader) bit(i int) bool { return c.values[i/8]>>(i%8)&1 == 1 }

func (c *columnReader) word(i int) string {
	if c.p.Type == "STRING" {
		return strings.ToValidUTF8(string(c.values[c.strings.at(i):c.strings.at(i+1)]), "�")
	}
	v := int64(c.raw(i))
	if name, ok := c.enum[v]; ok {
		return name
	}
	return strconv.FormatInt(v, 10)
}

// large writes a 64-bit integer that float64 does not hold exactly as text.
func (c *columnReader) large(i int) (string, bool) {
	if c.number.size != 8 || c.number.float || c.p.Normalized || c.scale != nil || c.offset != nil {
		return "", false
	}
	bits := c.bits(i)
	if c.number.signed {
		v := int64(bits)
		return strconv.FormatInt(v, 10), v > 1<<53 || v < -1<<53
	}
	return strconv.FormatUint(bits, 10), bits > 1<<53
}

func (c *columnReader) bits(i int) uint64 {
	d := c.values[i*c.number.size:]
	switch c.number.size {
	case 1:
		return uint64(d[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(d))
	case 4:
		return uint64(binary.LittleEndian.Uint32(d))
	}
	return binary.LittleEndian.Uint64(d)
}

// raw reads one number as it is stored.
func (c *columnReader) raw(i int) float64 {
	bits := c.bits(i)
	shift := 64 - 8*c.number.size
	switch {
	case c.number.float && c.number.size == 4:
		return float64(math.Float32frombits(uint32(bits)))
	case c.number.float:
		return math.Float64frombits(bits)
	case c.number.signed:
		return float64(int64(bits<<shift) >> shift)
	}
	return float64(bits)
}

// scaled reads a number and applies normalisation, scale and offset; k is its place in the value.
func (c *columnReader) scaled(i, k int) float64 {
	v := c.raw(i)
	if c.plain {
		return v
	}
	if c.p.Normalized && !c.number.float {
		full := math.Ldexp(1, 8*c.number.size) - 1
		if c.number.signed {
			full = math.Ldexp(1, 8*c.number.size-1) - 1
		}
		v = max(v/full, -1)
	}
	if n := len(c.scale); n > 0 {
		v *= c.scale[k%n]
	}
	if n := len(c.offset); n > 0 {
		v += c.offset[k%n]
	}
	return v
}

// offsets says where the entries of a list of texts or arrays begin and end: one more than there are entries, rising.
type offsets struct {
	data []byte
	size int
	n    int
}

func (r *reader) offsets(view *int, kind string, n int) (offsets, error) {
	sizes := map[string]int{"": 4, "UINT8": 1, "UINT16": 2, "UINT32": 4, "UINT64": 8}
	o := offsets{size: sizes[kind], n: n}
	if view == nil || o.size == 0 {
		return o, errors.New("they are missing")
	}
	var err error
	if o.data, err = r.view(*view); err != nil {
		return o, err
	}
	if n < 0 || n >= len(o.data)/o.size {
		return o, errors.New("they are cut off")
	}
	for i := range n {
		if o.at(i) > o.at(i+1) {
			return o, errors.New("they do not rise")
		}
	}
	if o.last() > math.MaxInt32*8 {
		return o, errors.New("they are too large")
	}
	return o, nil
}

func (o *offsets) last() uint64 { return o.at(o.n) }

func (o *offsets) at(i int) uint64 {
	d := o.data[i*o.size:]
	switch o.size {
	case 1:
		return uint64(d[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(d))
	case 4:
		return uint64(binary.LittleEndian.Uint32(d))
	}
	return binary.LittleEndian.Uint64(d)
}
