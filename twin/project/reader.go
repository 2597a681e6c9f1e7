package project

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/orrery-twin/orrery/twin"
)

// keys names the keys that each object of a twin file may have. schema.json and FORMAT.md are tested against it.
var keys = map[string][]string{
	"twin":   {"orrery", "name", "site", "kinds", "assets", "sources", "viewpoints", "scenarios", "equations", "fmus", "simulation", "studies", "history", "control"},
	"site":   {"label", "time_zone", "latitude", "longitude", "schematic"},
	"kind":   {"label", "signals", "parts", "models", "bindings", "alarms", "nodes"},
	"part":   {"kind", "label", "signals", "parts", "models", "bindings", "alarms", "nodes", "position", "heading", "scale"},
	"signal": {"label", "unit", "type", "states", "range", "normal", "timeout", "decimals", "computed", "record"},
	"model":  {"file", "position", "heading", "scale"},
	"binding": {"signal", "expr", "signals", "components", "direction", "node", "property", "axis", "unit", "gain", "offset", "range", "ramp", "states", "step",
		"interpolate", "quality", "clip", "path", "from", "zero", "color", "width", "window", "text"},
	"stop":       {"at", "color"},
	"alarm":      {"signal", "high", "low", "state", "stale", "deadband", "on_delay", "off_delay", "priority", "message", "latch", "acknowledge", "max_shelve"},
	"asset":      {"kind", "label", "position", "heading", "scale", "override"},
	"override":   {"signals", "alarms"},
	"own signal": {"label", "range", "normal", "timeout", "decimals", "record"},
	"record":     {"every", "deadband"},
	"own alarm":  {"high", "low", "deadband", "on_delay", "off_delay", "priority", "message", "latch", "acknowledge", "max_shelve", "enabled"},
	"source":     {"type", "embedded", "url", "routes"},
	"route":      {"topic", "asset", "decoder", "time", "online", "fields"},
	"time":       {"key", "unit"},
	"field":      {"signal", "unit"},
	"viewpoint":  {"label", "eye", "target", "fov", "look", "asset", "node", "select", "cutaway"},
	"scenarios":  {"horizon", "parameters", "presets"},
	"parameter":  {"label", "unit", "min", "max", "default", "step"},
	"preset":     {"label", "values", "changes"},
	"equations":  {"label", "inputs", "parameters", "states", "equations", "outputs", "events", "components", "connections"},
	"variable":   {"label", "unit", "value", "range", "sd", "signal"},
	"output":     {"label", "expr", "unit", "signal"},
	"event":      {"label", "when", "set", "stop"},
	"component":  {"type", "set"},
	"fmu":        {"label", "file", "type", "inputs", "parameters", "starts", "outputs", "failed", "failure", "power", "step", "settle", "tolerance"},
	"link":       {"variable", "signal", "unit", "value", "range", "sd"},
	"simulation": {"kind", "model", "options"},
	"history":    {"keep", "max_size", "remote"},
	"remote":     {"url", "user", "labels"},
	"study":      {"label", "model", "definition", "file"},
	"control":    {"label", "kind", "signal", "source", "command", "ack", "name", "unit", "range", "tolerance", "timeout", "interval", "max_step"},
}

// reader collects the faults of one file while it is read.
type reader struct {
	file    string
	source  []byte
	faults  Errors
	seen    map[Error]bool
	visits  int
	stopped bool // a limit was passed: no use to go on
}

// fault notes a fault at n. The same fault at the same place counts once, however often a kind is used.
func (r *reader) fault(n *node, remedy, format string, args ...any) {
	e := Error{File: r.file, Line: int(n.line), Column: int(n.column), What: fmt.Sprintf(format, args...), Remedy: remedy}
	if r.stopped || r.seen[e] {
		return
	}
	if len(r.faults) >= maxErrors {
		r.stopped = true
		e.What, e.Remedy = "and more faults", "mend the ones above first"
	}
	r.seen[e] = true
	r.faults = append(r.faults, e)
}

// visit counts a node looked at; it is false once the file asks for more work than any honest one.
func (r *reader) visit(n *node) bool {
	r.visits++
	if r.visits > maxVisits && !r.stopped {
		r.fault(n, "an alias that contains aliases may multiply; write less by alias", "the file expands to more than %d values", maxVisits)
		r.stopped = true
	}
	return !r.stopped
}

