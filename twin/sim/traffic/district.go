package traffic

import (
	"fmt"
	"math"
)

// The district: nine avenues from north to south, eight streets from west to east, a river between the fourth and fifth
// street with three bridges, and a motorway along the east side with two junctions.
const (
	avenues      = 9
	crossStreets = 8
	block        = 140. // m
	riverAfter   = 3    // it flows south of this street
	riverWidth   = 120. // m
)

var avenueNames = [avenues]string{"Quarry Avenue", "Linden Avenue", "Mill Avenue", "Station Avenue", "Grand Avenue", "Observatory Avenue", "Weaver Avenue", "Orchard Avenue", "East Avenue"}

var streetNames = [crossStreets]string{"North Parade", "Tanner Street", "Market Street", "Quay Street", "Wharf Street", "Foundry Street", "Meridian Street", "South Parade"}

var bridgeNames = map[int]string{1: "Linden Bridge", 4: "Grand Bridge", 7: "Orchard Bridge"}

// The streets and avenues that are arterials, with two lanes and signals where they meet.
var (
	arterialAvenue = map[int]bool{1: true, 4: true, 7: true}
	arterialStreet = map[int]bool{2: true, 5: true}
)

// Motorway junctions, by the street they lead to; the second has an entry but no exit for who comes from the south: the
// off-ramp that a what-if adds.
const (
	northJunction = 2
	southJunction = 5
)

// RampWhatIf is the change that adds the missing off-ramp to the district.
func RampWhatIf() Change {
	return Change{Add: &NewLink{Name: "new off-ramp to Meridian Street", From: "motorway north 1", To: "East Avenue/Meridian Street", Kind: Ramp, Lanes: 1, Speed: 14}}
}

// MarathonWhatIf is the change that closes Grand Avenue and its bridge, both ways, for a span of a run.
func MarathonWhatIf(n *Network, from, to float64) Change {
	c := &Closure{From: from, To: to}
	for i := range n.Links {
		if a, b := n.Nodes[n.Links[i].From].At, n.Nodes[n.Links[i].To].At; a.X == b.X && math.Abs(a.X-avenueX(4)) < 1 {
			c.Links = append(c.Links, n.Links[i].Name)
		}
	}
	return Change{Close: c}
}

func avenueX(i int) float64 { return (float64(i) - (avenues-1)/2.) * block }

func streetZ(j int) float64 {
	z := (float64(j) - (crossStreets-1)/2.) * block
	if j > riverAfter {
		return z + riverWidth/2
	}
	return z - riverWidth/2
}

// District generates the streets of a small town beside a motorway. The seed varies the shape of the motorway and the
// timing of signals; the plan and all names stay, so that bindings to them hold.
func District(seed uint64) *Network {
	n := &Network{Name: "district"}
	for j := range crossStreets {
		for i := range avenues {
			n.Nodes = append(n.Nodes, Node{Name: avenueNames[i] + "/" + streetNames[j], At: Point{avenueX(i), streetZ(j)}})
		}
	}
	n.streets()
	n.motorway(seed)
	n.lights(seed)
	for i := range avenues * crossStreets {
		n.Zones = append(n.Zones, Zone{n.Nodes[i].Name, i})
	}
	for _, name := range []string{"motorway north 0", "motorway north 5", "motorway south 0", "motorway south 5"} {
		n.Zones = append(n.Zones, Zone{name, n.Node(name)})
	}
	return n
}

func corner(i, j int) int { return j*avenues + i }

// both adds a road in both directions.
func (n *Network) both(name string, a, b int, kind Kind, lanes int, speed, capacity float64) {
	n.road(name, a, b, kind, lanes, speed, capacity)
	n.road(name, b, a, kind, lanes, speed, capacity)
}

// road adds a link; capacity is per lane, vehicles/s, at its end with the signals there.
func (n *Network) road(name string, a, b int, kind Kind, lanes int, speed, capacity float64) {
	length := n.Nodes[b].At.Sub(n.Nodes[a].At).Len()
	n.Links = append(n.Links, Link{Name: fmt.Sprintf("%s: %s to %s", name, n.Nodes[a].Name, n.Nodes[b].Name), From: a, To: b, Kind: kind, Lanes: lanes, Length: length, FreeTime: length / speed, Capacity: capacity * float64(lanes), Alpha: .15, Power: 4})
}

func (n *Network) streets() {
	for j := range crossStreets {
		for i := range avenues {
			if i+1 < avenues {
				if arterialStreet[j] {
					n.both(streetNames[j], corner(i, j), corner(i+1, j), Arterial, 2, 13.9, .25)
				} else {
					n.both(streetNames[j], corner(i, j), corner(i+1, j), Street, 1, 8.3, .17)
				}
			}
			switch {
			case j+1 == crossStreets:
			case j == riverAfter && bridgeNames[i] != "":
				n.both(bridgeNames[i], corner(i, j), corner(i, j+1), Bridge, 2, 13.9, .25)
			case j == riverAfter:
			case arterialAvenue[i]:
				n.both(avenueNames[i], corner(i, j), corner(i, j+1), Arterial, 2, 13.9, .25)
			default:
				n.both(avenueNames[i], corner(i, j), corner(i, j+1), Street, 1, 8.3, .17)
			}
		}
	}
}

