package scene

import (
	"strconv"
	"strings"
)

// Property is a fact that the model file states of a part: a layer, a material number, a weight.
type Property struct {
	Name  string
	Value any    // string, float64, bool or []float64
	Unit  string // as the file names it, or empty
}

// Text writes the value with its unit, for people.
func (p Property) Text() string {
	text := valueText(p.Value)
	if p.Unit != "" {
		text += " " + p.Unit
	}
	return text
}

func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', 9, 64)
	case bool:
		return strconv.FormatBool(v)
	case []float64:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = strconv.FormatFloat(x, 'g', 9, 64)
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// PropertyTable states facts of the parts of a mesh that are marked by Mesh.Features: one row per feature.
type PropertyTable struct {
	Name    string
	Rows    int
	Columns []Column
}

// Column is one property of all rows of a table.
type Column struct {
	Name   string
	Unit   string
	Values []any // one per row: string, float64, bool or []float64, or nil where the file says nothing
}

// Row returns what the table states of a feature.
func (t *PropertyTable) Row(feature uint32) []Property {
	if t == nil || int64(feature) >= int64(t.Rows) {
		return nil
	}
	var out []Property
	for _, c := range t.Columns {
		if int(feature) < len(c.Values) && c.Values[feature] != nil {
			out = append(out, Property{c.Name, c.Values[feature], c.Unit})
		}
	}
	return out
}

// Feature returns the feature at a triangle of the mesh, as a Hit names it.
func (m *Mesh) Feature(triangle int) (uint32, bool) {
	if len(m.Features) == 0 || triangle < 0 || 3*triangle >= len(m.Indices) {
		return NoFeature, false
	}
	f := m.Features[m.Indices[3*triangle]]
	return f, f != NoFeature
}
