package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
)

// past holds the flags of commands that look into a recorded twin.
type past struct {
	data string
	at   string
	json bool
}

func (p *past) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.data, "data", "", "folder of history and journal; default: .orrery in the twin's folder, or that of the demo")
	cmd.Flags().StringVar(&p.at, "at", "", "the moment that counts as now: RFC 3339, or +/- a duration; default: the newest sample")
	cmd.Flags().BoolVar(&p.json, "json", false, "print figures as JSON")
}

// open loads a twin and its history, which must not be empty. The name of a demo stands for its twin, demo alone for the
// wind farm.
func (p *past) open(ctx context.Context, path string) (*station, time.Time, error) {
	s, now, err := p.openAny(ctx, path)
	if err != nil {
		return nil, now, err
	}
	if err := s.recorded(path); err != nil {
		s.close()
		return nil, now, err
	}
	return s, now, nil
}

// recorded says what to do when a twin has no history.
func (s *station) recorded(path string) error {
	if _, _, ok := s.store.Extent(); ok {
		return nil
	}
	if name, ok := demoNamed(path); ok {
		return errors.New("the demo has no history yet: run orrery demo " + name + " once")
	}
	return fmt.Errorf("%s has no history yet: run orrery serve or the app first", path)
}

// openAny is open for what can do without a history; then now is the time of this machine.
func (p *past) openAny(ctx context.Context, path string) (*station, time.Time, error) {
	data := p.data
	if name, ok := demoNamed(path); ok {
		site, err := newDemoSite(name)
		if err != nil {
			return nil, time.Time{}, err
		}
		if _, err := os.Stat(site.twin); errors.Is(err, fs.ErrNotExist) {
			if _, err := site.prepare(false); err != nil {
				return nil, time.Time{}, err
			}
		}
		path, data = site.twin, site.data
	}
	proj, err := project.Load(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	s, err := openStation(ctx, proj, stationOptions{data: data, readOnly: true})
	if err != nil {
		return nil, time.Time{}, err
	}
	_, last, ok := s.store.Extent()
	if !ok {
		last = time.Now()
	}
	now, err := parseMoment(p.at, last.In(proj.Site.Zone))
	if err != nil {
		s.close()
		return nil, time.Time{}, fmt.Errorf("--at %q: %w", p.at, err)
	}
	return s, now, nil
}

// futures is the models of a twin, ready to compute scenarios of one moment in the goroutine of the caller.
type futures struct {
	builder sim.Builder
	fitted  *predict.Calibration // of the models that are fitted; nil when none is
	now     time.Time
	options scenario.Options
}

// futures makes the models of a station's twin ready, and fits those that are to be.
func (s *station) futures(ctx context.Context, now time.Time, members int, horizon time.Duration, progress func(float64)) (*futures, error) {
	builder, cal, err := s.builder(ctx, now, progress)
	if err != nil {
		return nil, err
	}
	return &futures{builder, cal, now, scenario.Options{Tree: s.tree, Members: members, Horizon: horizon}}, nil
}

// compute computes a scenario with all members.
func (f *futures) compute(ctx context.Context, q scenario.Scenario) (*scenario.Run, error) {
	return scenario.Compute(ctx, f.builder, q, f.now, f.options)
}

// simFlags are what a scenario is asked with.
type simFlags struct {
	past
	sets    []string
	horizon time.Duration
	members int
	seed    uint64
	out     string
	preset  string
	fork    string
	fields  bool
	course  bool
}

func simCommand() *cobra.Command {
	var f simFlags
	cmd := &cobra.Command{
		Use:   "sim TWIN",
		Short: "Compute a scenario: the course of every signal and when parts fail, or what a plant as a whole would do",
		Long: `Compute a scenario from the newest recorded moment, or from --fork in the past. TWIN may be the name of a demo.

A twin with studies (a line, a town, a chain of ports) answers with figures, each beside what it is without the changes:
orrery sim factory --set "filler.speed=+10%". --course computes the course of its signals instead.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), args[0]) },
	}
	f.flags(cmd)
	cmd.Flags().StringArrayVar(&f.sets, "set", nil, "PARAMETER=VALUE in the unit of the twin file, or FIELD=VALUE of a study, +10% for more than it was; may be given again")
	cmd.Flags().StringVar(&f.preset, "scenario", "", "a scenario of the twin file")
	cmd.Flags().StringVar(&f.fork, "fork", "", "begin in the past: RFC 3339 or -24h")
	cmd.Flags().DurationVar(&f.horizon, "for", 0, "how far ahead; default: that of the twin file, or of the study")
	cmd.Flags().IntVar(&f.members, "runs", 0, "ensemble members or replications; default: 64, or what the study does")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "of the chance in a study")
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "write the course, or the figures, as CSV")
	cmd.Flags().BoolVar(&f.fields, "fields", false, "list what may be changed")
	cmd.Flags().BoolVar(&f.course, "course", false, "compute the course of the signals, not the figures of a study")
	return cmd
}

func (f *simFlags) run(ctx context.Context, path string) error {
	s, now, err := f.openAny(ctx, path)
	if err != nil {
		return err
	}
	defer s.close()
	if f.fields {
		return printFields(os.Stdout, s.project, s.studies, f.json)
	}
	preset, err := presetOf(s.project, f.preset)
	if err != nil {
		return err
	}
	given, changes, err := split(s.project, s.studies, append(slices.Clone(preset.Changes), f.sets...))
	if err != nil {
		return err
	}
	values := map[string]float64{}
	maps.Copy(values, preset.Values)
	maps.Copy(values, given)
	if !f.course && len(s.studies) > 0 && (len(changes) > 0 || len(values) == 0) {
		study, err := studyOf(s.studies, changes)
		if err != nil {
			return err
		}
		return f.answer(ctx, s, study, changes, now)
	}
	if len(changes) > 0 {
		return fmt.Errorf("--course: %s is a field of a study, not a parameter", changes[0].Field)
	}
	if err := s.recorded(path); err != nil {
		return err
	}
	return f.compute(ctx, s, values, now)
}

// compute prints the course of a scenario.
func (f *simFlags) compute(ctx context.Context, s *station, values map[string]float64, now time.Time) error {
	q := scenario.Scenario{Name: scenario.Base, Values: values}
	var err error
	if f.fork != "" {
		if q.Fork, err = parseMoment(f.fork, now); err != nil {
			return fmt.Errorf("--fork %q: %w", f.fork, err)
		}
	}
	ahead, err := s.futures(ctx, now, cmp.Or(f.members, 64), cmp.Or(f.horizon, s.project.Horizon), terminalProgress("fitting the models"))
	if err != nil {
		return err
	}
	run, err := ahead.compute(ctx, q)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := writeRun(f.out, s.tree, run); err != nil {
			return err
		}
	}
	var difference *sim.Answer
	if len(values) > 0 {
		base, err := ahead.compute(ctx, scenario.Scenario{Name: scenario.Base, Fork: q.Fork})
		if err != nil {
			return err
		}
		if a, ok := scenario.AnswerOf(base, run); ok {
			difference = a
		}
	}
	if err := printRun(s.tree, run, difference, f.json); err != nil || difference == nil || f.json {
		return err
	}
	fmt.Println()
	return printAnswer(os.Stdout, difference, []sim.Change{{}})
}

// answer prints what a study says. What was done before an interruption is printed too.
func (f *simFlags) answer(ctx context.Context, s *station, study namedStudy, changes []sim.Change, now time.Time) error {
	q := sim.Question{Changes: changes, Now: now, Horizon: f.horizon, Runs: f.members, Seed: f.seed, Progress: terminalProgress("asking " + study.label)}
	if f.fork != "" {
		at, err := parseMoment(f.fork, now)
		if err != nil {
			return fmt.Errorf("--fork %q: %w", f.fork, err)
		}
		q.Now = at
	}
	if _, _, ok := s.store.Extent(); ok {
		remember(study, s.store)
		q.Live = &twin.Snapshot{}
		q.Live.Reset(len(s.tree.Signals()))
		if err := s.store.LatestAt(ctx, q.Now, q.Live); err != nil {
			return err
		}
	}
	a, failed := study.Answer(ctx, q)
	if a == nil {
		return failed
	}
	if f.out != "" {
		if err := writeAnswer(f.out, a); err != nil {
			return errors.Join(failed, err)
		}
	}
	if f.json {
		return errors.Join(failed, printJSON(answerAsJSON(a, changes)))
	}
	return errors.Join(failed, printAnswer(os.Stdout, a, changes))
}

// presetOf finds a scenario of the twin file; the one without a name changes nothing.
func presetOf(p *project.Project, name string) (project.Scenario, error) {
	if name == "" {
		return project.Scenario{}, nil
	}
	var known []string
	for _, s := range p.Scenarios {
		if s.ID == name {
			return s, nil
		}
		known = append(known, s.ID)
	}
	if len(known) == 0 {
		return project.Scenario{}, fmt.Errorf("--scenario %s: the twin file has none", name)
	}
	return project.Scenario{}, fmt.Errorf("--scenario %s: the twin file has %s", name, strings.Join(known, ", "))
}

// writeRun writes the course of a run: one row per ten minutes, three columns per signal, in display units.
func writeRun(file string, tree *twin.Tree, run *scenario.Run) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	w := bufio.NewWriter(f)
	io.WriteString(w, "time")
	var shown []twin.SignalID
	var probe twin.Snapshot
	run.At(run.Now, &probe)
	for _, s := range tree.Signals() {
		if probe.At(s.ID).Quality == twin.Predicted {
			shown = append(shown, s.ID)
			fmt.Fprintf(w, ",%s,%s low,%s high", s.Path, s.Path, s.Path)
		}
	}
	io.WriteString(w, "\n")
	for t := run.Fork; !t.After(run.Horizon); t = t.Add(10 * time.Minute) {
		if !run.At(t, &probe) {
			continue
		}
		io.WriteString(w, t.UTC().Format(time.RFC3339))
		for _, id := range shown {
			u, low, high := tree.Signal(id).Unit, math.NaN(), math.NaN()
			if l, h, ok := probe.Interval(id); ok {
				low, high = u.FromSI(l), u.FromSI(h)
			}
			for _, v := range []float64{u.FromSI(probe.At(id).Value), low, high} {
				io.WriteString(w, ","+strconv.FormatFloat(v, 'g', 6, 64))
			}
		}
		io.WriteString(w, "\n")
	}
	return w.Flush()
}

// failureLine is a failure for people and programs. Times that are open are left out.
type failureLine struct {
	Asset       string     `json:"asset"`
	Part        string     `json:"part"`
	Driver      string     `json:"driver,omitempty"`
	Median      *time.Time `json:"median,omitempty"`
	Low         *time.Time `json:"low,omitempty"`
	High        *time.Time `json:"high,omitempty"`
	Probability float64    `json:"probability"`
}

func lineOf(tree *twin.Tree, f scenario.Failure) failureLine {
	some := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return failureLine{Asset: tree.Asset(f.Asset).Path, Part: f.Name, Driver: f.Driver, Median: some(f.Median), Low: some(f.Low), High: some(f.High), Probability: round(f.Probability)}
}

// printRun prints when parts fail, and in JSON how that differs from the base; difference may be nil.
func printRun(tree *twin.Tree, run *scenario.Run, difference *sim.Answer, asJSON bool) error {
	var lines []failureLine
	for _, f := range run.Failures() {
		lines = append(lines, lineOf(tree, f))
	}
	if asJSON {
		out := map[string]any{"fork": run.Fork, "now": run.Now, "horizon": run.Horizon, "members": run.Members,
			"elapsed_ms": float64(run.Elapsed) / 1e6, "rests_on": run.Rests, "values": run.Scenario.Values, "failures": lines,
			"partial": run.Partial, "reason": run.Reason}
		if difference != nil {
			out["difference"] = answerAsJSON(difference, nil)
		}
		return printJSON(out)
	}
	fmt.Printf("%d runs to %s in %v, resting on %s\n", run.Members, run.Horizon.Format("2 Jan 15:04"), run.Elapsed.Round(time.Millisecond), run.Rests)
	if run.Partial || !run.Valid {
		fmt.Println("  It " + run.Reason)
	}
	printFailures(os.Stdout, lines, run.Now)
	return nil
}

func printFailures(w io.Writer, lines []failureLine, now time.Time) {
	when := func(t *time.Time) string {
		if t == nil {
			return "beyond the horizon"
		}
		return fmt.Sprintf("%s (%.1f d)", t.Format("2 Jan 15:04"), t.Sub(now).Hours()/24)
	}
	for _, l := range lines {
		if l.Low == nil {
			fmt.Fprintf(w, "  %-10s %-9s not expected to fail (%.0f %% within the horizon)\n", l.Asset, l.Part, 100*l.Probability)
			continue
		}
		fmt.Fprintf(w, "  %-10s %-9s %s, 80 %%: %s to %s, %.0f %% within the horizon, driver: %s\n", l.Asset, l.Part, when(l.Median), when(l.Low), when(l.High), 100*l.Probability, l.Driver)
	}
}
