package traffic

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"
)

// street is a road of a plan for people, with one link for each direction.
type street struct {
	id, label string
	links     []int // the way it is drawn, and back
	bridge    bool
}

// crossing is a junction with signals.
type lit struct {
	id     string
	signal int // in Network.Signals
}

// plan is a road network with the names that people give its streets and signals.
type plan struct {
	net     *Network
	streets []street
	lit     []lit
}

// saturation is what one lane lets pass while it has green, vehicles/s (Highway Capacity Manual: 1,900 vehicles/h under ideal
// conditions, less for usual ones).
const saturation = .5

// planClasses are the classes of a street plan, for which a definition may give other figures; those of OpenStreetMap stand
// beside them.
func planClasses() map[string]class {
	out := maps.Clone(classes)
	out["avenue"] = class{Arterial, 2, 13.9, .25}
	out["street"] = class{Street, 1, 11.1, .17}
	out["ramp"] = class{Ramp, 1, 16.7, .36}
	return out
}

// limits of what a file of a plan may hold, bytes.
const maxPlanFile = 256 << 20

// readPlan reads the network of a definition: written there, or in a file of the twin's folder.
func (f *form) readPlan(root value, files fs.FS) *plan {
	v := root.get("network")
	if v.missing() {
		f.fault(v.place, "write network: {file: streets.json} or junctions and streets", "there is no network")
		return nil
	}
	kinds := f.classes(root.get("classes"))
	if !v.has("file") {
		f.known(v, "junctions", "streets")
		return f.streetPlan(v, kinds)
	}
	f.known(v, "file", "format", "trips", "nodes", "zones_every", "time", "length", "flow")
	name := f.word(v.get("file"), true)
	format := f.word(v.get("format"), false)
	if format == "" {
		format = map[string]string{".tntp": "tntp", ".geojson": "geojson", ".osm": "osm"}[strings.ToLower(path.Ext(name))]
	}
	text, ok := f.readFile(v.get("file"), name, files)
	if !ok {
		return nil
	}
	switch format {
	case "", "plan":
		in, err := parse(text)
		if err != nil {
			f.fault(v.get("file").place, "mend the file", "%s is no JSON: %v", name, err)
			return nil
		}
		other := form{any: true}
		p := other.streetPlan(in, kinds)
		for _, x := range other.faults {
			f.fault(v.get("file").place, x.Remedy, "%s: %s: %s", name, x.Place, x.What)
		}
		return p
	case "tntp", "geojson", "osm":
		n, err := readNetwork(format, string(text), name, f.units(v))
		if err != nil {
			f.fault(v.get("file").place, "mend the file", "%v", err)
			return nil
		}
		f.finish(v, n, format, files)
		return namedByLinks(n)
	}
	f.fault(v.get("format").place, "write plan, tntp, geojson or osm", "%q is no format", clip(format))
	return nil
}

func readNetwork(format, text, name string, u Units) (*Network, error) {
	switch r := strings.NewReader(text); format {
	case "tntp":
		return ReadTNTP(r, name, u)
	case "geojson":
		return ReadGeoJSON(r, name)
	default:
		return ReadOSM(r, name)
	}
}

// finish adds what stands beside a network file: places of nodes, and zones.
func (f *form) finish(v value, n *Network, format string, files fs.FS) {
	if at := v.get("nodes"); !at.missing() && format == "tntp" {
		if text, ok := f.readFile(at, f.word(at, true), files); ok {
			if err := ReadTNTPNodes(strings.NewReader(string(text)), at.text(), n, 1); err != nil {
				f.fault(at.place, "mend the file", "%v", err)
			}
		}
	}
	if len(n.Zones) == 0 {
		if err := n.ZonesEvery(f.quantity(v.get("zones_every"), aLength, 400, 10, 1e5)); err != nil {
			f.fault(v.get("zones_every").place, "take a wider grid", "%v", err)
		}
	}
}

