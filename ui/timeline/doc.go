// Package timeline draws the one timeline and lets the user hold its cursor.
//
// # Nouns
//
//   - Model is what the strip shows: the span, now, the cursor, the density of the recorded past, events, the forecast
//     with its failure marks, the lane of a second scenario, and further ones that branch off at their forks. It is a plain value made anew whenever the data change.
//   - Draw paints a Model into an image; it needs no window.
//   - Strip is the Fyne widget: drag moves the cursor, wheel zooms around the pointer, middle drag pans, a click on a
//     mark goes there, double click shows everything. The buttons above it step, play and return to live.
//
// The strip decides nothing: it tells the shell through its On… functions, and the shell moves the cursor of
// twin/timeline. Its time axis is that of ui/chart with the same margins, so that a trend above it stands in line.
//
// All methods run on Fyne's main goroutine. A Model given to Strip.Set belongs to the strip from then on.
package timeline
