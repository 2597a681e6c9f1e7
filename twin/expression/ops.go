package expression

import "math"

// opcode is what an instruction does.
type opcode uint8

// The operations: those on the whole stack, then those on one number, then, from opBinary, those on two.
const (
	opInput opcode = iota
	opConstant
	opSkip
	opSkipIfNot
	opAnd
	opOr
	opClamp
	opMix

	opNegate
	opNot
	opTruth
	opAbs
	opSign
	opSqrt
	opExp
	opLog
	opLog10
	opSin
	opCos
	opTan
	opAsin
	opAcos
	opAtan
	opFloor
	opCeil
	opRound

	opBinary
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo
	opPower
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opEqual
	opNotEqual
	opMin
	opMax
	opAtan2
	opHypot
)

func unary(op opcode, x float64) float64 {
	switch op {
	case opNegate:
		return -x
	case opNot:
		return truth(x == 0)
	case opTruth:
		return truth(x != 0)
	case opAbs:
		return math.Abs(x)
	case opSign:
		return truth(x > 0) - truth(x < 0)
	case opSqrt:
		return math.Sqrt(x)
	case opExp:
		return math.Exp(x)
	case opLog:
		return math.Log(x)
	case opLog10:
		return math.Log10(x)
	case opSin:
		return math.Sin(x)
	case opCos:
		return math.Cos(x)
	case opTan:
		return math.Tan(x)
	case opAsin:
		return math.Asin(x)
	case opAcos:
		return math.Acos(x)
	case opAtan:
		return math.Atan(x)
	case opFloor:
		return math.Floor(x)
	case opCeil:
		return math.Ceil(x)
	case opRound:
		return math.Round(x)
	}
	return math.NaN()
}

func binary(op opcode, x, y float64) float64 {
	switch op {
	case opAdd:
		return x + y
	case opSubtract:
		return x - y
	case opMultiply:
		return x * y
	case opDivide:
		return x / y
	case opModulo: // with the sign of y, so that an angle stays within its turn
		return x - y*math.Floor(x/y)
	case opPower:
		return math.Pow(x, y)
	case opLess:
		return truth(x < y)
	case opLessEqual:
		return truth(x <= y)
	case opGreater:
		return truth(x > y)
	case opGreaterEqual:
		return truth(x >= y)
	case opEqual:
		return truth(x == y)
	case opNotEqual:
		return truth(x != y)
	case opMin:
		return math.Min(x, y)
	case opMax:
		return math.Max(x, y)
	case opAtan2:
		return math.Atan2(x, y)
	case opHypot:
		return math.Hypot(x, y)
	}
	return math.NaN()
}
