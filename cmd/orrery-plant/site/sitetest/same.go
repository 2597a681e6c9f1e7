package sitetest

import (
	"testing"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Same checks that a plant says the same at the end however it got there: in one go, second by second, or saved on the way
// and restored. fresh makes it anew, restore makes it of what Save gave; way < end, in seconds.
func Same(t *testing.T, fresh func() site.Site, restore func(raw []byte) (site.Site, error), way, end int64) {
	t.Helper()
	a, b := fresh(), fresh()
	a.Advance(way)
	for s := range way {
		b.Advance(s + 1)
	}
	raw, err := a.Save()
	if err != nil {
		t.Fatal(err)
	}
	c, err := restore(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []site.Site{a, b, c} {
		x.Advance(end)
	}
	for i, d := range a.Devices() {
		var want, got site.Reading
		d.Report(end, &want)
		for _, o := range []site.Site{b, c} {
			o.Devices()[i].Report(end, &got)
			for k := range want.Value {
				if want.Value[k] != got.Value[k] {
					t.Fatalf("%s: %s is %v and %v", d.Topic(), d.Plate().Channels[k], want.Value[k], got.Value[k])
				}
			}
		}
	}
}
