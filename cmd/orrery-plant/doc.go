// Command orrery-plant is the plant that the demo twin looks at: an emulated wind farm with parameters, noise, wear and
// faults of its own. It speaks MQTT and shares no code with the twin.
//
// Each turbine publishes its readings at <prefix>/<turbine>/telemetry, announces itself, retained, at …/status with a
// last will that says it is gone, and obeys commands at …/cmd with an answer at …/ack:
//
//	{"id":"7f3a","name":"power_limit","value":70}   → {"id":"7f3a","ts":…,"ok":true,"reason":"","value":70}
//	names: power_limit (10 … 100 %), yaw (0 … 360 °, or null to follow the wind), stop, start
//
// Faults are asked for on the command line (-fault "T02:freeze:oil_temp@+60s") or on standard input, a line each:
//
//	fault T02 freeze oil_temp      freeze, dropout, drift, broken, clear; a channel of the telemetry, or fan
//
// With -logger it first writes the log of its own data logger as CSV; with -truth it says when the gearbox of T03 will
// fail if nobody interferes. With -speed 60 an hour of the plant passes in a minute: its clock and time stamps run ahead.
package main
