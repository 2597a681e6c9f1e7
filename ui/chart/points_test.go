package chart

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// every returns n samples of f, dt apart from t0 on; f gets seconds.
func every(n int, dt time.Duration, f func(s float64) float64) Points {
	p := Points{At: make([]int64, n), Value: make([]float64, n)}
	for i := range n {
		p.At[i] = t0.Add(time.Duration(i) * dt).UnixNano()
		p.Value[i] = f((time.Duration(i) * dt).Seconds())
	}
	return p
}

func near(t testing.TB, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %g, want %g", what, got, want)
	}
}

func TestReduceKeepsEveryExtreme(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Minute)), 0, 300).Draw(t, "gaps")
		n := rapid.IntRange(1, 40).Draw(t, "columns")
		var p Points
		at := t0.Add(-time.Minute).UnixNano()
		for i, g := range gaps {
			at += g
			v := rapid.Float64Range(-1e3, 1e3).Draw(t, "value")
			if i%7 == 3 {
				v = math.NaN()
			}
			p.At, p.Value = append(p.At, at), append(p.Value, v)
		}
		to := t0.Add(time.Hour)
		cols := Reduce(p, t0, to, n, nil)
		total := 0
		for c, col := range cols {
			total += col.Count
			from, end := t0.UnixNano()+edge(time.Hour, c, n), t0.UnixNano()+edge(time.Hour, c+1, n)
			low, high, count := math.Inf(1), math.Inf(-1), 0
			for i, v := range p.Value {
				if p.At[i] >= from && p.At[i] < end && v == v {
					low, high, count = min(low, v), max(high, v), count+1
				}
			}
			if count != col.Count || count > 0 && (low != col.Min || high != col.Max) {
				t.Fatalf("column %d: %+v, want %d in %g…%g", c, col, count, low, high)
			}
		}
		want := 0
		for _, v := range p.Between(t0, to).Value {
			if v == v {
				want++
			}
		}
		if total != want {
			t.Fatalf("%d samples in the columns, %d in the span", total, want)
		}
	})
}

func TestDerivationsOfKnownSignals(t *testing.T) {
	ramp := every(600, time.Second, func(s float64) float64 { return 3*s + 1e6 })
	near(t, "slope", Derive(ramp, Derivative, 0, 0, 0).Value[300], 3, 1e-9)
	flat := every(3601, time.Second, func(float64) float64 { return 283.15 })
	near(t, "integral above the zero", Derive(flat, Integral, 0, 0, 273.15).Value[3600], 10*3600, 1e-6)
	near(t, "RMS of what is flat", Derive(flat, MovingRMS, time.Minute, 0, 273.15).Value[3000], 283.15, 1e-9)
	sine := every(60_000, 10*time.Millisecond, func(s float64) float64 { return 5 + 2*math.Sin(2*math.Pi*s) })
	near(t, "moving average", Derive(sine, MovingAverage, 10*time.Second, 0, 0).Value[50_000], 5, 1e-3)
	near(t, "RMS", Derive(sine, MovingRMS, 10*time.Second, 0, 5).Value[50_000], 5+math.Sqrt2, 1e-3)
	near(t, "deviation", Derive(sine, MovingDeviation, 10*time.Second, 0, 0).Value[50_000], math.Sqrt2, 2e-3)
	gap := ramp
	gap.At = append([]int64(nil), ramp.At...)
	for i := 100; i < len(gap.At); i++ {
		gap.At[i] += int64(time.Hour)
	}
	if v := Derive(gap, Derivative, 0, time.Minute, 0).Value[100]; !math.IsNaN(v) {
		t.Errorf("the slope over a gap is %g", v)
	}
}

func TestMovingWindowsAgreeWithSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOfN(rapid.Float64Range(-10, 10), 2, 120).Draw(t, "values")
		offset := rapid.Float64Range(-1e6, 1e6).Draw(t, "offset")
		window := time.Duration(rapid.IntRange(1, 30).Draw(t, "window")) * time.Second
		p := every(len(vs), time.Second, func(s float64) float64 { return offset + vs[int(s)] })
		mean, dev := Derive(p, MovingAverage, window, 0, 0), Derive(p, MovingDeviation, window, 0, 0)
		for i := range vs {
			in := Points{p.At[max(0, i-int(window/time.Second)+1) : i+1], p.Value[max(0, i-int(window/time.Second)+1) : i+1]}
			want, _ := Describe(in, t0, t0.Add(time.Hour))
			if math.Abs(mean.Value[i]-want.Mean) > 1e-6 {
				t.Fatalf("mean at %d is %g, want %g", i, mean.Value[i], want.Mean)
			}
			if want.Count > 1 && math.Abs(dev.Value[i]-want.Deviation) > 1e-4 {
				t.Fatalf("deviation at %d is %g, want %g", i, dev.Value[i], want.Deviation)
			}
		}
	})
}

func TestSpectrumFindsASine(t *testing.T) {
	p := every(8192, 10*time.Millisecond, func(s float64) float64 { return 7 + 3*math.Sin(2*math.Pi*12.5*s) })
	amp, step := Spectrum(p)
	best := 0
	for k := range amp {
		if amp[k] > amp[best] {
			best = k
		}
	}
	near(t, "frequency", float64(best)*step, 12.5, step)
	near(t, "amplitude", amp[best], 3, .5) // a Hann window loses up to 15 % between two lines
	if a, _ := Spectrum(every(3, time.Second, func(float64) float64 { return 1 })); a != nil {
		t.Error("three samples have a spectrum")
	}
}

func TestTransformAgreesWithItsDefinition(t *testing.T) {
	x := make([]complex128, 16)
	for i := range x {
		x[i] = complex(math.Sin(float64(i*i)), math.Cos(float64(3*i)))
	}
	y := append([]complex128(nil), x...)
	transform(y)
	for k := range x {
		var sum complex128
		for i := range x {
			s, c := math.Sincos(-2 * math.Pi * float64(i*k) / 16)
			sum += x[i] * complex(c, s)
		}
		near(t, "line", real(sum-y[k])+imag(sum-y[k]), 0, 1e-9)
	}
}

func TestHistogramCountsAll(t *testing.T) {
	b := Histogram(every(1000, time.Second, func(s float64) float64 { return math.Mod(s*s, 37) }))
	n := 0
	for _, c := range b.Count {
		n += c
	}
	if n != 1000 || len(b.Count) > MaxBins || b.Low != 0 {
		t.Errorf("%d samples in %d bins from %g", n, len(b.Count), b.Low)
	}
	if b := Histogram(Points{[]int64{1, 2}, []float64{5, 5}}); len(b.Count) != 1 || b.Count[0] != 2 {
		t.Errorf("two equal values: %+v", b)
	}
}

