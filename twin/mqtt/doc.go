// Package mqtt reads samples from an MQTT broker: the embedded one of this process, or any other by the network.
//
// # Nouns
//
//   - Client: a twin.Source bound to one broker.
//   - Route: turns the messages of a topic filter into samples of one asset.
//   - Field: maps a key of the payload to a signal and its unit.
//   - Decoder: how a payload is read: JSON for values, Status for "this device is online".
//   - Device: what is known of a device from its status messages.
//
// # What a message becomes
//
// A number is a Good sample in SI; null, and a value that cannot be read, is a SensorFault; a key that is missing is
// nothing, so that the value grows stale by itself. The time is that of the device if the message has one (a number in
// s, ms, µs or ns, or ISO 8601), else that of arrival. A status of "offline" marks all signals below the asset
// Offline. What cannot be decoded is counted by topic, with the start of the newest payload in printable form.
//
// # Goroutines and memory
//
// The callback of the broker copies the payload into a bounded queue and returns; it never blocks, and a full queue
// drops and counts. Decode workers take from the queues; all messages of one asset go through one worker, so their
// order is kept. Payloads handed to Subscribe callbacks are shared: neither change nor keep them. Run ends with its
// context and leaves no goroutine behind.
//
// # Units and errors
//
// Field.Unit converts to SI. New reports what can never work; everything else is a state in Health with a sentence for
// people, and Run tries again with back-off from 0.5 s to 15 s. Passwords come from a callback at each attempt, are not
// kept and are never part of a message.
//
// # Example
//
//	client, err := mqtt.New(tree, mqtt.Options{Name: "plant", URL: "tcp://127.0.0.1:1883", Routes: []mqtt.Route{{
//		Filter: "windfarm/+/telemetry", Asset: "farm/{1}", Decoder: mqtt.JSON, TimeKey: "ts",
//		Fields: []mqtt.Field{{Key: "oil_temp", Signal: "gearbox/oil_temp", Unit: celsius}},
//	}}})
//	err = client.Run(ctx, sink)
package mqtt
