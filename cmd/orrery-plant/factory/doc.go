// Package factory is the emulated bottling line: depalletiser, rinser, filler, capper, labeller, packer and palletiser, with
// conveyors of finite length between them. It is the reality that the twin has to find out about, so it shares nothing with
// the twin.
//
// # Nouns
//
//   - Line: the machines and conveyors at one time. Advance moves it on in steps of one second.
//   - Machine: takes bottles from the conveyor before it and gives them to the one behind it, at its set-point while nothing
//     hinders it. It jams (seconds to minutes, the oftener the faster it runs) and fails (many minutes).
//   - Conveyor: bottles on their way, which take time, and those that wait at its end; it is full when both fill its belt.
//   - Output: what counts for the line as a whole: bottles, pallets, rate, OEE, power.
//
// Nominal speeds rise to both sides of the filler, the V of bottling lines (DIN 8782); which machine really limits the line
// follows from jams and failures, whose rates are drawn from the seed and never leave the plant.
//
// # Determinism
//
// All chance comes from streams that depend on the seed and the name of what draws. Without commands and faults a line is
// the same at the same time, whether it was advanced at once or second by second, or saved and restored in between.
//
// A Line belongs to one goroutine. Units are those of the telemetry: bottles per hour, %, A, °C, m/s, kW.
package factory
