package mqtt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// route is a compiled Route.
type route struct {
	Route
	filter filter
	asset  template
	via    string           // the filter that is subscribed for it
	keys   map[string]int32 // key → index in Fields, timeField for the time stamp
}

// Indices that stand for no field.
const (
	noField   int32 = -1
	timeField int32 = -2
)

// target is what a topic leads to. Everything but the hints is immutable; the hints belong to the worker.
type target struct {
	topic   string
	route   *route // nil: nothing takes this topic
	reason  string // why a matching route takes it not
	asset   twin.AssetID
	worker  int
	signals []twin.SignalID // JSON: by index in Fields, NoSignal where the asset has none; Status: all below the asset
	kinds   []*twin.Signal  // by index in Fields; nil where the asset has none
	hints   [32]int32       // index in Fields of the n-th key of the previous message, + 3; 0 unknown
}

// router finds the target of a topic and remembers it.
type router struct {
	tree    *twin.Tree
	routes  []*route
	depth   int // assets that share an ancestor of this depth share a worker
	workers int

	mu    sync.RWMutex
	cache map[string]*target
}

func newRouter(tree *twin.Tree, routes []Route, workers int) (*router, error) {
	if len(routes) == 0 {
		return nil, errors.New("it has no routes, so no message could become a sample")
	}
	r := &router{tree: tree, workers: workers, cache: map[string]*target{}}
	var errs []error
	for i := range routes {
		c, err := compile(tree, routes[i])
		if err != nil {
			errs = append(errs, fmt.Errorf("route %d: %w", i+1, err))
			continue
		}
		if d := c.asset.depth(); r.depth == 0 || d < r.depth {
			r.depth = d
		}
		r.routes = append(r.routes, c)
	}
	r.subscriptions()
	return r, errors.Join(errs...)
}

func compile(tree *twin.Tree, give Route) (*route, error) {
	c := &route{Route: give, keys: make(map[string]int32, len(give.Fields)+1)}
	var err error
	if c.filter, err = parseFilter(give.Filter); err != nil {
		return nil, err
	}
	wildcards := 0
	for _, l := range c.filter.levels {
		if l == "+" || l == "#" {
			wildcards++
		}
	}
	if c.asset, err = parseTemplate(give.Asset, wildcards); err != nil {
		return nil, err
	}
	if _, ok := tree.AssetByPath(give.Asset); !ok && len(c.asset.slots) == 0 {
		return nil, fmt.Errorf("asset %q is not in the tree", give.Asset)
	}
	switch give.Decoder {
	case Status:
		if c.Online == "" {
			c.Online = "online"
		}
		return c, nil
	case JSON:
	default:
		return nil, fmt.Errorf("unknown decoder %q: use json or status", give.Decoder)
	}
	if len(give.Fields) == 0 {
		return nil, errors.New("it maps no key to a signal")
	}
	for i, f := range give.Fields {
		if _, twice := c.keys[f.Key]; twice || f.Key == give.TimeKey {
			return nil, fmt.Errorf("key %q stands twice", f.Key)
		}
		if !slices.ContainsFunc(tree.Signals(), func(s twin.Signal) bool { return strings.HasSuffix(s.Path, "/"+f.Signal) }) {
			return nil, fmt.Errorf("no asset has a signal %q", f.Signal)
		}
		c.keys[f.Key] = int32(i)
	}
	if give.TimeKey != "" {
		c.keys[give.TimeKey] = timeField
	}
	return c, nil
}

// find returns the target of a topic, never nil.
func (r *router) find(topic string) *target {
	r.mu.RLock()
	t := r.cache[topic]
	r.mu.RUnlock()
	if t != nil {
		return t
	}
	t = r.resolve(topic)
	r.mu.Lock()
	if len(r.cache) >= maxTopics {
		clear(r.cache) // a flood of invented topics must not eat the memory; real ones come back at once
	}
	if other := r.cache[topic]; other != nil {
		t = other
	} else {
		r.cache[topic] = t
	}
	r.mu.Unlock()
	return t
}

