package g3ngl

import "github.com/orrery-twin/orrery/scene"

const (
	roughTriangles = 64 // the coarsest level of detail of a mesh stands in for it if it has no more
	boxVertices    = 24
	boxIndices     = 36
)

// packBox writes the box of a mesh into a page, in the material that most of the share has. It stands in for a mesh that
// there is no time to draw.
func (pp *pagePool) packBox(pg *page, m *scene.Mesh, levels []level, slot uint32) span {
	var of stretch
	for _, s := range levels[0] {
		if len(s.indices) > len(of.indices) {
			of = s
		}
	}
	base, first := uint32(pg.vertices-pg.base), pg.used[bufferIndices]/pg.batch.indexBytes()
	pp.ensure(pg, bufferVertices, boxVertices*vertexBytes)
	stride := pg.batch.streams.stride()
	pp.ensure(pg, bufferExtras, boxVertices*stride)
	vertices := as[vertex](pp.space(pg, bufferVertices, boxVertices*vertexBytes))
	boxOf(m.Bounds, uint32(of.material), slot, vertices)
	if stride > 0 {
		like := of.indices[0] // of one of its vertices
		extras := pp.space(pg, bufferExtras, boxVertices*stride)[:0]
		for range boxVertices {
			extras = pg.batch.streams.pack(m, like, extras)
		}
	}
	pg.vertices += boxVertices
	indices := make([]uint32, 0, boxIndices)
	for side := range uint32(6) {
		for _, corner := range [6]uint32{0, 1, 2, 0, 2, 3} {
			indices = append(indices, 4*side+corner)
		}
	}
	pp.packStretch(pg, &numbering{}, stretch{indices: indices}, base)
	pp.loader.weigh(boxVertices * (vertexBytes + stride))
	return span{int32(first), boxIndices}
}

// boxOf writes the corners of a box, four for each side, counter-clockwise seen from outside.
func boxOf(b scene.Bounds, material, slot uint32, out []vertex) {
	middle, half := b.Center(), b.Size().Mul(0.5)
	for side := range 6 {
		axis, sign := side/2, float64(1-2*(side%2))
		u, v := (axis+1)%3, (axis+2)%3
		for k, at := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			p := middle
			p[axis] += sign * half[axis]
			p[u] += at[0] * sign * half[u]
			p[v] += at[1] * half[v]
			var n [3]float32
			n[axis] = float32(sign)
			o := &out[4*side+k]
			o.position = [3]float32{float32(p[0]), float32(p[1]), float32(p[2])}
			o.normal = octNormal(n[0], n[1], n[2])
			o.material, o.slot = material, slot
		}
	}
}
