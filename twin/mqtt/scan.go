package mqtt

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// kind is the type of a JSON value.
type kind uint8

const (
	nullValue kind = iota
	numberValue
	boolValue
	stringValue
	nestedValue // an object or array, skipped
)

// number is a JSON number.
type number struct {
	f     float64
	i     int64 // exact, if whole
	whole bool
}

// scanner walks over the members of one JSON object (RFC 8259) without allocating. It is more lenient than the standard
// with what is nested (skipped, not judged), and takes NaN and Infinity as Python writes them.
type scanner struct {
	b    []byte
	i    int
	more bool   // a comma stood behind the previous member
	end  bool   // the object is over
	room []byte // for strings with escapes
	err  error

	key  []byte // valid until the next call
	kind kind
	num  number
	on   bool   // of boolValue
	text []byte // of stringValue; valid until the next call but one
}

// Reasons why a payload is bad. They are shown to people.
var (
	errNotObject = errors.New("not a JSON object")
	errSyntax    = errors.New("broken JSON")
	errDepth     = errors.New("JSON nested too deeply")
	errTail      = errors.New("something follows the JSON object")
)

const maxDepth = 64

// open begins with an object.
func (s *scanner) open(b []byte) bool {
	s.b, s.i, s.more, s.end, s.err = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), 0, false, false, nil
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != '{' {
		s.err = errNotObject
		return false
	}
	s.i++
	return true
}

// next goes to the next member; false at the end of the object or on an error.
func (s *scanner) next() bool {
	if s.err != nil || s.end {
		return false
	}
	c := s.skip()
	if c == '}' && !s.more {
		s.i++
		s.end = true
		if s.space(); s.i != len(s.b) {
			s.err = errTail
		}
		return false
	}
	if c != '"' {
		return s.fail(errSyntax)
	}
	s.room = s.room[:0]
	var ok bool
	if s.key, ok = s.string(); !ok || s.skip() != ':' {
		return s.fail(errSyntax)
	}
	s.i++
	s.skip()
	if !s.value() {
		return false
	}
	switch s.skip() {
	case ',':
		s.i++
		s.more = true
	case '}':
		s.more = false
	default:
		return s.fail(errSyntax)
	}
	return true
}

func (s *scanner) fail(err error) bool {
	if s.err == nil {
		s.err = err
	}
	return false
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		if c := s.b[s.i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return
		}
		s.i++
	}
}

// skip goes over white space and returns the byte after it, 0 at the end.
func (s *scanner) skip() byte {
	if s.i < len(s.b) && s.b[s.i] > ' ' {
		return s.b[s.i]
	}
	if s.space(); s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) value() bool {
	if s.i >= len(s.b) {
		return s.fail(errSyntax)
	}
	switch c := s.b[s.i]; {
	case c == '"':
		var ok bool
		s.kind = stringValue
		if s.text, ok = s.string(); !ok {
			return s.fail(errSyntax)
		}
		return true
	case c == '-' || c >= '0' && c <= '9':
		s.kind = numberValue
		return s.number()
	case c == '{' || c == '[':
		s.kind = nestedValue
		return s.nested()
	}
	switch {
	case s.word("null"):
		s.kind = nullValue
	case s.word("true"):
		s.kind, s.on = boolValue, true
	case s.word("false"):
		s.kind, s.on = boolValue, false
	case s.word("NaN"):
		s.kind, s.num = numberValue, number{f: math.NaN()}
	case s.word("Infinity"):
		s.kind, s.num = numberValue, number{f: math.Inf(1)}
	default:
		return s.fail(errSyntax)
	}
	return true
}

func (s *scanner) word(w string) bool {
	if len(s.b)-s.i >= len(w) && string(s.b[s.i:s.i+len(w)]) == w {
		s.i += len(w)
		return true
	}
	return false
}

// string reads a string; the result points into the payload, or into room if there were escapes.
func (s *scanner) string() ([]byte, bool) {
	s.i++
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start : s.i-1], true
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return nil, false
		}
		s.i++
	}
	return nil, false
}

