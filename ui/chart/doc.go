// Package chart draws trends over past and future: measured minimum and maximum per pixel column, the predicted median
// with its 80 % interval, a second scenario dashed, limits, now and the cursor.
//
// # Nouns
//
//   - Axis maps time to pixels, linearly; Ticks chooses round times in a time zone.
//   - Model is what a trend shows: series, limits, times. It is a plain value made anew whenever the data change.
//   - Series is one line: Columns (measured) or Band (predicted), one entry per pixel column, in SI.
//   - Points are samples in the order of their times. Reduce finds their exact extremes per pixel column, Derive makes
//     another signal of one (derivative, integral, moving mean, RMS, deviation), Combine one of several, Describe the
//     statistics of a span, Spectrum and Histogram what their names say.
//   - Scale is an axis of values: one for each unit, on a shared grid.
//   - Figure is a chart that is not over time: bars, a spectrum, one signal over another.
//   - Export writes a Model as PNG, SVG, PDF or CSV.
//   - Draw paints a Model into an image, with the pen and the colours of ui/theme; it needs no window.
//   - Trend is the Fyne widget around Draw.
//
// # Ownership
//
// Draw writes to the image alone. A Model given to Trend.Set belongs to the trend from then on. All widget methods run
// on Fyne's main goroutine. Values are SI; they are converted by the unit of the series when axis and read-out are drawn.
package chart