func TestCombineHoldsTheLastValue(t *testing.T) {
	a := Points{[]int64{1, 3, 5}, []float64{10, 30, 50}}
	b := Points{[]int64{2, 3, 9}, []float64{1, 2, 3}}
	got := Combine([]Points{a, b}, func(v []float64) float64 { return v[0] + v[1] })
	want := Points{[]int64{2, 3, 5, 9}, []float64{11, 32, 52, 53}}
	for i := range want.At {
		if len(got.At) != 4 || got.At[i] != want.At[i] || got.Value[i] != want.Value[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	if p := Combine(nil, func([]float64) float64 { return 1 }); len(p.At) != 0 {
		t.Error("nothing combined is something")
	}
}

func TestDescribe(t *testing.T) {
	p := Points{[]int64{t0.UnixNano(), t0.Add(9 * time.Second).UnixNano()}, []float64{1, 11}}
	s, ok := Describe(p, t0, t0.Add(10*time.Second))
	near(t, "mean", s.Mean, 6, 1e-12)
	near(t, "mean over time", s.Weighted, 2, 1e-12)
	near(t, "deviation", s.Deviation, 10/math.Sqrt2, 1e-9)
	if !ok || s.Min != 1 || s.Max != 11 || s.Count != 2 {
		t.Errorf("%+v", s)
	}
}

// rich is a model with two axes, bands, events, a compared period and a selected span.
func rich() *Model {
	celsius, rpm := twin.Unit{Symbol: "°C", Dimension: "temperature", Scale: 1, Offset: 273.15}, twin.Unit{Symbol: "rpm", Dimension: "speed", Scale: .10472}
	n := PlotColumns(1200, 1)
	oil := every(20_000, time.Second, func(s float64) float64 {
		return 273.15 + 60 + 12*math.Sin(s/2400) + .8*math.Sin(s*7.3)
	})
	speed := every(20_000, time.Second, func(s float64) float64 { return .10472 * (900 + 300*math.Cos(s/3000)) })
	to := t0.Add(8 * time.Hour)
	m := &Model{Title: "T03 / Gearbox", From: t0, To: to, Now: t0.Add(20_000 * time.Second), Cursor: t0.Add(3 * time.Hour), Unit: celsius,
		Series: []Series{
			{Name: "Oil temperature", Unit: celsius, Decimals: 1, Colour: ColourOf(0), Columns: Reduce(oil, t0, to, n, nil)},
			{Name: "Shaft speed", Unit: rpm, Colour: ColourOf(1), Columns: Reduce(speed, t0, to, n, nil)},
			{Name: "Oil temperature, 24 h before", Style: Compared, Unit: celsius, Decimals: 1, Colour: ColourOf(0), Columns: Reduce(oil, t0.Add(-2*time.Hour), to.Add(-2*time.Hour), n, nil)},
		},
		Limits: []Limit{{Value: 273.15 + 70, Unit: celsius, Colour: theme.Color(theme.Limit), Label: "limit 70.0"}},
		Ranges: []Range{{Low: 273.15 + 50, High: 273.15 + 65}, {Low: 273.15 + 70, High: math.Inf(1), Colour: theme.Color(theme.Limit)}},
		Events: []Event{{At: t0.Add(70 * time.Minute), Kind: twin.AlarmEvent, Priority: twin.High, Text: "Gearbox oil HIGH"}, {At: t0.Add(2 * time.Hour), Kind: twin.CommandEvent, Text: "limit 90 %"}, {At: t0.Add(4 * time.Hour), Kind: twin.NoteEvent, Text: "oil seen"}},
	}
	m.SpanFrom, m.SpanTo = t0.Add(90*time.Minute), t0.Add(150*time.Minute)
	m.Notes = []string{"1 h · 3600 samples", "mean 66.1 °C, deviation 1.2", "min 64.0, max 71.9"}
	return m
}

func TestAxesByUnitHoldTheirSeries(t *testing.T) {
	m := rich()
	scales, ok := m.scales(5)
	if !ok || len(scales) != 2 || scales[0].rows != scales[1].rows {
		t.Fatalf("%+v", scales)
	}
	for i := range m.Series {
		low, high, _ := m.extent(m.Series[i].Unit)
		s := scales[axisOf(m.units(), m.Series[i].Unit)]
		if low < s.Low || high > s.High {
			t.Errorf("%s is %g…%g, its axis %g…%g", m.Series[i].Name, low, high, s.Low, s.High)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e5, 1e5).Draw(t, "low")
		high := low + rapid.Float64Range(0, 1e5).Draw(t, "span")
		rows := rapid.IntRange(1, 9).Draw(t, "rows")
		s := niceRows(low, high, rows)
		if s.Low > low || s.High < high-1e-6*math.Abs(high) || math.Abs((s.High-s.Low)/s.Step-float64(rows)) > 1e-6 {
			t.Fatalf("%g…%g in %d rows gave %+v", low, high, rows, s)
		}
	})
}

func TestEventsCanBeHit(t *testing.T) {
	m := rich()
	ax := Axis{From: m.From, To: m.To, X0: MarginLeft, X1: 1200 - MarginRight}
	e, ok := m.eventAt(ax, float32(ax.X(m.Events[0].At))+3, eventY)
	if !ok || e.Text != "Gearbox oil HIGH" {
		t.Errorf("%+v %v", e, ok)
	}
	if _, ok := m.eventAt(ax, float32(ax.X(m.Events[0].At)), 100); ok {
		t.Error("an event was hit in the middle of the plot")
	}
}

func TestDocumentsShowAllThatThePictureShows(t *testing.T) {
	m := rich()
	m.Events[0].Priority = twin.Critical
	var out bytes.Buffer
	if err := Export(&out, m, "svg", 1200, 300, 1); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"limit 70.0", "now", "1200" + theme.ThinSpace + "rpm", "mean 66.1 °C, deviation 1.2", "16 Nov 03:00:00", "47.5…49.1", "fill-opacity:0.129", "fill-opacity:0.07", "fill-opacity:0.278"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the SVG has no %q", want)
		}
	}
	for text, want := range map[string]string{"70\u2009°C": "70 \xb0C", "−3 · 5…7 ≈ µ": "-3 \xb7 5\x857 ~ \xb5", "日": "?"} {
		if got := windows1252(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if r, _, _, a := pdfDialect.ink(color.NRGBA{R: 255, A: 51}).RGBA(); r != 0xFFFF || a != 0x3333 {
		t.Errorf("a pale red became %x with alpha %x", r, a)
	}
}

func TestNotesLieWhereTheyHideLeast(t *testing.T) {
	m := rich()
	f := &frame{Model: m, axis: AxisOf(m.From, m.To, 1200, 1), top: marginTop, bottom: 260 - marginBottom}
	f.scales, _ = m.scales(8)
	x, y := f.emptiest(156, 55, 8)
	if n := f.covered(x, y, x+156, y+55); n != 0 {
		t.Errorf("the box at %g, %g hides %d columns although there is room", x, y, n)
	}
	if n := f.covered(f.axis.X0, f.top, f.axis.X1, f.bottom); n < 2000 {
		t.Errorf("a box over the whole plot hides %d columns", n)
	}
}

func TestLimitsAndBandsBelongToTheAxisOfTheirUnit(t *testing.T) {
	m := rich()
	speed := m.Series[1].Unit
	m.Limits = []Limit{{Value: speed.SI(1250), Unit: speed}}
	low, high, _ := m.extent(speed)
	if math.Abs(high-1250) > 1e-6 || low > 700 {
		t.Errorf("the axis of speed holds %g…%g, and not its limit", low, high)
	}
	if _, high, _ := m.extent(m.Unit); high > 100 {
		t.Errorf("the limit of speed stretches the axis of temperature to %g", high)
	}
}

func TestExports(t *testing.T) {
	b := Histogram(every(5000, time.Second, math.Sin))
	figure := &Model{Title: "Histogram", From: t0, To: t0.Add(time.Hour), Figure: NewHistogram(b, func(v float64) float64 { return v }, "rpm", ColourOf(0))}
	for _, m := range []*Model{rich(), figure, {}} {
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := Export(&out, m, format, 1200, 400, 1); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			switch format {
			case "png":
				if _, err := png.Decode(&out); err != nil {
					t.Error(err)
				}
			case "svg":
				if m.Title != "" && !strings.Contains(out.String(), m.Title) {
					t.Error("the title is no text in the SVG")
				}
				for d := xml.NewDecoder(&out); ; {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatal(err)
					}
				}
			case "pdf":
				if !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) || !bytes.Contains(out.Bytes(), []byte("%%EOF")) {
					t.Error("no PDF")
				}
			case "csv":
				rows, err := csv.NewReader(&out).ReadAll()
				if err != nil || m.Title != "" && len(rows) < 5 {
					t.Errorf("%d rows, %v", len(rows), err)
				}
			}
		}
	}
	if err := Export(io.Discard, rich(), "gif", 1200, 400, 1); err == nil || !strings.Contains(err.Error(), "svg") {
		t.Errorf("gif: %v", err)
	}
	if err := Export(io.Discard, rich(), "png", 1e6, 400, 1); err == nil {
		t.Error("a picture of a million pixels across was drawn")
	}
}

