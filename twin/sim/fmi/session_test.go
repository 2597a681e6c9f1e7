package fmi

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

var ctx = context.Background()

func TestLagFollowsItsExactSolution(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		s := start(t, build(t, fx), Options{Kind: k})
		table, err := Simulate(ctx, s, Run{Setup: Setup{Values: map[string]Value{"gain": Number(2), "tau": Number(.5)}}, StopSec: 3, StepSec: .1})
		if err != nil {
			t.Fatal(err)
		}
		y, count := table.Column("y"), table.Column("count")
		if len(y) != 31 || len(count) != 31 {
			t.Fatalf("%d rows", len(y))
		}
		for i, time := range table.Time {
			if want := 2 * (1 - math.Exp(-time/.5)); math.Abs(y[i]-want) > 1e-6 {
				t.Errorf("y at %g s is %.9g, want %.9g", time, y[i], want)
			}
			if want := math.Floor(time + 1e-9); count[i] != want {
				t.Errorf("count at %g s is %g, want %g", time, count[i], want)
			}
		}
	})
}

func TestBallBouncesWhenItShould(t *testing.T) {
	each(t, true, func(t *testing.T, fx fixture, k Kind) {
		s := start(t, build(t, fx), Options{Kind: k})
		table, err := Simulate(ctx, s, Run{StopSec: 4, StepSec: .01})
		if err != nil {
			t.Fatal(err)
		}
		h, bounces := table.Column("h"), table.Column("bounces")
		tolerance := 1e-6
		if k == CoSimulation {
			tolerance = .02 // its own solver is a simple one
		}
		for i, time := range table.Time {
			if want := ball(time); math.Abs(h[i]-want) > tolerance && time < 2 {
				t.Fatalf("h at %g s is %.9g, want %.9g", time, h[i], want)
			}
		}
		if last := len(h) - 1; h[last] > 1e-3 || bounces[last] < 10 || bounces[last] > 40 {
			t.Errorf("at rest: height %g after %g bounces", h[last], bounces[last])
		}
	})
}

// ball is the height of a ball dropped from 1 m that keeps 0.7 of its speed: parabolas between bounces.
func ball(t float64) float64 {
	const g, e = 9.81, .7
	first := math.Sqrt(2 / g)
	if t < first {
		return 1 - g/2*t*t
	}
	t -= first
	for v := e * g * first; v > .01; v *= e {
		if flight := 2 * v / g; t < flight {
			return v*t - g/2*t*t
		} else {
			t -= flight
		}
	}
	return 0
}

func TestInputsAreFollowed(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		s := start(t, build(t, fx), Options{Kind: k})
		in, err := ReadTable(strings.NewReader("\"time\",\"u\"\n0,0\n1,0\n1,3\n2,3\n"))
		if err != nil {
			t.Fatal(err)
		}
		table, err := Simulate(ctx, s, Run{StopSec: 2, StepSec: .05, Inputs: in})
		if err != nil {
			t.Fatal(err)
		}
		y := table.Column("y")
		for i, time := range table.Time {
			want := 0.
			if time > 1 {
				want = 3 * (1 - math.Exp(-(time - 1)))
			}
			slack := 1e-6
			if k == ModelExchange && time > .99 {
				slack = .08 // between two steps the input goes up in a ramp
			}
			if math.Abs(y[i]-want) > slack {
				t.Errorf("y at %g s is %g, want %g", time, y[i], want)
			}
		}
	})
}

func TestARampIsInterpolatedForModelExchange(t *testing.T) {
	for _, version := range []int{2, 3} {
		s := start(t, build(t, fixture{version: version}), Options{Kind: ModelExchange})
		in, _ := ReadTable(strings.NewReader("time,u\n0,0\n2,2\n"))
		table, err := Simulate(ctx, s, Run{StopSec: 2, StepSec: .5, Inputs: in})
		if err != nil {
			t.Fatal(err)
		}
		for i, time := range table.Time { // of y' = t - y
			if want := time - 1 + math.Exp(-time); math.Abs(table.Column("y")[i]-want) > 1e-6 {
				t.Errorf("FMI %d: y at %g s is %g, want %g", version, time, table.Column("y")[i], want)
			}
		}
	}
}

