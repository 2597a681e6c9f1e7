package expression

import (
	"math"
	"testing"
)

func TestProductsOfUnits(t *testing.T) {
	for symbol, want := range map[string]struct {
		si float64
		d  Dimension
	}{
		"W/K":         {1, Dimension{Kilogram: 1, Metre: 2, Second: -3, Kelvin: -1}},
		"kJ/(kg·K)":   {1e3, Dimension{Metre: 2, Second: -2, Kelvin: -1}},
		"kJ/kg/K":     {1e3, Dimension{Metre: 2, Second: -2, Kelvin: -1}},
		"kg·m²":       {1, Dimension{Kilogram: 1, Metre: 2}},
		"kg*m^2":      {1, Dimension{Kilogram: 1, Metre: 2}},
		"1/h":         {1. / 3600, Dimension{Second: -1}},
		"1/K^2":       {1, Dimension{Kelvin: -2}},
		"N/m²":        {1, Dimension{Kilogram: 1, Metre: -1, Second: -2}},
		"V/A":         {1, Dimension{Kilogram: 1, Metre: 2, Second: -3, Ampere: -2}},
		"Ω":           {1, Dimension{Kilogram: 1, Metre: 2, Second: -3, Ampere: -2}},
		"kWh/°C":      {3.6e6, Dimension{Kilogram: 1, Metre: 2, Second: -2, Kelvin: -1}},
		"Pa·s/m³":     {1, Dimension{Kilogram: 1, Metre: -4, Second: -1}},
		"m^-1":        {1, Dimension{Metre: -1}},
		"N·m·s/rad":   {1, Dimension{Kilogram: 1, Metre: 2, Second: -1, Radian: -1}},
		"Ah":          {3600, Dimension{Ampere: 1, Second: 1}},
		"W/(m²·K)/mm": {1e3, Dimension{Kilogram: 1, Metre: -1, Second: -3, Kelvin: -1}},
	} {
		u, err := ParseUnit(symbol)
		if err != nil {
			t.Error(err)
			continue
		}
		if math.Abs(u.Scale/want.si-1) > 1e-12 || !u.Type.Dimension.like(want.d) || u.Offset != 0 {
			t.Errorf("%s = %g %+v, want %g %+v", symbol, u.Scale, u.Type.Dimension, want.si, want.d)
		}
	}
	for _, symbol := range []string{"W/", "/K", "(W", "W)", "W//K", "furlong", "m^", "m^x", "m^99", "2 m", "m m", "·", "W K", "1", "1²"} {
		if u, err := ParseUnit(symbol); err == nil && symbol != "1" {
			t.Errorf("%q is taken for %+v", symbol, u)
		}
	}
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]float64{"120 W/K": 120, "20 °C": 293.15, " 40  kJ/K ": 40e3, "-3": -3, "1e3 rpm": 1e3 * 2 * math.Pi / 60, "95 %": .95} {
		if got, _, err := Quantity(text); err != nil || math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%q = %g, %v; want %g", text, got, err, want)
		}
	}
	for _, text := range []string{"", "K", "NaN K", "1e999 K", "12 furlongs", "1e308 MWh"} {
		if got, _, err := Quantity(text); err == nil {
			t.Errorf("%q is taken for %g", text, got)
		}
	}
}

func TestQuantitiesWithProductsInExpressions(t *testing.T) {
	if got := eval(t, `"120 W/K" * (gearbox.oil_temp - ambient)`); got != 7200 {
		t.Errorf("heat flow = %g", got)
	}
}

func TestTrees(t *testing.T) {
	tree, names, err := Parse(`state in ["running", "stopped"] ? clamp(x, 0, 2) : min(x, y, 1)`, pump)
	if err != nil || tree.Op != Choose || tree.Args[0].Op != Or || tree.Args[1].Op != Clamp || tree.Args[2].Op != Min || len(names) != 3 {
		t.Errorf("tree %+v of %v, %v", tree, names, err)
	}
	if !Min.Binary() || Min.Unary() || !Sqrt.Unary() || Choose.Binary() || Input.Unary() {
		t.Error("wrong numbers of arguments")
	}
	if Apply1(Sqrt, 9) != 3 || Apply2(Modulo, -1, 3) != 2 || ApplyClamp(5, 0, 2) != 2 || ApplyMix(0, 10, .5) != 5 || !math.IsNaN(Apply1(Add, 1)) {
		t.Error("wrong values")
	}
}

func FuzzParseUnit(f *testing.F) {
	for _, s := range []string{"W/K", "J/(kg·K)", "m^-3", "((((", "1/1/1/1", "°C²", "²", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := ParseUnit(s); err == nil && (!finite(u.Scale) || u.Scale <= 0 || !finite(u.SI(1))) {
			t.Errorf("%q: %+v", s, u)
		}
	})
}
