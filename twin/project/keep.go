package project

import (
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// History says what of the history is kept, and who else gets it.
type History struct {
	Keep     time.Duration // older samples are deleted; 0: as the program does
	MaxBytes int64         // beyond this the oldest samples are deleted; 0: no bound
	Remote   Remote
}

// Remote is a Prometheus-compatible cluster that gets all samples, too. How to prove who we are does not stand in the file.
type Remote struct {
	URL    string // empty: none; https, or http on this machine
	User   string
	Labels map[string]string // of all series; empty: twin = name of the twin
}

const maxLabels = 16

func (r *reader) readHistory(n *node, p *Project) {
	if n == nil || n.kind == empty {
		return
	}
	o := r.object(n, "history")
	p.History.Keep = o.duration("keep", 0, 100*366*24*time.Hour)
	p.History.MaxBytes = o.bytes("max_size")
	if !o.has("remote") {
		return
	}
	x := r.object(o.at("remote"), "remote")
	if !x.need("url", "write where it stands: https://history.example:8428") {
		return
	}
	u, err := url.Parse(x.text("url"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.fault(x.at("url"), "write https://history.example:8428", "%q is no address of a cluster", x.text("url"))
		return
	case u.User != nil:
		r.fault(x.at("url"), "write user: NAME, and set ORRERY_REMOTE_PASSWORD where the twin runs", "an address with a password in it")
		return
	case u.Scheme == "http" && !loopback(u.Hostname()):
		r.fault(x.at("url"), "use https", "samples would leave this machine unencrypted")
		return
	}
	p.History.Remote = Remote{URL: u.String(), User: x.text("user"), Labels: map[string]string{}}
	for i, e := range r.entries(x.n.find("labels"), "labels") {
		if i >= maxLabels {
			r.fault(e.key, "keep the most useful", "more than %d labels", maxLabels)
			break
		}
		p.History.Remote.Labels[e.key.text] = r.word(e.value, "label")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// bytes reads an amount of data: "20 GB", "512 MiB"; 0 when there is none.
func (o object) bytes(key string) int64 {
	if !o.has(key) {
		return 0
	}
	text := strings.TrimSpace(o.text(key))
	digits := strings.TrimRight(text, "kKMGTiB ")
	factor, ok := map[string]float64{"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}[strings.TrimSpace(text[len(digits):])]
	v, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(v*factor >= 1e6) || v*factor > math.MaxInt64/2 {
		o.fault(o.at(key), "write 20 GB, at least 1 MB", "%s %q is no amount of data", key, text)
		return 0
	}
	return int64(v * factor)
}
