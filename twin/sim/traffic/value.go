package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// value is a part of a definition with the place where it stands: "network.streets[3].lanes".
type value struct {
	place  string
	scalar any // nil, string, json.Number or bool
	items  []value
	keys   []string // of an object, in the order of the file; items are their values
	object bool
	list   bool
}

// Limits of a definition; more is a broken file.
const (
	maxValues = 1 << 20
	maxDepth  = 32
	maxFaults = 20
)

// parse reads JSON.
func parse(text []byte) (value, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	left := maxValues
	v, err := parseValue(dec, "", maxDepth, &left)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the end")
		}
	}
	return v, err
}

func parseValue(dec *json.Decoder, place string, depth int, left *int) (value, error) {
	v := value{place: place}
	t, err := dec.Token()
	if err != nil {
		return v, err
	}
	if *left--; *left < 0 || depth == 0 {
		return v, fmt.Errorf("%s: more than %d values, or more than %d levels", place, maxValues, maxDepth)
	}
	switch t {
	case json.Delim('['):
		v.list = true
		for dec.More() {
			x, err := parseValue(dec, fmt.Sprintf("%s[%d]", place, len(v.items)), depth-1, left)
			if err != nil {
				return v, err
			}
			v.items = append(v.items, x)
		}
		_, err = dec.Token()
	case json.Delim('{'):
		v.object = true
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return v, err
			}
			name, _ := key.(string)
			x, err := parseValue(dec, strings.TrimPrefix(place+"."+name, "."), depth-1, left)
			if err != nil {
				return v, err
			}
			v.keys, v.items = append(v.keys, name), append(v.items, x)
		}
		_, err = dec.Token()
	default:
		v.scalar = t
	}
	return v, err
}

// get is the value of a key; one that is missing has no scalar and no items, but the place where it would stand.
func (v *value) get(key string) value {
	if i := slices.Index(v.keys, key); i >= 0 {
		return v.items[i]
	}
	return value{place: strings.TrimPrefix(v.place+"."+key, ".")}
}

func (v *value) has(key string) bool { return slices.Contains(v.keys, key) }

func (v *value) missing() bool { return v.scalar == nil && !v.object && !v.list }

// text is a scalar as it is written; empty for anything else.
func (v *value) text() string {
	switch x := v.scalar.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// form reads a definition and collects what is wrong with it.
type form struct {
	faults sim.Faults
	any    bool // keys that are not known are left alone: the file belongs to others too
}

func (f *form) fault(place, remedy, what string, args ...any) {
	if len(f.faults) < maxFaults {
		f.faults = append(f.faults, sim.Fault{Place: place, What: fmt.Sprintf(what, args...), Remedy: remedy})
	}
}

// done is what is wrong, as an error; nil if nothing is.
func (f *form) done() error {
	if len(f.faults) == 0 {
		return nil
	}
	return f.faults
}

// known refuses all keys but some.
func (f *form) known(v value, keys ...string) {
	if !v.object && !v.missing() {
		f.fault(v.place, "write keys with values: "+strings.Join(keys, ", "), "%q is no mapping", clip(v.text()))
	}
	for _, k := range v.keys {
		if !f.any && !slices.Contains(keys, k) {
			at := v.get(k)
			f.fault(at.place, "known are "+strings.Join(keys, ", "), "the key %q means nothing here", clip(k))
		}
	}
}

// each gives the items of a list.
func (f *form) each(v value) []value {
	if !v.list && !v.missing() {
		f.fault(v.place, "write a list", "%q is no list", clip(v.text()))
		return nil
	}
	return v.items
}

// word reads a text; need says that there must be one.
func (f *form) word(v value, need bool) string {
	s := strings.TrimSpace(v.text())
	switch {
	case v.object || v.list:
		f.fault(v.place, "write a word", "it is no text")
	case s == "" && need:
		f.fault(v.place, "name it", "it is missing")
	case len(s) > 200:
		f.fault(v.place, "shorten it", "a text of %d bytes", len(s))
	}
	return s
}

// truth reads yes or no.
func (f *form) truth(v value) bool {
	switch v.text() {
	case "", "false", "no", "0":
		return false
	case "true", "yes", "1":
		return true
	}
	f.fault(v.place, "write true or false", "%q is neither yes nor no", clip(v.text()))
	return false
}

// dimension is what a quantity measures.
type dimension struct {
	name, example string
	units         map[string]float64 // besides those of package twin
}

var (
	aTime   = dimension{name: "time", example: "90 s"}
	aLength = dimension{name: "length", example: "120 m"}
	aSpeed  = dimension{name: "speed", example: "50 km/h"}
	aShare  = dimension{name: "number", example: "50 %"}
	aFlow   = dimension{name: "flow", example: "900 /h", units: map[string]float64{"/h": 1 / 3600., "1/h": 1 / 3600., "/s": 1, "1/s": 1, "/min": 1 / 60., "1/min": 1 / 60., "/d": 1 / 86400., "1/d": 1 / 86400.}}
)

// quantity reads a number with its unit as SI, and refuses what lies outside some range. A missing one is its default.
func (f *form) quantity(v value, of dimension, usual, low, high float64) float64 {
	if v.missing() {
		return usual
	}
	x, err := parseQuantity(v.text(), of)
	if err != nil {
		f.fault(v.place, "write it like "+of.example, "%v", err)
		return usual
	}
	if !(x >= low && x <= high) {
		f.fault(v.place, fmt.Sprintf("give %g to %g (SI)", low, high), "%q is out of range", clip(v.text()))
		return usual
	}
	return x
}

func parseQuantity(text string, of dimension) (float64, error) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("+-.0123456789eE", r) })
	if end < 0 {
		end = len(text)
	}
	number, symbol := text[:end], strings.TrimSpace(text[end:])
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, fmt.Errorf("%q is no number with a unit", clip(text))
	}
	if symbol == "" {
		return x, nil
	}
	if scale, ok := of.units[symbol]; ok {
		return x * scale, nil
	}
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", clip(text), err)
	}
	if u.Dimension != of.name {
		return 0, fmt.Errorf("%q is a %s where a %s belongs", clip(text), u.Dimension, of.name)
	}
	return u.SI(x), nil
}

// count reads a whole number.
func (f *form) count(v value, usual, low, high int) int {
	if v.missing() {
		return usual
	}
	x, err := strconv.Atoi(v.text())
	if err != nil || x < low || x > high {
		f.fault(v.place, fmt.Sprintf("give a whole number from %d to %d", low, high), "%q is not possible", clip(v.text()))
		return usual
	}
	return x
}

// clip keeps a text from outside short enough for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
