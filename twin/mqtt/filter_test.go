package mqtt

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The cases are the examples of MQTT 3.1.1 (OASIS standard), §4.7.1 and §4.7.2.
func TestFilterMatch(t *testing.T) {
	for _, c := range []struct {
		filter, topic string
		want          string // what the wildcards stood for, "-" for no match
	}{
		{"sport/tennis/player1/#", "sport/tennis/player1", "|"},
		{"sport/tennis/player1/#", "sport/tennis/player1/ranking", "ranking|"},
		{"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", "score/wimbledon|"},
		{"sport/#", "sport", "|"},
		{"#", "a/b", "a/b|"},
		{"sport/tennis/+", "sport/tennis/player1", "player1|"},
		{"sport/tennis/+", "sport/tennis/player1/ranking", "-"},
		{"sport/+", "sport", "-"},
		{"sport/+", "sport/", "|"},
		{"+/+", "/finance", "|finance|"},
		{"/+", "/finance", "finance|"},
		{"+", "/finance", "-"},
		{"#", "$SYS/monitor", "-"},
		{"+/monitor", "$SYS/monitor", "-"},
		{"$SYS/#", "$SYS/monitor", "monitor|"},
		{"a/b", "a/b", ""},
		{"a/b", "a/b/", "-"},
		{"a/+/c/+", "a/1/c/2", "1|2|"},
	} {
		f, err := parseFilter(c.filter)
		if err != nil {
			t.Fatal(err)
		}
		wild, ok := f.match(c.topic, nil)
		got := "-"
		if ok {
			got = ""
			for _, w := range wild {
				got += w + "|"
			}
		}
		if got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.filter, c.topic, got, c.want)
		}
	}
	for _, bad := range []string{"", "a/#/b", "a#", "a/b+", "$share/g/a", "a\x00"} {
		if _, err := parseFilter(bad); err == nil {
			t.Errorf("filter %q was accepted", bad)
		}
	}
}

func TestCoversMeansEveryTopic(t *testing.T) {
	level := rapid.SampledFrom([]string{"a", "b", "+", ""})
	gen := rapid.Custom(func(t *rapid.T) filter {
		levels := rapid.SliceOfN(level, 1, 4).Draw(t, "levels")
		if rapid.Bool().Draw(t, "hash") {
			levels = append(levels, "#")
		}
		f, err := parseFilter("x/" + strings.Join(levels, "/"))
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
	rapid.Check(t, func(t *rapid.T) {
		f, g := gen.Draw(t, "f"), gen.Draw(t, "g")
		topic := "x/" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 1, 5).Draw(t, "topic"), "/")
		_, inF := f.match(topic, nil)
		_, inG := g.match(topic, nil)
		if f.covers(&g) && inG && !inF {
			t.Fatalf("%s covers %s, but only the second takes %s", f.text, g.text, topic)
		}
		if !f.covers(&f) {
			t.Fatalf("%s does not cover itself", f.text)
		}
	})
}

func TestTemplate(t *testing.T) {
	p, err := parseTemplate("farm/{2}/x{1}", 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.expand([]string{"A", "B"}); got != "farm/B/xA" {
		t.Errorf("expanded to %q", got)
	}
	for _, bad := range []string{"farm/{3}", "farm/{0}", "farm/{x}", "farm/{1"} {
		if _, err := parseTemplate(bad, 2); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestURL(t *testing.T) {
	for give, want := range map[string]string{
		"tcp://127.0.0.1:1883":    "127.0.0.1:1883",
		"mqtt://plant":            "plant:1883",
		"mqtts://bob@plant":       "plant:8883 tls bob",
		"ssl://[::1]:9999":        "[::1]:9999 tls",
		"mqtt://bob:secret@plant": "! keyring",
		"http://plant":            "! not supported",
		"plant:1883":              "! not",
		"":                        "! not understood",
	} {
		e, err := parseURL(give)
		got := e.address
		if e.secure {
			got += " tls"
		}
		if e.user != "" {
			got += " " + e.user
		}
		if text, bad := strings.CutPrefix(want, "! "); bad {
			if err == nil || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%q: error %v, want one with %q", give, err, text)
			}
		} else if err != nil || got != want {
			t.Errorf("%q: %q (%v), want %q", give, got, err, want)
		}
	}
}
