package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/sim/flow"
)

func stopsCommand() *cobra.Command {
	var p past
	var days int
	cmd := &cobra.Command{
		Use:   "stops TWIN",
		Short: "How often the stations of a line stop and for how long, as recorded, beside what the twin file says",
		Long: `Count the stops of each station of a line whose states are recorded: time at work from stop to stop with its 95 % interval, and how long
stops take, beside the failure and repair of the twin file. What is printed as a law can be put into the twin file.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 || days > 3650 {
				return errors.New("--days lies between 1 and 3650")
			}
			s, now, err := p.open(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer s.close()
			lines, err := s.stops(cmd.Context(), now.AddDate(0, 0, -days), now)
			if err != nil {
				return err
			}
			if p.json {
				return printJSON(lines)
			}
			return printStops(os.Stdout, lines)
		},
	}
	p.flags(cmd)
	cmd.Flags().IntVar(&days, "days", 7, "how far back")
	return cmd
}

// stopsLine is what is recorded of a station beside what the twin file says of it. Times are s.
type stopsLine struct {
	Study    string  `json:"study"`
	Station  string  `json:"station"`
	Stops    int     `json:"stops"`
	AtWork   float64 `json:"at_work_s"`
	Between  float64 `json:"between_s"` // time at work from stop to stop
	Low      float64 `json:"between_low_s"`
	High     float64 `json:"between_high_s"`
	Stop     float64 `json:"stop_s"` // mean of one
	Repair   string  `json:"repair"`
	File     float64 `json:"file_between_s"`
	FileStop float64 `json:"file_stop_s"`
	Step     float64 `json:"sample_step_s"`
}

// stops fits the lines of a twin to their recorded states.
func (s *station) stops(ctx context.Context, from, to time.Time) ([]stopsLine, error) {
	var out []stopsLine
	for _, study := range s.studies {
		line, ok := study.Study.(*flow.Study)
		if !ok {
			continue
		}
		fits, err := line.Calibrate(ctx, recordedCourse(s.store), from, to)
		if err != nil {
			return nil, err
		}
		for _, f := range fits {
			e := line.Definition().Element(f.Element)
			out = append(out, stopsLine{Study: study.id, Station: f.Element, Stops: f.Stops, AtWork: f.RunningSec, Between: f.Failure.Mean(), Low: f.Low, High: f.High, Stop: f.DownSec,
				Repair: f.Repair.String(), File: e.Failure.Mean(), FileStop: e.Repair.Mean(), Step: f.StepSec})
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the twin file has no study of the model flow: there are no stations that could stop")
	}
	return out, nil
}

// recordedCourse reads a day of a history at a time.
func recordedCourse(store *history.Store) flow.Course {
	return func(ctx context.Context, sig twin.SignalID, from, to time.Time, each func(at time.Time, v float64)) error {
		var points []history.Point
		for begin := from; begin.Before(to); begin = begin.AddDate(0, 0, 1) {
			end := begin.AddDate(0, 0, 1)
			if end.After(to) {
				end = to
			}
			var err error
			if points, err = store.Range(ctx, sig, begin, end, points[:0]); err != nil {
				return err
			}
			for _, x := range points {
				if x.Quality.Usable() {
					each(time.Unix(0, x.Time), x.Value)
				}
			}
		}
		return nil
	}
}

func printStops(w io.Writer, lines []stopsLine) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "station\tstops\tat work from stop to stop\ttwin file\ta stop takes\ttwin file\trepair as recorded")
	for _, l := range lines {
		verdict := ""
		if l.File < l.Low || l.File > l.High {
			verdict = " (differs)"
		}
		fmt.Fprintf(t, "%s\t%d\t%.1f min (%.1f to %.1f)\t%.1f min%s\t%.0f s\t%.0f s\t%s\n", l.Station, l.Stops, l.Between/60, l.Low/60, l.High/60, l.File/60, verdict, l.Stop, l.FileStop, l.Repair)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	coarsest := 0.
	for _, l := range lines {
		coarsest = max(coarsest, l.Step)
	}
	_, err := fmt.Fprintf(w, "\nStates were recorded every %.0f s; shorter stops may be missed. Intervals hold the mean with 95 %%.\n", coarsest)
	return err
}
