// Package demo holds the built-in demo twins: their twin files and their models, which are made by the code of this
// package and written as real GLB files. The wind farm has six turbines with the proportions of the NREL 5 MW reference
// turbine (J. Jonkman et al., NREL/TP-500-38060, 2009).
//
// Beside it stand a bottling line (factory), a district with streets, signals, buses and air (city), and a chart of the world
// with ports, ships and storms (supply).
//
// # Nouns
//
//   - Twin: a demo by its name as a file system, ready for project.LoadFS; Open is that of the wind farm.
//   - WriteTwin, Write: the same in a folder of this machine, for people to change.
//   - WindFarm: the wind farm grown to any number of turbines, for load tests.
//   - Models: what makes each model. The .glb files are made from them by `go generate`, and a test compares both.
//   - CityPlan: the streets of the district. city/streets.json is made from Plan, and is the file that others read.
//
// # Names in the turbine model
//
// These nodes are stable; twin files may bind to them: foundation, tower, yaw (turns about +Y), yaw_bearing, bedplate,
// nacelle_shell (role shell), main_bearing, gearbox, brake, high_speed_shaft (turns about +Z), generator, cabinets, rotor
// (turns about +Z, clockwise seen from the wind), low_speed_shaft, hub, spinner, blade_1, blade_2, blade_3 (pitch to
// feather about -Y). At yaw 0 the rotor faces north, which is -Z.
//
// # Names in the other models
//
// Bottling: a node for each machine and conveyor, named as its part of the twin; below it <machine>_body, _trim, _lamp and
// _carousel (turns about +Y), <conveyor>_frame, _run_<n> (moved on by one pitch by the clip of the conveyor's name) and
// _queue_<n> (waiting bottles, from the end of the belt on). City: a node for each street by its id, with its cars in
// <id>_east and <id>_west, moved by the clip of the id; J<junction>_ns and _ew are lamps. Chart: a degree is a metre; what
// moves is <id>_east, below it <id>_south, below it <id>, which turns.
//
// # Units and errors
//
// Metres, Y up, the foot of a turbine at sea level in the origin. Twin fails on a name that is no demo, Write and WriteTwin on
// a folder that cannot be written.
package demo
