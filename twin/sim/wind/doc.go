// Package wind is the twin's own model of a wind turbine, of its gearbox and of the weather ahead. It knows public data of
// a type of turbine and what it has learnt from a record; it shares nothing with any plant.
//
// # Nouns
//
//   - Spec: public data of a type of turbine, and what engineers know of its end of life.
//   - Turbine: power curve, drive train, pitch, heat balance and vibration of one unit, fitted to its Record.
//   - Thermal: a lumped heat balance: oil against air, bearing against oil.
//   - Vibration, Level: how vibration follows speed and load, and its level freed of both.
//   - Wear: one belief about a gearbox: level, growth and end.
//   - Process, Draw, Belief: a quantity with a daily cycle that wanders on two time scales, with its doubt.
//   - Climate, Sky: wind and air temperature as processes, and the weather of all members drawn from them.
//   - Farm: all turbines over all members: a sim.Model with Channels outputs per turbine.
//   - Change: what a what-if changes. Past: the recorded weather along which a fork in the past runs first.
//
// # Units and time
//
// SI: m/s, W, rad/s, rad, K; vibration in m/s; relative speed and load are fractions of rated. Records and skies hold
// means over equal steps. Times are seconds since the Unix epoch, or since the start of a run.
//
// # Goroutines and memory
//
// Nothing here starts a goroutine. A Farm belongs to one goroutine and allocates nothing in Step. A Sky and a Process are
// immutable once made and may be shared.
//
// # Example
//
//	t := wind.Default(wind.NREL5MW).Fit(record)
//	fmt.Println(t.PowerW(8, 1)) // W at 8 m/s without a limit
package wind
