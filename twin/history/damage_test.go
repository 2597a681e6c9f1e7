package history

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// damage closes a store, lets f spoil its folder, and opens it again.
func damage(t *testing.T, s *Store, f func(dir string)) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f(s.opts.Dir)
	return open(t, s.tree, Options{Dir: s.opts.Dir})
}

// spoil changes a byte of a file: at a share of its length, or from its end when that is negative.
func spoil(t *testing.T, name string, share float64) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[int(float64(len(data)-1)*share)] ^= 0x40
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func countAll(t *testing.T, s *Store, from, to time.Time) (n int) {
	t.Helper()
	for id := range s.tree.Signals() {
		points, err := s.Range(context.Background(), twin.SignalID(id), from, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			if want := wave(id, p.Time/1e6); p.Value != want {
				t.Fatalf("signal %d at %d is %v, was %v", id, p.Time, p.Value, want)
			}
		}
		n += len(points)
	}
	return n
}

func onlyFinding(t *testing.T, s *Store, place, what string) Finding {
	t.Helper()
	found := s.Findings()
	if len(found) == 0 || !strings.Contains(found[0].Place, place) || !strings.Contains(found[0].String(), what) {
		t.Fatalf("findings %v, want one at %s with %q", found, place, what)
	}
	return found[0]
}

// A flipped byte in the middle of the log costs the record that it is in, not the hours behind it.
func TestFlippedByteInTheLog(t *testing.T) {
	for _, share := range []float64{0.1, 0.5, 0.9} {
		s := open(t, farm(t, 4), Options{})
		const n = 5000
		for batch := range ticks(s.tree, epoch, epoch.Add(n*time.Second), time.Second) {
			if err := s.Append(batch); err != nil {
				t.Fatal(err)
			}
		}
		s = damage(t, s, func(dir string) {
			all := segments(filepath.Join(dir, "wal"))
			spoil(t, all[len(all)-1], share)
		})
		f := onlyFinding(t, s, "wal/0000", "taken over")
		left := countAll(t, s, epoch, epoch.Add(n*time.Second))
		if lost := n*48 - left; lost < 0 || lost > 48*60 { // a page of the log holds that many ticks
			t.Errorf("flipped at %v: %d of %d samples lost", share, lost, n*48)
		}
		t.Logf("flipped at %v: %d of %d samples lost: %v", share, n*48-left, n*48, f)
		if s = reopen(t, s); len(s.Findings()) > 0 || countAll(t, s, epoch, epoch.Add(n*time.Second)) != left {
			t.Errorf("opened again: %v", s.Findings())
		}
	}
}

// No sum covers the byte that says how a part of a record is packed.
func TestFlippedPackingInTheLog(t *testing.T) {
	s := open(t, farm(t, 4), Options{})
	fill(t, s, epoch, epoch.Add(time.Hour), time.Second)
	s = damage(t, s, func(dir string) {
		name := segments(filepath.Join(dir, "wal"))[0]
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data[4*pageBytes] ^= 8
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
	})
	onlyFinding(t, s, "wal/00000000 at byte", "taken over")
	if left := countAll(t, s, epoch, epoch.Add(time.Hour)); left != 3600*48 {
		t.Errorf("%d of %d samples are left: %v", left, 3600*48, s.Findings())
	}
}

// recorded makes a store with two days in blocks.
func recorded(t *testing.T) *Store {
	t.Helper()
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(2*day), 30*time.Second)
	settle(t, s)
	return s
}

func oldestBlock(t *testing.T, s *Store) string {
	t.Helper()
	if len(s.db.Blocks()) < 2 {
		t.Fatal("too few blocks")
	}
	return s.db.Blocks()[0].Dir()
}

const twoDays = 12 * 5760

func TestDamagedBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, block string)
		what  string
		lost  int // at most, of twoDays
	}{
		"meta":          {func(t *testing.T, b string) { spoilAll(t, filepath.Join(b, "meta.json"), "{") }, "made again from the index", 0},
		"no meta":       {func(t *testing.T, b string) { remove(t, filepath.Join(b, "meta.json")) }, "made again from the index", 0},
		"chunk header":  {func(t *testing.T, b string) { spoil(t, filepath.Join(b, "chunks", "000001"), 0) }, "what can be read stays", 0},
		"chunks cut":    {func(t *testing.T, b string) { cutTo(t, filepath.Join(b, "chunks", "000001"), 5) }, "moved to damaged", twoDays / 2},
		"index":         {func(t *testing.T, b string) { spoil(t, filepath.Join(b, "index"), 1) }, "moved to damaged", twoDays / 2},
		"missing block": {func(t *testing.T, b string) { removeAll(t, b) }, "the block is missing", twoDays / 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := recorded(t)
			oldest := oldestBlock(t, s)
			id := filepath.Base(oldest)
			s = damage(t, s, func(string) { c.spoil(t, oldest) })
			if f := onlyFinding(t, s, id, c.what); f.From.IsZero() && c.lost > 0 && name != "index" {
				t.Errorf("no span is named: %v", f)
			}
			left := countAll(t, s, epoch, epoch.Add(2*day))
			if left < twoDays-c.lost || c.lost > 0 && left == twoDays {
				t.Errorf("%d of %d samples are left: %v", left, twoDays, s.Findings())
			}
			latest(t, s, epoch.Add(30*time.Hour))
			if s = reopen(t, s); len(s.Findings()) > 0 {
				t.Errorf("opened again: %v", s.Findings())
			}
		})
	}
}

