package gltf

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// chooseFeature picks the set of features (EXT_mesh_features) that a primitive shows: the first with properties, else the
// first. A scene has one per mesh.
func (r *reader) chooseFeature(p *primitive) *featureSet {
	if p.Extensions.Features == nil {
		return nil
	}
	var best *featureSet
	known := 0
	for i := range p.Extensions.Features.Sets {
		f := &p.Extensions.Features.Sets[i]
		if f.Texture != nil {
			r.job.Warn("features that a texture marks (%q) are left out", f.Label)
			continue
		}
		known++
		if best == nil || best.PropertyTable == nil && f.PropertyTable != nil {
			best = f
		}
	}
	if known > 1 {
		r.job.Warn("of several sets of features only %q is kept", best.Label)
	}
	return best
}

// features reads the feature of each vertex. Without an attribute each vertex is one of its own.
func (v *vertices) features(set *featureSet) []uint32 {
	if set == nil {
		return nil
	}
	count := v.n
	if v.order != nil {
		count = len(v.order)
	}
	out := make([]uint32, count)
	if set.Attribute == nil {
		for i := range out {
			if out[i] = uint32(i); v.order != nil {
				out[i] = v.order[i]
			}
		}
	} else {
		values, err := v.floats(fmt.Sprint("_FEATURE_ID_", *set.Attribute), 1)
		if err != nil || len(values) != count {
			v.r.job.Warn("the features of a mesh are ignored: attribute %d is missing or broken", *set.Attribute)
			return nil
		}
		for i, f := range values {
			out[i] = scene.NoFeature
			if f >= 0 && f < math.MaxUint32 {
				out[i] = uint32(math.Round(float64(f)))
			}
		}
	}
	if set.NullFeatureID != nil {
		for i := range out {
			if uint64(out[i]) == uint64(*set.NullFeatureID) {
				out[i] = scene.NoFeature
			}
		}
	}
	return out
}

// describeFeatures gives a mesh the table of its features. Tables of several sets are joined to one, and the features of
// each count on from the table before.
func (r *reader) describeFeatures(m *scene.Mesh, sets []*vertexSet) {
	var used []int
	bases := map[int]uint32{}
	joined := &scene.PropertyTable{}
	for _, s := range sets {
		t := r.tableOf(s.feature)
		if t == nil || slices.Contains(used, *s.feature.PropertyTable) {
			continue
		}
		used = append(used, *s.feature.PropertyTable)
		bases[*s.feature.PropertyTable] = uint32(joined.Rows)
		if len(used) == 1 {
			m.Table = t
		}
		joined.Rows += t.Rows
	}
	if len(used) < 2 || int64(joined.Rows)*int64(len(used)) > int64(r.limits.Vertices) {
		return
	}
	for k, i := range used {
		appendTable(joined, r.tables[i], k == 0)
	}
	m.Table = joined
	at := 0
	for _, s := range sets {
		n := s.data.Vertices()
		if s.feature != nil && s.feature.PropertyTable != nil && len(s.data.Features) > 0 {
			base := bases[*s.feature.PropertyTable]
			for i := range m.Features[at : at+n] {
				if f := &m.Features[at+i]; *f != scene.NoFeature {
					*f += base
				}
			}
		}
		at += n
	}
}

func (r *reader) tableOf(set *featureSet) *scene.PropertyTable {
	if set == nil || set.PropertyTable == nil || *set.PropertyTable < 0 || *set.PropertyTable >= len(r.tables) {
		return nil
	}
	return r.tables[*set.PropertyTable]
}

// appendTable adds the rows of a table below those of another; columns of the same name are the same.
func appendTable(to, t *scene.PropertyTable, first bool) {
	if first {
		to.Name = t.Name
		to.Rows = 0
	}
	for _, c := range t.Columns {
		k := slices.IndexFunc(to.Columns, func(o scene.Column) bool { return o.Name == c.Name })
		if k < 0 {
			k = len(to.Columns)
			to.Columns = append(to.Columns, scene.Column{Name: c.Name, Unit: c.Unit})
		}
		col := &to.Columns[k]
		for len(col.Values) < to.Rows {
			col.Values = append(col.Values, nil)
		}
		col.Values = append(col.Values, c.Values...)
	}
	to.Rows += t.Rows
	for k := range to.Columns {
		for len(to.Columns[k].Values) < to.Rows {
			to.Columns[k].Values = append(to.Columns[k].Values, nil)
		}
	}
}
