package supply

import (
	"math"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site/sitetest"
)

var epoch = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)

func TestAChainIsTheSameHoweverItGotThere(t *testing.T) {
	sitetest.Same(t, func() site.Site { return New(7, epoch) }, func(raw []byte) (site.Site, error) { return Restore(raw) }, 90000, 400000)
}

// A degree of a great circle is 60.04 nautical miles on a sphere with the mean radius of the earth, 6371 km.
func TestDistance(t *testing.T) {
	if d := distance(point{lat: 10}, point{lat: 11}); math.Abs(d-60.04) > .05 {
		t.Errorf("a degree of latitude is %.2f nautical miles", d)
	}
	if d := distance(point{lon: 179}, point{lon: -179}); math.Abs(d-120.08) > .1 {
		t.Errorf("two degrees over the date line are %.2f nautical miles", d)
	}
}

func TestShipsSailAndHandleAMonthLong(t *testing.T) {
	c := New(19, epoch)
	calls := map[int]int{}
	for range 30 * 24 {
		c.Advance(c.Sec + 3600)
		for _, s := range c.Ships {
			calls[s.State]++
			if s.Cargo < -1 || s.Cargo > s.Size+1 {
				t.Fatalf("%s carries %.0f of %.0f", s.ID, s.Cargo, s.Size)
			}
			if lon, lat := s.place(); math.Abs(lon) > 180 || math.Abs(lat) > 70 {
				t.Fatalf("%s is at %v, %v", s.ID, lon, lat)
			}
		}
	}
	if calls[sailing] < calls[handling] || calls[handling] == 0 {
		t.Errorf("hours by state: %v", calls)
	}
	for _, p := range c.Ports {
		if p.Stock < 0 || p.Stock > 1.06*p.Yard || p.Moved == 0 && p.ID != "santos" {
			t.Errorf("%s: stock %.0f, moved %.0f", p.ID, p.Stock, p.Moved)
		}
	}
}

func TestTheStormClosesRotterdam(t *testing.T) {
	c := New(19, epoch)
	worst := 0
	for c.Sec < 10*86400 {
		c.Advance(c.Sec + 3600)
		worst = max(worst, c.port("rotterdam").state())
	}
	if worst != closed {
		t.Errorf("the worst state of Rotterdam is %d", worst)
	}
}

func TestCommandsAreObeyed(t *testing.T) {
	c := New(1, epoch)
	slow, few, far := 10.0, 2.0, 90.0
	s, p := c.Ships[1], c.Ports[0]
	if err := s.Obey("speed", &slow); err != nil {
		t.Fatal(err)
	}
	if err := p.Obey("cranes", &few); err != nil {
		t.Fatal(err)
	}
	if s.Obey("speed", &far) == nil || p.Obey("cranes", nil) == nil || s.Obey("sink", nil) == nil || c.Storms[0].Obey("calm", nil) == nil {
		t.Error("nonsense was obeyed")
	}
	c.Advance(4 * 3600)
	if s.SpeedKN > 11 || p.Cranes != 2 {
		t.Errorf("after the commands: %.1f kn, %v cranes", s.SpeedKN, p.Cranes)
	}
}

func TestRestoreRefusesNonsense(t *testing.T) {
	for _, s := range []string{"", "{}", `{"Version":1,"Plant":"supply","Chain":{"Ships":[null]}}`} {
		if _, err := Restore([]byte(s)); err == nil {
			t.Errorf("%q was taken for a state", s)
		}
	}
}

func BenchmarkMinute(b *testing.B) {
	c := New(1, epoch)
	for b.Loop() {
		c.Advance(c.Sec + 60)
	}
}
