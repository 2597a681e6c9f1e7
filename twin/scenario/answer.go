package scenario

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

const daySec = 86400

// AnswerOf words two runs as a study does: figures of the plant as it is and as it would be, with paired differences. With
// base and changed the same, it says what is expected. ok is false when they do not pair: see Compare.
//
// The figures are: energy (J) of all units together and failures, the number of units that are expected to fail within the
// horizon; then for each unit life.PATH, the mean time without failure within the horizon (s), risk.PATH, the probability
// of failing within it, and energy.PATH. Means are over members, intervals hold them with 95 % (Student).
func AnswerOf(base, changed *Run) (a *sim.Answer, ok bool) {
	c, ok := Compare(base, changed)
	if !ok {
		return nil, false
	}
	base, changed = c.A, c.B
	n := c.Members
	mwh, _ := twin.ParseUnit("MWh")
	day, _ := twin.ParseUnit("d")
	percent, _ := twin.ParseUnit("%")
	a = &sim.Answer{Runs: n, Rests: changed.Rests, Elapsed: changed.Elapsed, Computed: changed.Computed, Partial: changed.Coarse}
	sumA, sumB, failA, failB := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var units []sim.Figure
	for i := range base.units {
		x, y := &base.units[i], &changed.units[i]
		if base.withdrawn[i] != "" || changed.withdrawn[i] != "" {
			continue
		}
		asset := base.tree.Asset(x.Asset)
		lifeA, riskA := base.lives(x, n)
		lifeB, riskB := changed.lives(y, n)
		add(sumA, x.energyJ)
		add(sumB, y.energyJ)
		add(failA, riskA)
		add(failB, riskB)
		name := asset.Label
		if name == "" {
			name = asset.Name
		}
		life := figure("life."+asset.Path, name+" "+x.Name+": time without failure", day, 2, sim.More, lifeA, lifeB)
		units = append(units, life,
			figure("risk."+asset.Path, name+" "+x.Name+": chance of failing", percent, 1, sim.Less, riskA, riskB),
			figure("energy."+asset.Path, name+": energy", mwh, 2, sim.More, x.energyJ[:n], y.energyJ[:n]))
		a.Parts = append(a.Parts, part(asset.Path, life, changed))
	}
	energy := figure("energy", "Energy", mwh, 1, sim.More, sumA, sumB)
	failures := figure("failures", "Failures expected", twin.Unit{}, 2, sim.Less, failA, failB)
	a.Figures = append([]sim.Figure{energy, failures}, units...)
	a.Headline = headline(a.Figures, base == changed)
	return a, true
}

// lives are for the first n members the time without failure from Now to the horizon, s, and 1 for those that fail in it.
func (r *Run) lives(u *unit, n int) (life, fails []float64) {
	life, fails = make([]float64, n), make([]float64, n)
	past, end := r.Now.Sub(r.Fork).Seconds(), r.Horizon.Sub(r.Fork).Seconds()
	for m := range n {
		life[m] = min(u.failsSec[m], end) - past
		if u.failsSec[m] <= end {
			fails[m] = 1
		}
	}
	return life, fails
}

func add(sum, v []float64) {
	for m := range sum {
		sum[m] += v[m]
	}
}

func figure(id, label string, u twin.Unit, decimals int, good sim.Sense, a, b []float64) sim.Figure {
	d := make([]float64, len(a))
	for m := range d {
		d[m] = b[m] - a[m]
	}
	return sim.Figure{ID: id, Label: label, Unit: u, Decimals: decimals, Good: good, Base: MeanOf(a), Changed: MeanOf(b), Difference: MeanOf(d)}
}

// MeanOf is the mean of independent values with its 95 % interval by Student's t distribution. One value alone has an
// interval without ends; values that are all the same are exact.
func MeanOf(v []float64) sim.Mean {
	n := float64(len(v))
	if n == 0 {
		return sim.Exact(math.NaN())
	}
	sum := 0.
	for _, x := range v {
		sum += x
	}
	mean, squares := sum/n, 0.
	for _, x := range v {
		squares += (x - mean) * (x - mean)
	}
	if n == 1 {
		return sim.Mean{Value: mean, Low: math.Inf(-1), High: math.Inf(1)}
	}
	half := math.Sqrt(squares/(n-1)/n) * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(.975)
	return sim.Mean{Value: mean, Low: mean - half, High: mean + half}
}

// part colours a unit by how much longer it lives: fully at half the horizon.
func part(path string, life sim.Figure, r *Run) sim.Part {
	p := sim.Part{Asset: path, Text: "no difference"}
	if life.Distinguishable() {
		half := r.Horizon.Sub(r.Now).Seconds() / 2
		p.Shade = max(-1, min(1, life.Difference.Value/half))
		p.Text = fmt.Sprintf("%+.1f d without failure", life.Difference.Value/daySec)
	}
	return p
}

func headline(figures []sim.Figure, same bool) string {
	energy, failures := figures[0], figures[1]
	if same {
		text := fmt.Sprintf("%s MWh are expected", energy.Unit.Format(energy.Base.Value, 0))
		if failures.Base.Value > 0 {
			text += fmt.Sprintf(", and %.1f failures", failures.Base.Value)
		}
		return text
	}
	words := []string{"Energy: " + Verdict(energy)}
	longest := -1
	for i, f := range figures {
		if strings.HasPrefix(f.ID, "life.") && f.Distinguishable() && (longest < 0 || math.Abs(f.Difference.Value) > math.Abs(figures[longest].Difference.Value)) {
			longest = i
		}
	}
	if longest >= 0 {
		words = append(words, figures[longest].Label+": "+Verdict(figures[longest]))
	}
	return strings.Join(words, "; ")
}
