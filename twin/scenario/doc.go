// Package scenario computes futures: what will happen, what would happen if, and what would be best.
//
// # Nouns
//
//   - Scenario: a question with a name: parameters that differ, and the moment at which it forks from what was. What changes
//     on its way stands in Later.
//   - Run: the answer: for each signal a median and an 80 % interval over time, and for each unit when it fails.
//   - Runner: computes scenarios in the background: a coarse answer first, a full one after it.
//   - Comparison: one run against another, member by member. AnswerOf words two runs as a sim.Study does; Overlay lays the
//     answers of many scenarios over each other.
//   - Tree: scenarios that derive from each other, each a Node: a named delta on its parent. Resolve gathers what holds from
//     when on; Text and ParseTree keep a tree as a file.
//   - Experiment: one study asked at all points of a plan (package design); Results are its answers. Search looks for the
//     point that reaches a Goal best.
//   - Forecast: a sim.Study over the model of the timeline, so that experiments ask both in one way.
//   - Job, Result, Executor: what an experiment is cut into, and who computes it: Pool on the cores of this machine,
//     package ensemble on others. KeyOf names a job by all that its result depends on, so results can be kept: Cache.
//
// The scenario named Base changes nothing. It is computed at the start and again and again; all others are computed for
// the same moment and with the same weather and wear, so that a difference between two runs is the effect of the
// parameters and not of chance. For the same reason all points of an experiment have one seed.
//
// # Forks in the past and ahead
//
// A scenario with a Fork before now starts from the recorded state of that time and runs along the recorded weather up to
// now: the difference to what was measured is the effect of the parameters (or, with no parameter changed, the error of
// the twin). From now on it runs along the same future weather as the base.
//
// One with a Fork ahead of now goes along the base until then; its model must be a sim.Adjuster. In a tree a child goes
// along its parent until its own fork.
//
// # What is told from chance
//
// Means have 95 % intervals by Student's t distribution over members or replications; differences are taken pair by pair.
// A difference whose interval spans zero is "not distinguishable": Verdict says so, whatever its mean is.
//
// # What is withdrawn
//
// A forecast rests on measured inputs. When those of a unit are stale, bad or gone for longer than Options.Grace, its
// forecast is withdrawn: Run.At gives NoData for its signals, Failures leaves it out, Validity says why. When all are
// withdrawn, or when the base could not be computed again, Run.Valid is false and Run.Reason says why.
//
// # Bad input
//
// Files of trees, tasks and outcomes may come from anywhere: sizes, depths and counts have caps, and errors name the line.
// A point of an experiment that fails has its error beside it and costs no other; a model that panics is an error as well.
// An experiment that is cancelled keeps what it has, marked as partial.
//
// # Goroutines and memory
//
// New starts one goroutine that does all the work of a Runner and yields between steps; Close ends it. A Run is immutable
// and may be kept and read from any goroutine; a newer one replaces it as a whole. OnUpdate is called from the runner's
// goroutine. A Tree belongs to one goroutine. Experiment.Run, Search.Run and Executor.Run return when all that they started
// has ended; their progress is told by one goroutine at a time. A Cache may be shared; what it gives out is read only.
// Values are SI; texts of changes are in the unit of their field.
//
// # Example
//
//	r := scenario.New(scenario.Options{Tree: tree, Builder: calibration, Snapshot: engine.Snapshot})
//	defer r.Close()
//	r.Start(scenario.Scenario{Name: "derate", Values: map[string]float64{"power_limit": 0.7}})
//	if run := r.Latest("derate"); run != nil && run.At(t, &snapshot) { … }
//
//	axes, fixed, err := scenario.Axes(study.Fields(), changes) // filler.speed=90..110
//	plan, err := design.Tornado(axes)
//	e := scenario.Experiment{Study: study, Plan: plan, Question: sim.Question{Changes: fixed, Seed: 1}}
//	results, err := e.Run(ctx)
//	for _, s := range design.Swings(plan, results.Column("throughput")) { … }
package scenario
