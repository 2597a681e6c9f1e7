package traffic

import "math"

// class is what is assumed of a road of which a map tells only the class.
type class struct {
	kind     Kind
	lanes    int     // per direction
	speed    float64 // m/s
	capacity float64 // vehicles/s and lane
}

// classes are those of the OpenStreetMap key "highway" on which cars drive. Speeds are the usual limits of cities in
// Europe; capacities those of the defaults in the Highway Capacity Manual, rounded, with signals on city roads.
var classes = map[string]class{
	"motorway": {Motorway, 2, 33.3, .55}, "motorway_link": {Ramp, 1, 16.7, .4}, "trunk": {Motorway, 2, 27.8, .5}, "trunk_link": {Ramp, 1, 16.7, .4},
	"primary": {Arterial, 2, 13.9, .28}, "primary_link": {Ramp, 1, 13.9, .28}, "secondary": {Arterial, 1, 13.9, .25}, "secondary_link": {Ramp, 1, 13.9, .25},
	"tertiary": {Collector, 1, 13.9, .22}, "tertiary_link": {Ramp, 1, 13.9, .22}, "unclassified": {Street, 1, 13.9, .17}, "residential": {Street, 1, 8.3, .17},
	"living_street": {Street, 1, 2.8, .08}, "road": {Street, 1, 8.3, .17},
}

// ground turns longitude and latitude into metres around a first point (equirectangular: good to 0.1 % in a city).
type ground struct {
	set      bool
	lon, lat float64
}

const earthRadius = 6371008.8 // m, mean

func (g *ground) at(lon, lat float64) Point {
	if !g.set {
		*g = ground{true, lon, lat}
	}
	const rad = math.Pi / 180
	return Point{(lon - g.lon) * rad * earthRadius * math.Cos(g.lat*rad), -(lat - g.lat) * rad * earthRadius}
}

func onEarth(lon, lat float64) bool { return math.Abs(lon) <= 180 && math.Abs(lat) <= 85 }

// lane adds a link along a line of points, one direction of a road.
func (n *Network) lane(name string, from, to int, shape []Point, c class, speed float64, lanes int) {
	l := Link{Name: name, From: from, To: to, Kind: c.kind, Lanes: lanes, Capacity: c.capacity * float64(lanes), Alpha: .15, Power: 4, Shape: shape}
	at := n.Nodes[from].At
	for _, p := range shape {
		l.Length += p.Sub(at).Len()
		at = p
	}
	l.Length = max(1, l.Length+n.Nodes[to].At.Sub(at).Len())
	l.FreeTime = l.Length / speed
	n.Links = append(n.Links, l)
}

// reversed is a line the other way round.
func reversed(line []Point) []Point {
	out := make([]Point, len(line))
	for i, p := range line {
		out[len(line)-1-i] = p
	}
	return out
}
