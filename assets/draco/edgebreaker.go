package draco

import "fmt"

// The symbols of edgebreaker: which neighbours of a face were there already when the encoder came to it.
const (
	symbolC = 0 // both, and the vertex in front is inside
	symbolS = 1 // both sides are open: the boundary falls apart
	symbolL = 3 // the left one is closed
	symbolR = 5 // the right one is closed
	symbolE = 7 // both are closed: the end of a run
)

// splitEvent says that a face closed a gap to a part of the mesh that is decoded later.
type splitEvent struct {
	source, split uint32 // symbols, counted as the encoder did
	right         bool   // the edge of source that stays open
}

// edgebreaker rebuilds the faces from symbols, last face first.
type edgebreaker struct {
	d           *decoder
	table       *cornerTable
	maxVertices int
	inside      []bool // by vertex: it is on no boundary
	symbols     symbolSource
	starts      *bitCoder
	seamBits    []*bitCoder // by attribute
	seams       []*seamTable
	splits      []splitEvent
	active      []int32 // corners that face open edges
	reopened    map[int]int32
	isolated    []int32
	merges      budget
}

// symbolSource gives the symbols of a traversal.
type symbolSource interface {
	next() (int, error)
	reached(t *cornerTable, corner int32)
	merged(into, from int32)
	grow(vertices int)
}

// edgebreakerFaces reads the connectivity and gives each corner its point.
func (d *decoder) edgebreakerFaces() error {
	e := &edgebreaker{d: d, reopened: map[int]int32{}}
	kind := d.u8()
	vertices, faces := d.varint(), d.varint()
	attributes := int(d.u8())
	symbols, splits := d.varint(), d.varint()
	if d.failed {
		return errShort
	}
	if err := d.checkCounts(vertices, faces); err != nil {
		return err
	}
	if symbols > faces || splits > symbols || vertices > 3*faces {
		return errBad
	}
	e.maxVertices = int(vertices + splits)
	e.merges.left = 64*int(3*faces) + 1<<20
	e.table = &cornerTable{opposite: make([]int32, 3*faces), vertex: make([]int32, 3*faces)}
	for i := range e.table.opposite {
		e.table.opposite[i], e.table.vertex[i] = none, none
	}
	if err := e.readSplits(); err != nil {
		return err
	}
	if err := e.readStreams(kind, attributes); err != nil {
		return err
	}
	if err := e.faces(int(symbols), attributes == 0); err != nil {
		return err
	}
	if err := e.readSeams(); err != nil {
		return err
	}
	d.edges = e
	return e.points()
}

func (e *edgebreaker) readSplits() error {
	d := e.d
	n := d.count(4 * d.left())
	last := uint32(0)
	for range n {
		last += uint32(d.varint())
		back := uint32(d.varint())
		if d.failed || back > last {
			return errBad
		}
		e.splits = append(e.splits, splitEvent{source: last, split: last - back})
	}
	if n > 0 {
		b := bitReader{data: d.data}
		for i := range e.splits {
			e.splits[i].right = b.read(1) == 1
		}
		if b.over() {
			return errShort
		}
		d.data = b.done()
	}
	return nil
}

// readStreams reads the heads of the streams of symbols, of start faces and of seams.
func (e *edgebreaker) readStreams(kind uint8, attributes int) (err error) {
	d := e.d
	var standard *standardSymbols
	switch kind {
	case 0:
		standard = &standardSymbols{bitReader{data: d.take(d.count(d.left()))}}
		e.symbols = standard
	case 2:
	default:
		return fmt.Errorf("traversal %d is not known; compress the file again with a newer encoder", kind)
	}
	if d.failed {
		return errShort
	}
	if e.starts, err = d.bitCoder(); err != nil {
		return err
	}
	for range attributes {
		b, err := d.bitCoder()
		if err != nil {
			return err
		}
		e.seamBits = append(e.seamBits, b)
	}
	if standard == nil {
		e.symbols, err = d.valenceSymbols()
	}
	return err
}

// faces rebuilds the faces, one per symbol, then those at which the encoder began.
func (e *edgebreaker) faces(symbols int, dropIsolated bool) error {
	for s := range symbols {
		symbol, err := e.symbols.next()
		if err != nil {
			return err
		}
		corner := int32(3 * s)
		ok, grows := false, false
		switch symbol {
		case symbolC:
			ok = e.fan(corner)
		case symbolR, symbolL:
			ok, grows = e.side(corner, symbol == symbolR), true
		case symbolS:
			ok = e.bridge(corner, s, dropIsolated)
		case symbolE:
			ok, grows = e.end(corner), true
		}
		if !ok {
			return errBad
		}
		e.symbols.reached(e.table, e.active[len(e.active)-1])
		if grows && !e.openSplits(symbols, symbols-s-1) {
			return errBad
		}
		if s&(1<<16-1) == 0 && e.d.ctx.Err() != nil {
			return e.d.ctx.Err()
		}
	}
	if !e.startFaces(symbols) {
		return errBad
	}
	if !e.compact() {
		return errBad
	}
	return nil
}

