// Package windfarm is the physics of the emulated wind farm: weather, wakes, rotors, gearboxes, sensors, faults. It is
// the reality that the twin has to find out about, so it shares nothing with the twin.
//
// # Nouns
//
//   - Farm: the turbines under one weather, at one time. Advance moves it on in steps of one second.
//   - Weather: wind speed (synoptic, diurnal, turbulent), wind direction, air temperature.
//   - Turbine: rotor, pitch, yaw, generator, gearbox with hidden wear, sensors with faults.
//   - Reading: what the sensors of a turbine say: the only thing that leaves the plant.
//
// The turbines follow public facts of the NREL 5 MW reference turbine (Jonkman et al., NREL/TP-500-38060, 2009). What
// is hidden (wear laws, scatter of units, thermal constants) is drawn from the seed.
//
// # Determinism
//
// All chance comes from streams that depend on the seed and the name of what draws. Without commands and faults a farm is
// the same at the same time, whether it was advanced at once or second by second, or saved and restored in between.
//
// A Farm belongs to one goroutine. Units: SI with °C for temperatures that a name ends in C; angles in degrees where a
// name ends in Deg, as the turbines report them.
package windfarm
