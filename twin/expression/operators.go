package expression

import (
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode, depth int) operand {
	x := c.emit(n.Node, depth+1)
	switch n.Operator {
	case "+":
		return x
	case "-":
		c.step(n, 0, opNegate, 0)
		x.Truth, x.States = false, nil
		return x
	case "!", "not":
		c.truth(n.Node, x)
		c.step(n, 0, opNot, 0)
		return operand{Type: Type{Truth: true}}
	}
	return c.fault(n, "use - + !", "operator %q", n.Operator)
}

var comparisons = map[string]opcode{"<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual, "==": opEqual, "!=": opNotEqual}

func (c *compiler) binary(n *ast.BinaryNode, depth int) operand {
	switch n.Operator {
	case "&&", "and":
		return c.logic(n, opAnd, depth)
	case "||", "or":
		return c.logic(n, opOr, depth)
	case "in":
		return c.among(n, depth)
	}
	a := c.emit(n.Left, depth+1)
	if op, ok := comparisons[n.Operator]; ok {
		if !c.state(n.Right, a.Type) {
			c.alike(n, a, c.emit(n.Right, depth+1), "comparing")
		}
		c.step(n, -1, op, 0)
		return operand{Type: Type{Truth: true}}
	}
	b := c.emit(n.Right, depth+1)
	if c.err != nil {
		return operand{}
	}
	switch n.Operator {
	case "+", "-":
		sum := c.alike(n, a, b, map[string]string{"+": "adding", "-": "subtracting"}[n.Operator])
		c.step(n, -1, map[string]opcode{"+": opAdd, "-": opSubtract}[n.Operator], 0)
		sum.Truth = false
		return sum
	case "%":
		c.step(n, -1, opModulo, 0)
		rest := c.alike(n, a, b, "dividing")
		rest.Truth = false
		return rest
	case "*":
		c.step(n, -1, opMultiply, 0)
		return a.times(b, 1)
	case "/":
		c.step(n, -1, opDivide, 0)
		return a.times(b, -1)
	case "^", "**":
		c.step(n, -1, opPower, 0)
		return c.power(n, a, b)
	}
	return c.fault(n, "use + - * / % ^ < <= > >= == != && || in", "operator %q", n.Operator)
}

// logic lets the right side wait until the left side has not decided.
func (c *compiler) logic(n *ast.BinaryNode, op opcode, depth int) operand {
	c.truth(n.Left, c.emit(n.Left, depth+1))
	jump := c.step(n, -1, op, 0)
	c.truth(n.Right, c.emit(n.Right, depth+1))
	if c.err == nil {
		c.step(n, 0, opTruth, 0)
		c.land(jump)
	}
	return operand{Type: Type{Truth: true}}
}

// among is state in ["running", "curtailed"].
func (c *compiler) among(n *ast.BinaryNode, depth int) operand {
	choices, ok := n.Right.(*ast.ArrayNode)
	if !ok || len(choices.Nodes) == 0 {
		return c.fault(n.Right, `write in ["running", "curtailed"]`, "in needs a list")
	}
	var jumps []int
	for i, choice := range choices.Nodes {
		a := c.emit(n.Left, depth+1)
		if !c.state(choice, a.Type) {
			c.alike(choice, a, c.emit(choice, depth+1), "comparing")
		}
		c.step(choice, -1, opEqual, 0)
		if i < len(choices.Nodes)-1 {
			jumps = append(jumps, c.step(choice, -1, opOr, 0))
		}
		if c.err != nil {
			return operand{}
		}
	}
	for _, j := range jumps {
		c.land(j)
	}
	return operand{Type: Type{Truth: true}}
}

// power is x ^ n: a quantity only to a small whole number that stands there, else a plain number.
func (c *compiler) power(n *ast.BinaryNode, a, b operand) operand {
	if exponent, ok := whole(n.Right); ok && exponent >= -4 && exponent <= 4 {
		return operand{Type: Type{Dimension: a.Dimension.power(exponent), Unknown: a.Unknown}}
	}
	if !b.Unknown && !b.Number() || !a.Unknown && !a.Number() {
		return c.fault(n, "divide both by their units first", "%s to the power of %s", a.Dimension, b.Dimension)
	}
	return operand{Type: Type{Unknown: a.Unknown}}
}

func whole(n ast.Node) (int8, bool) {
	sign := 1
	if u, ok := n.(*ast.UnaryNode); ok && u.Operator == "-" {
		n, sign = u.Node, -1
	}
	if i, ok := n.(*ast.IntegerNode); ok && i.Value >= 0 && i.Value <= 4 {
		return int8(sign * i.Value), true
	}
	return 0, false
}

// function is what may be called.
type function struct {
	op       opcode
	min, max int
	rule     rule
}

// rule says what a function makes of dimensions.
type rule uint8

const (
	keeps      rule = iota // all arguments alike, and the result like them
	plain                  // numbers
	ofAngle                // an angle or a number, the result a number
	toAngle                // numbers, the result an angle
	betweenTwo             // two alike, the result an angle
	toNumber               // anything, the result a number
	root
	mixes // two alike and a number
)

const maxArguments = 8

var functions = map[string]function{
	"abs": {opAbs, 1, 1, keeps}, "sign": {opSign, 1, 1, toNumber}, "min": {opMin, 2, maxArguments, keeps}, "max": {opMax, 2, maxArguments, keeps},
	"clamp": {opClamp, 3, 3, keeps}, "mix": {opMix, 3, 3, mixes}, "sqrt": {opSqrt, 1, 1, root}, "exp": {opExp, 1, 1, plain}, "log": {opLog, 1, 1, plain},
	"log10": {opLog10, 1, 1, plain}, "sin": {opSin, 1, 1, ofAngle}, "cos": {opCos, 1, 1, ofAngle}, "tan": {opTan, 1, 1, ofAngle},
	"asin": {opAsin, 1, 1, toAngle}, "acos": {opAcos, 1, 1, toAngle}, "atan": {opAtan, 1, 1, toAngle}, "atan2": {opAtan2, 2, 2, betweenTwo},
	"hypot": {opHypot, 2, maxArguments, keeps}, "floor": {opFloor, 1, 1, keeps}, "ceil": {opCeil, 1, 1, keeps}, "round": {opRound, 1, 1, keeps},
}

// Functions lists the functions that an expression may call, sorted: the names for people who ask.
func Functions() []string {
	out := []string{"signal"}
	for name := range functions {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (c *compiler) call(n ast.Node, name string, arguments []ast.Node, depth int) operand {
	if name == "signal" {
		return c.signal(n, arguments)
	}
	f, ok := functions[name]
	if !ok {
		return c.fault(n, "use one of "+strings.Join(Functions(), ", "), "there is no function %q", name)
	}
	if len(arguments) < f.min || len(arguments) > f.max {
		return c.fault(n, "give "+map[bool]string{true: "one", false: "as many as it needs"}[f.max == 1], "%s with %d arguments", name, len(arguments))
	}
	var all []operand
	for i, a := range arguments {
		all = append(all, c.emit(a, depth+1))
		if i > 0 && f.max > 3 || i == 1 && f.max == 2 { // folded from the left
			c.step(n, -1, f.op, 0)
		}
	}
	switch f.max {
	case 1:
		c.step(n, 0, f.op, 0)
	case 3:
		c.step(n, -2, f.op, 0)
	}
	if c.err != nil {
		return operand{}
	}
	return c.apply(n, f.rule, arguments, all)
}

func (c *compiler) apply(n ast.Node, r rule, nodes []ast.Node, all []operand) operand {
	angle := Dimension{Radian: 1}
	number := func(i int, orAngle bool) {
		if o := all[i]; !o.Unknown && !o.Number() && !(orAngle && o.Dimension.like(angle)) {
			c.fault(nodes[i], "divide it by a quantity of its kind first", "a plain number is needed here, not %s", o.Dimension)
		}
	}
	out := all[0]
	out.zero, out.Truth, out.States = false, false, nil
	switch r {
	case keeps, betweenTwo, mixes:
		for i, o := range all[1:] {
			if r == mixes && i == 1 {
				number(2, false)
				break
			}
			out = c.alike(nodes[i+1], out, o, "comparing")
		}
		out.Truth = false
		if r == betweenTwo {
			return operand{Type: Type{Dimension: angle}}
		}
		return out
	case root:
		return operand{Type: out.root()}
	case ofAngle:
		number(0, true)
	case plain:
		number(0, false)
	case toAngle:
		number(0, false)
		return operand{Type: Type{Dimension: angle}}
	}
	return operand{}
}

// times multiplies by, or with sign -1 divides by, another quantity.
func (o operand) times(by operand, sign int8) operand {
	return operand{Type: Type{Dimension: o.Dimension.times(by.Dimension, sign), Unknown: o.Unknown || by.Unknown}}
}

// root is the type of a square root.
func (t Type) root() Type {
	d := t.Dimension
	for _, e := range []int8{d.Metre, d.Kilogram, d.Second, d.Ampere, d.Kelvin} {
		if e%2 != 0 {
			return Type{Unknown: true}
		}
	}
	out := Dimension{d.Metre / 2, d.Kilogram / 2, d.Second / 2, d.Ampere / 2, d.Kelvin / 2, d.Radian / 2, d != Dimension{}}
	return Type{Dimension: out, Unknown: t.Unknown}
}

// saturate keeps exponents from running over, as in x*x*x*….
func saturate(e int) int8 { return int8(min(max(e, math.MinInt8), math.MaxInt8)) }
