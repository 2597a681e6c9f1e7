package gltf

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// tagged is a file of one mesh whose four corners are features 0 to 3 of a table with these properties.
func tagged(f *fixture, properties, columns string) *fixture {
	p, n := f.vectors(3, square...), f.vectors(3, upward...)
	i := f.accessor("SCALAR", typeUshort, 6, shorts(0, 1, 2, 0, 2, 3), "")
	id := f.accessor("SCALAR", typeUbyte, 4, []byte{0, 1, 2, 3}, "")
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d,"_FEATURE_ID_0":%d},"indices":%d,
		"extensions":{"EXT_mesh_features":{"featureIds":[{"featureCount":4,"attribute":0,"propertyTable":0,"nullFeatureId":3}]}}}]}],"nodes":[{"mesh":0}]`, p, n, id, i)
	f.add(`"extensions":{"EXT_structural_metadata":{"schema":{"id":"s","classes":{"c":{"properties":{%s}}},"enums":{"e":{"values":[{"name":"open","value":7},{"name":"shut","value":300}]}}},
		"propertyTables":[{"name":"parts","class":"c","count":3,"properties":{%s}}]}}`, properties, columns)
	return f
}

func longs(v ...uint64) []byte {
	var out []byte
	for _, x := range v {
		out = binary.LittleEndian.AppendUint64(out, x)
	}
	return out
}

func TestPropertyTables(t *testing.T) {
	for name, c := range map[string]struct {
		property string
		data     []byte
		more     func(f *fixture) string
		want     []any
	}{
		"bytes":      {`"type":"SCALAR","componentType":"INT8"`, []byte{1, 0xFF, 0x80}, nil, []any{1.0, -1.0, -128.0}},
		"words":      {`"type":"SCALAR","componentType":"UINT16","scale":0.5,"offset":1`, shorts(0, 2, 65535), nil, []any{1.0, 2.0, 32768.5}},
		"normalised": {`"type":"SCALAR","componentType":"UINT8","normalized":true`, []byte{0, 51, 255}, nil, []any{0.0, 0.2, 1.0}},
		"signed":     {`"type":"SCALAR","componentType":"INT16","normalized":true`, shorts(0, 32767, 32768), nil, []any{0.0, 1.0, -1.0}},
		"large":      {`"type":"SCALAR","componentType":"UINT64"`, longs(1, 1<<53, math.MaxUint64), nil, []any{1.0, float64(1 << 53), "18446744073709551615"}},
		"doubles":    {`"type":"SCALAR","componentType":"FLOAT64","noData":-1,"default":7`, longs(math.Float64bits(0.5), math.Float64bits(-1), 0), nil, []any{0.5, 7.0, 0.0}},
		"no data":    {`"type":"SCALAR","componentType":"UINT8","normalized":true,"noData":255`, []byte{0, 255, 51}, nil, []any{0.0, nil, 0.2}},
		"vectors":    {`"type":"VEC2","componentType":"FLOAT32","offset":[10,20]`, floats(1, 2, 3, 4, 5, 6), nil, []any{[]float64{11, 22}, []float64{13, 24}, []float64{15, 26}}},
		"flags":      {`"type":"BOOLEAN"`, []byte{0b101}, nil, []any{true, false, true}},
		"enums":      {`"type":"ENUM","enumType":"e"`, shorts(7, 300, 8), nil, []any{"open", "shut", "8"}},
		"fixed":      {`"type":"SCALAR","componentType":"UINT8","array":true,"count":2`, []byte{1, 2, 3, 4, 5, 6}, nil, []any{[]float64{1, 2}, []float64{3, 4}, []float64{5, 6}}},
		"texts": {`"type":"STRING","noData":"?"`, []byte("pump?"), func(f *fixture) string {
			return fmt.Sprintf(`,"stringOffsets":%d,"stringOffsetType":"UINT8"`, f.view([]byte{0, 4, 4, 5}))
		}, []any{"pump", "", nil}},
		"lists of texts": {`"type":"STRING","array":true`, []byte("abc"), func(f *fixture) string {
			return fmt.Sprintf(`,"stringOffsets":%d,"arrayOffsets":%d,"arrayOffsetType":"UINT16"`, f.view(ints(0, 1, 2, 3)), f.view(shorts(0, 2, 2, 3)))
		}, []any{"a, b", "", "c"}},
		"lists": {`"type":"SCALAR","componentType":"UINT8","array":true`, []byte{1, 2, 3}, func(f *fixture) string {
			return fmt.Sprintf(`,"arrayOffsets":%d`, f.view(ints(0, 2, 2, 3)))
		}, []any{[]float64{1, 2}, nil, []float64{3}}},
	} {
		f := &fixture{}
		more := ""
		if c.more != nil {
			more = c.more(f)
		}
		tagged(f, `"p":{"name":"Title",`+c.property+`,"extras":{"unit":"kg"}}`, fmt.Sprintf(`"p":{"values":%d%s}`, f.view(c.data), more))
		s, warnings := f.load(t)
		m := s.Meshes()[1]
		if m.Table == nil || len(m.Table.Columns) != 1 || fmt.Sprintf("%#v", m.Table.Columns[0]) != fmt.Sprintf("%#v", scene.Column{Name: "Title", Unit: "kg", Values: c.want}) {
			t.Errorf("%s: table %+v, want %v (%v)", name, m.Table, c.want, warnings)
		}
		if !slices.Equal(m.Features, []uint32{0, 1, 2, scene.NoFeature}) {
			t.Errorf("%s: features %v", name, m.Features)
		}
	}
}

func TestBrokenPropertiesAreLeftOut(t *testing.T) {
	for want, c := range map[string]struct {
		property string
		data     []byte
		more     string
	}{
		"2 values are there":    {`"type":"SCALAR","componentType":"FLOAT64"`, make([]byte, 16), ""},
		"unknown type":          {`"type":"TENSOR"`, []byte{0}, ""},
		"unknown component":     {`"type":"SCALAR","componentType":"INT128"`, []byte{0}, ""},
		"no enum":               {`"type":"ENUM","enumType":"x"`, []byte{0}, ""},
		"they are missing":      {`"type":"STRING"`, []byte{0}, ""},
		"lengths of its arrays": {`"type":"SCALAR","componentType":"UINT8","array":true`, []byte{0}, `,"arrayOffsets":99`},
		"arrays of":             {`"type":"SCALAR","componentType":"UINT8","array":true,"count":-2`, []byte{0}, ""},
	} {
		f := &fixture{}
		tagged(f, `"p":{`+c.property+`}`, fmt.Sprintf(`"p":{"values":%d%s}`, f.view(c.data), c.more))
		s, warnings := f.load(t)
		warned(t, warnings, want)
		if m := s.Meshes()[1]; m.Table == nil || len(m.Table.Columns) != 0 {
			t.Errorf("%s: table %+v", want, m.Table)
		}
	}
}

func TestFeaturesWithoutAnAttributeAreTheVertices(t *testing.T) {
	f := &fixture{}
	p := f.vectors(3, square...)
	f.add(`"meshes":[{"primitives":[{"mode":0,"attributes":{"POSITION":%d},"extensions":{"EXT_mesh_features":{"featureIds":[{"featureCount":4},{"featureCount":1,"texture":{"index":0}}]}}}]}],"nodes":[{"mesh":0}]`, p)
	s, warnings := f.load(t)
	if m := s.Meshes()[1]; !slices.Equal(m.Features, []uint32{0, 1, 2, 3}) {
		t.Errorf("features %v", m.Features)
	}
	warned(t, warnings, "a texture marks")
}

func TestTablesOfSeveralPartsAreJoined(t *testing.T) {
	f := &fixture{}
	p, id := f.vectors(3, square...), f.accessor("SCALAR", typeFloat, 4, floats(0, 1, 1, 0), "")
	part := `{"mode":0,"attributes":{"POSITION":%d,"_FEATURE_ID_0":%d},"extensions":{"EXT_mesh_features":{"featureIds":[{"featureCount":2,"attribute":0,"propertyTable":%d}]}}}`
	f.add(`"meshes":[{"primitives":[`+part+","+part+`]}],"nodes":[{"mesh":0}]`, p, id, 0, p, id, 1)
	a, b := f.view([]byte{1, 2}), f.view([]byte{3, 4})
	f.add(`"extensions":{"EXT_structural_metadata":{"schema":{"id":"s","classes":{"c":{"properties":{"x":{"type":"SCALAR","componentType":"UINT8"}}},"d":{"properties":{"x":{"type":"SCALAR","componentType":"UINT8"},"y":{"type":"SCALAR","componentType":"UINT8"}}}}},
		"propertyTables":[{"class":"c","count":2,"properties":{"x":{"values":%d}}},{"class":"d","count":2,"properties":{"x":{"values":%d},"y":{"values":%d}}}]}}`, a, b, a)
	s, _ := f.load(t)
	m := s.Meshes()[1]
	if fmt.Sprint(m.Features) != "[0 1 1 0 2 3 3 2]" || fmt.Sprint(m.Table.Columns) != "[{x  [1 2 3 4]} {y  [<nil> <nil> 1 2]}]" || m.Table.Rows != 4 {
		t.Errorf("features %v, table %+v", m.Features, m.Table)
	}
}
