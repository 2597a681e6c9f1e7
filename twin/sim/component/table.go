package component

import (
	"fmt"
	"strings"

	"github.com/orrery-twin/orrery/twin/expression"
)

// Table lists all kinds in Markdown: ports, what may be set with its value, and what is shown.
func Table() string {
	var b strings.Builder
	b.WriteString("| type | what it does | ports | may be set | shows |\n|---|---|---|---|---|\n")
	for i := range library {
		k := &library[i]
		var ports, shown []string
		for _, p := range k.Ports {
			mark := ""
			if p.Optional {
				mark = ", optional"
			}
			ports = append(ports, fmt.Sprintf("`%s` (%s%s)", p.Name, p.Domain, mark))
		}
		for _, o := range k.Outputs {
			shown = append(shown, "`"+o.Name+"`")
		}
		var settings []string
		for _, group := range []struct {
			what string
			list variables
		}{{"input ", k.Inputs}, {"", k.Parameters}, {"start of ", k.States}} {
			for _, v := range group.list {
				settings = append(settings, fmt.Sprintf("%s`%s` %s: %s", group.what, v.Name, v.Label, valueOf(&v)))
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", k.Name, k.What, strings.Join(ports, ", "), strings.Join(settings, "; "), strings.Join(shown, ", "))
	}
	return b.String()
}

// valueOf is the value of a variable with its unit.
func valueOf(v *expression.VariableText) string { return strings.TrimSpace(v.Value + " " + v.Unit) }
