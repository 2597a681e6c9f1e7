package project

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

var schemes = []string{"mqtt", "mqtts", "tcp", "ssl", "ws", "wss"}

func (b *builder) readSources(n *node, tree *twin.Tree) {
	var embedded string
	for _, e := range b.entries(n, "sources") {
		o := b.object(e.value, "source")
		b.name(e.key, e.key.text)
		s := Source{Name: e.key.text, Type: SourceType(o.choice("type", string(MQTT), string(MQTT)))}
		switch {
		case o.has("embedded") == o.has("url"):
			b.fault(o.n, `write "embedded: 127.0.0.1:1883" for a broker inside the twin, or "url: mqtt://host:1883"`, "source %q needs either embedded or url", s.Name)
		case o.has("embedded"):
			s.Embedded, s.Address = true, b.listenAddress(o)
			if embedded != "" {
				b.fault(o.at("embedded"), "put its routes into source "+embedded, "a second embedded broker")
			}
			embedded = s.Name
		default:
			s.URL = b.brokerURL(o)
		}
		for _, r := range b.items(o.n.find("routes"), "routes") {
			s.Routes = append(s.Routes, b.route(b.object(r, "route"), tree))
		}
		b.p.Sources = append(b.p.Sources, s)
	}
}

func (b *builder) listenAddress(o object) string {
	address := o.text("embedded")
	host, port, err := net.SplitHostPort(address)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 && port != "0" {
		b.fault(o.at("embedded"), "write host:port, such as 127.0.0.1:1883", "%q is no address to listen on", address)
		return ""
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "localhost" {
		b.fault(o.at("embedded"), "write an IP address of this machine, such as 127.0.0.1", "%q is no address to listen on", address)
	}
	return address
}

func (b *builder) brokerURL(o object) string {
	text := o.text("url")
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		b.fault(o.at("url"), "write it as mqtt://host:1883", "%q is no address of a broker", text)
	case !slices.Contains(schemes, u.Scheme):
		b.fault(o.at("url"), "use one of "+strings.Join(schemes, ", "), "unknown scheme %q", u.Scheme)
	default:
		if _, secret := u.User.Password(); secret {
			b.fault(o.at("url"), "leave only the user in the file; the password belongs in the key ring", "a password in the twin file")
		}
	}
	return text
}

// timeUnits are the units of a device's time stamp.
var timeUnits = map[string]time.Duration{"s": time.Second, "ms": time.Millisecond, "us": time.Microsecond, "ns": time.Nanosecond}

func (b *builder) route(o object, tree *twin.Tree) Route {
	r := Route{Filter: o.text("topic"), Asset: o.text("asset"), Decoder: Decoder(o.choice("decoder", string(JSON), string(JSON), string(Status)))}
	if !o.need("topic", "write an MQTT topic filter, such as windfarm/+/telemetry") || !o.need("asset", "write the path of the asset; {1} stands for the first +") {
		return r
	}
	pluses := b.filter(o, r.Filter)
	matching := b.matching(o, r.Asset, pluses)
	if o.has("time") {
		t := b.object(o.at("time"), "time")
		if t.need("key", "name the key of the time stamp, such as ts") {
			r.TimeKey = t.text("key")
		}
		r.TimeUnit = timeUnits[t.choice("unit", "ms", "s", "ms", "us", "ns")]
	}
	if r.Decoder == Status {
		r.Online = "online"
		if o.has("online") {
			r.Online = o.text("online")
		}
		if o.has("fields") {
			b.fault(o.at("fields"), "remove them, or write decoder: json", "a status carries no fields")
		}
		return r
	}
	if o.has("online") {
		b.fault(o.at("online"), "remove it, or write decoder: status", "only a status says who is online")
	}
	if !o.need("fields", "map the keys of the payload: wind_speed: {signal: wind_speed, unit: m/s}") {
		return r
	}
	used := map[string]string{}
	for _, e := range b.entries(o.at("fields"), "fields") {
		f := b.object(e.value, "field")
		if !f.need("signal", "name the signal, relative to the asset of the route") {
			continue
		}
		field := Field{Key: e.key.text, Signal: f.text("signal")}
		if before, dup := used[field.Signal]; dup {
			b.fault(f.at("signal"), "send each to a signal of its own", "keys %q and %q both fill signal %q", before, field.Key, field.Signal)
		}
		used[field.Signal] = field.Key
		field.Unit = b.field(f, field.Signal, matching, tree)
		r.Fields = append(r.Fields, field)
	}
	slices.SortFunc(r.Fields, func(a, b Field) int { return strings.Compare(a.Key, b.Key) })
	return r
}

