package traffic

// Emission of carbon dioxide, by the work at the wheels and the time that the engine runs, of one petrol car of 1,400 kg: an
// estimate of how much a change matters, no inventory of a fleet. Work is mass × acceleration, rolling resistance of 0.012 × weight
// and drag of an area of 0.65 m² in air of 1.2 kg/m³; braking gives nothing back. The engine takes 0.09 ml of petrol per kilojoule
// beyond idling at 0.22 ml/s (the form, and the first figure, of Bowyer, Akçelik, Biggs: Guide to Fuel Consumption Analyses for
// Urban Traffic Management, ARRB 1985); a litre of petrol becomes 2.31 kg.
const (
	vehicleMass = 1400.                 // kg
	rolling     = .012 * 1400 * 9.80665 // N
	drag        = .5 * 1.2 * .65        // N/(m/s)²
	perLitre    = 2.31                  // kg
	perJoule    = .09e-3 / 1e3 * perLitre
	idling      = .22e-3 * perLitre // kg/s
)
