package chain

import (
	"context"
	"math"
	"testing"
)

// Values of Williams, Aviation Formulary V1.47, worked examples: LAX (33°57′ N, 118°24′ W), JFK (40°38′ N, 73°47′ W), distance 0.623585 rad, course 1.150035 rad = 66°,
// and the point at 40 % of the way at 0.675 rad = 38°40.167′ N, 101°37.570′ W.
func TestGreatCircle(t *testing.T) {
	lax, jfk := Degrees(33+57./60, -118-24./60), Degrees(40+38./60, -73-47./60)
	if d := Distance(lax, jfk) / earthRadiusM; math.Abs(d-.623585) > 2e-6 {
		t.Errorf("LAX–JFK is %.6f rad, published 0.623585", d)
	}
	if c := Bearing(lax, jfk); math.Abs(c-1.150035) > 2e-6 {
		t.Errorf("course %.6f rad, published 1.150035", c)
	}
	at, want := Between(lax, jfk, .4), Degrees(38+40.167/60, -101-37.570/60)
	if d := Distance(at, want); d > 300 {
		t.Errorf("40 %% of the way is %.0f m from the published point", d)
	}
	if d := Distance(Ahead(lax, Bearing(lax, jfk), Distance(lax, jfk)), jfk); d > 1 {
		t.Errorf("ahead misses by %.2f m", d)
	}
	quarter := math.Pi / 2 * earthRadiusM
	if d := Distance(Degrees(0, 0), Degrees(90, 0)); math.Abs(d-quarter) > 1e-3 {
		t.Errorf("equator to pole is %.3f m, want %.3f", d, quarter)
	}
	if share, d := nearest(Degrees(0, 0), Degrees(0, 10), Degrees(1, 5)); math.Abs(share-.5) > 1e-9 || math.Abs(d-math.Pi/180*earthRadiusM) > 1 {
		t.Errorf("nearest: share %g at %g m", share, d)
	}
	if share, _ := nearest(Degrees(0, 0), Degrees(0, 10), Degrees(0, -3)); share != 0 {
		t.Errorf("behind the beginning: share %g", share)
	}
	if p := Between(Degrees(30, 170), Degrees(30, -170), .5); math.Abs(math.Abs(p.Lon)-math.Pi) > 1e-9 {
		t.Errorf("across the date line: longitude %g", p.Lon*180/math.Pi)
	}
}

// Notteboom and Cariou (IAME 2009): 8,000 TEU burn about 225 t a day at 24 kn, 150 t at 21 kn.
func TestFuelByTheCube(t *testing.T) {
	c := Class{Speed: 24 * 1852. / 3600, FuelTD: 225}
	if f := c.FuelPerDay(21 * 1852. / 3600); math.Abs(f-150.7324) > 1e-3 {
		t.Errorf("%.4f t a day at 21 kn, want 150.73", f)
	}
	c.AuxTD = 8
	if f := c.FuelPerDay(0); f != 8 {
		t.Errorf("%g t a day at rest, want 8", f)
	}
}

func TestBeaufort(t *testing.T) {
	for b, wind := range map[float64]float64{8: 18.9, 10: 26.4, 12: 34.7} { // 0.836 B^1.5
		if got := Beaufort(wind); math.Abs(got-b) > .02 {
			t.Errorf("%g m/s is Beaufort %.3f, want %g", wind, got, b)
		}
	}
	// By hand: B = 8, ∇ = 10⁵ m³: 0.7·8 + 8^6.5/(22·10^(10/3)) = 5.6 + 741455.2/47397.6 = 21.243 %.
	if l := SpeedLoss(.836*math.Pow(8, 1.5), 1e5); math.Abs(l-.21243) > 1e-4 {
		t.Errorf("loss %.5f, want 0.21243", l)
	}
	if SpeedLoss(100, 1e5) != .8 || SpeedLoss(0, 1e5) != 0 {
		t.Error("the loss leaves its ends")
	}
}

const pairOfPorts = `{
 "ports": [{"name": "a", "at": [0, 0], "berths": 1, "cranes": 4, "crane_moves_per_h": 25, "call_usd": 1000, "teu_usd": 10},
           {"name": "b", "at": [0, 60], "berths": 1, "cranes": 4, "crane_moves_per_h": 25, "call_usd": 1000, "teu_usd": 10}],
 "points": [{"name": "m", "at": [0, 30]}], "lanes": [["a", "m", "b"]],
 "classes": [{"name": "c", "teu": 1000, "speed": "20 kn", "fuel_t_per_day": 100, "aux_t_per_day": 5, "charter_usd_per_day": 10000}],
 "services": [{"name": "s", "rotation": ["a", "b"]}], "ships": [{"name": "x", "class": "c", "service": "s"}],
 "settings": {"warmup": "1 s", "horizon": "40 d"}, "prices": {"fuel_usd_per_t": 600}}`

func mustPlan(t testing.TB, definition string) *plan {
	t.Helper()
	m, err := Read([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// 60° on the equator are π/3 · 6371008.7714 m = 3602.46 NM of 1852 m; at 20 kn 180.12 h.
func TestVoyageByHand(t *testing.T) {
	p := mustPlan(t, pairOfPorts)
	if p.ships[0].begin != 0 {
		t.Fatal("the ship does not begin in port a")
	}
	w := newWorld(p, 1, 0)
	w.begin(nil, 0)
	v := &w.ships[0]
	hours := math.Pi / 3 * 6371008.7714 / 1852 / 20
	if got := v.arrival() / 3600; math.Abs(got-hours) > 1e-9 {
		t.Errorf("the voyage takes %.6f h, by hand %.6f h", got, hours)
	}
	if at, course, _ := v.where(v.arrival() / 2); math.Abs(at.Lon-math.Pi/6) > 1e-9 || math.Abs(course-math.Pi/2) > 1e-9 {
		t.Errorf("half-way at %g° on course %g°", at.Lon*180/math.Pi, course*180/math.Pi)
	}
	if err := w.run(context.Background(), v.arrival()+1800); err != nil {
		t.Fatal(err)
	}
	// Under way it burns 100 + 5 t a day, in port 5 t a day.
	w.burn(v, v.burning)
	if want := hours/24*105 + .5/24*5; math.Abs(v.tonnes-want) > 1e-9 {
		t.Errorf("it burnt %.6f t, by hand %.6f t", v.tonnes, want)
	}
	if w.ports[1].busy != 1 || v.state != handling {
		t.Error("it is not at the berth")
	}
}
