package timeline

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMomentsAsPeopleWriteThem(t *testing.T) {
	zone := time.FixedZone("X", 2*3600)
	now := time.Date(2026, 1, 5, 12, 0, 30, 0, zone)
	for text, want := range map[string]string{
		"now": "2026-01-05T12:00:30+02:00", "14:30": "2026-01-05T14:30:00+02:00", "14:30:15": "2026-01-05T14:30:15+02:00",
		"yesterday 8:00": "2026-01-04T08:00:00+02:00", "Yesterday": "2026-01-04T00:00:00+02:00", "tomorrow 23:59": "2026-01-06T23:59:00+02:00",
		"-48h": "2026-01-03T12:00:30+02:00", "+2d 6h": "2026-01-07T18:00:30+02:00", "−90m": "2026-01-05T10:30:30+02:00", "-1w": "2025-12-29T12:00:30+02:00",
		"28 Dec": "2025-12-28T00:00:00+02:00", "28 dec 14:30": "2025-12-28T14:30:00+02:00", "6 Jan 8:00": "2026-01-06T08:00:00+02:00",
		"2025-11-20 14:30": "2025-11-20T14:30:00+02:00", "2025-11-20T14:30:00Z": "2025-11-20T14:30:00Z", "20 Nov 2025": "2025-11-20T00:00:00+02:00",
		"20.11.2025 14:30": "2025-11-20T14:30:00+02:00", " 14:30 ": "2026-01-05T14:30:00+02:00",
	} {
		got, err := ParseMoment(text, now, zone)
		if at, _ := time.Parse(time.RFC3339, want); err != nil || !got.Equal(at) {
			t.Errorf("%q: %v %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "25:00", "soon", "-", "+h", "-5", "5 Foo", "yesterday noonish", "31 Feb 2026", "-9999999d", strings.Repeat("1", 99)} {
		if got, err := ParseMoment(text, now, zone); err == nil {
			t.Errorf("%q was taken for %v", text, got)
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, s := range []string{"14:30", "-2d6h", "20 Nov 2026 14:30", "−1w"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := ParseMoment(s, noon, time.UTC); err == nil && at.Year() > 20000 {
			t.Errorf("%q gives %v", s, at)
		}
	})
}

func TestLinksComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Link{Twin: rapid.StringN(0, 40, 200).Draw(t, "twin"), Select: rapid.SampledFrom([]string{"", "T03/gearbox", "Halle 1/Öl & Co=?"}).Draw(t, "select")}
		if rapid.Bool().Draw(t, "past") {
			l.At = noon.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "at")))
		}
		if rapid.Bool().Draw(t, "span") {
			l.From, l.To = noon, noon.Add(time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "to")))
		}
		if rapid.Bool().Draw(t, "view") {
			l.HasView, l.Eye, l.Target = true, [3]float64{1.5, -2, 1e6}, [3]float64{0, float64(rapid.IntRange(-99, 99).Draw(t, "y")), 0}
		}
		back, err := ParseLink(l.String())
		if err != nil || back != l {
			t.Fatalf("%s: %+v %v, want %+v", l, back, err, l)
		}
	})
}

func TestLinksFromOutside(t *testing.T) {
	for _, text := range []string{"", "http://twin?at=now", "orrery://other?at=now", "orrery://twin?at=tuesday", "orrery://twin?from=2026-01-01T00:00:00Z",
		"orrery://twin?eye=1,2", "orrery://twin?eye=NaN,0,0&target=0,0,0", "orrery://twin?eye=1,2,3&target=1,2,3", "orrery://twin?%zz", "orrery://twin?at=" + strings.Repeat("x", 5000)} {
		if l, err := ParseLink(text); err == nil {
			t.Errorf("%q was taken for %+v", text, l)
		}
	}
	if l, err := ParseLink("orrery://twin?at=now&whatever=1"); err != nil || !l.At.IsZero() {
		t.Errorf("a live link: %+v %v", l, err)
	}
}

func FuzzLink(f *testing.F) {
	f.Add("orrery://twin?at=2026-11-20T14:30:00Z&select=T03/gearbox&eye=12,4,-30&target=0,3,0")
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLink(s)
		if err != nil {
			return
		}
		if _, err := ParseLink(l.String()); err != nil && l.At.Year() >= 0 && l.At.Year() <= 9999 {
			t.Errorf("%q became %q: %v", s, l, err)
		}
	})
}
