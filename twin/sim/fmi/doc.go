// Package fmi imports FMUs: models of other tools as Functional Mock-up Units, FMI 2.0 and 3.0, Co-Simulation and Model
// Exchange. It is pure Go: the native code of an FMU runs in a child process, orrery-fmu, so that an FMU which crashes, hangs or
// lies about itself becomes one error here.
//
// # Nouns
//
//   - File: an archive that was opened and checked, with its Description; Validate says what is wrong with it.
//   - Description: variables, units, types, interfaces and the default experiment, from modelDescription.xml.
//   - Trust: which files the user lets run, by their hash. Nothing is unpacked or run before that.
//   - Session: a child process with the library loaded. Instance: one copy of the model in it, on its way through time.
//   - Run, Simulate: one instance from start to stop, inputs and results as a Table, the CSV of the FMI cross-check.
//   - Model: an ensemble of instances as a sim.Model.
//   - Wiring: how an FMU becomes a model of assets: which signals drive it, what may be set, what it shows. Subject: an asset that it
//     computes. Builder: makes the ensembles of all subjects, and keeps the processes for the next run.
//   - ParameterSet: an SSV file, named values for a model.
//   - System: an SSP archive, FMUs with what connects them; nested systems are made flat. Simulate runs each FMU in a process of its
//     own with fixed steps of communication, in the order of the connections.
//
// # How it goes
//
// Steps are sent in batches: one message carries many times and all inputs, the child answers with one row per step and
// instance, whatever it takes. For Model Exchange the child integrates with twin/sim/ode, finds the events, and
// interpolates continuous inputs; from here both kinds look the same. Where the FMU can, its state is saved and restored, and
// handed to a second instance to fork it. Tunable parameters and inputs can be set between two batches, or in each step.
//
// A Builder drives an FMU by what was measured, up to now, and then by the last of it. What is inside an FMU cannot be measured: it
// may begin some time before, to swing in. One instance goes through that for all members and scenarios of a moment, where the
// FMU can hand on its state; the members are forks of it, with parameters of their own.
//
// # What is not supported
//
// FMI 1.0, Scheduled Execution, clocks and the event mode of Co-Simulation, asynchronous steps, intermediate updates, structural
// parameters other than their start values, FMUs of source code alone: each is named where it matters. Integers of 64 bits are
// exact up to 2^53.
//
// # Robustness
//
// Archives: names that lead elsewhere, links, duplicates, more than 20,000 files or 4 GB are refused. Descriptions are
// bounded in size, depth, variables and values. Each call of the FMU has a time limit, the process a limit of memory; it is
// ended with this process. Results that were made before a failure are kept: Advance has handed them out, Simulate returns
// them beside the error.
//
// # Units, goroutines, errors
//
// Values are in the units of the FMU, Unit turns them into SI; time is in seconds of the model. A Model gives SI. Files, sessions
// and instances may be used from any goroutine; a session works on one request at a time. Errors read "fmi: model: cause";
// *UntrustedError asks for the user, *Lost says that the process is gone.
//
// # Example
//
//	f, err := fmi.Open("pump.fmu")
//	s, err := fmi.Start(ctx, f, fmi.Options{Trust: trust})
//	defer s.Close()
//	table, err := fmi.Simulate(ctx, s, fmi.Run{StopSec: 10, StepSec: .1})
package fmi
