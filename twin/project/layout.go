package project

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// layout knows where the values of a YAML text stand, in bytes. It is made of the tokens of the lexer, whose places are
// checked against the text: what cannot be found for certain is an error, and nothing is edited.
type layout struct {
	text   []byte
	lines  []int // by line, from 0: where it begins
	tokens token.Tokens
	starts []int // by token
}

// span is a piece of the text, from inclusive, to exclusive.
type span struct{ from, to int }

// entry is a key of a mapping with its value. Its tokens run from key to end; those of the value begin at value.
type entry struct {
	name            string
	key, value, end int
}

func newLayout(text []byte) (*layout, error) {
	l := &layout{text: text, lines: []int{0}}
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		l.lines[0] = len(byteOrderMark)
	}
	for i, c := range text {
		if c == '\n' {
			l.lines = append(l.lines, i+1)
		}
	}
	for _, t := range tokenize(text) {
		if t.Position == nil {
			continue
		}
		at, ok := l.offset(t.Position.Line, t.Position.Column)
		if block := t.Prev != nil && (t.Prev.Type == token.LiteralType || t.Prev.Type == token.FoldedType); block {
			continue // the text of a block: its place is not told, and it ends where the next token begins
		}
		if !ok || !l.stands(t, at) {
			return nil, fmt.Errorf("line %d cannot be edited safely — edit the twin file by hand", t.Position.Line)
		}
		l.tokens, l.starts = append(l.tokens, t), append(l.starts, at)
	}
	return l, nil
}

// offset turns a line and a column in characters, both from 1, into bytes.
func (l *layout) offset(line, column int) (int, bool) {
	if line < 1 || line > len(l.lines) || column < 1 {
		return 0, false
	}
	at := l.lines[line-1]
	for ; column > 1; column-- {
		if at >= len(l.text) || l.text[at] == '\n' {
			return 0, false
		}
		_, size := utf8.DecodeRune(l.text[at:])
		at += size
	}
	return at, true
}

// position is the reverse of offset.
func (l *layout) position(at int) (line, column int) {
	line = 1
	for line < len(l.lines) && l.lines[line] <= at {
		line++
	}
	return line, 1 + utf8.RuneCount(l.text[l.lines[line-1]:at])
}

// stands checks that a token is what the text says at its place.
func (l *layout) stands(t *token.Token, at int) bool {
	want := strings.TrimLeft(t.Origin, " \t\r\n")
	switch t.Type {
	case token.CommentType:
		want = "#"
	case token.SingleQuoteType:
		want = "'"
	case token.DoubleQuoteType:
		want = `"`
	default:
		if i := strings.IndexByte(want, '\n'); i >= 0 {
			want = want[:i]
		}
		want = strings.TrimRight(want, " \t\r")
	}
	return want != "" && bytes.HasPrefix(l.text[at:], []byte(want))
}

// end is where a token ends: before what separates it from the next.
func (l *layout) end(i int) int {
	to := len(l.text)
	if i+1 < len(l.starts) {
		to = l.starts[i+1]
	}
	return l.starts[i] + len(bytes.TrimRight(l.text[l.starts[i]:to], " \t\r\n"))
}

// skip goes over comments.
func (l *layout) skip(i, end int) int {
	for i < end && l.tokens[i].Type == token.CommentType {
		i++
	}
	return i
}

// fresh reports whether a token is the first of its line.
func (l *layout) fresh(i int) bool {
	return i == 0 || l.tokens[i-1].Position.Line < l.tokens[i].Position.Line
}

// value is the piece of the text that tokens from to end take, comments around them left out; empty when there is nothing.
func (l *layout) value(from, end int) (span, bool) {
	from = l.skip(from, end)
	for end > from && l.tokens[end-1].Type == token.CommentType {
		end--
	}
	if from >= end {
		return span{}, false
	}
	return span{l.starts[from], l.end(end - 1)}, true
}

// entries lists the keys of the mapping that the tokens from to end hold.
func (l *layout) entries(from, end int) ([]entry, error) {
	from = l.skip(from, end)
	switch {
	case from >= end:
		return nil, nil
	case l.tokens[from].Type == token.MappingStartType:
		return l.flowEntries(from, end)
	case l.tokens[from].Type == token.AliasType || l.tokens[from].Type == token.AnchorType:
		return nil, l.cannot(from, "is shared by * or &")
	}
	column := l.tokens[from].Position.Column
	var out []entry
	for i := from; i < end; {
		if l.tokens[i].Type == token.CommentType {
			i++
			continue
		}
		if l.tokens[i].Position.Column != column || i+1 >= end || l.tokens[i+1].Type != token.MappingValueType {
			return nil, l.cannot(i, "is no plain key")
		}
		next := l.next(i+1, end, column, false)
		out = append(out, entry{l.tokens[i].Value, i, i + 2, next})
		i = next
	}
	return out, nil
}

