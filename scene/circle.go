package scene

import "github.com/go-gl/mathgl/mgl64"

// circle is where a round edge lies on.
type circle struct {
	centre mgl64.Vec3
	radius float64
}

const (
	maxCircleEdges = 192
	minCircleEdges = 6
	// roundness is how far, as a share of the radius, the points of a round edge may lie from its circle.
	roundness = 0.01
)

// circle follows the sharp edge both ways as long as it goes on smoothly, and fits a circle through what it finds.
func (p *Picker) circle(id NodeID, start [2]mgl64.Vec3) (circle, bool) {
	line := []mgl64.Vec3{start[0], start[1]}
	line = p.follows(id, line)
	closed := len(line) > 3 && line[0].Sub(line[len(line)-1]).Len() < 1e-9*(1+line[0].Len())
	if !closed {
		for i, j := 0, len(line)-1; i < j; i, j = i+1, j-1 {
			line[i], line[j] = line[j], line[i]
		}
		line = p.follows(id, line)
	}
	if len(line) <= minCircleEdges {
		return circle{}, false
	}
	n := len(line) - 1
	if !closed {
		return fitted(line, 0, n/2, n)
	}
	return fitted(line, 0, n/3, 2*n/3)
}

// follows lengthens a line of sharp edges at its end while it bends little and does not fork, until it is closed.
func (p *Picker) follows(id NodeID, line []mgl64.Vec3) []mgl64.Vec3 {
	for len(line) < maxCircleEdges {
		end, before := line[len(line)-1], line[len(line)-2]
		reach := 1e-4 * end.Sub(before).Len()
		around := &p.ahead
		p.gather(around, id, end, reach)
		way := end.Sub(before).Normalize()
		var next mgl64.Vec3
		found := 0
		for _, e := range around.sharp() {
			a, b := around.points[e.a], around.points[e.b]
			if b.Sub(end).Len() < reach {
				a, b = b, a
			}
			if a.Sub(end).Len() >= reach || b.Sub(before).Len() < reach {
				continue // it does not begin here, or is where we came from
			}
			if found++; b.Sub(a).Normalize().Dot(way) >= bendCos {
				next = b
			}
		}
		if found != 1 || next == (mgl64.Vec3{}) {
			return line
		}
		line = append(line, next)
		if next.Sub(line[0]).Len() < reach {
			return line
		}
	}
	return line
}

// fitted is the circle through three points of a line, if all others lie on it too.
func fitted(line []mgl64.Vec3, i, j, k int) (circle, bool) {
	a, b, c := line[i], line[j], line[k]
	u, v := b.Sub(a), c.Sub(a)
	w := u.Cross(v)
	if w.Len() <= 1e-6*u.Len()*v.Len() {
		return circle{}, false // straight
	}
	out := circle{centre: a.Add(w.Cross(u).Mul(v.Dot(v)).Add(v.Cross(w).Mul(u.Dot(u))).Mul(1 / (2 * w.Dot(w))))}
	out.radius = out.centre.Sub(a).Len()
	normal := w.Normalize()
	for _, p := range line {
		d := p.Sub(out.centre)
		if e := d.Len() - out.radius; e > roundness*out.radius || e < -roundness*out.radius {
			return circle{}, false
		}
		if h := d.Dot(normal); h > roundness*out.radius || h < -roundness*out.radius {
			return circle{}, false
		}
	}
	return out, true
}
