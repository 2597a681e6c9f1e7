package component

var thermal = []Kind{
	{
		Name: "thermal_mass", Label: "Thermal mass", What: "stores heat at one temperature: oil, a casing, a room",
		Ports:      []Port{{Name: "a", Domain: Heat, Holds: true}},
		Parameters: variables{quantity("C", "heat capacity", "J/K", "40000", "1e-3", "1e15")},
		States:     variables{quantity("T", "temperature", "°C", "20", "-270", "5000")},
		Equations:  "a.T = T\ndT/dt = a.Q / C",
		Outputs:    outputs{shown("T", "temperature", "°C", "T")},
	},
	{
		Name: "conductance", Label: "Conductance", What: "lets heat flow by the difference of two temperatures",
		Ports:      []Port{{Name: "a", Domain: Heat}, {Name: "b", Domain: Heat}},
		Parameters: variables{quantity("G", "conductance", "W/K", "10", "0", "1e12")},
		Equations:  "a.Q = G * (a.T - b.T)\nb.Q = -a.Q",
		Outputs:    outputs{shown("Q", "heat flow", "W", "a.Q")},
	},
	{
		Name: "ambient", Label: "Ambient", What: "holds a temperature whatever flows: air, sea, ground",
		Ports:     []Port{{Name: "a", Domain: Heat, Holds: true}},
		Inputs:    variables{quantity("T", "temperature", "°C", "15", "-270", "5000")},
		Equations: "a.T = T",
		Outputs:   outputs{shown("Q", "heat flow into it", "W", "a.Q")},
	},
	{
		Name: "heat_source", Label: "Heat source", What: "gives off a heat flow: losses, a heater, the sun",
		Ports:     []Port{{Name: "a", Domain: Heat}},
		Inputs:    variables{quantity("Q", "heat flow", "W", "0", "-1e12", "1e12")},
		Equations: "a.Q = -Q",
	},
	{
		// Forced convection grows with the flow to the power 0.8 (Dittus and Boelter 1930), the power of a fan with its cube.
		Name: "fan", Label: "Fan", What: "cools the better the faster it turns",
		Ports:  []Port{{Name: "a", Domain: Heat}, {Name: "b", Domain: Heat}},
		Inputs: variables{quantity("speed", "share of full speed", "", "1", "0", "2")},
		Parameters: variables{quantity("G0", "conductance at rest", "W/K", "10", "0", "1e12"), quantity("G1", "conductance added at full speed", "W/K", "100", "0", "1e12"),
			quantity("P1", "power at full speed", "W", "100", "0", "1e12")},
		Equations: "a.Q = (G0 + G1 * max(speed, 0)^0.8) * (a.T - b.T)\nb.Q = -a.Q\npower = P1 * max(speed, 0)^3",
		Outputs:   outputs{shown("Q", "heat flow", "W", "a.Q"), shown("power", "power", "W", "power")},
	},
	{
		// Effectiveness of a counter-flow exchanger by the number of transfer units (Kays and London, Compact Heat Exchangers).
		Name: "heat_exchanger", Label: "Heat exchanger", What: "carries heat between two streams in counter-flow; the ports are their entries",
		Ports: []Port{{Name: "hot", Domain: Heat}, {Name: "cold", Domain: Heat}},
		Inputs: variables{quantity("hot_flow", "heat capacity flow of the hot stream", "W/K", "1000", "0", "1e12"),
			quantity("cold_flow", "heat capacity flow of the cold stream", "W/K", "1000", "0", "1e12")},
		Parameters: variables{quantity("UA", "conductance of the surface", "W/K", "1000", "0", "1e12")},
		Equations: `
least = max(min(hot_flow, cold_flow), "1e-9 W/K")
most  = max(max(hot_flow, cold_flow), "1e-9 W/K")
ratio = least / most
units = UA / least
decay = exp(-units * (1 - ratio))
effectiveness = ratio > 0.9999 ? units / (1 + units) : (1 - decay) / (1 - ratio * decay)
hot.Q  = effectiveness * least * (hot.T - cold.T)
cold.Q = -hot.Q`,
		Outputs: outputs{shown("Q", "heat flow", "W", "hot.Q"), shown("effectiveness", "effectiveness", "%", "effectiveness")},
	},
}