// field checks that a signal is there on some asset of the route, and returns the unit of the payload.
func (b *builder) field(f object, rel string, matching []twin.AssetID, tree *twin.Tree) twin.Unit {
	for _, a := range matching {
		id, ok := b.signal(tree, a, rel)
		if !ok {
			continue
		}
		s := tree.Signal(id)
		if s.Computed {
			b.fault(f.at("signal"), "remove the field, or computed: true of the signal", "signal %q is computed by the twin", rel)
		}
		if !f.has("unit") {
			return s.Unit
		}
		u := f.unit("unit")
		if u.Dimension != s.Unit.Dimension && (u.Dimension != "" || f.text("unit") == "1") {
			b.fault(f.at("unit"), "write a unit of "+name(s.Unit.Dimension), "%q cannot be converted into %q of signal %q", f.text("unit"), s.Unit.Symbol, rel)
		}
		return u
	}
	if len(matching) > 0 && rel != "" {
		var near []string
		base := tree.Asset(matching[0]).Path + "/"
		for i := range tree.Signals() {
			if s := &tree.Signals()[i]; tree.Under(s.Asset, matching[0]) {
				near = append(near, strings.TrimPrefix(s.Path, base))
			}
		}
		b.fault(f.at("signal"), didYouMean(rel, near, "signal"), "no asset of this route has a signal %q", rel)
	}
	if f.has("unit") {
		return f.unit("unit")
	}
	return twin.Unit{}
}

func name(dimension string) string {
	if dimension == "" {
		return "a pure number: none"
	}
	return dimension
}

// filter checks an MQTT topic filter and counts its + levels.
func (b *builder) filter(o object, filter string) (pluses int) {
	levels := strings.Split(filter, "/")
	for i, l := range levels {
		switch {
		case l == "+":
			pluses++
		case l == "#" && i == len(levels)-1:
		case strings.ContainsAny(l, "+#"):
			b.fault(o.at("topic"), "+ stands alone between slashes, # alone at the end", "bad topic filter %q", filter)
			return pluses
		}
	}
	return pluses
}

// matching lists the assets that a pattern such as farm/{1} may stand for.
func (b *builder) matching(o object, pattern string, pluses int) []twin.AssetID {
	levels := strings.Split(pattern, "/")
	wild := false
	for _, l := range levels {
		if !strings.ContainsAny(l, "{}") {
			continue
		}
		wild = true
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(l, "{"), "}"))
		if err != nil || l[0] != '{' || l[len(l)-1] != '}' {
			b.fault(o.at("asset"), "write {1} alone between slashes", "bad placeholder in %q", pattern)
			return nil
		}
		if n < 1 || n > pluses {
			b.fault(o.at("asset"), "add a + to the topic, or lower the number", "{%d} stands for nothing: the topic has %d +", n, pluses)
			return nil
		}
	}
	if !wild {
		if id := b.asset(o, "asset"); id != twin.NoAsset {
			return []twin.AssetID{id}
		}
		return nil
	}
	var out []twin.AssetID
	for i := range b.assets {
		path, ok := b.assets[i].Path, true
		if strings.Count(path, "/") != len(levels)-1 {
			continue
		}
		for _, l := range levels {
			element, rest, _ := strings.Cut(path, "/")
			ok, path = ok && (l[0] == '{' || l == element), rest
		}
		if ok {
			out = append(out, twin.AssetID(i))
		}
	}
	if len(out) == 0 {
		b.fault(o.at("asset"), "mend the path or declare the assets", "no asset matches %q", pattern)
	}
	return out
}