func (s *scanner) escaped(start int) ([]byte, bool) {
	from := len(s.room)
	s.room = append(s.room, s.b[start:s.i]...)
	for s.i < len(s.b) {
		c := s.b[s.i]
		s.i++
		switch {
		case c == '"':
			return s.room[from:len(s.room):len(s.room)], true
		case c < ' ':
			return nil, false
		case c != '\\':
			s.room = append(s.room, c)
			continue
		}
		if s.i >= len(s.b) {
			return nil, false
		}
		c = s.b[s.i]
		s.i++
		switch c {
		case '"', '\\', '/':
			s.room = append(s.room, c)
		case 'b':
			s.room = append(s.room, '\b')
		case 'f':
			s.room = append(s.room, '\f')
		case 'n':
			s.room = append(s.room, '\n')
		case 'r':
			s.room = append(s.room, '\r')
		case 't':
			s.room = append(s.room, '\t')
		case 'u':
			r, ok := s.hex()
			if !ok {
				return nil, false
			}
			if utf16.IsSurrogate(r) {
				if at := s.i; len(s.b)-s.i >= 6 && s.b[s.i] == '\\' && s.b[s.i+1] == 'u' {
					s.i += 2
					low, ok := s.hex()
					if !ok {
						return nil, false
					}
					if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
						s.i = at // the second one stands for itself
					}
				} else {
					r = utf8.RuneError
				}
			}
			s.room = utf8.AppendRune(s.room, r)
		default:
			return nil, false
		}
	}
	return nil, false
}

func (s *scanner) hex() (rune, bool) {
	if len(s.b)-s.i < 4 {
		return 0, false
	}
	var r rune
	for _, c := range s.b[s.i : s.i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	s.i += 4
	return r, true
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// number reads a number. Up to 18 digits, a mantissa below 2⁵³ and a power of ten up to 22 one multiplication or
// division is exact (Clinger, "How to read floating point numbers accurately", PLDI 1990); the rest goes to strconv.
func (s *scanner) number() bool {
	b, i := s.b, s.i
	start := i
	neg := b[i] == '-'
	if neg {
		i++
		if i < len(b) && b[i] == 'I' {
			s.i = i
			if !s.word("Infinity") {
				return s.fail(errSyntax)
			}
			s.num = number{f: math.Inf(-1)}
			return true
		}
	}
	var mant uint64
	digits, exp := 0, 0
	first := i
	for i < len(b) && b[i]-'0' <= 9 {
		mant = mant*10 + uint64(b[i]-'0')
		i++
	}
	digits = i - first
	if digits == 0 || digits > 1 && b[first] == '0' {
		return s.fail(errSyntax)
	}
	whole := true
	if i < len(b) && b[i] == '.' {
		whole = false
		i++
		frac := i
		for i < len(b) && b[i]-'0' <= 9 {
			mant = mant*10 + uint64(b[i]-'0')
			i++
		}
		if i == frac {
			return s.fail(errSyntax)
		}
		exp = frac - i
		digits += i - frac
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		whole = false
		i++
		eneg := false
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			eneg = b[i] == '-'
			i++
		}
		from, e := i, 0
		for i < len(b) && b[i]-'0' <= 9 {
			if e < 100000 {
				e = e*10 + int(b[i]-'0')
			}
			i++
		}
		if i == from {
			return s.fail(errSyntax)
		}
		if eneg {
			e = -e
		}
		exp += e
	}
	s.i = i
	switch {
	case digits <= 18 && mant < 1<<53 && exp >= -22 && exp <= 22:
		f := float64(mant)
		if exp < 0 {
			f /= pow10[-exp]
		} else {
			f *= pow10[exp]
		}
		if neg {
			f = -f
		}
		s.num.f = f
	default:
		text := b[start:i]
		s.num.f, _ = strconv.ParseFloat(unsafe.String(&text[0], len(text)), 64) // out of range is ±Inf
	}
	s.num.whole = whole && digits <= 18
	if s.num.whole {
		s.num.i = int64(mant)
		if neg {
			s.num.i = -s.num.i
		}
	} else if whole && digits <= 19 {
		text := b[start:i]
		v, err := strconv.ParseInt(unsafe.String(&text[0], len(text)), 10, 64)
		s.num.i, s.num.whole = v, err == nil
	}
	return true
}

// nested skips an object or array: brackets must pair, strings must end.
func (s *scanner) nested() bool {
	var kinds uint64 // one bit for each open bracket, 1 for an object
	for depth := 0; s.i < len(s.b); {
		switch c := s.b[s.i]; c {
		case '"':
			mark := len(s.room)
			if _, ok := s.string(); !ok {
				return s.fail(errSyntax)
			}
			s.room = s.room[:mark]
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				return s.fail(errDepth)
			}
			kinds <<= 1
			if c == '{' {
				kinds |= 1
			}
		case '}', ']':
			if (kinds&1 == 1) != (c == '}') {
				return s.fail(errSyntax)
			}
			kinds >>= 1
			if depth--; depth == 0 {
				s.i++
				return true
			}
		}
		s.i++
	}
	return s.fail(errSyntax)
}
