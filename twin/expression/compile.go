package expression

import (
	"fmt"
)

// Error is why an expression cannot be used, and where.
type Error struct {
	Line, Column int // in the text of the expression, from 1
	What         string
	Remedy       string
}

// Error reads "expression: line:column: what — remedy".
func (e *Error) Error() string {
	text := fmt.Sprintf("expression: %d:%d: %s", e.Line, e.Column, e.What)
	if e.Remedy != "" {
		text += " — " + e.Remedy
	}
	return text
}

// Scope says what names stand for.
type Scope interface {
	// Signal returns the type of the signal with this path, with slashes, relative to where the expression stands.
	Signal(path string) (Type, bool)
	// Near lists what a wrong path may have been meant to be.
	Near() []string
}