func BenchmarkReduceMillion(b *testing.B) {
	p := every(1_000_000, time.Second, math.Sin)
	var dst []Column
	for b.Loop() {
		dst = Reduce(p, t0, t0.Add(1_000_000*time.Second), 1824, dst)
	}
}

// BenchmarkMillionToPixels is all of it: a million samples to a painted plot.
func BenchmarkMillionToPixels(b *testing.B) {
	p := every(1_000_000, time.Second, math.Sin)
	to := t0.Add(1_000_000 * time.Second)
	img := newPicture(1920, 216)
	m := &Model{From: t0, To: to, Series: []Series{{Colour: red}}}
	for b.Loop() {
		m.Series[0].Columns = Reduce(p, t0, to, PlotColumns(1920, 1), m.Series[0].Columns)
		Draw(img, m, 1)
	}
}

func BenchmarkDeriveMillion(b *testing.B) {
	p := every(1_000_000, time.Second, math.Sin)
	for b.Loop() {
		Derive(p, MovingDeviation, time.Minute, 0, 0)
	}
}

// BenchmarkDeriveGaps is a signal that says nothing for most of the time.
func BenchmarkDeriveGaps(b *testing.B) {
	p := every(1_000_000, time.Second, func(s float64) float64 {
		if int(s)%100_000 > 10 {
			return math.NaN()
		}
		return s
	})
	for b.Loop() {
		Derive(p, MovingAverage, time.Hour, 0, 0)
	}
}

