package twin

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func tree(t *testing.T) *Tree {
	t.Helper()
	tr, err := NewTree(
		[]Asset{
			{Path: "farm", Name: "farm", Parent: NoAsset},
			{Path: "farm/T01", Name: "T01", Parent: 0},
			{Path: "farm/T01/gearbox", Name: "gearbox", Parent: 1},
		},
		[]Signal{
			{Path: "farm/T01/power", Name: "power", Asset: 1},
			{Path: "farm/T01/gearbox/oil_temp", Name: "oil_temp", Asset: 2, Min: 200, Max: 450, Timeout: 10 * time.Second},
		})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestTreeLinksAndLookups(t *testing.T) {
	tr := tree(t)
	if got := tr.Asset(1).Children; len(got) != 1 || got[0] != 2 {
		t.Errorf("children of T01 = %v", got)
	}
	if id := tr.Find(0, "oil_temp"); id != 1 {
		t.Errorf("Find from the root = %d, want 1", id)
	}
	if id := tr.Find(0, "nothing"); id != NoSignal {
		t.Errorf("Find of a name that is not there = %d", id)
	}
	if !tr.Under(2, 0) || tr.Under(0, 2) {
		t.Error("Under has the order wrong")
	}
	if id, ok := tr.SignalByPath("farm/T01/gearbox/oil_temp"); !ok || tr.Signal(id).Asset != 2 {
		t.Error("SignalByPath missed")
	}
}

func TestTreeRefusesBadReferences(t *testing.T) {
	for name, give := range map[string]struct {
		assets  []Asset
		signals []Signal
		want    string
	}{
		"duplicate asset":  {[]Asset{{Path: "a", Parent: NoAsset}, {Path: "a", Parent: NoAsset}}, nil, "twice"},
		"child first":      {[]Asset{{Path: "a/b", Parent: 1}, {Path: "a", Parent: NoAsset}}, nil, "before its parent"},
		"duplicate signal": {[]Asset{{Path: "a", Parent: NoAsset}}, []Signal{{Path: "a/x"}, {Path: "a/x"}}, "twice"},
		"orphan signal":    {nil, []Signal{{Path: "x", Asset: 3}}, "no asset"},
	} {
		if _, err := NewTree(give.assets, give.signals); err == nil || !strings.Contains(err.Error(), give.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, give.want)
		}
	}
}

func TestForgottenValuesNeverLookGood(t *testing.T) {
	var v Value
	if v.Quality.Class() != BadClass || v.Quality.Usable() {
		t.Errorf("the zero Value has quality %v", v.Quality)
	}
	var s Snapshot
	if s.At(7).Quality != NoData || s.At(NoSignal).Quality != NoData {
		t.Error("a snapshot made up a value")
	}
}

func TestAssess(t *testing.T) {
	sig := tree(t).Signal(1)
	now := time.Unix(1000, 0)
	at := func(age time.Duration, v float64, q Quality) Value {
		return Value{Value: v, Time: now.Add(-age).UnixNano(), Quality: q}
	}
	for name, give := range map[string]struct {
		v    Value
		want Quality
	}{
		"fresh":             {at(time.Second, 300, Good), Good},
		"at its time-out":   {at(10*time.Second, 300, Good), Good},
		"past its time-out": {at(10*time.Second+1, 300, Good), Stale},
		"too hot":           {at(0, 451, Good), OutOfRange},
		"not a number":      {at(0, math.NaN(), Good), SensorFault},
		"infinite":          {at(0, math.Inf(1), Estimated), SensorFault},
		"offline stays":     {at(time.Hour, 300, Offline), Offline},
		"predicted stays":   {at(time.Hour, 900, Predicted), Predicted},
		"nothing":           {Value{}, NoData},
	} {
		if got := Assess(sig, give.v, now); got != give.want {
			t.Errorf("%s: %v, want %v", name, got, give.want)
		}
	}
}

func TestUnitsConvertThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		symbol := rapid.SampledFrom(UnitSymbols()).Draw(t, "unit")
		v := rapid.Float64Range(-1e6, 1e6).Draw(t, "value")
		u, err := ParseUnit(symbol)
		if err != nil {
			t.Fatal(err)
		}
		if back := u.FromSI(u.SI(v)); math.Abs(back-v) > 1e-9*(1+math.Abs(v)+math.Abs(u.FromSI(0))) {
			t.Fatalf("%g %s came back as %g", v, symbol, back)
		}
	})
}

// Reference values: 76 °C = 349.15 K by definition of the Celsius scale; 12.1 rpm is the rated rotor speed of the
// NREL 5 MW turbine (NREL/TP-500-38060, table 1-1) = 1.26711 rad/s.
func TestUnitValues(t *testing.T) {
	for _, c := range []struct {
		symbol   string
		give, si float64
	}{{"°C", 76, 349.15}, {"rpm", 12.1, 1.2671090369478832}, {"%", 70, 0.7}, {"MW", 5, 5e6}, {"°F", 212, 373.15}, {"degC", 0, 273.15}} {
		u, err := ParseUnit(c.symbol)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.SI(c.give); math.Abs(got-c.si) > 1e-9*math.Abs(c.si) {
			t.Errorf("%g %s = %v SI, want %v", c.give, c.symbol, got, c.si)
		}
	}
	if _, err := ParseUnit("furlong"); err == nil || !strings.Contains(err.Error(), "known ones") {
		t.Errorf("unknown unit: %v", err)
	}
}

func TestFormat(t *testing.T) {
	c, _ := ParseUnit("°C")
	for _, x := range []struct {
		si   float64
		d    int
		want string
	}{{351.55, 1, "78.4"}, {273.14999, 1, "0.0"}, {263.15, 0, "−10"}} {
		if got := c.Format(x.si, x.d); got != x.want {
			t.Errorf("Format(%g) = %q, want %q", x.si, got, x.want)
		}
	}
}

func BenchmarkAssess(b *testing.B) {
	sig := Signal{Min: 200, Max: 450, Timeout: 10 * time.Second}
	now := time.Unix(1000, 0)
	v := Value{Value: 300, Time: now.UnixNano(), Quality: Good}
	for b.Loop() {
		if Assess(&sig, v, now) != Good {
			b.Fatal("wrong")
		}
	}
}
