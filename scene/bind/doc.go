// Package bind is the only bridge from signals to nodes: it writes the values of a snapshot into a scene.
//
// # Nouns
//
//   - Binding: a signal changes a property of a node: it turns it (by rate or to an angle), moves, scales, shows, fades or
//     colours it. A value becomes a number by Gain and Offset or by a Curve, a colour by a Ramp; with Step both have
//     thresholds.
//   - Set: all bindings of a scene. Apply writes what changed since the last call, and nothing else.
//
// # Trust
//
// A value that must not look like a good live one marks its node: hatched when it is uncertain (stale, out of range),
// dotted when it is bad (no data, offline, sensor fault), violet when it is predicted within a measured snapshot. When
// the whole snapshot is simulated, the frame of the view says so and parts are not marked one by one. A part whose speed
// is not known stands still; one whose place is not known stays where it was; a bad value has no colour. Alarms of assets
// are added by SetAlarm.
//
// # Motion
//
// Rates turn with the plant's time, so that a paused past stands still and one played backwards turns backwards. Angles,
// positions and sizes glide to a new value within a fraction of a second, angles the shorter way round. The first Apply,
// and one after a long pause, jumps.
//
// # Goroutines, memory, cost
//
// A Set belongs to the goroutine of its scene. Apply allocates nothing; with an unchanged snapshot and nothing in motion
// it costs a few nanoseconds. Signals are SI; gains and offsets are per SI unit.
//
//	set := bind.New(scene, []bind.Binding{{Signal: speed, Node: rotor, Property: bind.RotateRate, Axis: mgl64.Vec3{0, 0, 1}, Gain: 1}})
//	changed := set.Apply(snapshot, frame, frame)
package bind
