// Package equation runs systems of equations that engineers write, over many ensemble members at once.
//
// # Nouns
//
//   - Program: a checked expression.System made into code for registers. What rests on constants is computed when it is
//     compiled, what rests on parameters once, what rests on inputs when they change; equal values are computed once.
//   - Ensemble: the members of a program on their way through time, in blocks of 64: each register is a row with a number
//     for each member (structure of arrays). It implements sim.Model.
//   - Counted: which event of a system is the failure of a unit, and which output its power.
//
// # How it goes
//
// A block takes common steps of Dormand and Prince's method; the step suits the member with the largest error. A member in
// which an event happens is taken from the step before to the end of the grid step by the solvers of twin/sim/ode, which
// locate the event, and then goes on with the others. When the common step runs into stiffness, or when the system has
// algebraic equations, all members go that way.
//
// # Units, memory and goroutines
//
// Values are SI, time is in seconds since the start of the grid. A Step allocates nothing; with Options.Workers above one
// it starts that many goroutines less one and waits for them. A Program may be shared, an Ensemble belongs to one
// goroutine. The same options give the same bits, whatever the number of workers.
//
// # Errors
//
// "equation: …" with what to do. A member that cannot go on stops the ensemble: Err says which, when and why, and what was
// computed before stands.
//
// # Example
//
//	system, err := expression.CompileSystem(text)
//	program, err := equation.Compile(system)
//	e, err := equation.NewEnsemble(equation.Options{Program: program, Members: 64, StepSec: 600})
//	err = sim.Run(ctx, e, bands)
package equation
