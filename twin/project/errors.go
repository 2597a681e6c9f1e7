package project

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one fault of a twin file.
type Error struct {
	File   string
	Line   int // from 1; 0 when the fault has no place
	Column int // from 1
	What   string
	Remedy string
}

// Error reads "file:line:column: what — remedy".
func (e Error) Error() string {
	text := e.What
	if e.Remedy != "" {
		text += " — " + e.Remedy
	}
	if e.Line == 0 {
		return e.File + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, text)
}

// Errors is all faults of a twin file, sorted by place. It is never empty when returned by Load.
type Errors []Error

// Error gives one fault per line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

func (e Errors) sort() {
	slices.SortStableFunc(e, func(a, b Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}

// nearest returns the candidate that a person most likely meant, or "" if none is near.
func nearest(word string, candidates []string) string {
	best, bestDistance := "", len(word)/3+2
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the edits between two words: insert, delete, replace, swap of neighbours (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var rows [3][65]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		now, last, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}

// didYouMean is a remedy for an unknown word.
func didYouMean(word string, candidates []string, noun string) string {
	if c := nearest(word, candidates); c != "" {
		return fmt.Sprintf("did you mean %q?", c)
	}
	if len(candidates) == 0 {
		return "there is no " + noun + " yet, declare one first"
	}
	sorted := slices.Sorted(slices.Values(candidates))
	more := ""
	if len(sorted) > 12 {
		sorted, more = sorted[:12], ", …"
	}
	return "use one of " + strings.Join(sorted, ", ") + more
}
