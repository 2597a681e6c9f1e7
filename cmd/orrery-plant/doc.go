// Command orrery-plant is the plant that a demo twin looks at: an emulated wind farm, bottling line, district or supply chain, with parameters,
// noise, wear and faults of its own. It speaks MQTT and shares no code with the twin.
//
//	orrery-plant [windfarm|factory|city|supply] [-flag …]
//
// # Nouns
//
//   - Kind: a plant that this command can be, in the table of kinds.go; site.Site and site.Device are what it is made of.
//   - Link: one MQTT connection for one or more devices. Its goroutine sends; commands go to the loop by a channel.
//   - Plant: the loop that owns the site, advances it with the clock and publishes.
//
// # On the wire
//
// Each device publishes its readings at <prefix>/<device>/telemetry, announces itself, retained, at …/status with a last
// will that says it is gone, and obeys commands at …/cmd with an answer at …/ack:
//
//	{"id":"7f3a","name":"power_limit","value":70}   → {"id":"7f3a","ts":…,"ok":true,"reason":"","value":70}
//	windfarm: power_limit (10 … 100 %), yaw (0 … 360 °, or null to follow the wind), stop, start
//	factory:  of a machine speed (40 … 120 % of nominal), stop, start; of a conveyor belt_speed (0.2 … 1.2 m/s)
//	city:     of a street speed_limit (20 … 120 km/h), close, open; of a junction green_split (25 … 75 %)
//	supply:   of a port cranes (1 … 24); of a ship speed (8 … 24 kn)
//
// Faults are asked for on the command line (-fault "T02:freeze:oil_temp@+60s") or on standard input, a line each:
//
//	fault T02 freeze oil_temp      freeze, dropout, drift, broken, clear; a channel of the telemetry, or fan
//
// With -logger it first writes the log of its own data logger as CSV: a row for each device and moment, with the columns of
// all devices, empty where a device has none. With -truth it says when the gearbox of T03 will fail if nobody interferes.
// With -speed 60 an hour of the plant passes in a minute: its clock and time stamps run ahead.
package main
