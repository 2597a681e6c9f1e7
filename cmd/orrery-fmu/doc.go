// Command orrery-fmu runs the native code of one FMU (Functional Mock-up Unit, FMI 2.0 and 3.0) for package twin/sim/fmi.
// It is a process of its own: an FMU that crashes, hangs or writes where it should not ends this process and becomes one
// sentence in the app.
//
//	orrery-fmu -call-limit 10s -memory 4096
//
// It speaks the frames of twin/sim/fmi/wire on standard input and output, one request at a time, and ends when its
// standard input does.
//
// # Nouns
//
//   - Session: the library, loaded by dlopen, and its instances (session.go, over shim.h and shim.c).
//   - Instance: one copy of the model on its way through time: by the FMU's own solver (Co-Simulation) or by ours.
//   - Exchange: the solver's side of Model Exchange: twin/sim/ode between events, the event iteration of the standard
//     (FMI 2.0.4 section 3.2, FMI 3.0.1 section 3) at them. It runs here, so that a rate costs a call and not a message.
//   - The way out (out.c): rows gather in memory, and a thread of its own sends them every few milliseconds; what is there
//     is sent also when the FMU crashes or hangs, so that each step that was made is kept.
//
// # What is not trusted
//
// Memory that the FMU fills is followed by a guard, which is looked at after each call. Numbers of states and of event
// indicators, the version, the times that it says it reached and the status are compared with what was declared. A call has a
// time limit, the process a limit of memory; it makes no core dump. What the FMU prints goes to standard error.
//
// # Exit codes
//
// 0 done, 1 nobody listens, 2 wrong usage, 3 built without cgo, 70 taken down by the FMU.
//
// # Memory, goroutines
//
// All calls of the FMU are made on the main thread. A second goroutine reads standard input, so that a cancel is heard
// between two steps. cgo, Linux and macOS; elsewhere the command says that it cannot work.
package main