func (r *router) resolve(topic string) *target {
	t := &target{topic: topic, asset: twin.NoAsset}
	var room [8]string
	for _, c := range r.routes {
		wild, ok := c.filter.match(topic, room[:0])
		if !ok {
			continue
		}
		path := c.asset.expand(wild)
		asset, ok := r.tree.AssetByPath(path)
		if !ok {
			t.reason = fmt.Sprintf("no asset %q in the twin", path)
			continue
		}
		t.asset, t.worker = asset, r.worker(path)
		if c.Decoder == Status {
			t.signals = measured(r.tree, asset, nil)
		} else if n := t.bind(r.tree, c, path); n == 0 {
			t.reason = fmt.Sprintf("asset %q has none of the signals of the route", path)
			continue
		}
		t.route, t.reason = c, ""
		return t
	}
	return t
}

// bind finds the signals of the fields and returns how many there are.
func (t *target) bind(tree *twin.Tree, c *route, path string) (found int) {
	t.signals = make([]twin.SignalID, len(c.Fields))
	t.kinds = make([]*twin.Signal, len(c.Fields))
	for i, f := range c.Fields {
		id, ok := tree.SignalByPath(path + "/" + f.Signal)
		t.signals[i] = id
		if ok {
			t.kinds[i] = tree.Signal(id)
			found++
		}
	}
	return found
}

// worker chooses by the ancestor at the depth of the shallowest route, so that a status never overtakes the values
// of the parts below its asset.
func (r *router) worker(path string) int {
	end := len(path)
	for i, n := 0, 0; i < len(path); i++ {
		if path[i] == '/' {
			if n++; n == r.depth {
				end = i
				break
			}
		}
	}
	h := uint32(2166136261) // FNV-1a
	for i := range end {
		h = (h ^ uint32(path[i])) * 16777619
	}
	return int(h % uint32(r.workers))
}

// subscriptions chooses the least set of filters that covers all routes.
func (r *router) subscriptions() {
	for i, c := range r.routes {
		c.via = c.filter.text
		for j, o := range r.routes {
			if j != i && o.filter.covers(&c.filter) && (!c.filter.covers(&o.filter) || j < i) {
				c.via = "" // another one brings its messages
				break
			}
		}
	}
	for _, c := range r.routes {
		for _, o := range r.routes {
			if c.via == "" && o.via == o.filter.text && o.filter.covers(&c.filter) {
				c.via = o.via
			}
		}
	}
}

// filters returns the filters to subscribe to, each with the quality of service to ask for.
func (r *router) filters(qos byte) map[string]byte {
	out := map[string]byte{}
	for _, c := range r.routes {
		q := qos
		if c.Decoder == Status {
			q = 1
		}
		out[c.via] = max(out[c.via], q)
	}
	return out
}

// measured appends the signals at and below an asset that come from the plant.
func measured(tree *twin.Tree, asset twin.AssetID, dst []twin.SignalID) []twin.SignalID {
	a := tree.Asset(asset)
	for _, id := range a.Signals {
		if !tree.Signal(id).Computed {
			dst = append(dst, id)
		}
	}
	for _, child := range a.Children {
		dst = measured(tree, child, dst)
	}
	return dst
}

// unixNano turns a time stamp into ns since the Unix epoch. With unit 0 the magnitude tells s, ms, µs and ns apart:
// from 1973 to 5138 no two of them meet.
func unixNano(v number, unit time.Duration) (int64, bool) {
	if unit == 0 {
		switch f := v.f; {
		case f < 1e8:
			return 0, false
		case f < 1e11:
			unit = time.Second
		case f < 1e14:
			unit = time.Millisecond
		case f < 1e17:
			unit = time.Microsecond
		default:
			unit = time.Nanosecond
		}
	}
	const limit = 1 << 62 // the year 2116
	if v.whole {
		if v.i <= 0 || v.i > limit/int64(unit) {
			return 0, false
		}
		return v.i * int64(unit), true
	}
	f := v.f * float64(unit)
	if !(f > 0 && f < limit) {
		return 0, false
	}
	return int64(f), true
}
