package component

var mechanical = []Kind{
	{
		Name: "inertia", Label: "Inertia", What: "turns and keeps turning",
		Ports:      []Port{{Name: "s", Domain: Shaft, Holds: true}},
		Parameters: variables{quantity("J", "moment of inertia", "kg·m²", "1", "1e-9", "1e12")},
		States:     variables{quantity("w", "speed", "rad/s", "0")},
		Equations:  "s.w = w\ndw/dt = s.M / J",
		Outputs:    outputs{shown("w", "speed", "rpm", "w")},
	},
	{
		Name: "load", Label: "Load", What: "takes a torque, and one that grows with the square of the speed",
		Ports:      []Port{{Name: "s", Domain: Shaft}},
		Inputs:     variables{quantity("M", "torque", "N·m", "0", "-1e12", "1e12")},
		Parameters: variables{quantity("k", "torque by the square of the speed", "N·m·s^2/rad^2", "0", "0", "1e12")},
		Equations:  "s.M = M + k * s.w * abs(s.w)",
		Outputs:    outputs{shown("power", "power taken", "W", "s.M * s.w")},
	},
	{
		Name: "gearbox", Label: "Gearbox", What: "passes torque on at another speed, through a shaft that twists",
		Ports: []Port{{Name: "fast", Domain: Shaft}, {Name: "slow", Domain: Shaft}, {Name: "h", Domain: Heat, Optional: true}},
		Parameters: variables{quantity("ratio", "fast speed by slow speed", "", "10", "1e-3", "1e4"), quantity("K", "stiffness at the slow side", "N·m/rad", "1e6", "1e-6", "1e15"),
			quantity("D", "damping at the slow side", "N·m·s/rad", "1e4", "0", "1e15"), quantity("drag", "drag at the fast side", "N·m·s/rad", "0", "0", "1e12")},
		States: variables{quantity("twist", "twist", "rad", "0")},
		Equations: `
slip = fast.w / ratio - slow.w
torque = K * twist + D * slip
dtwist/dt = slip
slow.M = -torque
fast.M = torque / ratio + drag * fast.w
loss = D * slip^2 + drag * fast.w^2
h.Q = -loss`,
		Outputs: outputs{shown("torque", "torque at the slow side", "N·m", "torque"), shown("loss", "loss", "W", "loss")},
	},
	{
		// Wear goes with the cube of the load, as the life of ball bearings by ISO 281, with the turns, and doubles every ten
		// kelvin above the reference.
		Name: "bearing", Label: "Bearing", What: "rubs, warms and wears: wear 1 is the end of its life",
		Ports: []Port{{Name: "s", Domain: Shaft}, {Name: "h", Domain: Heat, Optional: true}},
		Inputs: variables{quantity("load", "load", "N", "1000", "0", "1e12"),
			quantity("T", "temperature", "°C", "70", "-270", "1000")},
		Parameters: variables{quantity("M0", "friction at rest", "N·m", "1", "0", "1e9"), quantity("B", "friction by speed", "N·m·s/rad", "0.01", "0", "1e9"),
			quantity("rise", "share by which friction has grown at the end of life", "", "1", "0", "100"),
			quantity("rated_load", "load of the rated life", "N", "1000", "1e-3", "1e12"), quantity("rated_speed", "speed of the rated life", "rpm", "1500", "1e-3", "1e6"),
			quantity("life", "rated life", "d", "3650", "1e-3", "1e6"), quantity("T0", "temperature of the rated life", "°C", "70", "-270", "1000")},
		States: variables{quantity("wear", "wear", "", "0", "0", "10")},
		Equations: `
friction = (M0 * s.w / (abs(s.w) + "0.1 rad/s") + B * s.w) * (1 + rise * wear)
s.M = friction
h.Q = -friction * s.w
dwear/dt = (load / rated_load)^3 * abs(s.w) / rated_speed * exp((T - T0) / "14.43 K") / life`,
		Outputs: outputs{shown("wear", "wear", "%", "wear"), shown("loss", "loss", "W", "friction * s.w")},
	},
	{
		// Power coefficient by Heier, Grid Integration of Wind Energy (3rd edition, section 2.1.2), with the constants that many
		// quote: at most 0.48 at a tip speed ratio of 8.1.
		Name: "rotor", Label: "Rotor", What: "takes power from the wind and stores it in its turning",
		Ports:  []Port{{Name: "s", Domain: Shaft, Holds: true}},
		Inputs: variables{quantity("wind", "wind", "m/s", "8", "0", "100"), quantity("pitch", "pitch", "°", "0", "0", "90")},
		Parameters: variables{quantity("R", "radius", "m", "63", "0.1", "500"), quantity("J", "moment of inertia", "kg·m²", "3.9e7", "1e-6", "1e12"),
			quantity("rho", "density of the air", "kg/m³", "1.225", "0.1", "10")},
		States: variables{quantity("w", "speed", "rad/s", "1", "-100", "100")},
		Equations: `
tip = max(w * R / max(wind, "0.1 m/s"), 0.2)
beta = pitch / "1 °"
inverse = 1 / (tip + 0.08 * beta) - 0.035 / (beta^3 + 1)
cp = max(0.5176 * (116 * inverse - 0.4 * beta - 5) * exp(-21 * inverse) + 0.0068 * tip, 0)
power = 0.5 * rho * pi * R^2 * wind^3 * cp
s.w = w
dw/dt = (s.M + power / max(w, "0.05 rad/s")) / J`,
		Outputs: outputs{shown("w", "speed", "rpm", "w"), shown("power", "power", "kW", "power"), shown("cp", "power coefficient", "", "cp"), shown("tip", "tip speed ratio", "", "tip")},
	},
}
