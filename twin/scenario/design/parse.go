package design

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// What a spread may hold.
const (
	maxText   = 4096  // bytes
	maxLevels = 10000 // of range and choices
)

// Error says what is wrong with a spread, and where.
type Error struct {
	Text string // what was written
	At   int    // byte offset
	What string // with what to do
}

// Error is one line.
func (e *Error) Error() string {
	return fmt.Sprintf("design: %q: column %d: %s", clip(e.Text), utf8.RuneCountInString(e.Text[:e.At])+1, e.What)
}

// Caret is the text with a line below it whose caret stands under the fault.
func (e *Error) Caret() string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, e.Text)
	return line + "\n" + strings.Repeat(" ", utf8.RuneCountInString(e.Text[:e.At])) + "^"
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// Parse reads what was written into a field:
//
//	5           one value in the unit of the field        5 kW, 20 %     one value in another unit of the same dimension
//	+10%, -10%  of what it is                             5..10, 5 to 10 an interval, also in percent: -10%..+10%
//	range(1, 5, 10)   ten values from 1 to 5              choices(a, b, c)   these; each may be any single value or word
//	normal(5, 0.5)    a normal distribution: mean and standard deviation
//
// A unit after the last number of an interval, range or normal counts for all of its numbers that have none. The error is
// an *Error.
func Parse(f sim.Field, text string) (Spread, error) {
	p := &parser{field: f, text: text}
	if len(text) > maxText {
		p.text = strings.ToValidUTF8(text[:maxText], "")
		return Spread{}, p.fail(0, "it is longer than %d bytes: write less", maxText)
	}
	s, err := p.spread()
	if err != nil {
		return Spread{}, err
	}
	return s, nil
}

type parser struct {
	field sim.Field
	text  string
	at    int
	share bool // a percentage needs no sign
}

func (p *parser) fail(at int, format string, args ...any) error {
	return &Error{Text: p.text, At: min(at, len(p.text)), What: fmt.Sprintf(format, args...)}
}

func (p *parser) space() {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			return
		}
		p.at += n
	}
}

func (p *parser) take(token string) bool {
	p.space()
	if strings.HasPrefix(p.text[p.at:], token) {
		p.at += len(token)
		return true
	}
	return false
}

func (p *parser) spread() (Spread, error) {
	p.space()
	begin := p.at
	if begin == len(p.text) {
		return Spread{}, p.fail(begin, "there is no value: write one such as %s", p.example())
	}
	for name, read := range map[string]func() (Spread, error){"range": p.ranges, "choices": p.choices, "normal": p.normal} {
		rest, ok := strings.CutPrefix(p.text[begin:], name)
		if ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), "(") {
			p.at = begin + len(name)
			p.take("(")
			s, err := read()
			if err != nil {
				return s, err
			}
			if p.space(); p.at < len(p.text) {
				return s, p.fail(p.at, "nothing may follow the closing bracket: remove it")
			}
			return s, nil
		}
	}
	if math.IsNaN(p.field.Value) && !startsNumber(p.text[begin:]) {
		l, err := p.word(strings.TrimSpace(p.text[begin:]), begin)
		return Spread{Shape: Single, Levels: []Level{l}}, err
	}
	return p.interval()
}

// interval reads a single value, or two with .. or "to" between them.
func (p *parser) interval() (Spread, error) {
	begin := p.at
	first, err := p.quantity()
	if err != nil {
		return Spread{}, err
	}
	if !p.take("..") && !p.takeWord("to") {
		if p.space(); p.at < len(p.text) {
			return Spread{}, p.fail(p.at, "it is no unit and no sign that is known here: write %s", p.example())
		}
		l, err := p.level(first)
		return Spread{Shape: Single, Levels: []Level{l}}, err
	}
	last, err := p.quantity()
	if err != nil {
		return Spread{}, err
	}
	if p.space(); p.at < len(p.text) {
		return Spread{}, p.fail(p.at, "nothing may follow the second value: remove it")
	}
	first.borrow(last)
	low, err := p.level(first)
	if err != nil {
		return Spread{}, err
	}
	high, err := p.level(last)
	switch {
	case err != nil:
		return Spread{}, err
	case low.SI > high.SI:
		return Spread{}, p.fail(begin, "the first value is the larger one: write the smaller one first")
	case low.SI == high.SI:
		return Spread{Shape: Single, Levels: []Level{low}}, nil
	}
	return Spread{Shape: Interval, Low: low.SI, High: high.SI}, nil
}

