package traffic

import (
	"context"
	"math"
	"slices"
)

// dayCourse is what the cell transmission model finds over a span.
type dayCourse struct {
	spent                 float64 // vehicle-seconds on the road, queues at entries included
	entered, left, inside float64 // vehicles; inside: at the end
}

// perTrip is the time on the road for each trip that was completed, s.
func (d *dayCourse) perTrip() float64 { return d.spent / max(d.left, 1) }

// cellStep is the longest step that suits a network, s: no link is shorter than it takes at free speed, if that is 2 s or more.
func (n *Network) cellStep() float64 {
	step := 5.
	for i := range n.Links {
		step = min(step, n.Links[i].FreeTime)
	}
	return max(2, step)
}

// expect runs the cell transmission model of both sides over the span of the question.
func (in *inquiry) expect(ctx context.Context) (err error) {
	if in.first[0], err = in.cells(ctx, &in.base); err != nil {
		return err
	}
	if in.first[1] = in.first[0]; in.changes() {
		in.first[1], err = in.cells(ctx, &in.changed)
	}
	return err
}

// cells runs one side from its equilibrium on: for the warm-up, then for the span.
func (in *inquiry) cells(ctx context.Context, x *variant) (dayCourse, error) {
	m, err := NewCellModel(x.c.Network, x.a, x.c.Network.cellStep())
	if err != nil {
		return dayCourse{}, err
	}
	for l, f := range x.a.Flow {
		m.Fill(l, f*x.a.Time[l])
	}
	for l, shut := range x.c.ClosedAt(0) {
		if shut {
			m.Limit(l, 0)
		}
	}
	for m.Time < in.s.d.warmUp {
		m.Step(x.c.Demand.Factor(0))
	}
	before := dayCourse{m.VehicleSeconds, m.Entered, m.Left, 0}
	for k := 0; m.Time < in.s.d.warmUp+in.horizon; k++ {
		if k%64 == 0 && ctx.Err() != nil {
			return dayCourse{}, ctx.Err()
		}
		m.Step(x.c.Demand.Factor(m.Time - in.s.d.warmUp))
	}
	return dayCourse{m.VehicleSeconds - before.spent, m.Entered - before.entered, m.Left - before.left, m.Inside()}, nil
}

// wholeDay runs the cell transmission model of both sides from midnight to midnight, with the routes of each hour.
func (in *inquiry) wholeDay(ctx context.Context) error {
	if !in.changes() || in.isNow || !in.s.affordable() {
		return nil
	}
	var day [2]dayCourse
	for i, set := range []settings{nil, in.set} {
		x, err := in.dayOf(ctx, set)
		if err != nil {
			return err
		}
		day[i] = x
	}
	in.day = &day
	return nil
}

// dayOf runs one side over a day; routes change every hour and when a closure begins or ends.
func (in *inquiry) dayOf(ctx context.Context, set settings) (dayCourse, error) {
	var m *CellModel
	for _, h := range in.turnsOfDay(set) {
		x, err := in.equilibrium(ctx, set, h[0], AssignOptions{Gap: 1e-3, Most: 60})
		if err != nil {
			return dayCourse{}, err
		}
		if m == nil {
			if m, err = NewCellModel(x.c.Network, x.a, x.c.Network.cellStep()); err != nil {
				return dayCourse{}, err
			}
		}
		m.SetShares(x.a)
		for l, shut := range x.c.ClosedAt(0) {
			m.Limit(l, 1)
			if shut {
				m.Limit(l, 0)
			}
		}
		for k := 0; m.Time < h[1]*hourSec; k++ {
			if k%256 == 0 && ctx.Err() != nil {
				return dayCourse{}, ctx.Err()
			}
			m.Step(x.c.Demand.Factor(min(m.Time-h[0]*hourSec, in.horizon-1)))
		}
	}
	return dayCourse{m.VehicleSeconds, m.Entered, m.Left, m.Inside()}, nil
}

// turnsOfDay parts a day into spans with the same routes, hours.
func (in *inquiry) turnsOfDay(set settings) [][2]float64 {
	var at []float64
	for h := range 25 {
		at = append(at, float64(h))
	}
	for _, m := range in.s.d.measures {
		if len(m.close) > 0 && set[in.s.byID[m.id+".on"]] == 1 {
			at = append(at, in.s.of(set, m.id+".from"), in.s.of(set, m.id+".to"))
		}
	}
	slices.Sort(at)
	var out [][2]float64
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] > 1e-6 && !math.IsNaN(at[i]) {
			out = append(out, [2]float64{at[i-1], at[i]})
		}
	}
	return out
}
