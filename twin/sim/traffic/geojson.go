package traffic

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
)

// ReadGeoJSON reads roads of a GeoJSON file (RFC 7946) as it streams by: each LineString (or part of a MultiLineString)
// is a road; lines meet where their ends lie at the same place, to a metre. Properties: name, highway or kind (an
// OpenStreetMap class), lanes, maxspeed or speed (km/h), oneway, capacity (vehicles/h). A Point with a zone property
// becomes a zone at the nearest node.
func ReadGeoJSON(r io.Reader, name string) (*Network, error) {
	g := &geoReader{name: name, n: &Network{Name: name}, node: map[[2]int64]int{}}
	dec := json.NewDecoder(io.LimitReader(r, 4<<30))
	if err := g.features(dec); err != nil {
		return nil, fmt.Errorf("traffic: %s: at byte %d, feature %d: %w", name, dec.InputOffset(), g.count, err)
	}
	if len(g.n.Links) == 0 {
		return nil, fmt.Errorf("traffic: %s: no road: give features with a LineString", name)
	}
	for _, z := range g.zones {
		g.n.Zones = append(g.n.Zones, Zone{z.Name, g.n.nearest(z.At)})
	}
	return g.n, g.n.Check()
}

type geoReader struct {
	name   string
	n      *Network
	ground ground
	node   map[[2]int64]int
	zones  []Node
	count  int
}

type geoFeature struct {
	Properties map[string]any `json:"properties"`
	Geometry   struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// features goes to the array of features and reads one after another.
func (g *geoReader) features(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("it does not begin with an object: give a FeatureCollection")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key != "features" {
			var skip json.RawMessage
			if err := dec.Decode(&skip); err != nil {
				return err
			}
			continue
		}
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return fmt.Errorf("features is no array: give a FeatureCollection")
		}
		for dec.More() {
			g.count++
			var f geoFeature
			if err := dec.Decode(&f); err != nil {
				return err
			}
			if err := g.feature(&f); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return err
		}
	}
	return nil
}

func (g *geoReader) feature(f *geoFeature) error {
	switch f.Geometry.Type {
	case "LineString":
		var line [][]float64
		if err := json.Unmarshal(f.Geometry.Coordinates, &line); err != nil {
			return fmt.Errorf("coordinates: %w", err)
		}
		return g.line(f.Properties, line, "")
	case "MultiLineString":
		var lines [][][]float64
		if err := json.Unmarshal(f.Geometry.Coordinates, &lines); err != nil {
			return fmt.Errorf("coordinates: %w", err)
		}
		for i, line := range lines {
			if err := g.line(f.Properties, line, fmt.Sprintf(" part %d", i+1)); err != nil {
				return err
			}
		}
	case "Point":
		zone := text(f.Properties, "zone")
		var p []float64
		if zone == "" {
			return nil
		}
		if err := json.Unmarshal(f.Geometry.Coordinates, &p); err != nil {
			return fmt.Errorf("coordinates: %w", err)
		}
		at, err := g.point(p)
		if err != nil {
			return err
		}
		if len(g.zones) == MaxZones {
			return fmt.Errorf("more than %d zones: join some", MaxZones)
		}
		g.zones = append(g.zones, Node{Name: zone, At: at})
	}
	return nil
}

func (g *geoReader) point(p []float64) (Point, error) {
	if len(p) < 2 || !onEarth(p[0], p[1]) {
		return Point{}, fmt.Errorf("%.3v is no longitude and latitude: use WGS 84 degrees", p)
	}
	return g.ground.at(p[0], p[1]), nil
}

