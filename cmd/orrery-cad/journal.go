//go:build occt && cgo

package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/assets/cad"
)

// journal writes JSON lines to the caller: progress ten times a second, warnings, and how it ended.
type journal struct {
	mu      sync.Mutex
	out     io.Writer
	started time.Time
	stage   cad.Stage
	since   time.Time
	times   []cad.Timing
	writing bool
	stop    chan struct{}
	last    cad.Message
}

func newJournal(out io.Writer) *journal {
	return &journal{out: out, started: time.Now(), since: time.Now(), stop: make(chan struct{})}
}

// watch begins to report progress.
func (j *journal) watch() {
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for k := 0; ; k++ {
			select {
			case <-j.stop:
				return
			case <-tick.C:
				j.look(k%5 == 0)
			}
		}
	}()
}

// look notes the stage that OpenCASCADE is in, and reports progress when it is told to or the stage is a new one.
func (j *journal) look(report bool) {
	p := progress()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.writing {
		p.Stage, p.Fraction = cad.Writing, -1
	}
	changed := j.enter(p.Stage)
	m := cad.Message{Stage: p.Stage, Fraction: p.Fraction, Triangles: p.Triangles}
	if p.Stage == "" || m == j.last || !report && !changed {
		return
	}
	j.last = m
	j.say(m)
}

// enter notes the time of the stage that ends.
func (j *journal) enter(s cad.Stage) bool {
	if s == j.stage {
		return false
	}
	now := time.Now()
	if j.stage != "" {
		j.times = append(j.times, cad.Timing{Stage: j.stage, Seconds: now.Sub(j.since).Seconds()})
	}
	j.stage, j.since = s, now
	return true
}

// write begins the last stage.
func (j *journal) write() {
	j.mu.Lock()
	j.writing = true
	j.mu.Unlock()
	j.look(true)
}

// finish ends the reports of progress and writes the last line.
func (j *journal) finish(r cad.Report) {
	close(j.stop)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.enter("")
	r.Times, r.Seconds = j.times, time.Since(j.started).Seconds()
	r.PeakMemory = peakMemory()
	j.say(cad.Message{Report: &r})
}

func (j *journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.say(cad.Message{Error: err.Error()})
}

// say writes one line; who reads it may be gone, which matters nothing.
func (j *journal) say(m cad.Message) {
	line, err := json.Marshal(m)
	if err != nil {
		return
	}
	_, _ = j.out.Write(append(line, '\n'))
}
