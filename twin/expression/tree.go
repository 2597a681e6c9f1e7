package expression

import "math"

// Tree is an expression that was read and checked: a constant, an input, or an operation on other trees. It is immutable.
// A truth is 1 or 0; of Choose, And and Or all arguments may be computed, since nothing has an effect.
type Tree struct {
	Op    Op
	Value float64 // of Constant, SI
	Input int     // of Input: which name
	Args  []*Tree // one for unary operations, two for binary ones, three for Choose, Clamp and Mix
	Type  Type    // known at the root
	role  role    // of Input, while a system is put together: among what it is counted
}

// Op is what is done with the arguments of a Tree.
type Op uint8

// The operations. Choose takes a condition and what holds when it is true and when not; Clamp a value and its ends; Mix two
// values and the share of the second. Modulo has the sign of its right side.
const (
	Constant Op = iota
	Input
	Choose
	And
	Or
	Clamp
	Mix

	opSkip // of programs only, with a distance
	opSkipIfNot

	Negate
	Not
	Truth
	Abs
	Sign
	Sqrt
	Exp
	Log
	Log10
	Sin
	Cos
	Tan
	Asin
	Acos
	Atan
	Floor
	Ceil
	Round

	opBinary // the ones above take one argument, the ones below two
	Add
	Subtract
	Multiply
	Divide
	Modulo
	Power
	Less
	LessEqual
	Greater
	GreaterEqual
	Equal
	NotEqual
	Min
	Max
	Atan2
	Hypot
)

// Unary reports whether the operation is one on a single number, which Apply1 computes.
func (op Op) Unary() bool { return op >= Negate && op < opBinary }

// Binary reports whether the operation is one on two numbers, which Apply2 computes.
func (op Op) Binary() bool { return op > opBinary && op <= Hypot }

// Apply1 computes a unary operation; it is NaN for any other.
func Apply1(op Op, x float64) float64 { return unary(op, x) }

// Apply2 computes a binary operation; it is NaN for any other.
func Apply2(op Op, x, y float64) float64 { return binary(op, x, y) }

// ApplyClamp is what Clamp computes.
func ApplyClamp(x, low, high float64) float64 { return math.Max(low, math.Min(high, x)) }

// ApplyMix is what Mix computes.
func ApplyMix(x, y, share float64) float64 { return x + (y-x)*share }
