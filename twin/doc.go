// Package twin holds the nouns of a digital twin. It is the glossary of the whole project: every other package
// speaks in these types. It depends on the standard library alone, starts no goroutine and does no I/O.
//
// # Nouns
//
//   - Asset: a physical thing, in a tree: "farm/T03/gearbox". ISA-95 calls it equipment.
//   - Signal: one measured or computed quantity of an asset, with unit, range and time-out. Others say tag or point.
//   - Tree: all assets and signals of one twin, immutable once made. Ids are indices into it.
//   - Sample: one value of one signal at one time, with its Quality. OPC UA calls it a DataValue.
//   - Quality: how far a value may be trusted, and why. Its zero value is NoData, so that forgotten values never look good.
//   - Snapshot: the values of all signals at one moment, whether measured, recorded or predicted. Others say process image.
//   - Event: something that happened and is worth a line in the journal.
//   - Source: a way in for samples; Sink: where they go; Health: how a source is doing.
//
// # Units and time
//
// Values are SI inside (kelvin, radian, watt, radian per second); Unit converts at the edges. Stored times are int64
// nanoseconds since the Unix epoch, in UTC; API times are time.Time and time.Duration.
//
// # Ownership
//
// A published Snapshot and a Tree are immutable and may be read from any goroutine. A slice passed to Sink.Push
// belongs to the caller again after the call: whoever keeps samples copies them.
package twin
