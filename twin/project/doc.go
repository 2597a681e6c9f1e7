// Package project reads the twin file: one YAML text that says what a plant is made of, where its signals come from,
// how they move the 3D model, which limits raise alarms, what may be commanded and what may be varied in a what-if.
// FORMAT.md beside this file is the reference of every key; schema.json is the same for editors.
//
// # Nouns
//
//   - Project: a loaded twin file, checked as a whole. It describes and runs nothing.
//   - kind: a type of asset, written once: its parts, signals, models, bindings and alarms.
//   - asset: an instance of a kind with a path and a placement; it may override what its kind says.
//   - Placement: a model file that stands at an asset. Binding: a signal, or an expression over several, that moves, colours or
//     marks a node of it; it knows its Owner and its place in the file.
//   - Edit: changes of bindings in the text of the file, which leave every other byte of it alone. BindingText: a binding as
//     the file spells it. Change: what one edit did, with its Inverse.
//   - Source and Route: a broker, and how its topics become signals. ControlPoint: a set-point that may be sent.
//   - Parameter, Scenario, Simulation: what may be varied, named variations, and the model that computes them.
//   - Equations: a model that the file itself describes, by equations, components and connections.
//   - FMU: a model of another tool, and how its variables are tied to signals. What its file holds is not looked at here.
//
// # Errors
//
// Load returns all faults of a file at once, as Errors, sorted by line; each reads "file:line:column: what — remedy".
// A file with any fault gives no Project at all: nothing opens by half. Files are data, never instructions: size, depth,
// number of assets and the expansion of aliases are capped, and model paths cannot leave the folder of the twin.
//
// An Edit loads the whole text again after each change and compares what it says: a change that would break the twin, lose a
// comment or mean anything else is refused, with the reason. Save fails with ErrChanged when the file on the disk is no
// longer the one that was read.
//
// # Units and ownership
//
// The file speaks in the display unit of each signal; a Project holds SI (Unit converts), angles in radians, lengths in
// metres, right-handed, Y up. A Project is immutable after Load and may be read from any goroutine; an Edit belongs to one.
//
// # Example
//
//	p, err := project.Load("windfarm/twin.yaml")
//	var faults project.Errors
//	if errors.As(err, &faults) {
//		for _, f := range faults {
//			fmt.Fprintln(os.Stderr, f.Error())
//		}
//	}
package project
