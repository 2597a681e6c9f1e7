package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin/sim/traffic"
)

// benchTraffic judges traffic by exact and published values, and times its three scales. $ORRERY_TNTP names the folder of the
// public network of Sioux Falls.
func benchTraffic(ctx context.Context) ([]figure, error) {
	worst, err := braessError(ctx)
	if err != nil {
		return nil, err
	}
	out := []figure{atMost("Braess: 92 with the bridge, 83 without, furthest off", worst, "", 1e-6)}
	const cells, cars = 1200, 300 // where the flow is known exactly: a speed of one cell
	ring := traffic.NewRing(cells, cars, 1, .25, 1)
	ring.Run(20_000)
	want := traffic.RingFlow(.25, float64(cars)/cells)
	out = append(out, atMost("Nagel–Schreckenberg on a ring, off from the exact flow", 100*math.Abs(ring.Run(200_000)/want-1), "%", 1))
	falls, err := benchSiouxFalls(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, falls...)
	district, err := benchDistrict(ctx)
	return append(out, district...), err
}

// Braess's paradox (D. Braess, 1968): six drivers, five links.
const (
	braessNet = `<NUMBER OF ZONES> 2
<NUMBER OF NODES> 4
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 5
<END OF METADATA>
1 3 1 100 1e-8 1e9 1 0 0 1 ;
1 4 1 100 50 0.02 1 0 0 1 ;
3 2 1 100 50 0.02 1 0 0 1 ;
3 4 1 100 10 0.1 1 0 0 1 ;
4 2 1 100 1e-8 1e9 1 0 0 1 ;
`
	braessTrips = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 1 : 0; 2 : 6.0;\n"
)

func braessError(ctx context.Context) (worst float64, err error) {
	n, err := traffic.ReadTNTP(strings.NewReader(braessNet), "braess", traffic.Units{})
	if err != nil {
		return 0, err
	}
	d, err := traffic.ReadTNTPTrips(strings.NewReader(braessTrips), "trips", traffic.Units{})
	if err != nil {
		return 0, err
	}
	for closed, want := range map[bool]float64{false: 92, true: 83} {
		shut := make([]bool, len(n.Links))
		shut[n.Link("3-4")] = closed
		a, err := traffic.Assign(ctx, n, d, traffic.AssignOptions{Gap: 1e-12, Closed: shut})
		if err != nil {
			return 0, err
		}
		worst = max(worst, math.Abs(a.Total/6-want))
	}
	return worst, nil
}

// The optimum of Sioux Falls as the Transportation Networks collection publishes it, in units of 1e5.
const siouxFallsObjective = 42.31335287107440

func benchSiouxFalls(ctx context.Context) ([]figure, error) {
	dir := os.Getenv("ORRERY_TNTP")
	if dir == "" {
		return []figure{unmeasured("Sioux Falls: objective and time", "the network is not here: set ORRERY_TNTP to the folder of SiouxFalls_net.tntp")}, nil
	}
	n, d, err := traffic.OpenTNTP(filepath.Join(dir, "SiouxFalls_net.tntp"), filepath.Join(dir, "SiouxFalls_trips.tntp"), traffic.Units{})
	if err != nil {
		return nil, err
	}
	a, err := traffic.Assign(ctx, n, d, traffic.AssignOptions{Gap: 1e-10})
	if err != nil {
		return nil, err
	}
	took, err := quickest(5, func() error { _, err := traffic.Assign(ctx, n, d, traffic.AssignOptions{Gap: 1e-6}); return err })
	return []figure{
		atMost("Sioux Falls: objective, relative error in 1e-8", math.Abs(a.Objective/1e5/siouxFallsObjective-1)/1e-8, "", 1),
		atMost("Sioux Falls: to a gap of 1e-6", took.Seconds(), "s", .5),
	}, err
}

// benchDistrict runs a generated district by cells and by single vehicles.
func benchDistrict(ctx context.Context) ([]figure, error) {
	n := traffic.District(1)
	d := traffic.DistrictDemand(n, 1)
	a, err := traffic.Assign(ctx, n, d, traffic.AssignOptions{Gap: 1e-4})
	if err != nil {
		return nil, err
	}
	cells, err := traffic.NewCellModel(n, a, 2)
	if err != nil {
		return nil, err
	}
	worst := 0.
	for range 2000 {
		cells.Step(1)
		worst = max(worst, math.Abs(cells.Entered-cells.Left-cells.Inside())/max(1, cells.Entered))
	}
	rate, err := vehicleUpdates(n, a)
	if err != nil {
		return nil, err
	}
	micro := atLeast("single vehicles: updates on one core", rate/1e6, "M/s", 1)
	if peer, ok := sumoUpdates(ctx); ok {
		micro = micro.against("SUMO", peer/1e6)
	}
	return []figure{atMost("cell transmission: vehicles made or lost in 2,000 steps, in 1e-9 of all", worst/1e-9, "", 1), micro}, nil
}

// vehicleUpdates is how many vehicles are moved on in a second of the machine.
func vehicleUpdates(n *traffic.Network, a *traffic.Assignment) (float64, error) {
	m, err := traffic.NewMicro(n, a, traffic.MicroOptions{Seed: 1})
	if err != nil {
		return 0, err
	}
	for range 1200 { // until the streets have filled
		m.Step()
	}
	before, began := m.Updates, time.Now()
	for time.Since(began) < 2*time.Second {
		m.Step()
	}
	return float64(m.Updates-before) / time.Since(began).Seconds(), nil
}

// sumoUpdates is the same of SUMO, if it is here, on a grid of streets with two lanes and signals. SUMO does more: junctions
// have an area that vehicles cross, lanes lead to certain turns, vehicles are of kinds.
func sumoUpdates(ctx context.Context) (float64, bool) {
	sumo, err := exec.LookPath("sumo")
	if err != nil {
		return 0, false
	}
	dir, err := os.MkdirTemp("", "orrery-sumo")
	if err != nil {
		return 0, false
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	net, routes := filepath.Join(dir, "net.xml"), filepath.Join(dir, "trips.xml")
	if exec.CommandContext(ctx, "netgenerate", "--grid", "--grid.number", "8", "--grid.length", "150", "--default.lanenumber", "2", "--tls.guess", "true", "-o", net).Run() != nil {
		return 0, false
	}
	if os.WriteFile(routes, []byte(sumoTrips()), 0o600) != nil {
		return 0, false
	}
	out, err := exec.CommandContext(ctx, sumo, "-n", net, "-r", routes, "--end", "900", "--no-step-log", "--duration-log.statistics", "--xml-validation", "never").CombinedOutput()
	ups := regexp.MustCompile(`UPS: ([0-9.]+)`).FindSubmatch(out)
	if err != nil || ups == nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(ups[1]), 64)
	return v, err == nil
}

// sumoTrips is two vehicles a second between streets of an 8 × 8 grid by chance.
func sumoTrips() string {
	r := rand.New(rand.NewPCG(1, 2))
	street := func() string {
		x, y := r.IntN(7), r.IntN(7)
		if r.IntN(2) == 0 {
			return fmt.Sprintf("%c%d%c%d", 'A'+x, y, 'A'+x+1, y)
		}
		return fmt.Sprintf("%c%d%c%d", 'A'+x, y, 'A'+x, y+1)
	}
	var b strings.Builder
	b.WriteString("<routes>\n")
	for i := range 1800 {
		fmt.Fprintf(&b, "<trip id=\"%d\" depart=\"%g\" from=\"%s\" to=\"%s\"/>\n", i, float64(i)/2, street(), street())
	}
	b.WriteString("</routes>\n")
	return b.String()
}
