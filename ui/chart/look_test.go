package chart

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"math"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

var update = flag.Bool("update", false, "write the golden pictures anew; look at them before you commit")

func newPicture(w, h int) *image.RGBA { return image.NewRGBA(image.Rect(0, 0, w, h)) }

// TestGoldenCharts compares what is drawn with pictures in testdata.
func TestGoldenCharts(t *testing.T) {
	defer theme.SetMode(theme.AlwaysDay, theme.Day)
	for _, mode := range []theme.Mode{theme.AlwaysDay, theme.AlwaysNight} {
		theme.SetMode(mode, theme.Day)
		sine := every(4096, 20*time.Millisecond, func(s float64) float64 {
			return 3*math.Sin(2*math.Pi*4*s) + math.Sin(2*math.Pi*11*s)
		})
		amp, step := Spectrum(sine)
		lines := &Figure{Kind: Lines, Log: true, XLabel: "Hz", YLabel: "amplitude, mm/s", Sets: []Set{{Colour: ColourOf(0), Y: amp}}}
		for k := range amp {
			lines.Sets[0].X = append(lines.Sets[0].X, float64(k)*step)
		}
		dots := &Figure{Kind: Dots, XLabel: "wind, m/s", YLabel: "power, MW", Sets: []Set{{Name: "T01", Colour: ColourOf(0)}, {Name: "T02", Colour: ColourOf(1)}}}
		for i := range 4000 {
			s, v := &dots.Sets[i%2], float64(i%250)/10
			s.X, s.Y = append(s.X, v), append(s.Y, 5/(1+math.Exp(8-v))+.2*math.Sin(float64(i))-.4*float64(i%2))
			s.At = append(s.At, t0.Add(time.Duration(i)*time.Second).UnixNano())
		}
		bins := NewHistogram(Histogram(sine), func(v float64) float64 { return v }, "vibration, mm/s", ColourOf(0))
		for name, m := range map[string]*Model{"trend": rich(), "states": sparse(), "spectrum": {Title: "Spectrum", Figure: lines}, "histogram": {Title: "Histogram", Figure: bins}, "xy": {Title: "Power over wind", Cursor: t0.Add(90 * time.Second), Figure: dots}} {
			img := newPicture(1200, 260)
			Draw(img, m, 1)
			same(t, name+"-"+mode.String(), img)
		}
	}
}

func same(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		var out bytes.Buffer
		if err := png.Encode(&out, got); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil || want.Bounds() != got.Bounds() {
		t.Fatalf("%s: %v, %v", name, err, want)
	}
	bad := 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			r, g, b, _ := got.At(x, y).RGBA()
			r2, g2, b2, _ := want.At(x, y).RGBA()
			if far(r, r2) || far(g, g2) || far(b, b2) {
				bad++
			}
		}
	}
	if bad > got.Rect.Dx()*got.Rect.Dy()/250 {
		t.Errorf("%s: %d pixels differ; run with -update and look at the difference", name, bad)
	}
}

func far(a, b uint32) bool { return max(a, b)-min(a, b) > 12<<8 }

// sparse is what a signal looks like whose samples are farther apart than pixels: a state, a slow temperature, and one
// that fell silent.
func sparse() *Model {
	n := PlotColumns(1200, 1)
	m := &Model{Title: "T03", From: t0, To: t0.Add(time.Hour), Now: t0.Add(55 * time.Minute), Cursor: t0.Add(41 * time.Minute), Unit: twin.Unit{Symbol: "°C", Dimension: "temperature", Scale: 1, Offset: 273.15}}
	state := Series{Name: "State", Unit: twin.Unit{Dimension: "states"}, Colour: ColourOf(1), Steps: true, States: []string{"stopped", "running", "curtailed", "tripped"}, Hold: 200, End: n * 55 / 60, Before: 1, Back: 30, Columns: make([]Column, n)}
	oil := Series{Name: "Oil temperature", Unit: m.Unit, Decimals: 1, Colour: ColourOf(0), Hold: 12, Before: 330, Back: 4, Columns: make([]Column, n)}
	silent := Series{Name: "Bearing", Unit: m.Unit, Decimals: 1, Colour: ColourOf(2), Hold: 12, Columns: make([]Column, n)}
	for i := range n {
		if i%100 == 60 && i < 900 {
			v := float64(i / 100 % 4)
			state.Columns[i] = Column{v, v, v, v, 1}
		}
		v := 335 + 8*math.Sin(float64(i)/90)
		if i%9 == 0 && i < n*55/60 {
			oil.Columns[i] = Column{v, v, v, v, 1}
		}
		if i%9 == 0 && (i < 400 || i > 600) && i < 900 {
			silent.Columns[i] = Column{v - 5, v - 5, v - 5, v - 5, 1}
		}
	}
	m.Series = []Series{oil, silent, state}
	return m
}
