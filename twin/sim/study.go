package sim

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Study answers questions about a plant as a whole, which no course of signals holds: how much a line makes, where its
// bottleneck is, how long trips take, what a route costs. It is safe for concurrent use.
//
// A study that is a Builder as well has a course too: the runner shows it on the timeline.
type Study interface {
	// Fields lists what a question may change, in the order of the model.
	Fields() []Field
	// Answer compares the plant as it is with the changed one, under the same chance. When the context ends, it returns
	// what it has, marked as partial, with the error of the context.
	Answer(ctx context.Context, q Question) (*Answer, error)
}

// Site is what a study is made for.
type Site struct {
	Tree  *twin.Tree
	Files fs.FS // the folder of the twin file; nil where there is none
}

// Field is something that a question may change.
type Field struct {
	ID       string // "filler.speed"
	Label    string // "Filler: speed"
	Unit     twin.Unit
	Value    float64 // as it is, SI; NaN where it is no number
	Min, Max float64 // SI; NaN where there is no end
	Text     string  // as it is, for people: "100 %", "weibull(2 h, 1.5)"
	Asset    string  // path in the tree of what it belongs to; empty: the plant
}

// Change is a field with its new value: "+10%" and "-10%" are of what it was, everything else is the value itself, a plain
// number in the unit of the field.
type Change struct{ Field, Value string }

// String is "filler.speed=+10%".
func (c Change) String() string { return c.Field + "=" + c.Value }

// ParseChange reads "filler.speed=+10%".
func ParseChange(text string) (Change, error) {
	field, value, ok := strings.Cut(text, "=")
	field, value = strings.TrimSpace(field), strings.TrimSpace(value)
	if !ok || field == "" || value == "" {
		return Change{}, fmt.Errorf("change %q: write FIELD=VALUE, for example filler.speed=+10%%", text)
	}
	return Change{field, value}, nil
}

// Question is a what-if for a Study. What is left out the study decides.
type Question struct {
	Changes  []Change
	Now      time.Time
	Live     *twin.Snapshot // what the plant begins with; nil: it begins empty and is warmed up
	Horizon  time.Duration
	Runs     int // replications
	Seed     uint64
	Progress func(share float64) // may be nil; it must be quick
}

// Answer is what a Study says.
type Answer struct {
	Headline string // the answer in one sentence
	More     []string
	Figures  []Figure
	Ranks    []Rank // what limits the plant, the worst first
	Parts    []Part // how assets differ, for the colours of a difference
	Rests    string // what it rests on, one line for people
	Runs     int    // replications that were done
	Partial  bool   // it was stopped before its end
	Elapsed  time.Duration
	Computed time.Time
}

// Mean is a mean with its 95 % confidence interval, SI; an exact number has Low = High = Value.
type Mean struct{ Value, Low, High float64 }

// Exact is a number without doubt.
func Exact(v float64) Mean { return Mean{v, v, v} }

// Sense says which way a figure is good.
type Sense int8

// The senses.
const (
	Neither Sense = 0
	More    Sense = 1
	Less    Sense = -1
)

// Figure is one number of the plant as it is and as it would be.
type Figure struct {
	ID, Label     string
	Unit          twin.Unit
	Decimals      int
	Good          Sense
	Base, Changed Mean
	Difference    Mean // paired: both saw the same chance
}

// Distinguishable reports whether the difference can be told from zero.
func (f Figure) Distinguishable() bool { return f.Difference.Low > 0 || f.Difference.High < 0 }

// Rank is one entry of a list of what limits the plant.
type Rank struct {
	Asset, Label string // path in the tree, may be empty; for people
	Share        float64
	Gain         Mean   // of the first figure, relative, if Lever is pulled
	Lever        string // "filler.speed=+10%": what can be asked next; may be empty
	Why          string // "the only bottleneck for 61 % of the time"
}

// Part is how one asset differs.
type Part struct {
	Asset string  // path in the tree
	Shade float64 // −1 worse … 0 the same … +1 better
	Text  string  // "+12 % flow"
}

// Fault is one thing that is wrong with a model: where, what, and what to do.
type Fault struct {
	Place  string // "elements[3].capacity", as the path in the file
	What   string
	Remedy string
}

// Faults is all that is wrong with a model. It is an error, of one line.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Place + ": " + x.What + ": " + x.Remedy
	}
	return "the model cannot run: " + strings.Join(lines, "; ")
}
