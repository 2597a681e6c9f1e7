package timeline

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxMomentText bounds the text of a moment, in bytes.
const maxMomentText = 64

// errMoment says what ParseMoment understands.
var errMoment = errors.New(`write a time such as "14:30", "20 Nov 14:30", "2026-11-20 14:30", "yesterday 8:00", "-48h", "+2d" or "now"`)

// Layouts of a moment. Those without a year are of the year that brings them nearest to now.
var (
	withYear    = []string{time.RFC3339Nano, "2006-1-2T15:04:05", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006", "2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006"}
	withoutYear = []string{"2 Jan 15:04:05", "2 Jan 15:04", "2 Jan", "Jan 2 15:04", "Jan 2"}
	ofDay       = []string{"15:04:05", "15:04"}
)

// ParseMoment reads what a person writes for a moment, in a zone: a time of today ("14:30"), a date with or without year
// and time, "today", "yesterday" or "tomorrow" with a time, "now", or a distance from now ("-48h", "+2d 6h", "-90m").
func ParseMoment(text string, now time.Time, zone *time.Location) (time.Time, error) {
	s := strings.Join(strings.Fields(text), " ")
	if s == "" || len(s) > maxMomentText {
		return time.Time{}, errMoment
	}
	if strings.EqualFold(s, "now") {
		return now, nil
	}
	if s[0] == '+' || s[0] == '-' || strings.HasPrefix(s, "−") {
		d, err := ParseDistance(s)
		return now.Add(d), err
	}
	for _, layout := range withYear {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, nil
		}
	}
	for _, layout := range withoutYear {
		if at, err := time.ParseInLocation("2006 "+layout, strconv.Itoa(now.In(zone).Year())+" "+s, zone); err == nil {
			return nearestYear(at, now), nil
		}
	}
	return onDay(s, now.In(zone))
}

// nearestYear moves a time by a year when that brings it nearer to now: "28 Dec" in January is of the year before.
func nearestYear(at, now time.Time) time.Time {
	for _, years := range []int{-1, 1} {
		if other := at.AddDate(years, 0, 0); other.Sub(now).Abs() < at.Sub(now).Abs() {
			at = other
		}
	}
	return at
}

// onDay reads a time of day, with or without a word for the day.
func onDay(s string, now time.Time) (time.Time, error) {
	days := 0
	word, clock, _ := strings.Cut(s, " ")
	switch strings.ToLower(word) {
	case "today":
	case "yesterday":
		days = -1
	case "tomorrow":
		days = 1
	default:
		clock = s
	}
	year, month, day := now.Date()
	if clock == "" {
		return time.Date(year, month, day+days, 0, 0, 0, 0, now.Location()), nil
	}
	for _, layout := range ofDay {
		if c, err := time.Parse(layout, clock); err == nil {
			return time.Date(year, month, day+days, c.Hour(), c.Minute(), c.Second(), 0, now.Location()), nil
		}
	}
	return time.Time{}, errMoment
}

// maxDistance is the longest distance that ParseDistance gives: a hundred years.
const maxDistance = 100 * 365 * 24 * time.Hour

// ParseDistance reads a span of time with its sign: "-48h", "+2d 6h", "−1w", "90m", "1h30m". Units are w, d, h, m, s and ms.
func ParseDistance(text string) (time.Duration, error) {
	s := strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	sign := 1.0
	if rest, ok := strings.CutPrefix(strings.Replace(s, "−", "-", 1), "-"); ok {
		sign, s = -1, rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	if s == "" || len(text) > maxMomentText {
		return 0, errMoment
	}
	total := 0.0
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n <= 0 {
			return 0, errMoment
		}
		value, err := strconv.ParseFloat(s[:n], 64)
		if err != nil {
			return 0, errMoment
		}
		s = s[n:]
		n = strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' })
		if n < 0 {
			n = len(s)
		}
		unit, ok := units[s[:n]]
		if !ok {
			return 0, errMoment
		}
		total += value * float64(unit)
		s = s[n:]
	}
	if total > float64(maxDistance) {
		return 0, fmt.Errorf("%s is more than a hundred years", text)
	}
	return time.Duration(math.Round(sign * total)), nil
}

var units = map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "min": time.Minute, "s": time.Second, "ms": time.Millisecond}
