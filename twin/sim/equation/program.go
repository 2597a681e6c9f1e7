package equation

import (
	"fmt"

	"github.com/orrery-twin/orrery/twin/expression"
)

// instruction works on registers; d is where the result goes.
type instruction struct {
	op         op
	d, a, b, c int32
}

// kernel is code with its results.
type kernel struct {
	code  []instruction
	roots []int32 // registers
}

// Program is a system of equations made ready to run over many members at once. It is immutable and may be shared.
type Program struct {
	System *expression.System

	state     int32   // register of the first state; symbols stand in registers of their number
	constants []int32 // registers
	values    []float64
	kept      int32 // registers that hold from one kernel to the next; above them is scratch
	registers int32

	prepare kernel // what rests on parameters
	drive   kernel // and inputs
	rates   kernel // by state: its rate, or the rest of its algebraic equation
	outputs kernel
	events  []kernel // by event: a value that passes zero upward when it happens
	sets    []kernel // by event: the new values
	mass    []float64
	steady  bool
}

const maxRegisters = 1 << 16

// Compile makes a program of a checked system.
func Compile(s *expression.System) (*Program, error) {
	if len(s.States) == 0 {
		return nil, fmt.Errorf("equation: a model without states: declare what changes over time under states")
	}
	g := newGraph(s)
	p := &Program{System: s}
	b := builder{graph: g, program: p, at: map[int32]int32{}}
	rates, mass := b.rates()
	outputs := make([]int32, len(s.Outputs))
	for i := range s.Outputs {
		outputs[i] = g.tree(s.Outputs[i].Tree)
	}
	events, sets := make([][]int32, len(s.Events)), make([][]int32, len(s.Events))
	for i := range s.Events {
		events[i] = []int32{g.crossing(s.Events[i].When)}
		for _, a := range s.Events[i].Set {
			sets[i] = append(sets[i], g.tree(a.Tree))
		}
	}
	p.mass = mass
	p.steady = true
	for _, r := range rates {
		p.steady = p.steady && g.nodes[r].steady
	}
	b.layout()
	p.rates = b.kernel(rates)
	p.outputs = b.kernel(outputs)
	for i := range s.Events {
		p.events = append(p.events, b.kernel(events[i]))
		p.sets = append(p.sets, b.kernel(sets[i]))
	}
	if p.registers > maxRegisters {
		return nil, fmt.Errorf("equation: the model needs %d registers: split it", p.registers)
	}
	return p, nil
}

// builder lays out registers and writes kernels.
type builder struct {
	graph   *graph
	program *Program
	at      map[int32]int32 // node → register, of what is kept
}

// rates gives the nodes of the right sides, and the mass matrix if there are algebraic equations.
func (b *builder) rates() (nodes []int32, mass []float64) {
	s := b.graph.system
	n, next := len(s.States), 0
	if len(s.Residuals) > 0 {
		mass = make([]float64, n*n)
	}
	for i, t := range s.Rates {
		if t == nil {
			t = s.Residuals[next]
			next++
		} else if mass != nil {
			mass[i*n+i] = 1
		}
		nodes = append(nodes, b.graph.tree(t))
	}
	return nodes, mass
}

// layout gives registers to symbols and constants and to all that changes less often than a stage, and writes the kernels
// that compute the latter.
func (b *builder) layout() {
	p, s := b.program, b.graph.system
	for i := range s.DefinitionSymbol(0) {
		b.at[b.graph.symbol(i)] = int32(i)
	}
	p.state = int32(s.StateSymbol(0))
	next := int32(s.DefinitionSymbol(0))
	for i := range b.graph.nodes {
		n := &b.graph.nodes[i]
		switch {
		case n.op == opSymbol:
		case n.op == op(expression.Constant):
			b.at[int32(i)] = next
			p.constants = append(p.constants, next)
			p.values = append(p.values, n.value)
			next++
		case n.level < perStage:
			into := &p.prepare
			if n.level == perDrive {
				into = &p.drive
			}
			arg := [3]int32{}
			for k, a := range n.args {
				if a >= 0 {
					arg[k] = b.at[a]
				}
			}
			into.code = append(into.code, instruction{n.op, next, arg[0], arg[1], arg[2]})
			b.at[int32(i)] = next
			next++
		}
	}
	p.kept, p.registers = next, next
}

