package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// sweepFlags are what an experiment is asked with.
type sweepFlags struct {
	past
	fleet    fleet
	sets     []string
	preset   string
	horizon  time.Duration
	members  int
	seed     uint64
	design   string
	levels   int
	samples  int
	figure   string
	goal     string
	maximise bool
	minimise bool
	limits   []string
	most     int
	cache    string
	out      string
}

func sweepCommand() *cobra.Command {
	var f sweepFlags
	cmd := &cobra.Command{
		Use:   "sweep TWIN --set FIELD=SPREAD",
		Short: "Run many scenarios: sweep, sample, rank what matters, or search for the best",
		Long: `Run many scenarios of one twin, all under the same chance. A field takes one value (5, 5 kW, +10%), an interval (5..10),
levels (range(1, 5, 10), choices(a, b, c)) or a distribution (normal(5, 0.5)). Fields are parameters of the twin file, or
those of a study; orrery sim TWIN --fields lists them.

  --design grid      every combination; an interval has --levels of them
           random    --samples points of a Latin hypercube
           tornado   each field alone from end to end: what swings most
           sobol     shares of the variance, first-order and total, with intervals
           morris    elementary effects: cheap, to find what does not matter
  --goal FIGURE      search for the most or the least of it, within --subject-to; with --design the best of its points

orrery sweep windfarm --set power_limit=60..100 --goal energy --maximise --subject-to "failures<=0.5"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), args[0]) },
	}
	f.past.flags(cmd)
	f.fleet.flags(cmd)
	cmd.Flags().StringArrayVar(&f.sets, "set", nil, "FIELD=SPREAD; may be given again")
	cmd.Flags().StringVar(&f.preset, "scenario", "", "a scenario of the twin file that holds in all runs")
	cmd.Flags().DurationVar(&f.horizon, "for", 0, "how far ahead; default: that of the twin file, or of the study")
	cmd.Flags().IntVar(&f.members, "runs", 0, "ensemble members or replications of each point; default: 64, or what the study does")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "of the chance, the same at all points, and of the sample")
	cmd.Flags().StringVar(&f.design, "design", "", "grid, random, tornado, sobol or morris; default: grid")
	cmd.Flags().IntVar(&f.levels, "levels", 5, "of an interval in a grid")
	cmd.Flags().IntVar(&f.samples, "samples", 0, "of a sample; default: random 100, sobol 64 rows, morris 20 paths")
	cmd.Flags().StringVar(&f.figure, "figure", "", "which figure is ranked and shown; default: that of the goal, or the first")
	cmd.Flags().StringVar(&f.goal, "goal", "", "the figure that is wanted high (--maximise) or low (--minimise)")
	cmd.Flags().BoolVar(&f.maximise, "maximise", false, "the most of the goal")
	cmd.Flags().BoolVar(&f.minimise, "minimise", false, "the least of the goal")
	cmd.Flags().StringArrayVar(&f.limits, "subject-to", nil, "FIGURE<=VALUE or FIGURE>=VALUE, -2% for below what it is; may be given again")
	cmd.Flags().IntVar(&f.most, "most", 0, "runs of a search; default: 40 and 30 for each field")
	cmd.Flags().StringVar(&f.cache, "cache", "", "folder that keeps answers of studies, so that a sweep goes on where it was stopped")
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "write all points as .csv or .parquet")
	return cmd
}

// subject is what an experiment asks.
type subject struct {
	study    sim.Study
	name     string // of the study; empty for the forecast
	model    []byte // what keys of results tell models apart by
	question sim.Question
	executor scenario.Executor // nil: this process
}

func (f *sweepFlags) run(ctx context.Context, path string) error {
	goal, err := f.wanted()
	if err != nil {
		return err
	}
	if f.out != "" {
		if format, err := recording.FormatOf(f.out); err != nil {
			return err
		} else if format == recording.MCAP {
			return fmt.Errorf("-o %s: a table is written as .csv or .parquet", f.out)
		}
	}
	s, now, err := f.openAny(ctx, path)
	if err != nil {
		return err
	}
	defer s.close()
	changes, err := f.changes(s.project)
	if err != nil {
		return err
	}
	x, err := f.subject(ctx, s, path, now, changes)
	if err != nil {
		return err
	}
	axes, fixed, err := scenario.Axes(x.study.Fields(), changes)
	if err != nil {
		return pointed(err)
	}
	x.question.Changes = fixed
	if len(axes) == 0 {
		return errors.New("nothing varies: give a field an interval, for example --set filler.speed=80..120")
	}
	search := goal != nil && f.design == ""
	if f.fleet.asked() {
		if search {
			return errors.New("--workers: a search asks one run after the other: give a --design, or leave it to this process")
		}
		end, err := f.fleet.spread(ctx, s.project, x)
		if err != nil {
			return err
		}
		defer end()
	}
	if search {
		return f.search(ctx, x, axes, *goal)
	}
	return f.experiment(ctx, x, axes, goal)
}

// wanted reads the goal, nil when there is none.
func (f *sweepFlags) wanted() (*scenario.Goal, error) {
	if f.goal == "" {
		if f.maximise || f.minimise || len(f.limits) > 0 {
			return nil, errors.New("--maximise, --minimise and --subject-to need a --goal FIGURE")
		}
		return nil, nil
	}
	if f.maximise == f.minimise {
		return nil, fmt.Errorf("--goal %s: add either --maximise or --minimise", f.goal)
	}
	g := &scenario.Goal{Figure: f.goal, Maximise: f.maximise}
	for _, text := range f.limits {
		l, err := scenario.ParseLimit(text)
		if err != nil {
			return nil, fmt.Errorf("--subject-to: %w", err)
		}
		g.Limits = append(g.Limits, l)
	}
	return g, nil
}

// changes are those of the scenario of the twin file, and those of the command line, which hold.
func (f *sweepFlags) changes(p *project.Project) ([]sim.Change, error) {
	preset, err := presetOf(p, f.preset)
	if err != nil {
		return nil, err
	}
	var texts []string
	for id, v := range preset.Values {
		if q := p.Parameter(id); q != nil {
			texts = append(texts, fmt.Sprintf("%s=%g", id, q.Unit.FromSI(v)))
		}
	}
	slices.Sort(texts)
	var out []sim.Change
	for _, text := range slices.Concat(texts, preset.Changes, f.sets) {
		c, err := sim.ParseChange(text)
		if err != nil {
			return nil, fmt.Errorf("--set: %w", err)
		}
		out = slices.DeleteFunc(out, func(x sim.Change) bool { return x.Field == c.Field })
		out = append(out, c)
	}
	return out, nil
}

// subject finds what the changes ask: the forecast when they are parameters of the twin file, else the study that has them.
func (f *sweepFlags) subject(ctx context.Context, s *station, path string, now time.Time, changes []sim.Change) (*subject, error) {
	parameter := func(c sim.Change) bool { return s.project.Parameter(c.Field) != nil }
	if len(s.studies) > 0 && !slices.ContainsFunc(changes, parameter) {
		study, err := studyOf(s.studies, changes)
		if err != nil {
			return nil, err
		}
		q := sim.Question{Now: now, Horizon: f.horizon, Runs: f.members, Seed: f.seed}
		if _, _, ok := s.store.Extent(); ok {
			q.Live = &twin.Snapshot{}
			q.Live.Reset(len(s.tree.Signals()))
			if err := s.store.LatestAt(ctx, now, q.Live); err != nil {
				return nil, err
			}
		} else if f.at == "" {
			q.Now = time.Time{} // a plant that was never measured has no moment: the same question tomorrow has the same answer
		}
		return &subject{study: study, name: study.id, model: definitionOf(s.project, study.id), question: q}, nil
	}
	if i := slices.IndexFunc(changes, func(c sim.Change) bool { return !parameter(c) }); i >= 0 && len(s.studies) > 0 {
		return nil, fmt.Errorf("--set %s: it is a field of a study, others are parameters of the forecast: ask for one of both", changes[i])
	}
	if f.cache != "" {
		return nil, errors.New("--cache: forecasts rest on a history that grows: only answers of studies are kept")
	}
	if err := s.recorded(path); err != nil {
		return nil, err
	}
	builder, _, err := s.builder(ctx, now, terminalProgress("fitting the models"))
	if err != nil {
		return nil, err
	}
	forecast := &scenario.Forecast{Builder: builder, Given: parameterFields(s.project), Options: scenario.Options{Tree: s.tree}}
	return &subject{study: forecast, question: sim.Question{Now: now, Horizon: cmp.Or(f.horizon, s.project.Horizon), Runs: cmp.Or(f.members, 64), Seed: f.seed}}, nil
}

// parameterFields are the parameters of the twin file as fields of the forecast.
func parameterFields(p *project.Project) []sim.Field {
	var out []sim.Field
	for _, q := range p.Parameters {
		out = append(out, sim.Field{ID: q.ID, Label: q.Label, Unit: q.Unit, Value: q.Default, Min: q.Min, Max: q.Max, Text: q.Unit.Format(q.Default, 2)})
	}
	return out
}

// definitionOf is what the answers of a study depend on beside the question: its definition, the files of the twin by
// name, size and time, and the build of this program.
func definitionOf(p *project.Project, id string) []byte {
	var b bytes.Buffer
	for i := range p.Studies {
		if d := &p.Studies[i]; d.Name == id {
			fmt.Fprintf(&b, "%s\x00%s\x00", d.Model, d.Definition)
		}
	}
	fs.WalkDir(p.FS, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir // the history, which is the live state
		case d.Type().IsRegular():
			if info, err := d.Info(); err == nil {
				fmt.Fprintf(&b, "%s %d %d\x00", name, info.Size(), info.ModTime().UnixNano())
			}
		}
		return nil
	})
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintf(&b, "%s %s", info.Main.Version, info.Main.Sum)
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
				fmt.Fprintf(&b, " %s", s.Value)
			}
		}
	}
	return b.Bytes()
}

// plan makes the design that was asked for.
func (f *sweepFlags) plan(axes []design.Axis) (*design.Plan, error) {
	switch f.design {
	case "", "grid":
		return design.Grid(axes, f.levels)
	case "random":
		return design.LatinHypercube(axes, cmp.Or(f.samples, 100), f.seed)
	case "tornado":
		return design.Tornado(axes)
	case "sobol":
		return design.Saltelli(axes, cmp.Or(f.samples, 64), f.seed)
	case "morris":
		return design.Morris(axes, cmp.Or(f.samples, 20), 4, f.seed)
	}
	return nil, fmt.Errorf("--design %s: there are grid, random, tornado, sobol and morris", f.design)
}

// experiment runs a design and prints what it says. What was done before an interruption is printed and written too.
func (f *sweepFlags) experiment(ctx context.Context, x *subject, axes []design.Axis, goal *scenario.Goal) error {
	plan, err := f.plan(axes)
	if err != nil {
		return err
	}
	e := &scenario.Experiment{Study: x.study, Name: x.name, Model: x.model, Question: x.question, Plan: plan, Executor: x.executor}
	bar := terminalProgress(fmt.Sprintf("%d runs", len(plan.Points)))
	e.Progress = func(done, total int) { bar(float64(done) / float64(total)) }
	if f.cache != "" {
		if e.Cache, err = scenario.OpenCache(64<<20, f.cache, 1<<30); err != nil {
			return err
		}
	}
	results, failed := e.Run(ctx)
	if results.Done == 0 && failed != nil {
		return failed
	}
	if n, first := results.Failed(); n == results.Done {
		return fmt.Errorf("all runs failed: %w", first)
	}
	if err := f.write(results.Table()); err != nil {
		return errors.Join(failed, err)
	}
	r := sweepReport{Results: results, goal: goal, figure: f.figure, seed: f.seed}
	if err := r.choose(); err != nil {
		return errors.Join(failed, err)
	}
	if f.json {
		return errors.Join(failed, printJSON(r.json()))
	}
	return errors.Join(failed, r.print(os.Stdout))
}

// search looks for the best and prints it.
func (f *sweepFlags) search(ctx context.Context, x *subject, axes []design.Axis, goal scenario.Goal) error {
	bar := terminalProgress("searching")
	s := scenario.Search{Study: x.study, Question: x.question, Axes: axes, Goal: goal, Runs: f.most,
		Progress: func(done, most int, _ *scenario.Trial) { bar(float64(done) / float64(most)) }}
	o, failed := s.Run(ctx)
	if o == nil || o.Best == nil {
		return cmp.Or(failed, errors.New("no run has an answer: ask the same with orrery sim to see why"))
	}
	if err := f.write(o.Table(axes)); err != nil {
		return errors.Join(failed, err)
	}
	if f.json {
		return errors.Join(failed, printJSON(optimumJSON(o, goal)))
	}
	return errors.Join(failed, printOptimum(os.Stdout, o, goal))
}

// write writes a table where -o says.
func (f *sweepFlags) write(t *recording.Table) (err error) {
	if f.out == "" {
		return nil
	}
	format, err := recording.FormatOf(f.out)
	if err != nil {
		return err
	}
	file, err := os.Create(f.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return recording.WriteTable(file, format, t)
}

// pointed shows where in a spread the fault is, and returns the error.
func pointed(err error) error {
	var at *design.Error
	if errors.As(err, &at) {
		fmt.Fprintln(os.Stderr, at.Caret())
	}
	return err
}
