package expression

import (
	"slices"
	"strings"
	"unicode"
)

// statement is one equation of a passage.
type statement struct {
	line, column int    // of the left side, from 1
	left         string // "dT/dt", "0" or a name
	right        string // with its line breaks, remarks blanked
	rLine, rCol  int    // where the right side begins
	fault        string // what is wrong with its form
	remedy       string
}

// blank replaces remarks by spaces, so that places stay the same.
func blank(text string) []rune {
	out := []rune(text)
	quote := rune(0)
	for i := 0; i < len(out); i++ {
		switch r := out[i]; {
		case r == '\n':
			quote = 0
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case r == '#':
			for ; i < len(out) && out[i] != '\n'; i++ {
				out[i] = ' '
			}
			i--
		}
	}
	return out
}

const (
	binds = "+-*/^%<>=&|?:,([" // at the end of a line: the next one belongs to it
	bound = "+-*/^%<>&|?:,)]"  // at the start of a line: it belongs to the one before
)

// statements splits a passage into its equations.
func statements(text string) []statement {
	src := blank(text)
	var out []statement
	line := 1
	for i := 0; i < len(src); {
		if unicode.IsSpace(src[i]) {
			if src[i] == '\n' {
				line++
			}
			i++
			continue
		}
		end := statementEnd(src, i)
		column := 1
		for k := i; k > 0 && src[k-1] != '\n'; k-- {
			column++
		}
		out = append(out, newStatement(src[i:end], line, column))
		line += strings.Count(string(src[i:end]), "\n")
		i = end
		if len(out) > maxStatements {
			break
		}
	}
	return out
}

// statementEnd finds the end of the statement that begins at i.
func statementEnd(src []rune, i int) int {
	depth, last := 0, rune(0)
	for ; i < len(src); i++ {
		r := src[i]
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '\n':
			if depth > 0 || strings.ContainsRune(binds, last) || continues(src, i) {
				continue
			}
			return i
		}
		if !unicode.IsSpace(r) {
			last = r
		}
	}
	return len(src)
}

// continues reports whether what follows a line break belongs to the line before it.
func continues(src []rune, i int) bool {
	for ; i < len(src); i++ {
		if !unicode.IsSpace(src[i]) {
			return strings.ContainsRune(bound, src[i])
		}
	}
	return false
}

// newStatement cuts a statement at its sign of equality.
func newStatement(src []rune, line, column int) statement {
	s := statement{line: line, column: column, rLine: line, rCol: column}
	at := -1
	for i, r := range src {
		if r == '=' && (i == 0 || !strings.ContainsRune("<>!=", src[i-1])) && (i+1 == len(src) || src[i+1] != '=') {
			at = i
			break
		}
	}
	if at < 0 {
		s.fault, s.remedy = "an equation without =", "write dT/dt = …, name = …, or 0 = …"
		return s
	}
	s.left = strings.TrimSpace(string(src[:at]))
	s.right = string(src[at+1:])
	for _, r := range src[:at+1] {
		if s.rCol++; r == '\n' {
			s.rLine, s.rCol = s.rLine+1, 1
		}
	}
	switch {
	case strings.TrimSpace(s.right) == "":
		s.fault, s.remedy = "nothing stands on the right side", "write what it is equal to"
	case s.left != "0" && s.rated() == "" && !IsName(s.left):
		s.fault, s.remedy = "the left side is no name", "write dT/dt, d(oil.T)/dt, a name, or 0"
	}
	return s
}

// rated returns the state whose rate the left side is, or "".
func (s *statement) rated() string {
	body, ok := strings.CutSuffix(strings.Join(strings.Fields(s.left), ""), "/dt")
	if !ok || len(body) < 2 || body[0] != 'd' {
		return ""
	}
	body = body[1:]
	if inner, ok := strings.CutPrefix(body, "("); ok {
		if body, ok = strings.CutSuffix(inner, ")"); !ok {
			return ""
		}
	}
	if !IsName(body) {
		return ""
	}
	return body
}

// reserved are the words of the language.
var reserved = strings.Fields("in not and or if else let true false nil matches contains startsWith endsWith pi time")

// IsName reports whether a text is a name with dots.
func IsName(text string) bool {
	if text == "" || len(text) > 256 || slices.ContainsFunc(strings.Split(text, "."), func(word string) bool { return slices.Contains(reserved, word) }) {
		return false
	}
	fresh := true
	for _, r := range text {
		switch {
		case r == '_' || unicode.IsLetter(r):
			fresh = false
		case fresh:
			return false
		case r == '.':
			fresh = true
		case !unicode.IsDigit(r):
			return false
		}
	}
	return !fresh
}
