package mesh

import (
	"fmt"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// mfGeometry is what becomes of the mesh element of an object. The materials of parts are numbers of surfaces from 1; 0 is
// the grey of what has none.
type mfGeometry struct {
	object      *mfObject
	solid, bars *scene.Mesh // nil if there is nothing of the kind
	instead     uint32
}

// geometry reads the mesh of an object and makes it ready.
func (b *mfBuilder) geometry(o *mfObject) (*mfGeometry, error) {
	r := &mfMeshReader{x: o.body, looks: b.ranges[o.model], out: &mfMesh{}}
	if o.colored {
		r.own = r.looks[o.group]
	}
	data := o.body.data
	if err := r.read(); err != nil {
		return nil, fmt.Errorf("part %.200s: %s: %w", o.model.key, o.where(), atLine(data, err))
	}
	m := r.out
	o.body = nil
	if err := b.job.Vertices(len(m.positions) / 3); err != nil {
		return nil, err
	}
	if m.repeated > 0 {
		b.job.Warn("%s: %d triangles were left out that name a vertex twice", o.where(), m.repeated)
	}
	if m.strange > 0 {
		b.job.Warn("%s: %d corners name properties that are not there; they are shown in grey", o.where(), m.strange)
	}
	own := int32(none)
	if o.colored {
		if int64(o.index) < int64(r.own.count) {
			own = r.own.from + int32(o.index)
		} else {
			b.job.Warn("%s names properties that are not there; it is shown in grey", o.where())
		}
	}
	g := &mfGeometry{object: o}
	var err error
	if len(m.vertices) > 0 {
		solid := b.dressed(m, own)
		solid.Name = nodeName(o.name, fmt.Sprintf("object %d", o.id))
		if g.solid, err = creased(b.job, solid, process.DefaultCreaseRad); err != nil {
			return nil, err
		}
	}
	if l := m.lattice; l != nil && len(l.beams)+len(l.balls) > 0 {
		if l.clippedBy != 0 && l.instead == 0 {
			b.job.Warn("%s: its beam lattice is shown whole, not clipped by another object", o.where())
		}
		if g.instead = l.instead; g.instead == 0 {
			err = b.addBars(g, m, own)
		}
	}
	return g, err
}

// addBars makes the mesh of a lattice.
func (b *mfBuilder) addBars(g *mfGeometry, m *mfMesh, own int32) error {
	bars := m.lattice.solid(m.positions)
	if err := b.job.Vertices(bars.Vertices()); err != nil {
		return err
	}
	if len(bars.Lines) > 0 {
		b.job.Warn("%s: its lattice of %d beams is shown as lines", g.object.where(), len(m.lattice.beams))
	}
	surface := scene.MaterialID(0)
	if own != none {
		look := b.looks[own]
		surface = scene.MaterialID(look.surface + 1)
		if look.color != opaqueWhite {
			for range bars.Vertices() {
				bars.Colors = append(bars.Colors, look.color[:]...)
			}
		}
	}
	if len(bars.Indices) > 0 {
		bars.Parts = []scene.Part{{Count: len(bars.Indices), Material: surface}}
	} else {
		bars.LineParts = []scene.Part{{Count: len(bars.Lines), Material: surface}}
	}
	bars.Name = "lattice"
	g.bars = bars
	return b.job.Err()
}

// dressed makes a mesh in which each vertex has one look, with the triangles sorted by their surfaces.
func (b *mfBuilder) dressed(m *mfMesh, own int32) *scene.Mesh {
	if m.looks == nil && own == none {
		return &scene.Mesh{Positions: m.positions, Indices: m.vertices}
	}
	table := newCornerTable(len(m.positions) / 3)
	var parts []partIndices
	partOf := map[scene.MaterialID]int{}
	for t := 0; t+2 < len(m.vertices); t += 3 {
		looks := [3]int32{own, own, own}
		for k := range looks {
			if m.looks != nil && m.looks[t+k] != none {
				looks[k] = m.looks[t+k]
			}
		}
		surface := scene.MaterialID(0)
		if looks[0] != none {
			surface = scene.MaterialID(b.looks[looks[0]].surface + 1)
		}
		at, ok := partOf[surface]
		if !ok {
			at = len(parts)
			partOf[surface] = at
			parts = append(parts, partIndices{material: surface})
		}
		for k, l := range looks {
			parts[at].indices = append(parts[at].indices, table.vertex(int32(m.vertices[t+k]), l, none))
		}
	}
	return b.filled(m, &table, parts)
}

// filled writes the vertices of the table and the triangles of the parts into a mesh.
func (b *mfBuilder) filled(m *mfMesh, table *cornerTable, parts []partIndices) *scene.Mesh {
	n := len(table.v)
	out := &scene.Mesh{Positions: make([]float32, 3*n), Indices: make([]uint32, 0, len(m.vertices))}
	colored, textured := false, false
	for _, l := range table.t {
		if l != none {
			colored = colored || b.looks[l].color != opaqueWhite
			textured = textured || b.looks[l].textured
		}
	}
	if colored {
		out.Colors = make([]uint8, 4*n)
	}
	if textured {
		out.UVs = make([]float32, 2*n)
	}
	for i, v := range table.v {
		copy(out.Positions[3*i:3*i+3], m.positions[3*int(v):])
		look := mfLook{color: opaqueWhite}
		if l := table.t[i]; l != none {
			look = b.looks[l]
		}
		if colored {
			copy(out.Colors[4*i:], look.color[:])
		}
		if textured {
			copy(out.UVs[2*i:], look.uv[:])
		}
	}
	for _, p := range parts {
		out.Parts = append(out.Parts, scene.Part{First: len(out.Indices), Count: len(p.indices), Material: p.material})
		out.Indices = append(out.Indices, p.indices...)
	}
	return out
}

// report tells how many objects are read.
func (b *mfBuilder) report(done, total int) {
	b.job.Report(loading.Decoding, int64(done), int64(total))
}
