package broker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Options configure a Broker. The zero value listens on DefaultAddr with sensible caps.
type Options struct {
	Addr string // host:port; empty is DefaultAddr; port 0 takes a free one

	// Authenticate says who may connect; nil lets everyone in and is allowed on the loopback interface only.
	Authenticate func(client, user string, password []byte) bool
	// Allow says who may write to (or read from) a topic; nil allows everything but writing below $SYS.
	Allow func(client, user, topic string, write bool) bool
	TLS   *tls.Config // needed on any address but loopback

	MaxClients     int           // 4096
	MaxPacketBytes int           // 1 MiB
	MaxRetained    int           // retained topics, 65536
	MaxPending     int           // messages that may wait for one slow client, 1024
	SessionExpiry  time.Duration // how long the session of a client that left is kept, 1 h
	ConnectTimeout time.Duration // how long a new socket may stay silent, 10 s

	Log *slog.Logger // nil: no log
}

// DefaultAddr is where the broker listens unless told otherwise.
const DefaultAddr = "127.0.0.1:1883"

func (o *Options) setDefaults() {
	if o.Addr == "" {
		o.Addr = DefaultAddr
	}
	for _, d := range []struct {
		field *int
		value int
	}{{&o.MaxClients, 4096}, {&o.MaxPacketBytes, 1 << 20}, {&o.MaxRetained, 1 << 16}, {&o.MaxPending, 1024}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.SessionExpiry <= 0 {
		o.SessionExpiry = time.Hour
	}
	if o.ConnectTimeout <= 0 {
		o.ConnectTimeout = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
}

// Stats are counters of a Broker. It is a plain value.
type Stats struct {
	Clients  int    // connected now
	Received uint64 // messages published by clients and in process
	Sent     uint64 // messages to clients
	Dropped  uint64 // messages that a slow client did not take in time
	Refused  uint64 // connections and publications against the rules
	Retained int    // retained topics
}

// Broker is a running broker. Its methods are safe for concurrent use.
type Broker struct {
	server *mochi.Server
	listen *listener
	guard  *guard
	opts   Options

	mu     sync.Mutex
	nextID int
	closed bool
	wait   sync.WaitGroup // publications in process that are under way
}

// ErrClosed is returned after Close.
var ErrClosed = errors.New("broker: closed")

// Start starts a broker.
func Start(opts Options) (*Broker, error) {
	opts.setDefaults()
	if err := checkAddress(&opts); err != nil {
		return nil, err
	}
	caps := mochi.NewDefaultServerCapabilities()
	caps.MaximumClients = int64(opts.MaxClients)
	caps.MaximumPacketSize = uint32(opts.MaxPacketBytes)
	caps.MaximumClientWritesPending = int32(opts.MaxPending)
	caps.MaximumSessionExpiryInterval = uint32(opts.SessionExpiry / time.Second)
	caps.MaximumInflight = 1024
	caps.TopicAliasMaximum = 0
	b := &Broker{opts: opts}
	b.server = mochi.New(&mochi.Options{
		Capabilities: caps,
		InlineClient: true,
		Logger:       opts.Log,
		// The library stops the world to count memory each time it does this.
		SysTopicResendInterval: 60,
	})
	b.guard = &guard{opts: &b.opts, server: b.server}
	if err := b.server.AddHook(b.guard, nil); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	b.listen = newListener(&b.opts)
	if err := b.server.AddListener(b.listen); err != nil {
		// The event loop that Close would stop has not begun, only its tickers, which the collector takes.
		return nil, listenError(opts.Addr, err)
	}
	if err := b.server.Serve(); err != nil {
		b.server.Close()
		return nil, fmt.Errorf("broker: %w", err)
	}
	return b, nil
}

// checkAddress refuses to open the broker to the network by accident.
func checkAddress(o *Options) error {
	host, port, err := net.SplitHostPort(o.Addr)
	if err != nil || port == "" {
		return fmt.Errorf("broker: %q is not an address: write host:port, for example %s", o.Addr, DefaultAddr)
	}
	if host == "localhost" || net.ParseIP(host).IsLoopback() {
		return nil
	}
	var lacks []string
	if o.Authenticate == nil {
		lacks = append(lacks, "authentication")
	}
	if o.TLS == nil {
		lacks = append(lacks, "TLS")
	}
	if len(lacks) == 0 {
		return nil
	}
	return fmt.Errorf("broker: %s would open the broker to the network without %s: set up both, or listen on %s",
		o.Addr, strings.Join(lacks, " and "), DefaultAddr)
}

func listenError(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) || strings.Contains(err.Error(), "Only one usage of each socket address") {
		return fmt.Errorf("broker: %s is in use: another Orrery or broker is running; close it or choose another address: %w", addr, err)
	}
	if errors.Is(err, syscall.EACCES) {
		return fmt.Errorf("broker: %s is not allowed for this user: choose a port above 1023: %w", addr, err)
	}
	return fmt.Errorf("broker: cannot listen on %s: %w", addr, err)
}

// Subscribe calls f for each message whose topic matches filter, first for the retained ones (retained is true for
// those alone) and then for each new one, on the goroutine of its publisher, until cancel is called. f must not block,
// and must neither change nor keep payload. A message that is published while Subscribe runs may come twice. Topics
// of the broker itself ($SYS/…) come only to filters that begin with "$".
func (b *Broker) Subscribe(filter string, f func(topic string, payload []byte, retained bool)) (cancel func(), err error) {
	if !mochi.IsValidFilter(filter, false) || strings.HasPrefix(strings.ToLower(filter), "$share") {
		return nil, fmt.Errorf("broker: %q is not a topic filter", filter)
	}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil, ErrClosed
	}
	b.nextID++
	id := b.nextID
	b.mu.Unlock()

	own := strings.HasPrefix(filter, "$")
	var off atomic.Bool
	deliver := func(pk packets.Packet, retained bool) {
		if off.Load() || !own && strings.HasPrefix(pk.TopicName, "$") {
			return
		}
		f(pk.TopicName, pk.Payload, retained)
	}
	// Not Server.Subscribe, which does not tell retained messages from new ones.
	b.server.Topics.InlineSubscribe(mochi.InlineSubscription{
		Subscription: packets.Subscription{Identifier: id, Filter: filter},
		Handler:      func(_ *mochi.Client, _ packets.Subscription, pk packets.Packet) { deliver(pk, false) },
	})
	for _, pk := range b.server.Topics.Messages(filter) {
		deliver(pk, true)
	}
	return func() {
		if off.CompareAndSwap(false, true) {
			b.server.Topics.InlineUnsubscribe(id, filter)
		}
	}, nil
}

