package project

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// width of a line up to which a binding is written in braces.
const braces = 110

// inline writes a value on one line.
func inline(n *node) string {
	switch n.kind {
	case mapping:
		parts := make([]string, len(n.pairs))
		for i, p := range n.pairs {
			parts[i] = inline(p.key) + ": " + inline(p.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case list:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = inline(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case scalar:
		return quoteIfNeeded(n)
	}
	return "null"
}

// lines writes a mapping with a key on each line, and long lists with an element on each.
func lines(n *node) []string {
	var out []string
	for _, p := range n.pairs {
		if text := inline(p.value); p.value.kind != list || len(text) <= braces/2 || p.value.items[0].kind == scalar {
			out = append(out, inline(p.key)+": "+text)
			continue
		}
		out = append(out, inline(p.key)+":")
		for _, item := range p.value.items {
			out = append(out, "  - "+inline(item))
		}
	}
	return out
}

// asItem writes a binding as an element of a block list: its lines, the first for behind the dash.
func asItem(n *node, indent int) []string {
	if text := inline(n); indent+2+len(text) <= braces {
		return []string{text}
	}
	return lines(n)
}

// safe are texts that mean themselves without quotes, wherever they stand.
var safe = regexp.MustCompile(`^(?:\d+(?:ms|[smhd])|[\pL_°][\pL\pN_./°³²·%]*(?:[ -][\pL\pN_./°³²·%(][\pL\pN_./°³²·%()]*)*)$`)

// words that YAML 1.1 or 1.2 reads as something else than a text.
var reserved = map[string]bool{"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true}

func quoteIfNeeded(n *node) string {
	switch {
	case !n.quoted && (number(n.text) || n.text == "true" || n.text == "false"):
		return n.text
	case safe.MatchString(n.text) && !reserved[strings.ToLower(n.text)] && !number(n.text):
		return n.text
	}
	for _, r := range n.text {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffd {
			return strconv.QuoteToASCII(n.text)
		}
	}
	if strings.ContainsRune(n.text, '\'') && !strings.ContainsAny(n.text, `"\`) {
		return `"` + n.text + `"`
	}
	return "'" + strings.ReplaceAll(n.text, "'", "''") + "'"
}

func number(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// digits writes a number as a person would.
func digits(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e15) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// alike reports whether two values say the same: numbers by their value, mappings in any order.
func alike(a, b *node) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case scalar:
		if a.text == b.text {
			return a.quoted == b.quoted || !ambiguous(a.text)
		}
		x, errX := strconv.ParseFloat(a.text, 64)
		y, errY := strconv.ParseFloat(b.text, 64)
		return !a.quoted && !b.quoted && errX == nil && errY == nil && x == y
	case list:
		if len(a.items) != len(b.items) {
			return false
		}
		for i := range a.items {
			if !alike(a.items[i], b.items[i]) {
				return false
			}
		}
	case mapping:
		if len(a.pairs) != len(b.pairs) {
			return false
		}
		for i, p := range a.pairs {
			other := b.pairs[i].value
			if b.pairs[i].key.text != p.key.text {
				if other = b.find(p.key.text); other == nil {
					return false
				}
			}
			if !alike(p.value, other) {
				return false
			}
		}
	}
	return true
}

// ambiguous texts mean something else in quotes than without.
func ambiguous(text string) bool {
	return number(text) || reserved[strings.ToLower(text)] || text == "~" || text == ""
}
