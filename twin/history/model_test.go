package history

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// model is the store as it should be: all samples of each signal in plain sorted slices.
type model struct {
	tree    *twin.Tree
	samples [][]twin.Sample
}

func (m *model) add(s twin.Sample) {
	list := m.samples[s.Signal]
	i := sort.Search(len(list), func(i int) bool { return list[i].Time >= s.Time })
	if i < len(list) && list[i].Time == s.Time {
		return
	}
	m.samples[s.Signal] = slices.Insert(list, i, s)
}

// latest says what LatestAt should.
func (m *model) latest(t time.Time) []twin.Value {
	out := make([]twin.Value, len(m.samples))
	newest := int64(math.MinInt64)
	for id, list := range m.samples {
		i := sort.Search(len(list), func(i int) bool { return list[i].Time > t.UnixNano() })
		if i == 0 {
			continue
		}
		s := list[i-1]
		newest = max(newest, s.Time)
		out[id] = twin.Value{Value: s.Value, Time: s.Time, Quality: s.Quality}
		out[id].Quality = twin.Assess(m.tree.Signal(twin.SignalID(id)), out[id], t)
		if out[id].Quality.Class() == twin.BadClass {
			out[id].Value = math.NaN()
		}
	}
	for id := range out {
		if t.UnixNano()-newest > int64(silence) && out[id].Quality.Usable() {
			out[id].Quality = twin.Stale
		}
	}
	return out
}

func same(a, b twin.Value) bool {
	return a.Quality == b.Quality && a.Time == b.Time && (a.Value == b.Value || a.Value != a.Value && b.Value != b.Value)
}

// plant makes samples as plants do: jitter, signals that are silent for hours, drop-outs, gaps of everything.
type plant struct {
	rng   *rand.Rand
	tree  *twin.Tree
	now   time.Time
	quiet []float64 // of each signal: the chance to be silent in a tick
	held  []twin.Sample
}

func newPlant(rng *rand.Rand, tree *twin.Tree) *plant {
	p := &plant{rng: rng, tree: tree, now: epoch, quiet: make([]float64, len(tree.Signals()))}
	for i := range p.quiet {
		p.quiet[i] = []float64{0, 0.3, 0.99, 0.999}[rng.IntN(4)]
	}
	return p
}

// tick returns the samples of the next tick; some are kept back for an outage and come up to 50 minutes later.
func (p *plant) tick(step time.Duration) []twin.Sample {
	p.now = p.now.Add(step)
	if p.rng.IntN(400) == 0 {
		p.now = p.now.Add(time.Duration(p.rng.IntN(3*3600)) * time.Second)
	}
	var out []twin.Sample
	for id, quiet := range p.quiet {
		if p.rng.Float64() < quiet {
			continue
		}
		s := twin.Sample{Signal: twin.SignalID(id), Quality: twin.Good, Value: math.Round(p.rng.NormFloat64()*1e6) / 64,
			Time: p.now.Add(time.Duration(p.rng.IntN(900)) * time.Millisecond).UnixNano()}
		switch p.rng.IntN(100) {
		case 0:
			s.Quality = twin.Offline
		case 1:
			s.Quality = twin.SensorFault
		}
		if id%5 == 4 && p.rng.IntN(2) == 0 {
			p.held = append(p.held, s)
			continue
		}
		out = append(out, s)
	}
	if len(p.held) > 0 && (p.rng.IntN(100) == 0 || p.now.UnixNano()-p.held[0].Time > int64(50*time.Minute)) {
		out = append(out, p.held...)
		p.held = nil
	}
	return out
}

func TestStoreAgreesWithAPlainModel(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for seed := range rounds {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			t.Parallel()
			agree(t, rand.New(rand.NewPCG(uint64(seed), 1)))
		})
	}
}

