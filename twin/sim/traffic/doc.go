// Package traffic computes road traffic at three scales: where trips go when no driver gains by another road, how queues
// grow and dissolve along the roads, and how single vehicles follow, change lanes and wait at signals.
//
// # Nouns
//
//   - Network: nodes and directed links with length, lanes, capacity and a volume-delay function; Demand: trips between zones.
//   - Equilibrium: flows at which all used paths between two zones take the same time (Wardrop 1952).
//
// # Units
//
// SI inside: metres, seconds, vehicles per second; files keep theirs until they are read.
package traffic