// object is a mapping whose keys are known.
type object struct {
	*reader
	n    *node
	what string
}

// object checks that n is a mapping and that each key is known and stands once. Of anything else it gives an empty one.
func (r *reader) object(n *node, what string) object {
	o := object{r, n, what}
	if !r.visit(n) || n.kind == empty {
		o.n = &node{line: n.line, column: n.column}
		return o
	}
	if n.kind != mapping {
		r.fault(n, "write its keys: "+strings.Join(keys[what], ", "), "%s should be a mapping, not %s", what, n.kind)
		o.n = &node{line: n.line, column: n.column}
		return o
	}
	for i, p := range n.pairs {
		if r.stopped {
			break
		}
		if !slices.Contains(keys[what], p.key.text) {
			r.fault(p.key, didYouMean(p.key.text, keys[what], "key"), "%s has no key %q", what, p.key.text)
		}
		for _, before := range n.pairs[:i] {
			if before.key.text == p.key.text {
				r.fault(p.key, "keep one of them", "%q stands twice, first in line %d", p.key.text, before.key.line)
				break
			}
		}
	}
	return o
}

// entries gives the pairs of a mapping from names to objects; each name is checked.
func (r *reader) entries(n *node, what string) []pair {
	if n == nil || n.kind == empty || !r.visit(n) {
		return nil
	}
	if n.kind != mapping {
		r.fault(n, "write name: {…} for each", "%s should be a mapping, not %s", what, n.kind)
		return nil
	}
	first := make(map[string]int32, len(n.pairs))
	out := make([]pair, 0, len(n.pairs))
	for _, p := range n.pairs {
		if line, dup := first[p.key.text]; dup {
			r.fault(p.key, "rename or remove one of them", "%q stands twice in %s, first in line %d", p.key.text, what, line)
			continue
		}
		first[p.key.text] = p.key.line
		if !r.visit(p.value) {
			return nil
		}
		out = append(out, p)
	}
	return out
}

// items gives the elements of a list.
func (r *reader) items(n *node, what string) []*node {
	if n == nil || n.kind == empty || !r.visit(n) {
		return nil
	}
	if n.kind != list {
		r.fault(n, "write - before each, or [a, b]", "%s should be a list, not %s", what, n.kind)
		return nil
	}
	r.visits += len(n.items)
	return n.items
}

func (o object) has(key string) bool { n := o.n.find(key); return n != nil && n.kind != empty }

// at is the place of a key's value, or of the object itself.
func (o object) at(key string) *node {
	if n := o.n.find(key); n != nil {
		return n
	}
	return o.n
}

func (o object) need(key, remedy string) bool {
	if o.has(key) {
		return true
	}
	o.fault(o.n, remedy, "%s lacks %q", o.what, key)
	return false
}

func (o object) text(key string) string {
	n := o.n.find(key)
	if n == nil || n.kind == empty {
		return ""
	}
	return o.word(n, key)
}

func (r *reader) word(n *node, what string) string {
	if n.kind != scalar {
		r.fault(n, "write one word or a text in quotes", "%s should be a text, not %s", what, n.kind)
		return ""
	}
	if len(n.text) > 1024 {
		r.fault(n, "keep it below 1024 characters", "%s is too long", what)
		return ""
	}
	return n.text
}

func (o object) words(key string) []string {
	var out []string
	for _, n := range o.items(o.n.find(key), key) {
		out = append(out, o.word(n, key))
	}
	return out
}

func (o object) choice(key string, fallback string, allowed ...string) string {
	if !o.has(key) {
		return fallback
	}
	w := o.text(key)
	if !slices.Contains(allowed, w) {
		if w != "" {
			o.fault(o.at(key), didYouMean(w, allowed, key), "%s %q is unknown", key, w)
		}
		return fallback
	}
	return w
}

func (o object) bool(key string, fallback bool) bool {
	if !o.has(key) {
		return fallback
	}
	switch o.text(key) {
	case "true":
		return true
	case "false":
		return false
	}
	o.fault(o.at(key), "write true or false", "%s should be true or false", key)
	return fallback
}

func (r *reader) number(n *node, what string) (float64, bool) {
	if n.kind == scalar && !n.quoted {
		if v, err := strconv.ParseFloat(n.text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, true
		}
	}
	r.fault(n, "write a plain number such as 7.1", "%s should be a number", what)
	return 0, false
}

