package windfarm

import (
	"encoding/json"
	"fmt"
)

// Save returns the whole hidden state as JSON.
func (f *Farm) Save() ([]byte, error) {
	return json.Marshal(saved{Version: 1, Farm: f, Past: f.past[:]})
}

type saved struct {
	Version int
	Farm    *Farm
	Past    []float64
}

// Restore makes a farm of what Save returned.
func Restore(b []byte) (*Farm, error) {
	s := saved{Farm: &Farm{}}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if s.Version != 1 || len(s.Past) != ringSec || len(s.Farm.Turbines) == 0 || !s.Farm.Weather.Rand.Ready() {
		return nil, fmt.Errorf("state: not a state of this version of the plant")
	}
	for _, t := range s.Farm.Turbines {
		if t == nil || !t.Rand.Ready() || !t.Sensors.Rand.Ready() {
			return nil, fmt.Errorf("state: a turbine is incomplete")
		}
	}
	copy(s.Farm.past[:], s.Past)
	return s.Farm, nil
}
