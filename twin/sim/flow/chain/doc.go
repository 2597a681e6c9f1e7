// Package chain simulates a supply chain: ports, ships, cargo, weather, and what a storm or another plan costs.
//
// # Nouns
//
//   - Model: ports, lanes, ships, services, cargo, storms and prices, as data; FORMAT.md explains each key.
//   - Position, Distance, Bearing: places on the earth and great circles between them.
package chain
