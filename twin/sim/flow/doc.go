// Package flow simulates what moves in pieces: lines of machines and buffers, vehicles, ports, ships and containers.
//
// # Nouns
//
//   - Kernel: a clock and a list of events; Process: a life written as a function on it, with Resource and Queue.
//   - Distribution, Stream: how long something takes, and the random numbers of one purpose of one element.
package flow
