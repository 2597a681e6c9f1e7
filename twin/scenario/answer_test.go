package scenario

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/sim"
)

func TestRunsAreAnsweredInPairs(t *testing.T) {
	w := plant(t)
	base, less := mustRun(t, w, 1), mustRun(t, w, .9)
	a, ok := AnswerOf(base, less)
	if !ok || a.Runs != 64 || a.Partial {
		t.Fatalf("%+v %v", a, ok)
	}
	o := OutcomeOf(a)
	if f := o.Figure("energy"); math.Abs(f.Difference.Value/f.Base.Value+.1) > 1e-9 || !f.Distinguishable() || Better(*f) != -1 {
		t.Errorf("energy %+v", f)
	}
	// Each member lives 1.5/1.4 times as long: by a 14th of 12/(1+m/50) days.
	f := o.Figure("life.farm/A")
	if f == nil {
		t.Fatalf("figures %+v", a.Figures)
	}
	want := 0.
	for m := range 64 {
		want += 12 / (1 + .02*float64(m)) / 14 / 64
	}
	if math.Abs(f.Difference.Value/daySec-want) > .01 || !f.Distinguishable() || Better(*f) != 1 {
		t.Errorf("life %+v, want %.3f d longer", f, want)
	}
	if !strings.HasPrefix(Verdict(*f), "+0.5") && !strings.HasPrefix(Verdict(*f), "+0.6") || !strings.Contains(Verdict(*f), "…") {
		t.Errorf("verdict %q", Verdict(*f))
	}
	if r := o.Figure("risk.farm/A"); r.Base.Value != 1 || Verdict(*r) != "no difference" || Better(*r) != 0 {
		t.Errorf("risk %+v %q", r, Verdict(*r))
	}
	if n := o.Figure("failures"); n.Changed.Value != 1 {
		t.Errorf("failures %+v", n)
	}
	if !strings.Contains(a.Headline, "Energy") || len(a.Parts) != 2 || a.Parts[0].Shade <= 0 || a.Parts[1].Shade != 0 {
		t.Errorf("%q, parts %+v", a.Headline, a.Parts)
	}
	same, ok := AnswerOf(base, base)
	if !ok || !strings.Contains(same.Headline, "MWh are expected") {
		t.Errorf("%+v", same)
	}
	if _, ok := AnswerOf(base, nil); ok {
		t.Error("an answer of nothing")
	}
}

// The interval of Student for 1, 2, 3: 2 ± 4.3027·1/√3.
func TestMeans(t *testing.T) {
	m := MeanOf([]float64{1, 2, 3})
	if m.Value != 2 || math.Abs(m.High-2-4.302653/math.Sqrt(3)) > 1e-5 || math.Abs(m.Low+m.High-4) > 1e-12 {
		t.Errorf("%+v", m)
	}
	if m := MeanOf([]float64{5, 5, 5}); m != sim.Exact(5) {
		t.Errorf("%+v", m)
	}
	if m := MeanOf([]float64{5}); !math.IsInf(m.High, 1) {
		t.Errorf("one value: %+v", m)
	}
	if m := MeanOf(nil); !math.IsNaN(m.Value) {
		t.Errorf("none: %+v", m)
	}
}

func TestWhatSpansZeroIsNotDistinguished(t *testing.T) {
	f := sim.Figure{Decimals: 1, Good: sim.More, Difference: sim.Mean{Value: .1, Low: -.3, High: .5}}
	if got := Verdict(f); got != "not distinguishable (−0.3 … 0.5)" || Better(f) != 0 {
		t.Errorf("%q", got)
	}
	f.Difference = sim.Exact(math.NaN())
	if got := Verdict(f); got != "not known" {
		t.Errorf("%q", got)
	}
	f.Difference = sim.Exact(2)
	if got := Verdict(f); got != "+2.0" {
		t.Errorf("%q", got)
	}
}

func TestOverlaysHoldEachFigureOnce(t *testing.T) {
	f := func(id string, v float64) sim.Figure {
		return sim.Figure{ID: id, Label: id, Base: sim.Exact(1), Changed: sim.Exact(v), Difference: sim.Exact(v - 1)}
	}
	o := NewOverlay([]string{"one", "two", "none"}, []*sim.Answer{{Figures: []sim.Figure{f("a", 2), f("b", 3)}}, {Figures: []sim.Figure{f("b", 4), f("c", 5)}}, nil})
	if len(o.Rows) != 3 || o.Rows[0].Cells[1].ID != "" || o.Rows[1].Cells[1].Changed.Value != 4 || o.Rows[2].Figure.ID != "c" {
		t.Fatalf("%+v", o.Rows)
	}
	var b bytes.Buffer
	if err := recording.WriteTable(&b, recording.CSV, o.Table()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(b.String(), "\n"); len(got) != 6 || got[3] != "b,two,,1,1,1,4,4,4,3,3,3,+3" {
		t.Errorf("%q", got)
	}
}
