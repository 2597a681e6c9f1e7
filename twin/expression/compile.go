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

const (
	maxDepth = 48   // of brackets and operators
	maxCode  = 1024 // instructions
)

// Compile parses and checks an expression. Its error is an *Error.
func Compile(text string, scope Scope) (p *Program, err error) {
	c := &compiler{text: text, scope: scope, program: &Program{text: text}}
	defer func() {
		if r := recover(); r != nil { // a fault of the parser; the fuzz test looks for these
			p, err = nil, c.place(0, "check its brackets and quotes", "an expression that cannot be read (%v)", r)
		}
	}()
	switch {
	case strings.TrimSpace(text) == "":
		return nil, c.place(0, "write a formula such as power / rated", "an empty expression")
	case len(text) > MaxText:
		return nil, c.place(0, fmt.Sprintf("keep it below %d characters, or compute it in parts", MaxText), "the expression is too long")
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, c.syntax(err)
	}
	result := c.emit(tree.Node, 0)
	if c.err != nil {
		return nil, c.err
	}
	c.program.result = result.Type
	return c.program, nil
}

// compiler turns a syntax tree into a program. After the first fault it does nothing.
type compiler struct {
	text    string
	scope   Scope
	program *Program
	nodes   int
	stack   int // values that wait now
	err     *Error
}

// operand is what is known of a part of an expression.
type operand struct {
	Type
	zero bool // the literal 0, which fits all quantities but temperatures
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
	return operand{Type: Type{Unknown: true}}
}

// emit writes the code that leaves the value of a node on the stack.
func (c *compiler) emit(n ast.Node, depth int) operand {
	if c.nodes++; c.err != nil || n == nil {
		return operand{}
	}
	if c.nodes > MaxNodes || len(c.program.code) > maxCode || depth > maxDepth {
		return c.fault(n, "compute it in parts", "the expression is too large")
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return c.literal(n, float64(n.Value))
	case *ast.FloatNode:
		return c.literal(n, n.Value)
	case *ast.BoolNode:
		c.constant(n, truth(n.Value))
		return operand{Type: Type{Truth: true}}
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

// step appends an instruction that changes the number of waiting values by push.
func (c *compiler) step(n ast.Node, push int, op opcode, arg int) int {
	c.program.code = append(c.program.code, instruction{op, uint16(arg)})
	if c.stack += push; c.stack > maxStack {
		c.fault(n, "compute it in parts", "the expression is nested too deep")
	}
	return len(c.program.code) - 1
}

// land lets the jump at an instruction end behind the code so far.
func (c *compiler) land(jump int) {
	c.program.code[jump].arg = uint16(len(c.program.code) - 1 - jump)
}

func (c *compiler) constant(n ast.Node, v float64) {
	c.program.constants = append(c.program.constants, v)
	c.step(n, 1, opConstant, len(c.program.constants)-1)
}

func (c *compiler) literal(n ast.Node, v float64) operand {
	c.constant(n, v)
	return operand{zero: v == 0}
}

func (c *compiler) conditional(n *ast.ConditionalNode, depth int) operand {
	c.truth(n.Cond, c.emit(n.Cond, depth+1))
	if c.err != nil {
		return operand{}
	}
	otherwise := c.step(n, -1, opSkipIfNot, 0)
	a := c.emit(n.Exp1, depth+1)
	end := c.step(n, -1, opSkip, 0) // of both branches only one leaves its value
	c.land(otherwise)
	b := c.emit(n.Exp2, depth+1)
	c.land(end)
	return c.alike(n.Exp2, a, b, "choosing between")
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
		return operand{}
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
