package factory

import (
	"fmt"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Conveyor carries bottles from one machine to the next.
type Conveyor struct {
	Name     string
	Capacity int // bottles that stand on it when it is full
	Belt     float64
	OnWay    []int // bottles by second of their arrival, the first arriving next
	Ready    int   // bottles that wait at its end
	Moving   float64
	MotorC   float64
	Sensors  site.Sensors
}

var conveyorChannels = []site.Channel{
	{Name: "belt_speed", Decimals: 3, Noise: .002, Bias: .002, Drift: .05, Floor: true}, {Name: "bottles_on", Noise: .4, Floor: true},
	{Name: "filling", Decimals: 1, Noise: .3, Floor: true}, {Name: "motor_temp", Decimals: 1, Noise: .15, Bias: .4, Drift: 6},
}

func newConveyor(seed uint64, name string, capacity, travelSec int, belt float64) *Conveyor {
	return &Conveyor{Name: name, Capacity: capacity, Belt: belt, OnWay: make([]int, travelSec), Moving: belt, MotorC: 38,
		Sensors: site.NewSensors(chance.New(seed, name+"/sensors"), conveyorChannels)}
}

func (c *Conveyor) count() int {
	n := c.Ready
	for _, k := range c.OnWay {
		n += k
	}
	return n
}

func (c *Conveyor) room() int { return max(c.Capacity-c.count(), 0) }

func (c *Conveyor) put(n int) { c.OnWay[len(c.OnWay)-1] += n }

// step moves the belt for a second; a full belt stands.
func (c *Conveyor) step(hallC float64) {
	c.Ready += c.OnWay[0]
	copy(c.OnWay, c.OnWay[1:])
	c.OnWay[len(c.OnWay)-1] = 0
	target := c.Belt
	if c.Ready > c.Capacity*9/10 {
		target = 0
	}
	c.Moving += min(max(target-c.Moving, -.3), .15)
	c.MotorC += (hallC + 14*c.Moving/c.Belt + 4 - c.MotorC) / 1200
}

// Topic implements site.Device.
func (c *Conveyor) Topic() string { return c.Name }

// Plate implements site.Device.
func (c *Conveyor) Plate() site.Plate {
	names, decimals := site.Columns(conveyorChannels)
	return site.Plate{Kind: "conveyor", Serial: "CV", Firmware: "1.3.0", Channels: names, Decimals: decimals}
}

// Report implements site.Device.
func (c *Conveyor) Report(sec int64, r *site.Reading) {
	n := float64(c.count())
	c.Sensors.Read(conveyorChannels, []float64{c.Moving, n, min(100*n/float64(c.Capacity), 100), c.MotorC}, sec, r)
}

// Obey implements site.Device: belt_speed in m/s.
func (c *Conveyor) Obey(name string, value *float64) error {
	if name != "belt_speed" {
		return fmt.Errorf("unknown command %.40q: known is belt_speed", name)
	}
	v, err := site.Within(name, value, .2, 1.2)
	if err != nil {
		return err
	}
	c.Belt = v
	return nil
}

// Fault implements site.Device.
func (c *Conveyor) Fault(kind site.FaultKind, channel string, sec int64) error {
	return c.Sensors.Fault(conveyorChannels, kind, channel, sec)
}
