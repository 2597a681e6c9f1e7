package mesh

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestScanFloat(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "-0": 0, "1": 1, "+1.5": 1.5, "-.5": -0.5, "5.": 5, "1e3": 1000, "1E-3": 0.001, "12345678901234567890123": 12345678901234567890123,
		"0.000000000000000000000000000001": 1e-30, "1e-320": 1e-320, "1e400": math.Inf(1), "-1e400": math.Inf(-1), "1e-400": 0, "00012.500": 12.5,
		"inf": math.Inf(1), "-Infinity": math.Inf(-1), "1.#INF": math.Inf(1), "-1.#INF00": math.Inf(-1), "1e99999999999": math.Inf(1),
	} {
		if got, n := scanFloat([]byte(text)); n != len(text) || got != want && math.Abs(got-want) > 1e-14*math.Abs(want) {
			t.Errorf("%s: %g, %d bytes; want %g", text, got, n, want)
		}
	}
	for _, text := range []string{"nan", "-NaN", "1.#QNAN", "-nan(ind)", "1.#IND"} {
		if got, n := scanFloat([]byte(text)); n != len(text) || got == got {
			t.Errorf("%s: %g, %d bytes", text, got, n)
		}
	}
	for text, want := range map[string]int{"": 0, "-": 0, ".": 0, "e5": 0, "x": 0, "1x": 1, "1e": 1, "1,5": 1, "--1": 0} {
		if _, n := scanFloat([]byte(text)); n != want {
			t.Errorf("%q: %d bytes, want %d", text, n, want)
		}
	}
}

func TestScanFloatAsTheStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := math.Float32frombits(r.Uint32())
		if !finite32(v) {
			continue
		}
		for _, text := range []string{strconv.FormatFloat(float64(v), 'g', -1, 32), strconv.FormatFloat(float64(v), 'e', 17, 64)} {
			if got, n := scanFloat([]byte(text)); n != len(text) || float32(got) != v {
				t.Fatalf("%s: %g", text, got)
			}
		}
	}
}

func FuzzScanFloat(f *testing.F) {
	f.Add("-12.5e-7")
	f.Fuzz(func(t *testing.T, text string) {
		got, n := scanFloat([]byte(text))
		if n < 0 || n > len(text) {
			t.Fatalf("%d bytes", n)
		}
		if want, err := strconv.ParseFloat(text[:n], 64); err == nil && finite(want) && finite(got) && math.Abs(got-want) > 1e-14*math.Abs(want)+5e-324 {
			t.Fatalf("%q: %g, want %g", text[:n], got, want)
		}
	})
}

func BenchmarkScanFloat(b *testing.B) {
	text := []byte("-12.345678")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		scanFloat(text)
	}
}
