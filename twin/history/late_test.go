package history

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"context"
)

func lateEntries(n int) []lateEntry {
	var out []lateEntry
	for i := range n {
		out = append(out, lateEntry{byte(i % 4), []string{"farm/T01/s0", "", "ä"}[i%3], entry{int64(i-3) * 1e9, float64(i) / 7}})
	}
	return out
}

func sameEntries(a, b []lateEntry) bool {
	return slices.EqualFunc(a, b, func(a, b lateEntry) bool {
		return a.kind == b.kind && a.path == b.path && a.ms == b.ms && math.Float64bits(a.v) == math.Float64bits(b.v)
	})
}

func TestLateLogKeepsWhatIsSound(t *testing.T) {
	dir := t.TempDir()
	l, got, _, err := openLate(dir)
	if err != nil || len(got) != 0 {
		t.Fatal(got, err)
	}
	want := lateEntries(10)
	want[4].v = math.Float64frombits(offlineBits)
	for i := 0; i < 10; i += 5 {
		for _, e := range want[i : i+5] {
			l.add(e)
		}
		if err := l.flush(); err != nil {
			t.Fatal(err)
		}
	}
	half := l.size
	if err := l.file.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, lateName)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut >= 0; cut-- {
		if err := os.WriteFile(name, whole[:cut], 0o666); err != nil {
			t.Fatal(err)
		}
		l, got, _, err := openLate(dir)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if !sameEntries(got, want[:len(got)]) || cut == int(half) && len(got) != 10 || len(got)%5 != 0 {
			t.Fatalf("cut at %d: %v", cut, got)
		}
		l.add(want[0]) // what is written after the repair is read
		if err := l.flush(); err != nil {
			t.Fatal(err)
		}
		again, err := l.entries()
		if err != nil || !sameEntries(again, append(slices.Clone(got), want[0])) {
			t.Fatalf("cut at %d, then written: %v %v", cut, again, err)
		}
		if err := l.file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	l, _, _, err = openLate(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.rewrite(want[7:]); err != nil {
		t.Fatal(err)
	}
	if got, err := l.entries(); err != nil || !sameEntries(got, want[7:]) {
		t.Errorf("rewritten: %v %v", got, err)
	}
	if err := l.file.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzLateLog(f *testing.F) {
	l := &lateLog{}
	for _, e := range lateEntries(5) {
		l.add(e)
	}
	file, err := os.Create(filepath.Join(f.TempDir(), "x"))
	if err != nil {
		f.Fatal(err)
	}
	l.file = file
	if err := l.flush(); err != nil {
		f.Fatal(err)
	}
	record := make([]byte, l.size)
	if _, err := file.ReadAt(record, 0); err != nil {
		f.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(lateMagic + string(record)))
	f.Add([]byte(lateMagic + string(record) + string(record[:9])))
	f.Add([]byte("OrrLate\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, good := parseLate(data)
		if good < 0 || good > int64(len(data)) {
			t.Fatalf("%d of %d bytes are sound", good, len(data))
		}
		again, same := parseLate(data[:good])
		if same != good || !sameEntries(again, entries) {
			t.Fatal("the sound part alone reads differently")
		}
		parseRecord(data, nil)
	})
}

// The database may drop late samples when it starts; here its own log of them is deleted altogether.
func TestLateSamplesComeBack(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	for n := range 100 {
		at := epoch.Add(time.Hour + time.Duration(n)*time.Minute)
		mustAppend(t, s, sample(0, at, float64(n)), sample(1, at, float64(n)))
		mustAppend(t, s, sample(0, at.Add(-35*time.Minute-time.Second), 1000+float64(n)))
	}
	dir := s.opts.Dir
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"wbl", "chunks_head"} {
		if err := os.RemoveAll(filepath.Join(dir, sub)); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 2 {
		s = open(t, farm(t, 1), Options{Dir: dir})
		points, err := s.Range(context.Background(), 0, epoch, epoch.Add(day), nil)
		if err != nil || len(points) != 200 {
			t.Errorf("round %d: %d of 200 samples, %v", round, len(points), err)
		}
		if n := s.Stats().Recovered; (n == 0) != (round == 1) {
			t.Errorf("round %d: %d samples were given back", round, n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLateLogIsPruned(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	s.w.late.limit = 20 << 10
	most := int64(0)
	for n := range 3000 {
		at := epoch.Add(time.Hour + time.Duration(n)*20*time.Second)
		mustAppend(t, s, sample(0, at, 1), sample(1, at, 2))
		mustAppend(t, s, sample(0, at.Add(-5*time.Minute-time.Second), 3))
		if n%500 == 0 {
			if err := s.db.Compact(context.Background()); err != nil {
				t.Fatal(err)
			}
			s.w.late.limit = 20 << 10
		}
		most = max(most, s.w.late.size)
	}
	if s.w.late.size > 60<<10 {
		t.Errorf("the log has %d bytes (at most %d); all but the newest hours are in blocks", s.w.late.size, most)
	}
	if st := s.Stats(); st.Error != "" || st.Late != 3000 {
		t.Errorf("%+v", st)
	}
}
