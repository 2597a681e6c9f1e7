package expression

import "math"

func unary(op Op, x float64) float64 {
	switch op {
	case Negate:
		return -x
	case Not:
		return truth(x == 0)
	case Truth:
		return truth(x != 0)
	case Abs:
		return math.Abs(x)
	case Sign:
		return truth(x > 0) - truth(x < 0)
	case Sqrt:
		return math.Sqrt(x)
	case Exp:
		return math.Exp(x)
	case Log:
		return math.Log(x)
	case Log10:
		return math.Log10(x)
	case Sin:
		return math.Sin(x)
	case Cos:
		return math.Cos(x)
	case Tan:
		return math.Tan(x)
	case Asin:
		return math.Asin(x)
	case Acos:
		return math.Acos(x)
	case Atan:
		return math.Atan(x)
	case Floor:
		return math.Floor(x)
	case Ceil:
		return math.Ceil(x)
	case Round:
		return math.Round(x)
	}
	return math.NaN()
}

func binary(op Op, x, y float64) float64 {
	switch op {
	case Add:
		return x + y
	case Subtract:
		return x - y
	case Multiply:
		return x * y
	case Divide:
		return x / y
	case Modulo: // with the sign of y, so that an angle stays within its turn
		return x - y*math.Floor(x/y)
	case Power:
		return math.Pow(x, y)
	case Less:
		return truth(x < y)
	case LessEqual:
		return truth(x <= y)
	case Greater:
		return truth(x > y)
	case GreaterEqual:
		return truth(x >= y)
	case Equal:
		return truth(x == y)
	case NotEqual:
		return truth(x != y)
	case Min:
		return math.Min(x, y)
	case Max:
		return math.Max(x, y)
	case Atan2:
		return math.Atan2(x, y)
	case Hypot:
		return math.Hypot(x, y)
	}
	return math.NaN()
}
