package traffic

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Units says what one unit of a file stands for. The zero value takes the numbers as they are.
type Units struct {
	Time   float64 // s
	Length float64 // m
	Flow   float64 // vehicles/s
}

func (u Units) orOne() Units {
	for _, f := range []*float64{&u.Time, &u.Length, &u.Flow} {
		if *f == 0 {
			*f = 1
		}
	}
	return u
}

const maxLine = 1 << 16 // bytes of a line of a text file

// tntp reads the lines of a file of the "Transportation Networks" format: tags in angle brackets, then rows.
type tntp struct {
	scan *bufio.Scanner
	name string
	line int
	tags map[string]string
}

func newTNTP(r io.Reader, name string) *tntp {
	t := &tntp{scan: bufio.NewScanner(r), name: name, tags: map[string]string{}}
	t.scan.Buffer(make([]byte, 4096), maxLine)
	return t
}

// row is the next line that holds something, without comment; "" at the end.
func (t *tntp) row() (string, error) {
	for t.scan.Scan() {
		t.line++
		s := strings.TrimSpace(t.scan.Text())
		if s == "" || s[0] == '~' {
			continue
		}
		if s[0] != '<' {
			return s, nil
		}
		if end := strings.IndexByte(s, '>'); end > 0 && len(t.tags) < 64 {
			t.tags[strings.ToUpper(strings.TrimSpace(s[1:end]))] = strings.TrimSpace(s[end+1:])
		}
	}
	if err := t.scan.Err(); err != nil {
		return "", fmt.Errorf("traffic: %s: line %d: %w: lines may have %d bytes", t.name, t.line+1, err, maxLine)
	}
	return "", nil
}

func (t *tntp) fail(format string, args ...any) error {
	return fmt.Errorf("traffic: %s: line %d: "+format, append([]any{t.name, t.line}, args...)...)
}

