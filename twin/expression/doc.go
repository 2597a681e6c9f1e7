// Package expression is arithmetic over signals, as bindings of the twin file use it: a text such as
//
//	hypot(vx, vy) * "2 rad/m"
//	gearbox.oil_temp > "70 °C" && state == "running" ? 1 : 0
//
// is parsed and checked once, and then evaluated for each new value without allocation.
//
// # Language
//
// Numbers, quantities in quotes ("70 °C"), true, false, pi; signals by name, with dots into parts (gearbox.oil_temp), or
// signal("path/of-any/name"); + - * / % (of the sign of its right side) ^ and **; < <= > >= == !=; && || ! (and, or, not);
// a ? b : c; x in ["running", "curtailed"] for states; and the functions of Functions. There are no loops, no variables,
// no memory, and nothing else that the parser may know.
//
// # Units
//
// All values are SI. Each value has a Type: adding or comparing what does not fit is an error that says so, and so is a
// bare number beside a quantity: oil_temp > 70 has to say 70 of what. Zero fits all but temperatures.
//
// # Errors
//
// Compile returns an *Error with line and column in the text, what is wrong and how to mend it.
//
// # Goroutines
//
// A Program is immutable. Source.Read and Program.Eval may be called from any goroutine.
package expression
