// Package chart draws trends over past and future: measured minimum and maximum per pixel column, the predicted median
// with its 80 % interval, a second scenario dashed, limits, now and the cursor.
//
// # Nouns
//
//   - Axis maps time to pixels, linearly; Ticks chooses round times in a time zone.
//   - Model is what a trend shows: series, limits, times. It is a plain value made anew whenever the data change.
//   - Series is one line: Columns (measured) or Band (predicted), one entry per pixel column, in SI.
//   - Draw paints a Model into an image, with the pen and the colours of ui/theme; it needs no window.
//   - Trend is the Fyne widget around Draw.
//
// # Ownership
//
// Draw writes to the image alone. A Model given to Trend.Set belongs to the trend from then on. All widget methods run
// on Fyne's main goroutine. Values are SI; they are converted by the unit of the series when axis and read-out are drawn.
package chart