// kernel writes the code of some nodes. Registers of values that are no longer needed are used again.
func (b *builder) kernel(roots []int32) kernel {
	order, uses := b.needed(roots)
	fusions := b.fuse(order, uses)
	k := kernel{roots: make([]int32, len(roots))}
	at := map[int32]int32{}
	var free []int32
	next := b.program.kept
	reg := func(n int32) int32 {
		if n < 0 {
			return 0
		}
		if r, ok := b.at[n]; ok {
			return r
		}
		return at[n]
	}
	release := func(n int32) {
		if n < 0 {
			return
		}
		if uses[n]--; uses[n] == 0 {
			if r, ok := at[n]; ok {
				free = append(free, r)
			}
		}
	}
	for _, n := range order {
		f, ok := fusions[n]
		switch {
		case !ok:
			f = fusion{b.graph.nodes[n].op, b.graph.nodes[n].args}
		case f.op == opSymbol: // part of the one that uses it
			continue
		}
		in, used := instruction{op: f.op}, f.args
		in.a, in.b, in.c = reg(used[0]), reg(used[1]), reg(used[2])
		for _, u := range used {
			release(u)
		}
		if len(free) > 0 {
			in.d, free = free[len(free)-1], free[:len(free)-1]
		} else {
			in.d = next
			next++
		}
		at[n] = in.d
		k.code = append(k.code, in)
	}
	for i, n := range roots {
		k.roots[i] = reg(n)
	}
	b.program.registers = max(b.program.registers, next)
	return k
}

// needed lists the nodes that are to be computed for some roots, arguments first, and how often each is used.
func (b *builder) needed(roots []int32) (order []int32, uses map[int32]int32) {
	uses = map[int32]int32{}
	seen := map[int32]bool{}
	var visit func(n int32)
	visit = func(n int32) {
		if _, kept := b.at[n]; kept || seen[n] {
			return
		}
		seen[n] = true
		for _, a := range b.graph.nodes[n].args {
			if a >= 0 {
				uses[a]++
				visit(a)
			}
		}
		order = append(order, n)
	}
	for _, n := range roots {
		uses[n] += 2 // never free, and not to be folded into another
		visit(n)
	}
	return order, uses
}

// fusion is what becomes of a node that takes in another, or opSymbol of one that was taken in.
type fusion struct {
	op   op
	args [3]int32
}

// fuse makes a product or a difference that nothing else uses a part of the operation on it.
func (b *builder) fuse(order []int32, uses map[int32]int32) map[int32]fusion {
	out := map[int32]fusion{}
	for i := len(order) - 1; i >= 0; i-- { // those that use first
		n := order[i]
		if _, taken := out[n]; taken {
			continue
		}
		x := &b.graph.nodes[n]
		take := func(k int, inner expression.Op, into op, other int32) bool {
			a := x.args[k]
			if _, kept := b.at[a]; kept || uses[a] != 1 || b.graph.nodes[a].op != op(inner) {
				return false
			}
			in := &b.graph.nodes[a]
			out[n] = fusion{into, [3]int32{in.args[0], in.args[1], other}}
			out[a] = fusion{op: opSymbol}
			return true
		}
		switch x.op {
		case op(expression.Add):
			_ = take(0, expression.Multiply, opMultiplyAdd, x.args[1]) || take(1, expression.Multiply, opMultiplyAdd, x.args[0])
		case op(expression.Subtract):
			_ = take(0, expression.Multiply, opMultiplySubtract, x.args[1]) || take(1, expression.Multiply, opSubtractMultiply, x.args[0])
		case op(expression.Multiply):
			_ = take(0, expression.Subtract, opDifferenceTimes, x.args[1]) || take(1, expression.Subtract, opDifferenceTimes, x.args[0])
		}
	}
	return out
}
