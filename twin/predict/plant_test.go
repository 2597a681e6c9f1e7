package predict

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// toy is a plant of these tests' own making. Its laws are not those of the twin: another power curve, other cooling,
// another growth of wear, weather from log-normal noise. It is a Reader.
type toy struct {
	tree  *twin.Tree
	units []twin.AssetID
	first time.Time
	step  time.Duration
	data  [][]float64 // by signal and step
	wear  [][]float64 // by unit and step: hidden
	fails []float64   // by unit: days after the end of the history; +Inf if it does not within 80 days
	steps int         // of history
	known int         // steps that may be read: the history, unless a test looks ahead
	calls int
}

var toyNow = time.Date(2026, 5, 10, 9, 0, 0, 0, time.UTC)

// newToy makes a plant with days of history before toyNow. The first unit wears fast from level w0 on.
func newToy(t testing.TB, seed uint64, units, days int, w0 float64) *toy {
	t.Helper()
	names := []string{"T1", "T2", "T3", "T4", "T5", "T6"}[:units]
	signals := wind.Names[:wind.WearLevel]
	tree, ids, err := Tree(names, append(append([]string(nil), signals...), "yaw"))
	if err != nil {
		t.Fatal(err)
	}
	const ahead = 80 * 144
	p := &toy{tree: tree, units: ids, first: toyNow.Add(-time.Duration(days) * 24 * time.Hour), step: Step, steps: days * 144, known: days * 144,
		data: make([][]float64, len(tree.Signals())), wear: make([][]float64, units), fails: make([]float64, units)}
	for i := range p.data {
		p.data[i] = make([]float64, p.steps+ahead)
	}
	rnd := rand.New(rand.NewPCG(seed, 99))
	type machine struct{ oil, bear, w, pace, end, ratio, cool float64 }
	var ms []machine
	for i := range units {
		m := machine{oil: 325, bear: 330, w: .02 + .03*rnd.Float64(), pace: .0006 * (1 + rnd.Float64()), end: 1 + .055*rnd.NormFloat64(), ratio: 1 + .04*rnd.NormFloat64(), cool: 1 + .06*rnd.NormFloat64()}
		if i == 0 {
			m.w, m.pace = w0, .035*math.Exp(.3*rnd.NormFloat64())
		}
		p.fails[i] = math.Inf(1)
		ms = append(ms, m)
	}
	slow, fast, warm := rnd.NormFloat64()*.33, 0.0, 0.0
	for k := range p.steps + ahead {
		hour := float64(k) / 6
		slow = slow*math.Exp(-1./(6*44)) + .33*math.Sqrt(1-math.Exp(-2./(6*44)))*rnd.NormFloat64()
		fast = fast*math.Exp(-1./18) + .13*math.Sqrt(1-math.Exp(-2./18))*rnd.NormFloat64()
		warm = warm*math.Exp(-1./600) + 2.5*math.Sqrt(1-math.Exp(-2./600))*rnd.NormFloat64()
		farm := 8.6 * math.Exp(slow+fast+.05*math.Cos(2*math.Pi*(hour-15)/24))
		air := 281 + warm + 2.5*math.Cos(2*math.Pi*(hour-14)/24)
		for i := range ms {
			m := &ms[i]
			v := farm * m.ratio * (1 + .03*rnd.NormFloat64())
			power := 0.0
			if v > 3.2 && v < 25 {
				power = 5e6 * math.Tanh(math.Pow(v/10.4, 3.1)*.95)
			}
			rel, n := power/5e6, 0.0
			if power > 0 {
				n = min(1, max(.6, v/10.8))
			}
			heat := 9*n + 30*math.Pow(rel, 1.1)*(1+.12*m.w)
			m.oil += (air + heat/m.cool - m.oil) * (1 - math.Exp(-1./11))
			m.bear += (m.oil + 3*n + 9*rel*(1+.5*m.w) - m.bear) * (1 - math.Exp(-1./1.3))
			before := m.w
			if power > 0 {
				torque := rel / n
				m.w += m.pace * (1 + 3*m.w*m.w) * math.Pow(torque, 3.1) * math.Exp(.02*(m.oil-333.15)) / 144
			}
			if m.w >= m.end && before < m.end && k >= p.steps && math.IsInf(p.fails[i], 1) {
				p.fails[i] = float64(k-p.steps) / 144
			}
			state := 1.0
			if power == 0 {
				state = 0
			}
			level := (1.9e-3 + (7.1e-3-1.9e-3)*m.w)
			vib := level * (.25 + .75*math.Pow(max(rel, 1e-9), .7)) * (1 + .006*rnd.NormFloat64())
			values := map[wind.Channel]float64{
				wind.WindSpeed: v, wind.AmbientTemp: air + .1*rnd.NormFloat64(), wind.Power: power * (1 + .01*rnd.NormFloat64()), wind.PowerLimit: 1,
				wind.State: state, wind.RotorSpeed: 1.267 * n, wind.Pitch: 0, wind.GenSpeed: 1.267 * n * 97, wind.OilTemp: m.oil + .15*rnd.NormFloat64(),
				wind.BearingTemp: m.bear + .15*rnd.NormFloat64(), wind.VibrationLevel: vib, wind.Yaw: 4,
			}
			for ch, x := range values {
				p.data[tree.Find(ids[i], wind.Names[ch])][k] = x
			}
			p.wear[i] = append(p.wear[i], m.w)
		}
	}
	return p
}

func (p *toy) Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error {
	p.calls++
	width := to.Sub(from) / time.Duration(max(1, len(mean)))
	for i := range mean {
		k := int(from.Add(time.Duration(i)*width+width/2).Sub(p.first) / p.step)
		mean[i] = math.NaN()
		if k >= 0 && k < p.known {
			mean[i] = p.data[sig][k]
		}
	}
	return ctx.Err()
}

func (p *toy) signal(unit int, ch wind.Channel) []float64 {
	return p.data[p.tree.Find(p.units[unit], wind.Names[ch])]
}

func (p *toy) calibrate(t testing.TB) *Calibration {
	t.Helper()
	c, err := Calibrate(context.Background(), p, Options{Tree: p.tree, Units: p.units, From: p.first, To: toyNow})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
