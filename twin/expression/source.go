package expression

import (
	"math"

	"github.com/orrery-twin/orrery/twin"
)

// Source is where a number comes from: one signal, or an expression over several.
type Source struct {
	Signal  twin.SignalID   // NoSignal when Program is set, or for no source at all
	Program *Program        // nil for a plain signal
	Inputs  []twin.SignalID // of Program: the signal of each of its Names
}

// Of returns the source that is one signal.
func Of(signal twin.SignalID) Source { return Source{Signal: signal} }

// Given reports whether there is a source at all.
func (s *Source) Given() bool { return s.Program != nil || s.Signal != twin.NoSignal }

// Read returns the value in SI and how far it may be trusted: no further than the worst of the signals that it is made
// of. A result that is no number, or infinite, is bad whatever it was made of. It allocates nothing.
func (s *Source) Read(snap *twin.Snapshot) (float64, twin.Quality) {
	if s.Program == nil {
		v := snap.At(s.Signal)
		if v.Quality.Class() != twin.BadClass && !finite(v.Value) {
			return 0, twin.SensorFault
		}
		return v.Value, v.Quality
	}
	var values [MaxNames]float64
	q := twin.Good
	for i, id := range s.Inputs {
		v := snap.At(id)
		values[i], q = v.Value, Worse(q, v.Quality)
	}
	if q.Class() == twin.BadClass {
		return 0, q
	}
	x := s.Program.Eval(values[:len(s.Inputs)])
	if !finite(x) {
		return 0, twin.SensorFault
	}
	return x, q
}

// trust orders the qualities, the least trusted first: what is made of several values is no better than the worst.
var trust = [...]uint8{twin.NoData: 0, twin.Offline: 1, twin.SensorFault: 2, twin.Stale: 3, twin.OutOfRange: 4, twin.Predicted: 5,
	twin.Estimated: 6, twin.Manual: 7, twin.Good: 8}

// Worse returns the quality that is trusted less.
func Worse(a, b twin.Quality) twin.Quality {
	if int(b) >= len(trust) || int(a) < len(trust) && trust[b] < trust[a] {
		return b
	}
	return a
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
