package gltf

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// Property tables of EXT_structural_metadata, as the 3D Metadata Specification 1.0 of Cesium lays them out.

// maxRows is how many rows a property table may have whose properties are all defaults, or which has none.
const maxRows = 1 << 22

// readTables reads the property tables. One that is broken is left out.
func (r *reader) readTables() error {
	src := r.doc.Extensions.Metadata
	if src == nil {
		return nil
	}
	if len(src.Textures)+len(src.Attributes) > 0 {
		r.job.Warn("properties that vary over a surface (property textures and attributes) are left out")
	}
	schema, err := r.schema(src)
	if err != nil {
		r.job.Warn("the properties of the parts are left out: %v", err)
		return nil
	}
	r.tables = make([]*scene.PropertyTable, len(src.PropertyTables))
	return r.job.Parallel(len(src.PropertyTables), func(i int) error {
		t, err := r.table(schema, &src.PropertyTables[i])
		if err != nil {
			r.job.Warn("property table %q is left out: %v", src.PropertyTables[i].Name, err)
		}
		r.tables[i] = t
		return r.job.Err()
	})
}

func (r *reader) schema(src *metadata) (*metadataSchema, error) {
	if src.Schema != nil || src.SchemaURI == "" {
		return src.Schema, nil
	}
	text, err := r.resource(src.SchemaURI)
	if err != nil {
		return nil, err
	}
	schema := new(metadataSchema)
	if err := json.Unmarshal(text, schema); err != nil {
		return nil, fmt.Errorf("their schema: %w", err)
	}
	return schema, nil
}

func (r *reader) table(schema *metadataSchema, src *propertyTable) (*scene.PropertyTable, error) {
	if schema == nil {
		return nil, errors.New("it has no schema")
	}
	class, ok := schema.Classes[src.Class]
	if !ok {
		return nil, fmt.Errorf("it has class %q, which the schema lacks", src.Class)
	}
	out := &scene.PropertyTable{Name: src.Name, Rows: src.Count}
	if src.Count < 0 || len(src.Properties) == 0 && src.Count > maxRows {
		return nil, fmt.Errorf("it has %d rows without data", src.Count)
	}
	for _, name := range slices.Sorted(maps.Keys(class.Properties)) {
		p := class.Properties[name]
		col, has := src.Properties[name]
		if !has && (p.Default == nil || len(out.Columns) == 0 && src.Count > maxRows) {
			continue
		}
		c := columnReader{r: r, schema: schema, p: &p, col: &col, rows: src.Count}
		values, err := c.read(has)
		if err != nil {
			r.job.Warn("property %q of table %q is left out: %v", name, src.Name, err)
			continue
		}
		title := p.Name
		if title == "" {
			title = name
		}
		var extras struct{ Unit string }
		unmarshal(p.Extras, &extras)
		out.Columns = append(out.Columns, scene.Column{Name: title, Unit: extras.Unit, Values: values})
	}
	return out, nil
}
