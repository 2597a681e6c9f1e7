package equation

import (
	"math"

	"github.com/orrery-twin/orrery/twin/expression"
)

// op is what an instruction does with its registers, lane by lane.
type op uint8

// The first are those of expressions; these are added.
const (
	opReciprocal       = op(expression.Hypot) + 1 + iota
	opMultiplyAdd      // a·b + c
	opMultiplySubtract // a·b − c
	opSubtractMultiply // c − a·b
	opDifferenceTimes  // (a − b)·c
	opSquare
	opSymbol // of the graph only: a time, input, parameter or state
)

// level says how often a value changes.
type level uint8

const (
	always    level = iota // a constant
	perMember              // rests on parameters
	perDrive               // and on inputs
	perStage               // and on time or states
)

// node is a value of a graph. Equal values are one node.
type node struct {
	op     op
	args   [3]int32 // nodes, −1 for none
	value  float64  // of a constant
	symbol int32
	level  level
	steady bool // does not rest on time
}

type nodeKey struct {
	op     op
	args   [3]int32
	bits   uint64
	symbol int32
}

// graph is all values that a system computes, each once.
type graph struct {
	system *expression.System
	nodes  []node
	known  map[nodeKey]int32
	define []int32 // by definition: its node
}

func newGraph(s *expression.System) *graph {
	g := &graph{system: s, known: map[nodeKey]int32{}}
	for i := range s.Definitions {
		g.define = append(g.define, g.tree(s.Definitions[i].Tree))
	}
	return g
}

// add returns the node of a value, and makes it if it is new.
func (g *graph) add(n node) int32 {
	key := nodeKey{n.op, n.args, math.Float64bits(n.value), n.symbol}
	if i, ok := g.known[key]; ok {
		return i
	}
	n.steady = n.op != opSymbol || n.symbol != expression.TimeSymbol
	for _, a := range n.args {
		if a >= 0 {
			n.level = max(n.level, g.nodes[a].level)
			n.steady = n.steady && g.nodes[a].steady
		}
	}
	g.nodes = append(g.nodes, n)
	i := int32(len(g.nodes) - 1)
	g.known[key] = i
	return i
}

func (g *graph) constant(v float64) int32 {
	return g.add(node{op: op(expression.Constant), value: v, args: [3]int32{-1, -1, -1}})
}

func (g *graph) symbol(i int) int32 {
	if first := g.system.DefinitionSymbol(0); i >= first {
		return g.define[i-first]
	}
	l := perStage
	switch {
	case i == expression.TimeSymbol || i >= g.system.StateSymbol(0):
	case i >= g.system.ParameterSymbol(0):
		l = perMember
	default:
		l = perDrive
	}
	return g.add(node{op: opSymbol, symbol: int32(i), level: l, args: [3]int32{-1, -1, -1}})
}

// tree adds an expression.
func (g *graph) tree(t *expression.Tree) int32 {
	switch t.Op {
	case expression.Constant:
		return g.constant(t.Value)
	case expression.Input:
		return g.symbol(t.Input)
	}
	args := [3]int32{-1, -1, -1}
	for i, a := range t.Args {
		args[i] = g.tree(a)
	}
	return g.operation(t.Op, args)
}

func (g *graph) isConstant(i int32) (float64, bool) {
	if i >= 0 && g.nodes[i].op == op(expression.Constant) {
		return g.nodes[i].value, true
	}
	return 0, false
}

