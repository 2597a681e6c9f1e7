package twin

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Unit is a unit of measure: SI = value·Scale + Offset. The zero value is "no unit", the identity.
type Unit struct {
	Symbol    string  // as shown: "°C"; empty for a pure number
	Dimension string  // what it measures: "temperature"; units of one dimension convert into each other
	Scale     float64 // 0 is read as 1
	Offset    float64
}

// Factors from the SI brochure (BIPM, 9th edition) and its tables of non-SI units.
var units = map[string]Unit{
	"":      {},
	"1":     {Dimension: "number", Scale: 1},
	"%":     {Symbol: "%", Dimension: "number", Scale: 0.01},
	"m":     {Symbol: "m", Dimension: "length", Scale: 1},
	"mm":    {Symbol: "mm", Dimension: "length", Scale: 1e-3},
	"km":    {Symbol: "km", Dimension: "length", Scale: 1e3},
	"m/s":   {Symbol: "m/s", Dimension: "speed", Scale: 1},
	"mm/s":  {Symbol: "mm/s", Dimension: "speed", Scale: 1e-3},
	"km/h":  {Symbol: "km/h", Dimension: "speed", Scale: 1 / 3.6},
	"kn":    {Symbol: "kn", Dimension: "speed", Scale: 1852.0 / 3600},
	"m/s²":  {Symbol: "m/s²", Dimension: "acceleration", Scale: 1},
	"g":     {Symbol: "g", Dimension: "acceleration", Scale: 9.80665},
	"s":     {Symbol: "s", Dimension: "time", Scale: 1},
	"min":   {Symbol: "min", Dimension: "time", Scale: 60},
	"h":     {Symbol: "h", Dimension: "time", Scale: 3600},
	"d":     {Symbol: "d", Dimension: "time", Scale: 86400},
	"K":     {Symbol: "K", Dimension: "temperature", Scale: 1},
	"°C":    {Symbol: "°C", Dimension: "temperature", Scale: 1, Offset: 273.15},
	"°F":    {Symbol: "°F", Dimension: "temperature", Scale: 5.0 / 9, Offset: 459.67 * 5 / 9},
	"rad":   {Symbol: "rad", Dimension: "angle", Scale: 1},
	"°":     {Symbol: "°", Dimension: "angle", Scale: math.Pi / 180},
	"rad/s": {Symbol: "rad/s", Dimension: "angular speed", Scale: 1},
	"rpm":   {Symbol: "rpm", Dimension: "angular speed", Scale: 2 * math.Pi / 60},
	"W":     {Symbol: "W", Dimension: "power", Scale: 1},
	"kW":    {Symbol: "kW", Dimension: "power", Scale: 1e3},
	"MW":    {Symbol: "MW", Dimension: "power", Scale: 1e6},
	"J":     {Symbol: "J", Dimension: "energy", Scale: 1},
	"kWh":   {Symbol: "kWh", Dimension: "energy", Scale: 3.6e6},
	"MWh":   {Symbol: "MWh", Dimension: "energy", Scale: 3.6e9},
	"Pa":    {Symbol: "Pa", Dimension: "pressure", Scale: 1},
	"kPa":   {Symbol: "kPa", Dimension: "pressure", Scale: 1e3},
	"bar":   {Symbol: "bar", Dimension: "pressure", Scale: 1e5},
	"N·m":   {Symbol: "N·m", Dimension: "torque", Scale: 1},
	"kN·m":  {Symbol: "kN·m", Dimension: "torque", Scale: 1e3},
	"A":     {Symbol: "A", Dimension: "current", Scale: 1},
	"V":     {Symbol: "V", Dimension: "voltage", Scale: 1},
	"Hz":    {Symbol: "Hz", Dimension: "frequency", Scale: 1},
	"kg":    {Symbol: "kg", Dimension: "mass", Scale: 1},
	"t":     {Symbol: "t", Dimension: "mass", Scale: 1e3},
	"m³":    {Symbol: "m³", Dimension: "volume", Scale: 1},
	"m³/h":  {Symbol: "m³/h", Dimension: "volume flow", Scale: 1.0 / 3600},
}

var unitAliases = map[string]string{
	"degC": "°C", "C": "°C", "degF": "°F", "deg": "°", "percent": "%", "1/min": "rpm", "Nm": "N·m", "kNm": "kN·m",
	"m3": "m³", "m3/h": "m³/h", "m/s2": "m/s²",
}

// ParseUnit returns the unit with this symbol. The error of an unknown one names the symbols that come near.
func ParseUnit(symbol string) (Unit, error) {
	if alias, ok := unitAliases[symbol]; ok {
		symbol = alias
	}
	if u, ok := units[symbol]; ok {
		return u, nil
	}
	return Unit{}, fmt.Errorf("unknown unit %q, known ones are %s", symbol, strings.Join(UnitSymbols(), " "))
}

// UnitSymbols lists the symbols that ParseUnit knows, sorted.
func UnitSymbols() []string {
	out := make([]string, 0, len(units))
	for s := range units {
		if s != "" {
			out = append(out, s)
		}
	}
	sort.Strings(out)
	return out
}

// SI converts a value in this unit to SI.
func (u Unit) SI(v float64) float64 { return v*u.scale() + u.Offset }

// FromSI converts an SI value to this unit.
func (u Unit) FromSI(si float64) float64 { return (si - u.Offset) / u.scale() }

// Span converts an SI difference to this unit: no offset.
func (u Unit) Span(si float64) float64 { return si / u.scale() }

// Format prints an SI value in this unit with fixed decimals, a minus sign and no unit.
func (u Unit) Format(si float64, decimals int) string {
	s := strconv.FormatFloat(u.FromSI(si), 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

func (u Unit) scale() float64 {
	if u.Scale == 0 {
		return 1
	}
	return u.Scale
}
