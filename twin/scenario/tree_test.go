package scenario

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// grown is base ─ slow ─┬─ slower (from noon on)
//
//	│       └─ slow 2
//	└─ warm
func grown(t testing.TB) *Tree {
	t.Helper()
	tree := &Tree{}
	fork := func(parent, label string, at time.Time, changes ...string) {
		var list []sim.Change
		for _, c := range changes {
			x, err := sim.ParseChange(c)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, x)
		}
		if _, err := tree.Fork(parent, label, at, list...); err != nil {
			t.Fatal(err)
		}
	}
	fork(Base, "Slow", time.Time{}, "load=.5", "z=1")
	fork("slow", "Slower — much!", noon, "load=.25")
	fork(Base, "Warm", noon.Add(-time.Hour), "z=+10%")
	fork("slow", "slow", time.Time{}, "x=5..10")
	return tree
}

func TestTreesGrowAndShrink(t *testing.T) {
	tree := grown(t)
	var seen []string
	tree.Walk(func(n Node, depth int) { seen = append(seen, strings.Repeat("-", depth)+n.ID) })
	if want := []string{"-slow", "--slower-much", "--slow-2", "-warm"}; !slices.Equal(seen, want) {
		t.Fatalf("%v", seen)
	}
	if n, _ := tree.Node("slow-2"); n.Label != "slow 2" || n.Parent != "slow" {
		t.Errorf("%+v", n)
	}
	before := tree.Clone()
	for what, err := range map[string]error{
		"a name that is taken":   tree.Rename("warm", "SLOW"),
		"no name":                tree.Rename("warm", " "),
		"two lines":              tree.Rename("warm", "a\nb"),
		"a change of two lines":  tree.Set("warm", "z", "1\n2"),
		"a field with =":         tree.Set("warm", "z=", "1"),
		"a node that is not":     tree.Set("hot", "z", "1"),
		"a parent that is not":   second(tree.Fork("hot", "x", time.Time{})),
		"an ID with a slash":     tree.Add(Node{ID: "a/b", Label: "a", Parent: Base}),
		"an ID twice":            tree.Add(Node{ID: "warm", Label: "a", Parent: Base}),
		"the plant":              tree.Add(Node{ID: Base, Label: "a", Parent: Base}),
		"an orphan":              tree.Add(Node{ID: "a", Label: "a", Parent: "b"}),
		"the year 20000":         tree.Begin("warm", time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)),
		"a note of a megabyte":   tree.Describe("warm", strings.Repeat("x", 1<<20)),
		"a note that is no text": tree.Describe("warm", "\xff"),
	} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if !reflect.DeepEqual(before, tree) {
		t.Error("what was refused left traces")
	}
	if err := tree.Rename("slow", "Half load"); err != nil {
		t.Fatal(err)
	}
	if removed := tree.Remove("slow"); !slices.Equal(removed, []string{"slow", "slower-much", "slow-2"}) || tree.Len() != 1 {
		t.Errorf("removed %v", removed)
	}
	if n, _ := before.Node("slow"); n.Label != "Slow" {
		t.Error("a clone changed with its original")
	}
}

func second(_ string, err error) error { return err }

