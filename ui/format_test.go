package ui

import (
	"math"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func TestNumbersRead(t *testing.T) {
	rpm, pct := unit(t, "rpm"), unit(t, "%")
	for _, c := range []struct {
		s    twin.Signal
		si   float64
		want string
	}{
		{twin.Signal{Unit: rpm}, rpm.SI(1121), "1121"},
		{twin.Signal{Unit: rpm}, rpm.SI(12345), "12\u2009345"},
		{twin.Signal{Unit: pct, Decimals: 1}, -.0123, "−1.2"},
		{twin.Signal{Unit: pct}, -12345.67, "−1\u2009234\u2009567"},
		{twin.Signal{}, math.NaN(), "–"},
		{twin.Signal{Kind: twin.Enum, States: []string{"off", "running"}}, 1, "running"},
		{twin.Signal{Kind: twin.Enum, States: []string{"off", "running"}}, 7, "state 7"},
		{twin.Signal{Kind: twin.Bool}, 1, "on"},
	} {
		if got := number(&c.s, c.si); got != c.want {
			t.Errorf("number(%v) = %q, want %q", c.si, got, c.want)
		}
	}
	if got := quantity(&twin.Signal{Unit: rpm}, twin.Value{Value: 1, Quality: twin.Offline}); got != "–" {
		t.Errorf("a bad value shows %q", got)
	}
}

func TestTimesRead(t *testing.T) {
	at := time.Date(2026, 12, 4, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{span(300 * time.Millisecond), "0.3 s"}, {span(75 * time.Second), "75 s"}, {span(5 * time.Minute), "5 min"}, {span(30 * time.Hour), "30 h"}, {span(7 * 24 * time.Hour), "7 d"}, {span(-time.Hour), "0.0 s"},
		{ahead(14 * 24 * time.Hour), "in 14 days"}, {ahead(-3 * time.Minute), "3 min ago"}, {ahead(90 * time.Minute), "in 90 min"},
		{between(at, at.Add(7*24*time.Hour)), "4 and 11 Dec"}, {between(at.Add(-7*24*time.Hour), at), "27 Nov and 4 Dec"}, {between(at, at.Add(3*time.Hour)), "08:00 and 11:00, 4 Dec"}, {between(at, at.Add(40*24*time.Hour)), "4 Dec 2026 and 13 Jan 2027"},
		{size(212e6), "212 MB"}, {size(2.4e9), "2.4 GB"}, {size(20e9), "20 GB"},
		{count(1, "turbine"), "1 turbine"}, {count(6, "turbine"), "6 turbines"}, {count(2, "battery"), "2 batteries"},
		{signed(-11.2, 1), "−11.2"}, {signed(23, 0), "+23"}, {signed(-.01, 1), "+0.0"},
		{sentence("history: disk full:\n free some"), "History: disk full: free some"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
