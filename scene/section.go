package scene

import "github.com/go-gl/mathgl/mgl64"

// Plane is a plane in world space: the points with Normal·p = Offset. Normal is a unit vector and points to the side
// that is kept.
type Plane struct {
	Normal mgl64.Vec3
	Offset float64 // metres
}

// PlaneThrough returns the plane through a point; the side that normal points to is kept.
func PlaneThrough(point, normal mgl64.Vec3) Plane {
	n := normal.Normalize()
	return Plane{Normal: n, Offset: n.Dot(point)}
}

// Distance returns how far p is from the plane in metres, negative on the side that is cut.
func (p Plane) Distance(point mgl64.Vec3) float64 { return p.Normal.Dot(point) - p.Offset }

// MaxPlanes is how many planes a section may have.
const MaxPlanes = 6

// Section cuts parts of the scene open. The zero Section cuts nothing.
type Section struct {
	Planes []Plane // at most MaxPlanes
	// Keep is what remains. With KeepInside, a point must lie on the kept side of all planes: one plane halves, six make a
	// box that is kept. With KeepOutside it is enough to lie on the kept side of one: three planes cut out a corner.
	Keep Keep
	// ShellsOnly leaves everything but nodes with the role Shell whole, so that the inside shows.
	ShellsOnly bool
	// Nodes limits the section to these subtrees; empty means all.
	Nodes []NodeID
}

// Keep says what of the space a section leaves.
type Keep uint8

// The ways to keep.
const (
	KeepInside Keep = iota
	KeepOutside
)

// Active reports whether the section cuts anything.
func (s *Section) Active() bool { return s != nil && len(s.Planes) > 0 }

// Cuts reports whether the section takes away the point p of a node that it applies to.
func (s *Section) Cuts(p mgl64.Vec3) bool {
	if !s.Active() {
		return false
	}
	inside, outside := true, true
	for _, pl := range s.Planes {
		if pl.Distance(p) < 0 {
			inside = false
		} else {
			outside = false
		}
	}
	if s.Keep == KeepOutside {
		return outside
	}
	return !inside
}

// AppliesTo reports whether the section may cut this node of the scene. Grounds are never cut.
func (s *Section) AppliesTo(sc *Scene, id NodeID) bool {
	role := sc.Role(id)
	if !s.Active() || role == Ground || s.ShellsOnly && role != Shell {
		return false
	}
	if len(s.Nodes) == 0 {
		return true
	}
	for _, n := range s.Nodes {
		if sc.Under(id, n) {
			return true
		}
	}
	return false
}

// BoxSection returns the six planes around b; keep says whether the box stays or is cut out.
func BoxSection(b Bounds, keep Keep) *Section {
	s := &Section{Keep: keep}
	sign := 1.0
	if keep == KeepOutside {
		sign = -1
	}
	for k := 0; k < 3; k++ {
		var n mgl64.Vec3
		n[k] = sign
		s.Planes = append(s.Planes,
			Plane{Normal: n, Offset: sign * b.Min[k]},
			Plane{Normal: n.Mul(-1), Offset: -sign * b.Max[k]})
	}
	return s
}