// ranges reads the inside of range(first, last, count).
func (p *parser) ranges() (Spread, error) {
	first, last, err := p.pair("range(first, last, count)", false)
	if err != nil {
		return Spread{}, err
	}
	if !p.take(",") {
		return Spread{}, p.fail(p.at, "range takes three: range(first, last, count): add a count such as 5")
	}
	p.space()
	at := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.Atoi(p.text[at:p.at])
	if err != nil || n < 2 || n > maxLevels {
		return Spread{}, p.fail(at, "the count is a whole number from 2 to %d: write one", maxLevels)
	}
	if !p.take(")") {
		return Spread{}, p.fail(p.at, "the closing bracket is missing: add )")
	}
	low, err := p.level(first)
	if err != nil {
		return Spread{}, err
	}
	high, err := p.level(last)
	if err != nil {
		return Spread{}, err
	}
	s := Spread{Shape: Levels, Levels: make([]Level, n)}
	for i := range s.Levels {
		w := float64(i) / float64(n-1)
		s.Levels[i] = number(p.field.Unit, low.SI*(1-w)+high.SI*w)
	}
	return s, nil
}

// normal reads the inside of normal(mean, deviation).
func (p *parser) normal() (Spread, error) {
	mean, dev, err := p.pair("normal(mean, deviation)", true)
	if err != nil {
		return Spread{}, err
	}
	if !p.take(")") {
		return Spread{}, p.fail(p.at, "normal takes two: normal(mean, deviation): close the bracket after them")
	}
	m, err := p.level(mean)
	if err != nil {
		return Spread{}, err
	}
	sd := dev.value * dev.scale(p.field.Unit)
	if dev.relative {
		sd = math.Abs(m.SI) * dev.value / 100
	}
	if !(sd > 0) || math.IsInf(sd, 0) {
		return Spread{}, p.fail(dev.at, "a standard deviation is above zero: write one such as 0.1")
	}
	return Spread{Shape: Normal, Mean: m.SI, SD: sd}, nil
}

// pair reads two numbers with a comma between them. With share, the second may be a plain percentage of the first.
func (p *parser) pair(form string, share bool) (a, b quantity, err error) {
	if a, err = p.quantity(); err != nil {
		return a, b, err
	}
	if !p.take(",") {
		return a, b, p.fail(p.at, "here a comma is missing: write %s", form)
	}
	p.share = share
	if b, err = p.quantity(); err != nil {
		return a, b, err
	}
	a.borrow(b)
	b.borrow(a)
	return a, b, nil
}

// choices reads the inside of choices(a, b, …). Brackets within a choice stay with it.
func (p *parser) choices() (Spread, error) {
	s := Spread{Shape: Levels}
	for depth, begin, i := 0, p.at, p.at; ; i++ {
		if i >= len(p.text) {
			return s, p.fail(len(p.text), "the closing bracket is missing: add )")
		}
		switch c := p.text[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ')' || c == ',' && depth == 0:
			l, err := p.choice(begin, i)
			if err != nil {
				return s, err
			}
			if s.Levels = append(s.Levels, l); len(s.Levels) > maxLevels {
				return s, p.fail(i, "there are more than %d choices: write less", maxLevels)
			}
			if c == ')' {
				p.at = i + 1
				if len(s.Levels) == 1 {
					s.Shape = Single
				}
				return s, nil
			}
			begin = i + 1
		}
	}
}

// choice reads one of the choices: text[from:to].
func (p *parser) choice(from, to int) (Level, error) {
	text := strings.TrimSpace(p.text[from:to])
	from += strings.Index(p.text[from:to], text)
	if text == "" {
		return Level{}, p.fail(from, "here a choice is missing: write it, or remove a comma")
	}
	if math.IsNaN(p.field.Value) && !startsNumber(text) {
		return p.word(text, from)
	}
	q := parser{field: p.field, text: p.text[:to], at: from}
	v, err := q.quantity()
	if err == nil {
		if q.space(); q.at < to {
			err = q.fail(q.at, "it is no unit that is known here: write %s", p.example())
		}
	}
	if err != nil {
		err.(*Error).Text = p.text
		return Level{}, err
	}
	return p.level(v)
}

// word is a level that is no number.
func (p *parser) word(text string, at int) (Level, error) {
	for i, r := range text {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return Level{}, p.fail(at+i, "a sign that cannot be printed stands here: remove it")
		}
	}
	return Level{SI: math.NaN(), Text: text}, nil
}

func (p *parser) takeWord(word string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.text[p.at:], word)
	if !ok || rest == "" || !(rest[0] == ' ' || startsNumber(rest)) {
		return false
	}
	p.at += len(word)
	return true
}

// example is a value that the field would take.
func (p *parser) example() string {
	f := &p.field
	switch {
	case math.IsNaN(f.Value) && f.Text != "":
		return f.Text
	case math.IsNaN(f.Value):
		return "5"
	}
	v := strconv.FormatFloat(f.Unit.FromSI(f.Value), 'g', 4, 64)
	if f.Unit.Symbol != "" {
		v += " " + f.Unit.Symbol
	}
	return v + " or +10%"
}

