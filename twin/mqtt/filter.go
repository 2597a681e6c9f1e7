package mqtt

import (
	"fmt"
	"strconv"
	"strings"
)

// filter is a topic filter (MQTT 3.1.1, §4.7).
type filter struct {
	text   string
	levels []string
}

func parseFilter(text string) (filter, error) {
	bad := func(why string) (filter, error) { return filter{}, fmt.Errorf("filter %q: %s", text, why) }
	if text == "" || len(text) > 65535 || strings.ContainsRune(text, 0) {
		return bad("it must have 1 to 65535 bytes and no NUL")
	}
	if strings.HasPrefix(strings.ToLower(text), "$share/") {
		return bad("shared subscriptions would give the twin only a part of the messages")
	}
	f := filter{text, strings.Split(text, "/")}
	for i, l := range f.levels {
		switch {
		case l == "#" && i != len(f.levels)-1:
			return bad("# may stand only at the end")
		case len(l) > 1 && strings.ContainsAny(l, "+#"):
			return bad("+ and # must stand alone between slashes")
		}
	}
	return f, nil
}

// match reports whether the topic matches and appends what the wildcards stood for to dst.
func (f *filter) match(topic string, dst []string) (wild []string, ok bool) {
	wild = dst
	if strings.HasPrefix(topic, "$") && !strings.HasPrefix(f.text, "$") {
		return wild, false
	}
	rest, more := topic, true
	for _, l := range f.levels {
		if l == "#" {
			if more {
				wild = append(wild, rest)
			} else {
				wild = append(wild, "") // "a/#" matches "a" as well
			}
			return wild, true
		}
		if !more {
			return wild, false
		}
		var level string
		level, rest, more = strings.Cut(rest, "/")
		if l == "+" {
			wild = append(wild, level)
		} else if l != level {
			return wild, false
		}
	}
	return wild, !more
}

// covers reports whether every topic that g matches is matched by f too.
func (f *filter) covers(g *filter) bool {
	for i, l := range f.levels {
		if l == "#" {
			return !strings.HasPrefix(g.text, "$") || strings.HasPrefix(f.text, "$")
		}
		if i >= len(g.levels) || g.levels[i] == "#" || l != "+" && l != g.levels[i] {
			return false
		}
		if i == 0 && l == "+" && strings.HasPrefix(g.text, "$") {
			return false
		}
	}
	return len(f.levels) == len(g.levels)
}

// template is a path with places for what the wildcards of a filter stood for: "farm/{1}".
type template struct {
	text  string
	parts []string // literals
	slots []int    // wildcard number, from 0, between parts[i] and parts[i+1]
}

func parseTemplate(text string, wildcards int) (template, error) {
	t := template{text: text}
	rest := text
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			t.parts = append(t.parts, rest)
			return t, nil
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return t, fmt.Errorf("asset %q: a { is not closed", text)
		}
		n, err := strconv.Atoi(rest[open+1 : open+end])
		if err != nil || n < 1 || n > wildcards {
			return t, fmt.Errorf("asset %q: %s must name a wildcard of the filter, which has %d", text, rest[open:open+end+1], wildcards)
		}
		t.parts = append(t.parts, rest[:open])
		t.slots = append(t.slots, n-1)
		rest = rest[open+end+1:]
	}
}

func (t *template) expand(wild []string) string {
	if len(t.slots) == 0 {
		return t.text
	}
	var b strings.Builder
	for i, slot := range t.slots {
		b.WriteString(t.parts[i])
		b.WriteString(wild[slot])
	}
	b.WriteString(t.parts[len(t.slots)])
	return b.String()
}

// depth is the least number of levels of the paths that the template makes.
func (t *template) depth() int { return strings.Count(t.text, "/") + 1 }