func (e *edgebreaker) addVertex(corner int32) int32 {
	e.table.leftmost = append(e.table.leftmost, corner)
	e.inside = append(e.inside, false)
	e.symbols.grow(len(e.inside))
	return int32(len(e.table.leftmost)) - 1
}

func (e *edgebreaker) top() int32 {
	if len(e.active) == 0 {
		return none
	}
	return e.active[len(e.active)-1]
}

// free reports whether all are different corners that face open edges.
func (e *edgebreaker) free(corners ...int32) bool {
	for i, c := range corners {
		if c == none || e.table.opposite[c] != none {
			return false
		}
		for _, o := range corners[:i] {
			if o == c {
				return false
			}
		}
	}
	return true
}

// fan adds a face between two open edges at a vertex, which then is inside.
func (e *edgebreaker) fan(corner int32) bool {
	t, a := e.table, e.top()
	if a == none {
		return false
	}
	x := t.vertex[next(a)]
	left := t.leftmost[x]
	if left == none {
		return false
	}
	b := next(left)
	if !e.free(a, b) {
		return false
	}
	aPrev, bNext := t.vertex[previous(a)], t.vertex[next(b)]
	if x == aPrev || x == bNext {
		return false
	}
	t.join(a, corner+1)
	t.join(b, corner+2)
	t.vertex[corner], t.vertex[corner+1], t.vertex[corner+2] = x, bNext, aPrev
	t.leftmost[aPrev] = corner + 2
	e.inside[x] = true
	e.active[len(e.active)-1] = corner
	return true
}

// side adds a face with a new vertex to an open edge.
func (e *edgebreaker) side(corner int32, right bool) bool {
	t, a := e.table, e.top()
	if !e.free(a) || len(t.leftmost) >= e.maxVertices {
		return false
	}
	facing, l, r := corner+1, corner, corner+2
	if right {
		facing, l, r = corner+2, corner+1, corner
	}
	t.join(facing, a)
	t.vertex[facing] = e.addVertex(facing)
	v := t.vertex[previous(a)]
	t.vertex[r], t.leftmost[v] = v, r
	t.vertex[l] = t.vertex[next(a)]
	e.active[len(e.active)-1] = corner
	return true
}

// bridge adds a face between the last two open edges and makes one vertex of the two that meet.
func (e *edgebreaker) bridge(corner int32, symbol int, dropIsolated bool) bool {
	t, b := e.table, e.top()
	if b == none {
		return false
	}
	e.active = e.active[:len(e.active)-1]
	if c, ok := e.reopened[symbol]; ok {
		e.active = append(e.active, c)
	}
	a := e.top()
	if !e.free(a, b) {
		return false
	}
	t.join(a, corner+2)
	t.join(b, corner+1)
	p := t.vertex[previous(a)]
	t.vertex[corner], t.vertex[corner+1] = p, t.vertex[next(a)]
	bPrev := t.vertex[previous(b)]
	t.vertex[corner+2], t.leftmost[bPrev] = bPrev, corner+2
	first := next(b)
	n := t.vertex[first]
	e.symbols.merged(p, n)
	t.leftmost[p] = t.leftmost[n]
	for c := first; c != none; {
		t.vertex[c] = p
		if c = swingLeft(t, c); c == first || !e.merges.step() {
			return false
		}
	}
	t.leftmost[n] = none
	if dropIsolated {
		e.isolated = append(e.isolated, n)
	}
	e.active[len(e.active)-1] = corner
	return true
}

// end adds a face with three new vertices.
func (e *edgebreaker) end(corner int32) bool {
	if len(e.table.leftmost)+3 > e.maxVertices {
		return false
	}
	for k := range int32(3) {
		e.table.vertex[corner+k] = e.addVertex(corner + k)
	}
	e.active = append(e.active, corner)
	return true
}

// openSplits keeps edges of the newest face for the bridges that will come to them.
func (e *edgebreaker) openSplits(symbols, encoder int) bool {
	for n := len(e.splits); n > 0; n = len(e.splits) {
		s := e.splits[n-1]
		if int64(s.source) > int64(encoder) {
			return false
		}
		if int64(s.source) < int64(encoder) {
			return true
		}
		e.splits = e.splits[:n-1]
		c := previous(e.top())
		if s.right {
			c = next(e.top())
		}
		e.reopened[symbols-int(s.split)-1] = c
	}
	return true
}

