// Package trend makes what a trend panel shows of the history of a twin: lines of signals and of what is computed of
// them, limits, events, earlier periods, histograms, spectra and one signal over another.
//
// # Nouns
//
//   - Spec says what is plotted: Lines by the paths of their signals, the View, periods to compare with. It is a plain
//     value that is kept as JSON, so that a trend outlives the tree that it was made with.
//   - Line is a signal, or an expression over signals, as measured or derived.
//   - Query is a Spec with all that answers it: the tree, the history, the journal, the span and its pixel columns. Model
//     makes a chart.Model of it, Statistics sums a span up, Export writes a picture or the samples.
//   - A line is coarse when its span holds more than MaxPoints samples: what is computed of it is then computed of means
//     over equal parts, and its name says so. Lines as measured are never coarse: their extremes are exact.
//
// # Units
//
// Values are SI. All lines of one dimension are shown in one unit, that of the first of them, and share an axis.
//
// # Goroutines
//
// A Query is used by one goroutine at a time; nothing is shared between two. What it asks for may take long: give a
// context that can be cancelled.
//
// # Errors
//
// Errors begin with "trend: ". A signal that the tree no longer has is left out and named in Query.Missing.
package trend