func (f *form) units(v value) Units {
	return Units{Time: f.quantity(v.get("time"), aTime, 1, 1e-6, 1e6), Length: f.quantity(v.get("length"), aLength, 1, 1e-6, 1e6), Flow: f.quantity(v.get("flow"), aFlow, 1, 1e-9, 1e6)}
}

// readFile reads a file of the folder of the twin.
func (f *form) readFile(at value, name string, files fs.FS) ([]byte, bool) {
	switch {
	case files == nil:
		f.fault(at.place, "open the twin from its folder", "no files are at hand")
		return nil, false
	case !fs.ValidPath(name):
		f.fault(at.place, "name a file in the folder of the twin: streets.json", "%q leads out of the folder", clip(name))
		return nil, false
	}
	info, err := fs.Stat(files, name)
	if err != nil || !info.Mode().IsRegular() {
		f.fault(at.place, "put it into the folder of the twin, or mend the name", "there is no file %q", clip(name))
		return nil, false
	}
	if info.Size() > maxPlanFile {
		f.fault(at.place, "cut out the part that matters", "%q is larger than %d MiB", clip(name), maxPlanFile>>20)
		return nil, false
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		f.fault(at.place, "see that it may be read", "%q cannot be read: %v", clip(name), err)
	}
	return text, err == nil
}

// classes reads what a definition says of kinds of road.
func (f *form) classes(v value) map[string]class {
	out := planClasses()
	f.known(v, v.keys...)
	for i, name := range v.keys {
		x, c := v.items[i], out[name]
		if c.lanes == 0 {
			c = out["street"]
		}
		f.known(x, "kind", "lanes", "speed", "capacity")
		if s := f.word(x.get("kind"), false); s != "" {
			k := slices.Index(kindNames[:], s)
			if k < 0 {
				f.fault(x.get("kind").place, "write one of "+strings.Join(kindNames[:], ", "), "%q is no kind of road", clip(s))
			}
			c.kind = Kind(max(k, 0))
		}
		c.lanes = f.count(x.get("lanes"), c.lanes, 1, 16)
		c.speed = f.quantity(x.get("speed"), aSpeed, c.speed, .5, 60)
		c.capacity = f.quantity(x.get("capacity"), aFlow, c.capacity, 1e-4, saturation*1.5)
		out[name] = c
	}
	return out
}

// streetPlan reads junctions and streets.
func (f *form) streetPlan(v value, kinds map[string]class) *plan {
	p := &plan{net: &Network{Name: "plan"}}
	node, lights := map[string]int{}, map[int]bool{}
	for _, x := range f.each(v.get("junctions")) {
		f.known(x, "id", "east_m", "south_m", "signal")
		id := f.word(x.get("id"), true)
		if _, twice := node[id]; twice {
			f.fault(x.get("id").place, "give each its own", "two junctions are named %q", clip(id))
		}
		node[id] = len(p.net.Nodes)
		lights[len(p.net.Nodes)] = f.truth(x.get("signal"))
		p.net.Nodes = append(p.net.Nodes, Node{Name: id, At: Point{f.quantity(x.get("east_m"), aLength, 0, -1e6, 1e6), f.quantity(x.get("south_m"), aLength, 0, -1e6, 1e6)}})
	}
	seen := map[string]bool{}
	for _, x := range f.each(v.get("streets")) {
		f.known(x, "id", "name", "class", "from", "to", "lanes", "speed_kmh", "length_m", "bridge", "one_way", "capacity")
		if s, ok := f.street(p.net, x, node, kinds); ok {
			if seen[s.id] {
				f.fault(x.get("id").place, "give each its own", "two streets are named %q", clip(s.id))
			}
			seen[s.id] = true
			p.streets = append(p.streets, s)
		}
	}
	if len(p.streets) == 0 && len(f.faults) == 0 {
		f.fault(v.get("streets").place, "write streets: [{id: A, from: one, to: other}]", "there is no street")
	}
	arriving := newGraph(p.net).arriving
	for i := range p.net.Nodes {
		if along, across := p.net.twoPhases(arriving[i], 0); lights[i] && len(along) > 0 && len(across) > 0 {
			p.lit = append(p.lit, lit{p.net.Nodes[i].Name, len(p.net.Signals)})
			p.net.Signals = append(p.net.Signals, Signal{Node: i, Phases: []Phase{{Links: along}, {Links: across}}})
		}
	}
	return p
}

