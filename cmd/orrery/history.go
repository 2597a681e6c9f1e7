package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/remote"
)

func historyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Look at, check, back up, share and query what a twin recorded",
	}
	cmd.AddCommand(historyInfoCommand(), historyCheckCommand(), historyBackupCommand(), historyQueryCommand(), historyPushCommand(), historyPullCommand(), historyWriteCommand())
	return cmd
}

// historyPlace is a twin and where its history lies.
type historyPlace struct {
	data string
	json bool
}

func (h *historyPlace) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&h.data, "data", "", "folder of history and journal; default: .orrery in the twin's folder, or that of the demo")
	cmd.Flags().BoolVar(&h.json, "json", false, "print as JSON")
}

// load returns the twin and the folder of its history.
func (h *historyPlace) load(path string) (*project.Project, string, error) {
	data := h.data
	if name, ok := demoNamed(path); ok {
		site, err := newDemoSite(name)
		if err != nil {
			return nil, "", err
		}
		path, data = site.twin, site.data
	}
	p, err := project.Load(path)
	if err != nil {
		return nil, "", err
	}
	if data == "" {
		data = filepath.Join(p.Dir, ".orrery")
	}
	dir := filepath.Join(data, "history")
	if _, err := os.Stat(dir); err != nil {
		return nil, "", fmt.Errorf("%s has no history yet: run orrery serve or the app first", path)
	}
	return p, dir, nil
}

func (h *historyPlace) open(ctx context.Context, path string) (*project.Project, *history.Store, error) {
	p, dir, err := h.load(path)
	if err != nil {
		return nil, nil, err
	}
	s, err := history.Open(ctx, p.Tree, history.Options{Dir: dir, Retention: keepHistory})
	return p, s, err
}

// historyInfo is what orrery history info tells.
type historyInfo struct {
	Folder        string    `json:"folder"`
	First         time.Time `json:"first"`
	Last          time.Time `json:"last"`
	Signals       int       `json:"signals"`
	WithData      int       `json:"signals_with_data"`
	Blocks        int       `json:"blocks"`
	Samples       uint64    `json:"samples_in_blocks"`
	Bytes         int64     `json:"bytes"`
	FreeBytes     int64     `json:"free_bytes"`
	Findings      []string  `json:"findings"`
	OpenedSeconds float64   `json:"opened_sec"`
}

func historyInfoCommand() *cobra.Command {
	var h historyPlace
	cmd := &cobra.Command{
		Use:   "info TWIN",
		Short: "How far the history reaches, how large it is, what was found when it was opened",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			began := time.Now()
			p, s, err := h.open(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer s.Close() //nolint:errcheck // nothing was written
			out := historyInfo{Folder: s.Dir(), Signals: len(p.Tree.Signals()), OpenedSeconds: round(time.Since(began).Seconds()), Findings: []string{}}
			st := s.Stats()
			out.First, out.Last, out.WithData, out.Bytes = st.First, st.Last, st.Series, st.Bytes
			out.Blocks, out.Samples, out.FreeBytes = s.Blocks()
			for _, f := range s.Findings() {
				out.Findings = append(out.Findings, f.String())
			}
			if h.json {
				return printJSON(out)
			}
			fmt.Printf("%s\n%s to %s\n%d of %d signals have data\n%d blocks, %d samples in them, %.1f MB, %.1f GB free\n", out.Folder,
				out.First.In(p.Site.Zone).Format(time.DateTime), out.Last.In(p.Site.Zone).Format(time.DateTime), out.WithData, out.Signals,
				out.Blocks, out.Samples, float64(out.Bytes)/1e6, float64(out.FreeBytes)/1e9)
			for _, f := range out.Findings {
				fmt.Println("found:", f)
			}
			return nil
		},
	}
	h.flags(cmd)
	return cmd
}

