package expression

import (
	"errors"
	"strings"
	"testing"
)

// oil is a small model with everything in it.
func oil() *SystemText {
	return &SystemText{
		Inputs:     []VariableText{{Name: "power", Unit: "kW", Value: "100"}, {Name: "ambient", Unit: "°C", Value: "15"}},
		Parameters: []VariableText{{Name: "eta", Value: "0.97", Range: [2]string{"0.9", "1"}}, {Name: "hA", Value: "120 W/K", Range: [2]string{"60 W/K", "300 W/K"}, SD: "5 W/K", Mark: 1}, {Name: "C", Value: "40 kJ/K", Mark: 2}},
		States:     []VariableText{{Name: "T", Value: "20 °C", Mark: 3}, {Name: "fan", Value: "0", Mark: 4}},
		Equations: []Passage{{Mark: 5, Text: `# heat of the losses
dT/dt = (loss - hA*(1 + fan)*(T - ambient)) / C
loss = power * (1 - eta)   # W

d(fan)/dt = 0
`}},
		Outputs: []OutputText{{Name: "oil_temp", Unit: "°C", Text: "T", Mark: 6}, {Name: "loss", Unit: "kW", Text: "loss", Mark: 7}},
		Events: []EventText{
			{Name: "hot", When: `T > "60 °C"`, Set: []AssignmentText{{State: "fan", Text: "1", Mark: 9}}, Mark: 8},
			{Name: "trip", When: `T > "90 °C" && fan > 0.5`, Stop: true, Mark: 10},
		},
	}
}

func TestASystemIsCompiled(t *testing.T) {
	s, err := CompileSystem(oil())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Definitions) != 1 || s.Definitions[0].Name != "loss" || s.Definitions[0].Type.Dimension.String() != "a power" {
		t.Errorf("definitions %+v", s.Definitions)
	}
	if len(s.States) != 2 || s.States[0].Value != 293.15 || s.Parameters[1].SD != 5 || s.Parameters[2].Value != 40e3 || s.Inputs[0].Value != 1e5 {
		t.Errorf("variables %+v %+v %+v", s.Inputs, s.Parameters, s.States)
	}
	// (loss - …) / C
	if r := s.Rates[0]; r.Op != Divide || r.Args[1].Input != s.ParameterSymbol(2) || r.Args[0].Args[0].Input != s.DefinitionSymbol(0) {
		t.Errorf("rate %+v", r)
	}
	if len(s.Events) != 2 || s.Events[0].Set[0].State != 1 || !s.Events[1].Stop || s.Outputs[0].Unit.Offset != 273.15 {
		t.Errorf("events %+v, outputs %+v", s.Events, s.Outputs)
	}
}

func TestFaultsOfSystemsHaveLineAndCaret(t *testing.T) {
	equations := func(text string) func(*SystemText) { return func(s *SystemText) { s.Equations[0].Text = text } }
	for _, c := range []struct {
		change            func(*SystemText)
		mark, line, colum int
		what, caret       string
	}{
		{equations("dT/dt = (loss - hA*(T - Tamb)) / C\nloss = power\ndfan/dt = 0"), 5, 1, 25, `there is nothing named "Tamb"`, "                        ^"},
		{equations("dT/dt = (power -\n   hA*(T - 20)) / C\ndfan/dt = 0"), 5, 2, 10, "subtracting a temperature and a number", "         ^"},
		{equations("dT/dt = power / hA\ndfan/dt = 0"), 5, 1, 9, "the rate of T cannot be a temperature", "        ^"},
		{equations("dT/dt = 0\ndT/dt = 0\ndfan/dt = 0"), 5, 2, 1, "the rate of T stands twice", "^"},
		{equations("dT/dt = 0"), 4, 1, 1, "the state fan has no equation", ""},
		{equations("dT/dt = 0\ndfan/dt = 0\n0 = power - power"), 5, 1, 1, "1 equations 0 = … for 0 states", ""},
		{equations("dX/dt = 0"), 5, 1, 2, `"X" is no state`, " ^"},
		{equations("power = 3"), 5, 1, 1, `"power" stands for two things`, "^"},
		{equations("dT/dt = a\na = b\nb = a\ndfan/dt = 0"), 5, 2, 1, "a is computed from itself: a → b → a", "^"},
		{equations("T + 1"), 5, 1, 1, "an equation without =", "^"},
		{equations("T + 1 = 3"), 5, 1, 1, "the left side is no name", "^"},
		{equations("dT/dt ="), 5, 1, 1, "nothing stands on the right side", "^"},
		{equations("dT/dt = (1 + \ndfan/dt = 0"), 5, 2, 9, "unexpected token", "        ^"},
		{func(s *SystemText) { s.Outputs[0].Unit = "kW" }, 6, 1, 1, "oil_temp is a temperature, not in kW", ""},
		{func(s *SystemText) { s.Outputs[0].Unit = "furlong" }, 6, 1, 1, "unknown unit", ""},
		{func(s *SystemText) { s.Outputs[1].Text = "power / los" }, 7, 1, 9, `nothing named "los"`, "        ^"},
		{func(s *SystemText) { s.Events[0].When = "T" }, 8, 1, 1, "no yes or no", ""},
		{func(s *SystemText) { s.Events[0].Set[0].State = "loss" }, 9, 1, 1, `"loss" is no state`, ""},
		{func(s *SystemText) { s.Events[0].Set[0].Text = "T" }, 9, 1, 1, "fan cannot become a temperature", ""},
		{func(s *SystemText) { s.Parameters[1].Value = "500 W/K" }, 1, 1, 1, "outside its range", ""},
		{func(s *SystemText) { s.Parameters[1].Range[0] = "60 K" }, 1, 1, 1, "a temperature in place of", ""},
		{func(s *SystemText) { s.Parameters[2].Value = "many" }, 2, 1, 1, "is no quantity", ""},
		{func(s *SystemText) { s.Parameters[2].Unit = "furlong" }, 2, 1, 1, "unknown unit", ""},
		{func(s *SystemText) { s.States[0].Name = "power" }, 3, 1, 1, "stands for two things", ""},
		{func(s *SystemText) { s.States[0].Name = "1 T" }, 3, 1, 1, "cannot be a name", ""},
		{func(s *SystemText) { s.States[0].Range = [2]string{"50 °C", "10 °C"} }, 3, 1, 1, "the range of T is empty", ""},
	} {
		text := oil()
		c.change(text)
		_, err := CompileSystem(text)
		var faults Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: error %v", c.what, err)
			continue
		}
		f := faults[0]
		if f.Mark != c.mark || f.Line != c.line || f.Column != c.colum || !strings.Contains(f.What, c.what) || f.Remedy == "" {
			t.Errorf("got mark %d, %v\nwant mark %d, %d:%d %s", f.Mark, f, c.mark, c.line, c.colum, c.what)
		}
		if _, caret, _ := strings.Cut(f.Excerpt(), "\n"); c.caret != "" && caret != c.caret {
			t.Errorf("%s:\n%s\nwant\n%s", c.what, f.Excerpt(), c.caret)
		}
	}
}