func TestForkAndTune(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		s := start(t, build(t, fx), Options{Kind: k, Outputs: []string{"y"}})
		in, err := s.New(ctx, Setup{})
		if err != nil {
			t.Fatal(err)
		}
		last := func(in *Instance, times ...float64) float64 {
			t.Helper()
			y := math.NaN()
			if _, err := s.Advance(ctx, []*Instance{in}, times, nil, func(r *Row) { y = r.Values[0] }); err != nil {
				t.Fatal(err)
			}
			return y
		}
		near := func(name string, got, want float64) {
			t.Helper()
			if math.Abs(got-want) > 1e-6 {
				t.Errorf("%s: %g, want %g", name, got, want)
			}
		}
		at1 := 1 - math.Exp(-1)
		near("at 1 s", last(in, 0, .5, 1), at1)
		state, err := in.Save(ctx)
		if err != nil {
			t.Fatal(err)
		}
		fork, err := in.Fork(ctx)
		if err != nil {
			t.Fatal(err)
		}
		near("the base at 2 s", last(in, 1, 2), 1-math.Exp(-2))
		if err := fork.Set(ctx, map[string]Value{"gain": Number(5)}); err != nil {
			t.Fatal(err)
		}
		near("the fork at 2 s", last(fork, 1, 2), 5+(at1-5)*math.Exp(-1))
		if err := in.Restore(ctx, state); err != nil {
			t.Fatal(err)
		}
		near("the base at 2 s again", last(in, 1, 2), 1-math.Exp(-2))
		if err := in.Forget(ctx, state); err != nil {
			t.Fatal(err)
		}
		if in.Restore(ctx, state) == nil {
			t.Error("a state that was forgotten came back")
		}
		if err := in.Set(ctx, map[string]Value{"fault": Number(1)}); err == nil || !strings.Contains(err.Error(), "not tunable") {
			t.Errorf("a fixed parameter: %v", err)
		}
		if err := in.Set(ctx, map[string]Value{"gain": Number(11)}); err == nil || !strings.Contains(err.Error(), "out of its range") {
			t.Errorf("a parameter out of range: %v", err)
		}
	})
}

func TestTextsArraysAndFlags(t *testing.T) {
	f := build(t, fixture{version: 3})
	s := start(t, f, Options{Outputs: []string{"vector", "y"}})
	in, err := s.New(ctx, Setup{Values: map[string]Value{"label": Text("Ärger"), "vector": Number(4, 5, 6), "loud": Number(1)}})
	if err != nil {
		t.Fatal(err)
	}
	values, err := in.Get(ctx, "label", "vector", "loud", "count")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Ärger", "4 5 6", "1", "0"} {
		if values[i].String() != want {
			t.Errorf("value %d is %q, want %q", i, values[i], want)
		}
	}
	if got := in.Initial(); len(got) != 4 || got[2] != 6 {
		t.Errorf("first row %v", got)
	}
	if _, err := s.New(ctx, Setup{Values: map[string]Value{"vector": Number(1)}}); err == nil {
		t.Error("one number for an array of three was taken")
	}
}

func TestMessagesAreHeard(t *testing.T) {
	for _, version := range []int{2, 3} {
		var heard []Message
		s := start(t, build(t, fixture{version: version}), Options{Log: func(m Message) { heard = append(heard, m) }})
		if _, err := s.New(ctx, Setup{}); err != nil {
			t.Fatal(err)
		}
		if len(heard) != 1 || heard[0].Category != "events" || !strings.HasPrefix(heard[0].Text, "initialised") {
			t.Errorf("FMI %d: %+v", version, heard)
		}
	}
}

// The parameter fault makes the model misbehave from 0.5 s on.
func TestFaultsBecomeSentences(t *testing.T) {
	cases := []struct {
		name   string
		fault  float64
		kinds  []Kind
		want   string
		isLost bool
	}{
		{"crash", 1, []Kind{CoSimulation, ModelExchange}, "crashed (segmentation fault) in fmi", true},
		{"hang", 2, []Kind{CoSimulation, ModelExchange}, "did not return in time in fmi", true},
		{"overrun", 3, []Kind{CoSimulation, ModelExchange}, "wrote more values than it declares", false},
		{"error", 4, []Kind{CoSimulation, ModelExchange}, "reports an error", false},
		{"exit", 5, []Kind{CoSimulation}, "ended the process in fmi", true},
		{"stack", 7, []Kind{CoSimulation}, "crashed (segmentation fault) in fmi", true},
		{"status", 8, []Kind{CoSimulation}, "returned 42, which is no status", false},
		{"abort", 11, []Kind{CoSimulation}, "crashed (abort) in fmi", true},
	}
	for _, c := range cases {
		for _, version := range []int{2, 3} {
			for _, k := range c.kinds {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					s := start(t, build(t, fixture{version: version}), Options{Kind: k, CallLimit: 400 * time.Millisecond})
					table, err := Simulate(ctx, s, Run{Setup: Setup{Values: map[string]Value{"fault": Number(c.fault)}}, StopSec: 2, StepSec: .1})
					if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
						t.Fatalf("%v, want %q", err, c.want)
					}
					var lost *Lost
					if errors.As(err, &lost) != c.isLost {
						t.Errorf("lost: %v", err)
					}
					if table == nil || len(table.Time) < 5 || table.Time[len(table.Time)-1] > .5+1e-9 {
						t.Errorf("the steps before were not kept: %+v", table)
					}
					_, again := s.New(ctx, Setup{})
					if c.isLost && again == nil {
						t.Error("the session goes on without its process")
					}
				})
			}
		}
	}
}