func (g *geoReader) line(props map[string]any, line [][]float64, part string) error {
	if len(line) < 2 {
		return fmt.Errorf("a line of %d points: give two or more", len(line))
	}
	if len(g.n.Links)+2 > MaxLinks {
		return fmt.Errorf("more than %d links: cut out the part that matters", MaxLinks)
	}
	points := make([]Point, len(line))
	for i, p := range line {
		at, err := g.point(p)
		if err != nil {
			return err
		}
		points[i] = at
	}
	a, b := g.nodeAt(points[0]), g.nodeAt(points[len(points)-1])
	if a == b {
		return nil // a loop leads nowhere
	}
	kind := text(props, "highway")
	if kind == "" {
		kind = text(props, "kind")
	}
	c, ok := classes[kind]
	if !ok {
		if kind != "" {
			return nil // no road for cars
		}
		c = classes["residential"]
	}
	lanes := c.lanes
	if v := number(props, "lanes"); v >= 1 && v <= 16 {
		lanes = int(v)
	}
	if v, given := props["capacity"]; given {
		q := number(props, "capacity")
		if !(q > 0) || q > 1e6 {
			return fmt.Errorf("a capacity of %.40q: give vehicles/h above zero", fmt.Sprint(v))
		}
		c.capacity = q / 3600 / float64(lanes)
	}
	limit := text(props, "maxspeed")
	if limit == "" {
		limit = text(props, "speed")
	}
	name := text(props, "name")
	name = strings.TrimSpace(fmt.Sprintf("%s road %d%s", name, g.count, part))
	forward, backward := directions(map[string]string{"highway": kind, "oneway": text(props, "oneway"), "junction": text(props, "junction")})
	inner, speed := points[1:len(points)-1], speedOf(limit, c.speed)
	if forward {
		g.n.lane(name, a, b, inner, c, speed, lanes)
	}
	if backward {
		g.n.lane(name+" back", b, a, reversed(inner), c, speed, lanes)
	}
	return nil
}

func (g *geoReader) nodeAt(p Point) int {
	key := [2]int64{int64(math.Round(p.X)), int64(math.Round(p.Z))}
	i, ok := g.node[key]
	if !ok {
		i = len(g.n.Nodes)
		g.node[key] = i
		g.n.Nodes = append(g.n.Nodes, Node{Name: fmt.Sprintf("%d,%d", key[0], key[1]), At: p})
	}
	return i
}

// text is a property as words; "" when it is missing. A number or truth value is written out.
func text(props map[string]any, key string) string {
	switch v := props[key].(type) {
	case string:
		return v
	case float64, bool:
		if v == true {
			return "yes"
		}
		return fmt.Sprint(v)
	}
	return ""
}

func number(props map[string]any, key string) float64 {
	switch v := props[key].(type) {
	case float64:
		return v
	case string:
		var x float64
		if _, err := fmt.Sscan(v, &x); err == nil {
			return x
		}
	}
	return math.NaN()
}

// nearest is the node that is nearest to a place.
func (n *Network) nearest(p Point) int {
	best, least := 0, math.Inf(1)
	for i := range n.Nodes {
		if d := n.Nodes[i].At.Sub(p).Len(); d < least {
			best, least = i, d
		}
	}
	return best
}

// ZonesEvery makes zones of the nodes nearest to the points of a square grid of some metres, so that a map without zones
// can be given a demand. Only nodes where roads begin and end become zones.
func (n *Network) ZonesEvery(metres float64) error {
	if !(metres >= 10) {
		return fmt.Errorf("traffic: zones every %g m: give 10 m or more", metres)
	}
	begins, ends := make([]bool, len(n.Nodes)), make([]bool, len(n.Nodes))
	for i := range n.Links {
		begins[n.Links[i].From], ends[n.Links[i].To] = true, true
	}
	taken := map[[2]int64]bool{}
	for i := range n.Nodes {
		p := n.Nodes[i].At
		key := [2]int64{int64(math.Floor(p.X / metres)), int64(math.Floor(p.Z / metres))}
		if begins[i] && ends[i] && !taken[key] {
			taken[key] = true
			n.Zones = append(n.Zones, Zone{n.Nodes[i].Name, i})
		}
	}
	if len(n.Zones) > MaxZones {
		return fmt.Errorf("traffic: %d zones every %g m are more than %d: take a wider grid", len(n.Zones), metres, MaxZones)
	}
	return nil
}
