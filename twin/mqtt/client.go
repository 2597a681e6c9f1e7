// Package mqtt reads samples from an MQTT broker.
package mqtt

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/broker"
)

// Decoder says how a payload is read.
type Decoder string

// The decoders.
const (
	JSON   Decoder = "json"   // an object of numbers
	Status Decoder = "status" // an object with a bool that says whether the device is online
)

// Route turns the messages of a topic filter into samples of one asset.
type Route struct {
	Filter   string // MQTT topic filter with + and #: "windfarm/+/telemetry"
	Asset    string // path of the asset; {1} stands for what the first wildcard matched, {2} for the second …
	Decoder  Decoder
	TimeKey  string        // key of the device's time stamp; empty: time of arrival
	TimeUnit time.Duration // what one unit of the time stamp is; 0: s, ms, µs or ns by magnitude
	Online   string        // of Status: key of the bool; empty is "online"
	Fields   []Field       // of JSON
}

// Field maps a key of the payload to a signal.
type Field struct {
	Key    string
	Signal string    // relative to the asset of the route: "gearbox/oil_temp"
	Unit   twin.Unit // the plant's unit; its zero value means SI
}

// Options configure a Client. One of URL and Embedded is needed.
type Options struct {
	Name        string
	URL         string         // "tcp://host:1883", "mqtts://user@host:8883"
	Embedded    *broker.Broker // read in process
	ClientID    string         // empty: a unique one
	Credentials func() (user, password string, err error)
	TLS         *tls.Config
	Routes      []Route
	Clock       func() time.Time
}

// Client is a twin.Source.
type Client struct{}

// New makes a client.
func New(tree *twin.Tree, opts Options) (*Client, error) { return &Client{}, nil }

// Name implements twin.Source.
func (c *Client) Name() string { return "" }

// Run implements twin.Source.
func (c *Client) Run(ctx context.Context, sink twin.Sink) error { return nil }

// Health implements twin.Source.
func (c *Client) Health() twin.Health { return twin.Health{} }

// Publish sends a message and waits for the broker's receipt when qos > 0, or until ctx ends.
func (c *Client) Publish(ctx context.Context, topic string, payload []byte, qos byte) error {
	return nil
}

// Subscribe calls f for messages that match filter, whenever the client is connected; f must not block.
func (c *Client) Subscribe(filter string, f func(topic string, payload []byte)) (cancel func(), err error) {
	return func() {}, nil
}
