// Package design says where to try a model: how the fields of a question spread, which points an experiment visits, and
// what the answers say about the fields.
//
// # Nouns
//
//   - Spread: what is typed into a field: one value, an interval (5..10), levels (range(1, 5, 10), choices(a, b, c)) or a
//     normal distribution (normal(5, 0.5)), each with units or in percent of what it was.
//   - Axis: a field with its spread.
//   - Level: one value of an axis: SI for models, and the text that a sim.Change holds.
//   - Point: a level for each axis. A design is a list of points: Grid, LatinHypercube, MonteCarlo, Tornado, Saltelli, Morris.
//   - Effects: what the answers at the points of a design say about each axis: Swings, SobolIndices, ElementaryEffects.
//
// All of it is arithmetic: no goroutines, no I/O; the same seed gives the same points on every machine. Numbers are SI. An
// answer that is NaN stands for a run that failed: it is left out with its partners, never counted as a number.
//
// # Example
//
//	axis, err := design.NewAxis(field, "5..10 kW")
//	plan, err := design.Saltelli([]design.Axis{axis, …}, 1024, seed)
//	y := … // one number for each of plan.Points
//	for i, e := range design.SobolIndices(plan, y, 200, seed) { fmt.Println(plan.Axes[i].Field.Label, e.First, e.Total) }
package design
