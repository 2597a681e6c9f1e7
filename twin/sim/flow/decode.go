package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Decode reads JSON with the names of the twin file into a structure of lists, texts, numbers and quantities. Unlike encoding/json it
// goes on after a fault and says of each at what place of the file it lies: the error is a sim.Faults of up to 20, or nil.
func Decode(text []byte, into any) error {
	d := decoder{}
	d.value(text, reflect.ValueOf(into).Elem(), "")
	if len(d.faults) > 0 {
		return d.faults
	}
	return nil
}

type decoder struct{ faults sim.Faults }

func (d *decoder) fault(place, what, remedy string) {
	if len(d.faults) < maxFaults {
		if place == "" {
			place = "the definition"
		}
		d.faults = append(d.faults, sim.Fault{Place: place, What: what, Remedy: remedy})
	}
}

func (d *decoder) value(text json.RawMessage, v reflect.Value, place string) {
	_, whole := v.Addr().Interface().(json.Unmarshaler)
	switch {
	case !whole && v.Kind() == reflect.Struct:
		d.object(text, v, place)
	case !whole && v.Kind() == reflect.Slice:
		d.list(text, v, place)
	default:
		if err := json.Unmarshal(text, v.Addr().Interface()); err != nil {
			d.unreadable(err, text, place)
		}
	}
}

func (d *decoder) object(text json.RawMessage, v reflect.Value, place string) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		d.unreadable(err, text, place)
		return
	}
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && !f.Anonymous {
			fields[name] = f.Index
		}
	}
	for _, name := range sorted(entries) {
		at := strings.TrimPrefix(place+"."+clip(name), ".")
		if index, ok := fields[name]; ok {
			d.value(entries[name], v.FieldByIndex(index), at)
			continue
		}
		d.fault(at, "unknown key", nearest(name, sorted(fields)))
	}
}

// maxItems is how long a list may be.
const maxItems = 4 * maxElements

func (d *decoder) list(text json.RawMessage, v reflect.Value, place string) {
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil {
		d.unreadable(err, text, place)
		return
	}
	if len(items) > maxItems {
		d.fault(place, fmt.Sprintf("%d entries", len(items)), fmt.Sprintf("keep %d", maxItems))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		d.value(item, v.Index(i), place+"["+strconv.Itoa(i)+"]")
	}
}

// unreadable words an error of what stands at a place. Errors of quantities end with what to do.
func (d *decoder) unreadable(err error, text json.RawMessage, place string) {
	var mismatch *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &mismatch):
		d.fault(place, fmt.Sprintf("%s where %s belongs", clip(string(text)), expected(mismatch.Type)), "see the table of keys")
	case errors.As(err, &syntax):
		d.fault(place, fmt.Sprintf("no JSON near byte %d", syntax.Offset), "correct what stands there")
	default:
		what, remedy := oneLine(err.Error()), "correct it"
		if i := strings.LastIndex(what, ": "); i > 0 {
			what, remedy = what[:i], what[i+2:]
		}
		d.fault(place, what, remedy)
	}
}

func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	}
	return "keys with values"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
