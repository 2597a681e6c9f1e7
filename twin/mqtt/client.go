package mqtt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Client is a twin.Source for one broker. Its methods are safe for concurrent use; Run may be called once at a time.
type Client struct {
	opts   Options
	end    endpoint
	router *router
	queues []*queue
	link   atomic.Pointer[link] // nil unless a foreign broker is connected

	messages, samples, bad, dropped atomic.Uint64
	last                            atomic.Int64

	mu      sync.Mutex
	running bool
	state   twin.LinkState
	since   time.Time
	detail  string
	topics  map[string]*twin.BadTopic
	devices map[twin.AssetID]Device
	subs    map[int]*subscription
	nextSub int
}

type subscription struct {
	filter filter
	f      func(topic string, payload []byte)
	cancel func() // embedded: of the broker
}

// New checks the options. Its error lists all that is wrong with them.
func New(tree *twin.Tree, opts Options) (*Client, error) {
	opts.setDefaults()
	c := &Client{
		opts: opts, topics: map[string]*twin.BadTopic{}, devices: map[twin.AssetID]Device{}, subs: map[int]*subscription{},
		since: opts.Clock(),
	}
	wrap := func(err error) error { return fmt.Errorf("mqtt: source %q: %w", opts.Name, err) }
	var err error
	switch {
	case opts.Embedded != nil && opts.URL != "":
		return nil, wrap(errors.New("it has both a URL and the embedded broker: choose one"))
	case opts.Embedded != nil:
		c.end.address = opts.Embedded.Addr()
	default:
		if c.end, err = parseURL(opts.URL); err != nil {
			return nil, wrap(err)
		}
	}
	if opts.QoS > 1 {
		return nil, wrap(errors.New("quality of service must be 0 or 1"))
	}
	if c.router, err = newRouter(tree, opts.Routes, opts.Workers); err != nil {
		return nil, wrap(err)
	}
	for range opts.Workers {
		c.queues = append(c.queues, newQueue(max(opts.Queue/opts.Workers, 1)))
	}
	return c, nil
}

// Name implements twin.Source.
func (c *Client) Name() string { return c.opts.Name }

// Run implements twin.Source: it delivers samples into sink until ctx ends, and reconnects by itself.
func (c *Client) Run(ctx context.Context, sink twin.Sink) error {
	c.mu.Lock()
	if c.running {
		c.mu.Unlock()
		return fmt.Errorf("mqtt: source %q runs already", c.opts.Name)
	}
	c.running = true
	c.mu.Unlock()
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for _, q := range c.queues {
		workers.Go(func() { c.work(q, sink, stop) })
	}
	var err error
	if c.opts.Embedded != nil {
		err = c.runEmbedded(ctx)
	} else {
		c.runRemote(ctx)
	}
	close(stop)
	workers.Wait()
	c.setState(twin.Idle, "")
	c.mu.Lock()
	c.running = false
	c.mu.Unlock()
	return err
}

// runEmbedded reads the broker of this process.
func (c *Client) runEmbedded(ctx context.Context) error {
	c.setState(twin.Connecting, "")
	for text := range c.router.filters(c.opts.QoS) {
		cancel, err := c.opts.Embedded.Subscribe(text, func(topic string, payload []byte, retained bool) {
			// The broker calls once for each filter that matches, and filters may overlap.
			if t := c.router.find(topic); t.route == nil || t.route.via == text {
				c.receive(t, payload, retained)
			}
		})
		if err != nil {
			return fmt.Errorf("mqtt: source %q: %w", c.opts.Name, err)
		}
		defer cancel()
	}
	c.setState(twin.Connected, "")
	<-ctx.Done()
	return nil
}

// receive is called by the broker for each message. It never blocks.
func (c *Client) receive(t *target, payload []byte, retained bool) {
	now := c.opts.Clock().UnixNano()
	c.messages.Add(1)
	c.last.Store(now)
	switch {
	case t.route == nil && t.reason == "":
		return // no route: not ours
	case t.route == nil:
		c.reject(t.topic, errors.New(t.reason), payload)
	case len(payload) == 0:
		// A retained message was deleted.
	case len(payload) > maxPayload:
		c.reject(t.topic, fmt.Errorf("the payload has %d bytes, %d are allowed", len(payload), maxPayload), payload)
	case !c.queues[t.worker].push(t, payload, now, retained, maxQueued/len(c.queues)):
		c.dropped.Add(1)
	}
}

const (
	takeBatch = 256  // messages decoded before their slots are given back
	pushBatch = 1024 // samples handed on at once
)

// work decodes the messages of one queue until stop, and then what is left.
func (c *Client) work(q *queue, sink twin.Sink, stop <-chan struct{}) {
	d := decoder{samples: make([]twin.Sample, 0, 2*pushBatch), clock: map[twin.AssetID]clockOffset{}}
	for {
		first, second := q.take(takeBatch)
		if len(first) == 0 {
			c.flush(&d, sink)
			select {
			case <-q.wake:
				continue
			case <-stop:
				if q.waiting() > 0 {
					select {
					case <-q.wake:
					default:
					}
					continue
				}
				return
			}
		}
		for _, part := range [2][]message{first, second} {
			for i := range part {
				c.decode(&d, &part[i])
				if len(d.samples) >= pushBatch {
					c.flush(&d, sink)
				}
			}
		}
		c.flush(&d, sink)
		q.done(len(first) + len(second))
	}
}

func (c *Client) flush(d *decoder, sink twin.Sink) {
	if len(d.samples) == 0 {
		return
	}
	taken := sink.Push(d.samples)
	c.samples.Add(uint64(taken))
	c.dropped.Add(uint64(len(d.samples) - taken))
	d.samples = d.samples[:0]
}

