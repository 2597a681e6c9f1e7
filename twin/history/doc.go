// Package history keeps all samples of a twin on disk and answers what was when: the values of all signals at any
// moment, the samples of one signal, their extremes per pixel column, and where there is data at all.
//
// # Nouns
//
//   - Store: an open history. It belongs to one process at a time; a second Open gives an *InUseError with its id.
//   - Window: decoded blocks of ten minutes (one, for big trees) around the cursor and around now, within a bound of
//     memory. LatestAt reads there in microseconds and decodes what is missing; Prefetch decodes ahead of the cursor.
//   - Hold: at every full ten minutes the last values of silent signals are written again, with their own times, so that
//     the last value before any moment is found near to it, and never looks younger than it is.
//   - Activity: for each minute, how many signals had data. It is the density strip, and bounds the search in a gap.
//   - Finding: what Open found damaged, missing or odd, with its place, its span and what was done: see Store.Findings.
//     Records behind a damaged one in the write-ahead log are read and given back; blocks that cannot be opened are moved
//     to the folder damaged and replaced by what can be read of them. Check does this for a store that nobody has open.
//   - Backup: a copy of the store made while it runs; it is a history of its own.
//   - Pyramid: least, greatest, sum and count of each signal over equal spans, beside each block. Columns reads it where
//     columns are wide.
//   - States: enums are kept by the names of their states; a twin file may put these into another order.
//   - Late sample: one behind the newest of its signal, as after an outage. It is taken up to Options.Late behind the
//     newest of all, and found by all reads. Earlier ones are counted as TooOld. Import takes samples of any age and writes those
//     from before the log as blocks.
//
// # Qualities
//
// Numbers are stored as they are. Offline and SensorFault are stored as markers in place of the number, which is lost.
// Reads give back the quality as seen at the moment asked for (twin.Assess): Stale by the time-out of the signal,
// OutOfRange by its range, Estimated for computed signals, NoData before the first sample. When nothing at all was
// recorded for ten minutes, values without a time-out are Stale, too: nobody was there to see them change. Predicted
// values are never stored. Manual comes back as Good.
//
// # Durability
//
// When Append returns nil the samples are with the operating system: they survive the death of the process. A power cut
// may take the last seconds. Before each write the room on the disk is looked up; below Options.Reserve nothing is
// written, Append says ErrDiskFull, Stats says so, and it goes on by itself when there is room.
//
// # Time and units
//
// Values are SI. Stored times are milliseconds since the Unix epoch; finer times are rounded down. Two samples of one
// signal in one millisecond are duplicates: the first stays.
//
// # Goroutines, locks, memory
//
// One goroutine prefetches, one of the database compacts; both end with Close. There is one writer at a time; reads run
// beside it and see what Append has returned for. Slices and snapshots passed in belong to the caller. Locks are taken
// in the order life, write, loads, activity or window; the last two are never held together.
//
// The samples lie in the time series database of Prometheus (package tsdb), which no other package sees. FORMAT.md says
// what is ours on disk.
package history
