package mqtt

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/broker"
)

// Decoder says how a payload is read.
type Decoder string

// The decoders.
const (
	JSON   Decoder = "json"   // an object of numbers
	Status Decoder = "status" // an object with a bool that says whether the device is online, or the bare word
)

// Route turns the messages of a topic filter into samples of one asset. The first route that matches a topic holds.
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
	Name        string         // of the source in the twin file
	URL         string         // "mqtt://host:1883", "mqtts://user@host:8883"; tcp, ssl and tls are understood as well
	Embedded    *broker.Broker // read in process
	ClientID    string         // empty: a unique one
	Credentials func() (user, password string, err error)
	TLS         *tls.Config // for mqtts; nil is the trust of this computer
	Routes      []Route
	QoS         byte             // of value topics; status and answers use 1
	Queue       int              // messages that may wait to be decoded, 65536
	Workers     int              // decode goroutines, 1 … 8; 0 is one per processor, at most 4
	Clock       func() time.Time // time.Now
	MinBackoff  time.Duration    // before the first new attempt, 0.5 s
	MaxBackoff  time.Duration    // 15 s
	OnDevice    func(Device)     // called on a decode worker when a device comes or goes; must not block
}

// Device is what is known of a device from its status messages. It is a plain value.
type Device struct {
	Asset    twin.AssetID
	Online   bool
	Since    time.Time         // of Online, by our clock
	Retained bool              // known from a message that the broker kept
	Info     map[string]string // other keys of the status: "serial", "firmware" … Do not change it.
}

const (
	queueSize    = 1 << 16
	maxPayload   = 1 << 20  // bytes; longer messages are dropped and counted as bad
	maxQueued    = 64 << 20 // bytes of payload that may wait
	maxBadTopics = 64
	maxTopics    = 1 << 16 // topics whose route is remembered
	connectLimit = 10 * time.Second
	writeLimit   = 5 * time.Second
)

// endpoint is a checked URL.
type endpoint struct {
	address string // host:port
	user    string
	secure  bool
}

func (o *Options) setDefaults() {
	if o.Queue <= 0 {
		o.Queue = queueSize
	}
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), 4)
	}
	o.Workers = min(o.Workers, 8)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.MinBackoff <= 0 {
		o.MinBackoff = 500 * time.Millisecond
	}
	if o.MaxBackoff <= 0 {
		o.MaxBackoff = 15 * time.Second
	}
	o.MaxBackoff = max(o.MaxBackoff, o.MinBackoff)
	if o.ClientID == "" {
		var b [6]byte
		rand.Read(b[:])
		o.ClientID = "orrery-" + hex.EncodeToString(b[:])
	}
}

// parseURL checks the address of a broker. A password in it is refused: it would end up in files and screenshots.
func parseURL(raw string) (endpoint, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return endpoint{}, errors.New("the URL is not understood: write mqtt://host:1883 or mqtts://user@host:8883")
	}
	e := endpoint{address: u.Host}
	port := "1883"
	switch u.Scheme {
	case "mqtt", "tcp":
	case "mqtts", "ssl", "tls", "tcps":
		e.secure, port = true, "8883"
	default:
		return endpoint{}, fmt.Errorf("scheme %q is not supported: use mqtt or mqtts", u.Scheme)
	}
	if u.User != nil {
		if _, secret := u.User.Password(); secret {
			return endpoint{}, errors.New("the URL holds a password: leave it out and keep it in the keyring")
		}
		e.user = u.User.Username()
	}
	if u.Port() == "" {
		e.address = net.JoinHostPort(u.Hostname(), port)
	}
	return e, nil
}
