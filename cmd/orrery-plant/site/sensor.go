package site

import (
	"fmt"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
)

// FaultKind is how a sensor lies.
type FaultKind string

// The kinds of fault.
const (
	Freeze  FaultKind = "freeze"  // the last value again and again
	Dropout FaultKind = "dropout" // no value
	Drift   FaultKind = "drift"   // a growing error
	Broken  FaultKind = "broken"  // null
	Clear   FaultKind = "clear"   // as good as new
)

// Channel is one quantity that a kind of device reports.
type Channel struct {
	Name     string
	Decimals int
	Noise    float64 // standard deviation, in the unit of the channel
	Bias     float64 // standard deviation over the devices
	Drift    float64 // per hour, of a drifting sensor
	Floor    bool    // never below 0
}

// Names and digits of channels, for a Plate.
func Columns(channels []Channel) (names []string, decimals []int) {
	for _, c := range channels {
		names, decimals = append(names, c.Name), append(decimals, c.Decimals)
	}
	return names, decimals
}

// Sensors is what stands between the truth and the telemetry of a device.
type Sensors struct {
	Rand   chance.Stream
	Bias   []float64
	Faults []FaultKind
	Since  []int64
	Last   []float64
}

// NewSensors draws the biases of the channels.
func NewSensors(r chance.Stream, channels []Channel) Sensors {
	n := len(channels)
	s := Sensors{Rand: r, Bias: make([]float64, n), Faults: make([]FaultKind, n), Since: make([]int64, n), Last: make([]float64, n)}
	for i, c := range channels {
		s.Bias[i] = c.Bias * r.NormFloat64()
	}
	return s
}

// Fits says whether restored sensors are whole.
func (s *Sensors) Fits(channels []Channel) bool {
	n := len(channels)
	return s.Rand.Ready() && len(s.Bias) == n && len(s.Faults) == n && len(s.Since) == n && len(s.Last) == n
}

// Read makes a reading of the truth, by channel. It draws the same number of random numbers whatever the faults are.
func (s *Sensors) Read(channels []Channel, truth []float64, sec int64, r *Reading) {
	r.Value, r.Missing, r.Null = r.Value[:0], r.Missing[:0], r.Null[:0]
	for i, c := range channels {
		v := truth[i] + s.Bias[i] + c.Noise*s.Rand.NormFloat64()
		if s.Faults[i] == Drift {
			v += float64(sec-s.Since[i]) / 3600 * c.Drift
		}
		if c.Floor {
			v = max(v, 0)
		}
		if s.Faults[i] == Freeze {
			v = s.Last[i]
		}
		s.Last[i] = v
		r.Value = append(r.Value, v)
		r.Missing = append(r.Missing, s.Faults[i] == Dropout)
		r.Null = append(r.Null, s.Faults[i] == Broken)
	}
}

// Fault sets a fault on a channel.
func (s *Sensors) Fault(channels []Channel, kind FaultKind, channel string, sec int64) error {
	for i, c := range channels {
		if c.Name != channel {
			continue
		}
		switch kind {
		case Freeze, Dropout, Drift, Broken:
			s.Faults[i], s.Since[i] = kind, sec
		case Clear:
			s.Faults[i] = ""
		default:
			return fmt.Errorf("no fault %q, there are freeze, dropout, drift, broken and clear", kind)
		}
		return nil
	}
	names, _ := Columns(channels)
	return fmt.Errorf("no channel %q, there are %v", channel, names)
}
