package twin

import (
	"math"
	"time"
)

// Quality says how far a value may be trusted, and why not further.
type Quality uint8

// The qualities. The zero value is NoData: a value that nobody set never looks good.
const (
	NoData      Quality = iota // nothing was ever received
	Good                       // measured, fresh, plausible
	Manual                     // typed in by a person
	Estimated                  // computed by the twin from good values
	Predicted                  // computed by the twin for a time that has not come, or for a what-if
	Stale                      // older than the signal's time-out
	OutOfRange                 // outside the plausible range of the signal
	Offline                    // its source said that it is gone
	SensorFault                // its source said that the sensor is broken
)

// Class is the coarse trust in a value, after OPC UA.
type Class uint8

// The classes.
const (
	BadClass Class = iota
	UncertainClass
	GoodClass
)

var qualityNames = [...]string{"no data", "good", "manual", "estimated", "predicted", "stale", "out of range", "offline", "sensor fault"}

// String names the quality as it is shown to people.
func (q Quality) String() string {
	if int(q) < len(qualityNames) {
		return qualityNames[q]
	}
	return "unknown quality"
}

// Class returns the coarse trust.
func (q Quality) Class() Class {
	switch q {
	case Good, Manual:
		return GoodClass
	case Estimated, Predicted, Stale, OutOfRange:
		return UncertainClass
	}
	return BadClass
}

// Usable reports whether the number may enter a computation: it was measured, typed in or computed, and is plausible.
func (q Quality) Usable() bool {
	return q == Good || q == Manual || q == Estimated || q == Predicted
}

// Assess returns the quality of a value of signal s as seen at time now: a value of good standing becomes OutOfRange
// outside the signal's range or when it is not a number, and Stale past the signal's time-out. Other qualities stay.
func Assess(s *Signal, v Value, now time.Time) Quality {
	switch v.Quality {
	case Good, Manual, Estimated:
	default:
		return v.Quality
	}
	if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
		return SensorFault
	}
	if s.Timeout > 0 && now.UnixNano()-v.Time > int64(s.Timeout) {
		return Stale
	}
	if s.HasRange() && (v.Value < s.Min || v.Value > s.Max) {
		return OutOfRange
	}
	return v.Quality
}
