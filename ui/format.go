package ui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/trend"
)

// number words a value of a signal without its unit: fixed decimals, thousands set apart, the name of a state.
func number(s *twin.Signal, si float64) string {
	switch {
	case math.IsNaN(si) || math.IsInf(si, 0):
		return "–"
	case s.Kind == twin.Enum:
		i := int(math.Round(si))
		if i >= 0 && i < len(s.States) {
			return s.States[i]
		}
		return fmt.Sprintf("state %d", i)
	case s.Kind == twin.Bool:
		if si >= 0.5 {
			return "on"
		}
		return "off"
	}
	return grouped(s.Unit.Format(si, s.Decimals))
}

// grouped sets thousands apart with a thin space from five digits on, so that 1121 stays one word.
func grouped(s string) string {
	sign := ""
	for _, mark := range []string{"−", "+"} {
		if rest, has := strings.CutPrefix(s, mark); has {
			sign, s = mark, rest
		}
	}
	whole, rest, _ := strings.Cut(s, ".")
	if rest != "" {
		rest = "." + rest
	}
	if len(whole) <= 4 {
		return sign + whole + rest
	}
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString("\u2009")
		}
		b.WriteRune(r)
	}
	return sign + b.String() + rest
}

// quantity words a value with its unit.
func quantity(s *twin.Signal, v twin.Value) string {
	if v.Quality.Class() == twin.BadClass {
		return "–"
	}
	out := number(s, v.Value)
	if s.Unit.Symbol != "" && s.Kind == twin.Number {
		out += " " + s.Unit.Symbol
	}
	return out
}

// span words a duration in one unit: "0.3 s", "12 s", "2 min", "3 h", "5 d".
func span(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// ago words how long ago something was: "3 min ago", "just now".
func ago(d time.Duration) string {
	if d < 5*time.Second {
		return "just now"
	}
	return span(d) + " ago"
}

// ahead words how far ahead something lies: "in 14 days", "in 6 h", "now".
func ahead(d time.Duration) string {
	switch {
	case d < 0:
		return ago(-d)
	case d < time.Minute:
		return "now"
	case d < 2*time.Hour:
		return fmt.Sprintf("in %d min", int(d.Minutes()+.5))
	case d < 48*time.Hour:
		return fmt.Sprintf("in %d h", int(d.Hours()+.5))
	}
	return fmt.Sprintf("in %d days", int(d.Hours()/24+.5))
}

// away words how far the cursor is from now, coarsely, so that it does not tick while the cursor rests: "+6 d 04:10",
// "−5 h 02 min", "−12 min", "−30 s".
func away(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "−", -d
	}
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%s%d d %02d:%02d", sign, h/24, h%24, m)
	case d >= time.Hour:
		return fmt.Sprintf("%s%d h %02d min", sign, h, m)
	case d >= time.Minute:
		return fmt.Sprintf("%s%d min", sign, m)
	}
	return fmt.Sprintf("%s%d s", sign, int(d.Seconds())/10*10)
}

// between words two days: "4 and 11 Dec", "28 Nov and 3 Dec"; two moments of one day carry the hour.
func between(a, b time.Time) string {
	switch {
	case a.Year() == b.Year() && a.YearDay() == b.YearDay():
		return a.Format("15:04") + " and " + b.Format("15:04, 2 Jan")
	case b.Sub(a) < 36*time.Hour:
		return a.Format("15:04, 2 Jan") + " and " + b.Format("15:04, 2 Jan")
	case a.Year() == b.Year() && a.Month() == b.Month():
		return a.Format("2") + " and " + b.Format("2 Jan")
	case a.Year() == b.Year():
		return a.Format("2 Jan") + " and " + b.Format("2 Jan")
	}
	return a.Format("2 Jan 2006") + " and " + b.Format("2 Jan 2006")
}

// size words bytes: "480 B", "212 MB", "1.4 GB".
func size(bytes int64) string {
	switch b := float64(bytes); {
	case b < 1e3:
		return fmt.Sprintf("%.0f B", b)
	case b < 1e6:
		return fmt.Sprintf("%.0f kB", b/1e3)
	case b < 1e9:
		return fmt.Sprintf("%.0f MB", b/1e6)
	case b < 1e10:
		return fmt.Sprintf("%.1f GB", b/1e9)
	default:
		return fmt.Sprintf("%.0f GB", b/1e9)
	}
}

// count words a number with its noun: "1 turbine", "6 turbines".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// signed words a difference with its sign: "+23", "−11.2".
func signed(v float64, decimals int) string {
	s := fmt.Sprintf("%.*f", decimals, math.Abs(v))
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + s
	}
	return "+" + s
}

// title words an asset with its nearest named parent, as the inspector heads it: "T03 / Gearbox".
func title(t *twin.Tree, id twin.AssetID) string { return trend.Title(t, id) }
