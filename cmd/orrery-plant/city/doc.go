// Package city is the emulated district: traffic on its streets, signals, buses and air. It is the reality that the twin
// has to find out about, so it shares nothing with the twin but the street plan, streets.json, which is public knowledge.
//
// # Nouns
//
//   - City: streets, junctions, buses and air stations at one time. Advance moves it on in steps of one second.
//   - Street: demand by the time of the day, a capacity, a queue that grows while more come than can pass, and detectors.
//   - Junction: signals with a cycle and a split of the green time, which may be commanded.
//   - Bus: drives round its route at the speed of the streets and halts at junctions.
//   - Station: NO₂ and fine dust, which follow the traffic near it and the wind.
//
// On the day of the marathon, the sixth after the epoch, streets of its course are closed from 7 to 14 h UTC and their
// demand goes to the streets that share a junction with them.
//
// Mean speed follows the volume-delay function of the Bureau of Public Roads (1964) with constants of each street's own,
// and falls with the queue. All chance depends on the seed and the name of what draws, so a city is the same at the same
// time however it got there. A City belongs to one goroutine. Units are those of the telemetry: km/h, vehicles per hour,
// %, µg/m³, m.
package city
