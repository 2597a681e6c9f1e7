package expression

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orrery-twin/orrery/twin"
)

// Unit is a unit of measure with its dimension: one that twin.ParseUnit knows, or a product of such.
type Unit struct {
	Type          Type
	Symbol        string
	Scale, Offset float64 // SI = value·Scale + Offset
}

// SI converts a value in this unit to SI.
func (u Unit) SI(v float64) float64 { return v*u.Scale + u.Offset }

// FromSI converts an SI value to this unit.
func (u Unit) FromSI(si float64) float64 { return (si - u.Offset) / u.Scale }

// Units of mechanics and heat that stand only in products, by the SI brochure.
var factors = map[string]Unit{
	"N":  {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 1, Second: -2}}, Scale: 1},
	"kN": {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 1, Second: -2}}, Scale: 1e3},
	"kJ": {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 2, Second: -2}}, Scale: 1e3},
	"MJ": {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 2, Second: -2}}, Scale: 1e6},
	"Wh": {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 2, Second: -2}}, Scale: 3600},
	"Ω":  {Type: Type{Dimension: Dimension{Kilogram: 1, Metre: 2, Second: -3, Ampere: -2}}, Scale: 1},
	"Ah": {Type: Type{Dimension: Dimension{Ampere: 1, Second: 1}}, Scale: 3600},
	"l":  {Type: Type{Dimension: Dimension{Metre: 3}}, Scale: 1e-3},
	"cm": {Type: Type{Dimension: Dimension{Metre: 1}}, Scale: 1e-2},
}

const maxFactors = 12 // of a product of units

// ParseUnit returns the unit with this symbol: °C, or a product such as W/K, J/(kg·K), kg·m², N*m*s/rad, 1/min^2. A
// temperature in a product is a difference.
func ParseUnit(symbol string) (Unit, error) {
	if u, err := twin.ParseUnit(symbol); err == nil {
		d, known := dimensions[u.Dimension]
		scale := u.Scale
		if scale == 0 {
			scale = 1
		}
		return Unit{Type{Dimension: d, Unknown: !known}, u.Symbol, scale, u.Offset}, nil
	}
	p := unitParser{text: symbol, unit: Unit{Symbol: symbol, Scale: 1}}
	if !p.product(1) || p.text != "" || !finite(p.unit.Scale) || p.unit.Scale <= 0 {
		return Unit{}, fmt.Errorf("expression: unknown unit %q: use °C, kW or a product such as W/K or J/(kg·K)", symbol)
	}
	return p.unit, nil
}

type unitParser struct {
	text  string // what is left
	unit  Unit
	count int
}

// product reads a·b/c with everything raised to sign.
func (p *unitParser) product(sign int8) bool {
	for s := sign; ; {
		if !p.factor(s) {
			return false
		}
		r, n := utf8.DecodeRuneInString(p.text)
		switch r {
		case '·', '*':
			s = sign
		case '/':
			s = -sign
		default:
			return true
		}
		p.text = p.text[n:]
	}
}

func (p *unitParser) factor(sign int8) bool {
	if p.count++; p.count > maxFactors {
		return false
	}
	if rest, ok := strings.CutPrefix(p.text, "("); ok {
		p.text = rest
		if !p.product(sign) || !strings.HasPrefix(p.text, ")") {
			return false
		}
		p.text = p.text[1:]
		return true
	}
	name := p.text
	if i := strings.IndexAny(name, "·*/()^²³ "); i >= 0 {
		name = name[:i]
	}
	p.text = p.text[len(name):]
	power, ok := p.power()
	if name == "1" || !ok {
		return ok && power == 1
	}
	u, known := factors[name]
	if !known {
		t, err := twin.ParseUnit(name)
		d, has := dimensions[t.Dimension]
		if err != nil || !has || t.Symbol == "" {
			return false
		}
		u = Unit{Type: Type{Dimension: d}, Scale: t.Scale}
	}
	p.unit.Scale *= math.Pow(u.Scale, float64(power*sign))
	p.unit.Type.Dimension = p.unit.Type.Dimension.times(u.Type.Dimension.power(power), sign)
	return true
}

// power reads ², ³ or ^2.
func (p *unitParser) power() (int8, bool) {
	for mark, n := range map[string]int8{"²": 2, "³": 3} {
		if rest, ok := strings.CutPrefix(p.text, mark); ok {
			p.text = rest
			return n, true
		}
	}
	rest, ok := strings.CutPrefix(p.text, "^")
	if !ok {
		return 1, true
	}
	digits := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return r != '-' && (r < '0' || r > '9') }); i >= 0 {
		digits = rest[:i]
	}
	n, err := strconv.Atoi(digits)
	p.text = rest[len(digits):]
	return int8(max(min(n, 9), -9)), err == nil && n != 0 && n >= -9 && n <= 9
}

// Quantity reads "120 W/K" or a plain number.
func Quantity(text string) (si float64, u Unit, err error) {
	number, symbol, _ := strings.Cut(strings.TrimSpace(text), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !finite(v) {
		return 0, u, fmt.Errorf("expression: %q is no quantity: write a number and a unit, such as 120 W/K", text)
	}
	if u, err = ParseUnit(strings.TrimSpace(symbol)); err != nil {
		return 0, u, err
	}
	if si = u.SI(v); !finite(si) {
		return 0, u, fmt.Errorf("expression: %q is too large", text)
	}
	return si, u, nil
}