// street adds a street to a network, as it is drawn and, unless it is one-way, back.
func (f *form) street(n *Network, x value, node map[string]int, kinds map[string]class) (street, bool) {
	s := street{id: f.word(x.get("id"), true), label: f.word(x.get("name"), false), bridge: f.truth(x.get("bridge"))}
	if s.label == "" {
		s.label = s.id
	}
	kind := f.word(x.get("class"), false)
	if kind == "" {
		kind = "street"
	}
	c, ok := kinds[kind]
	if !ok {
		f.fault(x.get("class").place, "write one of "+strings.Join(slices.Sorted(maps.Keys(kinds)), ", "), "%q is no class of road", clip(kind))
	}
	if s.bridge && c.kind < Bridge {
		c.kind = Bridge
	}
	from, to := f.junction(x.get("from"), node), f.junction(x.get("to"), node)
	if from < 0 || to < 0 {
		return s, false
	}
	if from == to {
		f.fault(x.get("to").place, "name another junction", "street %s is a closed loop: it ends where it begins", clip(s.id))
		return s, false
	}
	lanes, speed := f.count(x.get("lanes"), c.lanes, 1, 16), f.quantity(x.get("speed_kmh"), aShare, c.speed*3.6, 2, 200)/3.6
	length := f.quantity(x.get("length_m"), aLength, n.Nodes[to].At.Sub(n.Nodes[from].At).Len(), 1, 1e6)
	capacity := f.quantity(x.get("capacity"), aFlow, c.capacity*float64(lanes), 1e-4, 1.5*saturation*float64(lanes))
	if !(length >= 1) || math.IsInf(length, 0) {
		f.fault(x.get("length_m").place, "give the length, or places of its junctions", "street %s has no length", clip(s.id))
		return s, false
	}
	l := Link{Name: s.id, From: from, To: to, Kind: c.kind, Lanes: lanes, Length: length, FreeTime: length / speed, Capacity: capacity, Alpha: .15, Power: 4}
	s.links = append(s.links, len(n.Links))
	n.Links = append(n.Links, l)
	if !f.truth(x.get("one_way")) {
		l.Name, l.From, l.To = s.id+" back", to, from
		s.links = append(s.links, len(n.Links))
		n.Links = append(n.Links, l)
	}
	return s, true
}

func (f *form) junction(v value, node map[string]int) int {
	name := f.word(v, true)
	if i, ok := node[name]; ok {
		return i
	}
	if name != "" {
		f.fault(v.place, "name one of the junctions", "there is no junction %q", clip(name))
	}
	return -1
}

// namedByLinks takes the names of links for those of streets; a link and its way back are one street.
func namedByLinks(n *Network) *plan {
	p, at := &plan{net: n}, map[string]int{}
	for l := range n.Links {
		name := n.Links[l].Name
		forth, isBack := strings.CutSuffix(name, " back")
		if i, ok := at[forth]; isBack && ok {
			p.streets[i].links = append(p.streets[i].links, l)
			continue
		}
		if _, twice := at[name]; twice {
			name = fmt.Sprintf("%s (%d)", name, l)
		}
		at[name] = len(p.streets)
		p.streets = append(p.streets, street{id: name, label: name, links: []int{l}})
	}
	for i := range n.Signals {
		p.lit = append(p.lit, lit{n.Nodes[n.Signals[i].Node].Name, i})
	}
	return p
}