func historyCheckCommand() *cobra.Command {
	var h historyPlace
	var mend bool
	cmd := &cobra.Command{
		Use:   "check TWIN",
		Short: "Read every byte of the history and name what is damaged",
		Long: `Read every byte of the history, while no other process has it open, and name what is damaged with its place and times.

--mend moves damaged blocks into the folder "damaged" and puts what can be read of them in their place. Damaged logs are
mended by themselves when the twin is opened. The exit status is not zero when something damaged was found and not mended.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, dir, err := h.load(args[0])
			if err != nil {
				return err
			}
			got, err := history.Check(cmd.Context(), dir, mend, terminalProgress("reading "+dir))
			if err != nil {
				return err
			}
			lines := []string{}
			for _, f := range got.Findings {
				lines = append(lines, f.String())
			}
			if h.json {
				err = printJSON(map[string]any{"folder": dir, "blocks": got.Blocks, "chunks": got.Chunks, "samples": got.Samples, "records": got.Records, "mended": mend, "findings": lines})
			} else {
				fmt.Printf("%d blocks with %d chunks and %d samples, %d records of logs\n", got.Blocks, got.Chunks, got.Samples, got.Records)
				for _, line := range lines {
					fmt.Println("found:", line)
				}
			}
			if err == nil && len(lines) > 0 && !mend {
				err = fmt.Errorf("%d damaged places: run it again with --mend, or open the twin", len(lines))
			}
			return err
		},
	}
	h.flags(cmd)
	cmd.Flags().BoolVar(&mend, "mend", false, "put what can be read in the place of damaged blocks")
	return cmd
}

func historyBackupCommand() *cobra.Command {
	var h historyPlace
	cmd := &cobra.Command{
		Use:   "backup TWIN FOLDER",
		Short: "Copy the history into a new folder, also while the twin runs",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, dir, err := h.load(args[0])
			if err != nil {
				return err
			}
			began := time.Now()
			got, err := history.CopyRunning(cmd.Context(), dir, args[1])
			if err != nil {
				return err
			}
			if h.json {
				return printJSON(map[string]any{"folder": args[1], "blocks": got.Blocks, "bytes": got.Bytes, "seconds": round(time.Since(began).Seconds())})
			}
			fmt.Printf("%d blocks, %.1f MB in %s\n", got.Blocks, float64(got.Bytes)/1e6, args[1])
			return nil
		},
	}
	h.flags(cmd)
	return cmd
}

// cluster holds the flags of commands that speak with one.
type cluster struct {
	url, user, token string
	labels           []string
	anonymous        bool // secrets of the environment are not for it
}

// shared is the cluster that a twin file names. Whoever wrote the file may not be who set the secrets of this machine, so
// they are given to the host alone that ORRERY_REMOTE_HOST names.
func shared(p *project.Project) cluster {
	r := p.History.Remote
	c := cluster{url: r.URL, user: r.User}
	if u, err := url.Parse(r.URL); err != nil || u.Host != os.Getenv("ORRERY_REMOTE_HOST") {
		c.anonymous = true
	}
	for name, value := range r.Labels {
		c.labels = append(c.labels, name+"="+value)
	}
	return c
}

func (c *cluster) flags(cmd *cobra.Command, use string) {
	cmd.Flags().StringVar(&c.url, "remote", "", use+": http://host:8428")
	cmd.Flags().StringArrayVar(&c.labels, "label", nil, "NAME=VALUE of all series in the cluster; default: twin=NAME of the twin")
	cmd.Flags().StringVar(&c.user, "user", "", "of the cluster; its password is read from ORRERY_REMOTE_PASSWORD")
	cmd.Flags().StringVar(&c.token, "token-file", "", "file with a bearer token for the cluster")
}

func (c *cluster) client(p *project.Project) (*remote.Client, error) {
	o := remote.Options{URL: c.url, User: c.user, Labels: map[string]string{}}
	if !c.anonymous {
		o.Password, o.Token = os.Getenv("ORRERY_REMOTE_PASSWORD"), os.Getenv("ORRERY_REMOTE_TOKEN")
	}
	for _, text := range c.labels {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("--label %s: write NAME=VALUE", text)
		}
		o.Labels[name] = value
	}
	if len(o.Labels) == 0 {
		o.Labels["twin"] = p.Name
	}
	if c.token != "" {
		text, err := os.ReadFile(c.token)
		if err != nil {
			return nil, err
		}
		o.Token = strings.TrimSpace(string(text))
	}
	return remote.NewClient(o)
}

// period holds the flags that name a span of time.
type period struct{ from, to string }

func (s *period) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.from, "from", "", "begin here: a time, or -24h before --to")
	cmd.Flags().StringVar(&s.to, "to", "", "end here: a time, or -2h before the newest sample; default: the newest sample")
}

func (s *period) parse(first, last time.Time, zone *time.Location) (from, to time.Time, err error) {
	from, to = first, last
	if s.to != "" {
		if to, err = parseMoment(s.to, last.In(zone)); err != nil {
			return from, to, fmt.Errorf("--to %q: %w", s.to, err)
		}
	}
	if s.from != "" {
		if from, err = parseMoment(s.from, to.In(zone)); err != nil {
			return from, to, fmt.Errorf("--from %q: %w", s.from, err)
		}
	}
	if from.After(to) {
		return from, to, errors.New("--from lies behind --to: there is nothing between them")
	}
	return from, to, nil
}

// clusterWriter writes samples to a cluster, and tries again for a while.
type clusterWriter struct {
	ctx    context.Context
	client *remote.Client
	tree   *twin.Tree
}

// Write implements recording.Writer.
func (w clusterWriter) Write(batch []twin.Sample) error {
	for len(batch) > 0 {
		n := min(len(batch), 20_000)
		var err error
		for try := range 8 {
			if _, err = w.client.Write(w.ctx, w.tree, batch[:n]); err == nil || remote.Forever(err) || w.ctx.Err() != nil {
				break
			}
			select {
			case <-w.ctx.Done():
			case <-time.After(200 * time.Millisecond << try):
			}
		}
		if err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// Close implements recording.Writer.
func (w clusterWriter) Close() error { return nil }

func historyPushCommand() *cobra.Command {
	var h historyPlace
	var c cluster
	var span period
	var signals []string
	cmd := &cobra.Command{
		Use:   "push TWIN --remote URL",
		Short: "Send recorded samples to a Prometheus-compatible cluster",
		Long: `Send what a twin recorded to VictoriaMetrics, Mimir, Thanos or Prometheus by remote write. What is there already stays as
it is, so a push may be repeated. orrery serve --remote sends what comes from now on.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, s, err := h.open(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer s.Close() //nolint:errcheck // nothing was written
			client, err := c.client(p)
			if err != nil {
				return err
			}
			first, last, ok := s.Extent()
			if !ok {
				return errors.New("the history is empty")
			}
			from, to, err := span.parse(first, last, p.Site.Zone)
			if err != nil {
				return err
			}
			ids, err := signalsLike(p.Tree, signals)
			if err != nil {
				return err
			}
			began := time.Now()
			n, err := copySamples(cmd.Context(), clusterWriter{cmd.Context(), client, p.Tree}, s, ids, from, to.Add(time.Millisecond), terminalProgress("sending"))
			if err != nil {
				return err
			}
			if h.json {
				return printJSON(map[string]any{"remote": c.url, "signals": len(ids), "samples": n, "seconds": round(time.Since(began).Seconds())})
			}
			fmt.Printf("%d samples of %d signals sent to %s\n", n, len(ids), c.url)
			return nil
		},
	}
	h.flags(cmd)
	c.flags(cmd, "the cluster")
	span.flags(cmd)
	cmd.Flags().StringArrayVar(&signals, "signal", nil, "path of a signal, * stands for one element and part of it; default: all")
	cmd.MarkFlagRequired("remote")
	return cmd
}

