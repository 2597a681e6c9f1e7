package theme

import (
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"github.com/orrery-twin/orrery/twin"
)

func TestEveryFyneColourAnswersInBothVariants(t *testing.T) {
	defer SetMode(AlwaysNight, Night)
	names := []fyne.ThemeColorName{base.ColorNameBackground, base.ColorNameButton, base.ColorNameDisabled, base.ColorNameForeground,
		base.ColorNameInputBackground, base.ColorNamePrimary, base.ColorNameOverlayBackground, base.ColorNameMenuBackground, Accent, Future}
	for _, m := range []Mode{AlwaysDay, AlwaysNight} {
		SetMode(m, Night)
		for _, n := range names {
			if _, _, _, a := (Fyne{}).Color(n, base.VariantDark).RGBA(); a != 0xFFFF {
				t.Errorf("%v: %s is not opaque", m, n)
			}
		}
	}
	if Of(Day, Panel) == Of(Night, Panel) {
		t.Error("day and night panels are the same")
	}
}

func TestSetModeTellsListenersOnceAndOnlyOnChange(t *testing.T) {
	defer SetMode(AlwaysNight, Night)
	SetMode(AlwaysNight, Night)
	n := 0
	remove := OnChange(func() { n++ })
	SetMode(AlwaysDay, Night)
	SetMode(Auto, Day)
	if n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
	remove()
	SetMode(AlwaysNight, Night)
	if n != 1 {
		t.Error("called after remove")
	}
	for _, m := range []Mode{Auto, AlwaysDay, AlwaysNight} {
		if ParseMode(m.String()) != m {
			t.Errorf("%v does not read back", m)
		}
	}
}

// contrast is the ratio of WCAG 2.1, success criterion 1.4.3.
func contrast(a, b color.NRGBA) float64 {
	lum := func(c color.NRGBA) float64 {
		f := func(v uint8) float64 {
			x := float64(v) / 255
			if x <= 0.03928 {
				return x / 12.92
			}
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
	}
	x, y := lum(a), lum(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func TestTextReadsOnItsBackground(t *testing.T) {
	for _, v := range []Variant{Day, Night} {
		for _, c := range []struct {
			text, on Name
			min      float64
		}{{Text, Panel, 7}, {Text, Field, 7}, {Text2, Panel, 4.5}, {Text2, Field, 4.5}, {Text, Selected, 4.5}, {OnAccent, Accent, 4.5}, {Forecast, Field, 4.5}, {ScenarioT, Panel, 4.5}, {Text3, Panel, 2.5}} {
			if got := contrast(Of(v, c.text), Of(v, c.on)); got < c.min {
				t.Errorf("%v: %s on %s has contrast %.2f, want %.1f", v, c.text, c.on, got, c.min)
			}
		}
	}
}

func TestDigitsAreOfOneWidth(t *testing.T) {
	for _, f := range []Font{FontText, FontBold, FontSmall, FontValue, FontBig} {
		want := Measure("0", f, 1)
		if want <= 0 {
			t.Fatalf("%v: no digits", f)
		}
		for _, d := range "123456789" {
			if got := Measure(string(d), f, 1); got != want {
				t.Errorf("%v: %c is %.2f wide, 0 is %.2f", f, d, got, want)
			}
		}
	}
}

func TestFitAndWrap(t *testing.T) {
	if s := Fit("Gearbox oil temperature", FontText, 1, 60); Measure(s, FontText, 1) > 60 || s == "" {
		t.Errorf("Fit gave %q", s)
	}
	if s := Fit("short", FontText, 1, 600); s != "short" {
		t.Errorf("Fit changed a text that fits: %q", s)
	}
	lines := Wrap("80 % between 4 and 11 Dec · high-speed bearing\nsecond", FontSmall, 1, 120)
	if len(lines) < 3 || lines[len(lines)-1] != "second" {
		t.Errorf("Wrap gave %q", lines)
	}
	for _, l := range lines {
		if Measure(l, FontSmall, 1) > 120 {
			t.Errorf("%q is too wide", l)
		}
	}
}

// Each priority must differ from the others in shape, with the colour taken away.
func TestAlarmShapesDifferWithoutColour(t *testing.T) {
	shape := func(p twin.Priority, look AlarmLook) (out [400]bool) {
		img := image.NewRGBA(image.Rect(0, 0, 20, 20))
		NewPen(img, 1).Alarm(10, 10, 16, p, look)
		for i := range out {
			out[i] = img.Pix[i*4+3] > 127
		}
		return out
	}
	seen := map[[400]bool]twin.Priority{}
	for _, look := range []AlarmLook{AlarmAcknowledged, AlarmReturned} {
		for p := twin.Critical; p <= twin.Low; p++ {
			s := shape(p, look)
			if other, dup := seen[s]; dup {
				t.Errorf("%v looks like %v", p, other)
			}
			seen[s] = p
		}
	}
}

func TestNoQualityButGoodIsDrawnBare(t *testing.T) {
	for q := twin.NoData; q <= twin.SensorFault; q++ {
		img := image.NewRGBA(image.Rect(0, 0, 20, 20))
		NewPen(img, 1).Quality(10, 10, q)
		drawn := false
		for _, b := range img.Pix {
			drawn = drawn || b != 0
		}
		if drawn == (q == twin.Good) {
			t.Errorf("%v: drawn = %v", q, drawn)
		}
	}
}

func TestPenStaysInsideItsClip(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 100, 60))
	p := NewPen(img, 2)
	p.Clip(10, 5, 20, 10)
	red := color.NRGBA{R: 255, A: 255}
	p.Fill(-5, -5, 200, 200, WithAlpha(red, .5))
	p.Circle(20, 10, 40, red)
	p.Hatch(0, 0, 50, 30, 4, 1, red)
	p.Text(0, 12, "overflowing text", FontBig, red)
	p.Line(0, 0, 50, 30, 3, red)
	for y := range 60 {
		for x := range 100 {
			in := x >= 20 && x < 60 && y >= 10 && y < 30
			if img.RGBAAt(x, y).A != 0 && !in {
				t.Fatalf("drew at %d,%d outside the clip", x, y)
			}
		}
	}
}

func BenchmarkPenText(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 400, 30))
	p := NewPen(img, 1)
	c := Color(Text)
	for b.Loop() {
		p.Text(4, 20, "Gearbox oil temperature 78.4 °C", FontText, c)
	}
}

func BenchmarkPenPanelRow(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 352, 30))
	p := NewPen(img, 1)
	for b.Loop() {
		p.Fill(0, 0, 352, 30, Color(Panel))
		p.Text(12, 20, "Oil temperature", FontText, Color(Text2))
		p.Fill(128, 11, 120, 8, Color(Field))
		p.Number(340, 20, "78.4", "°C", FontValue, Color(Text))
		p.Alarm(8, 14, 10, twin.High, AlarmAcknowledged)
	}
}
