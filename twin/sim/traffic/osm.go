package traffic

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// MaxOSMNodes is how many nodes of an OpenStreetMap file are kept: 16 million are a large city.
const MaxOSMNodes = 1 << 24

// ReadOSM reads the roads of an OpenStreetMap XML file (API 0.6) as it streams by: ways with a highway key on which cars
// drive, cut where they meet; one-way roads, lanes, speed limits, signals, and restrictions with a single via node. Nodes
// come before ways, as all exports write them. The network has no zones yet (ZonesEvery).
func ReadOSM(r io.Reader, name string) (*Network, error) {
	o := &osmReader{name: name, at: map[int64]Point{}, used: map[int64]int{}, light: map[int64]bool{}, node: map[int64]int{}, pieces: map[int64][]int{}}
	dec := xml.NewDecoder(io.LimitReader(r, 4<<30))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			if start, ok := tok.(xml.StartElement); ok {
				err = o.element(dec, start)
			}
		}
		if err != nil {
			line, _ := dec.InputPos()
			return nil, fmt.Errorf("traffic: %s: line %d: %w: export the map again as OSM XML", name, line, err)
		}
	}
	return o.network()
}

type osmWay struct {
	id    int64
	nodes []int64
	tags  map[string]string
}

type osmReader struct {
	name   string
	ground ground
	at     map[int64]Point
	light  map[int64]bool
	ways   []osmWay
	used   map[int64]int // by node: how many ways use it; ends count twice
	total  int           // references of all ways
	bans   []osmBan
	n      *Network
	node   map[int64]int
	pieces map[int64][]int // links by way
}

type osmBan struct {
	from, to, via int64
	only          bool
}

type osmTag struct {
	K string `xml:"k,attr"`
	V string `xml:"v,attr"`
}

func (o *osmReader) element(dec *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "node":
		var x struct {
			ID   int64    `xml:"id,attr"`
			Lat  float64  `xml:"lat,attr"`
			Lon  float64  `xml:"lon,attr"`
			Tags []osmTag `xml:"tag"`
		}
		if err := dec.DecodeElement(&x, &start); err != nil {
			return fmt.Errorf("node: %w", err)
		}
		if !onEarth(x.Lon, x.Lat) {
			return fmt.Errorf("node %d lies at %g, %g, which is no longitude and latitude", x.ID, x.Lon, x.Lat)
		}
		if len(o.at) >= MaxOSMNodes {
			return fmt.Errorf("more than %d nodes: cut out the part that matters", MaxOSMNodes)
		}
		o.at[x.ID] = o.ground.at(x.Lon, x.Lat)
		if tagOf(x.Tags, "highway") == "traffic_signals" {
			o.light[x.ID] = true
		}
	case "way":
		return o.way(dec, start)
	case "relation":
		return o.relation(dec, start)
	}
	return nil
}

func tagOf(tags []osmTag, key string) string {
	for _, t := range tags {
		if t.K == key {
			return t.V
		}
	}
	return ""
}

func (o *osmReader) way(dec *xml.Decoder, start xml.StartElement) error {
	var x struct {
		ID   int64 `xml:"id,attr"`
		Refs []struct {
			Ref int64 `xml:"ref,attr"`
		} `xml:"nd"`
		Tags []osmTag `xml:"tag"`
	}
	if err := dec.DecodeElement(&x, &start); err != nil {
		return fmt.Errorf("way: %w", err)
	}
	if _, ok := classes[tagOf(x.Tags, "highway")]; !ok || tagOf(x.Tags, "area") == "yes" {
		return nil
	}
	if a := tagOf(x.Tags, "access"); a == "no" || a == "private" {
		return nil
	}
	w := osmWay{id: x.ID, tags: map[string]string{}}
	for _, k := range []string{"highway", "name", "ref", "oneway", "junction", "lanes", "maxspeed"} {
		w.tags[k] = tagOf(x.Tags, k)
	}
	for _, r := range x.Refs {
		if _, ok := o.at[r.Ref]; !ok { // cut off at the edge of the export
			continue
		}
		if k := len(w.nodes); k == 0 || w.nodes[k-1] != r.Ref {
			w.nodes = append(w.nodes, r.Ref)
		}
	}
	if len(w.nodes) < 2 {
		return nil
	}
	if o.total += len(w.nodes); o.total > MaxOSMNodes || len(o.ways) >= MaxLinks {
		return fmt.Errorf("more than %d roads or %d points in them: cut out the part that matters", MaxLinks, MaxOSMNodes)
	}
	for i, id := range w.nodes {
		o.used[id]++
		if i == 0 || i == len(w.nodes)-1 {
			o.used[id]++
		}
	}
	o.ways = append(o.ways, w)
	return nil
}

func (o *osmReader) relation(dec *xml.Decoder, start xml.StartElement) error {
	var x struct {
		Members []struct {
			Type string `xml:"type,attr"`
			Ref  int64  `xml:"ref,attr"`
			Role string `xml:"role,attr"`
		} `xml:"member"`
		Tags []osmTag `xml:"tag"`
	}
	if err := dec.DecodeElement(&x, &start); err != nil {
		return fmt.Errorf("relation: %w", err)
	}
	rule := tagOf(x.Tags, "restriction")
	if tagOf(x.Tags, "type") != "restriction" || !strings.HasPrefix(rule, "no_") && !strings.HasPrefix(rule, "only_") || len(o.bans) >= 1<<20 {
		return nil
	}
	b := osmBan{only: strings.HasPrefix(rule, "only_")}
	for _, m := range x.Members {
		switch {
		case m.Role == "from" && m.Type == "way":
			b.from = m.Ref
		case m.Role == "to" && m.Type == "way":
			b.to = m.Ref
		case m.Role == "via" && m.Type == "node":
			b.via = m.Ref
		}
	}
	if b.from != 0 && b.to != 0 && b.via != 0 {
		o.bans = append(o.bans, b) // those with several via ways are left out
	}
	return nil
}

