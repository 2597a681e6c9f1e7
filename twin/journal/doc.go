// Package journal keeps what is not a number: alarms, commands, devices that come and go, notes of people. It is the
// audit trail of the twin: entries are only ever added, and a chain of hashes shows when one was changed afterwards.
//
// # Nouns
//
//   - Entry: an event as it stands in the journal, with a number that rises by one and the paths of its asset and
//     signal. Paths are kept, not ids: the journal outlives the tree.
//   - Filter: which entries are wanted: by time, kind, asset with all below it, priority, occurrence or words.
//   - Chain: each row holds SHA-256 over the hash of the row before it and its own canonical encoding (FORMAT.md).
//     Verify checks all of it. Whoever can write the file can also write a new chain; Seal returns its end, to be kept
//     elsewhere, where that matters.
//
// # Durability
//
// The file is an SQLite database in WAL mode. When Append returns nil the entries are with the operating system: they
// survive the death of the process; a power cut may take the last moments. Append with many events at once is one
// transaction.
//
// # Goroutines and processes
//
// All methods are safe for concurrent use. Several processes may have one journal open: each append takes the database's
// write lock and continues the chain from what is in the file, so a second twin, or a tool, reads and even writes safely.
// No goroutine of ours is started.
//
// # Errors
//
// Errors read "journal: what: cause". Verify gives a *BrokenError that names the first row that does not fit.
//
//	j, err := journal.Open("journal.db", tree)
//	err = j.Append(ctx, twin.Event{Time: now, Kind: twin.NoteEvent, Asset: gearbox, Signal: twin.NoSignal, Text: "oil changed"})
//	entries, err := j.Query(ctx, journal.Filter{Asset: "farm/T03", Kinds: []twin.EventKind{twin.AlarmEvent}, Limit: 50})
package journal
