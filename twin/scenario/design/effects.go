package design

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Estimate is a number with its 95 % confidence interval.
type Estimate struct{ Value, Low, High float64 }

// Swing says what one axis alone does to an answer.
type Swing struct {
	Axis      int
	Base      float64 // as it is
	Low, High float64 // with the axis at its low and at its high end
}

// Width is how far the answer swings.
func (s Swing) Width() float64 {
	return math.Max(s.Base, math.Max(s.Low, s.High)) - math.Min(s.Base, math.Min(s.Low, s.High))
}

// Swings are the bars of a tornado, the widest first. Axes with a failed run come last, with NaN.
func Swings(p *Plan, y []float64) []Swing {
	if p.Kind != TornadoKind || len(y) != len(p.Points) {
		return nil
	}
	out := make([]Swing, len(p.Axes))
	for i := range out {
		out[i] = Swing{i, y[0], y[1+2*i], y[2+2*i]}
	}
	slices.SortStableFunc(out, func(a, b Swing) int {
		x, y := a.Width(), b.Width()
		switch {
		case x > y || math.IsNaN(y) && !math.IsNaN(x):
			return -1
		case x < y || math.IsNaN(x) && !math.IsNaN(y):
			return 1
		}
		return 0
	})
	return out
}

// Indices say which share of the variance of an answer an axis makes: alone (First) and with all others together (Total).
type Indices struct{ First, Total Estimate }

// SobolIndices are the first-order and total indices of each axis by the estimators of M. J. W. Jansen (Comput. Phys.
// Commun. 117 (1999) 35–43), as Saltelli et al. (2010) recommend them:
//
//	S  = 1 − Σ(yB − yAB)² / 2nV        ST = Σ(yA − yAB)² / 2nV
//
// with V the variance of yA and yB together. Intervals are the 2.5 % and 97.5 % quantiles of as many bootstrap samples of
// rows as asked for. Rows with a failed run are left out; nil when the plan is another or fewer than two rows are left. An
// answer that never varies has indices of NaN.
func SobolIndices(p *Plan, y []float64, bootstrap int, seed uint64) []Indices {
	if p.Kind != SobolKind || len(y) != len(p.Points) {
		return nil
	}
	d, width := len(p.Axes), len(p.Axes)+2
	rows := make([][]float64, 0, p.rows)
	for k := range p.rows {
		if row := y[k*width : (k+1)*width]; !slices.ContainsFunc(row, unusable) {
			rows = append(rows, row)
		}
	}
	if len(rows) < 2 {
		return nil
	}
	out := make([]Indices, d)
	pick := make([]int32, len(rows))
	for k := range pick {
		pick[k] = int32(k)
	}
	sums := newJansen(d)
	first, total := sums.of(rows, pick)
	for i := range out {
		out[i] = Indices{Estimate{first[i], first[i], first[i]}, Estimate{total[i], total[i], total[i]}}
	}
	if bootstrap < 2 {
		return out
	}
	r := rand.New(rand.NewPCG(seed, 4))
	draws := make([][]float64, 2*d)
	for range bootstrap {
		for k := range pick {
			pick[k] = r.Int32N(int32(len(rows)))
		}
		first, total := sums.of(rows, pick)
		for i := range d {
			draws[i] = append(draws[i], first[i])
			draws[d+i] = append(draws[d+i], total[i])
		}
	}
	for i := range out {
		out[i].First.Low, out[i].First.High = ends(draws[i])
		out[i].Total.Low, out[i].Total.High = ends(draws[d+i])
	}
	return out
}

func unusable(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// jansen sums up rows; it is reused from sample to sample.
type jansen struct{ toB, toA, first, total []float64 }

func newJansen(d int) *jansen {
	return &jansen{make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)}
}

func (j *jansen) of(rows [][]float64, pick []int32) (first, total []float64) {
	clear(j.toA)
	clear(j.toB)
	shift := rows[pick[0]][0] // numerically the variance is taken about a value near the mean
	var sum, squares float64
	for _, k := range pick {
		row := rows[k]
		a, b := row[0], row[1]
		sum += a - shift + b - shift
		squares += (a-shift)*(a-shift) + (b-shift)*(b-shift)
		for i, ab := range row[2:] {
			j.toB[i] += (b - ab) * (b - ab)
			j.toA[i] += (a - ab) * (a - ab)
		}
	}
	n := float64(len(pick))
	mean := sum / (2 * n)
	variance := squares/(2*n) - mean*mean
	if !(variance > 1e-14*(mean*mean+shift*shift)) {
		variance = math.NaN()
	}
	for i := range j.toA {
		j.first[i] = 1 - j.toB[i]/(2*n*variance)
		j.total[i] = j.toA[i] / (2 * n * variance)
	}
	return j.first, j.total
}

// ends are the 2.5 % and 97.5 % quantiles of v, which it sorts.
func ends(v []float64) (low, high float64) {
	if slices.ContainsFunc(v, math.IsNaN) {
		return math.NaN(), math.NaN()
	}
	slices.Sort(v)
	at := func(p float64) float64 {
		x := p * float64(len(v)-1)
		k := int(x)
		if k+1 >= len(v) {
			return v[len(v)-1]
		}
		return v[k] + (x-float64(k))*(v[k+1]-v[k])
	}
	return at(.025), at(.975)
}

// Elementary says what steps along an axis do to an answer, per width of the axis: MuStar the mean of the absolute effects
// (F. Campolongo, J. Cariboni and A. Saltelli, 2007) says how much the axis matters, Sigma their standard deviation how
// much it bends or depends on others, Mu which way it goes.
type Elementary struct {
	MuStar    Estimate
	Mu, Sigma float64
	Count     int // of effects
}

// ElementaryEffects are the effects of each axis over the trajectories of a Morris plan. Steps with a failed run are left
// out. The interval of MuStar is that of a normal mean.
func ElementaryEffects(p *Plan, y []float64) []Elementary {
	if p.Kind != MorrisKind || len(y) != len(p.Points) {
		return nil
	}
	d := len(p.Axes)
	effects := make([][]float64, d)
	for k, m := range p.moves {
		at := k/d*(d+1) + k%d // the point that the move begins at
		if e := (y[at+1] - y[at]) / m.step; !unusable(e) {
			effects[m.axis] = append(effects[m.axis], e)
		}
	}
	out := make([]Elementary, d)
	for i, e := range effects {
		abs := make([]float64, len(e))
		for k := range e {
			abs[k] = math.Abs(e[k])
		}
		mu, sd := moments(e)
		star, spread := moments(abs)
		half := 1.959964 * spread / math.Sqrt(float64(len(e)))
		out[i] = Elementary{MuStar: Estimate{star, math.Max(0, star-half), star + half}, Mu: mu, Sigma: sd, Count: len(e)}
	}
	return out
}

// moments are mean and sample standard deviation, NaN where there are too few.
func moments(v []float64) (mean, sd float64) {
	n := float64(len(v))
	for _, x := range v {
		mean += x
	}
	mean /= n
	for _, x := range v {
		sd += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sd / (n - 1))
}