func TestScenariosResolveToStages(t *testing.T) {
	tree := grown(t)
	now := noon.Add(-time.Minute)
	r, err := tree.Resolve("slower-much", now)
	if err != nil {
		t.Fatal(err)
	}
	want := []Stage{
		{Changes: []sim.Change{{Field: "load", Value: ".5"}, {Field: "z", Value: "1"}}},
		{From: noon, Changes: []sim.Change{{Field: "load", Value: ".25"}, {Field: "z", Value: "1"}}},
	}
	if !reflect.DeepEqual(r.Stages, want) || !slices.Equal(r.Chain, []string{"slow", "slower-much"}) || r.Final()[0].Value != ".25" {
		t.Errorf("%+v", r)
	}
	fields := []sim.Field{{ID: "load", Value: 1, Max: 2}, {ID: "z", Value: 10, Max: 20}, {ID: "x", Value: 1, Max: 20}}
	s, err := r.Scenario(fields)
	if err != nil || !s.Fork.IsZero() || s.Values["load"] != .5 || len(s.Later) != 1 || s.Later[0].Values["load"] != .25 || !s.Later[0].From.Equal(noon) {
		t.Errorf("%+v %v", s, err)
	}
	// Once noon is past, the child begins before what follows the present.
	r, _ = tree.Resolve("slower-much", noon.Add(time.Hour))
	if len(r.Stages) != 2 || !r.Stages[0].From.Equal(noon) || len(r.Stages[0].Changes) != 1 || r.Final()[0].Value != ".25" {
		t.Errorf("%+v", r.Stages)
	}
	if r, _ := tree.Resolve("warm", now); len(r.Stages) != 1 || !r.Stages[0].From.Equal(noon.Add(-time.Hour)) {
		t.Errorf("%+v", r.Stages)
	} else if s, err := r.Scenario(fields); err != nil || s.Values["z"] != 11 {
		t.Errorf("%+v %v", s, err)
	}
	spread, _ := tree.Resolve("slow-2", now)
	if _, err := spread.Scenario(fields); err == nil || !strings.Contains(err.Error(), "experiment") {
		t.Errorf("%v", err)
	}
	if axes, fixed, err := Axes(fields, spread.Final()); err != nil || len(axes) != 1 || len(fixed) != 2 {
		t.Errorf("%v %v %v", axes, fixed, err)
	}
	if r, err := tree.Resolve(Base, now); err != nil || len(r.Final()) != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := tree.Resolve("gone", now); err == nil {
		t.Error("a scenario that is not there")
	}
}

func TestTreesAreKeptAsText(t *testing.T) {
	tree := grown(t)
	if err := tree.Describe("warm", "as in the summer: 30 °C"); err != nil {
		t.Fatal(err)
	}
	again, err := ParseTree(tree.Text())
	if err != nil || !reflect.DeepEqual(tree, again) {
		t.Fatalf("%v\n%s", err, tree.Text())
	}
	if got, err := ParseTree([]byte("# mine\norrery scenarios 1\r\nscenario: a\r\nset: x = 5\r\n")); err != nil || got.Len() != 1 {
		t.Errorf("%v", err)
	} else if n, _ := got.Node("a"); n.Label != "a" || n.Parent != Base || n.Changes[0].Value != "5" {
		t.Errorf("%+v", n)
	}
	const head = treeHeader + "\n"
	for text, want := range map[string]string{
		"":                                       "empty",
		"scenarios: 1":                           "line 1: the file does not begin",
		head + "label: x":                        "line 2: \"label\" stands before",
		head + "scenario: a\nwhat: x":            `line 3: the key "what" is not known`,
		head + "scenario: a\nset: x":             "line 3: change",
		head + "scenario: a\nset: x=1\nset: x=2": "line 4: x is set twice",
		head + "scenario: a\nfork: soon":         "line 3: fork",
		head + "scenario: a\nparent: b":          "line 2: scenario: tree: a: there is no scenario",
		head + "scenario: a\n\nscenario: a\n":    "line 4: scenario: tree: there is a scenario",
		head + "scenario: a\nlabel: b\nlabel: c": "label stands twice",
		head + "\xff":                            "not UTF-8",
		head + strings.Repeat("#", MaxTreeText):  "are the most",
	} {
		if _, err := ParseTree([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", clipped(text), err, want)
		}
	}
}

func TestTreesAreBounded(t *testing.T) {
	tree := &Tree{}
	parent := Base
	var err error
	for range 40 {
		if parent, err = tree.Fork(parent, "deep", time.Time{}); err != nil {
			break
		}
	}
	if tree.Len() != maxDepth || err == nil {
		t.Errorf("%d deep: %v", tree.Len(), err)
	}
	for range MaxNodes {
		if _, err = tree.Fork(Base, "", time.Time{}); err != nil {
			break
		}
	}
	if tree.Len() != MaxNodes || err == nil {
		t.Errorf("%d nodes: %v", tree.Len(), err)
	}
}

func FuzzParseTree(f *testing.F) {
	f.Add(grown(f).Text())
	f.Add([]byte(treeHeader + "\nscenario: a\nset: x = 5..10\nfork: 2026-01-01T00:00:00+01:00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := ParseTree(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := ParseTree(tree.Text())
		if err != nil || !bytes.Equal(again.Text(), tree.Text()) {
			t.Fatalf("%v\n%s", err, tree.Text())
		}
		tree.Walk(func(n Node, _ int) {
			if _, err := tree.Resolve(n.ID, noon); err != nil {
				t.Fatal(err)
			}
		})
	})
}