// motorway adds two carriageways, each a chain of nodes 0 to 5 in the direction of travel, and the ramps between them
// and East Avenue. Ramps leave and join at nodes 1 and 2 (the first junction on the way) and 3 and 4 (the second).
func (n *Network) motorway(seed uint64) {
	x := avenueX(avenues-1) + 180
	ends := [2]float64{streetZ(0) - 500, streetZ(crossStreets-1) + 500}
	north, south := streetZ(northJunction), streetZ(southJunction)
	for way, name := range []string{"motorway north", "motorway south"} {
		zs := []float64{ends[1], south + 170, south - 90, north + 90, north - 170, ends[0]}
		at := x + 16
		if way == 1 {
			zs = []float64{ends[0], north - 170, north + 90, south - 90, south + 170, ends[1]}
			at = x
		}
		first := len(n.Nodes)
		for k, z := range zs {
			bend := 40 * chance(seed, 7, 0) * math.Sin(math.Pi*(z-ends[0])/(ends[1]-ends[0]))
			n.Nodes = append(n.Nodes, Node{Name: fmt.Sprintf("%s %d", name, k), At: Point{at + bend, z}})
		}
		for k := range 5 {
			n.road(name, first+k, first+k+1, Motorway, 2, 27.8, .5)
		}
		junctions := [2]int{southJunction, northJunction}
		if way == 1 {
			junctions = [2]int{northJunction, southJunction}
		}
		for i, j := range junctions {
			to := corner(avenues-1, j)
			if !(way == 0 && j == southJunction) {
				n.road("off-ramp", first+1+2*i, to, Ramp, 1, 14, .3)
			}
			n.road("on-ramp", to, first+2+2*i, Ramp, 1, 14, .4)
		}
	}
}

// lights puts a signal where two arterials meet: north and south have green together, then east and west.
func (n *Network) lights(seed uint64) {
	for j := range crossStreets {
		for i := range avenues {
			if !arterialAvenue[i] || !arterialStreet[j] {
				continue
			}
			node := corner(i, j)
			var ns, ew []int
			for l := range n.Links {
				if n.Links[l].To != node {
					continue
				}
				if d := n.Nodes[n.Links[l].From].At.Sub(n.Nodes[node].At); math.Abs(d.X) > math.Abs(d.Z) {
					ew = append(ew, l)
				} else {
					ns = append(ns, l)
				}
			}
			n.Signals = append(n.Signals, Signal{Node: node, Offset: math.Floor(60 * chance(seed, 11, uint64(node))), Actuated: i == 4,
				Phases: []Phase{{Links: ns, Green: 26, Clear: 4, Least: 8, Most: 45}, {Links: ew, Green: 26, Clear: 4, Least: 8, Most: 45}}})
		}
	}
}

// DistrictDemand is who wants to go where in the morning peak, in proportion to homes and work places (a gravity model
// with exponential deterrence, mean 700 m): homes are in the south, work around Grand Avenue and Market Street, and the
// motorway brings and takes its part. The factor scales it; 1 is busy, about 5,600 vehicles an hour.
func DistrictDemand(n *Network, factor float64) *Demand {
	const inTown, toTown, through = .55, .3, .2 // vehicles/s
	town := avenues * crossStreets
	homes, work := make([]float64, town), make([]float64, town)
	sumHomes, sumWork := 0., 0.
	for z := range town {
		p := n.Nodes[n.Zones[z].Node].At
		homes[z] = 1
		if p.Z > 0 {
			homes[z] = 2
		}
		centre := p.Sub(Point{avenueX(4), streetZ(2)}).Len()
		work[z] = .3 + 3*math.Exp(-centre/300)
		sumHomes, sumWork = sumHomes+homes[z], sumWork+work[z]
	}
	var trips []Trip
	sum := 0.
	for a := range town {
		for b := range town {
			if far := n.Nodes[n.Zones[a].Node].At.Sub(n.Nodes[n.Zones[b].Node].At).Len(); far > 1.5*block {
				w := homes[a] * work[b] * math.Exp(-far/700)
				trips = append(trips, Trip{a, b, w})
				sum += w
			}
		}
	}
	for i := range trips {
		trips[i].Rate *= inTown * factor / sum
	}
	for z := range town {
		for _, gate := range []int{town, town + 2} { // the motorway begins here
			trips = append(trips, Trip{gate, z, toTown / 2 * factor * work[z] / sumWork})
		}
		for _, gate := range []int{town + 1, town + 3} {
			trips = append(trips, Trip{z, gate, toTown / 2 * factor * homes[z] / sumHomes})
		}
	}
	trips = append(trips, Trip{town, town + 1, through * factor}, Trip{town + 2, town + 3, through * factor})
	return &Demand{Trips: trips}
}
