package ui

import (
	"context"
	"sync"

	"github.com/orrery-twin/orrery/twin/project"
)

// filePlace is where a binding stands in the twin file: its first key, counted from 1. The zero one is none.
type filePlace struct{ line, column int }

// edited is the twin file after a change.
type edited struct {
	was     string // the text before
	text    string
	project *project.Project
	dirty   bool
	at      filePlace // of the binding that was added or changed
	old     project.BindingText
	err     error // the change was refused; text and project are what they were
}

// editJob is a change of the twin file, made on the lane.
type editJob struct {
	base *string // the text to begin from; nil: as it is
	slot string  // of the jobs that wait, the newest of a slot replaces the others; empty: none
	do   func(e *project.Edit, r *edited) error
	done func(r edited) // on the Fyne goroutine
}

// editWork changes the text of the twin file off the Fyne goroutine: after each change the whole file is read again.
type editWork struct {
	lane *lane
	open func() (*project.Edit, error)

	mu      sync.Mutex
	waiting []editJob
	results []func()

	edit *project.Edit // touched by the lane alone; nil before the first job
}

func newEditWork(open func() (*project.Edit, error)) *editWork {
	return &editWork{lane: newLane(), open: open}
}

// ask hands a job over.
func (w *editWork) ask(j editJob) {
	w.mu.Lock()
	if n := len(w.waiting); n > 0 && j.slot != "" && w.waiting[n-1].slot == j.slot {
		w.waiting[n-1] = j
	} else {
		w.waiting = append(w.waiting, j)
	}
	w.mu.Unlock()
	w.lane.ask(func(context.Context) func() {
		w.run()
		return w.deliver
	})
}

// busy reports whether a job waits, runs, or its result waits to be taken.
func (w *editWork) busy() bool { return w.lane.busy() }

// take hands out the results that have come.
func (w *editWork) take() bool { return w.lane.take() }

func (w *editWork) close() { w.lane.close() }

func (w *editWork) deliver() {
	w.mu.Lock()
	results := w.results
	w.results = nil
	w.mu.Unlock()
	for _, f := range results {
		f()
	}
}

// run does all jobs that wait.
func (w *editWork) run() {
	for {
		w.mu.Lock()
		if len(w.waiting) == 0 {
			w.mu.Unlock()
			return
		}
		j := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		r := w.one(j)
		w.mu.Lock()
		w.results = append(w.results, func() {
			if j.done != nil {
				j.done(r)
			}
		})
		w.mu.Unlock()
	}
}

func (w *editWork) one(j editJob) (r edited) {
	if w.edit == nil {
		e, err := w.open()
		if err != nil {
			r.err = err
			return r
		}
		w.edit = e
	}
	if j.base != nil {
		r.err = restore(w.edit, *j.base)
	}
	r.was = string(w.edit.Text())
	if r.err == nil && j.do != nil {
		r.err = j.do(w.edit, &r)
	}
	r.text, r.project, r.dirty = string(w.edit.Text()), w.edit.Project(), w.edit.Dirty()
	return r
}

// restore makes the text what it was at another moment, by the one piece that differs.
func restore(e *project.Edit, want string) error {
	now := string(e.Text())
	if now == want {
		return nil
	}
	return e.Apply(difference(now, want))
}

// difference is the piece in which two texts differ.
func difference(now, want string) project.Change {
	head := 0
	for head < len(now) && head < len(want) && now[head] == want[head] {
		head++
	}
	tail := 0
	for tail < len(now)-head && tail < len(want)-head && now[len(now)-1-tail] == want[len(want)-1-tail] {
		tail++
	}
	return project.Change{Offset: head, Old: now[head : len(now)-tail], New: want[head : len(want)-tail]}
}
