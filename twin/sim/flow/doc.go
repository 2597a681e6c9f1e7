// Package flow simulates what moves in pieces: lines of machines and buffers, vehicles and workers; and it answers questions about them.
// FORMAT.md has the keys of a definition; package chain below it has ports, ships and containers.
//
// # Nouns
//
//   - Kernel: a clock and a list of events; Process: a life written as a function on it, with Resource and Queue.
//   - Distribution: how long something takes; Stream: the random numbers of one purpose of one element in one replication.
//   - Model: a plant as data: Elements (Kind says what each is), Links between them, Shifts, Pools of workers and Fleets of vehicles.
//   - Parameter: a number of a model that may be changed; Model.With gives the changed model.
//   - Start: the state that a run begins with; State: what a station does.
//   - Options, Run, Replication, Summary: how often and how long, one run, and what all of them say. Estimate is a mean with its
//     spread, Gain a paired difference.
//   - WhatIf, Comparison: a changed model against the base. Sensitivity, Ranking, Effect: what each element buys when it alone is
//     faster, and by active periods how long each was the bottleneck.
//   - Definition: a model with what its parts are for people and Live, which says what signals of a tree mean.
//   - Study: a definition made ready for a site: a sim.Study and a sim.Builder. Its futures run replications as members.
//   - Fit: how often a station stops and for how long, by its recorded states (Study.Calibrate, Study.Fitted).
//   - Reference, FiveStations: plants whose exact answers are known; Hold: the usual benchmark of event lists.
//
// # Units
//
// Times are s, lengths m, speeds m/s, rates 1/s; texts of a definition carry their units. Counts of a model are parts; a study
// tells them as items, Definition.Each to a part.
//
// # Chance
//
// Streams depend on the seed, the replication, the name of the element and the purpose: the same question gives the same bits,
// however many processors there are, and what is changed or added shifts no other stream. So a changed plant sees the same chance as
// the base, and differences are paired by replication. Intervals are Student's at 95 %; a difference whose interval spans zero is
// called not distinguishable.
//
// # Goroutines
//
// A Kernel and all that lives on it belong to one goroutine; processes are coroutines in it. Run, WhatIf and Sensitivity run replications on
// Options.Workers goroutines and end with them. A Study is safe for concurrent use. All of them look at their context every
// 1,024 events and give back what was done.
//
// # Errors
//
// What is wrong with a model or a definition are sim.Faults with places such as "elements[3].capacity"; options and changes have errors that
// say what to give. A plant in which nothing can move, or that moves without time passing, ends its run with an error that
// names the element. Models have at most 10,000 elements and 5,000,000 parts at a time.
//
// # Example
//
//	study, err := flow.NewStudy(definition, sim.Site{Tree: tree})
//	answer, err := study.Answer(ctx, sim.Question{Changes: []sim.Change{{Field: "filler.speed", Value: "+10%"}}, Live: snapshot})
//	fmt.Println(answer.Headline)
package flow
