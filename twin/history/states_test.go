package history

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func pump(t *testing.T, states ...string) *twin.Tree {
	t.Helper()
	tree, err := twin.NewTree([]twin.Asset{{Path: "pump", Parent: twin.NoAsset}},
		[]twin.Signal{{Path: "pump/state", Kind: twin.Enum, States: states}, {Path: "pump/on", Kind: twin.Bool}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// The states of an enum mean by name what they meant when they were recorded, whatever order the twin file gives them.
func TestStatesKeepTheirNames(t *testing.T) {
	s := open(t, pump(t, "off", "idle", "run"), Options{})
	for i, v := range []float64{0, 1, 2, 7, 0.5, -1} {
		mustAppend(t, s, sample(0, epoch.Add(time.Duration(i)*time.Second), v), sample(1, epoch.Add(time.Duration(i)*time.Second), float64(i%2)))
	}
	read := func(tree *twin.Tree, want ...float64) {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, tree, Options{Dir: s.opts.Dir})
		points, err := s.Range(context.Background(), 0, epoch, epoch.Add(time.Minute), nil)
		if err != nil || len(points) != len(want) {
			t.Fatal(points, err)
		}
		for i, p := range points {
			if p.Value != want[i] {
				t.Errorf("sample %d is %v, want %v", i, p.Value, want[i])
			}
			if got := latest(t, s, time.Unix(0, p.Time)).Values[0].Value; got != want[i] {
				t.Errorf("latest at sample %d is %v, want %v", i, got, want[i])
			}
		}
		if on := latest(t, s, epoch.Add(time.Second)).Values[1].Value; on != 1 {
			t.Errorf("on = %v", on)
		}
	}
	read(pump(t, "off", "idle", "run"), 0, 1, 2, 7, 0.5, -1)
	other := pump(t, "run", "fault", "off") // idle is gone: it comes after the others
	read(other, 2, 3, 0, 7, 0.5, -1)
	for i, v := range []float64{0, 1, 2, 9} {
		mustAppend(t, s, sample(0, epoch.Add(time.Duration(10+i)*time.Second), v))
	}
	read(other, 2, 3, 0, 7, 0.5, -1, 0, 1, 2, 9)
	read(pump(t, "off", "idle", "run", "fault"), 0, 1, 2, 7, 0.5, -1, 2, 3, 0, 9)
}

func TestDamagedDictionaryIsNamed(t *testing.T) {
	s := open(t, pump(t, "off", "on"), Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(s.opts.Dir, statesName)
	if err := os.WriteFile(name, []byte(`{"pump/state": [1`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), s.tree, s.opts); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("a damaged dictionary: %v", err)
	}
}
