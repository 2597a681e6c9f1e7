package expression

import (
	"fmt"
	"math"
)

// Limits of a system of equations.
const (
	MaxVariables   = 4096 // inputs, parameters, states and definitions, each
	maxPassage     = 256 << 10
	maxStatements  = 4 * MaxVariables
	maxFaults      = 20
	maxAssignments = 64
)

// SystemText is a system of equations as it was written. Marks are the caller's: a Fault gives back the one of its place.
type SystemText struct {
	Inputs, Parameters, States []VariableText
	Equations                  []Passage
	Outputs                    []OutputText
	Events                     []EventText
}

// VariableText declares an input, a parameter or a state.
type VariableText struct {
	Name, Label string
	Unit        string    // of bare numbers in Value, Range and SD; empty: that of Value
	Value       string    // "20 °C": the start of a state, the value of a parameter, of an input while nothing drives it
	Range       [2]string // empty: no ends
	SD          string    // standard deviation of a parameter over an ensemble, a difference
	Mark        int
}

// Passage is a text of equations, one a line; names are looked for below Base first. What follows # is a remark. A line that
// ends or begins with an operator, or stands within brackets, continues the one before.
//
//	loss = power * (1 - eta)             # a definition
//	dT/dt = (loss - hA*(T - ambient))/C  # the rate of a state; d(oil.T)/dt for one with dots
//	0 = pump.flow - pipe.flow            # an algebraic equation, for a state without a rate
type Passage struct {
	Base, Text string
	Mark       int
}

// OutputText is a value that is shown, by a name.
type OutputText struct {
	Name, Label, Unit, Text string
	Base                    string
	Mark                    int
}

// EventText is what happens when a condition becomes true.
type EventText struct {
	Name, Label, When string
	Set               []AssignmentText // all from the state before
	Stop              bool             // the run ends there
	Base              string
	Mark              int
}

// AssignmentText gives a state a new value.
type AssignmentText struct {
	State, Text string
	Mark        int
}

// System is a checked system of equations, M·y' = f(t, y) with M of ones and zeros. Input numbers of its trees are symbols:
// see Time, Input, Parameter, State and Definition. It is immutable.
type System struct {
	Inputs, Parameters, States []Variable
	Definitions                []Definition // each rests only on those before it
	Rates                      []*Tree      // by state; nil for one that an algebraic equation determines
	Residuals                  []*Tree      // that are zero; as many as there are states without a rate
	Outputs                    []Output
	Events                     []Happening
}

// Variable is an input, a parameter or a state, in SI.
type Variable struct {
	Name, Label string // the name with slashes: "oil/T"
	Unit        Unit
	Value       float64
	Min, Max    float64 // ±Inf: no end
	SD          float64
}

// Holds reports whether a value lies in the range of the variable, but for the rounding of its units.
func (v *Variable) Holds(x float64) bool {
	return x >= v.Min-1e-9*math.Abs(v.Min) && x <= v.Max+1e-9*math.Abs(v.Max)
}

// Definition is a value with a name.
type Definition struct {
	Name string
	Type Type
	Tree *Tree
}

// Output is a value that is shown.
type Output struct {
	Name, Label string
	Unit        Unit
	Tree        *Tree
}

// Happening is an event: when its condition becomes true, states get new values.
type Happening struct {
	Name, Label string
	When        *Tree
	Set         []Assignment
	Stop        bool
}

// Assignment gives a state a new value.
type Assignment struct {
	State int
	Tree  *Tree
}

// TimeSymbol is the symbol of the time since the start, named "time", s.
const TimeSymbol = 0

// InputSymbol is the symbol of input i.
func (s *System) InputSymbol(i int) int { return 1 + i }

// ParameterSymbol is the symbol of parameter i.
func (s *System) ParameterSymbol(i int) int { return 1 + len(s.Inputs) + i }

// StateSymbol is the symbol of state i.
func (s *System) StateSymbol(i int) int { return 1 + len(s.Inputs) + len(s.Parameters) + i }

// DefinitionSymbol is the symbol of definition i.
func (s *System) DefinitionSymbol(i int) int {
	return 1 + len(s.Inputs) + len(s.Parameters) + len(s.States) + i
}

// Index returns the place of a name in a list of variables, or -1.
func Index(list []Variable, name string) int {
	for i := range list {
		if list[i].Name == name {
			return i
		}
	}
	return -1
}

// Fault is why a system of equations cannot be used, and where.
type Fault struct {
	Mark         int    // of the text
	What, Remedy string // what is wrong and how to mend it
	Line, Column int    // in the text, in characters from 1
	Source       string // the line of the text
}

// Error reads "expression: line:column: what — remedy".
func (f *Fault) Error() string {
	return fmt.Sprintf("expression: %d:%d: %s — %s", f.Line, f.Column, f.What, f.Remedy)
}

// Excerpt is the line with a caret below the place, on two lines.
func (f *Fault) Excerpt() string {
	line := make([]rune, 0, f.Column)
	for _, r := range f.Source {
		if len(line) >= f.Column-1 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		line = append(line, r)
	}
	return f.Source + "\n" + string(line) + "^"
}

// Faults is all that is wrong with a system, in the order of the texts. It is never empty when returned.
type Faults []*Fault

// Error gives the first fault and how many more there are.
func (f Faults) Error() string {
	if len(f) == 1 {
		return f[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", f[0].Error(), len(f)-1)
}
