// Package chart draws trends over past and future: measured minimum and maximum per pixel column, the predicted median
// with its 80 % interval, a second scenario dashed, earlier periods, limits and what lies beyond them, events, now, the
// cursor and a selected span; and figures without a time axis.
//
// # Nouns
//
//   - Axis maps time to pixels, linearly; Ticks chooses round times in a time zone.
//   - Model is what a trend shows: series, limits, times. It is a plain value made anew whenever the data change.
//   - Series is one line: Columns (measured) or Band (predicted), one entry per pixel column, in SI. A measured value
//     holds for Series.Hold columns, so that a line does not break where samples are farther apart than pixels; beyond
//     that, and after now, there is a gap. Steps are of states: they are level, and their axis names the States.
//   - Points are samples in the order of their times. Reduce finds their exact extremes per pixel column, Derive makes
//     another signal of one (derivative, integral, moving mean, RMS, deviation), Combine one of several, Describe the
//     statistics of a span, Spectrum and Histogram what their names say.
//   - Scale is an axis of values: one for each unit, on a shared grid. The first stands at the left; the others within
//     the plot at its right edge, because the timeline below ends where the plot does.
//   - Figure is a chart that is not over time: bars, spectra on logarithmic axes, signals over another. It has Sets.
//   - Export writes a Model as PNG, SVG, PDF or CSV. A document holds all that the picture does; dialect is how SVG and
//     PDF take text and colours.
//   - Draw paints a Model into an image, with the pen and the colours of ui/theme; it needs no window.
//   - Trend is the Fyne widget around Draw. Shift and a drag select a span in it, a click on an event asks for its story.
//
// # Ownership
//
// Draw and Export only read the Model. A Model given to Trend.Set belongs to the trend from then on. All widget methods
// run on Fyne's main goroutine; all else may run on any. Values are SI; they are converted by the unit of the series when
// axis and read-out are drawn.
package chart
