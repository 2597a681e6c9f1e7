package scene

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// SnapKind says what a Snap lies on.
type SnapKind uint8

// The kinds, from the least to the most special.
const (
	SnapFace   SnapKind = iota
	SnapEdge            // on a sharp edge
	SnapVertex          // at a corner where sharp edges meet
	SnapCentre          // in the middle of a round edge, see Snap.AtCentre
)

// Snap is a point of the geometry that a pointer means: near to where it points, but exact.
type Snap struct {
	Kind    SnapKind
	Node    NodeID
	Point   mgl64.Vec3 // world space, as all of this
	Normal  mgl64.Vec3 // unit normal of the face below the pointer
	Edge    [2]mgl64.Vec3
	Round   bool // the edge is an arc of a circle
	RadiusM float64
	Centre  mgl64.Vec3 // of the circle
}

// AtCentre returns the snap to the middle of a round edge, or the snap itself where there is none.
func (s Snap) AtCentre() Snap {
	if s.Round {
		s.Kind, s.Point = SnapCentre, s.Centre
	}
	return s
}

const (
	// creaseCos is the cosine of the angle between two faces from which their edge counts as sharp, 25°.
	creaseCos = 0.9063
	// bendCos is the cosine of the angle between two edges from which their corner counts as one, 35°.
	bendCos = 0.8192
	// maxSnapTriangles bounds what one snap looks at. Where there are more, they are so small that none is meant.
	maxSnapTriangles = 512
	// maxSightings bounds how many corners or edges are looked for behind others.
	maxSightings = 8
	// maxSnapRad bounds the angle of a snap.
	maxSnapRad = 0.2
)

// SnapAt returns what a ray snaps to: the nearest corner, else the nearest sharp edge, that is seen within an angle (in
// radians, see Camera.Within) of the ray and is not cut away, else the point of the face that it hits. A ray that passes a
// part by less than the angle snaps to the edges of its outline.
func (p *Picker) SnapAt(ray Ray, o PickOptions, withinRad float64) (Snap, bool) {
	s := snapping{picker: p, ray: ray, options: &o, within: mgl64.Clamp(withinRad, 0, maxSnapRad)}
	hit, ok := p.Pick(ray, o)
	if ok {
		if out, found := s.on(&hit, 1); found {
			return out, true
		}
	}
	for _, beside := range s.beside() {
		if s.spent >= 2*maxSnapTriangles {
			break
		}
		if near, found := p.Pick(beside, o); found && !(ok && near.Node == hit.Node && math.Abs(near.Distance-hit.Distance) < s.reach(hit.Distance)) {
			if out, found := s.on(&near, 2); found {
				return out, true
			}
		}
	}
	if !ok {
		return Snap{Node: NoNode}, false
	}
	return Snap{Node: hit.Node, Point: hit.Point, Normal: hit.Normal}, true
}

// snapping is a snap under way.
type snapping struct {
	picker  *Picker
	ray     Ray
	options *PickOptions
	within  float64
	spent   int // triangles that were looked at
}

// reach is how far beside the ray something may be at a distance.
func (s *snapping) reach(distance float64) float64 { return distance * math.Tan(s.within) }

// beside returns rays around the ray, which meet what it only just misses.
func (s *snapping) beside() (out []Ray) {
	if s.within == 0 {
		return nil
	}
	d := s.ray.Direction
	side := d.Cross(mgl64.Vec3{0, 1, 0})
	if side.Len() < 0.1 {
		side = d.Cross(mgl64.Vec3{1, 0, 0})
	}
	side = side.Normalize()
	up := side.Cross(d)
	for k := range 6 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 3)
		way := d.Add(side.Mul(cos * 0.8 * math.Tan(s.within))).Add(up.Mul(sin * 0.8 * math.Tan(s.within)))
		out = append(out, Ray{s.ray.Origin, way.Normalize()})
	}
	return out
}

// sighted is a corner or a point of an edge that is seen near the ray.
type sighted struct {
	angle float64
	point mgl64.Vec3
	edge  edge
}

// on looks for corners and edges around a hit.
func (s *snapping) on(hit *Hit, room float64) (Snap, bool) {
	around := &s.picker.around
	s.picker.gather(around, hit.Node, hit.Point, room*s.reach(hit.Distance))
	var edges, corners []sighted
	s.spent += around.triangles
	sharp := around.sharp()
	for _, e := range sharp {
		at := nearestTo(s.ray, around.points[e.a], around.points[e.b])
		edges = s.sight(edges, hit.Node, at, e)
	}
	if len(edges) == 0 {
		return Snap{}, false
	}
	for _, i := range around.corners(sharp) {
		corners = s.sight(corners, hit.Node, around.points[i], edge{})
	}
	edge, onEdge := s.first(edges)
	corner, onCorner := s.first(corners)
	if !onEdge && !onCorner {
		return Snap{}, false
	}
	out := Snap{Kind: SnapEdge, Node: hit.Node, Point: edge.point, Normal: hit.Normal}
	if onEdge {
		out.Edge = [2]mgl64.Vec3{around.points[edge.edge.a], around.points[edge.edge.b]}
		if c, ok := s.picker.circle(hit.Node, out.Edge); ok {
			out.Round, out.RadiusM, out.Centre = true, c.radius, c.centre
		}
	}
	if onCorner {
		out.Kind, out.Point = SnapVertex, corner.point
	}
	return out, true
}

// sight adds a point that is near enough to the ray and not cut away.
func (s *snapping) sight(list []sighted, id NodeID, at mgl64.Vec3, e edge) []sighted {
	section := s.options.Section
	if a := angleTo(s.ray, at); a <= s.within && !(section.Active() && section.AppliesTo(s.picker.scene, id) && section.Cuts(at)) {
		list = append(list, sighted{a, at, e})
	}
	return list
}

// first returns the point nearest to the ray that nothing hides.
func (s *snapping) first(list []sighted) (sighted, bool) {
	slices.SortFunc(list, func(a, b sighted) int { return cmp.Compare(a.angle, b.angle) })
	for _, c := range list[:min(len(list), maxSightings)] {
		if s.sees(c.point) {
			return c, true
		}
	}
	return sighted{}, false
}

// sees reports whether nothing stands before a point.
func (s *snapping) sees(at mgl64.Vec3) bool {
	way := at.Sub(s.ray.Origin)
	d := way.Len()
	o := *s.options
	if o.Farthest = d*(1-1e-6) - 0.05*s.reach(d); !(o.Farthest > 0) {
		return true
	}
	_, hidden := s.picker.Pick(Ray{s.ray.Origin, way.Mul(1 / d)}, o)
	return !hidden
}

// angleTo is the angle between a ray and the way to a point.
func angleTo(r Ray, p mgl64.Vec3) float64 {
	d := p.Sub(r.Origin)
	along := d.Dot(r.Direction)
	return math.Atan2(d.Sub(r.Direction.Mul(along)).Len(), along)
}

// nearestTo is the point of a segment that is nearest to a ray (C. Ericson, "Real-time collision detection", 2005, 5.1.9).
func nearestTo(r Ray, a, b mgl64.Vec3) mgl64.Vec3 {
	e, w := b.Sub(a), a.Sub(r.Origin)
	ee, er, we, wr := e.Dot(e), e.Dot(r.Direction), w.Dot(e), w.Dot(r.Direction)
	d := ee - er*er
	if d <= 1e-12*ee || ee == 0 {
		return a
	}
	return a.Add(e.Mul(mgl64.Clamp((er*wr-we)/d, 0, 1)))
}
