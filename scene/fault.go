package scene

import "math"

// fault says what of a node came in as no number, or as one beyond all measure. The node keeps what was good last, and
// its state is Bad until good numbers come.
type fault uint8

const (
	faultyLocal fault = 1 << iota // what SetLocal got
	faultyWorld                   // what its place and those above it multiply to
	faultyStyle                   // what SetStyle got
)

// farthest is the largest number in the world transform of a node, metres: squared it is still far from the end of float32.
const farthest = 1e18

// setFault notes that a node has a fault, or has it no longer.
func (s *Scene) setFault(id NodeID, f fault, on bool) {
	old := s.faults[id]
	now := old &^ f
	if on {
		now |= f
	}
	if now == old {
		return
	}
	if now == 0 {
		delete(s.faults, id)
	} else {
		s.faults[id] = now
	}
	s.restyle(id)
}

// sound reports whether all numbers of a transform are finite and within reason.
func (t *Transform) sound() bool {
	p, q, k := &t.Translation, &t.Rotation, &t.Scale
	sum := p[0]*p[0] + p[1]*p[1] + p[2]*p[2] + k[0]*k[0] + k[1]*k[1] + k[2]*k[2] +
		q.V[0]*q.V[0] + q.V[1]*q.V[1] + q.V[2]*q.V[2] + q.W*q.W
	return sum < farthest*farthest // false for NaN too
}

// repaired returns the style with the numbers of old in the place of those that are none.
func (st Style) repaired(old *Style) (Style, bool) {
	bad := func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }
	whole := true
	if bad(st.Opacity) {
		st.Opacity, whole = old.Opacity, false
	}
	if bad(st.UV[0]) || bad(st.UV[1]) {
		st.UV, whole = old.UV, false
	}
	if l := &st.Level; bad(l.Share) || bad(l.Axis[0]) || bad(l.Axis[1]) || bad(l.Axis[2]) {
		st.Level, whole = old.Level, false
	}
	return st, whole
}
