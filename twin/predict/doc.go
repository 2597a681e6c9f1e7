// Package predict fits the twin's models of a wind farm to its recorded history and says when gearboxes will fail, how
// sure that is, and whether the twin still matches the plant.
//
// # Nouns
//
//   - Reader: reads recorded means. The history satisfies it through a few lines; a Log is one for a plant's CSV log.
//   - Calibration: the fitted models: a sim.Builder for what-ifs, the wear over time, the trust.
//   - GearPrior: what is believed about the wear of gearboxes of a type before the record of one is seen.
//   - Trust: how well the twin matched a unit in the last hour.
//   - Table, Case: the score of forecasts over emulated farms that were not used to tune anything.
//
// # How a failure is predicted
//
// Vibration is freed of speed and load (wind.FitVibration); what is left is the level of wear: 0 that of the best
// gearboxes of the farm, 1 the public end of life. The level grows with a dose of stress, of torque and oil temperature
// (wind.Wear). Its exponents, the rate, and the level at which this very unit ends are not known: Metropolis draws from
// their posterior make the members of an ensemble. Each member lives through its own weather, drawn from processes that
// were fitted to the same history with the doubt that a week leaves (wind.FitProcess). The dates at which the members fail
// are the forecast: median and 80 % interval, open when fewer fail within the horizon.
//
// Beyond the history the twin uses public data of the type of turbine (wind.Spec) and priors that were learnt on emulated
// farms which ran to failure (seeds from 1000 on). It never sees hidden parameters of the plant: Backtest asks the plant for
// the truth after the forecast was made, for scoring.
//
// # What it does not know
//
// A fault of another kind than gearbox wear; a change of the weather's habits; that a unit is never the mean of its
// type. A history with less than half a day of running since the last repair tells next to nothing: then only the prior of
// a fresh gearbox speaks. A Request whose Now lies before the end of the calibrated history still uses the wear that was
// learnt from all of it.
//
// # Units, time, goroutines and memory
//
// Values are SI; history is averaged to Step. Calibrate works on all processors but one and returns when done or when its
// context ends. A Calibration is immutable but for a cache of the last few moments that what-ifs asked for, and safe for
// concurrent use. It reads from its Reader when a what-if is asked for a new moment.
//
// # Example
//
//	c, err := predict.Calibrate(ctx, reader, predict.Options{Tree: tree, Units: turbines, To: time.Now()})
//	runner := scenario.New(scenario.Options{Tree: tree, Builder: c})
package predict
