package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// maxCommand is the largest payload of a command.
const maxCommand = 4096

// command is an order to a device.
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

// answer obeys a payload and returns the acknowledgement.
func answer(d site.Device, payload []byte, now time.Time) ack {
	c, err := parseCommand(payload)
	if err == nil {
		err = d.Obey(c.Name, c.Value)
	}
	a := ack{ID: c.ID, TS: now.UnixMilli(), OK: err == nil, Value: c.Value}
	if err != nil {
		a.Reason = err.Error()
	}
	return a
}
