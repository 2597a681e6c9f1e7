package factory

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Line is the bottling line. Make it with New or Restore.
type Line struct {
	site.Clock
	Seed      uint64
	Machines  []*Machine
	Conveyors []*Conveyor
	Output    *Output
	WearDays  float64 // until the labeller's gear runs hot
	Season    float64 // phase of the hall's temperature
}

// New makes a line at the epoch.
func New(seed uint64, epoch time.Time) *Line {
	l := &Line{Clock: site.Clock{Epoch: epoch.UTC().Truncate(24 * time.Hour)}, Seed: seed, Output: newOutput(seed)}
	r := chance.New(seed, "line")
	l.WearDays, l.Season = r.Uniform(9, 13), r.Uniform(0, 2*math.Pi)
	for _, m := range []struct {
		name                 string
		nominal, jam, toFree float64
	}{
		{"depalletiser", 14400, 5400, 45}, {"rinser", 13400, 4200, 30}, {"filler", 12000, 5400, 40}, {"capper", 12600, 3600, 35},
		{"labeller", 12700, 900, 75}, {"packer", 13400, 2700, 50}, {"palletiser", 14400, 5400, 60},
	} {
		l.Machines = append(l.Machines, newMachine(seed, m.name, m.nominal, m.jam, m.toFree))
	}
	for _, c := range []struct {
		name             string
		capacity, travel int
		belt             float64
	}{{"C1", 260, 16, .55}, {"C2", 280, 17, .55}, {"C3", 40, 5, .5}, {"C4", 620, 55, .6}, {"C5", 330, 24, .5}, {"C6", 280, 18, .5}} {
		l.Conveyors = append(l.Conveyors, newConveyor(seed, c.name, c.capacity, c.travel, c.belt))
	}
	l.join()
	return l
}

func (l *Line) join() {
	l.Output.line = l
	for _, m := range l.Machines {
		m.line = l
	}
}

// hallC is the temperature of the hall, warmest in the afternoon.
func (l *Line) hallC() float64 {
	return 21 + 2.2*math.Sin(2*math.Pi*(float64(l.Sec)/86400-.38)) + math.Sin(2*math.Pi*float64(l.Sec)/(5*86400)+l.Season)
}

// labellerWear grows from 0 to 1 and beyond over the days of its gear.
func (l *Line) labellerWear(sec int64) float64 {
	days := float64(sec) / 86400 / l.WearDays
	return days * days
}

// Advance implements site.Site.
func (l *Line) Advance(to int64) {
	for l.Sec < to {
		l.step()
	}
}

func (l *Line) step() {
	l.Sec++
	hall := l.hallC()
	for i := len(l.Machines) - 1; i >= 0; i-- { // from the end, so that room made now can be used now
		var in, out *Conveyor
		if i > 0 {
			in = l.Conveyors[i-1]
		}
		if i < len(l.Conveyors) {
			out = l.Conveyors[i]
		}
		l.Machines[i].step(l.Sec, in, out, hall)
	}
	for _, c := range l.Conveyors {
		c.step(hall)
	}
	l.Machines[2].tank()
}

// Devices implements site.Site.
func (l *Line) Devices() []site.Device {
	var out []site.Device
	for _, m := range l.Machines {
		out = append(out, m)
	}
	for _, c := range l.Conveyors {
		out = append(out, c)
	}
	return append(out, l.Output)
}

type saved struct {
	Version int
	Plant   string
	Line    *Line
}

// Save implements site.Site.
func (l *Line) Save() ([]byte, error) { return json.Marshal(saved{1, "factory", l}) }

// Restore makes a line of what Save returned.
func Restore(b []byte) (*Line, error) {
	var s saved
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	l := s.Line
	whole := s.Version == 1 && s.Plant == "factory" && l != nil && len(l.Machines) == 7 && len(l.Conveyors) == 6 && l.Output != nil && l.Output.Sensors.Fits(outputChannels)
	for i := 0; whole && i < 7; i++ {
		m := l.Machines[i]
		whole = m != nil && m.Rand.Ready() && m.Sensors.Fits(m.channels())
	}
	for i := 0; whole && i < 6; i++ {
		c := l.Conveyors[i]
		whole = c != nil && len(c.OnWay) > 0 && c.Sensors.Fits(conveyorChannels)
	}
	if !whole {
		return nil, fmt.Errorf("state: not a state of this version of the line")
	}
	l.join()
	return l, nil
}
