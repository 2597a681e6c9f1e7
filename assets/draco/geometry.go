package draco

import "math"

// positions gives schemes the positions, as stored, of the vertices of another attribute.
type positions struct {
	seq    *sequence
	vertex [][3]int32 // by vertex of the table of the predicted attribute
}

// positionsFor finds the positions, which must be of a group before g, or before in g.
func (d *decoder) positionsFor(g *group) (*positions, error) {
	for _, other := range d.groups {
		for _, a := range other.attributes {
			if a.Kind == Position && a.Components == 3 && a.whole != nil && a.how != storedNormal {
				p := &positions{seq: g.sequence, vertex: make([][3]int32, len(g.sequence.values))}
				for v, value := range g.sequence.values {
					if value != none {
						at := 3 * a.Map[g.point[value]]
						p.vertex[v] = [3]int32(a.whole[at : at+3])
					}
				}
				return p, nil
			}
		}
	}
	return nil, errBad
}

type vector [3]int64

func (a vector) sub(b vector) vector { return vector{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func (a vector) dot(b vector) int64  { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a vector) cross(b vector) vector {
	return vector{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// at returns the position of a corner. A walk over all faces comes to all of their vertices.
func (p *positions) at(corner int32) vector {
	v := &p.vertex[p.seq.table.Vertex(corner)]
	return vector{int64(v[0]), int64(v[1]), int64(v[2])}
}

func (s *scheme) readSides(d *decoder) error {
	n := d.i32()
	if d.failed || n < 0 || int(n) > len(d.mesh.Indices) {
		return errBad
	}
	c, err := d.bitCoder()
	if err != nil {
		return err
	}
	s.sides = make([]bool, n)
	side := true
	for i := range s.sides {
		if !c.next() {
			side = !side
		}
		s.sides[i] = side
	}
	return nil
}

// texture predicts a texture coordinate so that the triangle has the shape in the texture that it has in space.
func (s *scheme) texture(i int, out []int32) bool {
	corner := s.seq.corners[i]
	n := int(s.seq.values[s.seq.table.Vertex(next(corner))])
	p := int(s.seq.values[s.seq.table.Vertex(previous(corner))])
	known := func(v int) bool { return v >= 0 && v < i }
	if known(n) && known(p) {
		nu, nv := int64(s.values[2*n]), int64(s.values[2*n+1])
		pu, pv := int64(s.values[2*p]), int64(s.values[2*p+1])
		if nu == pu && nv == pv {
			out[0], out[1] = int32(pu), int32(pv)
			return true
		}
		tip, from, to := s.positions.at(corner), s.positions.at(next(corner)), s.positions.at(previous(corner))
		edge := to.sub(from)
		if length := edge.dot(edge); length != 0 {
			return s.texturePoint(tip, from, edge, length, [4]int64{nu, nv, pu - nu, pv - nv}, out)
		}
	}
	switch {
	case known(n):
		copy(out, s.values[2*n:2*n+2])
	case i > 0:
		copy(out, s.values[2*i-2:2*i])
	default:
		clear(out)
	}
	return true
}

// texturePoint splits the way to the tip into a part along the edge and one across it, and goes the same way in the
// texture. uv is where the edge begins there and its direction; length is the square of the edge's.
func (s *scheme) texturePoint(tip, from, edge vector, length int64, uv [4]int64, out []int32) bool {
	along := edge.dot(tip.sub(from))
	xu, xv := uv[0]*length+along*uv[2], uv[1]*length+along*uv[3]
	var foot vector
	for k := range foot {
		foot[k] = from[k] + along*edge[k]/length
	}
	away := tip.sub(foot)
	across := int64(root(uint64(away.dot(away)) * uint64(length)))
	cu, cv := uv[3]*across, -uv[2]*across
	if len(s.sides) == 0 {
		return false
	}
	side := s.sides[len(s.sides)-1]
	s.sides = s.sides[:len(s.sides)-1]
	if !side {
		cu, cv = -cu, -cv
	}
	out[0], out[1] = int32((xu+cu)/length), int32((xv+cv)/length)
	return true
}

// root is the whole part of a square root.
func root(n uint64) uint64 {
	r := uint64(math.Sqrt(float64(n)))
	for r > 0 && r > n/r {
		r--
	}
	for r+1 <= n/(r+1) {
		r++
	}
	return r
}

// maxNormalSum keeps sums of normals within 32 bits.
const maxNormalSum = 1 << 29

// normals returns, by vertex of the table, the sum of the normals of all faces around it, by their area. The corners of a
// vertex make one fan, so a pass over the faces meets what a walk around each vertex would.
func (p *positions) normals() []vector {
	sums := make([]vector, len(p.vertex))
	t := p.seq.table.vertex
	for c := 0; c+2 < len(t); c += 3 {
		u, v, w := t[c], t[c+1], t[c+2]
		a := p.vertex[u]
		n := difference(p.vertex[v], a).cross(difference(p.vertex[w], a))
		for _, at := range [3]int32{u, v, w} {
			sum := &sums[at]
			sum[0] += n[0]
			sum[1] += n[1]
			sum[2] += n[2]
		}
	}
	return sums
}

func difference(a, b [3]int32) vector {
	return vector{int64(a[0]) - int64(b[0]), int64(a[1]) - int64(b[1]), int64(a[2]) - int64(b[2])}
}

// normal predicts the mean normal of the faces around the vertex.
func (s *scheme) normal(i int, out []int32) bool {
	sum := s.normals[s.seq.table.Vertex(s.seq.corners[i])]
	if size := absInt(sum[0]) + absInt(sum[1]) + absInt(sum[2]); size > maxNormalSum {
		for k, by := 0, size/maxNormalSum; k < 3; k++ {
			sum[k] /= by
		}
	}
	v := [3]int32{int32(sum[0]), int32(sum[1]), int32(sum[2])}
	o := s.transform.(*octahedral).o
	o.shrink(&v)
	if s.flips.next() {
		v = [3]int32{-v[0], -v[1], -v[2]}
	}
	out[0], out[1] = o.point(v)
	return true
}
