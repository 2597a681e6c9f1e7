package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
)

// maxCommand is the largest payload of a command.
const maxCommand = 4096

// command is an order to a turbine.
type command struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Value *float64 `json:"value"`
}

// ack is the answer.
type ack struct {
	ID     string   `json:"id"`
	TS     int64    `json:"ts"`
	OK     bool     `json:"ok"`
	Reason string   `json:"reason"`
	Value  *float64 `json:"value"`
}

// parseCommand reads a payload from outside.
func parseCommand(payload []byte) (command, error) {
	var c command
	if len(payload) > maxCommand {
		return c, fmt.Errorf("payload of %d bytes, %d are allowed", len(payload), maxCommand)
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	if err := dec.Decode(&c); err != nil {
		return c, errors.New("not a JSON object with id, name and value")
	}
	if c.ID == "" || len(c.ID) > 200 {
		return c, errors.New("a command needs an id of 1 to 200 bytes")
	}
	return c, nil
}

// obey carries a command out, or says why not.
func obey(t *windfarm.Turbine, c command) error {
	broken := t.State == windfarm.Tripped || t.State == windfarm.Service
	number := func(lo, hi float64) (float64, error) {
		if c.Value == nil || math.IsNaN(*c.Value) || *c.Value < lo || *c.Value > hi {
			return 0, fmt.Errorf("out of range: %s lies between %g and %g", c.Name, lo, hi)
		}
		return *c.Value, nil
	}
	switch c.Name {
	case "power_limit":
		v, err := number(10, 100)
		if err != nil {
			return err
		}
		if broken {
			return errors.New("the turbine is tripped or in service")
		}
		t.Limit = v / 100
	case "yaw":
		if c.Value == nil {
			t.YawHold = false
			return nil
		}
		v, err := number(0, 360)
		if err != nil {
			return err
		}
		if broken {
			return errors.New("the turbine is tripped or in service")
		}
		t.YawHold, t.YawTo = true, v
	case "stop":
		t.Halted = true
	case "start":
		if broken {
			return errors.New("the turbine is tripped or in service")
		}
		t.Halted = false
	default:
		return fmt.Errorf("unknown command %.40q: known are power_limit, yaw, stop and start", c.Name)
	}
	return nil
}

// answer obeys a payload and returns the acknowledgement.
func answer(t *windfarm.Turbine, payload []byte, now time.Time) ack {
	c, err := parseCommand(payload)
	if err == nil {
		err = obey(t, c)
	}
	a := ack{ID: c.ID, TS: now.UnixMilli(), OK: err == nil, Value: c.Value}
	if err != nil {
		a.Reason = err.Error()
	}
	return a
}
