// Package bind is the only bridge from signals to nodes: it writes the values of a snapshot into a scene.
//
// # Nouns
//
//   - Binding: a value changes a Property of a node. The value is a signal or an expression over several; by Range, Gain and
//     Offset, or a Curve, it becomes a number that moves, scales, shows, fades or fills the part; by a Ramp or a Category a
//     colour that tints it or lets it glow; by both an arrow, a flow or a trail beside it. With Step the ramp has thresholds.
//   - Set: all bindings of a scene. Apply writes what changed since the last call, and nothing else.
//   - Shade: colours over those of all bindings, to show a difference; see Set.Shade.
//   - Reading: what a label or badge says; the view draws these.
//
// # Trust
//
// A value is trusted no more than the worst signal that it is made of. One that must not look like a good live one marks
// its node: hatched when it is uncertain (stale, out of range), dotted when it is bad (no data, offline, sensor fault, a
// division by zero), violet when it is predicted within a measured snapshot. Arrows, flows and trails are marked themselves.
// When the whole snapshot is simulated, the frame of the view says so and parts are not marked one by one. A part whose
// speed is not known stands still; one whose place is not known stays where it was; a bad value has no colour. A Policy
// lets only good values count, or hides what is in doubt. What is no number never reaches the scene. Alarms of assets are
// added by SetAlarm.
//
// # Motion
//
// Rates turn, run and flow with the plant's time, so that a paused past stands still and one played backwards turns
// backwards. Angles, positions, sizes, levels and arrows glide to a new value within a fraction of a second, angles the
// shorter way round; by Linear they take as long as lies between two values, by Jump no time. The first Apply, and one after
// a long pause, jumps. A trail holds only places where the part was seen: it is cut off behind the moment that is shown, and
// begins anew after a jump in time and after its part was lost.
//
// # Units
//
// Values are SI; Gain and Offset are per SI unit. Axes, paths and arrows stand in the frame of the node at rest, in metres.
//
// # Goroutines, memory, cost
//
// A Set belongs to the goroutine of its scene. Apply allocates nothing, save where a clip moves materials or shapes; with an
// unchanged snapshot and nothing in motion it costs a few nanoseconds. The signs of a set are glyphs of the scene: Rest
// takes them away, and Resume takes them over.
//
// # Errors
//
// Check says what is wrong with bindings before New is given them; Apply has no errors.
//
//	set := bind.New(scene, []bind.Binding{{Signal: speed, Node: rotor, Property: bind.RotateRate, Axis: mgl64.Vec3{0, 0, 1}, Gain: 1}})
//	changed := set.Apply(snapshot, frame, frame)
package bind
