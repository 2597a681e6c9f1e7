package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

func TestBadModels(t *testing.T) {
	for want, text := range map[string]string{
		"did you mean filler":                                       `{"elements":[{"name":"in","kind":"source"},{"name":"filler","kind":"machine","cycle":"2 s"},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"filer"},{"from":"filler","to":"out"}]}`,
		"a → b → a is a loop without a buffer":                      `{"elements":[{"name":"in","kind":"source"},{"name":"a","kind":"machine","cycle":"2 s"},{"name":"b","kind":"machine","cycle":"2 s","rule":"share"},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"a"},{"from":"a","to":"b"},{"from":"b","to":"a","share":1},{"from":"b","to":"out","share":1}]}`,
		"loop that takes no time":                                   `{"elements":[{"name":"in","kind":"source","interval":"1 s"},{"name":"q","kind":"buffer"},{"name":"b","kind":"machine","cycle":"0 s","rule":"share"},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"q"},{"from":"q","to":"b"},{"from":"b","to":"q","share":1},{"from":"b","to":"out","share":1}]}`,
		"times are finite and not negative":                         `{"elements":[{"name":"a","kind":"machine","cycle":"-2 s"}]}`,
		"0 parts cannot be: give 1 to 100000":                       `{"elements":[{"name":"in","kind":"source"},{"name":"q","kind":"buffer","capacity":0},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"q"},{"from":"q","to":"out"}]}`,
		"it never runs dry and q takes parts":                       `{"elements":[{"name":"in","kind":"source"},{"name":"q","kind":"buffer"},{"name":"m","kind":"machine","cycle":"1 s"},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"q"},{"from":"q","to":"m"},{"from":"m","to":"out"}]}`,
		"nothing leads away from it":                                `{"elements":[{"name":"in","kind":"source"},{"name":"m","kind":"machine","cycle":"1 s"}],"links":[{"from":"in","to":"m"}]}`,
		"a buffer has no cycle":                                     `{"elements":[{"name":"q","kind":"buffer","cycle":"1 s"}]}`,
		"unknown kind \"robot\"":                                    `{"elements":[{"name":"q","kind":"robot"}]}`,
		"elements[0].servers: \"two\" where a whole number belongs": `{"elements":[{"name":"m","kind":"machine","servers":"two"}]}`,
		"elements: {} where a list belongs":                         `{"elements":{}}`,
		"no JSON near byte 2":                                       `{]`,
		"unit of a mass":                                            `{"elements":[{"name":"m","kind":"machine","cycle":"3 kg"}]}`,
		"unknown law \"poisson\"":                                   `{"elements":[{"name":"m","kind":"machine","cycle":"poisson(3 s)"}]}`,
		"out of order: least, most likely":                          `{"elements":[{"name":"m","kind":"machine","cycle":"triangular(5 s, 3 s, 9 s)"}]}`,
		"there is no pool of labour \"crew\"":                       `{"elements":[{"name":"m","kind":"machine","cycle":"3 s","operator":"crew"}]}`,
		"one of the two is missing":                                 `{"elements":[{"name":"m","kind":"machine","cycle":"3 s","failure":"3 h"}]}`,
		"the name is used twice":                                    `{"elements":[{"name":"m","kind":"sink"},{"name":"m","kind":"sink"}]}`,
		"parts would come all at once":                              `{"elements":[{"name":"m","kind":"source","interval":0}]}`,
		"elements[0].kindd: unknown key: did you mean kind?":        `{"elements":[{"name":"m","kindd":"source"}]}`,
		"rejected parts have nowhere":                               `{"elements":[{"name":"in","kind":"source"},{"name":"m","kind":"machine","cycle":"1 s","reject":"5 %"},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"m"},{"from":"m","to":"out"}]}`,
		"windows":                                                   `{"elements":[{"name":"in","kind":"source"}],"shifts":[{"name":"day"}]}`,
		"there are none: declare a source, a machine":               `{}`,
	} {
		_, err := Read(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v\nwant %q", err, want)
		}
	}
}

func TestFaultsNameThePlace(t *testing.T) {
	m := tandem(same(3), 2)
	m.Links[2].To = "m22"
	var f sim.Faults
	if err := m.Check(); !errors.As(err, &f) || f[0].Place != "links[2].to" || f[0].Remedy == "" {
		t.Error(err)
	}
}

func TestStormAndDeadlockEndTheRun(t *testing.T) {
	// A machine that takes no time behind a source that never runs dry.
	m := chain(saturated, Element{Name: "m", Kind: Machine, Cycle: Fixed(0)}, exit)
	begin := time.Now()
	if _, err := Run(context.Background(), m, Options{Replications: 1}); err == nil || !strings.Contains(err.Error(), "without time passing") || time.Since(begin) > 5*time.Second {
		t.Error(err, time.Since(begin))
	}
	// A loop whose buffer fills up: the machine holds a part for the buffer that holds parts for the machine.
	m = &Model{Elements: []Element{saturated, {Name: "q", Kind: Buffer, Capacity: intp(2)}, {Name: "m", Kind: Machine, Cycle: Fixed(1), Reject: .5}, exit},
		Links: []Link{{From: "in", To: "q"}, {From: "q", To: "m"}, {From: "m", To: "out"}, {From: "m", To: "q", When: "reject"}}}
	if _, err := Run(context.Background(), m, Options{Replications: 1}); err == nil || !strings.Contains(err.Error(), "nothing can move") {
		t.Error(err)
	}
	for _, o := range []Options{{HorizonSec: -1}, {WarmupSec: -1}, {Replications: -1}} {
		if _, err := Run(context.Background(), tandem(same(2), 1), o); !errors.Is(err, ErrOptions) {
			t.Error(err)
		}
	}
	if _, err := Sensitivity(context.Background(), tandem(same(2), 1), -2, Options{}); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
}

