package expression

// encoder writes the stack program of a tree.
type encoder struct {
	program *Program
	depth   int // values that wait now
	deepest int
	failed  bool // the program is too long
}

// encode fills in the code of a program; it is false when the tree is too large for one.
func encode(p *Program, t *Tree) bool {
	e := &encoder{program: p}
	e.tree(t)
	return !e.failed && e.deepest <= maxStack
}

// step appends an instruction that changes the number of waiting values by push.
func (e *encoder) step(push int, op Op, arg int) int {
	e.failed = e.failed || len(e.program.code) >= maxCode
	if !e.failed {
		e.program.code = append(e.program.code, instruction{op, uint16(arg)})
	}
	e.depth += push
	e.deepest = max(e.deepest, e.depth)
	return len(e.program.code) - 1
}

// land lets the jump at an instruction end behind the code so far.
func (e *encoder) land(jump int) { e.program.code[jump].arg = uint16(len(e.program.code) - 1 - jump) }

func (e *encoder) tree(t *Tree) {
	switch {
	case e.failed:
	case t.Op == Constant:
		e.program.constants = append(e.program.constants, t.Value)
		e.step(1, Constant, len(e.program.constants)-1)
	case t.Op == Input:
		e.step(1, Input, t.Input)
	case t.Op == Choose:
		e.tree(t.Args[0])
		otherwise := e.step(-1, opSkipIfNot, 0)
		e.tree(t.Args[1])
		end := e.step(-1, opSkip, 0) // of both branches only one leaves its value
		e.land(otherwise)
		e.tree(t.Args[2])
		e.land(end)
	case t.Op == And || t.Op == Or: // the right side waits until the left side has not decided
		e.tree(t.Args[0])
		jump := e.step(-1, t.Op, 0)
		e.tree(t.Args[1])
		e.step(0, Truth, 0)
		e.land(jump)
	default:
		for _, a := range t.Args {
			e.tree(a)
		}
		e.step(1-len(t.Args), t.Op, 0)
	}
}
