package city

import (
	"testing"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site/sitetest"
)

var epoch = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC) // a Monday

func TestACityIsTheSameHoweverItGotThere(t *testing.T) {
	sitetest.Same(t, func() site.Site { return New(7, epoch) }, func(raw []byte) (site.Site, error) { return Restore(raw) }, 9000, 30000)
}

func (c *City) street(id string) *Street {
	for _, s := range c.Streets {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func mean(c *City, what func(*Street) float64) float64 {
	sum := 0.0
	for _, s := range c.Streets {
		sum += what(s) / float64(len(c.Streets))
	}
	return sum
}

func TestPeaksAreSlowAndNightsAreFree(t *testing.T) {
	c := New(19, epoch)
	kmh := func(s *Street) float64 { return s.KMH / s.FreeKMH }
	c.Advance(3 * 3600)
	night := mean(c, kmh)
	c.Advance(7*3600 + 1800)
	peak := mean(c, kmh)
	if night < .9 || peak > .93*night || peak < .3 {
		t.Errorf("share of the free speed: at night %.2f, at the peak %.2f", night, peak)
	}
	t.Logf("share of the free speed: at night %.2f, at the peak %.2f", night, peak)
}

func TestTheMarathonMovesTraffic(t *testing.T) {
	c := New(19, epoch)
	c.Advance(6*86400 + 11*3600)
	shut, open := c.street("VB3"), c.street("VF3")
	var r site.Reading
	shut.Report(c.Sec, &r)
	if r.Value[3] != 1 || r.Value[0] != 0 {
		t.Errorf("the bridge of the course reports %v", r.Value)
	}
	before := New(19, epoch)
	before.RaceDay = -1
	before.Advance(c.Sec)
	if flow := before.street("VF3").Flow; open.Flow < 1.1*flow {
		t.Errorf("the bridge that stays open has %.0f vehicles per hour, without the marathon %.0f", open.Flow, flow)
	}
}

func TestCommandsAreObeyed(t *testing.T) {
	c := New(1, epoch)
	c.Advance(12 * 3600)
	s, j := c.street("H1A"), c.Junctions[0]
	slow, split, far := 20.0, 70.0, 500.0
	for _, err := range []error{s.Obey("speed_limit", &slow), j.Obey("green_split", &split), c.street("H2A").Obey("close", nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if s.Obey("speed_limit", &far) == nil || j.Obey("green_split", nil) == nil || c.Buses[0].Obey("stop", nil) == nil || c.Air[0].Obey("clean", nil) == nil {
		t.Error("nonsense was obeyed")
	}
	c.Advance(c.Sec + 600)
	if s.KMH > 20 || j.Split != .7 || c.street("H2A").occupancy() != 0 {
		t.Errorf("after the commands: %.1f km/h, split %.2f, occupancy %.1f", s.KMH, j.Split, c.street("H2A").occupancy())
	}
}

func TestRestoreRefusesNonsense(t *testing.T) {
	for _, s := range []string{"", "{}", `{"Version":1,"Plant":"city","City":{"Streets":[null]}}`} {
		if _, err := Restore([]byte(s)); err == nil {
			t.Errorf("%q was taken for a state", s)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	c := New(1, epoch)
	for b.Loop() {
		c.step()
	}
}
