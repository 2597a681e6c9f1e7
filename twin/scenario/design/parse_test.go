package design

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

func unit(t testing.TB, symbol string) twin.Unit {
	t.Helper()
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func power(t testing.TB) sim.Field {
	return sim.Field{ID: "power", Label: "Power", Unit: unit(t, "kW"), Value: 200e3, Min: 0, Max: 1e6}
}

func TestSpreadsAreRead(t *testing.T) {
	limit := sim.Field{ID: "limit", Unit: unit(t, "%"), Value: 1, Min: 0, Max: 1.2}
	free := sim.Field{ID: "free", Value: 4, Min: math.NaN(), Max: math.NaN()}
	warm := sim.Field{ID: "warm", Unit: unit(t, "°C"), Value: 293.15, Min: math.NaN(), Max: math.NaN()}
	word := sim.Field{ID: "word", Value: math.NaN(), Min: math.NaN(), Max: math.NaN(), Text: "weibull(2 h, 1.5)"}
	for _, c := range []struct {
		field sim.Field
		text  string
		shape Shape
		want  []float64 // SI: levels, or low and high, or mean and deviation
		texts string
	}{
		{power(t), "5", Single, []float64{5e3}, "5"},
		{power(t), " 0.4 MW ", Single, []float64{400e3}, "400"},
		{power(t), "+10%", Single, []float64{220e3}, "220"},
		{power(t), "−10 %", Single, []float64{180e3}, "180"},
		{power(t), "5..10", Interval, []float64{5e3, 10e3}, ""},
		{power(t), ".5..1e2", Interval, []float64{500, 100e3}, ""},
		{power(t), "5 to 10", Interval, []float64{5e3, 10e3}, ""},
		{power(t), "5to10 W", Interval, []float64{5, 10}, ""},
		{power(t), "5 W..1 kW", Interval, []float64{5, 1e3}, ""},
		{power(t), "-10%..+10%", Interval, []float64{180e3, 220e3}, ""},
		{power(t), "-10..+10%", Interval, []float64{180e3, 220e3}, ""},
		{power(t), "7..7", Single, []float64{7e3}, "7"},
		{power(t), "range(1,5,5)", Levels, []float64{1e3, 2e3, 3e3, 4e3, 5e3}, "1 2 3 4 5"},
		{power(t), "range (1, 2 W, 2)", Levels, []float64{1, 2}, "0.001 0.002"},
		{power(t), "choices(1, 2 W, +50%)", Levels, []float64{1e3, 2, 300e3}, "1 0.002 300"},
		{power(t), "choices(3)", Single, []float64{3e3}, "3"},
		{power(t), "normal(100, 10)", Normal, []float64{100e3, 10e3}, ""},
		{power(t), "normal(100, 5%)", Normal, []float64{100e3, 5e3}, ""},
		{limit, "50 %", Single, []float64{.5}, "50"},
		{limit, "50..70", Interval, []float64{.5, .7}, ""},
		{limit, "-10%", Single, []float64{.9}, "90"},
		{free, "-3", Single, []float64{-3}, "-3"},
		{free, "1e3", Single, []float64{1000}, "1000"},
		{warm, "68 °F", Single, []float64{293.15}, "20"},
		{warm, "20..25", Interval, []float64{293.15, 298.15}, ""},
		{word, "exponential(3 h)", Single, []float64{math.NaN()}, "exponential(3 h)"},
		{word, "choices(weibull(2 h, 1.5), exponential(3 h), 4)", Levels, []float64{math.NaN(), math.NaN(), 4}, "weibull(2 h, 1.5) exponential(3 h) 4"},
		{word, "+10%", Single, []float64{math.NaN()}, "+10%"},
	} {
		s, err := Parse(c.field, c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var got []float64
		var texts []string
		switch s.Shape {
		case Interval:
			got = []float64{s.Low, s.High}
		case Normal:
			got = []float64{s.Mean, s.SD}
		default:
			for _, l := range s.Levels {
				got, texts = append(got, l.SI), append(texts, l.Text)
			}
		}
		if s.Shape != c.shape || len(got) != len(c.want) || strings.Join(texts, " ") != c.texts {
			t.Errorf("%s: %+v", c.text, s)
			continue
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-9*math.Abs(c.want[i]) || math.IsNaN(got[i]) != math.IsNaN(c.want[i]) {
				t.Errorf("%s: %v, want %v", c.text, got, c.want)
			}
		}
	}
}

func TestWrongSpreadsAreShownWithACaret(t *testing.T) {
	for _, c := range []struct{ text, caret, what string }{
		{"", "^", "there is no value: write one such as 200 kW or +10%"},
		{"5..", "   ^", "a number is missing"},
		{"5..x", "   ^", "a number is missing"},
		{"10..5", "^", "the smaller one first"},
		{"5 m", "  ^", "measures length"},
		{"5 parsec", "  ^", `"parsec" is no unit that is known: write kW`},
		{"5 %", "  ^", "write +5% or -5%"},
		{"2 MW", "^", "it is above 1000: give 0 … 1000 kW"},
		{"1..-5", "   ^", "it is below 0"},
		{"range(1, 5)", "          ^", "range takes three"},
		{"range(1, 5, 1)", "            ^", "whole number from 2"},
		{"range(1, 5, 99999999999999999999)", "            ^", "whole number from 2"},
		{"range(1, 5, 3", "             ^", "add )"},
		{"range(1, 5, 3) 4", "               ^", "nothing may follow"},
		{"choices(1, 2", "            ^", "add )"},
		{"choices(1,, 2)", "          ^", "a choice is missing"},
		{"choices(1, fast)", "           ^", "a number is missing"},
		{"normal(1, 0)", "          ^", "above zero"},
		{"5 10", "  ^", "no unit"},
		{"1e999", "^", "too large"},
		{"° 5", "^", "a number is missing"},
	} {
		_, err := Parse(power(t), c.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q was read: %v", c.text, err)
			continue
		}
		if caret := strings.Split(e.Caret(), "\n")[1]; caret != c.caret || !strings.Contains(e.What, c.what) {
			t.Errorf("%s\nwant %s %s", e.Caret()+" "+e.What, c.caret, c.what)
		}
		if strings.Contains(e.Error(), "\n") {
			t.Errorf("%q: more than one line", c.text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"5", "5..10", "5 to 10 kW", "range(1,5,10)", "choices(a,b(c,d),3)", "normal(5, 10%)", "-10%..+10%", "−3e-2", "((", "choices(", "5 °C", "\xff", "5..1\x00"} {
		f.Add(s)
	}
	fields := []sim.Field{power(f), {ID: "w", Value: math.NaN(), Min: math.NaN(), Max: math.NaN()}, {ID: "f", Value: 1, Min: math.NaN(), Max: math.NaN()}}
	f.Fuzz(func(t *testing.T, text string) {
		for _, field := range fields {
			a, err := NewAxis(field, text)
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\r") || strings.Count(e.Caret(), "\n") != 1 {
					t.Fatalf("%q: %v", text, err)
				}
				continue
			}
			for _, u := range []float64{0, .3, math.Nextafter(1, 0)} {
				l := a.At(u)
				if math.IsInf(l.SI, 0) || l.SI < field.Min || l.SI > field.Max || l.Text == "" {
					t.Fatalf("%q at %g: %+v", text, u, l)
				}
				if !math.IsNaN(field.Value) && math.IsNaN(l.SI) {
					t.Fatalf("%q at %g: no number", text, u)
				}
			}
		}
	})
}
