// Package sim runs models ahead in time: many ensemble members at once, in fixed steps, with the results kept as bands.
//
// # Nouns
//
//   - Model: a system that advances all its ensemble members by one step at a time. Its memory is a structure of arrays:
//     one slice per quantity, one element per member. A step allocates nothing.
//   - Channel: one output of a model, bound to a signal of the tree.
//   - Unit: a thing that can fail and that delivers energy: a turbine, with the asset that fails first.
//   - Grid: start, step and number of steps of a run.
//   - Bands: for each channel and step the median and the 10 % and 90 % quantiles over the members.
//   - Request, Builder, Job: what a what-if asks for, who can build a model for it, and the model made ready. A model that is an
//     io.Closer is closed once its run is over.
//   - Together: several builders as one.
//   - Record: what was measured along the part of a grid that lies in the past; it drives models up to now.
//   - Stopped: a model could not go on; what it came to before stands.
//
// # Units, time and goroutines
//
// Values are SI. A model counts steps, its Grid says which times they stand for. Run works in the goroutine of its
// caller and yields between steps, so that a user interface on the same processor stays smooth; it looks at its context
// once per step. A Model belongs to one goroutine. Bands may be read from any goroutine once Run has returned.
//
// # Determinism
//
// All chance comes from PCG streams that are seeded by a number: the same request gives the same bits. Two what-ifs with
// the same seed see the same weather and the same wear, member by member (common random numbers), so that their
// difference is not drowned in noise.
//
// # Example
//
//	bands := sim.NewBands(job.Grid, job.Channels)
//	if err := sim.Run(ctx, job.Model, bands); err != nil { … }
//	median, low, high := bands.At(channel, t)
package sim
