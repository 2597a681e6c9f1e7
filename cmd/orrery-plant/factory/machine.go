package factory

import (
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// State is what a machine reports of itself.
type State int

// The states, as numbered in the telemetry.
const (
	Stopped State = iota
	Running
	Starved // nothing comes
	Blocked // nothing can leave
	Jammed  // a bottle lies across, until the operator is there
	Failed  // until the mechanic is done
)

// Machine is one station of the line. What is drawn from the seed never leaves the plant.
type Machine struct {
	Name    string
	Nominal float64 // bottles per hour at 100 %

	// Constants of this unit.
	JamSec    float64 // running time between jams at 100 %
	ClearSec  float64 // mean time to clear one
	JamPower  float64 // exponent of speed in the rate of jams
	FailSec   float64 // running time between failures
	RepairSec float64 // mean time to repair
	RejectPPM float64 // share of bottles thrown out
	IdleA     float64
	LoadA     float64 // current at 100 %, over idle
	RiseK     float64 // of the motor over the hall at 100 %

	// State.
	State    State
	Setpoint float64 // share of Nominal
	Speed    float64 // share of Nominal, with the ramp of the drive
	Halted   bool
	DownTill int64 // second at which a jam or failure ends
	JamIn    float64
	FailIn   float64 // running seconds until the next one
	Part     float64 // share of a bottle that is under way
	Good     int64
	Rejects  int64
	MotorC   float64
	Up       float64 // smoothed over an hour: share of time without jam and failure
	Pace     float64 // smoothed over an hour: output against nominal speed while up
	Rate     float64 // smoothed over a minute, bottles per hour
	Rand     chance.Stream
	Drift    chance.OU
	Sensors  site.Sensors
	TankPct  float64 // of the filler: product in its tank
	Filling  bool    // … while its valve is open
	line     *Line
}

// machineChannels are what every machine reports; the last one is its own: see extras.
var machineChannels = []site.Channel{
	{Name: "state"}, {Name: "setpoint", Decimals: 1}, {Name: "speed", Noise: 8, Drift: 500, Floor: true}, {Name: "motor_current", Decimals: 2, Noise: .12, Bias: .1, Drift: 2, Floor: true},
	{Name: "motor_temp", Decimals: 1, Noise: .15, Bias: .4, Drift: 6}, {Name: "bottles"}, {Name: "rejects"},
	{Name: "availability", Decimals: 1}, {Name: "performance", Decimals: 1}, {Name: "quality", Decimals: 2}, {Name: "oee", Decimals: 1},
}

// extras are the channels that only one machine has.
var extras = map[string][]site.Channel{
	"filler": {{Name: "fill_height", Decimals: 2, Noise: .5, Bias: .2, Drift: 3}, {Name: "tank_level", Decimals: 1, Noise: .3, Floor: true}},
	"capper": {{Name: "torque", Decimals: 3, Noise: .03, Bias: .02, Drift: .3, Floor: true}},
}

func (m *Machine) channels() []site.Channel {
	return append(machineChannels[:len(machineChannels):len(machineChannels)], extras[m.Name]...)
}

var driftKeep, driftKick = chance.OUStep(1, 900)

func newMachine(seed uint64, name string, nominal, jamSec, clearSec float64) *Machine {
	r := chance.New(seed, name)
	m := &Machine{Name: name, Nominal: nominal, JamSec: jamSec * r.Uniform(.85, 1.15), ClearSec: clearSec * r.Uniform(.9, 1.1), JamPower: r.Uniform(2, 3),
		FailSec: r.Uniform(9, 16) * 3600, RepairSec: r.Uniform(9, 18) * 60, RejectPPM: r.Uniform(300, 1800), IdleA: r.Uniform(2, 4), LoadA: r.Uniform(7, 13),
		RiseK: r.Uniform(24, 34), Setpoint: 1, State: Running, Speed: 1, MotorC: 45, Up: .97, Pace: .9, Rate: nominal * .85, Rand: r}
	m.JamIn, m.FailIn = r.Exp(m.JamSec), r.Exp(m.FailSec)
	if name == "filler" {
		m.TankPct = 72
	}
	m.Sensors = site.NewSensors(chance.New(seed, name+"/sensors"), m.channels())
	return m
}

// step lets the machine work for a second between two conveyors, either of which may be nil at an end of the line.
func (m *Machine) step(sec int64, in, out *Conveyor, hallC float64) {
	m.Drift.Step(driftKeep, driftKick, m.Rand)
	switch {
	case sec < m.DownTill:
		m.Speed = 0
	case m.Halted:
		m.State, m.Speed = Stopped, max(m.Speed-.25, 0)
	default:
		m.work(sec, in, out)
	}
	down := 0.0
	if m.State == Jammed || m.State == Failed {
		down = 1
	}
	m.Up += (1 - down - m.Up) / 3600
	steady := hallC + 4 + m.RiseK*m.Speed*m.Speed
	if m.Name == "labeller" {
		steady += 9 * m.Speed * m.line.labellerWear(sec)
	}
	m.MotorC += (steady - m.MotorC) / 1500
}

// work moves bottles, or says what hinders it.
func (m *Machine) work(sec int64, in, out *Conveyor) {
	target := m.Setpoint
	switch {
	case in != nil && in.Ready < 1 || in != nil && m.State == Starved && in.Ready < 12:
		m.State, target = Starved, .15 // creeps on, and goes on when a dozen bottles wait
	case out != nil && out.room() < 1 || out != nil && m.State == Blocked && out.room() < 12:
		m.State, target = Blocked, 0
	default:
		m.State = Running
	}
	m.Speed += min(max(target-m.Speed, -.35), .2)
	made := 0
	if m.State == Running {
		m.Part += m.Nominal * m.Speed * (1 + .01*m.Drift.X) / 3600
		n := int(m.Part)
		if in != nil {
			n = min(n, in.Ready)
		}
		if out != nil {
			n = min(n, out.room())
		}
		m.Part = min(m.Part-float64(n), 1)
		made = m.pass(n, in, out)
		m.wear(sec)
	}
	m.Pace += (float64(made)*3600/m.Nominal - m.Pace) / 3600
	m.Rate += (float64(made)*3600 - m.Rate) / 60
}

// pass moves n bottles on and returns how many were good.
func (m *Machine) pass(n int, in, out *Conveyor) int {
	if in != nil {
		in.Ready -= n
	}
	bad := 0
	for range n {
		if m.Rand.Float64() < m.RejectPPM*1e-6 {
			bad++
		}
	}
	m.Rejects += int64(bad)
	m.Good += int64(n - bad)
	if out != nil {
		out.put(n - bad)
	}
	return n - bad
}

// tank empties with what is filled; its valve opens at 55 % and closes at 85 %.
func (m *Machine) tank() {
	if m.TankPct < 55 {
		m.Filling = true
	}
	if m.TankPct > 85 {
		m.Filling = false
	}
	m.TankPct -= .05 * m.Speed
	if m.Filling {
		m.TankPct += .12
	}
}

// wear counts down to the next jam and failure.
func (m *Machine) wear(sec int64) {
	m.JamIn -= math.Pow(m.Speed, m.JamPower)
	m.FailIn -= m.Speed
	switch {
	case m.FailIn <= 0:
		m.State, m.DownTill = Failed, sec+int64(max(m.Rand.Exp(m.RepairSec), 90))
		m.FailIn = m.Rand.Exp(m.FailSec)
	case m.JamIn <= 0:
		m.State, m.DownTill = Jammed, sec+int64(max(m.Rand.Exp(m.ClearSec), 8))
		m.JamIn = m.Rand.Exp(m.JamSec)
	}
}

// currentA is what the drive takes.
func (m *Machine) currentA() float64 {
	if m.Halted && m.Speed == 0 {
		return 0
	}
	return m.IdleA + m.LoadA*m.Speed*(1+.04*m.Drift.X)
}

// Topic implements site.Device.
func (m *Machine) Topic() string { return m.Name }

// Plate implements site.Device.
func (m *Machine) Plate() site.Plate {
	names, decimals := site.Columns(m.channels())
	return site.Plate{Kind: m.Name, Serial: "BL", Firmware: "2.8.0", Channels: names, Decimals: decimals}
}

// Report implements site.Device.
func (m *Machine) Report(sec int64, r *site.Reading) {
	quality := 1.0
	if all := m.Good + m.Rejects; all > 0 {
		quality = float64(m.Good) / float64(all)
	}
	pace := 0.0
	if m.Up > .01 {
		pace = min(m.Pace/m.Up, 1.2)
	}
	truth := []float64{float64(m.State), m.Setpoint * 100, m.Speed * m.Nominal, m.currentA(), m.MotorC, float64(m.Good), float64(m.Rejects),
		m.Up * 100, pace * 100, quality * 100, m.Up * pace * quality * 100}
	switch m.Name {
	case "filler":
		truth = append(truth, 184+.6*m.Drift.X-4*max(m.Speed-1.05, 0), m.TankPct)
	case "capper":
		truth = append(truth, 1.75+.06*m.Drift.X)
	}
	m.Sensors.Read(m.channels(), truth, sec, r)
}

// Obey implements site.Device: speed in % of nominal, stop, start.
func (m *Machine) Obey(name string, value *float64) error {
	switch name {
	case "speed":
		v, err := site.Within(name, value, 40, 120)
		if err != nil {
			return err
		}
		if m.State == Failed {
			return errors.New("the machine has failed, the mechanic is at work")
		}
		m.Setpoint = v / 100
	case "stop":
		m.Halted = true
	case "start":
		m.Halted = false
	default:
		return fmt.Errorf("unknown command %.40q: known are speed, stop and start", name)
	}
	return nil
}

// Fault implements site.Device: of a channel, or of "drive", which fails at once or is repaired.
func (m *Machine) Fault(kind site.FaultKind, channel string, sec int64) error {
	if channel == "drive" {
		m.State, m.DownTill = Failed, sec+4*3600
		if kind == site.Clear {
			m.DownTill = sec
		}
		return nil
	}
	return m.Sensors.Fault(m.channels(), kind, channel, sec)
}
