package draco

// Schemes by their number in the data.
const (
	schemeNone             = -2
	schemeDifference       = 0
	schemeParallelogram    = 1
	schemeMultiple         = 2
	schemeConstrained      = 4
	schemeTexture          = 5
	schemeNormal           = 6
	maxParallelograms      = 4
	schemeTextureOld       = 3
	maxComponentsOfVectors = 255
)

// scheme predicts the values of an attribute one after the other.
type scheme struct {
	kind      int8
	transform transform
	seq       *sequence // nil where there is none: then only differences are stored
	values    []int32   // corrections at first, values at last
	width     int
	predicted [maxComponentsOfVectors]int32

	creases   [maxParallelograms][]bool // of the constrained scheme: which parallelograms do not count
	creaseAt  [maxParallelograms]int
	sides     []bool // of the texture scheme
	flips     *bitCoder
	normals   []vector // of the normal scheme, by vertex
	positions *positions
	steps     budget
}

// scheme reads which scheme and transform an attribute has; nil for none.
func (d *decoder) scheme(g *group, a *stored) (*scheme, error) {
	kind := int8(d.u8())
	if kind == schemeNone {
		return nil, nil
	}
	s := &scheme{kind: kind, transform: transformOf(int8(d.u8())), seq: g.sequence}
	if d.failed {
		return nil, errShort
	}
	oct, isOct := s.transform.(*octahedral)
	if s.transform == nil || isOct != (a.how == storedNormal) || oct != nil && kind != schemeDifference && kind != schemeNormal {
		return nil, errBad
	}
	if s.seq == nil {
		s.kind = schemeDifference
	}
	switch s.kind {
	case schemeDifference, schemeParallelogram, schemeMultiple, schemeConstrained:
	case schemeTexture, schemeNormal:
		if a.Components != 2 && s.kind == schemeTexture || !isOct && s.kind == schemeNormal {
			return nil, errBad
		}
		p, err := d.positionsFor(g)
		if err != nil {
			return nil, err
		}
		s.positions = p
	default:
		return nil, errBad
	}
	return s, nil
}

// read reads what the scheme and the transform need beside the corrections.
func (s *scheme) read(d *decoder) error {
	switch s.kind {
	case schemeConstrained:
		if err := s.readCreases(d); err != nil {
			return err
		}
	case schemeTexture:
		if err := s.readSides(d); err != nil {
			return err
		}
	case schemeNormal:
		if err := s.transform.read(d); err != nil {
			return err
		}
		var err error
		s.flips, err = d.bitCoder()
		return err
	}
	return s.transform.read(d)
}

// run turns corrections into values.
func (s *scheme) run(d *decoder) error {
	predict := s.difference
	switch s.kind {
	case schemeParallelogram:
		predict = s.parallelogram
	case schemeMultiple:
		predict = s.multiple
	case schemeConstrained:
		predict = s.constrained
	case schemeTexture:
		predict = s.texture
	case schemeNormal:
		predict, s.normals = s.normal, s.positions.normals()
	}
	s.steps.left = 4*len(d.mesh.Indices) + 64
	out := s.predicted[:s.width]
	for i := range len(s.values) / s.width {
		if !predict(i, out) {
			return errBad
		}
		v := s.values[i*s.width : (i+1)*s.width]
		s.transform.apply(out, v, v)
		if i&(1<<16-1) == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
	}
	return nil
}

// difference predicts the value before.
func (s *scheme) difference(i int, out []int32) bool {
	if i == 0 {
		clear(out)
	} else {
		copy(out, s.values[(i-1)*s.width:i*s.width])
	}
	return true
}

// across predicts the fourth corner of the parallelogram whose other three are the face across the edge that the corner
// faces, if all three are known already.
func (s *scheme) across(i int, corner int32, out []int32) bool {
	t := s.seq.table
	opposite := t.Opposite(corner)
	if opposite == none {
		return false
	}
	far, a, b := s.seq.values[t.Vertex(opposite)], s.seq.values[t.Vertex(next(opposite))], s.seq.values[t.Vertex(previous(opposite))]
	if far < 0 || a < 0 || b < 0 || int(far) >= i || int(a) >= i || int(b) >= i {
		return false
	}
	w := s.width
	f, p, q := s.values[int(far)*w:], s.values[int(a)*w:], s.values[int(b)*w:]
	for k := range out {
		out[k] = p[k] + q[k] - f[k]
	}
	return true
}

func (s *scheme) parallelogram(i int, out []int32) bool {
	return i > 0 && s.across(i, s.seq.corners[i], out) || s.difference(i, out)
}

// multiple predicts the mean of all parallelograms around the vertex.
func (s *scheme) multiple(i int, out []int32) bool {
	if i == 0 {
		return s.difference(i, out)
	}
	var one [maxComponentsOfVectors]int32
	clear(out)
	n := int32(0)
	start := s.seq.corners[i]
	for c := start; c != none; {
		if s.across(i, c, one[:s.width]) {
			for k := range out {
				out[k] += one[k]
			}
			n++
		}
		if c = swingRight(s.seq.table, c); c == start {
			break
		}
		if !s.steps.step() {
			return false
		}
	}
	if n == 0 {
		return s.difference(i, out)
	}
	for k := range out {
		out[k] /= n
	}
	return true
}

func (s *scheme) readCreases(d *decoder) error {
	for i := range s.creases {
		n := d.count(len(d.mesh.Indices))
		if n == 0 {
			continue
		}
		c, err := d.bitCoder()
		if err != nil {
			return err
		}
		s.creases[i] = make([]bool, n)
		for k := range s.creases[i] {
			s.creases[i][k] = c.next()
		}
	}
	if d.failed {
		return errBad
	}
	return nil
}

// constrained predicts the mean of those of up to four parallelograms that do not lie across a crease.
func (s *scheme) constrained(i int, out []int32) bool {
	if i == 0 {
		return s.difference(i, out)
	}
	var all [maxParallelograms][maxComponentsOfVectors]int32
	n := 0
	r := ring{table: s.seq.table, start: s.seq.corners[i], corner: s.seq.corners[i]}
	for ; r.corner != none && n < maxParallelograms; r.next() {
		if s.across(i, r.corner, all[n][:s.width]) {
			n++
		}
		if !s.steps.step() {
			return false
		}
		if r.right && r.corner == r.start {
			break
		}
	}
	clear(out)
	used := int32(0)
	for k := range n {
		at := s.creaseAt[n-1]
		if s.creaseAt[n-1]++; at >= len(s.creases[n-1]) {
			return false
		}
		if s.creases[n-1][at] {
			continue
		}
		used++
		for j := range out {
			out[j] += all[k][j]
		}
	}
	if used == 0 {
		return s.difference(i, out)
	}
	for j := range out {
		out[j] /= used
	}
	return true
}
