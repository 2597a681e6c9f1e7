package predict

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

const fewRows = `time,turbine,wind_speed,ambient_temp,power,power_limit,state,rotor_speed,pitch,yaw,gen_speed,oil_temp,bearing_temp,vibration
1772928000000,T01,8.00,10.00,1779.0,100.0,1,9.155,0.00,240.00,888.0,60.00,65.00,1.100
1772928000000,T02,9.00,10.00,2500.0,70.0,1,10.3,0.00,240.00,999.0,,65.00,1.200
1772928030000,T01,9.00,10.00,1781.0,100.0,1,9.155,0.00,240.00,888.0,62.00,65.00,1.100
1772928120000,T01,7.00,10.00,1000.0,100.0,1,9.155,0.00,240.00,888.0,61.00,65.00,1.100
`

func TestReadLogConvertsAndAverages(t *testing.T) {
	l, err := ReadLog(context.Background(), strings.NewReader(fewRows))
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(1772928000000)
	mean := func(unit int, name string, from time.Duration, n int) []float64 {
		out := make([]float64, n)
		if err := l.Means(context.Background(), l.Tree.Find(l.Units[unit], name), at.Add(from), at.Add(from+time.Duration(n)*time.Minute), out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		unit int
		name string
		want float64
	}{{0, "power", 1.78e6}, {0, "wind_speed", 8.5}, {0, "oil_temp", 61 + 273.15}, {0, "vibration", 1.1e-3}, {1, "power_limit", .7}, {1, "gen_speed", 999 * 2 * math.Pi / 60}} {
		if got := mean(c.unit, c.name, 0, 1)[0]; math.Abs(got-c.want) > 1e-6*c.want {
			t.Errorf("%s of unit %d = %v, want %v", c.name, c.unit, got, c.want)
		}
	}
	if got := mean(0, "wind_speed", 0, 4); !math.IsNaN(got[1]) || got[2] != 7 || !math.IsNaN(got[3]) {
		t.Errorf("wind by minute %v", got)
	}
	if got := mean(1, "oil_temp", 0, 1)[0]; !math.IsNaN(got) {
		t.Errorf("an empty cell became %v", got)
	}
	if len(l.Units) != 2 || l.Tree.Find(l.Units[0], "wear") == twin.NoSignal || !l.Last.Equal(at.Add(2*time.Minute)) {
		t.Errorf("units %v, last %v", l.Units, l.Last)
	}
}

func TestReadLogNamesTheBadLine(t *testing.T) {
	for name, c := range map[string]struct{ give, want string }{
		"empty":        {"", "header"},
		"no header":    {"1,2,3\n", "must begin with time,turbine"},
		"no rows":      {"time,turbine,power\n", "no rows"},
		"unknown":      {"time,turbine,colour\n", `unknown column "colour"`},
		"bad number":   {"time,turbine,power\n0,T1,12\n60000,T1,x\n", `line 3: bad power "x"`},
		"bad time":     {"time,turbine,power\nnow,T1,12\n", `line 2: bad time`},
		"backwards":    {"time,turbine,power\n600000,T1,12\n0,T1,12\n", "line 3: time runs backwards"},
		"too far":      {"time,turbine,power\n0,T1,12\n9000000000000000,T1,12\n", "too far ahead"},
		"missing cell": {"time,turbine,power,pitch\n0,T1,12\n", "line 2: 1 columns are missing"},
	} {
		if _, err := ReadLog(context.Background(), strings.NewReader(c.give)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadLog(ctx, strings.NewReader("time,turbine,power\n"+strings.Repeat("0,T1,12\n", 5000))); err == nil {
		t.Error("read on after its context ended")
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add(fewRows)
	f.Add("time,turbine,power\n0,T1,NaN\n60000,,1e999\n")
	f.Add("time,turbine,power\r\n0,T1,\r\n")
	f.Fuzz(func(t *testing.T, give string) {
		l, err := ReadLog(context.Background(), strings.NewReader(give))
		if err != nil {
			return
		}
		out := make([]float64, 7)
		for s := range l.Tree.Signals() {
			if err := l.Means(context.Background(), twin.SignalID(s), l.First, l.Last.Add(time.Minute), out); err != nil {
				t.Fatal(err)
			}
			for _, x := range out {
				if math.IsInf(x, 0) {
					t.Fatalf("a mean of %v", x)
				}
			}
		}
	})
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		give Case
		want bool
	}{
		{Case{LowDays: 3, HighDays: 9, TruthDays: 5}, true},
		{Case{LowDays: 3, HighDays: 9, TruthDays: 2.9}, false},
		{Case{LowDays: 3, HighDays: 9, TruthDays: 9.1}, false},
		{Case{LowDays: 3, HighDays: 40, TruthDays: 55}, true},
		{Case{LowDays: 3, HighDays: 9, TruthDays: 40, Survived: true}, false},
		{Case{LowDays: 3, HighDays: 40, TruthDays: 40, Survived: true}, true},
	} {
		c.give.judge(40)
		if c.give.Inside != c.want {
			t.Errorf("%+v: want %v", c.give, c.want)
		}
	}
}

// Two farms of the real emulator that no table uses: the whole way from its log to a scored table.
func TestBacktestWithThePlant(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the plant emulator: left out of the short tests")
	}
	plant := filepath.Join(t.TempDir(), "orrery-plant")
	if out, err := exec.Command("go", "build", "-o", plant, "github.com/orrery-twin/orrery/cmd/orrery-plant").CombinedOutput(); err != nil {
		t.Fatalf("build the plant: %v\n%s", err, out)
	}
	table, err := Backtest(context.Background(), BacktestOptions{Plant: plant, Seeds: []uint64{1001, 1003}})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Cases) != 2 {
		t.Fatalf("%d cases", len(table.Cases))
	}
	inside := 0
	for _, c := range table.Cases {
		if !(c.LowDays > 0 && c.LowDays < c.MedianDays && c.MedianDays <= c.HighDays) || c.TruthDays <= 0 || c.Asset == "" {
			t.Errorf("case %+v", c)
		}
		if c.Inside {
			inside++
		}
		if c.Seconds > 30 {
			t.Errorf("farm %d took %.1f s", c.Seed, c.Seconds)
		}
	}
	if inside != table.Inside {
		t.Errorf("%d inside, the table says %d", inside, table.Inside)
	}
	var text, js strings.Builder
	if err := table.WriteText(&text); err != nil || !strings.Contains(text.String(), "of 2 inside the 80 % interval") {
		t.Errorf("text: %v\n%s", err, text.String())
	}
	var back Table
	if err := table.WriteJSON(&js); err != nil || json.Unmarshal([]byte(js.String()), &back) != nil || len(back.Cases) != 2 || back.Inside != inside {
		t.Errorf("JSON: %v\n%s", err, js.String())
	}
	if _, err := Backtest(context.Background(), BacktestOptions{Plant: filepath.Join(t.TempDir(), "none")}); err == nil || !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("no plant: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Backtest(ctx, BacktestOptions{Plant: plant}); err == nil {
		t.Error("went on after its context ended")
	}
	if _, err := Backtest(context.Background(), BacktestOptions{}); err == nil {
		t.Error("a back-test without a plant")
	}
}

func unwrapAll(err error) error {
	for {
		next, ok := err.(interface{ Unwrap() error })
		if !ok || next.Unwrap() == nil {
			return err
		}
		err = next.Unwrap()
	}
}
