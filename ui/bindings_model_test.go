package ui

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

func signalOf(t testing.TB, unitOf string, lo, hi, n0, n1 float64) *twin.Signal {
	u := unit(t, unitOf)
	return &twin.Signal{Name: "x", Label: "X", Unit: u, Min: u.SI(lo), Max: u.SI(hi), Normal: [2]float64{u.SI(n0), u.SI(n1)}, Decimals: 1}
}

func TestGainsAreWordedInTheUnitsOfBothEnds(t *testing.T) {
	for _, c := range []struct {
		p            project.Property
		unit         string
		gain, offset float64
		want         string
	}{
		{project.RotateRate, "rpm", 1, 0, "1 rpm → 6 °/s"},
		{project.RotateRate, "rpm", -0.5, 0, "1 rpm → −3 °/s"},
		{project.RotateAngle, "°", 1, 0, "1 ° → 1 °"},
		{project.RotateAngle, "°", -1, math.Pi, "0 ° → 180 °, each 1 ° −1 °"},
		{project.Translate, "mm", 1, 0, "1 mm → 0.001 m"},
		{project.Opacity, "%", 1, 0, "1 % → 1 %"},
		{project.Scale, "", 2, 1, "0 → 1 ×, each 1 +2 ×"},
		{project.RotateAngle, "°C", 0.01, -2.7315, "1 °C → 0.573 °"},
		{project.RotateRate, "m/s", 0, 1, "always 57.3 °/s"},
		{project.Visible, "%", 1, 0, "shown from 50 % on"},
		{project.Visible, "kW", -0.001, 1, "shown up to 0.5 kW"},
		{project.Visible, "", 0, 1, "always shown"},
		{project.ColorRamp, "°C", 1, 0, ""},
	} {
		u := unit(t, c.unit)
		if c.unit == "" {
			u = twin.Unit{}
		}
		if got := gainWords(effectOf(c.p), u, c.gain, c.offset); got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.p, c.unit, got, c.want)
		}
	}
}

func TestASignalSuggestsWhatItMayDo(t *testing.T) {
	for _, c := range []struct {
		signal *twin.Signal
		part   shape
		want   project.Property
	}{
		{signalOf(t, "rpm", 0, 20, 0, 13), shape{}, project.RotateRate},
		{signalOf(t, "°", 0, 360, 0, 0), shape{}, project.RotateAngle},
		{signalOf(t, "°C", 0, 120, 35, 76), shape{}, project.ColorRamp},
		{signalOf(t, "%", 0, 100, 0, 0), shape{name: "door"}, project.Opacity},
		{signalOf(t, "%", 0, 100, 0, 0), shape{name: "Tank 3"}, project.Level},
		{signalOf(t, "m", 0, 4, 0, 0), shape{name: "water silo"}, project.Level},
		{signalOf(t, "m", 0, 4, 0, 0), shape{name: "slide"}, project.Translate},
		{signalOf(t, "mm/s", 0, 12, 0, 4), shape{}, project.ColorRamp},
		{signalOf(t, "m/s", 0, 12, 0, 4), shape{name: "pipe"}, project.Flow},
		{&twin.Signal{Kind: twin.Bool}, shape{}, project.Visible},
		{&twin.Signal{Kind: twin.Enum, States: []string{"stopped", "running"}}, shape{}, project.ColorRamp},
		{&twin.Signal{Unit: unit(t, "kW"), Min: 1, Max: 0}, shape{}, project.Label},
	} {
		got := suggest(c.signal, c.part)
		if got.Property != c.want {
			t.Errorf("%q %v on %q: %s, want %s", c.signal.Unit.Symbol, c.signal.Kind, c.part.name, got.Property, c.want)
		}
		if e := effectOf(got.Property); e.axis == axisNeeded && len(got.Axis) != 3 {
			t.Errorf("%s has no axis", got.Property)
		}
	}
}

func TestTheDefaultRampLeavesNormalValuesAlone(t *testing.T) {
	b := suggest(signalOf(t, "°C", -40, 130, 35, 76), shape{})
	if len(b.Ramp) != 4 || b.Ramp[0].At != 35 || b.Ramp[0].Color != "clay" || b.Ramp[2] != (project.StopText{At: 76, Color: "high"}) || b.Ramp[3].Color != "critical" {
		t.Errorf("%v", b.Ramp)
	}
	for i := 1; i < len(b.Ramp); i++ {
		if b.Ramp[i].At <= b.Ramp[i-1].At {
			t.Errorf("%v does not rise", b.Ramp)
		}
	}
	states := suggest(&twin.Signal{Kind: twin.Enum, States: []string{"stopped", "running", "curtailed", "tripped", "service"}}, shape{}).States
	want := []string{"clay", "accent", "medium", "critical", "low"}
	for i, s := range states {
		if s.Color != want[i] {
			t.Errorf("%s is %s, want %s", s.State, s.Color, want[i])
		}
	}
}

