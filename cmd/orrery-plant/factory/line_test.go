package factory

import (
	"testing"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site/sitetest"
)

var epoch = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)

func TestALineIsTheSameHoweverItGotThere(t *testing.T) {
	sitetest.Same(t, func() site.Site { return New(7, epoch) }, func(raw []byte) (site.Site, error) { return Restore(raw) }, 9000, 20000)
	a, b := New(7, epoch), New(8, epoch)
	a.Advance(9000)
	b.Advance(9000)
	if a.Machines[4].JamSec == b.Machines[4].JamSec {
		t.Error("another seed gives the same line")
	}
}

// No bottle comes from nowhere and none gets lost.
func TestBottlesAreKept(t *testing.T) {
	l := New(19, epoch)
	l.Advance(2 * 86400)
	for i, c := range l.Conveyors {
		before, after := l.Machines[i], l.Machines[i+1]
		if got := before.Good - after.Good - after.Rejects; got != int64(c.count()) {
			t.Errorf("%s holds %d bottles, %d are missing between %s and %s", c.Name, c.count(), got, before.Name, after.Name)
		}
		if c.count() > c.Capacity || c.Ready < 0 {
			t.Errorf("%s holds %d of %d bottles", c.Name, c.count(), c.Capacity)
		}
	}
	rate := float64(l.Machines[6].Good) / 48
	if rate < 9000 || rate > 12000 {
		t.Errorf("%.0f bottles per hour", rate)
	}
}

// The machine that jams most limits the line: a faster filler buys little, a labeller that jams less buys more.
func TestTheLabellerLimitsTheLine(t *testing.T) {
	out := func(change func(*Line)) float64 {
		l := New(19, epoch)
		change(l)
		l.Advance(4 * 86400)
		return float64(l.Machines[6].Good) / 96
	}
	base := out(func(*Line) {})
	filler := out(func(l *Line) { l.Machines[2].Nominal *= 1.1 })
	labeller := out(func(l *Line) { l.Machines[4].JamSec *= 10 })
	if labeller < base*1.01 || labeller < filler {
		t.Errorf("bottles per hour: %.0f, faster filler %.0f, calmer labeller %.0f", base, filler, labeller)
	}
	t.Logf("bottles per hour: %.0f, faster filler %.0f, calmer labeller %.0f", base, filler, labeller)
}

func TestCommandsAreObeyed(t *testing.T) {
	l := New(1, epoch)
	l.Advance(3600)
	rinser := l.Machines[1]
	half, far := 50.0, 200.0
	if err := rinser.Obey("speed", &half); err != nil {
		t.Fatal(err)
	}
	if rinser.Obey("speed", &far) == nil || rinser.Obey("speed", nil) == nil || rinser.Obey("explode", nil) == nil {
		t.Error("nonsense was obeyed")
	}
	before := rinser.Good
	l.Advance(l.Sec + 3600)
	if got := float64(rinser.Good - before); got > 6900 || got < 5000 {
		t.Errorf("%v bottles in an hour at half speed", got)
	}
	if err := rinser.Obey("stop", nil); err != nil {
		t.Fatal(err)
	}
	l.Advance(l.Sec + 3600)
	if l.Machines[2].State != Starved || rinser.State != Stopped && rinser.State != Failed {
		t.Errorf("an hour after the stop: rinser %d, filler %d", rinser.State, l.Machines[2].State)
	}
}

func TestFaultsShow(t *testing.T) {
	l := New(1, epoch)
	l.Advance(100)
	if err := l.Machines[2].Fault(site.Broken, "fill_height", l.Sec); err != nil {
		t.Fatal(err)
	}
	if err := l.Machines[5].Fault(site.Broken, "drive", l.Sec); err != nil {
		t.Fatal(err)
	}
	if l.Machines[2].Fault(site.Broken, "torque", l.Sec) == nil {
		t.Error("the filler has no torque")
	}
	l.Advance(l.Sec + 1800)
	var r site.Reading
	l.Machines[2].Report(l.Sec, &r)
	if !r.Null[11] || l.Machines[5].State != Failed || l.Machines[4].State != Blocked && l.Machines[4].State != Jammed && l.Machines[4].State != Failed {
		t.Errorf("null %v, packer %d, labeller %d", r.Null[11], l.Machines[5].State, l.Machines[4].State)
	}
}

func TestRestoreRefusesNonsense(t *testing.T) {
	for _, s := range []string{"", "{}", `{"Version":1,"Plant":"factory","Line":{"Machines":[null]}}`} {
		if _, err := Restore([]byte(s)); err == nil {
			t.Errorf("%q was taken for a state", s)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	l := New(1, epoch)
	for b.Loop() {
		l.step()
	}
}
