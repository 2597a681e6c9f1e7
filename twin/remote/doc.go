// Package remote shares a history with a cluster that speaks Prometheus: VictoriaMetrics, Mimir, Thanos, Prometheus.
//
// # Nouns
//
//   - Client: one cluster. Write sends samples by remote write 1.0 (protobuf, snappy), Fetch reads them back by the query
//     API, which all of these have.
//   - Queue: samples on their way to a cluster. Push returns when they are with the operating system, in files of the
//     queue's folder; one goroutine sends them, oldest first, for as long as it takes. So an outage of the cluster, of the
//     network or of this process loses nothing, up to QueueOptions.MaxBytes; beyond it the oldest file goes and its samples
//     are counted as Dropped. What was sent but not yet noted as sent is sent again: clusters take duplicates as one.
//   - Tee: gives each batch to a queue and to the local store.
//
// # Series
//
// A signal is orrery_signal{path="farm/T01/power", …} with the labels of Options beside, such as twin="windfarm". Values are
// SI, times milliseconds since the Unix epoch. Offline and SensorFault are sent as the stale marker of Prometheus, and read
// back as Offline.
//
// # Files of a queue
//
// 00000001.queue and on: the 8 bytes "OrrSend" 0x01, then records: length (u32) and CRC-32C (u32) of the payload, both
// little-endian, and the payload. A payload is a row of entries: 0x01, id (uvarint), length (uvarint) and bytes of a path give
// a number to a path for the rest of the file; 0x02, id, time (varint ms, less the one before in the record), value (8 bytes,
// little-endian) is a sample. The file position holds "FILE OFFSET": all before it was sent. Reading leaves out records that
// do not match their sum.
//
// # Goroutines, errors
//
// Push, Stats and Write may be called from any goroutine. Batches belong to the caller. Errors of the network and answers
// 429 and 5xx are tried again, later and later; other refusals are counted as Rejected with the reason, for they would never
// end.
package remote
