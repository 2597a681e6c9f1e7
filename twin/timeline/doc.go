// Package timeline holds the one cursor of the twin: where in time the user looks, and how that moves.
//
// # Nouns
//
//   - Mode: Live (the cursor is now), Past (it stands in the recorded past), Playing (it moves through the recorded
//     past) and Future (it is after now, at rest or playing).
//   - State: what a frame needs: mode, cursor, now, speed, bounds. It is a plain value.
//   - Bounds: first, where the recording begins, and the horizon, where the forecast ends. The cursor stays between
//     them; with nothing recorded or nothing predicted, now itself is the bound.
//   - Bookmark: a moment that a person named, with the span of the axis and the view. Mark: a moment that the twin knows,
//     such as an alarm.
//   - Window: a span of the axis that ends at now.
//   - Loop: a span that play repeats.
//   - ParseMoment: reads times as people write them. Link: a moment with its view, as text that can be sent.
//
// # Rules
//
// The cursor becomes live by GoLive, by playing forward up to now, by a step that lands on now, or when it is let go
// within the snap distance of now; never by merely passing over now in the user's hand. In Live, At equals Now. Play at
// a positive speed from the past ends live; in the future it ends at the horizon; backward it ends at the first sample;
// with a loop set it repeats. A resting cursor in the future that now catches up with stands in the past from then on.
//
// # Goroutines and time
//
// There are no goroutines and there is no I/O: Tick is called once per frame and reads the injected clock. All methods
// may be called from any goroutine. A pause between two ticks of more than MaxFrame (a suspended laptop) counts as
// MaxFrame, so that play never jumps.
//
//	tl := timeline.New(time.Now)
//	tl.SetBounds(first, now.Add(48*time.Hour))
//	tl.Seek(yesterday)
//	tl.SetSpeed(100)
//	tl.Play()
//	state := tl.Tick() // state.Mode == timeline.Playing
package timeline
