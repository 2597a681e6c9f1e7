package chain

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/orrery-twin/orrery/twin/sim"
)

// outcome is what one replication says. Costs are those of the same work in all chains that are compared: of the calls that each ship makes
// in the horizon by the plan of the base, however long they take, so that ships that are late are not cheap because they did less.
type outcome struct {
	cost     bill
	delay    float64 // USD of the time of cargo
	area     float64 // TEU·s in the chain
	created  int
	arrived  int
	shipSec  float64 // mean time until a ship has made its calls
	waitSec  float64 // mean at the roads, per call
	calls    int
	hits     []int     // by port
	closed   []float64 // by port, s
	portWait []float64 // by port, ship·s at the roads
	done     []float64 // by ship, s from zero
	late     int       // ships that did not finish
	events   uint64
}

func (o *outcome) total() float64 {
	c := &o.cost
	return c.charter + c.fuel + c.dues + c.handling + c.links + c.storage + o.delay
}

// overrun is how long after the horizon ships may be late, s.
const overrun = 60 * daySec

// replicate runs a chain once. With a start it begins there, without one it is warmed up first.
func replicate(ctx context.Context, p *plan, seed uint64, replication int, s *start) (*outcome, error) {
	w, err := ready(ctx, p, seed, replication, s)
	if err != nil {
		return nil, err
	}
	end := w.zero + p.horizon()
	if err := w.run(ctx, end); err != nil {
		return nil, err
	}
	o := w.freeze()
	for w.undone > 0 && w.k.Now() < end+overrun {
		if err := w.run(ctx, w.k.Now()+daySec); err != nil {
			return nil, err
		}
	}
	w.close(o)
	return o, nil
}

// ready is a chain at the present of the question: where it was seen to be, or run in; both by the plan as it was, so that all chains that are
// compared begin with the same.
func ready(ctx context.Context, p *plan, seed uint64, replication int, s *start) (*world, error) {
	warm := p
	if p.warm != nil {
		warm = p.warm
	}
	w := newWorld(warm, seed, replication)
	if s != nil {
		w.begin(s, 0)
	} else {
		w.begin(nil, firstOf(float64(p.m.Settings.Warmup), defaultWarmup))
		if err := w.run(ctx, w.zero); err != nil {
			return nil, err
		}
	}
	if s == nil || p != warm {
		w.turnTo(p, s)
	}
	w.restart()
	return w, nil
}

// restart forgets what was counted before.
func (w *world) restart() {
	w.settle()
	w.area, w.created, w.arrived, w.cost = 0, 0, 0, bill{}
	for i := range w.ports {
		w.account(i)
		h := &w.ports[i]
		h.yard, h.waits, h.line, h.calls, h.hit = 0, 0, 0, 0, 0
	}
	for i := range w.ships {
		v := &w.ships[i]
		w.burn(v, v.burning)
		v.tonnes, v.delayed, v.number = 0, 0, 0
	}
}

// freeze takes what is counted at the end of the horizon.
func (w *world) freeze() *outcome {
	w.settle()
	w.frozen = true
	o := &outcome{area: w.area, created: w.created, arrived: w.arrived, delay: w.area / daySec * w.m.Prices.DelayUSD}
	waited := 0.
	for i := range w.ports {
		w.account(i)
		h := &w.ports[i]
		w.cost.storage += h.yard / daySec * w.m.Ports[i].StorageUSD
		o.hits, o.portWait = append(o.hits, h.hit), append(o.portWait, h.waits)
		closed := 0.
		for _, x := range w.sky.closed[i] {
			closed += math.Max(0, math.Min(x.to, w.k.Now())-math.Max(x.from, w.zero))
		}
		o.closed = append(o.closed, closed)
		o.calls += h.calls
		waited += h.waits
	}
	if o.calls > 0 {
		o.waitSec = waited / float64(o.calls)
	}
	return o
}

// close adds what ships cost for their calls.
func (w *world) close(o *outcome) {
	now := w.k.Now()
	for i := range w.ships {
		v := &w.ships[i]
		if v.counts() {
			w.burn(v, v.burning)
			v.spent = v.tonnes
			o.late++
		}
		sec := math.Min(v.done, now) - w.zero
		o.done = append(o.done, sec)
		o.shipSec += sec / float64(len(w.ships))
		w.cost.charter += sec / daySec * v.class.Charter
		w.cost.tonnes += v.spent
	}
	w.cost.fuel = w.cost.tonnes * w.m.Prices.FuelUSD
	o.cost, o.events = w.cost, w.k.Events()
}

// sameWork gives the ships of a changed plan as many calls as those of the base have.
func (p *plan) sameWork(base *plan) {
	calls := map[uint64]int{}
	for i := range base.ships {
		calls[base.ships[i].key] = base.ships[i].calls
	}
	for i := range p.ships {
		if n, ok := calls[p.ships[i].key]; ok {
			p.ships[i].calls = n
		}
	}
}

// fan runs replications of several plans, several at a time, and keeps only those that all plans have, so that what is left is paired. When
// the context ends it returns what was done, with its error.
func fan(ctx context.Context, plans []*plan, seed uint64, first, runs int, s *start, progress func(share float64)) ([][]*outcome, error) {
	all := make([][]*outcome, len(plans))
	for i := range all {
		all[i] = make([]*outcome, runs)
	}
	run, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, finished atomic.Int64
	var wg sync.WaitGroup
	total := len(plans) * runs
	for range min(runtime.GOMAXPROCS(0), total) {
		wg.Go(func() {
			for {
				job := int(next.Add(1)) - 1
				if job >= total || run.Err() != nil {
					return
				}
				i, n := job%len(plans), job/len(plans)
				o, err := replicate(run, plans[i], seed, first+n, s)
				if err != nil {
					cancel(err)
					return
				}
				all[i][n] = o
				done := finished.Add(1)
				if progress != nil {
					progress(float64(done) / float64(total))
				}
			}
		})
	}
	wg.Wait()
	out := make([][]*outcome, len(plans))
	for n := range runs {
		whole := true
		for i := range plans {
			whole = whole && all[i][n] != nil
		}
		for i := range plans {
			if whole {
				out[i] = append(out[i], all[i][n])
			}
		}
	}
	if int(finished.Load()) < total {
		err := context.Cause(run)
		if ctx.Err() != nil {
			err = ctx.Err()
		} else {
			err = fmt.Errorf("chain: a replication cannot go on: %w", err)
		}
		return out, err
	}
	return out, nil
}

// mean is the mean of values with its 95 % interval (Student's t); of one value the interval is that value.
func mean(values []float64) sim.Mean {
	n := float64(len(values))
	if n == 0 {
		return sim.Exact(0)
	}
	m, sd := 0., 0.
	for _, v := range values {
		m += v / n
	}
	for _, v := range values {
		sd += (v - m) * (v - m)
	}
	if n < 2 || sd == 0 {
		return sim.Exact(m)
	}
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(.975) * math.Sqrt(sd/(n-1)/n)
	return sim.Mean{Value: m, Low: m - half, High: m + half}
}

// values applies get to outcomes.
func values(list []*outcome, get func(*outcome) float64) []float64 {
	out := make([]float64, len(list))
	for i, o := range list {
		out[i] = get(o)
	}
	return out
}

// paired is the mean difference of two runs under the same chance.
func paired(base, changed []*outcome, get func(*outcome) float64) sim.Mean {
	d := values(changed, get)
	for i, v := range values(base, get) {
		d[i] -= v
	}
	return mean(d)
}
