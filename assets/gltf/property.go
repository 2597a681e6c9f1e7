package gltf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// Limits of what is taken over from free JSON, which may be of any size.
const (
	maxProperties = 1000
	maxNesting    = 8
)

// reserved are the extras that Write adds for itself: they are no properties.
var reserved = []string{"role", "units", "edges", "targetNames", "MSFT_screencoverage"}

// unmarshal reads JSON into v as far as it fits.
func unmarshal(text []byte, v any) {
	if len(text) > 0 {
		_ = json.Unmarshal(text, v)
	}
}

// nodeProperties is what the file says of a node and of its mesh.
func (r *reader) nodeProperties(index int) []scene.Property {
	n := &r.doc.Nodes[index]
	out := extrasOf(n.Extras)
	out = append(out, r.packet(n.Extensions.Packet)...)
	if n.Mesh != nil && *n.Mesh >= 0 && *n.Mesh < len(r.doc.Meshes) {
		m := &r.doc.Meshes[*n.Mesh]
		for _, p := range append(extrasOf(m.Extras), r.packet(m.Extensions.Packet)...) {
			if !slices.ContainsFunc(out, func(o scene.Property) bool { return o.Name == p.Name }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// readDocument fills in what the file says of itself.
func (r *reader) readDocument() {
	d := r.scene.Document()
	d.Generator, d.Copyright = r.doc.Asset.Generator, r.doc.Asset.Copyright
	d.Extensions = slices.Clone(r.doc.ExtensionsUsed)
	d.Properties = append(extrasOf(r.doc.Asset.Extras), extrasOf(r.doc.Extras)...)
	d.Properties = append(d.Properties, r.packet(r.doc.Asset.Extensions.Packet)...)
	if k := or(r.doc.Scene, 0); k >= 0 && k < len(r.doc.Scenes) {
		d.Properties = append(d.Properties, extrasOf(r.doc.Scenes[k].Extras)...)
	}
	if c := r.doc.Extensions.Center; c != nil {
		d.Properties = append(d.Properties, scene.Property{Name: "CESIUM_RTC.center", Value: c.Center, Unit: "m"})
		r.job.Warn("the model stands at the origin, not at the place on earth that it names; the place is kept as a property")
	}
}

// extrasOf turns the extras of an object into properties.
func extrasOf(text []byte) []scene.Property {
	f := flattener{}
	f.add("", text, 0)
	var units struct{ Units map[string]string }
	unmarshal(text, &units)
	for i := range f.out {
		f.out[i].Unit = units.Units[f.out[i].Name]
	}
	return f.out
}

// packet turns a packet of KHR_xmp_json_ld into properties.
func (r *reader) packet(ref *packetRef) []scene.Property {
	list := r.doc.Extensions.Packets
	if ref == nil || list == nil || ref.Packet < 0 || ref.Packet >= len(list.Packets) {
		return nil
	}
	f := flattener{linked: true}
	f.add("", list.Packets[ref.Packet], 0)
	return f.out
}

// flattener turns nested JSON into a list of properties with dotted names, in the order of the file.
type flattener struct {
	out    []scene.Property
	linked bool // JSON-LD: names that begin with @ are not those of properties
}

func (f *flattener) add(name string, text []byte, depth int) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || depth > maxNesting || len(f.out) >= maxProperties {
		return
	}
	switch text[0] {
	case '{':
		f.object(name, text, depth)
	case '[':
		if v, ok := listOf(text); ok {
			f.value(name, v)
			return
		}
		var items []json.RawMessage
		if json.Unmarshal(text, &items) == nil {
			for i, item := range items[:min(len(items), maxProperties)] {
				f.add(fmt.Sprintf("%s.%d", name, i+1), item, depth+1)
			}
		}
	default:
		var v any
		if json.Unmarshal(text, &v) == nil && v != nil {
			f.value(name, v)
		}
	}
}

func (f *flattener) value(name string, v any) {
	if name == "" {
		name = "extras"
	}
	f.out = append(f.out, scene.Property{Name: name, Value: v})
}

func (f *flattener) object(name string, text []byte, depth int) {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return
		}
		key, _ := t.(string)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		if depth == 0 && !f.linked && slices.Contains(reserved, key) {
			continue
		}
		if f.linked && strings.HasPrefix(key, "@") {
			if key == "@value" || key == "@list" || key == "@set" {
				f.add(name, value, depth+1)
			}
			continue
		}
		if f.linked && strings.HasPrefix(key, "rdf:_") { // an entry of a list
			f.add(name, value, depth+1)
			continue
		}
		if name != "" {
			key = name + "." + key
		}
		f.add(key, value, depth+1)
	}
}

// listOf turns a list of numbers into []float64 and a list of words into one text.
func listOf(text []byte) (any, bool) {
	var numbers []float64
	if json.Unmarshal(text, &numbers) == nil && len(numbers) > 0 && len(numbers) <= 1<<16 && !bytes.Contains(text, []byte("null")) {
		return numbers, true
	}
	var words []string
	if json.Unmarshal(text, &words) == nil {
		return strings.Join(words, ", "), len(words) > 0
	}
	return nil, false
}

// isMarked reports whether extras hold this name with the value true.
func isMarked(extras []byte, name string) bool {
	var marks map[string]json.RawMessage
	unmarshal(extras, &marks)
	return string(marks[name]) == "true"
}

// number is v as float32, kept in its range.
func number(v float64) float32 {
	return float32(min(max(v, -math.MaxFloat32), math.MaxFloat32))
}
