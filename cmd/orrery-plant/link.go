package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// link is one MQTT connection for one or more devices.
type link struct {
	options
	devices  []site.Device
	commands chan<- order
	client   paho.Client
	waiting  chan message
	done     chan struct{}
	dropped  atomic.Uint64
}

type message struct {
	topic   string
	payload []byte
}

func newLink(o options, commands chan<- order) *link {
	return &link{options: o, commands: commands, waiting: make(chan message, 4096), done: make(chan struct{})}
}

// status is the retained birth, and the last will.
type status struct {
	TS       int64  `json:"ts"`
	Online   bool   `json:"online"`
	Kind     string `json:"kind,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Firmware string `json:"firmware,omitempty"`
}

func (l *link) statusTopic(d site.Device) string { return l.prefix + "/" + d.Topic() + "/status" }

// connect begins to connect and goes on trying in the background.
func (l *link) connect() {
	first := l.devices[0]
	opts := paho.NewClientOptions().AddBroker(l.broker).
		SetClientID(fmt.Sprintf("plant-%d-%s-%d", l.seed, strings.ReplaceAll(first.Topic(), "/", "-"), os.Getpid())).
		SetCleanSession(true).SetAutoReconnect(true).SetConnectRetry(true).SetConnectRetryInterval(time.Second).
		SetMaxReconnectInterval(10 * time.Second).SetKeepAlive(10 * time.Second).SetWriteTimeout(5 * time.Second).SetOrderMatters(false)
	if u, err := url.Parse(l.broker); err == nil && u.User != nil {
		opts.SetUsername(u.User.Username()).SetPassword(os.Getenv("ORRERY_PLANT_PASSWORD"))
	}
	// A connection has one last will: of its device, or of the first of its group.
	opts.SetWill(l.statusTopic(first), `{"online":false}`, 1, true)
	opts.SetOnConnectHandler(func(c paho.Client) { l.born(c) })
	opts.SetConnectionLostHandler(func(_ paho.Client, err error) { slog.Warn("broker lost, retrying", "error", err) })
	l.client = paho.NewClient(opts)
	l.client.Connect()
	go l.send()
}

// born announces the devices and listens for commands.
func (l *link) born(c paho.Client) {
	for _, d := range l.devices {
		plate := d.Plate()
		s, err := json.Marshal(status{TS: time.Now().UnixMilli(), Online: true, Kind: plate.Kind,
			Serial: fmt.Sprintf("%s-%04d-%s", plate.Serial, l.seed, d.Topic()), Firmware: plate.Firmware})
		if err != nil {
			continue
		}
		c.Publish(l.statusTopic(d), 1, true, s)
		c.Subscribe(l.prefix+"/"+d.Topic()+"/cmd", 1, func(_ paho.Client, m paho.Message) {
			payload := m.Payload()
			if len(payload) > maxCommand {
				payload = payload[:maxCommand+1] // too long is answered as such, whatever its length
			}
			select {
			case l.commands <- order{d, l, append([]byte(nil), payload...)}:
			default: // a flood of commands: the sender gets no answer and times out
			}
		})
	}
}

// publish queues a message; it never blocks.
func (l *link) publish(topic string, payload []byte) {
	select {
	case l.waiting <- message{topic, payload}:
	default:
		l.dropped.Add(1)
	}
}

func (l *link) send() {
	for {
		select {
		case <-l.done:
			return
		case m := <-l.waiting:
			if !l.client.IsConnectionOpen() {
				l.dropped.Add(1)
				continue
			}
			l.client.Publish(m.topic, 0, false, m.payload)
		}
	}
}

// close says goodbye: a device that is switched off is offline, and says so itself.
func (l *link) close() {
	close(l.done)
	if l.client == nil {
		return
	}
	if l.client.IsConnectionOpen() {
		for _, d := range l.devices {
			s, _ := json.Marshal(status{TS: time.Now().UnixMilli()})
			l.client.Publish(l.statusTopic(d), 1, true, s).WaitTimeout(time.Second)
		}
	}
	l.client.Disconnect(200)
}
