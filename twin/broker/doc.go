// Package broker is the embedded MQTT broker (mochi-mqtt): a plant can speak to the twin with nothing else installed.
//
// # Nouns
//
//   - Broker: a running broker with one listener.
//   - Options: where it listens, who may come in, and the caps that keep one client from starving the rest.
//
// # Safety
//
// It listens on the loopback interface unless told otherwise; any other address needs TLS and an Authenticate
// function, or Start refuses with a sentence. Clients, sockets, sessions, retained topics and packet sizes are capped;
// a socket that does not say CONNECT within ConnectTimeout is closed. Topic aliases are off, because the broker library
// checks access before it resolves them. A last will is bound by the same access rule as a publication. Nobody but
// the broker writes below $SYS.
//
// # Goroutines and memory
//
// Subscribers in the same process are called on the goroutine of the publishing connection: they must not block. The
// payload that they get is shared and must be neither changed nor kept after the call. A slow subscriber in this
// process slows its publishers down; nothing is dropped. Close ends all goroutines and may be called twice.
//
// # Errors
//
// Start fails when the address is in use, not allowed, or not to be had; the message says what to do.
//
// # Example
//
//	b, err := broker.Start(broker.Options{Addr: "127.0.0.1:1883"})
//	if err != nil { return err }
//	defer b.Close()
//	cancel, err := b.Subscribe("windfarm/+/telemetry", func(topic string, payload []byte, retained bool) { … })
package broker
