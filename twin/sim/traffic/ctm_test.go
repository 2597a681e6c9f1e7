package traffic

import (
	"context"
	"math"
	"testing"
)

// A queue behind a closed end and its release: shocks of the triangular diagram move at the speeds that the jumps of flow
// over density give (Rankine–Hugoniot).
func TestCellShock(t *testing.T) {
	n := road(2, 1, 3000, 15)
	n.Links[0].Capacity, n.Links[1].Capacity = .5, .5
	m, err := NewCellModel(n, &Assignment{Flow: make([]float64, 2), Pairs: []Paths{{Links: [][]int32{{0, 1}}, Flow: []float64{.3}}}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 400 { // .3 vehicles/s fill the first road: 0.02 per metre
		m.Step(1)
	}
	m.Limit(1, 0)
	const wait = 200
	for range wait {
		m.Step(1)
	}
	d := n.Links[0].diagram()
	jammed, cells := 0., m.Cells(0)
	for _, c := range cells { // the queue is what stands denser than half way to the jam
		if c > (.3/15*15+d.Jam*15)/2 {
			jammed += 15
		}
	}
	if want := .3 / (d.Jam - .3/15) * wait; math.Abs(jammed-want) > 30 {
		t.Errorf("queue is %.0f m long, want %.0f", jammed, want)
	}
	m.Limit(1, 1)
	before := m.Passed[0]
	for range 100 {
		m.Step(1)
	}
	if got := m.Passed[0] - before; math.Abs(got-50) > .6 {
		t.Errorf("%.2f vehicles were discharged in 100 s at 0.5/s", got)
	}
}

func TestCellsKeepMass(t *testing.T) {
	n, d := crossing(Arterial, Street)
	a := assign(t, n, d)
	m, err := NewCellModel(n, a, 2)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 5000 {
		m.Step(2 + 2*math.Sin(float64(k)/300))
		if k == 1000 {
			m.Limit(0, 0)
		}
		if k == 1500 {
			m.Limit(0, 1)
		}
		if e := math.Abs(m.Entered - m.Left - m.Inside()); e > 1e-9*max(1, m.Entered) {
			t.Fatalf("step %d: %.12f vehicles lost", k, e)
		}
		for _, c := range m.cells {
			if c < -1e-12 {
				t.Fatalf("step %d: %g vehicles in a cell", k, c)
			}
		}
	}
	if m.Left < 1000 {
		t.Errorf("only %.0f left", m.Left)
	}
}

// Two roads of capacity 1 and .5 merge into one of .6: it is divided 2 to 1 when both want more, and what one does not
// need the other gets.
func TestMerge(t *testing.T) {
	n := &Network{Nodes: []Node{{}, {At: Point{0, 500}}, {At: Point{500, 0}}, {At: Point{900, 0}}}, Zones: []Zone{{"a", 0}, {"b", 1}, {"c", 3}}, Links: []Link{
		{Name: "main", From: 0, To: 2, Lanes: 2, Length: 600, FreeTime: 40, Capacity: 1}, {Name: "ramp", From: 1, To: 2, Lanes: 1, Length: 600, FreeTime: 40, Capacity: .5},
		{Name: "out", From: 2, To: 3, Lanes: 2, Length: 600, FreeTime: 40, Capacity: .6}}}
	for _, c := range []struct{ main, ramp, wantMain, wantRamp float64 }{{.9, .4, .4, .2}, {.9, .1, .5, .1}, {.3, .4, .3, .3}, {.2, .1, .2, .1}} {
		a := assign(t, n, &Demand{Trips: []Trip{{0, 2, c.main}, {1, 2, c.ramp}}})
		m, err := NewCellModel(n, a, 2)
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			m.Step(1)
		}
		p0, p1 := m.Passed[0], m.Passed[1]
		for range 500 {
			m.Step(1)
		}
		if q0, q1 := (m.Passed[0]-p0)/1000, (m.Passed[1]-p1)/1000; math.Abs(q0-c.wantMain) > 1e-6 || math.Abs(q1-c.wantRamp) > 1e-6 {
			t.Errorf("%v: %.6f and %.6f pass", c, q0, q1)
		}
	}
}

func TestCellsDoNotAllocate(t *testing.T) {
	n, d := crossing(Arterial, Street)
	m, err := NewCellModel(n, assign(t, n, d), 2)
	if err != nil {
		t.Fatal(err)
	}
	if a := testing.AllocsPerRun(100, func() { m.Step(1) }); a != 0 {
		t.Errorf("%g allocations per step", a)
	}
}

func TestNagelSchreckenberg(t *testing.T) {
	for _, c := range []struct{ rho, want float64 }{{.1, .047231}, {.25, .104715}, {.5, .146447}} {
		r := NewRing(4000, int(4000*c.rho), 1, .5, 1)
		r.Run(2000)
		if q := r.Run(8000); math.Abs(q/c.want-1) > .01 {
			t.Errorf("density %g: flow %.6f, want %.6f", c.rho, q, c.want)
		}
		if e := RingFlow(.5, c.rho); math.Abs(e-c.want) > 1e-6 {
			t.Errorf("density %g: formula gives %.6f, want %.6f", c.rho, e, c.want)
		}
	}
	for _, rho := range []float64{.05, .1, 1 / 6., .3, .6} { // without chance: min(5ρ, 1−ρ)
		r := NewRing(1200, int(math.Round(1200*rho)), 5, 0, 1)
		r.Run(3000)
		if q := r.Run(1200); math.Abs(q-min(5*rho, 1-rho)) > 1e-9 {
			t.Errorf("density %g: flow %.9f, want %.9f", rho, q, min(5*rho, 1-rho))
		}
	}
}

func BenchmarkCells(b *testing.B) {
	n := District(1)
	d := DistrictDemand(n, 1)
	a, err := Assign(context.Background(), n, d, AssignOptions{Gap: 1e-4})
	if err != nil {
		b.Fatal(err)
	}
	m, err := NewCellModel(n, a, 2)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Step(1)
	}
	b.ReportMetric(float64(len(m.cells))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mcells/s")
}
