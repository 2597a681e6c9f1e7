// Command orrery is the desktop app and its headless subcommands.
//
// Everything that the app can do without a window is a subcommand: it needs no display, prints figures as JSON on
// request, shows progress on standard error, and ends with a non-zero status and one line on bad input. Run orrery --help.
//
// The files follow one rule: a command parses its flags into options, asks open (station.go) to wire the running parts of
// a twin, and runs. Nothing else in the project knows the concrete types of more than its own neighbours.
package main
