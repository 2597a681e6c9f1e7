package scenario

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orrery-twin/orrery/twin/sim"
)

// treeHeader is the first line of a file of scenarios.
const treeHeader = "orrery scenarios 1"

// MaxTreeText is the most bytes that a file of scenarios may have.
const MaxTreeText = 4 << 20

// Text is the tree as a file holds it: for each scenario lines "key: value", and an empty line before the next.
//
//	orrery scenarios 1
//
//	scenario: derate
//	label: Derate to 70 %
//	parent: base
//	fork: 2026-11-24T01:00:00Z
//	set: power_limit = 70
//
// Keys are scenario (the ID), label, parent, study, fork (RFC 3339), note and set, which may stand more than once. Lines
// that begin with # are remarks; they are not kept.
func (t *Tree) Text() []byte {
	var b bytes.Buffer
	b.WriteString(treeHeader + "\n")
	for _, n := range t.nodes {
		fmt.Fprintf(&b, "\nscenario: %s\nlabel: %s\nparent: %s\n", n.ID, n.Label, n.Parent)
		if n.Study != "" {
			fmt.Fprintf(&b, "study: %s\n", n.Study)
		}
		if !n.Fork.IsZero() {
			fmt.Fprintf(&b, "fork: %s\n", n.Fork.UTC().Format(time.RFC3339Nano))
		}
		if n.Note != "" {
			fmt.Fprintf(&b, "note: %s\n", n.Note)
		}
		for _, c := range n.Changes {
			fmt.Fprintf(&b, "set: %s = %s\n", c.Field, c.Value)
		}
	}
	return b.Bytes()
}

// ParseTree reads what Text wrote, or what a person did. The error names the line.
func ParseTree(text []byte) (*Tree, error) {
	if len(text) > MaxTreeText {
		return nil, fmt.Errorf("scenario: tree: %d bytes, %d are the most", len(text), MaxTreeText)
	}
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("scenario: tree: the file is not UTF-8: save it as text")
	}
	t := &Tree{}
	var n *Node
	begun := 0 // the line of n
	add := func() error {
		if n == nil {
			return nil
		}
		if n.Label == "" {
			n.Label = n.ID
		}
		if n.Parent == "" {
			n.Parent = Base
		}
		if err := t.Add(*n); err != nil {
			return fmt.Errorf("line %d: %w", begun, err)
		}
		return nil
	}
	number, headed := 0, false
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case !headed:
			if line != treeHeader {
				return nil, fmt.Errorf("scenario: tree: line %d: the file does not begin with %q: it holds no scenarios, or those of a newer Orrery", number, treeHeader)
			}
			headed = true
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !ok || value == "" {
			return nil, fmt.Errorf("scenario: tree: line %d: %q is not KEY: VALUE", number, clipped(line))
		}
		if key == "scenario" {
			if err := add(); err != nil {
				return nil, err
			}
			n, begun = &Node{ID: value}, number
			continue
		}
		if n == nil {
			return nil, fmt.Errorf("scenario: tree: line %d: %q stands before the first scenario: write scenario: ID above it", number, clipped(key))
		}
		if err := n.read(key, value); err != nil {
			return nil, fmt.Errorf("scenario: tree: line %d: %w", number, err)
		}
	}
	if !headed {
		return nil, fmt.Errorf("scenario: tree: the file is empty: it begins with %q", treeHeader)
	}
	return t, add()
}

// read takes a line of a scenario.
func (n *Node) read(key, value string) error {
	once := func(at *string) error {
		if *at != "" {
			return fmt.Errorf("%s stands twice: remove one", key)
		}
		*at = value
		return nil
	}
	switch key {
	case "label":
		return once(&n.Label)
	case "parent":
		return once(&n.Parent)
	case "study":
		return once(&n.Study)
	case "note":
		return once(&n.Note)
	case "fork":
		at, err := time.Parse(time.RFC3339, value)
		if err != nil || !n.Fork.IsZero() || at.IsZero() {
			return fmt.Errorf("fork: %q is no time, or a second one: write one such as 2026-11-24T01:00:00Z", clipped(value))
		}
		n.Fork = at.UTC()
		return nil
	case "set":
		c, err := sim.ParseChange(value)
		if err != nil {
			return err
		}
		for _, x := range n.Changes {
			if x.Field == c.Field {
				return fmt.Errorf("%s is set twice: remove one", clipped(c.Field))
			}
		}
		if len(n.Changes) >= maxNodeDelta {
			return fmt.Errorf("there are more than %d changes", maxNodeDelta)
		}
		n.Changes = append(n.Changes, c)
		return nil
	}
	return fmt.Errorf("the key %q is not known: use scenario, label, parent, study, fork, note or set", clipped(key))
}