// operation adds an operation in its cheapest form: constants are computed now, powers are products, and a division by what
// changes less often than the dividend is a product with its reciprocal.
func (g *graph) operation(o expression.Op, args [3]int32) int32 {
	if v, ok := g.folded(o, args); ok {
		return g.constant(v)
	}
	a, b := args[0], args[1]
	x, xConstant := g.isConstant(a)
	y, yConstant := g.isConstant(b)
	switch o {
	case expression.Add:
		if xConstant && x == 0 {
			return b
		}
		if yConstant && y == 0 {
			return a
		}
	case expression.Subtract:
		if yConstant && y == 0 {
			return a
		}
	case expression.Multiply:
		if xConstant && x == 1 {
			return b
		}
		if yConstant && y == 1 {
			return a
		}
		if a == b {
			return g.plain(opSquare, a)
		}
	case expression.Divide:
		if yConstant && y == 1 {
			return a
		}
		if g.nodes[b].level < g.nodes[a].level {
			return g.operation(expression.Multiply, [3]int32{a, g.reciprocal(b), -1})
		}
	case expression.Power:
		if yConstant {
			if n, ok := g.power(a, y); ok {
				return n
			}
		}
	}
	if commutes(o) && a > b { // so that a·b and b·a are one
		args[0], args[1] = b, a
	}
	return g.add(node{op: op(o), args: args})
}

func commutes(o expression.Op) bool {
	return o == expression.Add || o == expression.Multiply || o == expression.Min || o == expression.Max || o == expression.Equal || o == expression.NotEqual
}

func (g *graph) plain(o op, a int32) int32 { return g.add(node{op: o, args: [3]int32{a, -1, -1}}) }

func (g *graph) reciprocal(a int32) int32 {
	if v, ok := g.isConstant(a); ok {
		return g.constant(1 / v)
	}
	return g.plain(opReciprocal, a)
}

// power is x to a constant.
func (g *graph) power(a int32, y float64) (int32, bool) {
	square := func(i int32) int32 { return g.plain(opSquare, i) }
	switch y {
	case 0:
		return g.constant(1), true
	case 1:
		return a, true
	case 2:
		return square(a), true
	case 3:
		return g.operation(expression.Multiply, [3]int32{square(a), a, -1}), true
	case 4:
		return square(square(a)), true
	case .5:
		return g.add(node{op: op(expression.Sqrt), args: [3]int32{a, -1, -1}}), true
	case -1:
		return g.reciprocal(a), true
	case -2:
		return g.reciprocal(square(a)), true
	}
	return 0, false
}

// folded computes an operation on constants.
func (g *graph) folded(o expression.Op, args [3]int32) (float64, bool) {
	var v [3]float64
	for i, a := range args {
		if a < 0 {
			break
		}
		x, ok := g.isConstant(a)
		if !ok {
			return 0, false
		}
		v[i] = x
	}
	switch {
	case o.Unary():
		return expression.Apply1(o, v[0]), true
	case o.Binary():
		return expression.Apply2(o, v[0], v[1]), true
	case o == expression.Clamp:
		return expression.ApplyClamp(v[0], v[1], v[2]), true
	case o == expression.Mix:
		return expression.ApplyMix(v[0], v[1], v[2]), true
	case o == expression.Choose:
		if v[0] != 0 {
			return v[1], true
		}
		return v[2], true
	case o == expression.And:
		return expression.Apply1(expression.Truth, v[0]*v[1]), true
	case o == expression.Or:
		return expression.Apply1(expression.Truth, math.Abs(v[0])+math.Abs(v[1])), true
	}
	return 0, false
}

// crossing adds a value that passes zero upward where a condition becomes true.
func (g *graph) crossing(t *expression.Tree) int32 {
	pair := func(o expression.Op, a, b int32) int32 { return g.operation(o, [3]int32{a, b, -1}) }
	switch t.Op {
	case expression.Less, expression.LessEqual:
		return pair(expression.Subtract, g.tree(t.Args[1]), g.tree(t.Args[0]))
	case expression.Greater, expression.GreaterEqual:
		return pair(expression.Subtract, g.tree(t.Args[0]), g.tree(t.Args[1]))
	case expression.And:
		return pair(expression.Min, g.crossing(t.Args[0]), g.crossing(t.Args[1]))
	case expression.Or:
		return pair(expression.Max, g.crossing(t.Args[0]), g.crossing(t.Args[1]))
	case expression.Not:
		return g.operation(expression.Negate, [3]int32{g.crossing(t.Args[0]), -1, -1})
	}
	return g.operation(expression.Choose, [3]int32{g.tree(t), g.constant(1), g.constant(-1)})
}
