package mesh

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// Lattices of more beams than this are shown as lines, and joints of lattices of more than a tenth of it not as balls.
const maxBars = 200_000

// barSides is the number of sides of a bar. Its normals are round, so that few do.
const barSides = 6

// solid makes bars of the beams and balls of their joints; or lines, if there are very many.
func (l *mfLattice) solid(positions []float32) *scene.Mesh {
	if len(l.beams) > maxBars {
		m := &scene.Mesh{Positions: positions}
		for _, b := range l.beams {
			m.Lines = append(m.Lines, b.v[0], b.v[1])
		}
		return m
	}
	m := &scene.Mesh{}
	joints := map[uint32]float32{}
	var order []uint32
	for _, b := range l.beams {
		bar(m, positions, b)
		for k, v := range b.v {
			if _, known := joints[v]; !known {
				order = append(order, v)
			}
			joints[v] = max(joints[v], b.r[k])
		}
	}
	if l.caps != "butt" && len(l.beams) <= maxBars/10 {
		for _, v := range order {
			ball(m, positions, v, joints[v])
		}
	}
	for i, b := range l.balls {
		if i < maxBars {
			ball(m, positions, b.v, b.r)
		}
	}
	return m
}

// bar adds a prism, or a part of a pyramid, around a beam.
func bar(m *scene.Mesh, positions []float32, b mfBeam) {
	from, to := positions[3*b.v[0]:][:3], positions[3*b.v[1]:][:3]
	dx, dy, dz := float64(to[0]-from[0]), float64(to[1]-from[1]), float64(to[2]-from[2])
	l := math.Sqrt(dx*dx + dy*dy + dz*dz)
	if !(l > 0) || !finite(l) {
		return
	}
	dx, dy, dz = dx/l, dy/l, dz/l
	ux, uy, uz := across(dx, dy, dz)
	vx, vy, vz := dy*uz-dz*uy, dz*ux-dx*uz, dx*uy-dy*ux
	first := uint32(len(m.Positions) / 3)
	for k := range barSides {
		s, c := math.Sincos(2 * math.Pi * float64(k) / barSides)
		n := [3]float32{float32(c*ux + s*vx), float32(c*uy + s*vy), float32(c*uz + s*vz)}
		for e, p := range [2][]float32{from, to} {
			for i := range 3 {
				m.Positions = append(m.Positions, p[i]+b.r[e]*n[i])
			}
			m.Normals = append(m.Normals, n[:]...)
		}
		a, z := first+uint32(2*k), first+uint32(2*((k+1)%barSides))
		m.Indices = append(m.Indices, a, z, a+1, z, z+1, a+1)
	}
}

// ball adds an icosahedron with round normals.
func ball(m *scene.Mesh, positions []float32, v uint32, radius float32) {
	at := positions[3*v:][:3]
	first := uint32(len(m.Positions) / 3)
	for _, c := range icosahedron {
		for i := range 3 {
			m.Positions = append(m.Positions, at[i]+radius*c[i])
		}
		m.Normals = append(m.Normals, c[:]...)
	}
	for _, i := range icosahedronFaces {
		m.Indices = append(m.Indices, first+i)
	}
}

// icosahedron has its corners at (0, ±1, ±φ) and what comes of it by turning the axes, made unit.
var icosahedron = func() (out [12][3]float32) {
	phi := (1 + math.Sqrt(5)) / 2
	l := math.Sqrt(1 + phi*phi)
	i := 0
	for axis := range 3 {
		for _, a := range [2]float64{-1, 1} {
			for _, b := range [2]float64{-phi, phi} {
				out[i][(axis+1)%3], out[i][(axis+2)%3] = float32(a/l), float32(b/l)
				i++
			}
		}
	}
	return out
}()

// icosahedronFaces are all triples of corners that are neighbours, counter-clockwise seen from outside.
var icosahedronFaces = func() (out []uint32) {
	c := &icosahedron
	near := func(i, j int) bool {
		return c[i][0]*c[j][0]+c[i][1]*c[j][1]+c[i][2]*c[j][2] > 0.4 // the cosine between neighbours is 1/√5
	}
	for i := range c {
		for j := i + 1; j < len(c); j++ {
			for k := j + 1; k < len(c); k++ {
				if !near(i, j) || !near(j, k) || !near(k, i) {
					continue
				}
				a, b, d := c[i], c[j], c[k]
				volume := a[0]*(b[1]*d[2]-b[2]*d[1]) + a[1]*(b[2]*d[0]-b[0]*d[2]) + a[2]*(b[0]*d[1]-b[1]*d[0])
				if volume > 0 {
					out = append(out, uint32(i), uint32(j), uint32(k))
				} else {
					out = append(out, uint32(i), uint32(k), uint32(j))
				}
			}
		}
	}
	return out
}()
