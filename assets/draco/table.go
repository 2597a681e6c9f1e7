package draco

// none stands for no corner and no vertex.
const none = int32(-1)

func next(c int32) int32 {
	if c%3 == 2 {
		return c - 2
	}
	return c + 1
}

func previous(c int32) int32 {
	if c%3 == 0 {
		return c + 2
	}
	return c - 1
}

func swingLeft(t *cornerTable, c int32) int32 {
	if c = t.Opposite(next(c)); c == none {
		return none
	}
	return next(c)
}

func swingRight(t *cornerTable, c int32) int32 {
	if c = t.Opposite(previous(c)); c == none {
		return none
	}
	return previous(c)
}

// cornerTable is the connectivity of the faces, or of an attribute: the same, cut at its seams.
type cornerTable struct {
	opposite []int32 // by corner: across the edge that faces it, or none
	vertex   []int32 // by corner
	leftmost []int32 // by vertex: a corner from which no other lies to the left, or any if the vertex is inside
}

func (t *cornerTable) Opposite(c int32) int32 {
	if c == none {
		return none
	}
	return t.opposite[c]
}

func (t *cornerTable) Vertex(c int32) int32   { return t.vertex[c] }
func (t *cornerTable) Leftmost(v int32) int32 { return t.leftmost[v] }
func (t *cornerTable) Vertices() int          { return len(t.leftmost) }

func (t *cornerTable) join(a, b int32) { t.opposite[a], t.opposite[b] = b, a }

// seamTable is the connectivity of an attribute on its way.
type seamTable struct {
	cornerTable
	base   *cornerTable
	edge   []bool // by corner: the edge that faces it is a seam
	onSeam []bool // by vertex of base
}

func newSeamTable(base *cornerTable) *seamTable {
	return &seamTable{base: base, edge: make([]bool, len(base.opposite)), onSeam: make([]bool, len(base.leftmost))}
}

// cut makes the edge that faces a corner a seam.
func (t *seamTable) cut(c int32) {
	for range 2 {
		t.edge[c] = true
		t.onSeam[t.base.vertex[next(c)]] = true
		t.onSeam[t.base.vertex[previous(c)]] = true
		if c = t.base.opposite[c]; c == none {
			return
		}
	}
}

// number gives each run of corners around a vertex between seams a vertex of its own.
func (t *seamTable) number() error {
	steps := budget{4 * len(t.base.vertex)}
	t.vertex, t.opposite = make([]int32, len(t.base.vertex)), make([]int32, len(t.base.vertex))
	for c := range t.vertex {
		t.vertex[c], t.opposite[c] = none, t.base.opposite[c]
		if t.edge[c] {
			t.opposite[c] = none
		}
	}
	for v, start := range t.base.leftmost {
		if start == none {
			continue
		}
		first := start
		if t.onSeam[v] {
			for c := swingLeft(&t.cornerTable, start); c != none; c = swingLeft(&t.cornerTable, c) {
				if first = c; c == start || !steps.step() {
					return errBad
				}
			}
		}
		t.begin(first)
		for c := swingRight(t.base, first); c != none && c != first; c = swingRight(t.base, c) {
			if t.edge[next(c)] {
				t.begin(c)
			}
			t.vertex[c] = int32(len(t.leftmost)) - 1
			if !steps.step() {
				return errBad
			}
		}
	}
	for _, v := range t.vertex {
		if v == none {
			return errBad
		}
	}
	return nil
}

func (t *seamTable) begin(c int32) {
	t.vertex[c] = int32(len(t.leftmost))
	t.leftmost = append(t.leftmost, c)
}
