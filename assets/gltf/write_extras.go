package gltf

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/orrery-twin/orrery/scene"
)

// extrasWriter writes a JSON object whose members stand in the order in which they were added.
type extrasWriter struct {
	out  bytes.Buffer
	seen map[string]bool
}

func (e *extrasWriter) add(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil || e.seen[name] {
		return
	}
	if e.seen == nil {
		e.seen = map[string]bool{}
	}
	e.seen[name] = true
	if e.out.Len() > 0 {
		e.out.WriteByte(',')
	}
	key, _ := json.Marshal(name)
	e.out.Write(key)
	e.out.WriteByte(':')
	e.out.Write(text)
}

// properties adds what a file stated of a part, and the units of it under "units".
func (e *extrasWriter) properties(list []scene.Property) {
	units := map[string]string{}
	for _, p := range list {
		name := p.Name
		if slices.Contains(reserved, name) || name == "" {
			name += "_"
		}
		if p.Unit != "" {
			units[name] = p.Unit
		}
		e.add(name, plainValue(p))
	}
	if len(units) > 0 {
		e.add("units", units)
	}
}

// plainValue is a value that JSON has: numbers that are none become text.
func plainValue(p scene.Property) any {
	bad := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	switch v := p.Value.(type) {
	case float64:
		if bad(v) {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
	case []float64:
		if slices.ContainsFunc(v, bad) {
			p.Unit = ""
			return p.Text()
		}
	}
	return p.Value
}

// text is the object, or nil when it is empty.
func (e *extrasWriter) text() json.RawMessage {
	if e.out.Len() == 0 {
		return nil
	}
	return slices.Concat([]byte("{"), e.out.Bytes(), []byte("}"))
}

// decimal is the shortest decimal number that is this float32.
func decimal(v float64) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', -1, 32), 64)
	if err != nil {
		return v
	}
	return out
}

// short is v with the digits that a float32 has.
func short(v float32) float64 {
	f := float64(v)
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return decimal(f)
}