func TestAUnitThatDoesNotFitGetsAGainThatShows(t *testing.T) {
	s := signalOf(t, "°C", 0, 120, 20, 80)
	b := withProperty(project.BindingText{}, project.RotateAngle, s, shape{})
	if b.Gain == nil || b.Offset == nil {
		t.Fatal("no gain")
	}
	full := project.Binding{Property: project.RotateAngle, Gain: *b.Gain, Offset: *b.Offset}
	if lo, hi := mapped(&full, s.Normal[0]), mapped(&full, s.Normal[1]); math.Abs(lo) > .01 || math.Abs(hi-math.Pi/2) > .01 {
		t.Errorf("turns from %v to %v", lo, hi)
	}
	if b := withProperty(b, project.RotateRate, signalOf(t, "rpm", 0, 20, 0, 13), shape{}); b.Gain != nil || b.Offset != nil {
		t.Errorf("rpm turns with gain %v", *b.Gain)
	}
}

func TestChangingThePropertyKeepsWhatFits(t *testing.T) {
	s := signalOf(t, "°", 0, 360, 0, 0)
	b := project.BindingText{Signal: "yaw", Node: "yaw", Property: project.RotateAngle, Axis: []float64{0, -1, 0}, Quality: project.Hold, Interpolate: project.Linear}
	b = withProperty(b, project.RotateRate, s, shape{})
	if axisWords(b.Axis) != "−Y" || b.Quality != project.Hold || b.Interpolate != "" || b.Signal != "yaw" {
		t.Errorf("%+v", b)
	}
	b = withProperty(b, project.ColorRamp, s, shape{})
	if b.Axis != nil || len(b.Ramp) < 2 || b.Gain != nil {
		t.Errorf("%+v", b)
	}
	b = withProperty(b, project.Label, s, shape{})
	if b.Ramp != nil || b.States != nil {
		t.Errorf("%+v", b)
	}
}

func TestTheAxisOfRoundPartsIsGuessed(t *testing.T) {
	for _, c := range []struct {
		size [3]float64
		want string
	}{{[3]float64{120, 120, 4}, "Z"}, {[3]float64{3, 1, 1}, "X"}, {[3]float64{2, 9, 2}, "Y"}, {[3]float64{}, "Z"}, {[3]float64{1, 5, 20}, "Z"}} {
		if got := axisWords(defaultAxis(project.RotateRate, shape{size: c.size})); got != c.want {
			t.Errorf("%v turns about %s, want %s", c.size, got, c.want)
		}
	}
}

func TestFieldsTakeWhatTheyCanAndKeepTheRestWithItsFault(t *testing.T) {
	d := newDraft()
	d.text = project.BindingText{Property: project.ColorRamp, Ramp: []project.StopText{{At: 1, Color: "clay"}, {At: 2, Color: "high"}}}
	for _, c := range []struct{ field, text, fault string }{
		{"gain", "2,5", ""}, {"gain", "two", "must be a number"}, {"gain", "1", ""},
		{"axis", "-z", ""}, {"axis", "0.6 0 0.8", ""}, {"axis", "0 0 0", "no direction"}, {"axis", "up", "X, Y, Z"},
		{"range:0", "3", "two numbers"}, {"range:1", "9", ""}, {"range:1", "2", "must rise"}, {"range:1", "4", ""},
		{"stop:1", "x", "number"}, {"stop:1", "5", ""}, {"colour:1", "#12345G", "#RRGGBB"}, {"colour:1", "#123456", ""},
		{"window", "soon", "30s"}, {"window", "2m", ""}, {"unit", "furlong", "no unit"}, {"unit", "mm", ""},
	} {
		d.setField(c.field, c.text)
		fault := d.faults[c.field]
		switch {
		case c.fault == "" && fault != nil, c.fault != "" && (fault == nil || !strings.Contains(fault.Error(), c.fault)):
			t.Errorf("%s = %q: %v, want %q", c.field, c.text, fault, c.fault)
		case c.fault != "" && d.field(c.field) != c.text:
			t.Errorf("%s forgot %q", c.field, c.text)
		}
		if fault != nil && strings.Contains(fault.Error(), "\n") {
			t.Errorf("%q has two lines", fault)
		}
	}
	if d.text.Gain != nil || d.text.Range == nil || d.text.Range[1] != 4 || d.text.Ramp[1] != (project.StopText{At: 5, Color: "#123456"}) {
		t.Errorf("%+v", d.text)
	}
}

func TestAnySequenceOfTypingLeavesTheDraftValidOrSaysWhy(t *testing.T) {
	tree := fakeProject(t).Tree
	names := []string{"gain", "offset", "range:0", "range:1", "axis", "stop:0", "stop:1", "colour:0", "expr"}
	rapid.Check(t, func(t *rapid.T) {
		d := newDraft()
		d.home = 1
		d.text = project.BindingText{Signal: "power", Property: project.ColorRamp, Ramp: []project.StopText{{At: 1, Color: "clay"}, {At: 2, Color: "high"}}}
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			d.setField(rapid.SampledFrom(names).Draw(t, "field"), rapid.OneOf(rapid.StringN(0, 6, 12), rapid.SampledFrom([]string{"1", "-2.5", "", "1e9", "NaN", "X", "#00FF00"})).Draw(t, "text"))
			if r := d.text.Range; r != nil && (len(r) != 2 || !(r[0] < r[1])) {
				t.Fatalf("range %v", r)
			}
			for _, v := range []*float64{d.text.Gain, d.text.Offset} {
				if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
					t.Fatal("a number that is none")
				}
			}
			if err := d.missing(tree); err != nil && strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
		}
	})
}