func TestLiesAboutTime(t *testing.T) {
	s := start(t, build(t, fixture{version: 3}), Options{})
	if _, err := Simulate(ctx, s, Run{Setup: Setup{Values: map[string]Value{"fault": Number(10)}}, StopSec: 1, StepSec: .1}); err == nil || !strings.Contains(err.Error(), "says that it went to") {
		t.Errorf("%v", err)
	}
}

func TestAnFMUMayEndTheRun(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		s := start(t, build(t, fx), Options{Kind: k})
		table, err := Simulate(ctx, s, Run{Setup: Setup{Values: map[string]Value{"fault": Number(9)}}, StopSec: 2, StepSec: .1})
		if err != nil {
			t.Fatal(err)
		}
		if end := table.Time[len(table.Time)-1]; end < .5-1e-9 || end > .7 {
			t.Errorf("it ended at %g s", end)
		}
	})
}

func TestLiesAboutTheInterface(t *testing.T) {
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %q in\n%s", old, s)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	cases := []struct {
		name string
		fx   fixture
		kind Kind
		want string
	}{
		{"a function is missing", fixture{version: 2, flags: "-DWITHOUT_STEP"}, CoSimulation, "lacks the function fmi2DoStep"},
		{"a function is missing", fixture{version: 3, flags: "-DWITHOUT_STEP"}, CoSimulation, "lacks the function fmi3DoStep"},
		{"another version", fixture{version: 2, flags: "-DOLD"}, CoSimulation, `says that it is of FMI "1.0"`},
		{"another token", fixture{version: 3, xml: replace("{orrery-test}", "{other}")}, CoSimulation, "refused to make an instance"},
		{"fewer states", fixture{version: 2, ball: true, xml: replace(`<Unknown index="5"/>`, "")}, ModelExchange, "wrote more values than it declares"},
		{"fewer states", fixture{version: 3, ball: true, xml: replace(`<ContinuousStateDerivative valueReference="12"/>`, "")}, ModelExchange, "has 2 continuous states and 1 event indicators, its description 1 and 1"},
		{"unknown reference", fixture{version: 3, xml: replace(`valueReference="4"`, `valueReference="99"`)}, CoSimulation, "GetFloat64: the FMU reports an error"},
	}
	for _, c := range cases {
		f := build(t, c.fx)
		s, err := Start(ctx, f, Options{Kind: c.kind, Trust: trusting(t, f), Tool: testTool})
		if err == nil {
			_, err = Simulate(ctx, s, Run{StopSec: 1, StepSec: .1})
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, FMI %d: %v, want %q", c.name, c.fx.version, err, c.want)
		}
	}
}

func TestCancelLeavesTheSessionWell(t *testing.T) {
	s := start(t, build(t, fixture{version: 2}), Options{})
	in, err := s.New(ctx, Setup{})
	if err != nil {
		t.Fatal(err)
	}
	times := make([]float64, 2_000_000)
	for i := range times {
		times[i] = float64(i) * 1e-3
	}
	short, cancel := context.WithCancel(ctx)
	rows := 0
	_, err = s.Advance(short, []*Instance{in}, times, nil, func(*Row) {
		if rows++; rows == 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || rows > len(times)/2 {
		t.Fatalf("%d rows: %v", rows, err)
	}
	if _, err := in.Get(ctx, "y"); err != nil {
		t.Errorf("after a cancel: %v", err)
	}
}

func TestNothingRunsUntrusted(t *testing.T) {
	f := build(t, fixture{version: 2})
	path := t.TempDir() + "/trust/fmus.json"
	trust, err := OpenTrust(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Start(ctx, f, Options{Trust: trust, Tool: testTool})
	var ask *UntrustedError
	if !errors.As(err, &ask) || ask.Hash != f.Hash {
		t.Fatalf("%v", err)
	}
	if err := trust.Grant(f); err != nil {
		t.Fatal(err)
	}
	again, err := OpenTrust(path)
	if err != nil || !again.Knows(f) {
		t.Fatalf("not remembered: %v", err)
	}
	if err := again.Revoke(f.Hash); err != nil || again.Knows(f) {
		t.Errorf("not revoked: %v", err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTrust(path); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestClosingLeavesNothing(t *testing.T) {
	f := build(t, fixture{version: 2})
	s := start(t, f, Options{})
	dir := s.dir
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there", dir)
	}
	if _, err := s.New(ctx, Setup{}); err == nil {
		t.Error("a closed session makes instances")
	}
}

func BenchmarkSteps(b *testing.B) {
	for _, k := range []Kind{CoSimulation, ModelExchange} {
		b.Run(k.String(), func(b *testing.B) {
			s := start(b, build(b, fixture{version: 3}), Options{Kind: k})
			in, err := s.New(ctx, Setup{})
			if err != nil {
				b.Fatal(err)
			}
			times := make([]float64, b.N+1)
			for i := range times {
				times[i] = float64(i) * .01
			}
			b.ResetTimer()
			if _, err := s.Advance(ctx, []*Instance{in}, times, nil, nil); err != nil {
				b.Fatal(err)
			}
		})
	}
}
