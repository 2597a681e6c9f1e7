package component

var hydraulic = []Kind{
	{
		Name: "tank", Label: "Tank", What: "stores a liquid; its port is at the bottom",
		Ports:  []Port{{Name: "a", Domain: Fluid, Holds: true}},
		Inputs: variables{quantity("inflow", "flow into it from above", "m³/s", "0", "-1e6", "1e6")},
		Parameters: variables{quantity("area", "area", "m²", "1", "1e-9", "1e9"), quantity("rho", "density", "kg/m³", "1000", "0.01", "30000"),
			quantity("p0", "pressure above the liquid", "Pa", "101325", "0", "1e10")},
		States:    variables{quantity("level", "level", "m", "1", "-1", "1e5")},
		Equations: "a.p = p0 + rho * \"9.80665 m/s²\" * level\ndlevel/dt = (a.q + inflow) / area",
		Outputs:   outputs{shown("level", "level", "m", "level"), shown("p", "pressure at the bottom", "bar", "a.p")},
	},
	{
		Name: "reservoir", Label: "Reservoir", What: "holds a pressure whatever flows: the sea, a main, the open air",
		Ports:     []Port{{Name: "a", Domain: Fluid, Holds: true}},
		Inputs:    variables{quantity("p", "pressure", "Pa", "101325", "0", "1e10")},
		Equations: "a.p = p",
		Outputs:   outputs{shown("q", "flow into it", "m³/h", "a.q")},
	},
	{
		// The column of liquid is accelerated by the pressures; turbulent friction goes with the square of the flow.
		Name: "pipe", Label: "Pipe", What: "carries a liquid with inertia and friction",
		Ports: []Port{{Name: "a", Domain: Fluid}, {Name: "b", Domain: Fluid}},
		Parameters: variables{quantity("L", "inertance: density × length / area", "Pa·s²/m³", "1e7", "1e-3", "1e15"),
			quantity("R", "friction: pressure by the square of the flow", "Pa·s²/m^6", "1e9", "0", "1e18")},
		States:    variables{quantity("q", "flow", "m³/s", "0", "-1e6", "1e6")},
		Equations: "a.q = q\nb.q = -q\ndq/dt = (a.p - b.p - R * q * abs(q)) / L",
		Outputs:   outputs{shown("q", "flow", "m³/h", "q")},
	},
	{
		// By the square root of the difference, made straight within a thousandth of the rated one so that it has a slope.
		Name: "valve", Label: "Valve", What: "lets a liquid flow by the root of the difference of two pressures",
		Ports:      []Port{{Name: "a", Domain: Fluid}, {Name: "b", Domain: Fluid}},
		Inputs:     variables{quantity("opening", "opening", "", "1", "0", "1")},
		Parameters: variables{quantity("q0", "flow when open at the rated difference", "m³/s", "0.01", "0", "1e6"), quantity("dp", "rated difference of pressures", "Pa", "1e5", "1e-3", "1e10")},
		Equations:  "x = (a.p - b.p) / dp\na.q = opening * q0 * x / sqrt(abs(x) + 1e-3)\nb.q = -a.q",
		Outputs:    outputs{shown("q", "flow", "m³/h", "a.q")},
	},
	{
		// Affinity laws: the pressure goes with the square of the speed, and falls with the square of the flow; nothing keeps the
		// liquid from flowing back through one that stands.
		Name: "pump", Label: "Pump", What: "lifts a liquid from port a to port b",
		Ports:  []Port{{Name: "a", Domain: Fluid}, {Name: "b", Domain: Fluid}},
		Inputs: variables{quantity("speed", "share of full speed", "", "1", "0", "2")},
		Parameters: variables{quantity("p1", "pressure without flow at full speed", "Pa", "3e5", "1e-3", "1e10"), quantity("q1", "flow without pressure at full speed", "m³/s", "0.02", "0", "1e6"),
			quantity("eta", "efficiency", "%", "70", "1", "100")},
		Equations: "x = speed * abs(speed) + (a.p - b.p) / p1\na.q = q1 * x / sqrt(abs(x) + 1e-3)\nb.q = -a.q\npower = max(b.p - a.p, 0) * a.q / eta",
		Outputs:   outputs{shown("q", "flow", "m³/h", "a.q"), shown("power", "power", "kW", "power")},
	},
}
