package flow

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/orrery-twin/orrery/twin"
)

// Dimensions of what a model holds.
const (
	dimTime   = "time"
	dimLength = "length"
	dimSpeed  = "speed"
	dimNumber = "number"
)

// rates are the units in which people give how often something comes; the value is the time between two, s.
var rates = map[string]float64{"/s": 1, "/min": 60, "/h": 3600, "/d": 86400, "1/s": 1, "1/min": 60, "1/h": 3600, "1/d": 86400}

// quantity reads "4 s", "2.5 km", "10 %" or "600 /h" as SI; a bare number is SI. A rate is read as the time between two.
func quantity(text, dimension string) (float64, error) {
	text = strings.TrimSpace(text)
	end := len(text)
	for end > 0 && !isNumber(text[:end]) {
		end--
	}
	if end == 0 {
		return 0, fmt.Errorf("%q is no quantity: write a number and a unit, such as %s", clip(text), example[dimension])
	}
	v, _ := strconv.ParseFloat(text[:end], 64)
	symbol := strings.TrimSpace(text[end:])
	if symbol == "" {
		return finite(v, text)
	}
	if per, ok := rates[symbol]; ok && dimension == dimTime {
		if v <= 0 {
			return 0, fmt.Errorf("%q: a rate must be above zero", clip(text))
		}
		return finite(per/v, text)
	}
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", clip(text), err)
	}
	if u.Dimension != dimension {
		return 0, fmt.Errorf("%q has the unit of a %s where a %s belongs: write it like %s", clip(text), u.Dimension, dimension, example[dimension])
	}
	return finite(u.SI(v), text)
}

var example = map[string]string{dimTime: "4.5 s", dimLength: "12 m", dimSpeed: "0.8 m/s", dimNumber: "5 %"}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	c := s[len(s)-1]
	return err == nil && (c >= '0' && c <= '9' || c == '.')
}

func finite(v float64, text string) (float64, error) {
	if math.IsNaN(v) || math.Abs(v) > 1e15 {
		return 0, fmt.Errorf("%q is out of range: give a number below 1e15", clip(text))
	}
	return v + 0, nil // no −0
}

// clip makes a text from outside short enough for a message, and one line.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Time is seconds; as text, any unit of time.
type Time float64

// Length is metres; as text, any unit of length.
type Length float64

// Speed is metres a second; as text, any unit of speed.
type Speed float64

// Number has no unit; as text also in %.
type Number float64

// UnmarshalText reads "5 min".
func (q *Time) UnmarshalText(b []byte) error { return read((*float64)(q), b, dimTime) }

// UnmarshalText reads "1.2 km".
func (q *Length) UnmarshalText(b []byte) error { return read((*float64)(q), b, dimLength) }

// UnmarshalText reads "18 kn".
func (q *Speed) UnmarshalText(b []byte) error { return read((*float64)(q), b, dimSpeed) }

// UnmarshalText reads "3 %".
func (q *Number) UnmarshalText(b []byte) error { return read((*float64)(q), b, dimNumber) }

// UnmarshalJSON reads a text or a bare number in SI.
func (q *Time) UnmarshalJSON(b []byte) error { return q.UnmarshalText(unquote(b)) }

// UnmarshalJSON reads a text or a bare number in SI.
func (q *Length) UnmarshalJSON(b []byte) error { return q.UnmarshalText(unquote(b)) }

// UnmarshalJSON reads a text or a bare number in SI.
func (q *Speed) UnmarshalJSON(b []byte) error { return q.UnmarshalText(unquote(b)) }

// UnmarshalJSON reads a text or a bare number.
func (q *Number) UnmarshalJSON(b []byte) error { return q.UnmarshalText(unquote(b)) }

// MarshalText writes seconds.
func (q Time) MarshalText() ([]byte, error) { return []byte(number(float64(q)) + " s"), nil }

// MarshalText writes metres.
func (q Length) MarshalText() ([]byte, error) { return []byte(number(float64(q)) + " m"), nil }

// MarshalText writes metres a second.
func (q Speed) MarshalText() ([]byte, error) { return []byte(number(float64(q)) + " m/s"), nil }

// MarshalText writes a bare number.
func (q Number) MarshalText() ([]byte, error) { return []byte(number(float64(q))), nil }

func read(into *float64, text []byte, dimension string) error {
	v, err := quantity(string(text), dimension)
	if err == nil {
		*into = v
	}
	return err
}

// unquote strips the quotation marks of a JSON text; quantities hold no escapes but that of "/".
func unquote(b []byte) []byte {
	s := strings.ReplaceAll(strings.Trim(string(b), `"`), `\/`, "/")
	return []byte(s)
}
