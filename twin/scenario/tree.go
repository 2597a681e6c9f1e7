package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Node is a scenario of a Tree: a named delta on its parent.
type Node struct {
	ID      string // of letters, digits and dashes; it never changes
	Label   string // for people
	Parent  string // ID of another node; Base is the plant as it is
	Study   string // which study of the twin answers it; empty: as the parent, or the forecast
	Fork    time.Time
	Changes []sim.Change // of these on the parent's; a value may be spread, as in 5..10
	Note    string
}

// Caps on a tree.
const (
	MaxNodes     = 1000
	maxDepth     = 32
	maxLabel     = 200  // bytes
	maxNote      = 2000 // bytes
	maxNodeText  = 4096 // bytes of a change
	maxNodeDelta = 500  // changes
)

// Tree is scenarios that derive from each other. The root is Base, which is no node. It belongs to one goroutine; Clone makes a
// copy for another, or to keep for an undo.
type Tree struct{ nodes []Node } // in the order in which they were made, parents before children

// Clone is a copy that shares nothing that changes.
func (t *Tree) Clone() *Tree {
	c := &Tree{nodes: slices.Clone(t.nodes)}
	for i := range c.nodes {
		c.nodes[i].Changes = slices.Clone(c.nodes[i].Changes)
	}
	return c
}

// Len is the number of scenarios.
func (t *Tree) Len() int { return len(t.nodes) }

// Walk calls f for each node, a parent right before its children, with its depth: 1 for children of Base.
func (t *Tree) Walk(f func(n Node, depth int)) {
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, n := range t.nodes {
			if n.Parent == parent {
				f(n, depth)
				walk(n.ID, depth+1)
			}
		}
	}
	walk(Base, 1)
}

// Node returns a scenario; ok is false when there is none with this ID.
func (t *Tree) Node(id string) (n Node, ok bool) {
	if i := t.index(id); i >= 0 {
		return t.nodes[i], true
	}
	return n, false
}

func (t *Tree) index(id string) int {
	return slices.IndexFunc(t.nodes, func(n Node) bool { return n.ID == id })
}

// Add takes in a node as it is: one of a file, or of the twin file.
func (t *Tree) Add(n Node) error {
	if err := n.check(); err != nil {
		return err
	}
	switch {
	case len(t.nodes) >= MaxNodes:
		return fmt.Errorf("scenario: tree: there are %d scenarios already: remove some", MaxNodes)
	case n.ID == Base || t.index(n.ID) >= 0:
		return fmt.Errorf("scenario: tree: there is a scenario %q already: choose another name", n.ID)
	case t.labelled(n.Label) != "":
		return fmt.Errorf("scenario: tree: there is a scenario named %q already: choose another name", n.Label)
	case n.Parent != Base && t.index(n.Parent) < 0:
		return fmt.Errorf("scenario: tree: %s: there is no scenario %q to derive from: put it before this one", n.ID, n.Parent)
	case t.depth(n.Parent) >= maxDepth:
		return fmt.Errorf("scenario: tree: %s would be more than %d deltas deep: derive it from one nearer to the plant", n.ID, maxDepth)
	}
	n.Changes = slices.Clone(n.Changes)
	t.nodes = append(t.nodes, n)
	return nil
}

func (n *Node) check() error {
	switch {
	case !plainName(n.ID):
		return fmt.Errorf("scenario: tree: %q is no ID: use at most 64 letters, digits, dots, dashes and colons", clipped(n.ID))
	case !oneLine(n.Label, maxLabel) || strings.TrimSpace(n.Label) == "":
		return fmt.Errorf("scenario: tree: %s: a name is one line of at most %d bytes", n.ID, maxLabel)
	case !oneLine(n.Note, maxNote):
		return fmt.Errorf("scenario: tree: %s: a note is one line of at most %d bytes", n.ID, maxNote)
	case n.Study != "" && !plainName(n.Study):
		return fmt.Errorf("scenario: tree: %s: %q is no name of a study", n.ID, clipped(n.Study))
	case len(n.Changes) > maxNodeDelta:
		return fmt.Errorf("scenario: tree: %s: %d changes, %d are the most", n.ID, len(n.Changes), maxNodeDelta)
	case !n.Fork.IsZero() && (n.Fork.Year() < 1900 || n.Fork.Year() > 9999):
		return fmt.Errorf("scenario: tree: %s: a fork in the year %d: choose one from 1900 on", n.ID, n.Fork.Year())
	}
	for _, c := range n.Changes {
		if err := checkChange(n.ID, c); err != nil {
			return err
		}
	}
	return nil
}