// network cuts the ways where they meet and makes links of the pieces.
func (o *osmReader) network() (*Network, error) {
	o.n = &Network{Name: o.name}
	for _, w := range o.ways {
		begin := 0
		for i := 1; i < len(w.nodes); i++ {
			if o.used[w.nodes[i]] > 1 || o.light[w.nodes[i]] {
				o.piece(&w, begin, i)
				begin = i
			}
		}
	}
	if len(o.n.Links) == 0 {
		return nil, fmt.Errorf("traffic: %s: no road for cars: export an area with ways that have a highway key", o.name)
	}
	o.ban()
	o.signals()
	return o.n, o.n.Check()
}

func (o *osmReader) nodeOf(id int64) int {
	i, ok := o.node[id]
	if !ok {
		i = len(o.n.Nodes)
		o.node[id] = i
		o.n.Nodes = append(o.n.Nodes, Node{Name: strconv.FormatInt(id, 10), At: o.at[id]})
	}
	return i
}

func (o *osmReader) piece(w *osmWay, begin, end int) {
	a, b := o.nodeOf(w.nodes[begin]), o.nodeOf(w.nodes[end])
	if a == b { // a loop without junction leads nowhere
		return
	}
	c := classes[w.tags["highway"]]
	var shape []Point
	for _, id := range w.nodes[begin+1 : end] {
		shape = append(shape, o.at[id])
	}
	forward, backward := directions(w.tags)
	lanes := c.lanes
	if v, err := strconv.Atoi(w.tags["lanes"]); err == nil && v >= 1 && v <= 16 {
		if lanes = v; forward && backward {
			lanes = max(1, v/2)
		}
	}
	speed := speedOf(w.tags["maxspeed"], c.speed)
	name := w.tags["name"]
	if name == "" {
		name = w.tags["ref"]
	}
	name = fmt.Sprintf("%s way %d/%d", name, w.id, begin)
	if forward {
		o.pieces[w.id] = append(o.pieces[w.id], len(o.n.Links))
		o.n.lane(strings.TrimSpace(name), a, b, shape, c, speed, lanes)
	}
	if backward {
		o.pieces[w.id] = append(o.pieces[w.id], len(o.n.Links))
		o.n.lane(strings.TrimSpace(name)+" back", b, a, reversed(shape), c, speed, lanes)
	}
}

func directions(tags map[string]string) (forward, backward bool) {
	switch tags["oneway"] {
	case "yes", "true", "1":
		return true, false
	case "-1", "reverse":
		return false, true
	case "no":
		return true, true
	}
	oneway := tags["junction"] == "roundabout" || strings.HasPrefix(tags["highway"], "motorway")
	return true, !oneway
}

// speedOf reads a speed limit: km/h, or mph when it says so.
func speedOf(s string, usual float64) float64 {
	number, unit, _ := strings.Cut(strings.TrimSpace(s), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v >= 5) || v > 200 {
		return usual
	}
	if unit == "mph" {
		return v * .44704
	}
	return v / 3.6
}

// ban makes banned turns of restrictions.
func (o *osmReader) ban() {
	for _, b := range o.bans {
		via, ok := o.node[b.via]
		if !ok {
			continue
		}
		for _, f := range o.pieces[b.from] {
			if o.n.Links[f].To != via {
				continue
			}
			if !b.only {
				for _, t := range o.pieces[b.to] {
					if o.n.Links[t].From == via {
						o.n.Banned = append(o.n.Banned, Turn{f, t})
					}
				}
				continue
			}
			for j := range o.n.Links {
				if o.n.Links[j].From == via && !o.isOf(j, b.to) {
					o.n.Banned = append(o.n.Banned, Turn{f, j})
				}
			}
		}
	}
}

func (o *osmReader) isOf(link int, way int64) bool {
	for _, p := range o.pieces[way] {
		if p == link {
			return true
		}
	}
	return false
}

// signals gives every junction with a traffic light two phases of 26 s: the roads nearest to the direction of the first
// approach, and those across. Maps do not tell timings.
func (o *osmReader) signals() {
	arriving := newGraph(o.n).arriving
	for i := range o.n.Nodes {
		id, err := strconv.ParseInt(o.n.Nodes[i].Name, 10, 64)
		if err != nil || !o.light[id] || len(arriving[i]) < 2 {
			continue
		}
		first := o.n.line(int(arriving[i][0]))
		along, across := o.n.twoPhases(arriving[i], bearing(first[len(first)-1], first[len(first)-2]))
		if len(across) == 0 {
			continue
		}
		o.n.Signals = append(o.n.Signals, Signal{Node: i, Actuated: true, Phases: []Phase{{Links: along, Green: 26, Clear: 4}, {Links: across, Green: 26, Clear: 4}}})
	}
}

// twoPhases parts approaches of a junction by their direction: those within 45° of an axis, rad from north, and those across.
func (n *Network) twoPhases(approaches []int32, axis float64) (along, across []int) {
	for _, l := range approaches {
		line := n.line(int(l))
		if a := around(bearing(line[len(line)-1], line[len(line)-2])-axis) / degree; a > 45 && a < 135 || a > 225 && a < 315 {
			across = append(across, int(l))
		} else {
			along = append(along, int(l))
		}
	}
	return along, across
}
