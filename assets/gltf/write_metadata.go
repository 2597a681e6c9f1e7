package gltf

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// Property tables are written as EXT_structural_metadata has them: one class per table, and per column one property,
// whose id is made from its place and name.

// table adds a property table, once, and returns its index.
func (d *writer) table(t *scene.PropertyTable) int {
	if at, ok := d.tables[t]; ok {
		return at
	}
	if d.doc.Extensions.Metadata == nil {
		d.use("EXT_structural_metadata")
		d.doc.Extensions.Metadata = &metadata{Schema: &metadataSchema{ID: "properties", Classes: map[string]metadataClass{}}}
	}
	x := d.doc.Extensions.Metadata
	at := len(x.PropertyTables)
	d.tables[t] = at
	out := propertyTable{Name: t.Name, Class: fmt.Sprint("class_", at), Count: t.Rows, Properties: map[string]propertyColumn{}}
	class := metadataClass{Name: t.Name, Properties: map[string]metadataProperty{}}
	for i, c := range t.Columns {
		id := fmt.Sprintf("p%03d_%s", i, identifier(c.Name))
		p, col := d.column(t.Rows, c)
		p.Name = c.Name
		if c.Unit != "" {
			var e extrasWriter
			e.add("unit", c.Unit)
			p.Extras = e.text()
		}
		class.Properties[id], out.Properties[id] = p, col
	}
	x.Schema.Classes[out.Class] = class
	x.PropertyTables = append(x.PropertyTables, out)
	return at
}

// identifier leaves of a name what an id may consist of.
func identifier(name string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, name)
}

// column adds the values of a column. One whose values are of several kinds is written as text.
func (d *writer) column(rows int, c scene.Column) (metadataProperty, propertyColumn) {
	at := func(i int) any {
		if i < len(c.Values) {
			return c.Values[i]
		}
		return nil
	}
	kinds := map[string]bool{}
	for i := range rows {
		kinds[fmt.Sprintf("%T", at(i))] = true
	}
	gaps := kinds["<nil>"]
	delete(kinds, "<nil>")
	switch {
	case len(kinds) == 1 && kinds["float64"]:
		return d.numbers(rows, at)
	case len(kinds) == 1 && kinds["bool"] && !gaps:
		return d.flags(rows, at)
	case len(kinds) == 1 && kinds["[]float64"]:
		return d.lists(rows, at)
	}
	return d.texts(rows, at)
}

// block adds a view of property values, which begin at multiples of 8 bytes.
func (d *writer) block(size int, write func(w *sink)) int {
	if size == 0 { // a view cannot be empty
		return d.view(8, 8, bufferView{}, func(w *sink) { w.u64(0) })
	}
	return d.view(size, 8, bufferView{}, write)
}

func (d *writer) numbers(rows int, at func(int) any) (metadataProperty, propertyColumn) {
	const none = -math.MaxFloat64
	p := metadataProperty{Type: "SCALAR", ComponentType: "FLOAT64", NoData: json.RawMessage("-1.7976931348623157e308")}
	view := d.block(8*rows, func(w *sink) {
		for i := range rows {
			v, ok := at(i).(float64)
			if !ok {
				v = none
			}
			w.f64(v)
		}
	})
	return p, propertyColumn{Values: view}
}

func (d *writer) flags(rows int, at func(int) any) (metadataProperty, propertyColumn) {
	view := d.block((rows+7)/8, func(w *sink) {
		for i := 0; i < rows; i += 8 {
			b := byte(0)
			for k := i; k < min(i+8, rows); k++ {
				if v, _ := at(k).(bool); v {
					b |= 1 << (k - i)
				}
			}
			w.u8(b)
		}
	})
	return metadataProperty{Type: "BOOLEAN"}, propertyColumn{Values: view}
}

// lists writes lists of numbers; an empty one stands for nothing.
func (d *writer) lists(rows int, at func(int) any) (metadataProperty, propertyColumn) {
	list := func(i int) []float64 { v, _ := at(i).([]float64); return v }
	ends := make([]uint64, rows+1)
	for i := range rows {
		ends[i+1] = ends[i] + uint64(len(list(i)))
	}
	view := d.block(8*int(ends[rows]), func(w *sink) {
		for i := range rows {
			for _, v := range list(i) {
				w.f64(v)
			}
		}
	})
	offsets, kind := d.ends(ends)
	return metadataProperty{Type: "SCALAR", ComponentType: "FLOAT64", Array: true}, propertyColumn{Values: view, ArrayOffsets: &offsets, ArrayOffsetType: kind}
}

func (d *writer) texts(rows int, at func(int) any) (metadataProperty, propertyColumn) {
	none := "-"
	var all []string
	gaps := false
	for i := range rows {
		v := at(i)
		gaps = gaps || v == nil
		all = append(all, scene.Property{Value: v}.Text())
	}
	p := metadataProperty{Type: "STRING"}
	if gaps {
		for slices.Contains(all, none) {
			none += "-"
		}
		text, _ := json.Marshal(none)
		p.NoData = text
	}
	ends := make([]uint64, rows+1)
	for i := range all {
		if at(i) == nil {
			all[i] = none
		}
		ends[i+1] = ends[i] + uint64(len(all[i]))
	}
	view := d.block(int(ends[rows]), func(w *sink) {
		for _, s := range all {
			w.bytes([]byte(s))
		}
	})
	offsets, kind := d.ends(ends)
	return p, propertyColumn{Values: view, StringOffsets: &offsets, StringOffsetType: kind}
}

// ends adds where the entries of a list end.
func (d *writer) ends(v []uint64) (view int, kind string) {
	size, kind := 4, "UINT32"
	if v[len(v)-1] > math.MaxUint32 {
		size, kind = 8, "UINT64"
	}
	return d.block(size*len(v), func(w *sink) {
		for _, x := range v {
			if size == 4 {
				w.u32(uint32(x))
			} else {
				w.u64(x)
			}
		}
	}), kind
}