func BenchmarkSpectrum(b *testing.B) {
	p := every(1_000_000, time.Second, math.Sin)
	for b.Loop() {
		Spectrum(p)
	}
}

func TestLogarithmicFigures(t *testing.T) {
	f := &Figure{Kind: Lines, Log: true, Sets: []Set{{X: []float64{0, .02, 3, 40}, Y: []float64{1, 5, 0, 1e-9}}}}
	x, y, ok := f.scales(8, 8)
	if !ok || x.Low != -2 || math.Abs(x.High-math.Log10(40)) > 1e-12 || y.High != 1 || y.Low != -6 {
		t.Errorf("%v: %+v, %+v", ok, x, y)
	}
	for at, want := range map[float64]string{-2: "0.01", 0: "1", 3: "1000", -7: "10⁻⁷", 12: "10¹²"} {
		if got := f.mark(at, y); got != want {
			t.Errorf("10^%g is marked %q, want %q", at, got, want)
		}
	}
	if _, _, ok := (&Figure{Log: true, Sets: []Set{{X: []float64{-1, 0}, Y: []float64{1, 1}}}}).scales(8, 8); ok {
		t.Error("nothing positive was given a logarithmic axis")
	}
}

func TestTheCursorReadsTheLastColumnThatHasSamples(t *testing.T) {
	m := &Model{From: t0, To: t0.Add(10 * time.Second), Cursor: t0.Add(7500 * time.Millisecond), Series: []Series{{Columns: make([]Column, 10)}}}
	m.Series[0].Columns[5] = Column{Min: 4, Max: 4, Mean: 4, Last: 4, Count: 1}
	if got := m.AtCursor(0); got != "4" {
		t.Errorf("two columns later it reads %q", got)
	}
	m.Cursor = t0.Add(8500 * time.Millisecond)
	if got := m.AtCursor(0); got != "" {
		t.Errorf("over a gap it reads %q", got)
	}
}

func TestStatesHoldUntilNowAndNoFurther(t *testing.T) {
	m := sparse()
	n := len(m.Series[2].Columns)
	m.Cursor = m.From.Add(m.To.Sub(m.From) * time.Duration(n*54/60) / time.Duration(n))
	if got := m.AtCursor(2); got != "stopped" {
		t.Errorf("a minute before now it is %q", got)
	}
	m.Cursor = m.From.Add(m.To.Sub(m.From) * time.Duration(n*56/60) / time.Duration(n))
	if got := m.AtCursor(2); got != "" {
		t.Errorf("a minute after now it is %q", got)
	}
	m.Cursor = m.From.Add(time.Second)
	if got := m.AtCursor(2); got != "running" {
		t.Errorf("at the left edge it is %q, and was running before", got)
	}
	scales, _ := m.scales(5)
	if s := scales[1]; s.states == nil || s.Low > 0 || s.High < 3 {
		t.Errorf("%+v", s)
	}
	img := newPicture(1200, 260)
	Draw(img, m, 1)
	x := int(AxisOf(m.From, m.To, 1200, 1).X(m.Now)) + 20
	for y := 40; y < 230; y++ {
		if got := img.RGBAAt(x, y); int(got.B)-int(got.R) > 40 { // the blue of the state
			t.Fatalf("a line is drawn after now, at %d, %d: %v", x, y, got)
		}
	}
}
