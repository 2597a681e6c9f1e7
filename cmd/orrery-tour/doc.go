// Command orrery-tour plays the demo wind farm with real input in a virtual display and checks each step.
//
// It starts Xvfb and the app, drives the window with xdotool as a user would (orbit, select the gearbox of T03, scrub back
// two days, return to live, go forward to the failure mark, drag a what-if slider), asks the app's probe after each step
// whether that did what it should, and leaves a labelled screenshot of each step in the output folder. It exits with 0
// only if every step held.
//
// The probe is a Unix socket on which the app answers each connection with one JSON document of what it shows: see
// document in probe.go. The tour knows nothing else of the app.
package main
