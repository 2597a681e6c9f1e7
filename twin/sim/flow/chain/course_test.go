package chain

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// record is a past that always shows the same.
type record struct{ values map[string]float64 }

func (r record) LatestAt(_ context.Context, at time.Time, into *twin.Snapshot) error {
	tr, err := recordTree()
	if err != nil {
		return err
	}
	into.Reset(len(tr.Signals()))
	into.Time = at.UnixNano()
	for path, v := range r.values {
		id, _ := tr.SignalByPath(path)
		into.Values[id] = twin.Value{Value: v, Time: at.UnixNano(), Quality: twin.Good}
	}
	return nil
}

var recordTree func() (*twin.Tree, error)

func seen() record {
	const deg = math.Pi / 180
	return record{map[string]float64{
		"net/s1/lat": 8 * deg, "net/s1/lon": 60 * deg, "net/s1/heading": 285 * deg, "net/s1/state": 1, "net/s1/cargo": 6000, "net/s1/order": 20 * 1852. / 3600,
		"net/west/stock": 9000, "net/west/yard": .6, "net/west/moved": 123456,
		"net/low/lat": 50 * deg, "net/low/lon": -30 * deg, "net/low/wind": 30, "net/low/radius": 500}}
}

func courseOf(t *testing.T, r sim.Past, values map[string]float64) (*sim.Job, *twin.Tree) {
	t.Helper()
	tr := tree(t)
	recordTree = func() (*twin.Tree, error) { return tr, nil }
	s, err := NewStudy([]byte(small(t)), sim.Site{Tree: tr})
	if err != nil {
		t.Fatal(err)
	}
	if r != nil {
		s.Remember(r)
	}
	job, err := s.Build(context.Background(), sim.Request{Now: time.Unix(1.8e9, 0), Horizon: 10 * 24 * time.Hour, Step: time.Hour, Members: 16, Seed: 1, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return job, tr
}

func channel(t *testing.T, job *sim.Job, tr *twin.Tree, path string) int {
	t.Helper()
	for i, c := range job.Channels {
		if tr.Signal(c.Signal).Path == path {
			return i
		}
	}
	t.Fatalf("%s is not foretold", path)
	return 0
}

// A course begins with what was recorded, and goes on by hand: the ship keeps its speed on its lane, the storm its heading.
func TestCourseBeginsWithTheRecord(t *testing.T) {
	job, tr := courseOf(t, seen(), nil)
	out := func(path string) float64 { return job.Model.Output(channel(t, job, tr, path))[0] }
	for path, v := range seen().values {
		if path == "net/s1/heading" {
			continue // it turns to its lane
		}
		if got := out(path); math.Abs(got-v) > 1e-6*math.Abs(v)+1e-9 {
			t.Errorf("%s begins with %g, recorded is %g", path, got, v)
		}
	}
	if !strings.Contains(job.Rests, "2027-01-15 08:00 UTC") {
		t.Errorf("it rests on %q", job.Rests)
	}
	from := Position{out("net/s1/lat"), out("net/s1/lon")}
	eta := out("net/s1/eta")
	for k := range 24 {
		job.Model.Step(k)
	}
	to := Position{out("net/s1/lat"), out("net/s1/lon")}
	sailed, speed := Distance(from, to), 20*1852./3600
	if most := 24 * 3600 * speed * 1.15; sailed > most || sailed < .75*most {
		t.Errorf("it sailed %.0f km in a day, at its speed %.0f km", sailed/1000, 24*3.6*speed)
	}
	if to.Lon >= from.Lon {
		t.Error("it sails back to where it came from")
	}
	if d := eta - out("net/s1/eta"); math.Abs(d-24*3600) > 3600 {
		t.Errorf("a day brought it %.1f h nearer", d/3600)
	}
	low := job.Model.Output(channel(t, job, tr, "net/low/lon"))
	spread := 0.
	for _, v := range low {
		spread = math.Max(spread, math.Abs(v-low[0]))
		if v < -30*math.Pi/180 {
			t.Error("the storm goes west")
		}
	}
	if spread == 0 {
		t.Error("all members agree where the storm goes")
	}
	wind := slices.Clone(job.Model.Output(channel(t, job, tr, "net/low/wind")))
	slices.Sort(wind)
	if w := wind[8]; math.Abs(w-30*math.Exp(-.25)) > 1 || wind[0] == wind[15] {
		t.Errorf("after a day of a fade of about four its wind is %g m/s, %g to %g", w, wind[0], wind[15])
	}
	for k := 24; k < 240; k++ {
		job.Model.Step(k)
	}
	if f, ok := job.Model.(sim.Failer); !ok || f.Err() != nil {
		t.Error("the course failed")
	}
}

// Nothing recorded: the chain is run in, the course says so, and what is not seen is not foretold. Values that are set act.
func TestCourseWithoutRecord(t *testing.T) {
	job, tr := courseOf(t, nil, map[string]float64{"west.closed_for": 5 * daySec})
	if !strings.Contains(job.Rests, "run in") {
		t.Errorf("it rests on %q", job.Rests)
	}
	for _, c := range job.Channels {
		if strings.HasPrefix(tr.Signal(c.Signal).Path, "net/low") {
			t.Error("a storm that nobody saw is foretold")
		}
	}
	if got := job.Model.Output(channel(t, job, tr, "net/west/state"))[0]; got != 2 {
		t.Errorf("the closed port is in state %g", got)
	}
	s, err := NewStudy([]byte(small(t)), sim.Site{})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Knows("west/closed_for") || s.Knows("west.divert") || s.Knows("nothing") {
		t.Error("it knows what it does not, or not what it does")
	}
	for _, q := range []sim.Request{{}, {Now: time.Unix(1, 0), Horizon: time.Hour}, {Now: time.Unix(1, 0), Horizon: time.Hour, Step: time.Minute, Members: 1 << 20},
		{Now: time.Unix(1, 0), Horizon: time.Hour, Step: time.Minute, Values: map[string]float64{"west.sped": 1}}} {
		if _, err := s.Build(context.Background(), q); err == nil || !strings.HasPrefix(err.Error(), "chain: ") {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// What a move is worth is learnt from counters: 12,000 TEU in 5 cranes × 24 moves an hour × 100 h are one TEU a move.
func TestLearns(t *testing.T) {
	definition := strings.Replace(small(t), `"moved": "moved"`, `"moved": "moved", "cranes": "cranes", "crane_rate": "rate"`, 1)
	assets := []twin.Asset{{Path: "net", Name: "net", Parent: twin.NoAsset}, {Path: "net/east", Name: "east"}, {Path: "net/west", Name: "west"}, {Path: "net/s1", Name: "s1"}, {Path: "net/low", Name: "low"}}
	var signals []twin.Signal
	for _, path := range []string{"2 yard", "2 stock", "2 state", "2 queue", "2 berths", "2 moved", "2 cranes", "2 rate", "3 lat", "3 lon", "3 heading", "3 state", "3 cargo", "3 order", "3 speed", "3 eta", "4 lat", "4 lon", "4 wind", "4 radius"} {
		a, name := twin.AssetID(path[0]-'0'), path[2:]
		s := twin.Signal{Asset: a, Name: name, Path: assets[a].Path + "/" + name}
		if name == "state" {
			s.Kind, s.States = twin.Enum, append(append([]string{}, portStates...), shipStates...)
		}
		signals = append(signals, s)
	}
	tr, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStudy([]byte(definition), sim.Site{Tree: tr})
	if err != nil {
		t.Fatal(err)
	}
	s.Remember(counter{tr})
	known, err := s.learn(context.Background(), time.Unix(1.8e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	if got := known.ports[1].perMove; math.Abs(got-1) > 1e-6 {
		t.Errorf("a move is worth %g TEU, want 1", got)
	}
	if known.ports[0] != (habit{}) {
		t.Error("a port without signals taught something")
	}
}

// counter is a port whose cranes move 120 TEU an hour.
type counter struct{ tree *twin.Tree }

func (c counter) LatestAt(_ context.Context, at time.Time, into *twin.Snapshot) error {
	into.Reset(len(c.tree.Signals()))
	for path, v := range map[string]float64{"net/west/berths": 1, "net/west/cranes": 9, "net/west/rate": 24, "net/west/moved": 120 * float64(at.Unix()) / 3600} {
		id, _ := c.tree.SignalByPath(path)
		into.Values[id] = twin.Value{Value: v, Time: at.UnixNano(), Quality: twin.Good}
	}
	return nil
}
