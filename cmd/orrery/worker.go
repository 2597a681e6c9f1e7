package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/scenario/ensemble"
	"github.com/orrery-twin/orrery/twin/sim"
)

// The kinds of jobs that workers of this version compute. What they mean does not change; a new meaning is a new kind.
const (
	studyJobs = "study answer" // a scenario.Task about the studies of a twin; the result is a scenario.Outcome
	queueJobs = "queue check"  // see queueWork
)

func workerKinds() ensemble.Kinds {
	return ensemble.Kinds{studyJobs: openStudies, queueJobs: ensemble.Plain(queueWork)}
}

// openStudies makes the studies of a twin ready that came with a job. They are our own code on data; FMUs of the twin do not run.
func openStudies(_ context.Context, m ensemble.Model) (scenario.Work, func(), error) {
	p, err := project.Load(m.Dir)
	if err != nil {
		return nil, nil, oneFault(err)
	}
	named, err := makeStudies(p)
	if err != nil {
		return nil, nil, oneFault(err)
	}
	live, err := readPresent(p)
	if err != nil {
		return nil, nil, err
	}
	studies := make(map[string]sim.Study, len(named))
	for _, s := range named {
		studies[s.id] = present{s.Study, live}
	}
	return scenario.StudyWork(studies), nil, nil
}

// present is a study whose questions begin with what was measured when they were asked.
type present struct {
	sim.Study
	live *twin.Snapshot
}

func (p present) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	q.Live = p.live
	return p.Study.Answer(ctx, q)
}

// oneFault is an error as one line: the first fault of a twin file stands for all.
func oneFault(err error) error {
	var faults project.Errors
	if errors.As(err, &faults) && len(faults) > 0 {
		return faults[0]
	}
	return err
}

func workerCommand() *cobra.Command {
	var n nats
	var parallel int
	var grace time.Duration
	var data, name string
	cmd := &cobra.Command{
		Use:   "worker URL",
		Short: "Compute jobs of experiments for other machines, through a NATS server",
		Long: `Compute jobs of experiments that other machines send through a NATS server with JetStream, until it is told to end (Ctrl+C or
SIGTERM): then jobs under way are finished within --grace, and all others are left to other workers.

URL is tls://HOST:4222, several with commas, or nats://127.0.0.1:4222 on this machine. User and password come from
` + ensemble.UserVariable + ` and ` + ensemble.PasswordVariable + ` in the environment, or --creds names a file. The twin comes with the jobs. Nothing
that comes is run as a program: models are data to the worker's own code.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if data == "" {
				home, err := dataHome()
				if err != nil {
					return err
				}
				data = filepath.Join(home, "worker")
			}
			link, err := ensemble.Connect(ctx, n.address(args[0], "orrery worker"))
			if err != nil {
				return err
			}
			defer link.Close()
			return ensemble.Serve(ctx, link, ensemble.WorkerOptions{Kinds: workerKinds(), Name: name, Parallel: parallel, Dir: data, Grace: grace,
				Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
		},
	}
	n.flags(cmd)
	cmd.Flags().IntVar(&parallel, "parallel", 0, "jobs at once; default: one for each processor")
	cmd.Flags().DurationVar(&grace, "grace", 10*time.Second, "how long jobs under way may take once the worker is to end")
	cmd.Flags().StringVar(&data, "data", "", "folder where the models of jobs are kept; default: worker, in the user's data folder")
	cmd.Flags().StringVar(&name, "name", "", "name of this worker on the desks; default: host and process")
	return cmd
}
