package recording

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// clock reads time stamps. It tries the layout first that fitted last.
type clock struct{ last int }

var errTime = errors.New("no time")

// layouts of time stamps; those with a zone come first.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02", "2006/01/02 15:04:05.999999999",
	"02.01.2006 15:04:05.999999999", "02.01.2006 15:04", "02.01.2006", "02-Jan-2006 15:04:05.999999999", "2 Jan 2006 15:04:05.999999999"}

const zonedLayouts = 3

// parse returns a time in ns since 1970 and whether it names its zone. Plain numbers count s, ms, µs or ns since 1970,
// whichever gives a year that is near: a time in s has up to eleven digits until the year 5138.
func (c *clock) parse(text string, zone *time.Location) (ns int64, zoned bool, err error) {
	if text == "" || len(text) > 64 {
		return 0, false, errTime
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		ns, err := epoch(text, v)
		return ns, true, err
	}
	text = strings.Replace(text, ",", ".", 1) // ISO 8601 allows a decimal comma
	for i := range layouts {
		k := (c.last + i) % len(layouts)
		if at, err := time.ParseInLocation(layouts[k], text, zone); err == nil {
			c.last = k
			if at.Year() < 1678 || at.Year() > 2261 { // beyond what nanoseconds reach
				return 0, false, errTime
			}
			return at.UnixNano(), k < zonedLayouts, nil
		}
	}
	return 0, false, errTime
}

// epoch reads a count since 1970; whole numbers keep all their digits.
func epoch(text string, v float64) (int64, error) {
	unit := int64(1)
	switch a := math.Abs(v); {
	case a < 1e11:
		unit = 1e9
	case a < 1e14:
		unit = 1e6
	case a < 1e17:
		unit = 1e3
	case !(a < math.MaxInt64):
		return 0, errTime
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n * unit, nil
	}
	whole, part := math.Modf(v)
	return int64(whole)*unit + int64(math.Round(part*float64(unit))), nil
}
