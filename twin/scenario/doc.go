// Package scenario computes futures: what will happen, and what would happen if.
//
// # Nouns
//
//   - Scenario: a question with a name: parameters that differ, and the moment at which it forks from what was.
//   - Run: the answer: for each signal a median and an 80 % interval over time, and for each unit when it fails.
//   - Runner: computes scenarios in the background: a coarse answer first, a full one after it.
//   - Comparison: one run against another, member by member.
//
// The scenario named Base changes nothing. It is computed at the start and again and again; all others are computed for
// the same moment and with the same weather and wear, so that a difference between two runs is the effect of the
// parameters and not of chance.
//
// # Forks in the past
//
// A scenario with a Fork before now starts from the recorded state of that time and runs along the recorded weather up to
// now: the difference to what was measured is the effect of the parameters (or, with no parameter changed, the error of
// the twin). From now on it runs along the same future weather as the base.
//
// # What is withdrawn
//
// A forecast rests on measured inputs. When those of a unit are stale, bad or gone for longer than Options.Grace, its
// forecast is withdrawn: Run.At gives NoData for its signals, Failures leaves it out, Validity says why. When all are
// withdrawn, or when the base could not be computed again, Run.Valid is false and Run.Reason says why.
//
// # Goroutines and memory
//
// New starts one goroutine that does all the work and yields between steps; Close ends it. A Run is immutable and may be
// kept and read from any goroutine; a newer one replaces it as a whole. OnUpdate is called from the runner's goroutine.
//
// # Example
//
//	r := scenario.New(scenario.Options{Tree: tree, Builder: calibration, Snapshot: engine.Snapshot})
//	defer r.Close()
//	r.Start(scenario.Scenario{Name: "derate", Values: map[string]float64{"power_limit": 0.7}})
//	if run := r.Latest("derate"); run != nil && run.At(t, &snapshot) { … }
package scenario
