package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// document is what the app's probe tells of the window.
type document struct {
	FirstFrameMS int64              `json:"first_frame_ms"` // from the start of the app to the first live data in the 3D view, 0 before
	Mode         string             `json:"mode"`           // live, past, playing, future
	Cursor       time.Time          `json:"cursor"`
	Now          time.Time          `json:"now"`
	Selection    string             `json:"selection"` // path of the selected asset
	Eye          [3]float64         `json:"eye"`       // of the camera, metres
	Frames       uint64             `json:"frames"`    // drawn by the 3D view
	Generation   uint64             `json:"generation"`
	Presenter    string             `json:"presenter"`
	Scenario     scenario           `json:"scenario"`
	Widgets      map[string]rect    `json:"widgets"` // by name, pixels in the window
	Marks        map[string]float64 `json:"marks"`   // x of marks on the timeline, pixels in the window
	Values       map[string]float64 `json:"values"`  // shown values of the selected asset, display units
}

type scenario struct {
	Name     string             `json:"name"`
	Values   map[string]float64 `json:"values"`
	Members  int                `json:"members"`
	Runs     uint64             `json:"runs"` // results taken over since the start
	Failures []failure          `json:"failures"`
}

type failure struct {
	Asset  string    `json:"asset"`
	Median time.Time `json:"median"`
}

type point struct{ X, Y float64 }

func (p point) x() string { return strconv.Itoa(int(p.X)) }
func (p point) y() string { return strconv.Itoa(int(p.Y)) }

type rect struct{ X, Y, W, H float64 }

func (r rect) at(fx, fy float64) point { return point{r.X + r.W*fx, r.Y + r.H*fy} }

// ask reads one document.
func ask(ctx context.Context, socket string) (*document, error) {
	var dial net.Dialer
	conn, err := dial.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	var doc document
	if err := json.NewDecoder(io.LimitReader(conn, 1<<20)).Decode(&doc); err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	return &doc, nil
}

// wait asks until want holds or the time is over; what says what was waited for.
func wait(ctx context.Context, socket, what string, limit time.Duration, want func(*document) bool) (*document, error) {
	deadline := time.Now().Add(limit)
	var last *document
	for {
		if doc, err := ask(ctx, socket); err == nil {
			if last = doc; want(doc) {
				return doc, nil
			}
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			state, _ := json.Marshal(last)
			return last, fmt.Errorf("%s did not come true within %v; the app shows %.1500s", what, limit, state)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
