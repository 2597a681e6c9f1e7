// Package component is a library of parts with ports that are put together to one system of equations: thermal masses and
// conductances, fans, motors, gearboxes, bearings, pumps, pipes, tanks, valves, heat exchangers, batteries, rotors,
// converters.
//
// # Nouns
//
//   - Kind: a type of component: its ports, parameters with unit and range, inputs, states and equations in the language of
//     package expression. Kinds lists them all.
//   - Port: where a component is connected, in one Domain. A port has two quantities: one across (temperature, speed,
//     pressure, voltage) and one through it into the component (heat flow, torque, volume flow, current).
//   - Part: a component of a system, with a name and what is set in it: a quantity, or an expression over the whole system.
//   - Connection: ports that share the quantity across, and whose flows add up to nothing (Kirchhoff's laws).
//
// # How it goes
//
// A component that stores something holds the quantity across at its port, as a tank holds the pressure at its bottom; all
// others compute what flows through them from what is across. Where nothing in a connection holds, the quantity across
// becomes an unknown of the system that an algebraic equation determines. Two that hold cannot be tied together: nature has
// a conductance, a pipe or a shaft between them.
//
// # Units, memory and goroutines
//
// As in package expression: SI inside, each setting in its own unit. Everything here is plain data; nothing runs.
//
// # Errors
//
// Compose returns expression.Faults that carry the Mark of the part, setting or connection.
//
// # Example
//
//	text, err := component.Compose(component.Diagram{
//		Parts: []component.Part{{Name: "oil", Kind: "thermal_mass"}, {Name: "wall", Kind: "conductance"}, {Name: "air", Kind: "ambient"}},
//		Connections: []component.Connection{{Ports: []string{"oil.a", "wall.a"}}, {Ports: []string{"wall.b", "air.a"}}},
//	})
//	system, err := expression.CompileSystem(text)
package component