// startFaces closes the open edges that are left: each run either began at a face inside, or at a boundary.
func (e *edgebreaker) startFaces(faces int) bool {
	t := e.table
	total := len(t.vertex) / 3
	for ; len(e.active) > 0; e.active = e.active[:len(e.active)-1] {
		if !e.starts.next() {
			continue
		}
		a := e.top()
		if faces >= total {
			return false
		}
		n := t.vertex[next(a)]
		if t.leftmost[n] == none {
			return false
		}
		b := next(t.leftmost[n])
		x := t.vertex[next(b)]
		if t.leftmost[x] == none {
			return false
		}
		c := next(t.leftmost[x])
		if !e.free(a, b, c) {
			return false
		}
		p := t.vertex[next(c)]
		corner := int32(3 * faces)
		faces++
		t.join(corner, a)
		t.join(corner+1, b)
		t.join(corner+2, c)
		t.vertex[corner], t.vertex[corner+1], t.vertex[corner+2] = x, p, n
		e.inside[x], e.inside[p], e.inside[n] = true, true, true
	}
	return faces == total
}

// compact moves the last vertices into the places of those that bridges left over.
func (e *edgebreaker) compact() bool {
	t := e.table
	n := int32(len(t.leftmost))
	for _, gone := range e.isolated {
		last := n - 1
		for last >= 0 && t.leftmost[last] == none {
			n--
			last = n - 1
		}
		if last < gone {
			continue
		}
		first := t.leftmost[last]
		for r := (ring{table: t, start: first, corner: first}); r.corner != none; r.next() {
			if t.vertex[r.corner] != last || !e.merges.step() {
				return false
			}
			t.vertex[r.corner] = gone
		}
		t.leftmost[gone], t.leftmost[last] = first, none
		e.inside[gone], e.inside[last] = e.inside[last], false
		n--
	}
	if len(e.isolated) > 0 {
		t.leftmost, e.inside = t.leftmost[:n], e.inside[:n]
	}
	for _, v := range t.vertex {
		if v < 0 || int(v) >= len(t.leftmost) {
			return false
		}
	}
	return true
}

// ring visits the corners around a vertex: to the left until a boundary, then to the right of the start.
type ring struct {
	table         *cornerTable
	start, corner int32
	right         bool
}

func (r *ring) next() {
	if r.right {
		r.corner = swingRight(r.table, r.corner)
		return
	}
	switch r.corner = swingLeft(r.table, r.corner); r.corner {
	case none:
		r.corner, r.right = swingRight(r.table, r.start), true
	case r.start:
		r.corner = none
	}
}

// readSeams reads which edges are seams of which attribute. An edge on a boundary is one of all.
func (e *edgebreaker) readSeams() error {
	for range e.seamBits {
		e.seams = append(e.seams, newSeamTable(e.table))
	}
	if len(e.seams) == 0 {
		return nil
	}
	for face := int32(0); int(face) < len(e.table.vertex)/3; face++ {
		for _, c := range [3]int32{3 * face, 3*face + 1, 3*face + 2} {
			opposite := e.table.opposite[c]
			if opposite != none && opposite/3 < face {
				continue
			}
			for i, s := range e.seams {
				if opposite == none || e.seamBits[i].next() {
					s.cut(c)
				}
			}
		}
	}
	for _, s := range e.seams {
		if err := s.number(); err != nil {
			return err
		}
	}
	return nil
}

// points gives a point to each run of corners around a vertex in which no attribute has a seam.
func (e *edgebreaker) points() error {
	t, m := e.table, e.d.mesh
	m.Indices = make([]uint32, len(t.vertex))
	if len(e.seams) == 0 {
		for c, v := range t.vertex {
			m.Indices[c] = uint32(v)
		}
		m.Points = len(t.leftmost)
		return nil
	}
	steps := budget{(4 + len(e.seams)) * len(t.vertex)}
	for v, c := range t.leftmost {
		if c == none {
			continue
		}
		first := c
		if e.inside[v] {
			var ok bool
			if first, ok = e.firstSeam(v, c, &steps); !ok {
				return errBad
			}
		}
		m.Indices[first] = uint32(m.Points)
		m.Points++
		before := first
		for c = swingRight(t, first); c != none && c != first; c = swingRight(t, c) {
			m.Indices[c] = m.Indices[before]
			if e.differs(c, before) {
				m.Indices[c] = uint32(m.Points)
				m.Points++
			}
			before = c
			if !steps.step() {
				return errBad
			}
		}
	}
	if m.Points > e.d.limits.Points {
		return e.d.checkCounts(uint64(m.Points), 0)
	}
	return nil
}

// firstSeam finds the corner after a seam around a vertex that is inside.
func (e *edgebreaker) firstSeam(v int, c int32, steps *budget) (int32, bool) {
	for _, s := range e.seams {
		if !s.onSeam[v] {
			continue
		}
		for at := swingRight(e.table, c); at != c; at = swingRight(e.table, at) {
			if at == none || !steps.step() {
				return none, false
			}
			if s.vertex[at] != s.vertex[c] {
				return at, true
			}
		}
	}
	return c, true
}

func (e *edgebreaker) differs(a, b int32) bool {
	for _, s := range e.seams {
		if s.vertex[a] != s.vertex[b] {
			return true
		}
	}
	return false
}
