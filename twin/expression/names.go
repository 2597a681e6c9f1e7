package expression

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/orrery-twin/orrery/twin"
)

// name reads a signal: speed, gearbox.oil_temp, or the constant pi.
func (c *compiler) name(n ast.Node) operand {
	path, ok := dotted(n)
	if !ok {
		return c.fault(n, `write gearbox.oil_temp, or signal("gearbox/oil_temp")`, "this is no name of a signal")
	}
	if t, known := c.scope.Signal(path); known {
		return c.input(n, path, t)
	}
	if path == "pi" {
		return c.constant(n, math.Pi, Type{})
	}
	return c.unknown(n, path)
}

// signal reads a signal by its path in quotes, for names that are no words.
func (c *compiler) signal(n ast.Node, arguments []ast.Node) operand {
	if len(arguments) == 1 {
		if path, ok := arguments[0].(*ast.StringNode); ok {
			if t, known := c.scope.Signal(path.Value); known {
				return c.input(n, path.Value, t)
			}
			return c.unknown(arguments[0], path.Value)
		}
	}
	return c.fault(n, `write signal("gearbox/oil_temp")`, "signal needs one path in quotes")
}

func (c *compiler) input(n ast.Node, path string, t Type) operand {
	i := slices.Index(c.names, path)
	if i < 0 {
		if i = len(c.names); i >= c.most.names {
			return c.fault(n, "compute it in parts", "more than %d signals in one expression", c.most.names)
		}
		c.names = append(c.names, path)
	}
	o := operand{Type: t}.of(Input)
	o.tree.Input = i
	return o
}

func (c *compiler) unknown(n ast.Node, path string) operand {
	near := c.scope.Near()
	remedy := "there are no signals here"
	if len(near) > 0 {
		slices.SortStableFunc(near, func(a, b string) int { return distance(path, a) - distance(path, b) })
		remedy = "use one of " + strings.Join(near[:min(len(near), 6)], ", ")
	}
	return c.fault(n, remedy, "there is no signal %q", path)
}

// distance is a rough measure of how unlike two words are: what remains when common beginnings and ends are taken away.
func distance(a, b string) int {
	long := max(len(a), len(b))
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, long = a[1:], b[1:], long-1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, long = a[:len(a)-1], b[:len(b)-1], long-1
	}
	return long
}

// dotted gives the path of a.b.c.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional || n.Method {
			return "", false
		}
		up, ok := dotted(n.Node)
		return up + "/" + property.Value, ok
	}
	return "", false
}

// quantity reads "70 °C".
func (c *compiler) quantity(n *ast.StringNode) operand {
	number, symbol, _ := strings.Cut(strings.TrimSpace(n.Value), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !finite(v) {
		return c.fault(n, `write a number and a unit, such as "70 °C"; names of states stand only beside == and in`, "%q is no quantity", n.Value)
	}
	u, err := ParseUnit(strings.TrimSpace(symbol))
	if err != nil {
		return c.fault(n, "use one of "+strings.Join(twin.UnitSymbols(), " ")+", or W/K, J/(kg·K), m²", "unknown unit %q", symbol)
	}
	o := c.constant(n, u.SI(v), u.Type)
	o.zero = false
	return o
}

// state reads the right side of a comparison with a signal that has states. ok is false when n is no name of a state.
func (c *compiler) state(n ast.Node, of Type) (o operand, ok bool) {
	name, isText := n.(*ast.StringNode)
	if !isText || len(of.States) == 0 {
		return o, false
	}
	i := slices.Index(of.States, name.Value)
	if i < 0 {
		return c.fault(n, "use one of "+strings.Join(of.States[:min(len(of.States), 12)], ", "), "there is no state %q", name.Value), true
	}
	return c.constant(n, float64(i), Type{}), true
}
