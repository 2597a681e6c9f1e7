package traffic

import "math"

// Driver are the parameters of a driver: car following by the Intelligent Driver Model (Treiber, Hennecke, Helbing 2000)
// and lane changes by MOBIL (Kesting, Treiber, Helbing 2007).
type Driver struct {
	Headway    float64 // s, time gap T to the vehicle ahead
	Gap        float64 // m, least gap s0 when standing
	Accelerate float64 // m/s², a
	Brake      float64 // m/s², comfortable b
	Length     float64 // m, of the vehicle
	Politeness float64 // how much the loss of others counts, p of MOBIL
	Threshold  float64 // m/s², gain below which nobody changes lane
	Safe       float64 // m/s², most braking that a lane change may force on others
	Critical   float64 // s, least gap in traffic with priority that is accepted
}

// Usual is the driver of cities (Treiber, Kesting: Traffic Flow Dynamics, 2013, tables 11.2 and 14.1; the critical gap
// is that of the Highway Capacity Manual for a crossing from a minor street, 6.5 s, less the time to arrive there).
var Usual = Driver{Headway: 1.2, Gap: 2, Accelerate: 1.5, Brake: 2, Length: 4.5, Politeness: .2, Threshold: .1, Safe: 3, Critical: 4}

// Acceleration is that of the IDM, m/s²: at a speed, closing in at some m/s on what is gap metres ahead, with a desired
// speed.
func (d *Driver) Acceleration(speed, closing, gap, desired float64) float64 {
	return d.follow(speed, closing, gap, desired, 1/(2*math.Sqrt(d.Accelerate*d.Brake)))
}

func (d *Driver) follow(speed, closing, gap, desired, soft float64) float64 {
	r := speed / desired
	r *= r
	s := d.Gap + max(0, speed*d.Headway+speed*closing*soft)
	q := s / max(gap, .1)
	return d.Accelerate * (1 - r*r - q*q)
}

// Equilibrium is the gap at which a column drives on at one speed, m; infinite from the desired speed on.
func (d *Driver) Equilibrium(speed, desired float64) float64 {
	r := speed / desired
	if r >= 1 {
		return math.Inf(1)
	}
	return (d.Gap + speed*d.Headway) / math.Sqrt(1-r*r*r*r)
}

// chance is a number of [0, 1) that depends on nothing but its keys (SplitMix64 of Steele, Lea, Flood 2014): the same
// trip of two runs makes the same choices, whatever else happens in them.
func chance(seed, stream, count uint64) float64 {
	x := seed*0x9e3779b97f4a7c15 ^ stream*0xd1b54a32d192ed03 ^ count*0x8cb92ba72f3d8dd7
	for range 2 {
		x += 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return float64(x>>11) / (1 << 53)
}