// A chunk that cannot be read hides its own signal alone; the next start mends the block.
func TestDamagedChunk(t *testing.T) {
	s := recorded(t)
	oldest := oldestBlock(t, s)
	s = damage(t, s, func(string) { spoil(t, filepath.Join(oldest, "chunks", "000001"), 0.5) })
	if len(s.Findings()) > 0 {
		t.Fatal(s.Findings())
	}
	countAll(t, s, epoch, epoch.Add(2*day))
	if st := s.Stats(); st.Unreadable == 0 || !strings.Contains(st.Error, "cannot be read") {
		t.Fatalf("%+v", st)
	}
	dir := s.opts.Dir
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checked, err := Check(context.Background(), dir, false, func(float64) {})
	if err != nil || len(checked.Findings) != 1 || !strings.Contains(checked.Findings[0].String(), "farm/T01/s") {
		t.Fatalf("check: %+v %v", checked, err)
	}
	s = open(t, s.tree, Options{Dir: dir})
	onlyFinding(t, s, filepath.Base(oldest), "what can be read stays")
	if left := countAll(t, s, epoch, epoch.Add(2*day)); left < twoDays-130 || left == twoDays {
		t.Errorf("%d of %d samples are left", left, twoDays)
	}
	if st := s.Stats(); st.Unreadable > 0 {
		t.Errorf("%+v", st)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if checked, err = Check(context.Background(), dir, false, func(float64) {}); err != nil || len(checked.Findings) > 0 || checked.Samples == 0 {
		t.Errorf("check after that: %+v %v", checked, err)
	}
}

func TestDamagedLateLog(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	for n := range 50 {
		at := epoch.Add(time.Hour + time.Duration(n)*time.Minute)
		mustAppend(t, s, sample(0, at, float64(n)))
		mustAppend(t, s, sample(0, at.Add(-35*time.Minute-time.Second), 1000))
	}
	s = damage(t, s, func(dir string) {
		spoil(t, filepath.Join(dir, lateName), 0.5)
		removeAll(t, filepath.Join(dir, "wbl"))
		removeAll(t, filepath.Join(dir, "chunks_head"))
	})
	onlyFinding(t, s, "late.log at byte", "taken over")
	points, err := s.Range(context.Background(), 0, epoch, epoch.Add(day), nil)
	if err != nil || len(points) < 98 {
		t.Errorf("%d of 100 samples, %v", len(points), err)
	}
}

func TestClockSetBack(t *testing.T) {
	tree, dir := farm(t, 1), t.TempDir()
	s := open(t, tree, Options{Dir: dir, Clock: func() time.Time { return epoch.Add(2 * day) }})
	mustAppend(t, s, sample(0, epoch.Add(2*day), 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	now := epoch.Add(day)
	s = open(t, tree, Options{Dir: dir, Clock: func() time.Time { return now }})
	onlyFinding(t, s, "clock", "1440 min behind")
	for i := range 100 {
		now = epoch.Add(day + time.Duration(i)*time.Minute)
		mustAppend(t, s, sample(0, now, float64(i)))
	}
	if st := s.Stats(); st.TooOld > 0 || st.Late != 100 {
		t.Errorf("%+v", st)
	}
	if v := latest(t, s, epoch.Add(day+50*time.Minute)).Values[0]; v.Value != 50 {
		t.Errorf("%+v", v)
	}
}

const readOnlyEnv = "ORRERY_HISTORY_TEST_READONLY"

// openReadOnly is a child process without the right to write.
func openReadOnly(dir string) {
	_, err := Open(context.Background(), childTree(), Options{Dir: dir})
	os.Stdout.WriteString(err.Error())
}

func TestReadOnlyFolderIsNamed(t *testing.T) {
	base, err := os.MkdirTemp("", "history") // those of testing are closed to others
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base) //nolint:errcheck // a temporary folder
	dir := filepath.Join(base, "history")
	if err := errors.Join(os.Chmod(base, 0o755), os.Mkdir(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(base, "test")
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(exe, data, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^$")
	cmd.Dir = base
	cmd.Env = append(os.Environ(), readOnlyEnv+"="+dir)
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	} else if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), dir+" cannot be written") || !strings.Contains(string(out), "permission denied") {
		t.Errorf("%s, %v", out, err)
	}
}

func TestFindingsAreOneLine(t *testing.T) {
	f := Finding{Place: "wal/00000003 at byte 77", What: "torn", Done: "cut", Lost: 3}.spanOf(epoch.UnixMilli(), epoch.Add(time.Hour).UnixMilli())
	if got, want := f.String(), "wal/00000003 at byte 77: torn (2026-03-02T00:00:00Z to 2026-03-02T01:00:00Z); cut; 3 samples lost"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := json.Marshal(f); err != nil {
		t.Error(err)
	}
}

func spoilAll(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

func removeAll(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

func cutTo(t *testing.T, name string, size int64) {
	t.Helper()
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
}

func FuzzLogSegment(f *testing.F) {
	s := open(f, farm(f, 1), Options{})
	for batch := range ticks(s.tree, epoch, epoch.Add(200*time.Second), time.Second) {
		if err := s.Append(batch); err != nil {
			f.Fatal(err)
		}
	}
	data, err := os.ReadFile(segments(filepath.Join(s.opts.Dir, "wal"))[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:min(len(data), pageBytes+2000)])
	f.Add(data[:1000])
	f.Fuzz(func(t *testing.T, data []byte) {
		last := -1
		eachRecord(data, func(at int, rec []byte) {
			if at <= last || at >= len(data) || len(rec) > recordBytes {
				t.Fatalf("record at %d after %d of %d bytes", at, last, len(data))
			}
			last = at
		})
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "wal"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "wal", "00000000"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := salvageLog(dir, 0, 0); err != nil {
			t.Fatal(err)
		}
	})
}