func TestNamesBelowABase(t *testing.T) {
	text := &SystemText{
		Parameters: []VariableText{{Name: "a.k", Value: "2"}, {Name: "k", Value: "3"}},
		States:     []VariableText{{Name: "a.x", Value: "1"}, {Name: "b.x", Value: "1"}},
		Equations:  []Passage{{Base: "a", Text: "dx/dt = -k*x"}, {Base: "b", Text: "dx/dt = y\ny = -k*x + a.x"}},
	}
	s, err := CompileSystem(text)
	if err != nil {
		t.Fatal(err)
	}
	if s.Rates[0].Args[0].Args[0].Input != s.ParameterSymbol(0) || s.Rates[1].Input != s.DefinitionSymbol(0) || s.Definitions[0].Name != "b/y" {
		t.Errorf("%+v %+v", s.Rates[0], s.Definitions)
	}
	if d := s.Definitions[0].Tree; d.Args[0].Args[0].Args[0].Input != s.ParameterSymbol(1) || d.Args[1].Input != s.StateSymbol(0) {
		t.Errorf("definition %+v", d)
	}
}

func TestLinesThatContinue(t *testing.T) {
	for text, want := range map[string]int{
		"a = 1\nb = 2": 2, "a = (1\n+ 2)\nb = 2": 2, "a = 1 +\n 2\nb = 1": 2, "a = 1\n  + 2\nb = 1": 2, "a = x > 1\n ? 2\n : 3": 1,
		"# only remarks": 0, "": 0, "a = '#'\nb = 1 # x = 3": 2, "a =\n 1": 1, "\r\n a = 1\r\n b = 2\r\n": 2,
	} {
		if got := statements(text); len(got) != want {
			t.Errorf("%q: %d statements %+v, want %d", text, len(got), got, want)
		}
	}
}

func FuzzCompileSystem(f *testing.F) {
	for _, s := range []string{oil().Equations[0].Text, "0 = x\n", "dT/dt = ((((", "d()/dt = 1", "a = a", "=", "== =", "d(T/dt = 1", "T' = 1", "a = b\nb = c\nc = a\ndT/dt=a", "\"", "a.b.c = 1", "dT/dt = 'x\n#'"} {
		f.Add(s, "120 W/K", "T > 1")
	}
	f.Fuzz(func(t *testing.T, equations, value, when string) {
		text := oil()
		text.Equations[0].Text, text.Parameters[1].Value, text.Events[0].When = equations, value, when
		s, err := CompileSystem(text)
		if (s == nil) == (err == nil) {
			t.Fatal("neither or both")
		}
		var faults Faults
		if err != nil && (!errors.As(err, &faults) || faults[0].Line < 1 || faults[0].Column < 1 || faults[0].What == "" || faults[0].Remedy == "") {
			t.Fatalf("error %v", err)
		}
		for _, one := range faults {
			_ = one.Excerpt()
		}
	})
}

func BenchmarkCompileSystem(b *testing.B) {
	for b.Loop() {
		if _, err := CompileSystem(oil()); err != nil {
			b.Fatal(err)
		}
	}
}
