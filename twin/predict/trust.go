package predict

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// Level is how well the twin matches the plant.
type Level uint8

// The levels.
const (
	Unknown Level = iota // not enough was measured lately
	Red                  // it does not match
	Amber                // it drifts away
	Green                // it matches
)

// String names the level.
func (l Level) String() string {
	return [...]string{"unknown", "red", "amber", "green"}[min(int(l), 3)]
}

// Trust is how well the twin matched a unit lately. The innovations are differences between measured and computed, in
// standard deviations of what the model left unexplained when it was fitted: within ±2 they are chance.
type Trust struct {
	Unit    twin.AssetID
	Level   Level
	Score   float64 // 0 to 1
	Text    string  // for people: "twin matches plant"
	Oil     float64 // standardised innovation of the oil temperature, the mean of the last hour
	Bearing float64 // of the bearing temperature
	Power   float64 // of the power
	Frozen  string  // name of a signal that stopped moving, empty for none
}

const (
	trustSteps   = 36 // over which the temperatures are run along: six hours
	trustLast    = 6  // over which the innovations are averaged: one hour
	amberFrom    = 3.0
	redFrom      = 5.0
	frozenSteps  = 3 // equal means for so long are no measurement
	leastInnovSD = .3
)

// Trust compares the twin with what was measured in the hours up to now, for each unit in the order of Options.Units.
func (c *Calibration) Trust(ctx context.Context, now time.Time) ([]Trust, error) {
	p, err := c.at(ctx, now, false)
	if err != nil {
		return nil, err
	}
	out := make([]Trust, len(c.units))
	for i := range c.units {
		out[i] = c.units[i].trust(p.records[i])
		out[i].Unit = c.units[i].asset
	}
	return out, nil
}

func (u *unit) trust(r *wind.Record) Trust {
	n := r.Len()
	first := max(0, n-trustSteps)
	tail := cut(r, r.EndSec)
	for ch := range tail.Means {
		tail.Means[ch] = tail.Means[ch][first:n]
	}
	t := Trust{Oil: math.NaN(), Bearing: math.NaN(), Power: math.NaN()}
	s := &u.turbine.Spec
	wear := make([]float64, tail.Len())
	for k := range wear {
		wear[k] = u.gear.path[min(first+k, len(u.gear.path)-1)]
	}
	t.Oil = u.turbine.Oil.Innovation(tail, s, wind.OilTemp, wind.AmbientTemp, wear, trustLast, leastInnovSD)
	t.Bearing = u.turbine.Bearing.Innovation(tail, s, wind.BearingTemp, wind.OilTemp, wear, trustLast, leastInnovSD)
	t.Power = u.turbine.PowerInnovation(tail, trustLast)
	worst, name, any := 0.0, "", false
	for _, x := range []struct {
		z    float64
		name string
	}{{t.Oil, "oil temperature"}, {t.Bearing, "bearing temperature"}, {t.Power, "power"}} {
		if math.IsNaN(x.z) {
			continue
		}
		any = true
		if z := math.Abs(x.z); z > worst {
			worst, name = z, x.name
		}
	}
	t.Frozen = frozen(tail)
	switch {
	case t.Frozen != "":
		t.Level, t.Score, t.Text = Red, 0, t.Frozen+" does not move any more"
	case !any:
		t.Level, t.Text = Unknown, "not enough data to tell whether the twin matches"
	case worst < amberFrom:
		t.Level, t.Text = Green, "twin matches plant"
	case worst < redFrom:
		t.Level, t.Text = Amber, fmt.Sprintf("%s drifts from the twin: %.1f standard deviations", name, worst)
	default:
		t.Level, t.Text = Red, fmt.Sprintf("%s does not match the twin: %.1f standard deviations", name, worst)
	}
	if t.Level >= Red && t.Frozen == "" {
		t.Score = math.Exp(-worst * worst / (2 * amberFrom * amberFrom))
	}
	return t
}

// frozen names a signal that kept exactly one value while the turbine ran: a sensor or its link is stuck.
func frozen(r *wind.Record) string {
	n := r.Len()
	if n < frozenSteps {
		return ""
	}
	for _, ch := range []wind.Channel{wind.WindSpeed, wind.Power, wind.RotorSpeed, wind.OilTemp, wind.BearingTemp, wind.VibrationLevel} {
		v := r.Means[ch][n-frozenSteps:]
		same := !math.IsNaN(v[0]) && v[0] != 0
		for _, x := range v[1:] {
			same = same && math.Abs(x-v[0]) <= 1e-9*math.Abs(v[0])
		}
		// A turbine at rated power or speed holds these without being stuck, but its wind moves.
		if same && ch != wind.Power && ch != wind.RotorSpeed {
			return wind.Names[ch]
		}
	}
	return ""
}