func TestModelSurvivesJSON(t *testing.T) {
	m := bottling(t)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	n, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(n)
	if err != nil || !bytes.Equal(text, again) {
		t.Fatal(err, string(again))
	}
}

func TestDistributions(t *testing.T) {
	for text, want := range map[string][2]float64{ // mean, variance
		"4 s": {4, 0}, "exponential(2 s)": {2, 4}, "gamma(3 s, 0.5)": {3, 18}, "erlang(3 s, 4)": {3, 2.25}, "lognormal(4 s, 2 s)": {4, 4},
		"triangular(1 s, 2 s, 6 s)": {3, 21. / 18}, "uniform(1 s, 5 s)": {3, 16. / 12}, "weibull(2 s, 1)": {2, 4}, "empirical(1 s, 1 s, 4 s)": {2, 2}, "hyperexponential(1 s, 6 s, 20 %)": {2, 12}, "600 /h": {6, 0}} {
		d, err := ParseDistribution(text)
		if err != nil {
			t.Fatal(err)
		}
		near(t, text+" mean", d.Mean(), want[0], 1e-9)
		r := Stream(5, 0, text, "test")
		const n = 400_000
		var sum, square float64
		for range n {
			x := d.Sample(r)
			sum += x
			square += (x - want[0]) * (x - want[0])
		}
		near(t, text+" sampled mean", sum/n, want[0], .02)
		near(t, text+" sampled variance", square/n, want[1], .03*want[1]+1e-9)
		back, err := ParseDistribution(d.String())
		if err != nil || back.String() != d.String() {
			t.Error(err, d.String(), back.String())
		}
		near(t, text+" twice as long", d.Scaled(2).Mean(), 2*want[0], 1e-9)
	}
}

// FuzzModel: whatever is read is either refused or runs for a moment without a panic.
func FuzzModel(f *testing.F) {
	text, err := os.ReadFile("testdata/bottling.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"elements":[{"name":"in","kind":"source","interval":"exponential(1 s)","lose":true},{"name":"q","kind":"buffer","capacity":1},{"name":"m","kind":"machine","cycle":"uniform(0 s, 2 s)","reject":0.1,"servers":2},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"q"},{"from":"q","to":"m"},{"from":"m","to":"out"},{"from":"m","to":"q","when":"reject"}]}`))
	f.Add([]byte(`{"elements":[{"name":"in","kind":"source","shift":"d"},{"name":"t","kind":"transport","fleet":"f","pick":[0,0],"drop":[3,4],"capacity":2},{"name":"out","kind":"sink"}],"links":[{"from":"in","to":"t"},{"from":"t","to":"out"}],"fleets":[{"name":"f","vehicles":2,"speed":"1 m/s"}],"shifts":[{"name":"d","every":"2 min","on":[{"from":0,"to":"1 min"}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Read(bytes.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p := newPlant(m, 1, 0, nil)
		p.k.limit = 1000
		_ = p.run(ctx, 1e-3)
		_ = p.run(ctx, 30)
		p.observe(30, &scratch{})
	})
}

// FuzzDistribution: whatever is read is written in a way that is read as the same, and draws numbers that are times.
func FuzzDistribution(f *testing.F) {
	for _, text := range []string{"4 s", "exponential(2 min)", "gamma(3 s, 0.5)", "erlang(3 s, 4)", "lognormal(4 s, 2 s)", "triangular(1 s, 2 s, 6 s)", "uniform(1 s, 5 s)", "weibull(2 h, 1.5)",
		"hyperexponential(1 s, 6 s, 20 %)", "empirical(1 s, 1 s, 4 s)", "600 /h", "1e308 d", "-0 s", "exponential(", "−3 s", "0x1p-2 s", "NaN", "Inf s", "1_0 s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDistribution(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q", err)
			}
			return
		}
		back, err := ParseDistribution(d.String())
		if err != nil || back.String() != d.String() {
			t.Fatalf("%q is written as %q and read as %q: %v", text, d, back, err)
		}
		r := Stream(1, 0, "fuzz", text)
		for range 4 {
			if x := d.Sample(r); !(x >= 0) {
				t.Fatalf("%q draws %g", text, x)
			}
		}
		if m := d.Mean(); !(m >= 0) {
			t.Fatalf("%q has the mean %g", text, m)
		}
		_ = d.people()
	})
}

// FuzzDefinition: whatever is read is either refused in one line or answers a question in time.
func FuzzDefinition(f *testing.F) {
	f.Add([]byte(shop))
	f.Add([]byte(`{"elements":[{"name":"in","kind":"source"}],"live":[{"signal":"state","of":"state","states":{"run":"off"}}],"each":"5 %"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		tree := shopTree(t)
		s, err := NewStudy(text, sim.Site{Tree: tree})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q", err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		a, err := s.Answer(ctx, sim.Question{Runs: 1, Horizon: time.Second, Live: shown(tree, map[string]float64{"shop/rack/level": 1e9, "shop/wash/state": 4, "shop/fill/setpoint": 1e-9})})
		if a == nil && err == nil || err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Fatalf("%v %q", a, err)
		}
	})
}
