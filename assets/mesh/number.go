package mesh

import (
	"bytes"
	"math"
)

// powers are the powers of ten that a float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	1e18, 1e19, 1e20, 1e21, 1e22}

// maxDigits is the number of decimal digits that surely fit into 64 bits.
const maxDigits = 19

// scanFloat reads a decimal number at the start of b and returns its length in bytes, 0 if there is none. Up to 15 digits
// with an exponent of at most 22 it is correctly rounded (W. D. Clinger, "How to read floating point numbers accurately",
// 1990), otherwise within 3 units in the last place of a float64. It also knows the ways in which programs write what is
// no number, and returns NaN or ±Inf for them.
func scanFloat(b []byte) (v float64, size int) {
	i, negative := 0, false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		negative = b[i] == '-'
		i++
	}
	var mantissa uint64
	digits, exponent, start := 0, 0, i
	for ; i < len(b) && b[i]-'0' < 10; i++ {
		if digits < maxDigits {
			mantissa = mantissa*10 + uint64(b[i]-'0')
			if mantissa != 0 {
				digits++
			}
		} else {
			exponent++
		}
	}
	found := i > start
	if i < len(b) && b[i] == '.' {
		start = i + 1
		for i++; i < len(b) && b[i]-'0' < 10; i++ {
			if digits < maxDigits {
				mantissa = mantissa*10 + uint64(b[i]-'0')
				exponent--
				if mantissa != 0 {
					digits++
				}
			}
		}
		found = found || i > start
	}
	if !found {
		return scanSpecial(b)
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if e, n := scanInt(b[i+1:]); n > 0 {
			exponent += int(min(max(e, -10000), 10000))
			i += 1 + n
		}
	} else if i+1 < len(b) && b[i] == '#' { // 1.#INF, 1.#QNAN, 1.#IND of older Microsoft compilers
		return scanHash(b, i, negative)
	}
	v = float64(mantissa)
	switch {
	case exponent == 0 || mantissa == 0:
	case exponent > 0 && exponent < len(powers):
		v *= powers[exponent]
	case exponent < 0 && -exponent < len(powers):
		v /= powers[-exponent]
	default:
		v = scaled(v, exponent)
	}
	if negative {
		v = -v
	}
	return v, i
}

// scaled returns v·10^exponent; in two steps where the power alone would be none.
func scaled(v float64, exponent int) float64 {
	if exponent < -300 {
		return v * 1e-300 * math.Pow10(exponent+300)
	}
	return v * math.Pow10(exponent)
}

// scanSpecial reads nan and inf in any spelling.
func scanSpecial(b []byte) (v float64, size int) {
	sign := 1
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		size = 1
	}
	rest := b[size:]
	switch {
	case hasFold(rest, "nan"):
		v, size = math.NaN(), size+3
		if hasFold(b[size:], "(ind)") {
			size += 5
		}
	case hasFold(rest, "infinity"):
		v, size = math.Inf(sign), size+8
	case hasFold(rest, "inf"):
		v, size = math.Inf(sign), size+3
	default:
		return 0, 0
	}
	return v, size
}

// scanHash reads what follows the # of 1.#INF and the like.
func scanHash(b []byte, at int, negative bool) (v float64, size int) {
	v = math.NaN()
	if hasFold(b[at+1:], "inf") {
		if v = math.Inf(1); negative {
			v = math.Inf(-1)
		}
	}
	for at < len(b) && b[at] > ' ' {
		at++
	}
	return v, at
}

// scanInt reads a whole number, with a sign or without, and returns its length in bytes, 0 if there is none. Numbers
// beyond ±2^53 become ±2^53.
func scanInt(b []byte) (v int64, size int) {
	i, negative := 0, false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		negative = b[i] == '-'
		i++
	}
	start := i
	for ; i < len(b) && b[i]-'0' < 10; i++ {
		if v < 1<<53 {
			v = v*10 + int64(b[i]-'0')
		}
	}
	if i == start {
		return 0, 0
	}
	if v = min(v, 1<<53); negative {
		v = -v
	}
	return v, i
}

func hasFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}

func finite(v float64) bool { return v-v == 0 }

func finite32(v float32) bool { return v-v == 0 }
