// Package broker is the embedded MQTT broker.
package broker

// Broker is a running broker.
type Broker struct{}

// Options configure a Broker.
type Options struct {
	Addr string // "127.0.0.1:1883"; port 0 picks a free one
}

// Start starts a broker.
func Start(opts Options) (*Broker, error) { return &Broker{}, nil }

// Subscribe calls f for each message whose topic matches filter; f must not block and must not keep payload.
func (b *Broker) Subscribe(filter string, f func(topic string, payload []byte, retained bool)) (cancel func(), err error) {
	return func() {}, nil
}

// Publish sends a message in process.
func (b *Broker) Publish(topic string, payload []byte, qos byte, retain bool) error { return nil }

// Addr returns where it listens.
func (b *Broker) Addr() string { return "" }

// Close stops it.
func (b *Broker) Close() error { return nil }
