// Package theme holds the look of the desk: colours, sizes, symbols and patterns, in a day and a night variant, and
// the Pen that draws them into a raster.
//
// Grey is the default. Colour is for what is abnormal, predicted or selected, and never stands alone: each alarm
// priority has a shape, each doubtful value a letter and a hatch, each time mode a frame of its own (after
// ISA-101.01 and NAMUR NE 107).
//
// # Nouns
//
//   - Variant: Day or Night. Mode: which of them the user wants, or Auto for the one of the system.
//   - Name: a colour by its meaning. Color(name) answers for the variant in force.
//   - Fyne: the fyne.Theme made of the same tokens, so that Fyne's own widgets look alike.
//   - Pen: draws text, shapes and symbols into an *image.RGBA. Coordinates are Fyne units (Dp); the pen knows the scale.
//   - Font: size and weight of the text that a Pen draws; the digits are of one width.
//
// # Goroutines
//
// Color, Current and OnChange may be called from any goroutine. A Pen belongs to one goroutine; its glyph cache is
// shared and locked. SetMode calls the functions given to OnChange on the goroutine that called it: the UI calls it
// on the Fyne goroutine.
//
//	pen := theme.NewPen(img, 2) // a device with two pixels per Dp
//	pen.Fill(0, 0, 200, theme.RowHeight, theme.Color(theme.Panel))
//	pen.TextRight(188, 17, "78.4", theme.FontValue, theme.Color(theme.Text))
//	pen.Alarm(12, 13, 10, twin.High, theme.AlarmUnacknowledged)
package theme