func (c *Client) decode(d *decoder, m *message) {
	t := m.target
	if t.route.Decoder == JSON {
		warning, err := d.values(t, m.payload, m.arrival)
		if err == nil {
			err = warning
		}
		if err != nil {
			c.reject(t.topic, err, m.payload)
		}
		return
	}
	online, info, err := d.status(t, m.payload, m.arrival)
	if err != nil {
		c.reject(t.topic, err, m.payload)
		return
	}
	c.setDevice(t.asset, online, m, info)
}

// reject counts a message that could not be decoded, or only in part.
func (c *Client) reject(topic string, why error, payload []byte) {
	c.bad.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	shown := printable([]byte(topic), 200)
	b := c.topics[shown]
	if b == nil {
		if len(c.topics) >= maxBadTopics {
			shown = "(other topics)"
			b = c.topics[shown]
		}
		if b == nil {
			b = &twin.BadTopic{Topic: shown}
			c.topics[shown] = b
		}
	}
	b.Count++
	b.Reason = why.Error()
	b.Sample = printable(payload, 120)
}

func (c *Client) setDevice(asset twin.AssetID, online bool, m *message, info map[string]string) {
	c.mu.Lock()
	d, known := c.devices[asset]
	changed := !known || d.Online != online
	d.Asset, d.Online, d.Retained = asset, online, m.retained
	if changed {
		d.Since = time.Unix(0, m.arrival)
	}
	if len(info) > 0 || d.Info == nil {
		d.Info = info
	}
	c.devices[asset] = d
	c.mu.Unlock()
	if changed && c.opts.OnDevice != nil {
		c.opts.OnDevice(d)
	}
}

// Devices lists the devices that told their status, by asset.
func (c *Client) Devices() []Device {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.SortedFunc(maps.Values(c.devices), func(a, b Device) int { return int(a.Asset) - int(b.Asset) })
}

// Health implements twin.Source.
func (c *Client) Health() twin.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := twin.Health{
		State: c.state, Since: c.since, Endpoint: c.end.address, Detail: c.detail,
		Messages: c.messages.Load(), Samples: c.samples.Load(), Bad: c.bad.Load(), Dropped: c.dropped.Load(),
	}
	if ns := c.last.Load(); ns != 0 {
		h.Last = time.Unix(0, ns)
	}
	for _, t := range c.topics {
		h.Topics = append(h.Topics, *t)
	}
	slices.SortFunc(h.Topics, func(a, b twin.BadTopic) int { return strings.Compare(a.Topic, b.Topic) })
	return h
}

func (c *Client) setState(s twin.LinkState, detail string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s != c.state {
		c.state, c.since = s, c.opts.Clock()
	}
	c.detail = detail
}

// Publish sends a message that is not retained. With qos 1 it returns when the broker has taken it; with qos 0 when it
// is written. It fails at once when there is no connection, and when ctx ends.
func (c *Client) Publish(ctx context.Context, topic string, payload []byte, qos byte) error {
	wrap := func(err error) error {
		return fmt.Errorf("mqtt: source %q: publish to %q: %w", c.opts.Name, topic, err)
	}
	if err := ctx.Err(); err != nil {
		return wrap(err)
	}
	if c.opts.Embedded != nil {
		if err := c.opts.Embedded.Publish(topic, payload, qos, false); err != nil {
			return wrap(err)
		}
		return nil
	}
	l := c.link.Load()
	if l == nil {
		return wrap(errors.New("there is no connection to the broker"))
	}
	if err := l.publish(ctx, topic, payload, qos); err != nil {
		return wrap(err)
	}
	return nil
}

// Subscribe calls f for messages that match filter whenever there is a connection, until cancel is called. f runs on
// the goroutine of the broker or of the connection: it must not block, and must neither change nor keep payload.
func (c *Client) Subscribe(text string, f func(topic string, payload []byte)) (cancel func(), err error) {
	own, err := parseFilter(text)
	if err != nil {
		return nil, fmt.Errorf("mqtt: source %q: %w", c.opts.Name, err)
	}
	s := &subscription{filter: own, f: f, cancel: func() {}}
	if c.opts.Embedded != nil {
		return c.opts.Embedded.Subscribe(text, func(topic string, payload []byte, _ bool) { f(topic, payload) })
	}
	c.mu.Lock()
	c.nextSub++
	id := c.nextSub
	c.subs[id] = s
	c.mu.Unlock()
	if l := c.link.Load(); l != nil {
		l.subscribe(map[string]byte{text: 1})
	}
	var once sync.Once
	return func() {
		once.Do(func() {
			c.mu.Lock()
			delete(c.subs, id)
			needed := slices.ContainsFunc(slices.Collect(maps.Values(c.subs)), func(o *subscription) bool { return o.filter.text == text })
			c.mu.Unlock()
			if l := c.link.Load(); l != nil && !needed && !c.routed(text) {
				l.unsubscribe(text)
			}
		})
	}, nil
}

func (c *Client) routed(text string) bool {
	_, ok := c.router.filters(0)[text]
	return ok
}

// answer hands a message to the subscribers of a foreign broker.
func (c *Client) answer(topic string, payload []byte) {
	c.mu.Lock()
	var room [4]*subscription
	match := room[:0]
	var wild [8]string
	for _, s := range c.subs {
		if _, ok := s.filter.match(topic, wild[:0]); ok {
			match = append(match, s)
		}
	}
	c.mu.Unlock()
	for _, s := range match {
		s.f(topic, payload)
	}
}
