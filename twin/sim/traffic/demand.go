package traffic

import (
	"io/fs"
	"math"
	"strings"
	"time"
)

// readDemand reads who wants to go where in the busiest hour: trips by name, from a file beside the network, or by a gravity model
// (trips fall off with distance exponentially, in proportion to the weights of both ends).
func (f *form) readDemand(root value, d *definition, files fs.FS) *Demand {
	v := root.get("demand")
	f.known(v, "trips", "vehicles", "reach", "zones", "default", "workday", "weekend", "time_zone", "peak")
	d.peak = f.quantity(v.get("peak"), aShare, 2.5, 1.05, 100)
	d.course = f.readCourse(v)
	net := root.get("network")
	switch trips := net.get("trips"); {
	case v.has("trips"):
		return f.readTrips(v.get("trips"), d.net)
	case !trips.missing():
		return f.tripsFile(trips, net, d.net, files)
	}
	return f.gravity(v, d.plan)
}

func (f *form) readCourse(v value) course {
	c := usualCourse
	c.zone = time.UTC
	if s := f.word(v.get("time_zone"), false); s != "" {
		zone, err := time.LoadLocation(s)
		if err != nil {
			f.fault(v.get("time_zone").place, "write one such as Europe/Oslo", "%q is no time zone", clip(s))
		} else {
			c.zone = zone
		}
	}
	for key, day := range map[string]*[24]float64{"workday": &c.workday, "weekend": &c.weekend} {
		x := v.get(key)
		if x.missing() {
			continue
		}
		if len(x.items) != 24 {
			f.fault(x.place, "write 24 numbers, one for each hour", "a day of %d hours", len(x.items))
			continue
		}
		for i, h := range x.items {
			day[i] = f.quantity(h, aShare, 1, 0, 10)
		}
	}
	return c
}

// readTrips reads trips from junction to junction, and makes zones of these.
func (f *form) readTrips(v value, n *Network) *Demand {
	d, zone, node := &Demand{}, map[int]int{}, map[string]int{}
	for i := range n.Nodes {
		node[n.Nodes[i].Name] = i
	}
	for i, z := range n.Zones {
		zone[z.Node] = i
	}
	zoneOf := func(v value) int {
		i := f.junction(v, node)
		if i < 0 {
			return -1
		}
		if _, ok := zone[i]; !ok {
			zone[i] = len(n.Zones)
			n.Zones = append(n.Zones, Zone{n.Nodes[i].Name, i})
		}
		return zone[i]
	}
	for _, x := range f.each(v) {
		f.known(x, "from", "to", "vehicles")
		t := Trip{zoneOf(x.get("from")), zoneOf(x.get("to")), f.quantity(x.get("vehicles"), aFlow, 0, 0, 100)}
		if t.From >= 0 && t.To >= 0 && t.From != t.To && t.Rate > 0 {
			d.Trips = append(d.Trips, t)
		}
	}
	return d
}

// tripsFile reads the trips that come with a network of the TNTP format.
func (f *form) tripsFile(at, net value, n *Network, files fs.FS) *Demand {
	name := f.word(at, true)
	text, ok := f.readFile(at, name, files)
	if !ok {
		return &Demand{}
	}
	d, err := ReadTNTPTrips(strings.NewReader(string(text)), name, f.units(net))
	if err != nil {
		f.fault(at.place, "mend the file", "%v", err)
		return &Demand{}
	}
	for i := range d.Trips {
		if t := d.Trips[i]; t.From >= len(n.Zones) || t.To >= len(n.Zones) {
			f.fault(at.place, "take the trips of this network", "%s has more zones than the network", name)
			return &Demand{}
		}
	}
	return d
}

// maxGravityZones of a gravity model: their pairs are trips.
const maxGravityZones = 600

// gravity spreads trips over pairs of junctions.
func (f *form) gravity(v value, p *plan) *Demand {
	n, weight := p.net, map[string]float64{}
	usual := f.quantity(v.get("default"), aShare, 1, 0, 1e6)
	own := v.get("zones")
	f.known(own, own.keys...)
	for _, id := range own.keys {
		x := own.get(id)
		if n.Node(id) < 0 {
			f.fault(x.place, "name one of the junctions", "there is no junction %q", clip(id))
		}
		weight[id] = f.quantity(x, aShare, 1, 0, 1e6)
	}
	if len(n.Zones) == 0 {
		for i := range n.Nodes {
			n.Zones = append(n.Zones, Zone{n.Nodes[i].Name, i})
		}
	}
	of := func(z int) float64 {
		if w, ok := weight[n.Nodes[n.Zones[z].Node].Name]; ok {
			return w
		}
		return usual
	}
	total := f.quantity(v.get("vehicles"), aFlow, float64(len(n.Links))*.02, 0, 1000)
	reach := f.quantity(v.get("reach"), aLength, 1000, 10, 1e6)
	if len(n.Zones) > maxGravityZones {
		f.fault(v.place, "take fewer zones, or write trips", "a gravity model of %d zones; %d fit", len(n.Zones), maxGravityZones)
		return &Demand{}
	}
	d, sum := &Demand{}, 0.
	for a := range n.Zones {
		for b := range n.Zones {
			far := n.Nodes[n.Zones[a].Node].At.Sub(n.Nodes[n.Zones[b].Node].At).Len()
			if w := of(a) * of(b) * math.Exp(-far/reach); a != b && w > 0 {
				d.Trips = append(d.Trips, Trip{a, b, w})
				sum += w
			}
		}
	}
	if sum == 0 {
		f.fault(v.place, "give two zones a weight", "nobody drives")
		return d
	}
	for i := range d.Trips {
		d.Trips[i].Rate *= total / sum
	}
	return d
}
