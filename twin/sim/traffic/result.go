package traffic

import (
	"context"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Series is a quantity over time: one value at the end of each interval.
type Series struct {
	Name, Unit string
	Every      float64 // s; the first value stands for the time Every
	Values     []float64
}

// Samples are the values as those of a signal that begins at a time: ordinary predicted samples of the timeline.
func (s *Series) Samples(id twin.SignalID, start time.Time) []twin.Sample {
	out := make([]twin.Sample, 0, len(s.Values))
	for i, v := range s.Values {
		at := start.Add(time.Duration(float64(i+1) * s.Every * float64(time.Second)))
		out = append(out, twin.Sample{Signal: id, Quality: twin.Predicted, Time: at.UnixNano(), Value: v})
	}
	return out
}

// Result is what a run found.
type Result struct {
	Every     float64     // s, length of an interval
	Flow      [][]float64 // vehicles/s by interval and link
	Speed     [][]float64 // m/s by interval and link; the free speed where nobody drove
	Queue     [][]float64 // vehicles that stood, mean by interval and link
	Network   []Series    // of the whole network
	Trips     []Trip
	ByTrip    []TripCount
	Arrived   int
	Entered   int     // who wanted to set out
	Inside    int     // still on the way at the end, or waiting to enter
	Unserved  int     // without a route
	Total     float64 // s, time spent by all, also by those still on the way
	Delay     float64 // s, sum over who arrived of what was lost against empty roads
	MeanTime  float64 // s per arrived vehicle
	MeanDelay float64 // s per arrived vehicle
	MostQueue float64 // vehicles that stood, largest mean of an interval
	CO2       float64 // kg, if all were petrol cars; see emission
	Partial   bool    // the run was broken off
}

// Times are the times that links took, for time-dependent shortest paths.
func (r *Result) Times(n *Network) *LinkTimes {
	t := &LinkTimes{Every: r.Every}
	for _, speeds := range r.Speed {
		row := make([]float64, len(speeds))
		for l, v := range speeds {
			row[l] = n.Links[l].Length / max(v, .3)
		}
		t.Time = append(t.Time, row)
	}
	return t
}

// Link gives flow, speed and queue of a link over time.
func (r *Result) Link(n *Network, link int) []Series {
	out := []Series{{Name: n.Links[link].Name + " flow", Unit: "1/s"}, {Name: n.Links[link].Name + " speed", Unit: "m/s"}, {Name: n.Links[link].Name + " queue", Unit: ""}}
	for i, rows := range [][][]float64{r.Flow, r.Speed, r.Queue} {
		out[i].Every = r.Every
		for _, row := range rows {
			out[i].Values = append(out[i].Values, row[link])
		}
	}
	return out
}

// Event changes a run at a time.
type Event struct {
	At float64 // s
	Do func(*Micro)
}

// RunMicro runs a model for some seconds and measures it in intervals. Events come in the order of time. It looks at its
// context once a second of the run; when that ends, the result so far is returned with the error, marked Partial.
func RunMicro(ctx context.Context, m *Micro, d *Demand, seconds, every float64, events []Event) (*Result, error) {
	r := &Result{Every: every, Trips: m.trips, Network: []Series{{Name: "vehicles", Every: every}, {Name: "waiting to enter", Every: every}, {Name: "standing", Every: every}, {Name: "mean speed", Unit: "m/s", Every: every}, {Name: "arrivals", Unit: "1/s", Every: every}}}
	rec := newRecorder(m)
	var err error
	steps := int(math.Round(seconds / m.o.Step))
	perInterval := max(1, int(math.Round(every/m.o.Step)))
	for k := range steps {
		if k%16 == 0 {
			if err = ctx.Err(); err != nil {
				r.Partial = true
				break
			}
		}
		for len(events) > 0 && events[0].At <= m.Time {
			events[0].Do(m)
			events = events[1:]
		}
		m.Factor = d.Factor(m.Time)
		m.Step()
		r.Total += float64(m.Inside+m.Held) * m.o.Step
		if (k+1)%perInterval == 0 {
			rec.take(r)
		}
	}
	r.ByTrip = append([]TripCount(nil), m.ByTrip...)
	r.Arrived, r.Entered, r.Inside, r.Unserved = m.Arrived, m.Entered, m.Inside+m.Held, m.Unserved
	r.CO2 = m.CO2
	sum := 0.
	for _, c := range r.ByTrip {
		r.Delay += c.Time - c.Free
		sum += c.Time
	}
	if r.Arrived > 0 {
		r.MeanTime, r.MeanDelay = sum/float64(r.Arrived), r.Delay/float64(r.Arrived)
	}
	for _, q := range r.Network[2].Values {
		r.MostQueue = max(r.MostQueue, q)
	}
	return r, err
}

// recorder turns the sums of a model into those of intervals.
type recorder struct {
	m                    *Micro
	spent, driven, stood []float64
	arrived              int
}

func newRecorder(m *Micro) *recorder {
	k := len(m.length)
	return &recorder{m: m, spent: make([]float64, k), driven: make([]float64, k), stood: make([]float64, k)}
}

// take closes an interval: flow and speed of a link by Edie's definitions (1963), from way and time of all vehicles.
func (c *recorder) take(r *Result) {
	m, k := c.m, len(c.spent)
	flow, speed, queue := make([]float64, k), make([]float64, k), make([]float64, k)
	standing, spentAll, drivenAll := 0., 0., 0.
	for l := range k {
		spent, driven, stood := m.spent[l]-c.spent[l], m.driven[l]-c.driven[l], m.stood[l]-c.stood[l]
		c.spent[l], c.driven[l], c.stood[l] = m.spent[l], m.driven[l], m.stood[l]
		flow[l], speed[l], queue[l] = driven/(m.length[l]*r.Every), m.free[l], stood/r.Every
		if spent > 0 {
			speed[l] = driven / spent
		}
		standing += queue[l]
		spentAll += spent
		drivenAll += driven
	}
	r.Flow, r.Speed, r.Queue = append(r.Flow, flow), append(r.Speed, speed), append(r.Queue, queue)
	mean := 0.
	if spentAll > 0 {
		mean = drivenAll / spentAll
	}
	for i, v := range []float64{float64(m.Inside), float64(m.Held), standing, mean, float64(m.Arrived-c.arrived) / r.Every} {
		r.Network[i].Values = append(r.Network[i].Values, v)
	}
	c.arrived = m.Arrived
}
