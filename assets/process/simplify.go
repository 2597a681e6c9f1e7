package process

import (
	"context"
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// Simplify returns the triangles of the mesh made fewer, by collapsing edges where that changes the shape least, until
// no more than targetTriangles are left or the next collapse would stray further than maxErrorM metres from the mesh.
// The indices are into the vertices of the mesh. Borders, seams and the limits between parts stay closed. A mesh with
// overlapping parts stays as it is. The error is that of the context.
func Simplify(ctx context.Context, m *scene.Mesh, targetTriangles int, maxErrorM float64) (scene.LOD, error) {
	s := newSimplifier(ctx, m)
	if s == nil {
		return scene.LOD{Indices: m.Indices, Parts: m.Parts}, ctx.Err()
	}
	if err := s.reduce(targetTriangles, maxErrorM); err != nil {
		return scene.LOD{}, err
	}
	return s.lod(), nil
}

const (
	lodFrom   = 2000 // triangles below which a mesh is drawn as it is
	lodFactor = 4    // between one version and the next
	lodCount  = 3
	// lodGain is what a version must leave of the triangles of the one before, or it is not worth its memory.
	lodGain = 0.7
	// lodMaxError is the share of its own size that a coarser version may stray: beyond, it is another thing.
	lodMaxError = 0.05
)

// LODs returns versions of the mesh with about 1/4, 1/16 and 1/64 of its triangles, fewer where the shape allows no more;
// none for a mesh of less than 2,000 triangles. The error is that of the context.
func LODs(ctx context.Context, m *scene.Mesh) ([]scene.LOD, error) {
	if m.Triangles() < lodFrom {
		return nil, ctx.Err()
	}
	s := newSimplifier(ctx, m)
	if s == nil {
		return nil, ctx.Err()
	}
	var out []scene.LOD
	last, target := m.Triangles(), m.Triangles()
	for range lodCount {
		target /= lodFactor
		if err := s.reduce(target, lodMaxError/s.scale); err != nil {
			return nil, err
		}
		if now := s.triangles(); float64(now) > lodGain*float64(last) {
			break
		}
		out = append(out, s.lod())
		last = s.triangles()
	}
	return out, nil
}

// strayFactor makes of the root of the mean squared distance, which quadrics tell, the greatest distance that a mesh strays:
// measured on bent surfaces, see TestSimplifyASmoothSolid.
const strayFactor = 1.5

// simplifier collapses edges of position onto position. A collapse moves all wedges of the one position to wedges of the
// other, so that nothing ever comes apart.
type simplifier struct {
	ctx     context.Context
	w       *wedges
	scale   float64 // from metres to units
	at      []vec64 // by position, units
	q       []quadric
	corners []uint32 // wedges, three per triangle
	perPart []int
	worst   float64 // the greatest squared error of a collapse so far, units²

	// of the pass at work
	fans    fans
	pos     []uint32   // by corner: its position
	kinds   []edgeKind // by corner: of the edge from it to the next corner
	degree  []uint8    // by position: how many feature lines meet there
	moved   []uint32   // by position: where it has gone; itself if it stayed
	turned  []uint32   // by wedge: likewise
	touched []bool     // by position: took part in a collapse
	mark    []uint32   // by position: a stamp
	stamp   uint32
}

// newSimplifier returns nil if the mesh cannot be simplified.
func newSimplifier(ctx context.Context, m *scene.Mesh) *simplifier {
	w, ok := newWedges(m)
	if !ok || len(w.corners) == 0 {
		return nil
	}
	s := &simplifier{ctx: ctx, w: w, corners: w.corners, perPart: w.perPart}
	s.place()
	s.kinds, s.pos = make([]edgeKind, len(s.corners)), make([]uint32, len(s.corners))
	s.degree, s.touched = make([]uint8, w.count), make([]bool, w.count)
	s.moved, s.mark, s.turned = make([]uint32, w.count), make([]uint32, w.count), make([]uint32, len(w.position))
	s.dropFlat()
	return s
}

// place moves the positions into a cube of side 1 about the origin.
func (s *simplifier) place() {
	m, w := s.w.m, s.w
	lo, hi := vec64{math.Inf(1), math.Inf(1), math.Inf(1)}, vec64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	s.at = make([]vec64, w.count)
	for v := range m.Vertices() {
		p := vec64{float64(m.Positions[3*v]), float64(m.Positions[3*v+1]), float64(m.Positions[3*v+2])}
		s.at[w.position[v]] = p
		lo = vec64{min(lo.x, p.x), min(lo.y, p.y), min(lo.z, p.z)}
		hi = vec64{max(hi.x, p.x), max(hi.y, p.y), max(hi.z, p.z)}
	}
	size := max(hi.x-lo.x, hi.y-lo.y, hi.z-lo.z)
	s.scale = 1
	if size > 0 {
		s.scale = 1 / size
	}
	mid := vec64{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2, (lo.z + hi.z) / 2}
	for i := range s.at {
		s.at[i] = s.at[i].sub(mid).mul(s.scale)
	}
}

func (s *simplifier) triangles() int { return len(s.corners) / 3 }

// dropFlat leaves out triangles with two corners at one position, after moved and turned were applied.
func (s *simplifier) dropFlat() {
	pos := s.w.position
	out, at := s.corners[:0], 0
	for k, n := range s.perPart {
		left := 0
		for range n {
			a, b, c := s.corners[at], s.corners[at+1], s.corners[at+2]
			at += 3
			if p, q, r := pos[a], pos[b], pos[c]; p != q && q != r && r != p {
				out = append(out, a, b, c)
				left++
			}
		}
		s.perPart[k] = left
	}
	s.corners = out
}

// lod returns what is left now.
func (s *simplifier) lod() scene.LOD {
	l := scene.LOD{Indices: make([]uint32, len(s.corners)), ErrorM: float32(strayFactor * math.Sqrt(s.worst) / s.scale)}
	for i, w := range s.corners {
		l.Indices[i] = s.w.vertexOf(w)
	}
	first := 0
	for k, p := range s.w.m.Parts {
		l.Parts = append(l.Parts, scene.Part{First: first, Count: 3 * s.perPart[k], Material: p.Material})
		first += 3 * s.perPart[k]
	}
	return l
}

// reduce runs passes until the target or the error is reached, or nothing can be collapsed any more.
func (s *simplifier) reduce(target int, maxErrorM float64) error {
	limit := maxErrorM * s.scale / strayFactor
	limit *= limit
	for s.triangles() > target {
		before := s.triangles()
		if err := s.pass(target, limit); err != nil {
			return err
		}
		if s.triangles() == before {
			break
		}
	}
	return s.ctx.Err()
}
