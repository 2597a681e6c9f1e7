package chain

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Limits of a definition.
const (
	maxBytes  = 4 << 20
	maxFaults = 20
	maxItems  = 10_000 // of one list
)

// Read reads a definition as JSON with the keys of FORMAT.md, and checks it. The error is sim.Faults.
func Read(definition []byte) (*Model, error) {
	r := reader{}
	m := &Model{}
	if len(definition) > maxBytes {
		r.fault("", "split the model", "the definition is larger than %d MiB", maxBytes>>20)
		return nil, r.faults
	}
	d := json.NewDecoder(bytes.NewReader(definition))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		r.fault("", "write ports, ships and services as in FORMAT.md", "it is not readable near byte %d (%v)", d.InputOffset(), err)
		return nil, r.faults
	}
	r.value(reflect.ValueOf(m).Elem(), tree, "")
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return m, m.Check()
}

// reader fills structs from decoded JSON and notes the place of each fault.
type reader struct{ faults sim.Faults }

func (r *reader) fault(place, remedy, what string, args ...any) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, sim.Fault{Place: place, What: fmt.Sprintf(what, args...), Remedy: remedy})
	}
}

func (r *reader) value(v reflect.Value, node any, place string) {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		r.text(u, node, place)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.object(v, node, place)
	case reflect.Slice:
		r.list(v, node, place)
	case reflect.String:
		if s, ok := scalar(node); ok {
			v.SetString(s)
			return
		}
		r.fault(place, "write a text", "it is %s", kindOf(node))
	case reflect.Int:
		n, ok := node.(json.Number)
		if i, err := n.Int64(); ok && err == nil && i >= -1e9 && i <= 1e9 {
			v.SetInt(i)
			return
		}
		r.fault(place, "write a whole number", "it is %s", kindOf(node))
	case reflect.Float64:
		n, ok := node.(json.Number)
		if f, err := n.Float64(); ok && err == nil {
			v.SetFloat(f)
			return
		}
		r.fault(place, "write a number", "it is %s", kindOf(node))
	default:
		panic("chain: a key of a kind that cannot be read: " + v.Type().String())
	}
}

func (r *reader) text(u encoding.TextUnmarshaler, node any, place string) {
	s, ok := scalar(node)
	if !ok {
		r.fault(place, "write a number with its unit", "it is %s", kindOf(node))
		return
	}
	if err := u.UnmarshalText([]byte(s)); err != nil {
		what, remedy, cut := strings.Cut(oneLine(err), ": ")
		if !cut {
			remedy = "write a number with its unit"
		}
		r.fault(place, remedy, "%s", what)
	}
}

func (r *reader) object(v reflect.Value, node any, place string) {
	m, ok := node.(map[string]any)
	if !ok {
		r.fault(place, "write keys and values", "it is %s", kindOf(node))
		return
	}
	keys := keysOf(v.Type())
	for _, key := range sorted(m) {
		i := slices.Index(keys, key)
		if i < 0 {
			r.fault(join(place, clip(key)), "use one of "+strings.Join(keys, ", "), "there is no such key")
			continue
		}
		r.value(v.Field(i), m[key], join(place, key))
	}
}

func (r *reader) list(v reflect.Value, node any, place string) {
	list, ok := node.([]any)
	if !ok {
		r.fault(place, "write a list", "it is %s", kindOf(node))
		return
	}
	if len(list) > maxItems {
		r.fault(place, "split the model", "it has more than %d entries", maxItems)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, x := range list {
		r.value(v.Index(i), x, fmt.Sprintf("%s[%d]", place, i))
	}
}

// keysOf are the keys of a struct in the order of its fields; fields without a key stand behind those with one.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func scalar(node any) (string, bool) {
	switch n := node.(type) {
	case string:
		return n, true
	case json.Number:
		return n.String(), true
	}
	return "", false
}

func kindOf(node any) string {
	switch n := node.(type) {
	case nil:
		return "empty"
	case string:
		return fmt.Sprintf("the text %q", clip(n))
	case json.Number:
		return "the number " + clip(n.String())
	case bool:
		return "yes or no"
	case []any:
		return "a list"
	}
	return "a set of keys"
}

func join(place, key string) string {
	if place == "" {
		return key
	}
	return place + "." + key
}

// clip keeps a text from outside short enough for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
