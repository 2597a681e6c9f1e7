package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Task is a question as the payload of a job: all that a machine must know that has the same model.
type Task struct {
	Study   string       `json:"study,omitempty"` // which of the twin's; empty: the only one that the worker has
	Changes []sim.Change `json:"changes,omitempty"`
	Now     time.Time    `json:"now,omitzero"`
	Horizon Seconds      `json:"horizon_s,omitempty"`
	Runs    int          `json:"runs,omitempty"`
	Seed    uint64       `json:"seed,omitempty"`
}

// Seconds is a duration in JSON.
type Seconds float64

// Duration is the same as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Caps on a task, which may come from another machine.
const (
	maxTask    = 1 << 20 // bytes
	maxChanges = 1000
	maxRuns    = 1_000_000
	maxSpan    = 20 * 365 * 24 * time.Hour
)

// Encode is the payload of a task.
func (t Task) Encode() []byte {
	b, err := json.Marshal(t)
	if err != nil { // a time beyond the year 9999
		panic(fmt.Sprintf("scenario: task: %v", err))
	}
	return b
}

// DecodeTask reads the payload of a job.
func DecodeTask(payload []byte) (t Task, err error) {
	if len(payload) > maxTask {
		return t, fmt.Errorf("scenario: task: %d bytes, %d are the most", len(payload), maxTask)
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return t, fmt.Errorf("scenario: task: %w: bring both machines to one version", err)
	}
	switch {
	case len(t.Changes) > maxChanges:
		return t, fmt.Errorf("scenario: task: %d changes, %d are the most", len(t.Changes), maxChanges)
	case t.Runs < 0 || t.Runs > maxRuns:
		return t, fmt.Errorf("scenario: task: %d runs: give 1 to %d, or 0 for what the model takes", t.Runs, maxRuns)
	case t.Horizon < 0 || float64(t.Horizon) > maxSpan.Seconds():
		return t, fmt.Errorf("scenario: task: a horizon of %g s: give at most %.0f", float64(t.Horizon), maxSpan.Seconds())
	}
	for _, c := range t.Changes {
		if c.Field == "" || c.Value == "" || len(c.Field)+len(c.Value) > 8192 || strings.ContainsFunc(c.Field+c.Value, unicode.IsControl) {
			return t, fmt.Errorf("scenario: task: a change that is no line of text")
		}
	}
	return t, nil
}

// Question is the task as a study takes it: the plant begins empty, for a snapshot does not travel.
func (t Task) Question() sim.Question {
	return sim.Question{Changes: t.Changes, Now: t.Now, Horizon: t.Horizon.Duration(), Runs: t.Runs, Seed: t.Seed}
}

// StudyWork answers tasks with studies, by name. Its results are read with DecodeOutcome.
func StudyWork(studies map[string]sim.Study) Work {
	return func(ctx context.Context, j Job) ([]byte, error) {
		t, err := DecodeTask(j.Payload)
		if err != nil {
			return nil, err
		}
		s, ok := studies[t.Study]
		if t.Study == "" && len(studies) == 1 {
			for _, s = range studies {
				ok = true
			}
		}
		if !ok {
			return nil, fmt.Errorf("scenario: there is no study %q here: compare the twin files of both machines", t.Study)
		}
		a, err := s.Answer(ctx, t.Question())
		if err != nil {
			return nil, err
		}
		return OutcomeOf(a).Encode(), nil
	}
}
