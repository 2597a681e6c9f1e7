package gltf

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// columnReader reads one property of all rows of a table.
type columnReader struct {
	r      *reader
	schema *metadataSchema
	p      *metadataProperty
	col    *propertyColumn
	rows   int

	number  numberKind
	width   int // numbers per element
	enum    map[int64]string
	values  []byte
	strings offsets
	arrays  offsets
	noData  any
	plain   bool // numbers are read as they are stored
	other   any  // the default
	offset  []float64
	scale   []float64
}

// read returns one value per row: string, float64, bool, []float64 or nil. Arrays of words become one text.
func (c *columnReader) read(has bool) ([]any, error) {
	if err := c.describe(); err != nil {
		return nil, err
	}
	if !has {
		out := make([]any, c.rows)
		for i := range out {
			out[i] = c.other
		}
		return out, nil
	}
	if err := c.open(); err != nil {
		return nil, err
	}
	out := make([]any, c.rows)
	for i := range out {
		if i%batch == 0 && c.r.job.Err() != nil {
			return nil, c.r.job.Err()
		}
		if c.noData != nil { // it is given as the number that is stored
			c.plain = true
			nothing := reflect.DeepEqual(c.row(i), c.noData)
			if c.plain = false; nothing {
				out[i] = c.other
				continue
			}
		}
		out[i] = c.row(i)
	}
	return out, nil
}

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

// describe reads what the schema says of the property.
func (c *columnReader) describe() error {
	widths := map[string]int{"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16, "STRING": 1, "BOOLEAN": 1, "ENUM": 1}
	kind := c.p.ComponentType
	if c.p.Type == "ENUM" {
		e, ok := c.schema.Enums[c.p.EnumType]
		if !ok {
			return fmt.Errorf("no enum %q", c.p.EnumType)
		}
		if kind = e.ValueType; kind == "" {
			kind = "UINT16"
		}
		c.enum = make(map[int64]string, len(e.Values))
		for _, v := range e.Values {
			c.enum[v.Value] = v.Name
		}
	}
	var ok bool
	if c.width, ok = widths[c.p.Type]; !ok {
		return fmt.Errorf("unknown type %q", c.p.Type)
	}
	if c.number, ok = numberKinds[kind]; !ok && c.p.Type != "STRING" && c.p.Type != "BOOLEAN" {
		return fmt.Errorf("unknown component type %q", kind)
	}
	if c.p.Array && (c.p.Count < 0 || c.p.Count > 1<<20) {
		return fmt.Errorf("arrays of %d values", c.p.Count)
	}
	c.offset, c.scale = flatNumbers(either(c.col.Offset, c.p.Offset)), flatNumbers(either(c.col.Scale, c.p.Scale))
	c.noData, c.other = c.given(c.p.NoData), c.given(c.p.Default)
	return nil
}

func either(a, b json.RawMessage) json.RawMessage {
	if a != nil {
		return a
	}
	return b
}

// given is a value that the schema itself states, in the form of those in the table.
func (c *columnReader) given(text json.RawMessage) any {
	if text == nil {
		return nil
	}
	if c.p.Type == "STRING" || c.p.Type == "ENUM" {
		var one string
		var many []string
		if json.Unmarshal(text, &one) == nil {
			return one
		}
		if json.Unmarshal(text, &many) == nil {
			return strings.Join(many, ", ")
		}
		return nil
	}
	var flag bool
	if json.Unmarshal(text, &flag) == nil {
		return flag
	}
	v := flatNumbers(text)
	switch {
	case len(v) == 0:
		return nil
	case len(v) == 1 && c.width == 1 && !c.p.Array:
		return v[0]
	}
	return v
}

// flatNumbers reads a number or nested lists of them.
func flatNumbers(text json.RawMessage) []float64 {
	var v any
	if len(text) == 0 || json.Unmarshal(text, &v) != nil {
		return nil
	}
	var out []float64
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case float64:
			out = append(out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// open finds the buffers and checks that they hold all rows.
func (c *columnReader) open() error {
	var err error
	if c.values, err = c.r.view(c.col.Values); err != nil {
		return err
	}
	count := c.rows
	if c.p.Array && c.p.Count == 0 {
		if c.arrays, err = c.r.offsets(c.col.ArrayOffsets, c.col.ArrayOffsetType, c.rows); err != nil {
			return fmt.Errorf("lengths of its arrays: %w", err)
		}
		count = int(c.arrays.last())
	} else if c.p.Array {
		if c.rows > math.MaxInt32*c.p.Count {
			return errors.New("too many values")
		}
		count = c.rows * c.p.Count
	}
	if c.p.Type == "STRING" {
		if c.strings, err = c.r.offsets(c.col.StringOffsets, c.col.StringOffsetType, count); err != nil {
			return fmt.Errorf("lengths of its texts: %w", err)
		}
		if c.strings.last() > uint64(len(c.values)) {
			return errors.New("its texts are cut off")
		}
		return nil
	}
	have := len(c.values) * 8 // BOOLEAN: one bit each
	if c.p.Type != "BOOLEAN" {
		have = len(c.values) / (c.width * c.number.size)
	}
	if count < 0 || count > have {
		return fmt.Errorf("%d values are there, %d are said", have, count)
	}
	return nil
}

// row reads the value of one row.
func (c *columnReader) row(i int) any {
	from, to := i, i+1
	if c.p.Array {
		from, to = i*c.p.Count, (i+1)*c.p.Count
		if c.p.Count == 0 {
			from, to = int(c.arrays.at(i)), int(c.arrays.at(i+1))
		}
	}
	switch c.p.Type {
	case "STRING", "ENUM":
		var words []string
		for k := from; k < to; k++ {
			words = append(words, c.word(k))
		}
		return strings.Join(words, ", ")
	case "BOOLEAN":
		if !c.p.Array {
			return c.bit(i)
		}
		var words []string
		for k := from; k < to; k++ {
			words = append(words, strconv.FormatBool(c.bit(k)))
		}
		return strings.Join(words, ", ")
	}
	if !c.p.Array && c.width == 1 {
		if text, ok := c.large(i); ok {
			return text
		}
		return c.scaled(i, 0)
	}
	if from == to {
		return nil
	}
	out := make([]float64, 0, (to-from)*c.width)
	for k := from * c.width; k < to*c.width; k++ {
		out = append(out, c.scaled(k, len(out)))
	}
	return out
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
