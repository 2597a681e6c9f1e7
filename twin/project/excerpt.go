package project

import (
	"bytes"
	"errors"
	"strings"
)

// maxExcerpts keeps a list of faults readable.
const maxExcerpts = 20

// Excerpts tells the faults of err one by one, each with its line of the twin file and a caret below its place. text is
// the file. Of an err that holds no Errors it is the words of that.
func Excerpts(err error, text []byte) string {
	var faults Errors
	if !errors.As(err, &faults) {
		return err.Error()
	}
	lines := bytes.Split(text, []byte("\n"))
	var b strings.Builder
	for i, f := range faults {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.Error())
		if i >= maxExcerpts || len(text) == 0 || f.Line < 1 || f.Line > len(lines) {
			continue
		}
		b.WriteString(excerpt(strings.TrimRight(string(lines[f.Line-1]), "\r"), f.Column))
	}
	return b.String()
}

// excerpt is a line with a caret below a column, each on a line of its own. Of a long line it is the part around it.
func excerpt(line string, column int) string {
	const around = 60
	runes := []rune(line)
	column = min(max(column, 1), len(runes)+1)
	first := max(0, column-1-around)
	last := min(len(runes), column-1+around)
	below := make([]rune, 0, column)
	for _, r := range runes[first : column-1] {
		if r != '\t' {
			r = ' '
		}
		below = append(below, r)
	}
	return "\n    " + string(runes[first:last]) + "\n    " + string(below) + "^"
}
