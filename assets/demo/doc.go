// Package demo holds the built-in demo twins: their twin files and their models, which are made by the code of this
// package and written as real GLB files. The wind farm has six turbines with the proportions of the NREL 5 MW reference
// turbine (J. Jonkman et al., NREL/TP-500-38060, 2009).
//
// # Nouns
//
//   - Open: the demo as a file system, ready for project.LoadFS.
//   - Write: the same in a folder of this machine, for people to change.
//   - WindFarm: the demo grown to any number of turbines, for load tests.
//   - Turbine, Sea: the models as scenes. The files in windfarm/models are made from them by `go generate`, and a test
//     compares both.
//
// # Names in the turbine model
//
// These nodes are stable; twin files may bind to them: foundation, tower, yaw (turns about +Y), yaw_bearing, bedplate,
// nacelle_shell (role shell), main_bearing, gearbox, brake, high_speed_shaft (turns about +Z), generator, cabinets, rotor
// (turns about +Z, clockwise seen from the wind), low_speed_shaft, hub, spinner, blade_1, blade_2, blade_3 (pitch to
// feather about -Y). At yaw 0 the rotor faces north, which is -Z.
//
// # Units and errors
//
// Metres, Y up, the foot of a turbine at sea level in the origin. Only Write can fail, on a folder that cannot be written.
package demo