// quantity is a number with what was written behind it.
type quantity struct {
	value    float64
	at       int        // of the number
	signed   bool       // a + or − stands before it
	unit     *twin.Unit // nil: none was written
	relative bool       // +10%: of what it is
}

// borrow takes the unit of another number when this one has none.
func (q *quantity) borrow(from quantity) {
	if q.unit == nil && !q.relative {
		q.unit = from.unit
		q.relative = from.relative && q.signed
	}
}

func (q *quantity) scale(field twin.Unit) float64 {
	u := field
	if q.unit != nil {
		u = *q.unit
	}
	return u.SI(1) - u.SI(0)
}

func startsNumber(s string) bool {
	s = strings.TrimLeft(s, " \t")
	for _, sign := range []string{"+", "-", "−"} {
		s = strings.TrimPrefix(s, sign)
	}
	return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '.' && len(s) > 1 && s[1] >= '0' && s[1] <= '9')
}

func (p *parser) quantity() (quantity, error) {
	p.space()
	q := quantity{at: p.at}
	minus := false
	switch {
	case p.take("+"):
		q.signed = true
	case p.take("-") || p.take("−"):
		q.signed, minus = true, true
	}
	p.space()
	n := digits(p.text[p.at:])
	if n == 0 {
		return q, p.fail(p.at, "here a number is missing: write %s", p.example())
	}
	v, err := strconv.ParseFloat(p.text[p.at:p.at+n], 64)
	if err != nil || math.IsInf(v, 0) {
		return q, p.fail(p.at, "the number is too large: write a smaller one")
	}
	if q.value = v; minus {
		q.value = -v
	}
	p.at += n
	return q, p.unit(&q)
}

// unit reads the unit behind a number, if there is one.
func (p *parser) unit(q *quantity) error {
	p.space()
	at, end := p.at, p.at
	for end < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[end:])
		if unicode.IsSpace(r) || r == ',' || r == ')' && !strings.Contains(p.text[at:end], "(") || strings.HasPrefix(p.text[end:], "..") {
			break
		}
		end += n
	}
	symbol := p.text[at:end]
	if rest, ok := strings.CutPrefix(symbol, "to"); symbol == "" || ok && (rest == "" || startsNumber(rest)) {
		return nil
	}
	p.at = end
	if symbol == "%" && (q.signed || p.field.Unit.Dimension != "number") {
		if !q.signed && !p.share {
			return p.fail(at, "percent of what it is needs a sign: write +%g%% or -%g%%", q.value, q.value)
		}
		q.relative = true
		return nil
	}
	u, err := twin.ParseUnit(symbol)
	own := p.field.Unit
	switch {
	case symbol == own.Symbol:
		u = own
	case err != nil:
		return p.fail(at, "%q is no unit that is known: write %s", clip(symbol), orNone(own.Symbol))
	case u.Dimension != own.Dimension && !(own.Dimension == "" && u.Dimension == "number"):
		return p.fail(at, "%s measures %s, the field does not: write %s", u.Symbol, u.Dimension, orNone(own.Symbol))
	}
	q.unit = &u
	return nil
}

func orNone(symbol string) string {
	if symbol == "" {
		return "no unit"
	}
	return symbol
}

// level makes a level of a number and holds it against the ends of the field.
func (p *parser) level(q quantity) (Level, error) {
	f := &p.field
	u := f.Unit
	if q.unit != nil {
		u = *q.unit
	}
	si := u.SI(q.value)
	if q.relative {
		if math.IsNaN(f.Value) {
			// The model knows what it was: it takes percent itself.
			return Level{SI: math.NaN(), Text: fmt.Sprintf("%+g%%", q.value)}, nil
		}
		zero := u.SI(0)
		si = zero + (f.Value-zero)*(1+q.value/100)
	}
	if math.IsInf(si, 0) || math.IsNaN(si) {
		return Level{}, p.fail(q.at, "the number is too large: write a smaller one")
	}
	if wrong := inRange(f, si); wrong != "" {
		return Level{}, p.fail(q.at, "%s", wrong)
	}
	l := number(f.Unit, clamp(si, f.Min, f.Max))
	if math.IsNaN(f.Value) && q.unit != nil { // no plain number: the model reads units itself
		l.Text = strings.TrimSpace(fmt.Sprintf("%g %s", q.value, q.unit.Symbol))
	}
	return l, nil
}

// digits is the length of the number that s begins with: 5, 0.5, .5, 1e3; "5..10" begins with 5.
func digits(s string) int {
	run := func(i int) int {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i
	}
	n := run(0)
	whole := n > 0
	if n < len(s) && s[n] == '.' {
		if m := run(n + 1); m > n+1 {
			n, whole = m, true
		}
	}
	if !whole {
		return 0
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if e := run(m); e > m {
			n = e
		}
	}
	return n
}