// Publish sends a message in process: it is delivered to the subscribers in this process before Publish returns, and
// queued for the others. The payload belongs to the caller again after the call.
func (b *Broker) Publish(topic string, payload []byte, qos byte, retain bool) error {
	if topic == "" || !mochi.IsValidFilter(topic, true) {
		return fmt.Errorf("broker: %q is not a topic to publish to", topic)
	}
	if qos > 2 {
		return fmt.Errorf("broker: there is no quality of service %d", qos)
	}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return ErrClosed
	}
	b.wait.Add(1)
	b.mu.Unlock()
	defer b.wait.Done()
	if err := b.server.Publish(topic, append([]byte(nil), payload...), retain, qos); err != nil {
		return fmt.Errorf("broker: publish to %q: %w", topic, err)
	}
	return nil
}

// Addr returns where the broker listens, with the port that it took.
func (b *Broker) Addr() string { return b.listen.Address() }

// Stats returns the counters.
func (b *Broker) Stats() Stats {
	i := b.server.Info.Clone()
	return Stats{
		Clients:  int(i.ClientsConnected),
		Received: uint64(i.MessagesReceived),
		Sent:     uint64(i.MessagesSent),
		Dropped:  uint64(i.MessagesDropped + i.InflightDropped),
		Refused:  b.guard.refused.Load() + b.listen.refused.Load(),
		Retained: int(i.Retained),
	}
}

// Close disconnects all clients and stops the broker. Last wills of connected clients are still delivered to
// subscribers in this process.
func (b *Broker) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	b.mu.Unlock()
	b.wait.Wait()
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("broker: close: %w", err)
	}
	return nil
}
