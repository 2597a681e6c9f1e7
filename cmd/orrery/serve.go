package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

func serveCommand() *cobra.Command {
	var data, listen string
	var demo, asJSON bool
	var share cluster
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "serve TWIN",
		Short: "Run a twin without a window: ingest, history, alarms",
		Args: func(_ *cobra.Command, args []string) error {
			if demo && len(args) == 0 || !demo && len(args) == 1 {
				return nil
			}
			return fmt.Errorf("name one twin file, or use --demo")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if demo {
				return serveDemo(ctx, every, asJSON)
			}
			p, err := project.Load(args[0])
			if err != nil {
				return err
			}
			s, err := openStation(ctx, p, stationOptions{data: data, listen: listen, share: share})
			if err != nil {
				return err
			}
			return serve(ctx, s, every, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "folder of history and journal; default: .orrery in the twin's folder")
	cmd.Flags().StringVar(&listen, "listen", "", "address of the embedded broker instead of the twin file's")
	share.flags(cmd, "send samples to this Prometheus-compatible cluster, too; what it misses waits on disk")
	cmd.Flags().BoolVar(&demo, "demo", false, "serve the demo wind farm with its plant")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print figures as JSON lines")
	cmd.Flags().DurationVar(&every, "every", 10*time.Second, "how often figures are printed")
	return cmd
}

func serveDemo(ctx context.Context, every time.Duration, asJSON bool) error {
	site, err := newDemoSite("windfarm")
	if err != nil {
		return err
	}
	p, err := site.prepare(false)
	if err != nil {
		return err
	}
	s, err := openStation(ctx, p, stationOptions{data: site.data, listen: freeAddress(p.Sources[0].Address)})
	if err != nil {
		return err
	}
	if err := site.record(ctx, s, terminalProgress("first history")); err != nil {
		s.close()
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		if err := site.plant(ctx, s, os.Stderr); err != nil {
			slog.Error("plant", "error", err)
			cancel()
		}
	}()
	return serve(ctx, s, every, asJSON)
}

// heartbeat is what serve prints every now and then.
type heartbeat struct {
	Time          time.Time `json:"time"`
	SamplesPerSec float64   `json:"samples_per_sec"`
	Dropped       uint64    `json:"dropped"`
	LatencyP95MS  float64   `json:"latency_p95_ms"`
	DataAgeSec    float64   `json:"data_age_sec"`
	Alarms        int       `json:"alarms"`
	HistoryMB     float64   `json:"history_mb"`
	Sources       []string  `json:"sources"`
	RemoteWaiting int64     `json:"remote_waiting_bytes,omitempty"`
	RemoteError   string    `json:"remote_error,omitempty"`
	Error         string    `json:"error,omitempty"`
}

// serve runs a station until ctx ends and closes it.
func serve(ctx context.Context, s *station, every time.Duration, asJSON bool) error {
	defer s.close()
	for _, b := range s.brokers {
		slog.Info("broker listens", "address", b.Addr())
	}
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	tick := time.NewTicker(max(every, time.Second))
	defer tick.Stop()
	var seen uint64
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			h := s.heartbeat()
			if asJSON {
				if err := printJSON(h); err != nil {
					return err
				}
			} else {
				fmt.Printf("%s  %.0f values/s, %d dropped, p95 %.1f ms, data age %.1f s, %d alarms, history %.1f MB, %v %s %s\n",
					h.Time.Format(time.TimeOnly), h.SamplesPerSec, h.Dropped, h.LatencyP95MS, h.DataAgeSec, h.Alarms, h.HistoryMB, h.Sources, h.Error, h.RemoteError)
			}
			var events []twin.Event
			events, seen = s.engine.Events(seen)
			for _, e := range events {
				slog.Info(e.Text, "kind", e.Kind, "action", e.Action)
			}
		}
	}
}

func (s *station) heartbeat() heartbeat {
	st, h := s.engine.Stats(), s.store.Stats()
	out := heartbeat{Time: time.Now(), SamplesPerSec: st.SamplesPerSec, Dropped: st.Dropped, LatencyP95MS: float64(st.LatencyP95) / 1e6,
		DataAgeSec: st.DataAge.Seconds(), Alarms: len(s.engine.Alarms()), HistoryMB: float64(h.Bytes) / 1e6, Error: st.HistoryError}
	if s.queue != nil {
		q := s.queue.Stats()
		out.RemoteWaiting, out.RemoteError = q.Bytes, q.Error
	}
	for _, x := range s.engine.Health() {
		out.Sources = append(out.Sources, fmt.Sprintf("%s: %s", x.Name, x.State))
	}
	return out
}
