package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/orrery-twin/orrery/twin"
)

// Course reads the values of a signal in a span in the order of their time, SI.
type Course func(ctx context.Context, sig twin.SignalID, from, to time.Time, each func(at time.Time, v float64)) error

// Fit is what the recorded states of a station say of its stops.
type Fit struct {
	Element    string
	Stops      int
	RunningSec float64      // time at work
	DownSec    float64      // mean of a stop
	Failure    Distribution // exponential: time at work from stop to stop
	Low, High  float64      // 95 % interval of its mean, s
	Repair     Distribution // exponential; of signals with several states of being down, hyperexponential
	StepSec    float64      // mean distance of samples: shorter stops may be missed
}

// String is a line for people.
func (f Fit) String() string {
	return fmt.Sprintf("%s: %d stops in %s at work, one in %s (95 %%: %s to %s), each %s: %s", f.Element, f.Stops, shortTime(f.RunningSec), shortTime(f.Failure.Mean()),
		shortTime(f.Low), shortTime(f.High), shortTime(f.DownSec), f.Repair.people())
}

const (
	minStops = 5  // fewer say too little
	patience = 10 // time-outs of a signal after which nothing is known of its state
)

// ErrUncalibrated is in the chain of the error when the record says too little of every station.
var ErrUncalibrated = errors.New("flow: the record says too little")

// Calibrate counts the stops of each station whose state is a signal. What stopped fewer than 5 times is left out. The time at
// work between stops is taken as exponential; its mean has the interval of a Poisson process that was watched for a given time
// (Garwood 1936).
func (s *Study) Calibrate(ctx context.Context, course Course, from, to time.Time) ([]Fit, error) {
	var out []Fit
	for i := range s.live {
		m := &s.live[i]
		if m.Of != ofState || !s.def.Elements[m.element].Failure.Given() {
			continue
		}
		w := watch{s: s, m: m, patience: patience * s.tree.Signal(m.signal).Timeout, kinds: map[int]*stops{}}
		if err := course(ctx, m.signal, from, to, w.see); err != nil {
			return nil, fmt.Errorf("flow: states of %s: %w", s.def.Elements[m.element].Name, err)
		}
		if f, ok := w.fit(s.def.Elements[m.element].Name); ok {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no station stopped %d times from %s to %s: take a longer span", ErrUncalibrated, minStops, from.Format(time.DateTime), to.Format(time.DateTime))
	}
	return out, nil
}

// Fitted is the study with the stops that were found.
func (s *Study) Fitted(fits []Fit) *Study {
	def := *s.def
	def.Elements = slices.Clone(s.def.Elements)
	for _, f := range fits {
		if e := def.Element(f.Element); e != nil && e.Failure.Given() {
			e.Failure, e.Repair = f.Failure, f.Repair
		}
	}
	out := &Study{def: &def, tree: s.tree, live: s.live}
	out.describe()
	s.mu.Lock()
	defer s.mu.Unlock()
	out.past = s.past
	return out
}

// watch sees the states of one station go by.
type watch struct {
	s        *Study
	m        *meaning
	patience time.Duration
	last     time.Time
	code     int // of the signal; meaningless before the first
	since    time.Time
	samples  int
	seen     float64 // time of which the state is known, s
	whole    bool    // the present stop was seen from its beginning
	running  float64
	kinds    map[int]*stops // by the state of the signal
}

// stops of one kind.
type stops struct {
	n   int
	sec float64
}

func (w *watch) see(at time.Time, v float64) {
	code := int(v)
	if math.IsNaN(v) || math.IsInf(v, 0) || code < 0 {
		return
	}
	known := !w.last.IsZero() && (w.patience <= 0 || at.Sub(w.last) <= w.patience)
	if known {
		w.samples++
		w.seen += at.Sub(w.last).Seconds()
		if w.is(w.code, Working) {
			w.running += at.Sub(w.last).Seconds()
		}
	}
	if !known || code != w.code {
		if known {
			w.ended(at)
		}
		w.since, w.whole = at, known
	}
	w.last, w.code = at, code
}

// ended counts a stop that is over.
func (w *watch) ended(at time.Time) {
	if !w.whole || !w.is(w.code, Down) {
		return
	}
	k := w.kinds[w.code]
	if k == nil {
		k = &stops{}
		w.kinds[w.code] = k
	}
	k.n++
	k.sec += at.Sub(w.since).Seconds()
}

func (w *watch) is(code int, st State) bool {
	names := w.s.tree.Signal(w.m.signal).States
	return code < len(names) && w.m.state(names[code]) == st.String()
}

func (w *watch) fit(name string) (Fit, bool) {
	var kinds []stops
	f := Fit{Element: name, RunningSec: w.running}
	sum := 0.
	for _, k := range w.kinds {
		kinds = append(kinds, *k)
		f.Stops += k.n
		sum += k.sec
	}
	if f.Stops < minStops || !(w.running > 0) || !(sum > 0) {
		return f, false
	}
	n := float64(f.Stops)
	f.DownSec, f.Failure, f.StepSec = sum/n, Exp(three(w.running/n)), w.seen/float64(w.samples)
	f.Low = 2 * w.running / distuv.ChiSquared{K: 2*n + 2}.Quantile(.975)
	f.High = 2 * w.running / distuv.ChiSquared{K: 2 * n}.Quantile(.025)
	f.Repair = Exp(three(f.DownSec))
	if len(kinds) > 1 {
		slices.SortFunc(kinds, func(a, b stops) int { return cmp.Compare(a.sec/float64(a.n), b.sec/float64(b.n)) })
		long := stops{}
		for _, k := range kinds[1:] {
			long.n, long.sec = long.n+k.n, long.sec+k.sec
		}
		f.Repair = Distribution{Law: Hyperexponential, P: [3]float64{three(kinds[0].sec / float64(kinds[0].n)), three(long.sec / float64(long.n)), three(float64(long.n) / n)}}
	}
	return f, true
}

// three keeps three digits: what is counted is not known better.
func three(v float64) float64 {
	if v == 0 {
		return 0
	}
	p := math.Pow(10, 2-math.Floor(math.Log10(v)))
	return math.Round(v*p) / p
}