// count reads a tag that is a whole number within a limit.
func (t *tntp) count(tag string, limit int) (int, error) {
	s, ok := t.tags[tag]
	if !ok {
		return 0, fmt.Errorf("traffic: %s: no <%s>: add it above <END OF METADATA>", t.name, tag)
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 || v > limit {
		return 0, fmt.Errorf("traffic: %s: <%s> is %.40q: give a whole number up to %d", t.name, tag, s, limit)
	}
	return v, nil
}

// ReadTNTP reads a network of the TNTP format (github.com/bstabler/TransportationNetworks): links with capacity,
// length, free time, alpha and power. Nodes have no places yet (ReadTNTPNodes). name stands in errors.
func ReadTNTP(r io.Reader, name string, units Units) (*Network, error) {
	t, u := newTNTP(r, name), units.orOne()
	first, err := t.row()
	if err != nil {
		return nil, err
	}
	nodes, err := t.count("NUMBER OF NODES", MaxNodes)
	if err != nil {
		return nil, err
	}
	zones, err := t.count("NUMBER OF ZONES", min(nodes, MaxZones))
	if err != nil {
		return nil, err
	}
	thru := 1
	if _, ok := t.tags["FIRST THRU NODE"]; ok {
		if thru, err = t.count("FIRST THRU NODE", nodes+1); err != nil {
			return nil, err
		}
	}
	n := &Network{Name: name}
	for i := range nodes {
		n.Nodes = append(n.Nodes, Node{Name: strconv.Itoa(i + 1), NoThrough: i+1 < thru})
		if i < zones {
			n.Zones = append(n.Zones, Zone{Name: strconv.Itoa(i + 1), Node: i})
		}
	}
	for row := first; row != ""; {
		l, err := t.link(row, nodes, u)
		if err != nil {
			return nil, err
		}
		if len(n.Links) == MaxLinks {
			return nil, t.fail("more than %d links: cut out the part that matters", MaxLinks)
		}
		n.Links = append(n.Links, l)
		if row, err = t.row(); err != nil {
			return nil, err
		}
	}
	if want, err := t.count("NUMBER OF LINKS", MaxLinks); err == nil && want != len(n.Links) {
		return nil, t.fail("%d links, but <NUMBER OF LINKS> is %d: the file is cut off, or the tag is wrong", len(n.Links), want)
	}
	return n, n.Check()
}

func (t *tntp) link(row string, nodes int, u Units) (Link, error) {
	f := strings.Fields(strings.TrimSuffix(strings.TrimSpace(row), ";"))
	if len(f) < 7 {
		return Link{}, t.fail("%d columns: a link has init node, term node, capacity, length, free flow time, b, power", len(f))
	}
	var v [9]float64
	for i := range min(len(f), len(v)) {
		x, err := strconv.ParseFloat(f[i], 64)
		if err != nil || !finite(x) {
			return Link{}, t.fail("column %d is %.40q: give a number", i+1, f[i])
		}
		v[i] = x
	}
	a, b := int(v[0]), int(v[1])
	if a < 1 || a > nodes || b < 1 || b > nodes || float64(a) != v[0] || float64(b) != v[1] {
		return Link{}, t.fail("link from node %s to %s: nodes are numbered 1 to %d", f[0], f[1], nodes)
	}
	l := Link{Name: f[0] + "-" + f[1], From: a - 1, To: b - 1, Lanes: 1, Capacity: v[2] * u.Flow, Length: v[3] * u.Length, FreeTime: v[4] * u.Time, Alpha: v[5], Power: v[6], Toll: v[8]}
	var check faults
	l.check(nodes, &check)
	if err := check.err(); err != nil {
		return Link{}, t.fail("%w", err)
	}
	return l, nil
}

// ReadTNTPTrips reads the demand of a network of the TNTP format. Trips within a zone are left out: they use no road.
func ReadTNTPTrips(r io.Reader, name string, units Units) (*Demand, error) {
	t, u := newTNTP(r, name), units.orOne()
	d, origin, zones := &Demand{}, 0, -1
	for {
		row, err := t.row()
		if err != nil {
			return nil, err
		}
		if zones < 0 {
			if zones, err = t.count("NUMBER OF ZONES", MaxZones); err != nil {
				return nil, err
			}
		}
		if row == "" {
			break
		}
		if rest, ok := strings.CutPrefix(row, "Origin"); ok {
			if origin, err = t.zone(rest, zones); err != nil {
				return nil, err
			}
			continue
		}
		if origin == 0 {
			return nil, t.fail("trips before the first Origin: begin each block with \"Origin number\"")
		}
		for cell := range strings.SplitSeq(row, ";") {
			if strings.TrimSpace(cell) == "" {
				continue
			}
			zone, rate, ok := strings.Cut(cell, ":")
			to, err := t.zone(zone, zones)
			if err != nil {
				return nil, err
			}
			v, perr := strconv.ParseFloat(strings.TrimSpace(rate), 64)
			if !ok || perr != nil || !finite(v) || v < 0 {
				return nil, t.fail("%.40q: write \"zone : trips;\"", cell)
			}
			if v > 0 && to != origin {
				d.Trips = append(d.Trips, Trip{From: origin - 1, To: to - 1, Rate: v * u.Flow})
			}
			if len(d.Trips) > MaxTrips {
				return nil, t.fail("more than %d trips: join zones", MaxTrips)
			}
		}
	}
	return d, nil
}

func (t *tntp) zone(s string, zones int) (int, error) {
	v, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || v < 1 || v > zones {
		return 0, t.fail("zone %.40q: zones are numbered 1 to %d", strings.TrimSpace(s), zones)
	}
	return v, nil
}

// ReadTNTPNodes places the nodes of a network by a file of number, X and Y. Y points north; scale is metres per unit.
func ReadTNTPNodes(r io.Reader, name string, n *Network, scale float64) error {
	t := newTNTP(r, name)
	for {
		row, err := t.row()
		if err != nil || row == "" {
			return err
		}
		f := strings.Fields(strings.TrimSuffix(row, ";"))
		if len(f) > 0 && strings.EqualFold(f[0], "node") {
			continue
		}
		if len(f) < 3 {
			return t.fail("%d columns: a node has number, X and Y", len(f))
		}
		i, e1 := strconv.Atoi(f[0])
		x, e2 := strconv.ParseFloat(f[1], 64)
		y, e3 := strconv.ParseFloat(f[2], 64)
		if e1 != nil || e2 != nil || e3 != nil || i < 1 || i > len(n.Nodes) || !finite(x*scale) || !finite(y*scale) {
			return t.fail("%.60q: give a node from 1 to %d and two numbers", row, len(n.Nodes))
		}
		n.Nodes[i-1].At = Point{x * scale, -y * scale}
	}
}

// OpenTNTP reads a network and its demand from two files.
func OpenTNTP(net, trips string, units Units) (*Network, *Demand, error) {
	f, err := os.Open(net)
	if err != nil {
		return nil, nil, fmt.Errorf("traffic: open network: %w", err)
	}
	defer f.Close()
	n, err := ReadTNTP(f, filepath.Base(net), units)
	if err != nil {
		return nil, nil, err
	}
	g, err := os.Open(trips)
	if err != nil {
		return nil, nil, fmt.Errorf("traffic: open trips: %w", err)
	}
	defer g.Close()
	d, err := ReadTNTPTrips(g, filepath.Base(trips), units)
	return n, d, err
}
