// Package recording exchanges samples with other programs by files: it writes what a twin recorded, and reads what others
// did, as CSV, Parquet or MCAP.
//
// # Nouns
//
//   - Format: how a file is laid out. CSV has a column for each signal, CSVLong a row for each sample, Parquet the same
//     rows with typed columns, MCAP a channel for each signal with JSON messages.
//   - Writer: takes samples in the order of time. Read: yields them in the order of the file.
//   - Options: the signals and units of a file to write; Mapping: how the columns of a foreign file are to be understood.
//   - Preview: how a CSV file begins, for a person who has to say what its columns mean.
//   - Table: columns of numbers and texts that are no samples, such as the results of an experiment.
//   - Report: what could not be used, with the places where it stands.
//
// # What is kept
//
// Times to the nanosecond, values with all their digits, in the display unit of the signal, which is named beside them.
// All formats but CSV keep qualities; CSV leaves the cell of a bad sample empty. What one of these writes, Read gives back.
//
// # Foreign CSV
//
// The separator (comma, semicolon or tab), decimal commas and the way times are written are found out from the file. Times
// without a zone are of Mapping.Zone. Columns are matched to signals by their path, with or without a unit in brackets; a
// unit there is converted. Cells that are no number cost that cell alone, and are counted with their line.
//
// # Limits, goroutines, units
//
// Lines, cells, columns and messages have caps; nothing is held in memory but a batch. No goroutine is started. Values of
// samples are SI.
package recording
