// Package alarm is the state machine of alarms after ISA-18.2 (IEC 62682): which limits are exceeded, for how long,
// who has seen it, and what is put aside for a while. It is pure logic: no goroutine, no clock, no I/O.
//
// # Nouns
//
//   - Definition: what is watched: a signal, a condition, delays, a dead-band, a priority and a message.
//   - Occurrence: one instance of a definition, from the moment it is raised until it is over.
//   - Book: all definitions and their states.
//   - State: the letter of ISA-18.2, A to I, derived from independent flags.
//
// # Time
//
// Conditions and delays run on event time: the time stamps of the samples. A backlog that arrives late therefore
// raises and clears at the moments at which that would have happened live. Advance moves the time on when no sample
// comes. Values that are bad, stale or out of range neither raise nor clear: the state holds and says so.
//
// # Units, memory, goroutines
//
// Limits and dead-bands are SI. Returned slices belong to the caller. A Book belongs to one goroutine; twin/engine
// guards it with a mutex. The cost of a step is that of the changed signals, not of all definitions.
//
// # Example
//
//	book, err := alarm.New(tree, []alarm.Definition{{ID: "T03/oil", Signal: oil, Condition: alarm.High,
//		Limit: 349.15, Deadband: 2, OnDelay: 10 * time.Second, Priority: twin.High, Message: "Gearbox oil hot"}})
//	book.Observe(oil, value)
//	for _, e := range book.Advance(now) { fmt.Println(e.Action, e.Text) }
package alarm