func checkChange(id string, c sim.Change) error {
	if !oneLine(c.Field, maxNodeText) || !oneLine(c.Value, maxNodeText) || c.Field != strings.TrimSpace(c.Field) || c.Value != strings.TrimSpace(c.Value) ||
		c.Field == "" || c.Value == "" || strings.Contains(c.Field, "=") {
		return fmt.Errorf("scenario: tree: %s: the change %q is not FIELD=VALUE on one line", id, clipped(c.String()))
	}
	return nil
}

func oneLine(s string, most int) bool {
	return len(s) <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}

func plainName(s string) bool {
	return s != "" && len(s) <= 64 && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:", r))
	}) < 0
}

func clipped(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

func (t *Tree) labelled(label string) (id string) {
	for _, n := range t.nodes {
		if strings.EqualFold(strings.TrimSpace(n.Label), strings.TrimSpace(label)) {
			return n.ID
		}
	}
	return ""
}

func (t *Tree) depth(id string) int {
	d := 0
	for i := t.index(id); i >= 0; i = t.index(t.nodes[i].Parent) {
		d++
	}
	return d
}

// Fork makes a scenario on a parent that begins at a moment: in the past, ahead, or, with the zero time, when its parent
// does. A label that is taken gets a number; so does an empty one. It returns the new ID.
func (t *Tree) Fork(parent, label string, at time.Time, changes ...sim.Change) (id string, err error) {
	n := Node{Label: t.free(strings.TrimSpace(label)), Parent: parent, Fork: at, Changes: changes}
	n.ID = t.freeID(n.Label)
	return n.ID, t.Add(n)
}

func (t *Tree) free(label string) string {
	if label != "" && t.labelled(label) == "" {
		return label
	}
	if label == "" {
		label = "Scenario"
	}
	taken := map[string]bool{}
	for _, n := range t.nodes {
		taken[strings.ToLower(n.Label)] = true
	}
	for k := 2; ; k++ {
		if next := fmt.Sprintf("%s %d", label, k); !taken[strings.ToLower(next)] {
			return next
		}
	}
}

// freeID makes an ID of a label.
func (t *Tree) freeID(label string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(label) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	stem := strings.Trim(b.String(), "-")
	if stem == "" || stem == Base {
		stem = "scenario"
	}
	taken := map[string]bool{}
	for _, n := range t.nodes {
		taken[n.ID] = true
	}
	id := stem
	for k := 2; taken[id]; k++ {
		id = fmt.Sprintf("%s-%d", stem, k)
	}
	return id
}

// change applies f to a node and takes it back when the node does not hold then.
func (t *Tree) change(id string, f func(n *Node) error) error {
	i := t.index(id)
	if i < 0 {
		return fmt.Errorf("scenario: tree: there is no scenario %q", clipped(id))
	}
	n := t.nodes[i]
	n.Changes = slices.Clone(n.Changes)
	if err := f(&n); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	t.nodes[i] = n
	return nil
}

// Rename gives a scenario another label. Its ID stays.
func (t *Tree) Rename(id, label string) error {
	return t.change(id, func(n *Node) error {
		if other := t.labelled(label); other != "" && other != id {
			return fmt.Errorf("scenario: tree: there is a scenario named %q already: choose another name", clipped(label))
		}
		n.Label = strings.TrimSpace(label)
		return nil
	})
}

// Set changes a field in a scenario; an empty value takes its change back, so that the parent's holds.
func (t *Tree) Set(id, field, value string) error {
	return t.change(id, func(n *Node) error {
		i := slices.IndexFunc(n.Changes, func(c sim.Change) bool { return c.Field == field })
		switch {
		case value == "" && i >= 0:
			n.Changes = slices.Delete(n.Changes, i, i+1)
		case value == "":
		case i >= 0:
			n.Changes[i].Value = value
		default:
			n.Changes = append(n.Changes, sim.Change{Field: field, Value: value})
		}
		return nil
	})
}

// Begin moves the fork of a scenario; the zero time means when its parent begins.
func (t *Tree) Begin(id string, at time.Time) error {
	return t.change(id, func(n *Node) error { n.Fork = at; return nil })
}

// Describe gives a scenario a note.
func (t *Tree) Describe(id, note string) error {
	return t.change(id, func(n *Node) error { n.Note = note; return nil })
}

// Remove removes a scenario with all that derive from it, and returns their IDs.
func (t *Tree) Remove(id string) (removed []string) {
	gone := map[string]bool{}
	keep := t.nodes[:0:0]
	for _, n := range t.nodes { // parents come before children
		if n.ID == id || gone[n.Parent] {
			gone[n.ID] = true
			removed = append(removed, n.ID)
			continue
		}
		keep = append(keep, n)
	}
	t.nodes = keep
	return removed
}
