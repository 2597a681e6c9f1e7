// Package chain simulates a supply chain of ports, ships and containers in weather. It says what a storm, a detour or another speed
// costs, which other port is best when one is closed, and where ships and containers will be.
//
// # Nouns
//
//   - Model: ports, lanes, classes, services, ships, places, links, demand, storms and prices, as data; FORMAT.md has each key. Read
//     makes one of JSON; what is wrong comes as sim.Faults, each with its place and what to do.
//   - Study: a Model that answers questions and foretells signals: a sim.Study and a sim.Builder. NewStudy makes one, Remember
//     gives it the record that predictions begin with.
//   - Position, Distance, Bearing, Between, Ahead: places on the earth and great circles.
//   - Lane, way: lanes join points and ports; ships take the shortest way over them, each piece a great circle.
//   - Service, round, call: the ports that ships of a service call at for ever, one after the other.
//   - Flow, hop, link: containers of one origin and destination; at each node the cheapest next step, by a ship or by land, time included.
//   - Roads, berths, cranes, yard: ships wait in the roads, first come first served, then cranes unload and load them.
//   - Storm, closure: wind above the limits of a port stops its cranes and closes it; ships in it lose speed. A question closes
//     ports as well, for a time with a law of chance.
//   - Stand-in (divert): the port that ships go to that would find theirs closed. Containers aboard go on from there by land, those that
//     wait are sent after the ship if they come in time.
//   - Reference: a queue in the roads whose length is known.
//
// # What is compared
//
// Pairs of replications see the same chance: every draw is keyed by what it is for (a ship and the number of its call, a flow and its
// day, a port), so what a change does not touch stays as it was. Without a live state a chain is run in by its own plan, and a
// question acts from then on. The cost is that of the same work: of the calls that each ship makes in the horizon by plan, however
// long they take; so ships that are late are not cheap because they did less. It is charter, fuel, dues, handling, links, storage and
// the time of cargo. The time of a container is what is in the chain over what comes into it (Little). Differences are paired means with
// 95 % intervals of Student's t; an interval that spans zero is "not distinguishable".
//
// A port can stand in for another if ships can enter it and cargo can go on over a link between them or over a place that both are
// linked with; every such port is tried.
//
// # What is seen
//
// Signals say where ships are, what is aboard, how full yards are, where storms are. A ship goes on along the leg of its round that fits
// its place and heading best; cargo that is seen is divided over destinations by the flows of the plan, what the plan does not
// explain stays where it is as cargo of others. What a move of a crane is worth, how fast cranes are and what fits in a yard are learnt
// from signals. Where storms will go is drawn from their usual motion. Not modelled: empty containers, which are cargo like all other;
// tugs, tides and canals; headings against the sea (loss of speed is that of head seas).
//
// # Units, goroutines, memory
//
// SI and radians; money is USD, cargo TEU (whole numbers, so that conservation is exact), fuel t. Times of a run are seconds from its beginning.
// A Study is safe for concurrent use; replications run on all processors. A model of a course belongs to one goroutine and
// allocates next to nothing in Step; it needs no closing.
//
// # Example
//
//	study, err := chain.NewStudy(definition, sim.Site{Tree: tree})
//	answer, err := study.Answer(ctx, sim.Question{Changes: []sim.Change{{Field: "rotterdam.closed_for", Value: "5 d"}}, Live: snapshot, Now: now})
//	fmt.Println(answer.Headline)
package chain
