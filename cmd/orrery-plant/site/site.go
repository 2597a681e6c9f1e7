package site

import (
	"fmt"
	"math"
	"time"
)

// Site is an emulated plant.
type Site interface {
	Now() time.Time
	Second() int64              // since the epoch of the plant
	SecondAt(t time.Time) int64 // of the epoch
	Advance(toSec int64)        // second by second; nothing when that is past
	Devices() []Device          // always the same, in the same order
	Save() ([]byte, error)      // the hidden state as JSON
}

// Device is what speaks for a part of the plant: a controller with a topic of its own.
type Device interface {
	Topic() string // below the prefix of the plant: "T03", "machines/filler"
	Plate() Plate
	Report(sec int64, r *Reading)
	Obey(name string, value *float64) error
	Fault(kind FaultKind, channel string, sec int64) error
}

// Plate is what a device says of itself when it comes online.
type Plate struct {
	Kind, Serial, Firmware string
	Channels               []string // keys of its telemetry
	Decimals               []int    // by channel: digits after the point
}

// Reading is what the sensors of a device say at one moment, by channel.
type Reading struct {
	Value   []float64
	Missing []bool // the sensor dropped out
	Null    []bool // the sensor is broken and says so
}

// Clock counts the seconds of a plant since its epoch.
type Clock struct {
	Epoch time.Time
	Sec   int64
}

// Now is the time that the plant stands at.
func (c *Clock) Now() time.Time { return c.Epoch.Add(time.Duration(c.Sec) * time.Second) }

// Second implements Site.
func (c *Clock) Second() int64 { return c.Sec }

// SecondAt is the second of the epoch at a time.
func (c *Clock) SecondAt(t time.Time) int64 { return int64(t.Sub(c.Epoch) / time.Second) }

// Within returns the value of a command, which must lie between two ends.
func Within(name string, value *float64, lo, hi float64) (float64, error) {
	if value == nil || math.IsNaN(*value) || *value < lo || *value > hi {
		return 0, fmt.Errorf("out of range: %s lies between %g and %g", name, lo, hi)
	}
	return *value, nil
}
