// Package traffic computes road traffic at three scales: where trips go when no driver gains by another road, how queues
// grow and dissolve along the roads, and how single vehicles follow, change lanes and wait at signals.
//
// # Nouns
//
//   - Network: nodes and directed links with length, lanes, capacity and a volume-delay function, read from TNTP, GeoJSON or
//     OpenStreetMap XML; Demand: trips between zones, over the day.
//   - Assignment: flows at which all used paths between two zones take the same time (Wardrop 1952), by gradient projection over
//     paths; also the optimum of all together.
//   - CellModel: cells of a triangular diagram of flow and density, the cell transmission model (Daganzo 1994): queues and
//     shocks, vehicles as quantities.
//   - Micro: each vehicle by itself: the intelligent driver model (Treiber, Hennecke, Helbing 2000), changes of lanes, signals, the
//     right of way. Ring: the automaton of Nagel and Schreckenberg (1992).
//   - Count: what a detector measured on a link; demand is fitted to counts, and runs begin with them.
//   - Study: answers questions about a network of the twin file: closed streets, new links, signals, demand. It is a sim.Builder
//     too: flows and speeds of the streets to come.
//
// # Units, chance and goroutines
//
// SI inside: metres, seconds, vehicles per second; files keep theirs until they are read. Models belong to one goroutine and
// allocate nothing in a step; a Study is safe for concurrent use. All chance depends on a seed: what is compared sees the same.
package traffic
