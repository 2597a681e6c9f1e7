package gltf

import (
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
