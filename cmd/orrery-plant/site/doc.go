// Package site holds what all emulated plants have in common: a Site of Devices under one clock, Readings that leave it, and
// Sensors that stand between the truth and a reading. It knows neither the broker nor what is emulated.
//
// A Site and its devices belong to one goroutine. Values are in the units of the telemetry, whatever those are.
package site