// next finds the first token behind i that begins a line at this column or before it; of a list, only its dashes count at
// the column itself.
func (l *layout) next(i, end, column int, dashes bool) int {
	flow := 0
	for i++; i < end; i++ {
		t := l.tokens[i]
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
			continue
		case token.SequenceEndType, token.MappingEndType:
			flow--
			continue
		case token.CommentType:
			continue
		}
		if flow > 0 || !l.fresh(i) || t.Position.Column > column {
			continue
		}
		if t.Position.Column < column || dashes == (t.Type == token.SequenceEntryType) {
			return i
		}
	}
	return end
}

// flowEntries is entries of { … }.
func (l *layout) flowEntries(from, end int) ([]entry, error) {
	var out []entry
	parts, _, err := l.flow(from, end)
	for _, p := range parts {
		key := l.skip(p.from, p.to)
		if key >= p.to {
			continue
		}
		if key+1 >= p.to || l.tokens[key+1].Type != token.MappingValueType {
			return nil, l.cannot(key, "is no plain key")
		}
		out = append(out, entry{l.tokens[key].Value, key, key + 2, p.to})
	}
	return out, err
}

// flow splits what stands between brackets at its commas; close is the token of the closing one.
func (l *layout) flow(from, end int) (parts []span, close int, err error) {
	depth, first := 0, from+1
	for i := from; i < end; i++ {
		switch l.tokens[i].Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			if depth--; depth == 0 {
				return append(parts, span{first, i}), i, nil
			}
		case token.CollectEntryType:
			if depth == 1 {
				parts, first = append(parts, span{first, i}), i+1
			}
		}
	}
	return nil, 0, l.cannot(from, "has no end")
}

// items lists the tokens of the elements of the list in the tokens from to end. block says that each has its dash before it.
func (l *layout) items(from, end int) (out []span, block bool, err error) {
	from = l.skip(from, end)
	switch {
	case from >= end:
		return nil, true, nil
	case l.tokens[from].Type == token.SequenceStartType:
		parts, _, err := l.flow(from, end)
		for _, p := range parts {
			if l.skip(p.from, p.to) < p.to {
				out = append(out, p)
			}
		}
		return out, false, err
	case l.tokens[from].Type != token.SequenceEntryType:
		return nil, false, l.cannot(from, "is no plain list")
	}
	column := l.tokens[from].Position.Column
	for i := from; i < end; {
		if l.tokens[i].Type != token.SequenceEntryType || l.tokens[i].Position.Column != column {
			return nil, false, l.cannot(i, "is no plain list")
		}
		next := l.next(i, end, column, true)
		out = append(out, span{i + 1, next})
		i = next
	}
	return out, true, nil
}

func (l *layout) cannot(i int, why string) error {
	return fmt.Errorf("line %d: %q %s — edit the twin file by hand", l.tokens[i].Position.Line, l.tokens[i].Value, why)
}

// lineStart is where the line begins that holds a byte; lineEnd is its end, without the mark of the end.
func (l *layout) lineStart(at int) int {
	return bytes.LastIndexByte(l.text[:at], '\n') + 1
}

func (l *layout) lineEnd(at int) int {
	if i := bytes.IndexByte(l.text[at:], '\n'); i >= 0 {
		at += i
	} else {
		at = len(l.text)
	}
	if at > 0 && l.text[at-1] == '\r' {
		at--
	}
	return at
}

// newline is how the text ends its lines.
func (l *layout) newline() string {
	if i := bytes.IndexByte(l.text, '\n'); i > 0 && l.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// comments lists the comments within a piece of the text.
func (l *layout) comments(s span) []string {
	var out []string
	for i, t := range l.tokens {
		if t.Type == token.CommentType && l.starts[i] >= s.from && l.starts[i] < s.to {
			out = append(out, string(l.text[l.starts[i]:l.lineEnd(l.starts[i])]))
		}
	}
	return out
}
