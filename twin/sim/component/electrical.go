package component

var electrical = []Kind{
	{
		Name: "voltage_source", Label: "Voltage source", What: "gives a voltage behind a resistance: a grid, a supply",
		Ports:      []Port{{Name: "e", Domain: Electric}},
		Inputs:     variables{quantity("v", "voltage", "V", "24", "-1e7", "1e7")},
		Parameters: variables{quantity("R", "resistance", "Ω", "0.01", "1e-9", "1e9")},
		Equations:  "e.i = (e.v - v) / R",
		Outputs:    outputs{shown("power", "power given", "W", "-e.i * e.v")},
	},
	{
		Name: "resistor", Label: "Resistor", What: "takes a current by its voltage and warms",
		Ports:      []Port{{Name: "e", Domain: Electric}, {Name: "h", Domain: Heat, Optional: true}},
		Parameters: variables{quantity("R", "resistance", "Ω", "10", "1e-9", "1e12")},
		Equations:  "e.i = e.v / R\nh.Q = -e.v * e.i",
		Outputs:    outputs{shown("power", "power taken", "W", "e.v * e.i")},
	},
	{
		Name: "battery", Label: "Battery", What: "stores charge; its voltage falls with it",
		Ports: []Port{{Name: "e", Domain: Electric}, {Name: "h", Domain: Heat, Optional: true}},
		Parameters: variables{quantity("E0", "voltage half full", "V", "48", "0", "1e6"), quantity("dE", "voltage full less empty", "V", "6", "0", "1e6"),
			quantity("R", "resistance", "Ω", "0.05", "1e-9", "1e6"), quantity("Q", "capacity", "Ah", "100", "1e-6", "1e9")},
		States:    variables{quantity("charge", "state of charge", "%", "80", "0", "100")},
		Equations: "emf = E0 + dE * (charge - 0.5)\ne.i = (e.v - emf) / R\nh.Q = -R * e.i^2\ndcharge/dt = e.i / Q",
		Outputs:   outputs{shown("charge", "state of charge", "%", "charge"), shown("v", "voltage", "V", "e.v"), shown("i", "current into it", "A", "e.i")},
	},
	{
		// A direct-current machine: the constant is torque by current, and voltage by speed.
		Name: "motor", Label: "Motor", What: "turns current into torque, or torque into current",
		Ports:      []Port{{Name: "e", Domain: Electric}, {Name: "s", Domain: Shaft}, {Name: "h", Domain: Heat, Optional: true}},
		Parameters: variables{quantity("R", "resistance", "Ω", "0.1", "1e-9", "1e6"), quantity("k", "torque by current", "N·m/A", "0.5", "1e-9", "1e9")},
		Equations:  "e.i = (e.v - k * s.w) / R\ns.M = -k * e.i\nh.Q = -R * e.i^2",
		Outputs:    outputs{shown("i", "current", "A", "e.i"), shown("torque", "torque", "N·m", "k * e.i"), shown("loss", "loss", "W", "R * e.i^2")},
	},
	{
		Name: "converter", Label: "Converter", What: "passes power on at another voltage, with a loss in the direction in which it flows",
		Ports:      []Port{{Name: "a", Domain: Electric}, {Name: "b", Domain: Electric}, {Name: "h", Domain: Heat, Optional: true}},
		Inputs:     variables{quantity("ratio", "voltage at b by voltage at a", "", "1", "0", "1e4")},
		Parameters: variables{quantity("R", "resistance at b", "Ω", "0.01", "1e-9", "1e6"), quantity("eta", "efficiency", "%", "97", "1", "100")},
		Equations: `
given = (ratio * a.v - b.v) / R
b.i = -given
a.i = given > 0 ? ratio * given / eta : ratio * given * eta
loss = a.v * a.i + b.v * b.i
h.Q = -loss`,
		Outputs: outputs{shown("power", "power at b", "W", "b.v * given"), shown("loss", "loss", "W", "loss")},
	},
}
