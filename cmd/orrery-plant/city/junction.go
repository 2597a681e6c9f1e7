package city

import (
	"fmt"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// cycleSec and clearSec are the length of a signal cycle and of its two clearances.
const (
	cycleSec = 80
	clearSec = 6
)

// Junction is a crossing with signals.
type Junction struct {
	ID      string
	Offset  int64   // of its cycle
	Split   float64 // share of the green time that north–south has
	WaitSec float64
	Sensors site.Sensors
	arms    []*Street
}

// The phases, as numbered in the telemetry: north–south, clearance, east–west, clearance.
var junctionChannels = []site.Channel{
	{Name: "phase"}, {Name: "green_split", Decimals: 0}, {Name: "wait", Decimals: 1, Noise: .6, Floor: true}, {Name: "queue", Noise: .5, Floor: true},
}

func newJunction(seed uint64, id string) *Junction {
	r := chance.New(seed, "J"+id)
	return &Junction{ID: id, Offset: int64(r.Uniform(0, cycleSec)), Split: .5, WaitSec: 20, Sensors: site.NewSensors(chance.New(seed, "J"+id+"/sensors"), junctionChannels)}
}

// phase at a second of the epoch.
func (j *Junction) phase(sec int64) int {
	t, green := (sec+j.Offset)%cycleSec, int64(j.Split*(cycleSec-2*clearSec))
	switch {
	case t < green:
		return 0
	case t < green+clearSec:
		return 1
	case t < cycleSec-clearSec:
		return 2
	}
	return 3
}

func (j *Junction) queue() float64 {
	q := 0.0
	for _, s := range j.arms {
		q += s.Queue / 2
	}
	return q
}

// step follows the mean wait after Webster (Road Research Technical Paper 39, 1958), first term, and the queues.
func (j *Junction) step() {
	wait := 0.0
	for _, s := range j.arms {
		green := j.green(s)
		x := min(s.Flow/max(s.Capacity, 1), .98)
		wait += (cycleSec*(1-green)*(1-green)/(2*(1-green*x)) + s.Queue*2.2) / float64(len(j.arms))
	}
	j.WaitSec += (wait - j.WaitSec) / 12
}

// green is the share of the cycle that a street has here.
func (j *Junction) green(s *Street) float64 {
	share := j.Split
	if s.row.ID[0] == 'H' {
		share = 1 - share
	}
	return share * (cycleSec - 2*clearSec) / cycleSec
}

// Topic implements site.Device.
func (j *Junction) Topic() string { return "signals/J" + j.ID }

// Plate implements site.Device.
func (j *Junction) Plate() site.Plate { return plate("signal controller", "SC", junctionChannels) }

// Report implements site.Device.
func (j *Junction) Report(sec int64, r *site.Reading) {
	j.Sensors.Read(junctionChannels, []float64{float64(j.phase(sec)), j.Split * 100, j.WaitSec, j.queue()}, sec, r)
}

// Obey implements site.Device: green_split in %.
func (j *Junction) Obey(name string, value *float64) error {
	if name != "green_split" {
		return fmt.Errorf("unknown command %.40q: known is green_split", name)
	}
	v, err := site.Within(name, value, 25, 75)
	if err != nil {
		return err
	}
	j.Split = v / 100
	return nil
}

// Fault implements site.Device.
func (j *Junction) Fault(kind site.FaultKind, channel string, sec int64) error {
	return j.Sensors.Fault(junctionChannels, kind, channel, sec)
}