func (o object) number(key string, fallback float64) float64 {
	if !o.has(key) {
		return fallback
	}
	if v, ok := o.reader.number(o.at(key), key); ok {
		return v
	}
	return fallback
}

func (o object) within(key string, fallback, low, high float64) float64 {
	v := o.number(key, fallback)
	if v < low || v > high {
		o.fault(o.at(key), fmt.Sprintf("give %g … %g", low, high), "%s %g is out of range", key, v)
		return fallback
	}
	return v
}

func (o object) vector(key string, size int) ([]float64, bool) {
	if !o.has(key) {
		return nil, false
	}
	items := o.items(o.at(key), key)
	if len(items) != size {
		if o.at(key).kind == list {
			o.fault(o.at(key), fmt.Sprintf("write %d numbers", size), "%s has %d numbers", key, len(items))
		}
		return nil, false
	}
	out := make([]float64, size)
	for i, n := range items {
		v, ok := o.reader.number(n, key)
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// span reads a range [low, high] in the display unit into SI.
func (o object) span(key string, u twin.Unit) (low, high float64, ok bool) {
	v, ok := o.vector(key, 2)
	if !ok {
		return 0, 0, false
	}
	if v[0] >= v[1] {
		o.fault(o.at(key), "write [low, high]", "%s [%g, %g] is empty", key, v[0], v[1])
		return 0, 0, false
	}
	return u.SI(v[0]), u.SI(v[1]), true
}

func (o object) point(key string) [3]float64 {
	if v, ok := o.vector(key, 3); ok {
		for _, x := range v {
			if math.Abs(x) > 1e7 {
				o.fault(o.at(key), "keep the plant within 10,000 km of its origin", "%s %g m is out of range", key, x)
				return [3]float64{}
			}
		}
		return [3]float64(v)
	}
	return [3]float64{}
}

func (o object) place() Place {
	scale := o.number("scale", 1)
	if scale <= 0 || scale > 1e6 {
		o.fault(o.at("scale"), "give a factor above 0", "scale %g is out of range", scale)
		scale = 1
	}
	return Place{PositionM: o.point("position"), HeadingRad: o.number("heading", 0) * math.Pi / 180, Scale: scale}
}

func (o object) unit(key string) twin.Unit {
	if !o.has(key) {
		return twin.Unit{}
	}
	symbol := o.text(key)
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		o.fault(o.at(key), didYouMean(symbol, twin.UnitSymbols(), "unit"), "unknown unit %q", symbol)
	}
	return u
}

func (o object) duration(key string, fallback, longest time.Duration) time.Duration {
	if !o.has(key) {
		return fallback
	}
	d, err := parseDuration(o.text(key))
	switch {
	case err != nil:
		o.fault(o.at(key), `write a number with a unit, such as "10s", "5m", "48h" or "14d"`, "%s %q is no duration", key, o.at(key).text)
	case d < 0 || d > longest:
		o.fault(o.at(key), fmt.Sprintf("give 0 … %s", longest), "%s %s is out of range", key, o.at(key).text)
	default:
		return d
	}
	return fallback
}

// parseDuration is time.ParseDuration with days: "14d", "1d12h".
func parseDuration(s string) (time.Duration, error) {
	days, rest, ok := strings.Cut(s, "d")
	if !ok {
		return time.ParseDuration(s)
	}
	n, err := strconv.ParseFloat(days, 64)
	if err != nil || math.Abs(n) > 36500 || math.IsNaN(n) {
		return 0, fmt.Errorf("bad number of days %q", days)
	}
	d := time.Duration(n * 24 * float64(time.Hour))
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	return d + more, err
}

// name checks a path element: letters, digits, _ - and dots inside.
func (r *reader) name(n *node, name string) bool {
	ok := name != "" && len(name) <= 128 && name[0] != '.'
	for _, c := range name {
		ok = ok && (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '-' || c == '.')
	}
	if !ok {
		r.fault(n, "use letters, digits, _ and -", "%q cannot be a name", name)
	}
	return ok
}

// humanize makes a label of a name: "oil_temp" becomes "Oil temp".
func humanize(name string) string {
	s := []rune(strings.ReplaceAll(name, "_", " "))
	if len(s) > 0 {
		s[0] = unicode.ToUpper(s[0])
	}
	return string(s)
}
