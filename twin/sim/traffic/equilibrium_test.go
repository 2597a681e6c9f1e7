package traffic

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dataEnv names the folder with the public networks of the Transportation Networks collection, which are no part of
// this project: SiouxFalls_net.tntp and SiouxFalls_trips.tntp.
const dataEnv = "ORRERY_TNTP"

// Braess's paradox (Braess 1968): six drivers, five links; the bridge makes all slower.
const braessNet = `<NUMBER OF ZONES> 2
<NUMBER OF NODES> 4
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 5
<END OF METADATA>
~ from to capacity length free b power
1 3 1 100 1e-8 1e9 1 0 0 1 ;
1 4 1 100 50 0.02 1 0 0 1 ;
3 2 1 100 50 0.02 1 0 0 1 ;
3 4 1 100 10 0.1 1 0 0 1 ;
4 2 1 100 1e-8 1e9 1 0 0 1 ;
`

const braessTrips = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 1 : 0; 2 : 6.0;\n"

func braess(t testing.TB) (*Network, *Demand) {
	t.Helper()
	n, err := ReadTNTP(strings.NewReader(braessNet), "braess", Units{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadTNTPTrips(strings.NewReader(braessTrips), "trips", Units{})
	if err != nil {
		t.Fatal(err)
	}
	return n, d
}

func TestBraess(t *testing.T) {
	n, d := braess(t)
	bridge := n.Link("3-4")
	for _, c := range []struct {
		closed bool
		goal   Goal
		want   float64
	}{{false, UserEquilibrium, 92}, {true, UserEquilibrium, 83}, {false, SystemOptimum, 83}} {
		closed := make([]bool, len(n.Links))
		closed[bridge] = c.closed
		a, err := Assign(context.Background(), n, d, AssignOptions{Goal: c.goal, Gap: 1e-12, Closed: closed})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Total / 6; math.Abs(got-c.want) > 1e-6 {
			t.Errorf("closed %v, goal %d: %.9f per driver, want %g", c.closed, c.goal, got, c.want)
		}
	}
}

// Two routes with 10+x and 20+x/2, 40 drivers: both take 10+x = 20+(40−x)/2, x = 20 and 30 s.
func TestTwoRoutes(t *testing.T) {
	n := &Network{Nodes: make([]Node, 2), Zones: []Zone{{"a", 0}, {"b", 1}}, Links: []Link{
		{Name: "short", From: 0, To: 1, FreeTime: 10, Capacity: 10, Alpha: 1, Power: 1},
		{Name: "long", From: 0, To: 1, FreeTime: 20, Capacity: 40, Alpha: 1, Power: 1}}}
	a, err := Assign(context.Background(), n, &Demand{Trips: []Trip{{0, 1, 40}}}, AssignOptions{Gap: 1e-13})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a.Flow[0]-20) > 1e-9 || math.Abs(a.Time[1]-30) > 1e-9 {
		t.Errorf("flows %v, times %v", a.Flow, a.Time)
	}
}

func siouxFalls(t testing.TB) (*Network, *Demand) {
	t.Helper()
	dir := os.Getenv(dataEnv)
	if dir == "" {
		t.Skipf("%s names no folder with SiouxFalls_net.tntp and SiouxFalls_trips.tntp", dataEnv)
	}
	n, d, err := OpenTNTP(filepath.Join(dir, "SiouxFalls_net.tntp"), filepath.Join(dir, "SiouxFalls_trips.tntp"), Units{})
	if err != nil {
		t.Fatal(err)
	}
	return n, d
}

func TestSiouxFalls(t *testing.T) {
	n, d := siouxFalls(t)
	a, err := Assign(context.Background(), n, d, AssignOptions{Gap: 1e-10})
	if err != nil {
		t.Fatal(err)
	}
	if e := math.Abs(a.Objective/1e5/42.31335287107440 - 1); e > 1e-8 {
		t.Errorf("objective %.12f, error %.2g", a.Objective/1e5, e)
	}
	if math.Abs(a.Total-7480225.345) > 1 {
		t.Errorf("total travel time %.3f", a.Total)
	}
	begin := time.Now()
	a, err = Assign(context.Background(), n, d, AssignOptions{Gap: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("gap %.2g after %d iterations, %v", a.Gap, a.Iterations, time.Since(begin))
}

func TestNoRoute(t *testing.T) {
	n, d := braess(t)
	_, err := Assign(context.Background(), n, d, AssignOptions{Closed: []bool{true, true, false, false, false}})
	if err == nil || !strings.Contains(err.Error(), "no route from zone 1 to zone 2") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkSiouxFalls(b *testing.B) {
	n, d := siouxFalls(b)
	for b.Loop() {
		if _, err := Assign(context.Background(), n, d, AssignOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
