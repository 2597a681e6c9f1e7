package expression

import (
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode, depth int) operand {
	x := c.check(n.Node, depth+1)
	switch n.Operator {
	case "+":
		return x
	case "-":
		out := x
		out.Truth, out.States = false, nil
		return out.of(Negate, x)
	case "!", "not":
		c.truth(n.Node, x)
		return operand{Type: Type{Truth: true}}.of(Not, x)
	}
	return c.fault(n, "use - + !", "operator %q", n.Operator)
}

var comparisons = map[string]Op{"<": Less, "<=": LessEqual, ">": Greater, ">=": GreaterEqual, "==": Equal, "!=": NotEqual}

func (c *compiler) binary(n *ast.BinaryNode, depth int) operand {
	switch n.Operator {
	case "&&", "and":
		return c.logic(n, And, depth)
	case "||", "or":
		return c.logic(n, Or, depth)
	case "in":
		return c.among(n, depth)
	}
	a := c.check(n.Left, depth+1)
	if op, ok := comparisons[n.Operator]; ok {
		return c.compare(n, n.Right, op, a, depth)
	}
	b := c.check(n.Right, depth+1)
	if c.err != nil {
		return a
	}
	switch n.Operator {
	case "+", "-":
		return c.sum(n, map[string]Op{"+": Add, "-": Subtract}[n.Operator], a, b, map[string]string{"+": "adding", "-": "subtracting"}[n.Operator])
	case "%":
		return c.sum(n, Modulo, a, b, "dividing")
	case "*":
		return a.times(b, 1).of(Multiply, a, b)
	case "/":
		return a.times(b, -1).of(Divide, a, b)
	case "^", "**":
		return c.power(n, a, b).of(Power, a, b)
	}
	return c.fault(n, "use + - * / % ^ < <= > >= == != && || in", "operator %q", n.Operator)
}

// sum is what keeps the dimension of both sides.
func (c *compiler) sum(n ast.Node, op Op, a, b operand, doing string) operand {
	out := c.alike(n, a, b, doing)
	out.Truth = false
	return out.of(op, a, b)
}

// compare is a < b, or with a name of a state on the right.
func (c *compiler) compare(n, right ast.Node, op Op, a operand, depth int) operand {
	b, ok := c.state(right, a.Type)
	if !ok {
		b = c.check(right, depth+1)
		c.alike(n, a, b, "comparing")
	}
	return operand{Type: Type{Truth: true}}.of(op, a, b)
}

func (c *compiler) logic(n *ast.BinaryNode, op Op, depth int) operand {
	a := c.check(n.Left, depth+1)
	c.truth(n.Left, a)
	b := c.check(n.Right, depth+1)
	c.truth(n.Right, b)
	return operand{Type: Type{Truth: true}}.of(op, a, b)
}

// among is state in ["running", "curtailed"].
func (c *compiler) among(n *ast.BinaryNode, depth int) operand {
	choices, ok := n.Right.(*ast.ArrayNode)
	if !ok || len(choices.Nodes) == 0 {
		return c.fault(n.Right, `write in ["running", "curtailed"]`, "in needs a list")
	}
	a := c.check(n.Left, depth+1)
	out := operand{}
	for i, choice := range choices.Nodes {
		one := c.compare(choice, choice, Equal, a, depth)
		if i > 0 {
			one = operand{Type: Type{Truth: true}}.of(Or, out, one)
		}
		out = one
	}
	return out
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
	op       Op
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
	"abs": {Abs, 1, 1, keeps}, "sign": {Sign, 1, 1, toNumber}, "min": {Min, 2, maxArguments, keeps}, "max": {Max, 2, maxArguments, keeps},
	"clamp": {Clamp, 3, 3, keeps}, "mix": {Mix, 3, 3, mixes}, "sqrt": {Sqrt, 1, 1, root}, "exp": {Exp, 1, 1, plain}, "log": {Log, 1, 1, plain},
	"log10": {Log10, 1, 1, plain}, "sin": {Sin, 1, 1, ofAngle}, "cos": {Cos, 1, 1, ofAngle}, "tan": {Tan, 1, 1, ofAngle},
	"asin": {Asin, 1, 1, toAngle}, "acos": {Acos, 1, 1, toAngle}, "atan": {Atan, 1, 1, toAngle}, "atan2": {Atan2, 2, 2, betweenTwo},
	"hypot": {Hypot, 2, maxArguments, keeps}, "floor": {Floor, 1, 1, keeps}, "ceil": {Ceil, 1, 1, keeps}, "round": {Round, 1, 1, keeps},
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
	all := make([]operand, len(arguments))
	for i, a := range arguments {
		all[i] = c.check(a, depth+1)
	}
	if c.err != nil {
		return operand{tree: &Tree{}}
	}
	out := c.apply(n, f.rule, arguments, all)
	if !f.op.Binary() {
		return out.of(f.op, all...)
	}
	folded := all[0] // from the left
	for _, a := range all[1:] {
		folded = operand{}.of(f.op, folded, a)
	}
	out.tree = folded.tree
	return out
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
