package flow

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// shop is a definition with two machines; the second is slower. A part is ten jars.
const shop = `{"item":"jars","each":10,"horizon":"2 h","elements":[
 {"name":"in","kind":"source"},
 {"name":"wash","label":"Washer","kind":"machine","cycle":"8 s","failure":"exponential(20 min)","repair":"exponential(2 min)","asset":"shop/wash"},
 {"name":"rack","label":"Rack","kind":"buffer","capacity":12,"asset":"shop/rack"},
 {"name":"fill","label":"Filler","kind":"machine","cycle":"9 s","failure":"exponential(30 min)","repair":"exponential(2 min)","asset":"shop/fill"},
 {"name":"store","kind":"sink"}],
"links":[{"from":"in","to":"wash"},{"from":"wash","to":"rack"},{"from":"rack","to":"fill"},{"from":"fill","to":"store"}],
"live":[{"signal":"state","of":"state","states":{"run":"working","fault":"down"}},{"signal":"setpoint","of":"speed"},{"signal":"jars","of":"passed"},{"signal":"pace","of":"pace"},
 {"signal":"level","of":"level"},{"signal":"filling","of":"fill"},{"signal":"shop/out/rate","of":"rate"},{"signal":"shop/out/made","of":"made"},{"signal":"shop/out/crates","of":"made","size":24},{"signal":"shop/out/wip","of":"wip"}]}`

