package history

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/orrery-twin/orrery/twin"
)

// statesName is the dictionary of the states of enums: for each signal their names, in the order of the numbers that
// stand for them on disk. A twin file whose states are in another order, or are others, does not change what was.
const statesName = "states.json"

// unnamed is added to numbers that stand for no state, so that they never look like one that gets a name later.
const unnamed = 1 << 20

// states translates between the states of the tree and the numbers on disk.
type states struct {
	bySignal []translation // nil when there is no enum
}

// translation is empty for what is no enum.
type translation struct {
	stored  []float64 // by state of the tree
	current []float64 // by number on disk
}

// openStates reads the dictionary of a store and adds the states of the tree that are new to it.
func openStates(dir string, tree *twin.Tree) (states, error) {
	name := filepath.Join(dir, statesName)
	dict := map[string][]string{}
	text, err := os.ReadFile(name)
	switch {
	case os.IsNotExist(err):
	case err != nil:
		return states{}, fmt.Errorf("history: %w", err)
	default:
		if err := json.Unmarshal(text, &dict); err != nil {
			return states{}, fmt.Errorf("history: %s: %w: put back the file from a backup, or delete it if the twin file names its states as it always did", name, err)
		}
	}
	var s states
	changed := false
	for i := range tree.Signals() {
		sig := &tree.Signals()[i]
		if sig.Kind != twin.Enum || len(sig.States) == 0 {
			continue
		}
		known := dict[sig.Path]
		all := known
		for _, state := range sig.States {
			if !slices.Contains(all, state) {
				all = append(slices.Clip(all), state)
			}
		}
		if len(all) != len(known) {
			dict[sig.Path], changed = all, true
		}
		if s.bySignal == nil {
			s.bySignal = make([]translation, len(tree.Signals()))
		}
		s.bySignal[i] = translate(sig.States, all)
	}
	if changed {
		err = writeStates(name, dict)
	} else {
		err = nil
	}
	return s, err
}

// translate makes the tables of one signal. States that the tree has no more come after those that it has.
func translate(now, all []string) translation {
	t := translation{make([]float64, len(now)), make([]float64, len(all))}
	gone := len(now)
	for n, state := range all {
		i := slices.Index(now, state)
		if i < 0 {
			i = gone
			gone++
		} else {
			t.stored[i] = float64(n)
		}
		t.current[n] = float64(i)
	}
	for i, state := range now { // one that stands twice
		t.stored[i] = float64(slices.Index(all, state))
	}
	return t
}

func writeStates(name string, dict map[string][]string) error {
	text, err := json.MarshalIndent(dict, "", " ")
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if err := os.WriteFile(name+".tmp", append(text, '\n'), 0o666); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// toStored returns the number on disk for a value of a signal.
func (s *states) toStored(id int, v float64) float64 {
	if s.bySignal == nil || s.bySignal[id].stored == nil || v != v || v < 0 {
		return v
	}
	t := s.bySignal[id].stored
	i := int(min(v, unnamed))
	switch {
	case float64(i) != v:
		return v
	case i >= len(t):
		return v + unnamed
	}
	return t[i]
}

// toCurrent returns the value of a signal for a number on disk.
func (s *states) toCurrent(id int, v float64) float64 {
	if s.bySignal == nil || s.bySignal[id].current == nil || v != v || v < 0 {
		return v
	}
	t := s.bySignal[id].current
	i := int(min(v, unnamed))
	switch {
	case v >= unnamed:
		return v - unnamed
	case float64(i) != v || i >= len(t):
		return v
	}
	return t[i]
}
