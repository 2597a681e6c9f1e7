// Package supply is the emulated chain of ports and ships: container ships on great routes, ports with berths, cranes and
// yards, and weather that closes ports and slows ships. It is the reality that the twin has to find out about, so it shares
// nothing with the twin.
//
// # Nouns
//
//   - Chain: ports, ships and storms at one time. Advance moves it on in steps of one second; positions change every minute.
//   - Port: berths, cranes, a yard with containers (TEU) that come from and go to the country behind it. Cranes stop in
//     strong wind, and the port closes in a storm (limits after usual practice: 20 and 25 m/s).
//   - Ship: sails its service from port to port along fixed points, waits for a berth, unloads and loads.
//   - Storm: a low that moves on its track, with wind that falls from its middle outwards.
//
// All chance depends on the seed and the name of what draws, so a chain is the same at the same time however it got there.
// A Chain belongs to one goroutine. Units are those of the telemetry: degrees, kn, m/s, TEU, h.
package supply