func shopTree(t testing.TB) *twin.Tree {
	t.Helper()
	assets := []twin.Asset{{Path: "shop", Parent: twin.NoAsset}, {Path: "shop/wash"}, {Path: "shop/rack"}, {Path: "shop/fill"}, {Path: "shop/out"}}
	names := [][]string{nil, {"state", "setpoint", "jars", "pace"}, {"level", "filling"}, {"state", "setpoint", "jars", "pace"}, {"rate", "made", "crates", "wip"}}
	var signals []twin.Signal
	for i, own := range names {
		for _, n := range own {
			s := twin.Signal{Asset: twin.AssetID(i), Path: assets[i].Path + "/" + n, Name: n, Timeout: 30 * time.Second}
			if n == "state" {
				s.Kind, s.States = twin.Enum, []string{"off", "run", "starved", "blocked", "fault"}
			}
			signals = append(signals, s)
		}
	}
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func shopStudy(t testing.TB) *Study {
	t.Helper()
	s, err := NewStudy([]byte(shop), sim.Site{Tree: shopTree(t)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shown is a snapshot with values by path, SI.
func shown(tree *twin.Tree, values map[string]float64) *twin.Snapshot {
	snap := &twin.Snapshot{}
	snap.Reset(len(tree.Signals()))
	for path, v := range values {
		id, ok := tree.SignalByPath(path)
		if !ok {
			panic(path)
		}
		snap.Values[id] = twin.Value{Value: v, Quality: twin.Good, Time: 1}
	}
	return snap
}

func ask(t *testing.T, s *Study, q sim.Question, changes ...string) *sim.Answer {
	t.Helper()
	for _, text := range changes {
		c, err := sim.ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		q.Changes = append(q.Changes, c)
	}
	a, err := s.Answer(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestStudyAnswers(t *testing.T) {
	s := shopStudy(t)
	a := ask(t, s, sim.Question{Seed: 1}, "fill.speed=+10%")
	if a.Partial || a.Runs != fullRuns || !strings.HasPrefix(a.Headline, "The filler is the bottleneck. Filler +10 % buys +") || !strings.Contains(a.Headline, "jars per hour") {
		t.Errorf("%+v", a)
	}
	f := a.Figures[0]
	if f.ID != "throughput" || f.Unit.FromSI(f.Base.Value) < 3000 || f.Unit.FromSI(f.Base.Value) > 4000 || !f.Distinguishable() || math.Abs(f.Base.Value+f.Difference.Value-f.Changed.Value) > 1e-12 ||
		!(f.Base.Low < f.Base.Value && f.Base.Value < f.Base.High) {
		t.Errorf("%+v", f)
	}
	// What is counted goes with what the figures say (Little): parts in the plant are throughput times lead time.
	var wip, lead float64
	for _, x := range a.Figures {
		switch x.ID {
		case "wip":
			wip = x.Base.Value
		case "lead":
			lead = x.Base.Value
		}
	}
	if r := wip / (f.Base.Value * lead); math.Abs(r-1) > .02 {
		t.Errorf("Little's law is off by %.3f", r)
	}
	if a.Ranks[0].Lever != "fill.speed=+10%" || a.Ranks[0].Asset != "shop/fill" || a.Ranks[0].Gain.Value < a.Ranks[1].Gain.Value || a.Ranks[0].Share <= a.Ranks[1].Share {
		t.Errorf("%+v", a.Ranks)
	}
	// The change is the first lever: both saw the same chance.
	if a.Ranks[0].Gain.Value*f.Base.Value-f.Difference.Value > 1e-12 {
		t.Error(a.Ranks[0].Gain, f.Difference)
	}
	shades := map[string]float64{}
	for _, p := range a.Parts {
		shades[p.Asset] = p.Shade
	}
	if !(shades["shop/rack"] > 0) {
		t.Errorf("the rack is emptier: %+v", a.Parts)
	}
	if b := ask(t, s, sim.Question{Seed: 1}, "fill.speed=110"); b.Figures[0].Difference != f.Difference || b.Elapsed > a.Elapsed {
		t.Error("110 % is +10 %, and what is known is not run again", b.Figures[0].Difference, b.Elapsed, a.Elapsed)
	}
	if b := ask(t, s, sim.Question{Seed: 2}); b.Figures[0].Base == f.Base || len(b.Parts) > 0 || !strings.Contains(b.Headline, "speed there buys") {
		t.Error("another seed is other chance", b.Headline)
	}
	if c := ask(t, s, sim.Question{Seed: 1, Runs: 3, Horizon: time.Hour}, "wash.repair=3"); c.Runs != 3 || c.Ranks[0].Lever != "" || !strings.Contains(c.Headline, "Washer repair time at 3 min") {
		t.Errorf("%+v", c)
	}
	if _, err := s.Answer(context.Background(), sim.Question{Changes: []sim.Change{{Field: "fil.speed", Value: "2"}}}); err == nil || !strings.Contains(err.Error(), "did you mean fill") {
		t.Error(err)
	}
}

func TestStudyBeginsWithWhatIsLive(t *testing.T) {
	s := shopStudy(t)
	q := sim.Question{Horizon: 10 * time.Minute, Runs: 16}
	full := map[string]float64{"shop/rack/level": 300, "shop/rack/filling": .1, "shop/wash/state": 4, "shop/fill/state": 1, "shop/fill/setpoint": .5, "shop/wash/setpoint": 1}
	q.Live = shown(s.tree, full)
	b := s.begin(q.Live)
	if b.start.Levels["rack"] != 12 || b.start.States["wash"] != "down" || b.start.States["fill"] != "working" || b.model.Element("fill").Speed != .5 || b.read != 6 || b.asked != 6 {
		t.Errorf("%+v %+v", b, b.start)
	}
	a := ask(t, s, q)
	if rate := a.Figures[0].Base.Value * 3600; rate > 2050 || rate < 1500 || !strings.Contains(a.Rests, "begins with all 6 live signals; 1 set-points") {
		t.Error(rate, a.Rests)
	}
	delete(full, "shop/rack/level")
	full["shop/wash/state"] = math.NaN()
	if b := s.begin(shown(s.tree, full)); b.start.Levels["rack"] != 1 || b.start.States["wash"] != "" || !strings.Contains(b.text(), "2 are not") {
		t.Errorf("%+v %s", b.start, b.text())
	}
	if b := s.begin(nil); b.start != nil || b.model != &s.def.Model {
		t.Error("nothing is known of nothing")
	}
	// A smaller rack cannot hold what is in it: both plants begin with what fits.
	full["shop/rack/level"] = 120
	q.Live = shown(s.tree, full)
	ask(t, s, q, "rack.capacity=4")
}

func TestStudyStopsInTime(t *testing.T) {
	s := shopStudy(t)
	ctx, cancel := context.WithCancel(context.Background())
	last := 0.
	a, err := s.Answer(ctx, sim.Question{Runs: 5000, Horizon: 8 * time.Hour, Progress: func(share float64) {
		if share < last {
			t.Error("progress goes back")
		}
		if last = share; share > .001 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !a.Partial || a.Runs < 2 || a.Runs > 1000 || len(a.Figures) == 0 {
		t.Errorf("%v %+v", err, a)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 90*time.Millisecond)
	defer cancel()
	begin := time.Now()
	a, _ = s.Answer(ctx, sim.Question{})
	if a == nil || a.Runs < 1 || time.Since(begin) > 300*time.Millisecond || !strings.Contains(a.Headline, "looks like the bottleneck") {
		t.Errorf("%+v after %v", a, time.Since(begin))
	}
	ctx, cancel = context.WithCancel(context.Background())
	cancel()
	if a, err := s.Answer(ctx, sim.Question{Seed: 77}); err == nil || a == nil || a.Runs != 0 || a.Headline == "" {
		t.Errorf("%v %+v", err, a)
	}
}

func TestFields(t *testing.T) {
	s := shopStudy(t)
	got := map[string]sim.Field{}
	for _, f := range s.Fields() {
		got[f.ID] = f
	}
	for id, text := range map[string]string{"wash.speed": "100 %", "wash.cycle": "8 s", "wash.failure": "exponential(20 min)", "rack.capacity": "12"} {
		if f := got[id]; f.Text != text || f.Asset == "" || f.Label == "" || !(f.Min <= f.Value && f.Value <= f.Max) {
			t.Errorf("%s: %+v", id, f)
		}
	}
}

func TestBadDefinitions(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(shop, old, new, 1) }
	for want, text := range map[string]string{
		`elements[1].asset: there is no asset "shop/wsh"`:                         edit("shop/wash", "shop/wsh"),
		`live[0].states.rn: shop/wash/state has no such state: did you mean run?`: edit(`"run":`, `"rn":`),
		`live[0].states.run: unknown state "wrking": did you mean working?`:       edit(`"working"`, `"wrking"`),
		`live[6].signal: there is no signal "shop/out/rat"`:                       edit("shop/out/rate", "shop/out/rat"),
		`live[1].of: unknown meaning "sped": did you mean speed?`:                 edit(`"of":"speed"`, `"of":"sped"`),
		`live[6].signal: rate is of the plant as a whole`:                         edit("shop/out/rate", "pace"),
		`live[6].element: it is missing`:                                          edit(`"shop/out/rate","of":"rate"`, `"shop/out/rate","of":"pace"`),
		`live[7].signal: shop/out/rate is rate already`:                           edit("shop/out/made", "shop/out/rate"),
		`live[4].signal: no element has a signal "levl"`:                          edit(`"signal":"level"`, `"signal":"levl"`),
		`each: "ten" is no quantity`:                                              edit(`"each":10`, `"each":"ten"`),
		`horizons: unknown key: did you mean horizon?`:                            edit(`"horizon"`, `"horizons"`),
		`replications: -1 cannot be`:                                              edit(`"each":10`, `"replications":-1`),
	} {
		_, err := NewStudy([]byte(text), sim.Site{Tree: shopTree(t)})
		var f sim.Faults
		if !errors.As(err, &f) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	if _, err := NewStudy([]byte(shop), sim.Site{}); err != nil {
		t.Error("a study needs no tree", err)
	}
}
