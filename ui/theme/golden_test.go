package theme

import (
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/orrery-twin/orrery/twin"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// sheet draws every symbol, pattern and text of the desk once.
func sheet() *image.RGBA {
	const scale = 2
	img := image.NewRGBA(image.Rect(0, 0, 360*scale, 240*scale))
	p := NewPen(img, scale)
	p.Fill(0, 0, 360, 240, Color(Panel))
	for i := range 4 {
		x := float32(20 + i*40)
		prio := twin.Priority(i + 1)
		p.Alarm(x, 18, 12, prio, AlarmAcknowledged)
		p.Alarm(x+17, 18, 12, prio, AlarmReturned)
	}
	for q := twin.NoData; q <= twin.SensorFault; q++ {
		p.Quality(190+float32(q)*18, 18, q)
	}
	p.Text(12, 52, "Oil temperature", FontText, Color(Text2))
	p.Text(130, 52, "Bold text", FontBold, Color(Text))
	p.Text(200, 52, "small · 4 to 11 Dec", FontSmall, Color(Text3))
	p.Number(340, 80, "78.4", "°C", FontValue, Color(Text))
	p.Number(340, 102, "1 121", "rpm", FontValue, Color(Text))
	p.Text(12, 84, "7 Dec 2026 · in 14 days", FontBig, Color(Forecast))
	p.RoundRect(12, 96, 120, 26, Radius, Color(Field))
	p.RoundBorder(140, 96, 60, 26, Radius, 1, Color(Accent))
	p.Clip(12, 130, 124, 22)
	p.Fill(12, 130, 124, 22, Color(Future2))
	p.Hatch(12, 130, 124, 22, 11.3, 5.6, Color(Future))
	p.Unclip()
	p.Text(16, 146, "FUTURE +6 d 04:10", FontBold, rgb(0xFFFFFF))
	p.Hatch(140, 130, 60, 22, 5, 1.2, Color(Text3))
	p.Dotted(210, 130, 60, 22, Color(Text2))
	p.Dashed(12, 164, 200, 164, 1.5, 6, 4, Color(ScenarioB))
	p.Polyline([]Point{{210, 170}, {240, 158}, {270, 172}, {330, 160}}, 1.5, Color(Text))
	for i := range 11 {
		p.Icon(Icon(i), 20+float32(i)*22, 190, 12, Color(Text2))
	}
	for i := IconEye; i <= IconMore; i++ {
		p.Icon(i, 20+float32(i-IconEye)*24, 220, 16, Color(Text2))
	}
	for i := range 3 {
		p.TrustDot(280+float32(i)*16, 190, 4, 1-float32(i)*.45)
	}
	return img
}

func TestGoldenSheet(t *testing.T) {
	defer SetMode(AlwaysNight, Night)
	for _, m := range []Mode{AlwaysDay, AlwaysNight} {
		SetMode(m, Night)
		got := sheet()
		path := filepath.Join("testdata", "sheet-"+m.String()+".png")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, got); err != nil {
				t.Fatal(err)
			}
			f.Close()
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if want.Bounds() != got.Bounds() {
			t.Fatalf("%s: size %v, want %v", path, got.Bounds(), want.Bounds())
		}
		bad := 0
		for y := range got.Rect.Dy() {
			for x := range got.Rect.Dx() {
				r1, g1, b1, _ := got.At(x, y).RGBA()
				r2, g2, b2, _ := want.At(x, y).RGBA()
				for _, d := range [3][2]uint32{{r1, r2}, {g1, g2}, {b1, b2}} {
					if max(d[0], d[1])-min(d[0], d[1]) > 8<<8 {
						bad++
						break
					}
				}
			}
		}
		if bad > got.Rect.Dx()*got.Rect.Dy()/500 {
			t.Errorf("%s: %d pixels differ; look at it, then run with -update", path, bad)
		}
	}
}
