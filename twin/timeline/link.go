package timeline

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// LinkScheme begins the text of a Link.
const LinkScheme = "orrery"

// maxLinkText bounds the text of a link, in bytes.
const maxLinkText = 4096

// Link is a moment, and what was looked at, as text that can be sent to somebody else:
//
//	orrery://twin?at=2026-11-20T14:30:00Z&select=T03/gearbox&eye=12,4,-30&target=0,3,0
type Link struct {
	Twin        string    // its folder or file, as the sender opens it; empty for the twin that is open
	At          time.Time // zero is live
	From, To    time.Time // span of the axis; zero for any
	Select      string    // path of an asset
	Eye, Target [3]float64
	HasView     bool // Eye and Target count
}

// String returns the text of a link, which ParseLink reads.
func (l Link) String() string {
	var q []string
	add := func(key, value string) { q = append(q, key+"="+escape(value)) }
	if l.Twin != "" {
		add("twin", l.Twin)
	}
	if l.At.IsZero() {
		add("at", "now")
	} else {
		add("at", l.At.UTC().Format(time.RFC3339Nano))
	}
	if !l.From.IsZero() && l.To.After(l.From) {
		add("from", l.From.UTC().Format(time.RFC3339Nano))
		add("to", l.To.UTC().Format(time.RFC3339Nano))
	}
	if l.Select != "" {
		add("select", l.Select)
	}
	if l.HasView {
		add("eye", triple(l.Eye))
		add("target", triple(l.Target))
	}
	return LinkScheme + "://twin?" + strings.Join(q, "&")
}

// escape is url.QueryEscape, but leaves what is harmless and reads better as it is.
func escape(s string) string {
	return strings.NewReplacer("%2F", "/", "%3A", ":", "%2C", ",").Replace(url.QueryEscape(s))
}

func triple(v [3]float64) string {
	var parts [3]string
	for i, x := range v {
		parts[i] = strconv.FormatFloat(x, 'g', 7, 64)
	}
	return strings.Join(parts[:], ",")
}

// IsLink reports whether a text means to be a link.
func IsLink(text string) bool { return strings.HasPrefix(text, LinkScheme+":") }

// ParseLink reads the text of a link. It comes from outside: what it names need not exist.
func ParseLink(text string) (Link, error) {
	if len(text) > maxLinkText {
		return Link{}, errors.New("timeline: the link is too long")
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != LinkScheme || u.Host != "twin" {
		return Link{}, fmt.Errorf("timeline: no link of ours; they begin with %s://twin?at=", LinkScheme)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Link{}, errors.New("timeline: the link is damaged; copy it again")
	}
	l := Link{Twin: q.Get("twin"), Select: q.Get("select")}
	if at := q.Get("at"); at != "" && at != "now" {
		if l.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return Link{}, fmt.Errorf("timeline: at=%s is no time; write 2026-11-20T14:30:00Z or now", at)
		}
	}
	if q.Has("from") || q.Has("to") {
		l.From, err = time.Parse(time.RFC3339Nano, q.Get("from"))
		var err2 error
		if l.To, err2 = time.Parse(time.RFC3339Nano, q.Get("to")); err != nil || err2 != nil || !l.To.After(l.From) {
			return Link{}, errors.New("timeline: from and to of the link are no span; write two times, the earlier first")
		}
	}
	if q.Has("eye") || q.Has("target") {
		var ok, ok2 bool
		l.Eye, ok = parseTriple(q.Get("eye"))
		l.Target, ok2 = parseTriple(q.Get("target"))
		if !ok || !ok2 || l.Eye == l.Target {
			return Link{}, errors.New("timeline: eye and target of the link are no view; write x,y,z in metres for both")
		}
		l.HasView = true
	}
	return l, nil
}

// farthest bounds the coordinates of a view, metres.
const farthest = 1e9

func parseTriple(s string) (v [3]float64, ok bool) {
	parts := strings.Split(s, ",")
	if len(parts) != 3 {
		return v, false
	}
	for i, p := range parts {
		x, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(x) || math.Abs(x) > farthest {
			return v, false
		}
		v[i] = x
	}
	return v, true
}
