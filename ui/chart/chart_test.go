package chart

import (
	"image"
	"image/color"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	t0  = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	red = color.NRGBA{255, 0, 0, 255}
)

func TestAxisIsItsOwnInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.Float64Range(.01, 1e4).Draw(t, "hours")
		a := Axis{From: t0, To: t0.Add(time.Duration(hours * float64(time.Hour))), X0: 64, X1: 1888}
		x := rapid.Float64Range(64, 1888).Draw(t, "x")
		if got := a.X(a.T(x)); math.Abs(got-x) > 1e-3 {
			t.Fatalf("pixel %g came back as %g", x, got)
		}
		z := a.Zoom(x, rapid.Float64Range(.1, 10).Draw(t, "factor"))
		if d := z.T(x).Sub(a.T(x)); d < -time.Millisecond || d > time.Millisecond {
			t.Fatalf("zooming moved the time under the pointer by %v", d)
		}
	})
}

func TestTicksStandAtLocalMidnights(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Skip("no time zone data on this machine:", err)
	}
	// Summer time ends on 25 October 2026.
	a := Axis{From: time.Date(2026, 10, 23, 5, 0, 0, 0, oslo), To: time.Date(2026, 10, 28, 5, 0, 0, 0, oslo), X0: 0, X1: 500}
	ticks := a.Ticks(oslo, 70)
	if len(ticks) != 5 {
		t.Fatalf("%d ticks, want 5: %v", len(ticks), ticks)
	}
	for _, tk := range ticks {
		if local := tk.At.In(oslo); local.Hour() != 0 || local.Minute() != 0 {
			t.Errorf("tick %s stands at %v", tk.Label, local)
		}
	}
}

func TestTicksKeepTheirDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := time.Duration(rapid.Int64Range(int64(2*time.Second), int64(5*365*24*time.Hour)).Draw(t, "span"))
		a := Axis{From: t0, To: t0.Add(span), X0: 0, X1: 1000}
		ticks := a.Ticks(time.UTC, 70)
		for i := 1; i < len(ticks); i++ {
			if d := a.X(ticks[i].At) - a.X(ticks[i-1].At); d < 69.9 {
				t.Fatalf("ticks %q and %q are %.1f px apart", ticks[i-1].Label, ticks[i].Label, d)
			}
		}
	})
}

func TestNiceScaleHoldsItsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e6, 1e6).Draw(t, "low")
		high := low + rapid.Float64Range(0, 1e6).Draw(t, "span")
		s := NiceScale(low, high, 5)
		if s.Low > low || s.High < high || s.Step <= 0 || (s.High-s.Low)/s.Step > 12 {
			t.Fatalf("%g…%g gave %+v", low, high, s)
		}
	})
}

// draw paints one measured series over an hour, values in 0…100, and returns the plot.
func draw(cols []Column) (*image.RGBA, Axis) {
	img := image.NewRGBA(image.Rect(0, 0, MarginLeft+MarginRight+len(cols), 200))
	m := &Model{From: t0, To: t0.Add(time.Hour), Series: []Series{{Columns: cols, Colour: red}}}
	Draw(img, m, 1)
	return img, AxisOf(m.From, m.To, img.Rect.Dx(), 1)
}

func redRows(img *image.RGBA, x int) (first, last int) {
	first = -1
	for y := range img.Rect.Dy() {
		if c := img.RGBAAt(x, y); c.R > 120 && c.G < 100 {
			if first < 0 {
				first = y
			}
			last = y
		}
	}
	return first, last
}

func TestExtremesSurviveDecimation(t *testing.T) {
	cols := make([]Column, 300)
	for i := range cols {
		cols[i] = Column{Min: 50, Max: 50, Mean: 50, Last: 50, Count: 100}
	}
	cols[150].Max, cols[200].Min = 100, 0 // one sample of a hundred
	img, ax := draw(cols)
	flat, _ := redRows(img, int(ax.X0)+100)
	up, _ := redRows(img, int(ax.X0)+150)
	_, down := redRows(img, int(ax.X0)+200)
	if up > marginTop+3 || down < 200-marginBottom-4 || flat < up+50 || flat > down-50 {
		t.Errorf("spike up at row %d, flat at %d, spike down at %d", up, flat, down)
	}
}

func TestGapsStayGaps(t *testing.T) {
	cols := make([]Column, 300)
	for i := range cols {
		if i < 100 || i >= 120 {
			cols[i] = Column{Min: 10, Max: 20, Mean: 15, Last: 15, Count: 1}
		}
	}
	img, ax := draw(cols)
	for x := 101; x < 119; x++ {
		if first, _ := redRows(img, int(ax.X0)+x); first >= 0 {
			t.Fatalf("column %d of the gap is drawn", x)
		}
	}
	if first, _ := redRows(img, int(ax.X0)+50); first < 0 {
		t.Error("nothing is drawn before the gap")
	}
}

func TestHostileModelsDoNotPanic(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 300, 150))
	nan, inf := math.NaN(), math.Inf(1)
	for _, m := range []*Model{
		{},
		{From: t0, To: t0},
		{From: t0.Add(time.Hour), To: t0},
		{From: t0, To: t0.Add(time.Hour), Series: []Series{{Style: Predicted, Median: []float64{nan, inf, -inf}, Low: []float64{nan}, High: []float64{inf, 1, 2}}}},
		{From: t0, To: t0.Add(time.Hour), Series: []Series{{Columns: []Column{{Min: nan, Max: inf, Count: 1}}}}, Limits: []Limit{{Value: nan}}},
	} {
		Draw(img, m, 1)
	}
	Draw(image.NewRGBA(image.Rect(0, 0, 3, 2)), &Model{}, 2)
}

func BenchmarkDraw(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1920, 216))
	n := PlotColumns(1920, 1)
	s := Series{Columns: make([]Column, n), Colour: red}
	f := Series{Style: Predicted, Median: make([]float64, n), Low: make([]float64, n), High: make([]float64, n), Colour: red}
	for i := range n {
		v := math.Sin(float64(i) / 30)
		if i < n/3 {
			s.Columns[i] = Column{Min: v - .1, Max: v + .1, Mean: v, Last: v, Count: 9}
			f.Median[i], f.Low[i], f.High[i] = math.NaN(), math.NaN(), math.NaN()
		} else {
			f.Median[i], f.Low[i], f.High[i] = v, v-.5, v+.5
		}
	}
	m := &Model{From: t0, To: t0.Add(21 * 24 * time.Hour), Series: []Series{s, f}}
	for b.Loop() {
		Draw(img, m, 1)
	}
}
