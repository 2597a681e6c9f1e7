package expression

import (
	"slices"

	"github.com/orrery-twin/orrery/twin"
)

// Limits of an expression. One beyond them is refused before any of it is used.
const (
	MaxText  = 1024 // bytes
	MaxNodes = 256  // values, operators and calls
	MaxNames = 16   // different signals
	maxStack = 32   // values that wait for an operator
	maxCode  = 1024 // instructions
)

// Program is a compiled expression: arithmetic in SI over named inputs, without loops and without memory. It is
// immutable and may be evaluated from any goroutine.
type Program struct {
	text      string
	names     []string // of the inputs, in the order of their first use
	code      []instruction
	constants []float64
	result    Type
}

// Text returns the expression as it was written.
func (p *Program) Text() string { return p.text }

// Names returns the signals that the expression reads, as it names them, in the order in which Eval takes their values.
// The slice is shared: do not change it.
func (p *Program) Names() []string { return p.names }

// Result returns what the expression computes.
func (p *Program) Result() Type { return p.result }

// In returns the program that takes the plain number which p computes to be of this unit, and gives it in SI.
func (p *Program) In(u twin.Unit) *Program {
	out := *p
	zero := u.SI(0)
	out.constants = append(slices.Clone(p.constants), u.SI(1)-zero, zero)
	k := uint16(len(p.constants))
	out.code = append(slices.Clone(p.code), instruction{Constant, k}, instruction{op: Multiply}, instruction{Constant, k + 1}, instruction{op: Add})
	d, known := dimensions[u.Dimension]
	out.result = Type{Dimension: d, Unknown: !known}
	return &out
}

// instruction is one step of a program on a stack of numbers. Steps that jump carry how far.
type instruction struct {
	op  Op
	arg uint16 // index of an input or a constant, number of arguments, or steps to jump over
}

// Eval computes the expression for these values of its Names, in SI. It allocates nothing and takes a time that is bounded
// by the length of the text. The result may be NaN or infinite: see Source.Read.
func (p *Program) Eval(values []float64) float64 {
	var stack [maxStack]float64
	n := 0 // values on the stack
	for pc := 0; pc < len(p.code); pc++ {
		in := p.code[pc]
		switch in.op {
		case Input:
			stack[n&(maxStack-1)] = values[in.arg]
			n++
		case Constant:
			stack[n&(maxStack-1)] = p.constants[in.arg]
			n++
		case opSkip:
			pc += int(in.arg)
		case opSkipIfNot, And, Or:
			n--
			yes := stack[n&(maxStack-1)] != 0
			if in.op == opSkipIfNot && !yes {
				pc += int(in.arg)
			} else if in.op != opSkipIfNot && yes == (in.op == Or) { // the left side decides
				stack[n&(maxStack-1)] = truth(yes)
				n++
				pc += int(in.arg)
			}
		case Clamp:
			n -= 2
			stack[n-1] = ApplyClamp(stack[n-1], stack[n], stack[n+1])
		case Mix:
			n -= 2
			stack[n-1] = ApplyMix(stack[n-1], stack[n], stack[n+1])
		default:
			if in.op < opBinary {
				stack[n-1] = unary(in.op, stack[n-1])
				continue
			}
			n--
			stack[n-1] = binary(in.op, stack[n-1], stack[n])
		}
	}
	return stack[0]
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
