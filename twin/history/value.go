package history

import (
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Stored in place of a number. offlineBits is the stale marker of Prometheus (model/value.StaleNaN), which its tools
// understand; faultBits is a NaN of ours.
const (
	offlineBits = 0x7ff0000000000002
	faultBits   = 0x7ff8000000000003
)

// never is the time of an entry that holds nothing.
const never = math.MinInt64

// entry is one stored sample; ms since the Unix epoch.
type entry struct {
	ms int64
	v  float64
}

// encode returns what is stored for a sample; false when it is nothing that a history of measurements may hold.
func encode(s twin.Sample) (float64, bool) {
	switch s.Quality {
	case twin.Offline:
		return math.Float64frombits(offlineBits), true
	case twin.SensorFault:
		return math.Float64frombits(faultBits), true
	case twin.NoData, twin.Predicted:
		return 0, false
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		return math.Float64frombits(faultBits), true
	}
	return s.Value, true
}

// quality returns the quality that a stored number has in itself, before its age is known.
func quality(sig *twin.Signal, v float64) twin.Quality {
	switch {
	case math.Float64bits(v) == offlineBits:
		return twin.Offline
	case math.IsNaN(v):
		return twin.SensorFault
	case sig.Computed:
		return twin.Estimated
	}
	return twin.Good
}

// value returns an entry as it is to be seen at now.
func (e entry) value(sig *twin.Signal, now time.Time) twin.Value {
	if e.ms == never {
		return twin.Value{}
	}
	v := twin.Value{Value: e.v, Time: e.ms * 1e6, Quality: quality(sig, e.v)}
	v.Quality = twin.Assess(sig, v, now)
	if v.Quality.Class() == twin.BadClass {
		v.Value = math.NaN() // not the marker: nothing outside may depend on its bits
	}
	return v
}

// floorMs returns the millisecond that a time in ns lies in.
func floorMs(ns int64) int64 { return floorDiv(ns, 1e6) }

// floorDiv divides and rounds down, also below zero.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
