package expression

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Error is why an expression cannot be used, and where.
type Error struct {
	Line, Column int // in the text of the expression, in characters from 1
	What         string
	Remedy       string
}

// Error reads "expression: line:column: what — remedy".
func (e *Error) Error() string {
	text := fmt.Sprintf("expression: %d:%d: %s", e.Line, e.Column, e.What)
	if e.Remedy != "" {
		text += " — " + e.Remedy
	}
	return text
}

// Scope says what names stand for.
type Scope interface {
	// Signal returns the type of the signal with this path, with slashes, relative to where the expression stands.
	Signal(path string) (Type, bool)
	// Near lists the paths that a wrong one may have been meant to be.
	Near() []string
}

const maxDepth = 48 // of brackets and operators

// Compile parses and checks an expression. Its error is an *Error.
func Compile(text string, scope Scope) (*Program, error) {
	c := &compiler{text: text, scope: scope, most: limits{MaxText, MaxNodes, MaxNames}}
	tree, err := c.compile()
	if err != nil {
		return nil, err
	}
	p := &Program{text: text, names: c.names, result: tree.Type}
	if !encode(p, tree) {
		return nil, c.place(0, "compute it in parts", "the expression is nested too deep")
	}
	return p, nil
}

// Parse parses and checks an expression for those who run it by themselves: what it computes, and the names that its
// inputs are numbered by. It may be longer than one for Compile. Its error is an *Error.
func Parse(text string, scope Scope) (tree *Tree, names []string, err error) {
	c := &compiler{text: text, scope: scope, most: limits{8 * MaxText, 8 * MaxNodes, 16 * MaxNames}}
	tree, err = c.compile()
	return tree, c.names, err
}

// compiler turns a text into a tree. After the first fault it does nothing.
type compiler struct {
	text  string
	scope Scope
	most  limits
	names []string // of the inputs, in the order of their first use
	nodes int
	err   *Error
}

type limits struct{ text, nodes, names int }

func (c *compiler) compile() (t *Tree, err error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the parser; the fuzz test looks for these
			t, err = nil, c.place(0, "check its brackets and quotes", "an expression that cannot be read (%v)", r)
		}
	}()
	switch {
	case strings.TrimSpace(c.text) == "":
		return nil, c.place(0, "write a formula such as power / rated", "an empty expression")
	case len(c.text) > c.most.text:
		return nil, c.place(0, fmt.Sprintf("keep it below %d characters, or compute it in parts", c.most.text), "the expression is too long")
	}
	parsed, err := parser.Parse(c.text)
	if err != nil {
		return nil, c.syntax(err)
	}
	result := c.check(parsed.Node, 0)
	if c.err != nil {
		return nil, c.err
	}
	result.tree.Type = result.Type
	return result.tree, nil
}

// operand is what is known of a part of an expression.
type operand struct {
	Type
	zero bool // the literal 0, which fits all quantities but temperatures
	tree *Tree
}

// of gives an operand its tree.
func (o operand) of(op Op, args ...operand) operand {
	t := &Tree{Op: op, Args: make([]*Tree, len(args))}
	for i, a := range args {
		t.Args[i] = a.tree
	}
	o.tree = t
	return o
}

// place makes an error at the rune with this index.
func (c *compiler) place(rune int, remedy, format string, args ...any) *Error {
	e := &Error{Line: 1, Column: 1, What: fmt.Sprintf(format, args...), Remedy: remedy}
	n := 0
	for _, r := range c.text {
		if n++; n > rune {
			break
		}
		if e.Column++; r == '\n' {
			e.Line, e.Column = e.Line+1, 1
		}
	}
	return e
}

// syntax rewords an error of the parser on one line.
func (c *compiler) syntax(err error) *Error {
	var at *file.Error
	if !errors.As(err, &at) {
		return c.place(0, "check brackets and quotes", "%s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return c.place(at.From, "check brackets, quotes and operators", "%s", strings.Join(strings.Fields(at.Message), " "))
}

// fault notes the first fault.
func (c *compiler) fault(n ast.Node, remedy, format string, args ...any) operand {
	if c.err == nil {
		c.err = c.place(n.Location().From, remedy, format, args...)
	}
	return operand{Type: Type{Unknown: true}, tree: &Tree{}}
}

// check reads a node and all below it.
func (c *compiler) check(n ast.Node, depth int) operand {
	if c.nodes++; c.err != nil || n == nil {
		return operand{tree: &Tree{}}
	}
	if c.nodes > c.most.nodes || depth > maxDepth {
		return c.fault(n, "compute it in parts", "the expression is too large")
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return c.constant(n, float64(n.Value), Type{})
	case *ast.FloatNode:
		return c.constant(n, n.Value, Type{})
	case *ast.BoolNode:
		return c.constant(n, truth(n.Value), Type{Truth: true})
	case *ast.StringNode:
		return c.quantity(n)
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.name(n)
	case *ast.UnaryNode:
		return c.unary(n, depth)
	case *ast.BinaryNode:
		return c.binary(n, depth)
	case *ast.ConditionalNode:
		return c.conditional(n, depth)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments, depth)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, callee.Value, n.Arguments, depth)
		}
	}
	return c.fault(n, "use numbers, signals, operators and the functions "+strings.Join(Functions(), ", "), "a form that expressions of a twin do not use")
}

func (c *compiler) constant(n ast.Node, v float64, t Type) operand {
	o := operand{Type: t, zero: v == 0 && !t.Truth}.of(Constant)
	o.tree.Value = v
	return o
}

func (c *compiler) conditional(n *ast.ConditionalNode, depth int) operand {
	when := c.check(n.Cond, depth+1)
	c.truth(n.Cond, when)
	a, b := c.check(n.Exp1, depth+1), c.check(n.Exp2, depth+1)
	return c.alike(n.Exp2, a, b, "choosing between").of(Choose, when, a, b)
}

// truth asks for a yes or no.
func (c *compiler) truth(n ast.Node, o operand) {
	if c.err == nil && !o.Truth {
		c.fault(n, "compare it with something, as in speed > 0", "a yes or no is needed here")
	}
}

// alike checks that two values may be added, compared or chosen between, and returns what comes out.
func (c *compiler) alike(n ast.Node, a, b operand, doing string) operand {
	switch {
	case c.err != nil:
		return operand{tree: &Tree{}}
	case a.Unknown || b.Unknown:
		return operand{Type: Type{Unknown: true}}
	case a.Dimension.like(b.Dimension):
		return operand{Type: Type{Dimension: a.Dimension.meet(b.Dimension), Truth: a.Truth && b.Truth}}
	case a.zero && b.Dimension != kelvin:
		return operand{Type: Type{Dimension: b.Dimension}}
	case b.zero && a.Dimension != kelvin:
		return operand{Type: Type{Dimension: a.Dimension}}
	}
	remedy := "let both be the same quantity"
	if a.Number() || b.Number() {
		remedy = `write the number with its unit in quotes, such as "` + example(a.Dimension, b.Dimension) + `"`
	}
	return c.fault(n, remedy, "%s %s and %s", doing, a.Dimension, b.Dimension)
}
