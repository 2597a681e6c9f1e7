package twin

import "time"

// Sample is one value of one signal at one time, in SI units.
type Sample struct {
	Signal  SignalID
	Quality Quality
	Time    int64 // ns since the Unix epoch, by the clock of the device
	Value   float64
}

// Value is what a Snapshot holds of one signal.
type Value struct {
	Value   float64 // SI; meaningless when Quality is of BadClass
	Time    int64   // ns since the Unix epoch: when it was measured, or for which time it is predicted
	Quality Quality
}

// Age returns how old the value is at time now; 0 if it has no time.
func (v Value) Age(now time.Time) time.Duration {
	if v.Time == 0 {
		return 0
	}
	return time.Duration(now.UnixNano() - v.Time)
}

// Origin says where the values of a snapshot come from.
type Origin uint8

// The origins.
const (
	Live      Origin = iota // the newest value of each signal
	Recorded                // as it stood at a moment of the past
	Simulated               // as the twin predicts it
)

// Snapshot holds the state of all signals at one moment. A published snapshot is immutable; one that the reader made
// itself may be filled again and again (see Reset).
type Snapshot struct {
	Generation uint64 // rises with each change of the values
	Time       int64  // the moment shown, ns since the Unix epoch
	Origin     Origin
	Values     []Value   // by SignalID
	Low, High  []float64 // by SignalID: ends of the 80 % interval, SI; empty unless Simulated
}

// Reset empties the snapshot for n signals and keeps its memory.
func (s *Snapshot) Reset(n int) {
	if cap(s.Values) < n {
		s.Values = make([]Value, n)
	}
	s.Values = s.Values[:n]
	clear(s.Values)
	s.Low, s.High = s.Low[:0], s.High[:0]
}

// At returns the value of a signal, or a NoData value for NoSignal and signals that the snapshot does not hold.
func (s *Snapshot) At(id SignalID) Value {
	if id < 0 || int(id) >= len(s.Values) {
		return Value{}
	}
	return s.Values[id]
}

// Interval returns the ends of the 80 % interval of a signal, in SI, and whether there is one.
func (s *Snapshot) Interval(id SignalID) (low, high float64, ok bool) {
	if id < 0 || int(id) >= len(s.Low) || int(id) >= len(s.High) {
		return 0, 0, false
	}
	return s.Low[id], s.High[id], true
}
