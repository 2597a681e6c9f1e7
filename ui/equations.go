package ui

import (
	"errors"
	"fmt"
	"strings"

	"github.com/orrery-twin/orrery/twin/project"
)

// equationText is the text of one model of the twin file, as it is edited: without the indent that it has in the file.
type equationText struct {
	model string // its key in the file; empty: it is not in the file yet
	text  string
	saved string // as it is in the file
}

// equationFault is what is wrong with the text that is edited, at its place there.
type equationFault struct {
	line, column int // from 1, in the text; 0: not in it
	what, remedy string
}

// newEquations is what the text begins with for a twin that describes no model: a body that cools.
const newEquations = `cooling:
  label: Cooling
  parameters:
    tau: {value: 300 s, range: [60 s, 3600 s]}
    ambient: 20 °C
  states:
    T: 60 °C
  equations: |
    dT/dt = (ambient - T) / tau
  outputs:
    temperature: T`

// equationsOf lists the models of a twin file with their texts; of one that has none, a new one.
func equationsOf(p *project.Project, text string) []equationText {
	var out []equationText
	for _, e := range p.Equations {
		from, to, indent := block(text, e.Line)
		own := dedent(text[from:to], indent)
		out = append(out, equationText{e.Name, own, own})
	}
	if len(out) == 0 {
		out = append(out, equationText{"", newEquations, newEquations})
	}
	return out
}

// block finds the lines of a key of a mapping, and of all that stands below it: the bytes from its line, from 1, to the
// next one that is no deeper, without blank lines and comments at its end. indent is that of the key.
func block(text string, line int) (from, to, indent int) {
	for ; line > 1; line-- {
		i := strings.IndexByte(text[from:], '\n')
		if i < 0 {
			return len(text), len(text), 0
		}
		from += i + 1
	}
	depth := func(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
	to = from
	for at := from; at < len(text); {
		next := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		row := strings.TrimRight(text[at:next], " \r\n")
		trimmed := strings.TrimLeft(row, " ")
		switch {
		case at == from:
			indent, to = depth(row), next
		case trimmed == "":
		case depth(row) <= indent:
			return from, to, indent
		case trimmed[0] != '#':
			to = next
		}
		at = next
	}
	return from, to, indent
}

func dedent(text string, indent int) string {
	rows := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r[min(indent, len(r)-len(strings.TrimLeft(r, " "))):], "\r")
	}
	return strings.Join(rows, "\n")
}

func indented(text string, indent int) string {
	rows := strings.Split(strings.TrimRight(text, " \n"), "\n")
	for i, r := range rows {
		if strings.TrimSpace(r) != "" {
			rows[i] = strings.Repeat(" ", indent) + r
		}
	}
	return strings.Join(rows, "\n") + "\n"
}

// equationChange is the change of a twin file that puts another text in place of a model, with the line, from 1, and the
// indent at which it stands then.
func equationChange(p *project.Project, text string, model, now string) (c project.Change, line, indent int, err error) {
	if model == "" {
		line = strings.Count(text, "\n") + 1
		head := "\nequations:\n"
		if text != "" && !strings.HasSuffix(text, "\n") {
			head = "\n" + head
		}
		return project.Change{Offset: len(text), New: head + indented(now, 2)}, line + strings.Count(head, "\n"), 2, nil
	}
	e := p.EquationsOf(model)
	if e == nil {
		return c, 0, 0, fmt.Errorf("the twin file has no model %s any more: close this and open it again", model)
	}
	from, to, indent := block(text, e.Line)
	return project.Change{Offset: from, Old: text[from:to], New: indented(now, indent)}, e.Line, indent, nil
}

// equationFaults are the faults of a twin file as they stand in the text that is edited, which begins at a line of the
// file and is indented there. rows is how many lines the text has.
func equationFaults(err error, line, indent, rows int) []equationFault {
	var all project.Errors
	if !errors.As(err, &all) {
		return []equationFault{{what: oneLine(err).Error()}}
	}
	var out []equationFault
	for _, e := range all {
		f := equationFault{what: e.What, remedy: e.Remedy}
		if at := e.Line - line + 1; at >= 1 && at <= rows {
			f.line, f.column = at, max(1, e.Column-indent)
		} else if e.Line > 0 {
			f.what = fmt.Sprintf("line %d of the twin file: %s", e.Line, e.What)
		}
		out = append(out, f)
	}
	return out
}

// words are a fault in one line.
func (f equationFault) words() string {
	text := f.what
	if f.remedy != "" {
		text += " — " + f.remedy
	}
	if f.line > 0 {
		return fmt.Sprintf("Line %d, column %d: %s", f.line, f.column, text)
	}
	return sentence(text)
}