func TestASignalOfTheSameUnitMovesTheBindingUp(t *testing.T) {
	p := fakeProject(t)
	gear, _ := p.Tree.AssetByPath("farm/T03/Gearbox")
	top, _ := p.Tree.AssetByPath("farm/T03")
	own, _ := p.Tree.SignalByPath("farm/T03/Gearbox/oil_temp")
	above, _ := p.Tree.SignalByPath("farm/T03/power")
	foreign, _ := p.Tree.SignalByPath("farm/T04/power")
	d := newDraft()
	if err := d.setSignal(p, gear, own); err != nil || d.home != gear || d.text.Signal != "oil_temp" || d.owner != (project.Owner{Kind: "turbine", Part: "Gearbox"}) {
		t.Errorf("%v: %+v at %v", err, d.owner, d.text.Signal)
	}
	if err := d.setSignal(p, gear, above); err != nil || d.home != top || d.text.Signal != "power" || d.owner != (project.Owner{Kind: "turbine"}) {
		t.Errorf("%v: %+v at %v", err, d.owner, d.text.Signal)
	}
	if err := d.setSignal(p, gear, foreign); err == nil {
		t.Error("a gearbox of T03 follows T04")
	}
	if s := d.signal(p.Tree); s == nil || s.ID != above {
		t.Error("the refused signal replaced the old one")
	}
}

func TestWhatAValueDoesIsWorded(t *testing.T) {
	s := signalOf(t, "rpm", 0, 20, 0, 13)
	for _, c := range []struct {
		b    project.Binding
		v    float64
		want string
	}{
		{project.Binding{Property: project.RotateRate, Gain: 1}, s.Unit.SI(12), "72 °/s"},
		{project.Binding{Property: project.RotateRate, Gain: 1, Range: [2]float64{0, s.Unit.SI(10)}}, s.Unit.SI(12), "60 °/s"},
		{project.Binding{Property: project.Level, Gain: 1, Range: [2]float64{1, 5}}, 2, "25 %"},
		{project.Binding{Property: project.Opacity, Gain: 1}, 7, "100 %"},
		{project.Binding{Property: project.Visible, Gain: 1}, .4, "hidden"},
		{project.Binding{Property: project.Visible, Gain: 1}, .5, "shown"},
		{project.Binding{Property: project.Translate, Gain: 1}, math.NaN(), "–"},
	} {
		if got := happens(&c.b, s, c.v).text; got != c.want {
			t.Errorf("%s of %v: %q, want %q", c.b.Property, c.v, got, c.want)
		}
	}
	hot, _ := colourNamed("#FF0000")
	cold, _ := colourNamed("#0000FF")
	b := project.Binding{Property: project.ColorRamp, Ramp: []project.Stop{{At: 0, Color: cold}, {At: 10, Color: hot}}}
	if c := happens(&b, s, 5).colour; c.R < 120 || c.B < 120 || c.A != 255 {
		t.Errorf("half way it is %v", c)
	}
	b.Step = true
	if c := happens(&b, s, 9.9).colour; c.B != 255 {
		t.Errorf("before the step it is %v", c)
	}
}

func TestColoursFollowWhatAnExpressionComputes(t *testing.T) {
	tree := fakeProject(t).Tree
	home, _ := tree.AssetByPath("farm/T03/Gearbox")
	d := newDraft()
	d.home = home
	d.text = project.BindingText{Property: project.ColorRamp, Signal: "vibration"}
	d.text = withProperty(d.text, project.ColorRamp, d.signal(tree), shape{})
	d.coloured = d.measure(tree)
	d.setField("expr", `oil_temp > "70 °C"`)
	d.refitColours(tree)
	if len(d.text.Ramp) != 0 || len(d.text.States) != 2 || d.text.States[1].State != "true" {
		t.Fatalf("of a yes and no: %+v", d.text)
	}
	d.setColour(1, "critical")
	d.setField("expr", `oil_temp > "72 °C"`)
	d.refitColours(tree)
	if d.text.States[1].Color != "critical" {
		t.Error("colours that were chosen by hand are lost although the value is measured as before")
	}
	d.setField("expr", `max(oil_temp, bearing_temp)`)
	d.refitColours(tree)
	if len(d.text.States) != 0 || len(d.text.Ramp) < 2 || d.text.Ramp[0].At != 40 || d.text.Unit != "°C" {
		t.Fatalf("of a temperature: %+v", d.text)
	}
	d.setField("expr", `max(oil_temp,`)
	d.refitColours(tree)
	if len(d.text.Ramp) < 2 {
		t.Error("half a formula took the colours away")
	}
}
