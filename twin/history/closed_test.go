package history

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// closedStore is the folder of a store with a day of samples, late ones among them, that was closed.
func closedStore(t *testing.T) (dir string, samples int) {
	t.Helper()
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(2*time.Hour), 10*time.Second)
	mustAppend(t, s, sample(0, epoch.Add(time.Hour+time.Second), 1), sample(3, epoch.Add(90*time.Minute+time.Second), 2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.opts.Dir, countOf(t, s.opts.Dir)
}

func countOf(t *testing.T, dir string) int {
	t.Helper()
	s := open(t, farm(t, 1), Options{Dir: dir})
	n := 0
	for id := range s.tree.Signals() {
		points, err := s.Range(t.Context(), twin.SignalID(id), epoch, epoch.Add(day), nil)
		if err != nil {
			t.Fatal(err)
		}
		n += len(points)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

func snapshots(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "chunk_snapshot.*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestASnapshotIsUsedOnceAndOnlyWhenNothingChanged(t *testing.T) {
	dir, want := closedStore(t)
	if want != 12*720+2 {
		t.Fatalf("%d samples", want)
	}
	if len(snapshots(t, dir)) != 1 {
		t.Fatalf("a closed store leaves %v", snapshots(t, dir))
	}
	s := open(t, farm(t, 1), Options{Dir: dir})
	if left := snapshots(t, dir); len(left) != 0 {
		t.Errorf("an open store has %v", left)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"nothing":          func() error { return nil },
		"no word of it":    func() error { return os.Remove(filepath.Join(dir, closedName)) },
		"a word of others": func() error { return os.WriteFile(filepath.Join(dir, closedName), []byte(`{"wal/0":1`), 0o666) },
		"no mapped chunks": func() error { return os.RemoveAll(filepath.Join(dir, "chunks_head")) },
		"longer log":       func() error { return lengthen(newestFile(t, filepath.Join(dir, "wal"))) },
		"flipped snapshot": func() error { return flip(newestFile(t, snapshots(t, dir)[0])) },
		"cut snapshot":     func() error { return os.Truncate(newestFile(t, snapshots(t, dir)[0]), 100) },
		"no snapshot":      func() error { return os.RemoveAll(snapshots(t, dir)[0]) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(name, err)
		}
		if n := countOf(t, dir); n != want {
			t.Errorf("%s: %d of %d samples", name, n, want)
		}
	}
}

func newestFile(t *testing.T, dir string) string {
	t.Helper()
	var name string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name = path
		}
		return err
	})
	if err != nil || name == "" {
		t.Fatal(dir, err)
	}
	return name
}

// lengthen adds an empty page to a file.
func lengthen(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.Truncate(name, (info.Size()/pageBytes+2)*pageBytes)
}

func flip(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if len(data) < 64 {
		return errors.New("too short")
	}
	data[len(data)/2] ^= 0x40
	return os.WriteFile(name, data, 0o666)
}
