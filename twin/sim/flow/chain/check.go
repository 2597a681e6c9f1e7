package chain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Limits of a model.
const (
	maxPorts  = 200
	maxShips  = 2_000
	maxPoints = 5_000
	maxCalls  = 100 // of a rotation
	maxDemand = 5_000
	maxExtra  = 100
)

// checker looks for what is wrong with a model.
type checker struct {
	reader
	m     *Model
	names map[string]string // name → place where it was first
}

// Check says what is wrong with a model, as sim.Faults; nil if it can run.
func (m *Model) Check() error {
	c := &checker{m: m, names: map[string]string{}}
	c.sizes()
	if len(c.faults) > 0 {
		return c.faults
	}
	for i := range m.Ports {
		c.port(fmt.Sprintf("ports[%d]", i), &m.Ports[i])
	}
	for i, p := range m.Points {
		place := fmt.Sprintf("points[%d]", i)
		c.name(place+".name", p.Name)
		c.at(place+".at", p.At, true)
	}
	for i, lane := range m.Lanes {
		place := fmt.Sprintf("lanes[%d]", i)
		if len(lane) < 2 || len(lane) > maxPoints {
			c.fault(place, "name two points or ports at least", "it leads nowhere")
		}
		for j, name := range lane {
			c.refer(fmt.Sprintf("%s[%d]", place, j), "point or port", name, append(names(m.Points, pointName), names(m.Ports, portName)...))
		}
	}
	for i := range m.Classes {
		c.class(fmt.Sprintf("classes[%d]", i), &m.Classes[i])
	}
	for i := range m.Services {
		c.service(fmt.Sprintf("services[%d]", i), &m.Services[i])
	}
	for i := range m.Ships {
		c.ship(fmt.Sprintf("ships[%d]", i), &m.Ships[i])
	}
	c.cargo()
	for i := range m.Storms {
		c.storm(fmt.Sprintf("storms[%d]", i), &m.Storms[i])
	}
	c.general()
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

func (c *checker) sizes() {
	m := c.m
	if len(m.Ports) == 0 {
		c.fault("ports", "declare one port at least", "there are none")
	}
	for _, x := range []struct {
		place   string
		n, most int
	}{{"ports", len(m.Ports), maxPorts}, {"places", len(m.Places), maxPorts}, {"points", len(m.Points), maxPoints}, {"lanes", len(m.Lanes), maxPoints}, {"classes", len(m.Classes), maxPorts},
		{"services", len(m.Services), maxPorts}, {"ships", len(m.Ships), maxShips}, {"links", len(m.Links), maxDemand}, {"demand", len(m.Demand), maxDemand}, {"storms", len(m.Storms), maxPorts}} {
		if x.n > x.most {
			c.fault(x.place, "split the model", "there are more than %d", x.most)
		}
	}
}

func (c *checker) port(place string, p *Port) {
	c.name(place+".name", p.Name)
	c.at(place+".at", p.At, true)
	c.between(place+".berths", float64(p.Berths), 1, 1000, "berths")
	if !p.Stay.Given() {
		c.between(place+".cranes", float64(p.Cranes), 1, 1000, "cranes, or a stay instead")
		c.between(place+".cranes_per_ship", float64(p.CranesPerShip), 0, 100, "cranes")
		c.between(place+".crane_moves_per_h", p.CraneRate, 1, 200, "moves an hour, usual are 20 to 35")
	}
	c.between(place+".depth", float64(p.Depth), 0, 100, "m")
	c.between(place+".yard_teu", float64(p.YardTEU), 0, 1e7, "TEU")
	c.between(place+".crane_wind", float64(p.CraneWind), 0, 200, "m/s")
	c.between(place+".close_wind", float64(p.CloseWind), 0, 200, "m/s")
	c.between(place+".closed_from", float64(p.ClosedFrom), 0, maxSpanSec, "s")
	c.between(place+".patience", float64(p.Patience), 0, maxSpanSec, "s")
	c.span(place+".closed_for", p.ClosedFor.Mean())
	c.span(place+".dwell", p.Dwell.Mean())
	c.span(place+".stay", p.Stay.Mean())
	c.span(place+".other_stay", p.OtherStay.Mean())
	if p.OtherInterval.Given() != p.OtherStay.Given() {
		c.fault(place+".other_interval", "give both, or none", "other_interval and other_stay go together")
	}
	if p.OtherInterval.Given() && p.OtherInterval.Mean() < 60 {
		c.fault(place+".other_interval", "give a minute or more, such as exponential(8 h)", "other ships come every %.3g s", p.OtherInterval.Mean())
	}
	c.money(place, map[string]float64{"call_usd": p.CallUSD, "teu_usd": p.MoveUSD, "storage_usd_per_teu_day": p.StorageUSD})
	if p.Divert != "" {
		c.refer(place+".divert", "port", p.Divert, names(c.m.Ports, portName))
		if p.Divert == p.Name {
			c.fault(place+".divert", "name another port, or leave it out", "a port cannot stand in for itself")
		}
	}
}

func (c *checker) class(place string, x *Class) {
	c.name(place+".name", x.Name)
	c.between(place+".teu", float64(x.TEU), 1, 100_000, "TEU")
	c.between(place+".speed", float64(x.Speed), .5, 30, "m/s, such as 22 kn")
	c.between(place+".fuel_t_per_day", x.FuelTD, 0, 2000, "t a day")
	c.between(place+".aux_t_per_day", x.AuxTD, 0, 500, "t a day")
	c.between(place+".draught", float64(x.Draught), 0, 50, "m")
	c.between(place+".displacement_m3", x.Displaced, 0, 1e6, "m³")
	c.money(place, map[string]float64{"charter_usd_per_day": x.Charter})
}

func (c *checker) service(place string, s *Service) {
	c.name(place+".name", s.Name)
	if len(s.Rotation) < 2 || len(s.Rotation) > maxCalls {
		c.fault(place+".rotation", fmt.Sprintf("name 2 to %d ports in the order of the round", maxCalls), "a round of %d calls", len(s.Rotation))
		return
	}
	for i, p := range s.Rotation {
		c.refer(fmt.Sprintf("%s.rotation[%d]", place, i), "port", p, names(c.m.Ports, portName))
		if p == s.Rotation[(i+1)%len(s.Rotation)] {
			c.fault(fmt.Sprintf("%s.rotation[%d]", place, i), "leave one out: the last port leads to the first", "%s follows itself", clip(p))
		}
	}
	c.between(place+".speed", float64(s.Speed), 0, 30, "m/s")
	c.between(place+".extra", float64(s.Extra), 0, maxExtra, "ships")
	if s.Class != "" || s.Extra > 0 {
		c.refer(place+".class", "class", s.Class, names(c.m.Classes, func(x *Class) string { return x.Name }))
	}
}

func (c *checker) ship(place string, s *Ship) {
	c.name(place+".name", s.Name)
	c.refer(place+".class", "class", s.Class, names(c.m.Classes, func(x *Class) string { return x.Name }))
	c.refer(place+".service", "service", s.Service, names(c.m.Services, func(x *Service) string { return x.Name }))
	if s.Speed != 0 {
		c.between(place+".speed", float64(s.Speed), .5, 30, "m/s, such as 18 kn")
	}
	if s.Divert != "" {
		c.refer(place+".divert", "port", s.Divert, names(c.m.Ports, portName))
	}
}

func (c *checker) cargo() {
	for i, p := range c.m.Places {
		c.name(fmt.Sprintf("places[%d].name", i), p.Name)
	}
	ends := append(names(c.m.Ports, portName), names(c.m.Places, func(p *Place) string { return p.Name })...)
	for i, l := range c.m.Links {
		place := fmt.Sprintf("links[%d]", i)
		c.refer(place+".from", "port or place", l.From, ends)
		c.refer(place+".to", "port or place", l.To, ends)
		if l.From == l.To {
			c.fault(place+".to", "name another end", "it leads from %s to itself", clip(l.From))
		}
		if !l.Time.Given() {
			c.fault(place+".time", "give a time such as 12 h", "there is none")
		}
		c.span(place+".time", l.Time.Mean())
		c.money(place, map[string]float64{"teu_usd": l.USD})
	}
	for i, d := range c.m.Demand {
		place := fmt.Sprintf("demand[%d]", i)
		c.refer(place+".from", "port or place", d.From, ends)
		c.refer(place+".to", "port or place", d.To, ends)
		if d.From == d.To {
			c.fault(place+".to", "name another end", "it leads from %s to itself", clip(d.From))
		}
		c.between(place+".teu_per_week", d.TEU, 0, 1e6, "TEU a week")
	}
}

func (c *checker) storm(place string, s *Storm) {
	c.name(place+".name", s.Name)
	c.at(place+".at", s.At, s.Live == StormLive{})
	c.between(place+".wind", float64(s.Wind), 0, 150, "m/s")
	c.between(place+".radius", float64(s.Radius), 0, 5e6, "m")
	c.between(place+".speed", float64(s.Speed), 0, 50, "m/s")
	c.between(place+".heading_deg", s.Heading, -360, 360, "degrees")
	c.between(place+".speed_scatter", float64(s.SpeedScatter), 0, 1, "of the speed")
	c.between(place+".heading_scatter_deg", s.HeadingScatter, 0, 180, "degrees")
	c.between(place+".fade", float64(s.Fade), 3600, maxSpanSec, "s, the time in which its wind falls to a third, such as 3 d")
	if len(s.At) > 0 && (s.Wind <= 0 || s.Radius < 1000) {
		c.fault(place+".wind", "give the strongest wind and the radius of gale", "a storm that has a place has no wind or no radius")
	}
}

func (c *checker) general() {
	p, s := c.m.Prices, c.m.Settings
	c.money("prices", map[string]float64{"fuel_usd_per_t": p.FuelUSD, "delay_usd_per_teu_day": p.DelayUSD})
	c.between("prices.teu_per_move", p.TEUPerMove, 0, 2, "TEU, 1 to 2")
	c.between("settings.horizon", float64(s.Horizon), 0, maxSpanSec, "s")
	c.between("settings.warmup", float64(s.Warmup), 0, maxSpanSec, "s")
	c.between("settings.runs", float64(s.Runs), 0, maxRuns, "runs")
	c.between("settings.notice", float64(s.Notice), 0, maxSpanSec, "s")
	c.between("settings.sea_margin", float64(s.SeaMargin), 0, .5, "of the speed")
	c.between("settings.wind", float64(s.Wind), 0, 60, "m/s")
}

// name checks a name; all names of a model differ.
func (c *checker) name(place, name string) {
	if name == "" || len(name) > 100 || strings.ContainsAny(name, " .=\t\n\"") {
		c.fault(place, "use letters, digits, - and _", "%q cannot be a name", clip(name))
		return
	}
	if first, twice := c.names[name]; twice {
		c.fault(place, "give each thing a name of its own", "%s stands for %s already", clip(name), first)
	}
	c.names[name] = place
}

func (c *checker) at(place string, at []float64, must bool) {
	if len(at) == 0 && !must {
		return
	}
	if len(at) != 2 || !(math.Abs(at[0]) <= 90) || !(math.Abs(at[1]) <= 180) {
		c.fault(place, "give [latitude, longitude] in degrees, north and east positive", "it is no place on the earth")
	}
}

func (c *checker) between(place string, v, least, most float64, unit string) {
	if !(v >= least && v <= most) {
		c.fault(place, fmt.Sprintf("give %g to %g %s", least, most, unit), "%.6g is out of range", v)
	}
}

func (c *checker) span(place string, sec float64) {
	if !(sec <= maxSpanSec) {
		c.fault(place, "give less than ten years", "%.3g s is too long", sec)
	}
}

func (c *checker) money(place string, usd map[string]float64) {
	for _, key := range sorted(usd) {
		c.between(place+"."+key, usd[key], 0, 1e9, "USD")
	}
}

func (c *checker) refer(place, what, name string, known []string) {
	if !slices.Contains(known, name) {
		c.fault(place, near(name, known), "there is no %s %q", what, clip(name))
	}
}

// near is a remedy: the known names, the likeliest first.
func near(name string, known []string) string {
	if len(known) == 0 {
		return "declare it first"
	}
	known = slices.Clone(known)
	slices.SortStableFunc(known, func(a, b string) int { return cmp.Compare(apart(name, a), apart(name, b)) })
	known = slices.Compact(known)
	return "use one that there is: " + strings.Join(known[:min(6, len(known))], ", ")
}

// apart is the edit distance of two names (Levenshtein), of their first 40 letters.
func apart(a, b string) int {
	x, y := []rune(clip(a)), []rune(clip(b))
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			keep := diagonal
			if x[i] != y[j] {
				keep++
			}
			diagonal = row[j+1]
			row[j+1] = min(keep, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

func portName(p *Port) string   { return p.Name }
func pointName(p *Point) string { return p.Name }

func names[T any](list []T, name func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = name(&list[i])
	}
	return out
}
