package traffic

// Routes are the ways that drivers may choose when they set out, by trip of an assignment.
type Routes struct {
	links  []int32 // of all routes, one after another
	at     []int32 // where those of a route begin
	share  []float64
	byTrip []int32 // first route of a trip
}

// NewRoutes takes the routes of an assignment, each with its part of the flow.
func NewRoutes(a *Assignment) *Routes {
	r := &Routes{at: []int32{0}, byTrip: []int32{0}}
	for i, p := range a.Pairs {
		for k, links := range p.Links {
			if f := p.Flow[k]; f > 0 {
				r.add(links, f/a.Trips[i].Rate)
			}
		}
		r.byTrip = append(r.byTrip, int32(len(r.share)))
	}
	return r
}

func (r *Routes) add(links []int32, share float64) {
	r.links = append(r.links, links...)
	r.at = append(r.at, int32(len(r.links)))
	r.share = append(r.share, share)
}

// pick chooses a route of a trip by a number of [0, 1); -1 if it has none.
func (r *Routes) pick(trip int, u float64) int32 {
	first, end := r.byTrip[trip], r.byTrip[trip+1]
	for k := first; k < end; k++ {
		if u -= r.share[k]; u < 0 {
			return k
		}
	}
	if first == end {
		return -1
	}
	return end - 1
}

func (r *Routes) of(route int32) []int32 { return r.links[r.at[route]:r.at[route+1]] }

// LinkTimes are the times that links take, in equal intervals of the day: what a run has measured.
type LinkTimes struct {
	Every float64     // s
	Time  [][]float64 // by interval and link, s
}

// At is the time of a link for who enters it at a time: interpolated between the middles of intervals, so that times
// change no faster than the clock.
func (t *LinkTimes) At(link int32, at float64) float64 {
	x := at/t.Every - .5
	if x <= 0 {
		return t.Time[0][link]
	}
	k := int(x)
	if k >= len(t.Time)-1 {
		return t.Time[len(t.Time)-1][link]
	}
	f := x - float64(k)
	return t.Time[k][link]*(1-f) + t.Time[k+1][link]*f
}

// FastestRoutes finds for each trip the route that arrives first when it sets out in an interval, by the times of links
// in the course of the way (time-dependent shortest paths).
func FastestRoutes(n *Network, trips []Trip, times *LinkTimes, depart float64) *Routes {
	s, r := newGraph(n).search(), &Routes{at: []int32{0}, byTrip: []int32{0}}
	last := -1
	var way []int32
	for _, t := range trips {
		if t.From != last {
			s.depart(n.Zones[t.From].Node, depart, times.At)
			last = t.From
		}
		if to := n.Zones[t.To].Node; s.last(to) >= 0 {
			way = s.route(to, way[:0])
			r.add(way, 1)
		}
		r.byTrip = append(r.byTrip, int32(len(r.share)))
	}
	return r
}
