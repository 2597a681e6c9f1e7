package equation

import (
	"math"

	"github.com/orrery-twin/orrery/twin/expression"
)

// machine holds the registers of some members, a lane for each: register r of lane j is regs[r·width + j].
type machine struct {
	*Program
	width int
	regs  []float64
}

func (p *Program) machine(width int) *machine {
	m := &machine{p, width, make([]float64, int(p.registers)*width)}
	for i, r := range p.constants {
		row := m.row(r)
		for j := range row {
			row[j] = p.values[i]
		}
	}
	for i, v := range p.System.Inputs {
		m.fill(p.System.InputSymbol(i), v.Value)
	}
	for i, v := range p.System.Parameters {
		m.fill(p.System.ParameterSymbol(i), v.Value)
	}
	m.prepareAll()
	return m
}

func (m *machine) row(r int32) []float64 {
	return m.regs[int(r)*m.width : (int(r)+1)*m.width]
}

// fill sets a symbol in all lanes.
func (m *machine) fill(symbol int, v float64) {
	row := m.row(int32(symbol))
	for j := range row {
		row[j] = v
	}
}

// prepareAll computes what rests on parameters and inputs.
func (m *machine) prepareAll() {
	m.run(m.prepare.code, m.width)
	m.run(m.drive.code, m.width)
}

// copyLane takes all that is kept but states from a lane of another machine of the program into all lanes of this one.
func (m *machine) copyLane(from *machine, lane int) {
	for r := range m.kept {
		v := from.regs[int(r)*from.width+lane]
		row := m.row(r)
		for j := range row {
			row[j] = v
		}
	}
}

// setState sets time and states of n lanes from y, states × width.
func (m *machine) setState(t float64, y []float64) {
	copy(m.regs[int(m.state)*m.width:], y)
	if m.regs[expression.TimeSymbol] != t {
		m.fill(expression.TimeSymbol, t)
	}
}

// take copies the results of a kernel, results × width.
func (m *machine) take(k *kernel, into []float64, n int) {
	for i, r := range k.roots {
		copy(into[i*m.width:i*m.width+n], m.row(r))
	}
}

// run executes code on the first n lanes.
func (m *machine) run(code []instruction, n int) {
	w, regs := m.width, m.regs
	for _, in := range code {
		d := regs[int(in.d)*w:][:n]
		a := regs[int(in.a)*w:][:n]
		b := regs[int(in.b)*w:][:n]
		c := regs[int(in.c)*w:][:n]
		switch in.op {
		case op(expression.Add):
			for j := range d {
				d[j] = a[j] + b[j]
			}
		case op(expression.Subtract):
			for j := range d {
				d[j] = a[j] - b[j]
			}
		case op(expression.Multiply):
			for j := range d {
				d[j] = a[j] * b[j]
			}
		case op(expression.Divide):
			for j := range d {
				d[j] = a[j] / b[j]
			}
		case opMultiplyAdd:
			for j := range d {
				d[j] = float64(a[j]*b[j]) + c[j]
			}
		case opMultiplySubtract:
			for j := range d {
				d[j] = float64(a[j]*b[j]) - c[j]
			}
		case opSubtractMultiply:
			for j := range d {
				d[j] = c[j] - float64(a[j]*b[j])
			}
		case opDifferenceTimes:
			for j := range d {
				d[j] = (a[j] - b[j]) * c[j]
			}
		case opSquare:
			for j := range d {
				d[j] = a[j] * a[j]
			}
		case opReciprocal:
			for j := range d {
				d[j] = 1 / a[j]
			}
		case op(expression.Negate):
			for j := range d {
				d[j] = -a[j]
			}
		case op(expression.Exp):
			for j := range d {
				d[j] = math.Exp(a[j])
			}
		case op(expression.Sqrt):
			for j := range d {
				d[j] = math.Sqrt(a[j])
			}
		case op(expression.Abs):
			for j := range d {
				d[j] = math.Abs(a[j])
			}
		case op(expression.Choose):
			for j := range d {
				v := c[j]
				if a[j] != 0 {
					v = b[j]
				}
				d[j] = v
			}
		default:
			rare(in.op, d, a, b, c)
		}
	}
}

// rare executes the operations that cost much by themselves.
func rare(o op, d, a, b, c []float64) {
	e := expression.Op(o)
	switch {
	case e == expression.Min:
		for j := range d {
			d[j] = min(a[j], b[j])
		}
	case e == expression.Max:
		for j := range d {
			d[j] = max(a[j], b[j])
		}
	case e == expression.Clamp:
		for j := range d {
			d[j] = max(b[j], min(c[j], a[j]))
		}
	case e == expression.Mix:
		for j := range d {
			d[j] = a[j] + float64((b[j]-a[j])*c[j])
		}
	case e == expression.And:
		for j := range d {
			d[j] = truth(a[j] != 0 && b[j] != 0)
		}
	case e == expression.Or:
		for j := range d {
			d[j] = truth(a[j] != 0 || b[j] != 0)
		}
	case e == expression.Less:
		for j := range d {
			d[j] = truth(a[j] < b[j])
		}
	case e == expression.Greater:
		for j := range d {
			d[j] = truth(a[j] > b[j])
		}
	case e.Unary():
		for j := range d {
			d[j] = expression.Apply1(e, a[j])
		}
	case e.Binary():
		for j := range d {
			d[j] = expression.Apply2(e, a[j], b[j])
		}
	}
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