func agree(t *testing.T, rng *rand.Rand) {
	ctx := context.Background()
	tree := farm(t, 2)
	opts := Options{Dir: t.TempDir(), CacheBytes: []int64{64 << 20, 200 << 10, 20 << 10}[rng.IntN(3)],
		Clock: func() time.Time { return epoch.Add(30 * day) }}
	s, err := Open(ctx, tree, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	p, m := newPlant(rng, tree), &model{tree, make([][]twin.Sample, len(tree.Signals()))}
	check := func(what string) {
		t.Helper()
		if _, last, ok := s.Extent(); ok && last.After(p.now.Add(time.Second)) {
			t.Fatalf("%s: extent ends at %v, now is %v", what, last, p.now)
		}
		var snap twin.Snapshot
		for range 20 {
			at := epoch.Add(time.Duration(rng.Int64N(int64(p.now.Sub(epoch) + time.Hour))))
			if err := s.LatestAt(ctx, at, &snap); err != nil {
				t.Fatal(err)
			}
			for id, want := range m.latest(at) {
				if got := snap.Values[id]; !same(got, want) {
					t.Fatalf("%s: signal %d at %v = %+v, want %+v", what, id, at, got, want)
				}
			}
		}
	}
	step := []time.Duration{time.Second, 10 * time.Second, time.Minute}[rng.IntN(3)]
	for range 12 {
		for range 300 {
			batch := p.tick(step)
			limit := p.now.Add(-50 * time.Minute).UnixNano() // what is older would be left out
			batch = slices.DeleteFunc(batch, func(x twin.Sample) bool { return x.Time < limit })
			if err := s.Append(batch); err != nil {
				t.Fatal(err)
			}
			for _, x := range batch {
				m.add(x)
			}
		}
		check("after appending")
		switch rng.IntN(4) {
		case 0:
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = Open(ctx, tree, opts); err != nil {
				t.Fatal(err)
			}
			complete(t, s, m)
			check("after opening again")
		case 1:
			if err := s.db.Compact(ctx); err != nil {
				t.Fatal(err)
			}
			check("after compaction")
		case 2:
			s.write.Lock()
			err := s.rewind(ctx, s.w.nextMs)
			s.write.Unlock()
			if err != nil {
				t.Fatal(err)
			}
			check("from disk")
		}
	}
	complete(t, s, m)
	for id, list := range m.samples {
		compareReads(t, s, rng, twin.SignalID(id), list, p.now)
	}
	if st := s.Stats(); st.TooOld > 0 || st.Refused > 0 || st.Error != "" {
		t.Errorf("stats: %+v", st)
	}
}

// complete checks that no sample was lost.
func complete(t *testing.T, s *Store, m *model) {
	t.Helper()
	var points []Point
	for id, list := range m.samples {
		var err error
		if points, err = s.Range(context.Background(), twin.SignalID(id), epoch, epoch.Add(30*day), points[:0]); err != nil {
			t.Fatal(err)
		}
		if len(points) != len(list) {
			t.Fatalf("signal %d has %d of %d samples", id, len(points), len(list))
		}
	}
}

// compareReads checks Range and Columns of one signal over a random span.
func compareReads(t *testing.T, s *Store, rng *rand.Rand, id twin.SignalID, list []twin.Sample, end time.Time) {
	t.Helper()
	ctx := context.Background()
	from := epoch.Add(time.Duration(rng.Int64N(int64(end.Sub(epoch))))).Truncate(time.Millisecond)
	to := from.Add(time.Duration(rng.Int64N(int64(end.Sub(from)))) + time.Second).Truncate(time.Millisecond)
	var want []twin.Sample
	for _, x := range list {
		if x.Time >= from.UnixNano() && x.Time < to.UnixNano() {
			want = append(want, x)
		}
	}
	got, err := s.Range(ctx, id, from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("range of signal %d: %d samples, want %d", id, len(got), len(want))
	}
	n := 1 + rng.IntN(300)
	cols, err := s.Columns(ctx, id, from, to, n, nil)
	if err != nil || len(cols) != n {
		t.Fatal(len(cols), err)
	}
	expect := make([]Column, n)
	span := to.Sub(from).Milliseconds()
	for i, x := range want {
		if got[i].Time != x.Time || x.Quality.Class() != twin.BadClass && got[i].Value != x.Value {
			t.Fatalf("range of signal %d: %+v, want %+v", id, got[i], x)
		}
		c := &expect[(x.Time-from.UnixNano())/1e6*int64(n)/span]
		if x.Quality.Class() == twin.BadClass {
			c.Bad++
			continue
		}
		if c.Count == 0 {
			c.Min, c.Max, c.First = x.Value, x.Value, x.Value
		}
		c.Min, c.Max, c.Last = min(c.Min, x.Value), max(c.Max, x.Value), x.Value
		c.Mean += x.Value
		c.Count++
	}
	for i, w := range expect {
		g := cols[i]
		if w.Count == 0 {
			if g.Count != 0 || g.Bad != w.Bad || g.Min == g.Min {
				t.Fatalf("column %d of signal %d = %+v, want %+v", i, id, g, w)
			}
			continue
		}
		w.Mean /= float64(w.Count)
		if g != w {
			t.Fatalf("column %d of signal %d = %+v, want %+v", i, id, g, w)
		}
	}
}
