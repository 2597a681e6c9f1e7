package traffic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// town is the definition of twelve junctions around a river with two bridges, west and east, and a road around.
func town(t testing.TB, change func(map[string]any)) []byte {
	t.Helper()
	var junctions, streets []any
	for row := range 3 {
		for col := range 4 {
			junctions = append(junctions, map[string]any{"id": fmt.Sprintf("J%d%d", row, col), "east_m": col * 150, "south_m": row * 150, "signal": col == 1 || col == 2})
		}
	}
	street := func(id, from, to, class string) {
		streets = append(streets, map[string]any{"id": id, "from": from, "to": to, "class": class, "name": "Street " + id})
	}
	for row := range 3 {
		for col := range 3 {
			street(fmt.Sprintf("H%d%d", row, col), fmt.Sprintf("J%d%d", row, col), fmt.Sprintf("J%d%d", row, col+1), "street")
		}
	}
	for row := range 2 {
		for _, col := range []int{1, 2} {
			street(fmt.Sprintf("V%d%d", row, col), fmt.Sprintf("J%d%d", row, col), fmt.Sprintf("J%d%d", row+1, col), "avenue")
		}
	}
	def := map[string]any{
		"network": map[string]any{"junctions": junctions, "streets": streets},
		"demand":  map[string]any{"vehicles": "2400 /h", "reach": "400 m"},
		"live":    map[string]any{"streets": "town/{id}", "junctions": "town/{id}"},
		"hour":    "08:00", "horizon": "20 min", "runs": 6,
		"measures": map[string]any{
			"race":   map[string]any{"label": "Race", "close": []any{"V01", "V11"}, "from": "07:00", "to": "12:30"},
			"bypass": map[string]any{"add": map[string]any{"from": "J00", "to": "J20", "class": "avenue", "one_way": false}},
		},
	}
	if change != nil {
		change(def)
	}
	out, err := json.Marshal(def)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// townTree has a street V01 with detectors and a junction J11.
func townTree(t testing.TB) *twin.Tree {
	t.Helper()
	assets := []twin.Asset{{Parent: twin.NoAsset, Path: "town"}}
	var signals []twin.Signal
	for _, id := range []string{"V01", "V02", "V11", "V12", "H00", "H01"} {
		for _, s := range []twin.Signal{{Name: "flow"}, {Name: "speed"}, {Name: "occupancy"}, {Name: "access", Kind: twin.Enum, States: []string{"open", "closed"}}} {
			s.Path, s.Asset = "town/"+id+"/"+s.Name, twin.AssetID(len(assets))
			signals = append(signals, s)
		}
		assets = append(assets, twin.Asset{Parent: 0, Path: "town/" + id, Name: id})
	}
	for _, s := range []string{"green_split", "queue", "wait"} {
		signals = append(signals, twin.Signal{Name: s, Path: "town/J11/" + s, Asset: twin.AssetID(len(assets))})
	}
	assets = append(assets, twin.Asset{Parent: 0, Path: "town/J11", Name: "J11"})
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func townStudy(t testing.TB) (*Study, *twin.Tree) {
	t.Helper()
	tree := townTree(t)
	s, err := NewStudy(town(t, nil), sim.Site{Tree: tree})
	if err != nil {
		t.Fatal(err)
	}
	return s, tree
}

var tuesday = time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)

func ask(t testing.TB, s *Study, q sim.Question, changes ...string) *sim.Answer {
	t.Helper()
	for _, c := range changes {
		x, err := sim.ParseChange(c)
		if err != nil {
			t.Fatal(err)
		}
		q.Changes = append(q.Changes, x)
	}
	if q.Now.IsZero() {
		q.Now = tuesday
	}
	a, err := s.Answer(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func figure(t testing.TB, a *sim.Answer, id string) sim.Figure {
	t.Helper()
	f := figureOf(a, id)
	if f == nil {
		t.Fatalf("no figure %q in %q", id, a.Headline)
	}
	return *f
}

func TestStudyOfPresent(t *testing.T) {
	s, _ := townStudy(t)
	a := ask(t, s, sim.Question{})
	trip := figure(t, a, "trip")
	if a.Runs != 6 || a.Partial || !(trip.Base.Value > 20 && trip.Base.Value < 600) || trip.Difference != sim.Exact(0) {
		t.Errorf("%d runs, %+v", a.Runs, trip)
	}
	if !strings.HasPrefix(a.Headline, "At 08:00 a trip takes ") || len(a.Ranks) == 0 || len(a.Parts) != 0 {
		t.Errorf("%q, %d ranks, %d parts", a.Headline, len(a.Ranks), len(a.Parts))
	}
	if co2 := figure(t, a, "co2"); !(co2.Base.Value > 20 && co2.Base.Value < 500) { // 800 trips of some 300 m, 0.2 to 0.4 kg/km
		t.Errorf("%.0f kg", co2.Base.Value)
	}
}

// The same plant under another name makes no difference at all: both sides have the same chance.
func TestStudySameChance(t *testing.T) {
	s, _ := townStudy(t)
	for _, f := range ask(t, s, sim.Question{}, "demand.factor=100%", "V01.closed=0").Figures {
		if f.Difference != sim.Exact(0) {
			t.Errorf("%s: %+v", f.ID, f.Difference)
		}
	}
}

func TestStudyClosure(t *testing.T) {
	s, _ := townStudy(t)
	a := ask(t, s, sim.Question{}, "race.on=1")
	trip := figure(t, a, "trip")
	if !trip.Distinguishable() || trip.Difference.Value <= 0 {
		t.Errorf("closing one of two bridges costs time: %+v", trip)
	}
	parts := map[string]sim.Part{}
	for _, p := range a.Parts {
		parts[p.Asset] = p
	}
	if p := parts["town/V01"]; p.Text != "closed" || p.Shade != -1 {
		t.Errorf("%+v", p)
	}
	if p := parts["town/V02"]; !strings.HasPrefix(p.Text, "+") || p.Shade >= 0 {
		t.Errorf("the other bridge gets more traffic: %+v", p)
	}
	if !strings.HasPrefix(a.Headline, "Race: a trip takes ") || !strings.Contains(strings.Join(a.More, " "), "Over the whole day") {
		t.Errorf("%q %q", a.Headline, a.More)
	}
	if a := ask(t, s, sim.Question{}, "race.on=1", "demand.hour=20:00"); figure(t, a, "trip").Difference.Value != 0 || !strings.Contains(strings.Join(a.More, " "), "are open") {
		t.Errorf("in the evening the streets are open again: %q %q", a.Headline, a.More)
	}
}

func TestStudyLevers(t *testing.T) {
	s, _ := townStudy(t)
	for _, c := range []struct {
		changes string
		sign    float64
	}{{"demand.factor=+30%", 1}, {"V01.speed=15", 1}, {"V01.capacity=60", 1}, {"bypass.on=1", -1}, {"J11.cycle=240", 1}} {
		a := ask(t, s, sim.Question{Runs: 8}, c.changes)
		if trip := figure(t, a, "trip"); !trip.Distinguishable() || trip.Difference.Value*c.sign <= 0 {
			t.Errorf("%s: %+v", c.changes, trip.Difference)
		}
	}
}

// Closing all ways to a junction leaves trips without a route: they are counted, and the rest goes on.
func TestStudyCutOff(t *testing.T) {
	s, _ := townStudy(t)
	a := ask(t, s, sim.Question{}, "H00.closed=1")
	if f := figure(t, a, "unserved"); f.Difference.Value < 10 || !strings.Contains(a.Headline, "have no way") {
		t.Errorf("%+v %q", f, a.Headline)
	}
}

func live(tree *twin.Tree, values map[string]float64) *twin.Snapshot {
	snap := &twin.Snapshot{Time: tuesday.UnixNano()}
	snap.Reset(len(tree.Signals()))
	for path, v := range values {
		id, _ := tree.SignalByPath("town/" + path)
		snap.Values[id] = twin.Value{Value: v, Time: tuesday.UnixNano(), Quality: twin.Good}
	}
	return snap
}

func TestStudyLive(t *testing.T) {
	tree := townTree(t)
	s, err := NewStudy(town(t, func(d map[string]any) { delete(d, "hour") }), sim.Site{Tree: tree})
	if err != nil {
		t.Fatal(err)
	}
	snap := live(tree, map[string]float64{"V01/flow": 700, "V01/speed": 8, "V02/flow": 350, "V02/speed": 10, "H00/flow": 200, "H01/flow": math.NaN(), "V11/access": 1, "J11/green_split": .7})
	a := ask(t, s, sim.Question{Live: snap})
	if !strings.Contains(a.Rests, "live counts of 3 streets, met by the model within") {
		t.Errorf("%q", a.Rests)
	}
	s.mu.Lock()
	f := s.last.fitted
	s.mu.Unlock()
	if !(f.off < .1) {
		t.Errorf("counts are off by %.0f %%", 100*f.off)
	}
	if b := ask(t, s, sim.Question{Live: snap}, "V11.closed=0"); figure(t, b, "trip").Difference.Value >= 0 {
		t.Errorf("opening a street that is closed now saves time: %+v", figure(t, b, "trip").Difference)
	}
	s.mu.Lock()
	again := s.last.fitted
	s.mu.Unlock()
	if again != f {
		t.Error("the same counts are fitted twice")
	}
}

func TestStudyIsBrokenOff(t *testing.T) {
	s, _ := townStudy(t)
	ctx, cancel := context.WithCancel(context.Background())
	a, err := s.Answer(ctx, sim.Question{Now: tuesday, Runs: 400, Changes: []sim.Change{{Field: "race.on", Value: "1"}}, Progress: func(float64) { cancel() }})
	if !errors.Is(err, context.Canceled) || a == nil || !a.Partial || a.Runs == 0 || a.Runs == 400 || len(a.Figures) == 0 {
		t.Fatalf("%v %+v", err, a)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if a, err := s.Answer(ctx, sim.Question{Now: tuesday, Runs: 400, Changes: []sim.Change{{Field: "bypass.on", Value: "1"}}}); err == nil || a != nil && (!a.Partial || len(a.Figures) == 0) {
		t.Errorf("%v %+v", err, a)
	}
}

func TestStudyRefusesChanges(t *testing.T) {
	s, _ := townStudy(t)
	for change, want := range map[string]string{"nothing.on=1": "no field", "race.on=perhaps": "neither on nor off", "V01.lanes=0": "out of range", "V01.lanes=1.5": "whole number", "V01.speed=-5": "out of range",
		"V01.speed=NaN": "out of range", "V01.capacity=9000": "add a lane", "demand.hour=25": "no time of the day", "demand.factor=5 kg": "where a number belongs", "V01.lanes=+x%": "no share", "J11.cycle=5": "out of range"} {
		c, err := sim.ParseChange(change)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Answer(context.Background(), sim.Question{Changes: []sim.Change{c}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestDefinitionFaults(t *testing.T) {
	network := func(d map[string]any) map[string]any { return d["network"].(map[string]any) }
	street := func(d map[string]any, i int) map[string]any {
		return network(d)["streets"].([]any)[i].(map[string]any)
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		place  string
		what   string
	}{
		"no network":       {func(d map[string]any) { delete(d, "network") }, "network", "no network"},
		"unknown key":      {func(d map[string]any) { d["speeed"] = 3 }, "speeed", "means nothing"},
		"zero capacity":    {func(d map[string]any) { street(d, 2)["capacity"] = "0 /h" }, "network.streets[2].capacity", "out of range"},
		"closed loop":      {func(d map[string]any) { street(d, 1)["to"] = street(d, 1)["from"] }, "network.streets[1].to", "closed loop"},
		"unknown junction": {func(d map[string]any) { street(d, 0)["from"] = "nowhere" }, "network.streets[0].from", "no junction"},
		"named twice":      {func(d map[string]any) { street(d, 1)["id"] = street(d, 0)["id"] }, "network.streets[1].id", "two streets"},
		"no number":        {func(d map[string]any) { street(d, 3)["lanes"] = "many" }, "network.streets[3].lanes", "not possible"},
		"wrong unit":       {func(d map[string]any) { d["horizon"] = "3 km" }, "horizon", "where a time belongs"},
		"no class":         {func(d map[string]any) { street(d, 0)["class"] = "canal" }, "network.streets[0].class", "no class"},
		"unknown closure":  {func(d map[string]any) { d["measures"] = map[string]any{"m": map[string]any{"close": []any{"X"}}} }, "measures.m.close[0]", "no street"},
		"empty measure":    {func(d map[string]any) { d["measures"] = map[string]any{"m": map[string]any{}} }, "measures.m", "changes nothing"},
		"loop of a new one": {func(d map[string]any) {
			d["measures"] = map[string]any{"m": map[string]any{"add": map[string]any{"from": "J00", "to": "J00"}}}
		}, "measures.m.add.to", "closed loop"},
		"no route": {func(d map[string]any) {
			network(d)["streets"] = network(d)["streets"].([]any)[:9]
			delete(d, "measures")
		}, "demand", "no route"},
		"no streets": {func(d map[string]any) { network(d)["streets"] = []any{} }, "network.streets", "no street"},
		"file":       {func(d map[string]any) { d["network"] = map[string]any{"file": "../../etc/passwd"} }, "network.file", "no files"},
		"nobody":     {func(d map[string]any) { d["demand"] = map[string]any{"default": 0} }, "demand", "nobody drives"},
		"cycle":      {func(d map[string]any) { d["signals"] = map[string]any{"cycle": "10 s", "clearance": "5 s"} }, "signals", "no green"},
		"assets":     {func(d map[string]any) { d["live"] = map[string]any{"streets": "village/{id}"} }, "live.streets", "no street has an asset"},
		"pattern":    {func(d map[string]any) { d["live"] = map[string]any{"streets": "town"} }, "live.streets", "names one asset"},
		"hour":       {func(d map[string]any) { d["hour"] = "noonish" }, "hour", "no time of the day"},
	} {
		_, err := NewStudy(town(t, c.change), sim.Site{Tree: townTree(t)})
		var faults sim.Faults
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f := faults[0]; f.Place != c.place || !strings.Contains(f.What, c.what) || f.Remedy == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// Networks of all kinds of files make studies.
func TestStudyOfFiles(t *testing.T) {
	files := fstest.MapFS{
		"net.tntp":   {Data: []byte(strings.NewReplacer("1 100 1e-8 1e9", "500 100 10 .15", "1 100 50 0.02", "500 300 30 .15", "1 100 10 0.1", "500 100 10 .15").Replace(braessNet))},
		"trips.tntp": {Data: []byte(braessTrips)},
		"roads.geojson": {Data: []byte(`{"type":"FeatureCollection","features":[
			{"properties":{"highway":"primary","name":"A"},"geometry":{"type":"LineString","coordinates":[[10,59],[10.01,59]]}},
			{"properties":{"highway":"residential"},"geometry":{"type":"LineString","coordinates":[[10.01,59],[10.01,59.01]]}},
			{"properties":{"highway":"residential"},"geometry":{"type":"LineString","coordinates":[[10.01,59.01],[10,59]]}}]}`)},
		"map.osm": {Data: []byte(`<osm><node id="1" lat="59" lon="10"/><node id="2" lat="59" lon="10.01"/><node id="3" lat="59.01" lon="10.01"/>
			<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way><way id="8"><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="highway" v="residential"/></way></osm>`)},
	}
	for _, def := range []string{`{"network":{"file":"net.tntp","trips":"trips.tntp","flow":"50 /h"},"horizon":"5 min","runs":2}`,
		`{"network":{"file":"roads.geojson"},"horizon":"5 min","runs":2}`, `{"network":{"file":"map.osm"},"horizon":"5 min","runs":2,"demand":{"vehicles":"200 /h"}}`} {
		s, err := NewStudy([]byte(def), sim.Site{Files: files})
		if err != nil {
			t.Errorf("%s: %v", def, err)
			continue
		}
		if a := ask(t, s, sim.Question{}, "demand.factor=120%"); a.Runs != 2 || len(a.Figures) == 0 {
			t.Errorf("%s: %+v", def, a)
		}
	}
	if _, err := NewStudy([]byte(`{"network":{"file":"other.json"}}`), sim.Site{Files: files}); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("%v", err)
	}
}

type pastOf struct{ snap *twin.Snapshot }

func (p pastOf) LatestAt(_ context.Context, _ time.Time, into *twin.Snapshot) error {
	into.Values = append(into.Values[:0], p.snap.Values...)
	return nil
}

func TestForecast(t *testing.T) {
	s, tree := townStudy(t)
	s.Remember(pastOf{live(tree, map[string]float64{"V01/flow": 600, "V01/speed": 9, "V02/flow": 500, "V02/speed": 9, "H00/flow": 150, "H00/speed": 8})})
	run := func(values map[string]float64) *sim.Bands {
		job, err := s.Build(context.Background(), sim.Request{Now: tuesday, Horizon: 24 * time.Hour, Step: 10 * time.Minute, Members: 12, Seed: 5, Values: values})
		if err != nil {
			t.Fatal(err)
		}
		bands := sim.NewBands(job.Grid, job.Channels)
		if err := sim.Run(context.Background(), job.Model, bands); err != nil {
			t.Fatal(err)
		}
		return bands
	}
	channel := func(path string) int {
		job, err := s.Build(context.Background(), sim.Request{Now: tuesday, Horizon: time.Hour, Step: 10 * time.Minute, Members: 1})
		if err != nil {
			t.Fatal(err)
		}
		id, _ := tree.SignalByPath("town/" + path)
		for i, c := range job.Channels {
			if c.Signal == id {
				return i
			}
		}
		t.Fatalf("%s is not foretold", path)
		return -1
	}
	bands := run(nil)
	at := func(b *sim.Bands, path string, after time.Duration) (m, low, high float64) {
		m, low, high, ok := b.At(channel(path), tuesday.Add(after))
		if !ok {
			t.Fatalf("%s: nothing after %v", path, after)
		}
		return m, low, high
	}
	first, low, high := at(bands, "V01/flow", 20*time.Minute)
	if math.Abs(first-600) > 120 || !(low < first && first < high) {
		t.Errorf("%.0f (%.0f to %.0f) vehicles/h after 600 were counted", first, low, high)
	}
	if night, _, _ := at(bands, "V01/flow", 18*time.Hour); night > first/4 {
		t.Errorf("%.0f vehicles/h at 2 in the night, %.0f at 8", night, first)
	}
	if v, _, _ := at(bands, "V01/speed", 18*time.Hour); !(v > 5 && v < 20) {
		t.Errorf("%.1f m/s at night", v)
	}
	if o, _, _ := at(bands, "V01/occupancy", time.Hour); !(o > .005 && o < .5) {
		t.Errorf("occupancy %.3f", o)
	}
	if w, _, _ := at(bands, "J11/wait", time.Hour); !(w > 3 && w < 200) {
		t.Errorf("wait %.0f s", w)
	}
	if again, _, _ := at(run(nil), "V01/flow", 20*time.Minute); again != first {
		t.Errorf("%g and %g from the same seed", first, again)
	}
	race := run(map[string]float64{"race.on": 1})
	if f, _, _ := at(race, "V01/flow", time.Hour); f > 1 {
		t.Errorf("%.0f vehicles/h on a closed street", f)
	}
	if a, _, _ := at(race, "V01/access", time.Hour); a != 1 {
		t.Errorf("access %g", a)
	}
	before, _, _ := at(bands, "V02/flow", time.Hour)
	if after, _, _ := at(race, "V02/flow", time.Hour); after <= before {
		t.Errorf("the other bridge: %.0f, then %.0f", before, after)
	}
	if a, _, _ := at(race, "V01/access", 6*time.Hour); a != 0 {
		t.Error("closed after its end")
	}
	for _, q := range []sim.Request{{Now: tuesday, Horizon: time.Hour}, {Now: tuesday, Horizon: 24 * time.Hour * 365 * 100, Step: time.Hour, Members: 1000}, {Now: tuesday, Horizon: time.Hour, Step: time.Minute, Values: map[string]float64{"V01.speed": -4}}} {
		if _, err := s.Build(context.Background(), q); err == nil {
			t.Errorf("%+v is built", q)
		}
	}
}
