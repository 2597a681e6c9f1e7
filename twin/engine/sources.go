package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// NamedHealth is the health of one source.
type NamedHealth struct {
	Name string
	twin.Health
}

// sourceRun is a source with what the engine knows of it.
type sourceRun struct {
	source twin.Source
	shown  twin.LinkState // of the owner: as last recorded

	mu     sync.Mutex
	failed error
	since  time.Time
}

func (s *sourceRun) run(ctx context.Context, e *Engine) {
	err := s.source.Run(ctx, e)
	if err == nil {
		return
	}
	s.mu.Lock()
	s.failed, s.since = err, e.opts.Clock()
	s.mu.Unlock()
	e.Record(twin.Event{
		Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: "failed", Ref: s.source.Name(),
		Text: fmt.Sprintf("source %s does not work as it is set up: %v", s.source.Name(), err),
	})
}

// Health tells how the sources are doing, in the order of Options.
func (e *Engine) Health() []NamedHealth {
	out := make([]NamedHealth, 0, len(e.sources))
	for _, s := range e.sources {
		h := NamedHealth{s.source.Name(), s.source.Health()}
		s.mu.Lock()
		if s.failed != nil {
			h.State, h.Since, h.Detail = twin.Refused, s.since, s.failed.Error()
		}
		s.mu.Unlock()
		out = append(out, h)
	}
	return out
}

// watchSources records when a connection comes or goes.
func (e *Engine) watchSources(now time.Time) {
	for _, s := range e.sources {
		h := s.source.Health()
		if h.State == s.shown || h.State == twin.Idle || h.State == twin.Connecting {
			continue
		}
		s.shown = h.State
		text := fmt.Sprintf("source %s: %s", s.source.Name(), h.State)
		if h.Detail != "" {
			text += ": " + h.Detail
		}
		e.Record(twin.Event{
			Time: now, Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: h.State.String(),
			Ref: s.source.Name(), Text: text,
		})
	}
}
