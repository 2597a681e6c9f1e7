// Package ode integrates ordinary differential equations, M·y' = f(t, y), for one system at a time.
//
// # Nouns
//
//   - System: the rates f, and where they are known their Jacobian and the mass matrix M. A row of zeros in M makes its
//     equation an algebraic one, 0 = f(t, y) (index 1).
//   - Solver: a system on its way through time. Advance steps to a time, Series reads states in between.
//   - Method: DormandPrince for smooth systems, Rodas4 for stiff ones and for those with a mass matrix; Auto changes
//     between the two as the system demands.
//   - Event: a function of time and state whose zero is located on the dense output. It may change the state, after which
//     the integration restarts, or end it.
//   - Failure: why a solver could not go on: where, which state, and what to do about it.
//
// # Methods
//
// Dormand and Prince's embedded pair of order 5(4) (J. Comput. Appl. Math. 6 (1980) 19) with PI control of the step
// (Gustafsson 1991) and its free interpolant of order 4. Rodas4 of Hairer and Wanner (Solving Ordinary Differential
// Equations II, 2nd edition, section IV.7): a Rosenbrock method of order 4(3), L-stable and stiffly accurate, with an
// interpolant of order 3 and predictive control; its linear systems are solved by gonum's LU. Stiffness is seen as in
// Hairer's dopri5, by an estimate of the largest eigenvalue from the last two stages.
//
// # Units, memory and goroutines
//
// Time and state are whatever the system takes them to be, for Orrery SI. A Solver belongs to one goroutine; its memory is
// allocated by New, none by a step. Nothing is random and nothing depends on the clock: the same system with the same
// options gives the same bits on the same kind of processor.
//
// # Errors
//
// Start, Advance and Series return a *Failure; New returns a plain error for a system that cannot be integrated at all.
//
// # Example
//
//	s, err := ode.New(ode.System{N: 1, Rate: func(_ float64, y, dy []float64) { dy[0] = -y[0] }}, ode.Options{})
//	err = s.Start(0, []float64{1})
//	err = s.Advance(10)
//	fmt.Println(s.Time(), s.State()[0]) // 10 4.54e-05
package ode