func historyPullCommand() *cobra.Command {
	var h historyPlace
	var c cluster
	var span period
	cmd := &cobra.Command{
		Use:   "pull TWIN --remote URL --from TIME",
		Short: "Take samples that others recorded from a cluster into the history",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := project.Load(args[0])
			if err != nil {
				return err
			}
			client, err := c.client(p)
			if err != nil {
				return err
			}
			now := time.Now()
			from, to, err := span.parse(now, now, p.Site.Zone)
			if err != nil {
				return err
			}
			data := h.data
			if data == "" {
				data = filepath.Join(p.Dir, ".orrery")
			}
			s, err := history.Open(cmd.Context(), p.Tree, history.Options{Dir: filepath.Join(data, "history"), Retention: keepHistory})
			if err != nil {
				return err
			}
			got, err := s.Import(cmd.Context(), client.Fetch(cmd.Context(), p.Tree, from, to))
			if err = errors.Join(err, s.Close()); err != nil {
				return err
			}
			if h.json {
				return printJSON(map[string]any{"remote": c.url, "stored": got.Samples, "duplicates": got.Duplicates, "too_old": got.TooOld, "seconds": round(got.Elapsed.Seconds())})
			}
			fmt.Printf("%d samples stored, %d were there already\n", got.Samples, got.Duplicates)
			return nil
		},
	}
	h.flags(cmd)
	c.flags(cmd, "the cluster")
	span.flags(cmd)
	cmd.MarkFlagRequired("remote")
	cmd.MarkFlagRequired("from")
	return cmd
}
