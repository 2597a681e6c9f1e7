// Package engine owns the present: the current value of every signal.
//
// # Nouns
//
//   - Engine: the owner. It is the twin.Sink of all sources and publishes twin.Snapshot.
//   - History, Journal: where samples and events go; twin/history and twin/journal fit.
//   - Stats: what the engine did, how late it is and what it had to drop.
//
// # Rules for values
//
//   - A sample older than the current value of its signal goes to the history and moves nothing else.
//   - A time stamp more than FutureLimit ahead of our clock is set to our clock, counted, and noted once per asset.
//   - Offline ends a value even when its time stamp lies a little behind; the next measured value ends Offline.
//   - What a snapshot shows is twin.Assess of the current value at the time of the snapshot: values grow stale in it.
//
// # Goroutines and memory
//
// Run starts one owner goroutine, one writer each for history and journal, and one goroutine for each source; all have
// ended when it returns. The owner ticks every 10 ms: it takes the queue, updates, steps the alarms, and publishes at
// most 60 times a second, and only when something changed or a value grew stale (looked at twice a second). A published
// snapshot is a fresh copy, so readers may keep it as long as they like: 24,000 signals at 60 Hz are 35 MB/s, which
// the collector takes in its stride, and a pool could not know when the last reader is done. All queues are bounded;
// what does not fit is dropped, counted and shown. A history or journal that fails is tried again, while the live
// values go on.
//
// # Units and errors
//
// Values are SI. Methods are safe for concurrent use. Errors of operations on alarms are sentences for people.
//
// # Example
//
//	e, err := engine.New(engine.Options{Tree: tree, History: store, Journal: log, Alarms: book, Sources: sources})
//	go e.Run(ctx)
//	v := e.Snapshot().At(oil)
package engine
