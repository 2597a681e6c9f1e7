package journal

import (
	"strings"
	"unicode/utf8"
)

// indexed is the shortest text, in characters, that the index of trigrams can find.
const indexed = 3

// maxTerms is how many terms of a search are looked at.
const maxTerms = 32

// term is a part of a search: a word or a phrase in lower case.
type term struct {
	text    string
	without bool // it must not occur
}

// terms takes a search apart: words, "phrases in quotes", and -words that must not occur. A quote that is not closed
// goes to the end; a lone minus is a word.
func terms(search string) []term {
	var out []term
	rest := strings.ToLower(clean(search, maxText))
	for len(out) < maxTerms {
		rest = strings.TrimSpace(rest)
		if rest == "" {
			break
		}
		var t term
		if len(rest) > 1 && rest[0] == '-' && rest[1] != ' ' {
			t.without, rest = true, rest[1:]
		}
		if rest[0] == '"' {
			t.text, rest, _ = strings.Cut(rest[1:], `"`)
		} else {
			end := strings.IndexFunc(rest, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
			if end < 0 {
				end = len(rest)
			}
			t.text, rest = rest[:end], rest[end:]
		}
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out
}

// conditions returns what SQL asks for the terms of a search. Terms that are long enough and must occur are looked up
// in the index; the others are looked for in each row that is left.
func conditions(search string, add func(cond string, args ...any)) {
	var match []string
	for _, t := range terms(search) {
		switch {
		case t.without:
			add("instr(search, ?) = 0", t.text)
		case utf8.RuneCountInString(t.text) < indexed:
			add("instr(search, ?) > 0", t.text)
		default:
			match = append(match, `"`+strings.ReplaceAll(t.text, `"`, `""`)+`"`)
		}
	}
	if len(match) > 0 {
		add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", strings.Join(match, " AND "))
	}
}
