package factory

import (
	"errors"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// bottlesPerPallet is 5 layers of 12 cases of 12.
const bottlesPerPallet = 720

// Output is what counts for the line as a whole.
type Output struct {
	Sensors site.Sensors
	line    *Line
}

var outputChannels = []site.Channel{
	{Name: "rate", Noise: 10, Floor: true}, {Name: "bottles"}, {Name: "pallets"}, {Name: "pallet_fill", Decimals: 1},
	{Name: "availability", Decimals: 1}, {Name: "performance", Decimals: 1}, {Name: "quality", Decimals: 2}, {Name: "oee", Decimals: 1},
	{Name: "power", Decimals: 1, Noise: .4, Floor: true}, {Name: "hall_temp", Decimals: 1, Noise: .1, Bias: .3},
}

func newOutput(seed uint64) *Output {
	return &Output{Sensors: site.NewSensors(chance.New(seed, "output/sensors"), outputChannels)}
}

// Topic implements site.Device.
func (o *Output) Topic() string { return "output" }

// Plate implements site.Device.
func (o *Output) Plate() site.Plate {
	names, decimals := site.Columns(outputChannels)
	return site.Plate{Kind: "line controller", Serial: "LC", Firmware: "5.1.2", Channels: names, Decimals: decimals}
}

// Report implements site.Device. The filler stands for the line, as is usual for bottling lines.
func (o *Output) Report(sec int64, r *site.Reading) {
	l := o.line
	last, filler := l.Machines[len(l.Machines)-1], l.Machines[2]
	quality, kW := 1.0, 6.0
	for _, m := range l.Machines {
		if all := m.Good + m.Rejects; all > 0 {
			quality *= float64(m.Good) / float64(all)
		}
		kW += m.currentA() * .4 * 1.732 * .82
	}
	pace := min(last.Pace*last.Nominal/filler.Nominal/max(filler.Up, .01), 1.2)
	truth := []float64{last.Rate, float64(last.Good), float64(last.Good / bottlesPerPallet), float64(last.Good%bottlesPerPallet) * 100 / bottlesPerPallet,
		filler.Up * 100, pace * 100, quality * 100, filler.Up * pace * quality * 100, kW, l.hallC()}
	o.Sensors.Read(outputChannels, truth, sec, r)
}

// Obey implements site.Device.
func (o *Output) Obey(string, *float64) error {
	return errors.New("the line controller takes no command: send it to a machine")
}

// Fault implements site.Device.
func (o *Output) Fault(kind site.FaultKind, channel string, sec int64) error {
	return o.Sensors.Fault(outputChannels, kind, channel, sec)
}
