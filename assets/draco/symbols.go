package draco

// standardSymbols are prefix codes of one or three bits.
type standardSymbols struct{ bitReader }

func (s *standardSymbols) next() (int, error) {
	if s.over() {
		return 0, errShort
	}
	if s.read(1) == 0 {
		return symbolC, nil
	}
	return int(1 | s.read(2)<<1), nil
}

func (s *standardSymbols) reached(*cornerTable, int32) {}
func (s *standardSymbols) merged(int32, int32)         {}
func (s *standardSymbols) grow(int)                    {}

// The least and greatest number of faces around a vertex that is told apart.
const (
	leastValence = 2
	mostValence  = 7
)

// valenceSymbols are stored apart by how many faces the vertex has at which the next face is added.
type valenceSymbols struct {
	contexts [mostValence - leastValence + 1][]uint32
	valence  []int32
	context  int
	last     int
}

func (d *decoder) valenceSymbols() (*valenceSymbols, error) {
	v := &valenceSymbols{context: -1}
	for i := range v.contexts {
		n := d.varint()
		if d.failed || n > uint64(d.limits.Faces) {
			return nil, errBad
		}
		var err error
		if v.contexts[i], err = d.symbols(int(n), 1); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *valenceSymbols) next() (int, error) {
	if v.context < 0 { // the first face
		v.last = symbolE
		return v.last, nil
	}
	list := &v.contexts[v.context]
	n := len(*list)
	if n == 0 || (*list)[n-1] > 4 {
		return 0, errBad
	}
	v.last = [...]int{symbolC, symbolS, symbolL, symbolR, symbolE}[(*list)[n-1]]
	*list = (*list)[:n-1]
	return v.last, nil
}

func (v *valenceSymbols) grow(vertices int) {
	for len(v.valence) < vertices {
		v.valence = append(v.valence, 0)
	}
}

func (v *valenceSymbols) merged(into, from int32) { v.valence[into] += v.valence[from] }

// reached counts the faces around the corners of the newest face and chooses where the next symbol is.
func (v *valenceSymbols) reached(t *cornerTable, corner int32) {
	add := [...][3]int32{symbolC: {0, 1, 1}, symbolS: {0, 1, 1}, symbolR: {1, 1, 2}, symbolL: {1, 2, 1}, symbolE: {2, 2, 2}}[v.last]
	ahead := t.vertex[next(corner)]
	v.valence[t.vertex[corner]] += add[0]
	v.valence[ahead] += add[1]
	v.valence[t.vertex[previous(corner)]] += add[2]
	v.context = int(min(max(v.valence[ahead], leastValence), mostValence)) - leastValence
}
