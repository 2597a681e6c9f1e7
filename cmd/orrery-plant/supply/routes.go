package supply

// ports with their berths for this operator and the containers (TEU) that its yard takes.
var ports = []struct {
	port     string
	lon, lat float64
	berths   int
	yard     float64
}{
	{"shanghai", 122.2, 31, 4, 60000}, {"singapore", 104, 1, 4, 70000}, {"jebel_ali", 55, 25.4, 2, 30000}, {"rotterdam", 3.6, 52, 3, 45000},
	{"hamburg", 8, 54.1, 2, 25000}, {"new_york", -73.4, 40.3, 2, 28000}, {"los_angeles", -118.8, 33.4, 3, 40000}, {"santos", -45.9, -24.3, 2, 18000},
}

// services are the ways of the ships, forth and back, coarse but at sea.
var services = map[string][]point{
	"asia-europe": {{122.2, 31, "shanghai"}, {122.8, 28, ""}, {119, 22.3, ""}, {112, 11, ""}, {105.2, 2.5, ""}, {104, 1, "singapore"}, {100, 3.4, ""}, {95, 6.2, ""}, {80.5, 5.2, ""},
		{60, 12.3, ""}, {51, 12.6, ""}, {43.3, 12.4, ""}, {39, 19, ""}, {34.4, 27, ""}, {32.5, 29.8, ""}, {32.4, 31.6, ""}, {25, 33.8, ""}, {11.3, 37.8, ""}, {-2, 36.1, ""}, {-6, 35.9, ""},
		{-9.8, 37, ""}, {-10, 43.6, ""}, {-5.8, 48.9, ""}, {1.4, 50.9, ""}, {3.6, 52, "rotterdam"}, {5, 53.8, ""}, {8, 54.1, "hamburg"}},
	"gulf":     {{55, 25.4, "jebel_ali"}, {56.6, 26.4, ""}, {59, 24.4, ""}, {62, 20, ""}, {70, 9, ""}, {80.5, 5.2, ""}, {95, 6.2, ""}, {100, 3.4, ""}, {104, 1, "singapore"}},
	"atlantic": {{3.6, 52, "rotterdam"}, {1.4, 50.9, ""}, {-5.8, 48.9, ""}, {-40, 45.5, ""}, {-65, 41, ""}, {-73.4, 40.3, "new_york"}},
	"pacific":  {{122.2, 31, "shanghai"}, {130, 30.4, ""}, {142, 34, ""}, {165, 42, ""}, {180, 45, ""}, {-150, 44, ""}, {-128, 37, ""}, {-118.8, 33.4, "los_angeles"}},
	"south":    {{-73.4, 40.3, "new_york"}, {-65, 31, ""}, {-45, 10, ""}, {-34, -5.5, ""}, {-37.5, -16, ""}, {-45.9, -24.3, "santos"}},
	"cape":     {{-45.9, -24.3, "santos"}, {-20, -33, ""}, {18, -36.5, ""}, {33, -33, ""}, {52, -27.5, ""}, {80, -8, ""}, {95, 6.2, ""}, {100, 3.4, ""}, {104, 1, "singapore"}},
}

// fleet are the ships: what they carry, their service, and the point of it at which they begin.
var fleet = []struct {
	service string
	size    float64
	from    int
}{
	{"asia-europe", 18000, 3}, {"asia-europe", 20000, 9}, {"asia-europe", 16000, 16}, {"asia-europe", 19000, 21}, {"gulf", 9000, 2}, {"gulf", 8000, 5},
	{"atlantic", 7000, 2}, {"atlantic", 8000, 4}, {"pacific", 14000, 2}, {"pacific", 15000, 4}, {"pacific", 13000, 6}, {"south", 5000, 2}, {"cape", 6000, 2}, {"cape", 6500, 4},
}
