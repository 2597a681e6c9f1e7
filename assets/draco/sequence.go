package draco

// sequence is the order in which the values of attributes were stored: for each value the corner at which the walk came
// to its vertex.
type sequence struct {
	table   *cornerTable
	corners []int32 // by value
	values  []int32 // by vertex; none for those that the walk did not reach
}

// walk goes over the faces of a table.
type walk struct {
	sequence
	face   []bool // visited
	vertex []bool // visited
}

func newWalk(t *cornerTable, corners int) *walk {
	w := &walk{sequence: sequence{table: t, values: make([]int32, t.Vertices())}, face: make([]bool, corners/3), vertex: make([]bool, t.Vertices())}
	for i := range w.values {
		w.values[i] = none
	}
	return w
}

// visit notes a vertex when the walk comes to it for the first time.
func (w *walk) visit(c int32) (first bool) {
	v := w.table.Vertex(c)
	if w.vertex[v] {
		return false
	}
	w.vertex[v] = true
	w.values[v] = int32(len(w.corners))
	w.corners = append(w.corners, c)
	return true
}

// seen reports whether the face of a corner was visited, or is not there.
func (w *walk) seen(c int32) bool { return c == none || w.face[c/3] }

func (w *walk) boundary(c int32) bool {
	first := w.table.Leftmost(w.table.Vertex(c))
	return first == none || swingLeft(w.table, first) == none
}

func (w *walk) right(c int32) int32 { return w.table.Opposite(next(c)) }
func (w *walk) left(c int32) int32  { return w.table.Opposite(previous(c)) }

// depthFirst walks from each face that was not visited, keeping to the right.
func (w *walk) depthFirst() {
	var stack []int32
	for f := range w.face {
		if w.face[f] {
			continue
		}
		start := int32(3 * f)
		w.visit(next(start))
		w.visit(previous(start))
		for stack = append(stack[:0], start); len(stack) > 0; {
			c := stack[len(stack)-1]
			if w.seen(c) {
				stack = stack[:len(stack)-1]
				continue
			}
			stack = w.run(c, stack)
		}
	}
}

// run goes on from a corner until there is no way or a choice of two.
func (w *walk) run(c int32, stack []int32) []int32 {
	for {
		w.face[c/3] = true
		if w.visit(c) && !w.boundary(c) {
			if c = w.right(c); w.seen(c) { // a table that contradicts itself
				return stack[:len(stack)-1]
			}
			continue
		}
		right, left := w.right(c), w.left(c)
		switch {
		case w.seen(right) && w.seen(left):
			return stack[:len(stack)-1]
		case w.seen(right):
			c = left
		case w.seen(left):
			c = right
		default:
			stack[len(stack)-1] = left
			return append(stack, right)
		}
	}
}

// byDegree walks from each face that was not visited, preferring faces whose new vertex can be predicted best.
func (w *walk) byDegree() {
	p := &priorities{walk: w, degree: make([]int32, w.table.Vertices())}
	for f := range w.face {
		if w.face[f] {
			continue
		}
		start := int32(3 * f)
		p.stacks[0] = append(p.stacks[0], start)
		p.best = 0
		w.visit(next(start))
		w.visit(previous(start))
		w.visit(start)
		for c := p.pop(); c != none; c = p.pop() {
			if !w.seen(c) {
				p.run(c)
			}
		}
	}
}

// priorities holds the corners to go on from, the best first.
type priorities struct {
	*walk
	degree []int32 // by vertex: how often a face beside it asked for it
	stacks [3][]int32
	best   int
}

func (p *priorities) pop() int32 {
	for i := p.best; i < len(p.stacks); i++ {
		if n := len(p.stacks[i]); n > 0 {
			c := p.stacks[i][n-1]
			p.stacks[i] = p.stacks[i][:n-1]
			p.best = i
			return c
		}
	}
	return none
}

func (p *priorities) priority(c int32) int {
	v := p.table.Vertex(c)
	if p.vertex[v] {
		return 0
	}
	if p.degree[v]++; p.degree[v] > 1 {
		return 1
	}
	return 2
}

func (p *priorities) push(c int32, priority int) {
	p.stacks[priority] = append(p.stacks[priority], c)
	p.best = min(p.best, priority)
}

func (p *priorities) run(c int32) {
	for {
		p.face[c/3] = true
		p.visit(c)
		right, left := p.right(c), p.left(c)
		closed := p.seen(right)
		if !p.seen(left) {
			priority := p.priority(left)
			if closed && priority <= p.best {
				c = left
				continue
			}
			p.push(left, priority)
		}
		if !closed {
			priority := p.priority(right)
			if priority <= p.best {
				c = right
				continue
			}
			p.push(right, priority)
		}
		return
	}
}
