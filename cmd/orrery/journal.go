package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/twin/project"
)

func journalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Search, check and add to what a twin wrote down: alarms, commands, devices, notes",
	}
	cmd.AddCommand(journalQueryCommand(), journalNoteCommand(), journalCheckCommand())
	return cmd
}

// openJournal opens the journal of a twin; it may be open in other processes too.
func (h *historyPlace) openJournal(path string) (*project.Project, *journal.Journal, error) {
	p, dir, err := h.load(path)
	if err != nil {
		return nil, nil, err
	}
	j, err := journal.Open(filepath.Join(filepath.Dir(dir), "journal.db"), p.Tree)
	return p, j, err
}

// journalRow is an entry as orrery journal query prints it.
type journalRow struct {
	ID       int64     `json:"id"`
	Time     time.Time `json:"time"`
	Kind     string    `json:"kind"`
	Asset    string    `json:"asset,omitempty"`
	Signal   string    `json:"signal,omitempty"`
	Priority string    `json:"priority,omitempty"`
	Action   string    `json:"action,omitempty"`
	Ref      string    `json:"ref,omitempty"`
	User     string    `json:"user,omitempty"`
	Text     string    `json:"text"`
}

// journalKinds are the kinds of entry that --kind knows.
var journalKinds = []twin.EventKind{twin.AlarmEvent, twin.CommandEvent, twin.DeviceEvent, twin.NoteEvent, twin.SystemEvent}

func journalQueryCommand() *cobra.Command {
	var h historyPlace
	var span period
	var f journal.Filter
	var kinds []string
	cmd := &cobra.Command{
		Use:   "query TWIN [WORDS...]",
		Short: "Print entries, the newest first",
		Long: `Print what a twin wrote down, the newest first, as CSV or with --json.

WORDS stand in text, action, user or paths of an entry, whatever the case; "a phrase" in quotes is one word, and -word
(after --) leaves entries out. --ref prints the whole story of an occurrence or command.`,
		Example: `  orrery journal query demo gearbox oil --kind alarm --from -7d
  orrery journal query demo --asset farm/T03 -- bearing -cleared`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, j, err := h.openJournal(args[0])
			if err != nil {
				return err
			}
			defer j.Close() //nolint:errcheck // nothing was written
			f.Text = strings.Join(args[1:], " ")
			if f.Kinds, err = kindsNamed(kinds); err != nil {
				return err
			}
			if err := between(&f, span, p.Site.Zone); err != nil {
				return err
			}
			if _, ok := p.Tree.AssetByPath(f.Asset); f.Asset != "" && !ok {
				return fmt.Errorf("--asset %s: there is no such asset in the twin: orrery info lists them", f.Asset)
			}
			entries, err := j.Query(cmd.Context(), f)
			if err != nil {
				return err
			}
			return printEntries(entries, p.Site.Zone, h.json)
		},
	}
	h.flags(cmd)
	cmd.Flags().StringVar(&span.from, "from", "", "begin here: a time, or -24h before --to")
	cmd.Flags().StringVar(&span.to, "to", "", "end here: a time; default: now")
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "alarm, command, device, note or system; several with commas")
	cmd.Flags().StringVar(&f.Asset, "asset", "", "path of an asset: it and all below it")
	cmd.Flags().StringVar(&f.Ref, "ref", "", "of one occurrence or command")
	cmd.Flags().IntVar(&f.Limit, "limit", journal.DefaultLimit, "at most so many")
	cmd.Flags().BoolVar(&f.OldestFirst, "oldest-first", false, "print the oldest first")
	return cmd
}

func kindsNamed(names []string) ([]twin.EventKind, error) {
	var out []twin.EventKind
	for _, name := range names {
		kind := twin.EventKind(strings.ToLower(name))
		if !slices.Contains(journalKinds, kind) {
			return nil, fmt.Errorf("--kind %s: known are alarm, command, device, note and system", name)
		}
		out = append(out, kind)
	}
	return out, nil
}

// between narrows a filter to a span; both ends may be left open.
func between(f *journal.Filter, span period, zone *time.Location) error {
	now := time.Now().In(zone)
	to, err := parseMoment(span.to, now)
	if err != nil {
		return fmt.Errorf("--to %q: %w", span.to, err)
	}
	if span.to != "" {
		f.To = to.Add(time.Nanosecond)
	}
	if span.from == "" {
		return nil
	}
	if f.From, err = parseMoment(span.from, to); err != nil {
		return fmt.Errorf("--from %q: %w", span.from, err)
	}
	if f.From.After(to) {
		return errors.New("--from lies behind --to: there is nothing between them")
	}
	return nil
}

func printEntries(entries []journal.Entry, zone *time.Location, asJSON bool) error {
	rows := make([]journalRow, len(entries))
	for i, e := range entries {
		rows[i] = journalRow{e.ID, e.Time.In(zone), string(e.Kind), e.AssetPath, e.SignalPath, e.Priority.String(), e.Action, e.Ref, e.User, e.Text}
	}
	if asJSON {
		return printJSON(rows)
	}
	w := csv.NewWriter(os.Stdout)
	lines := [][]string{{"id", "time", "kind", "asset", "signal", "priority", "action", "ref", "user", "text"}}
	for _, r := range rows {
		lines = append(lines, []string{strconv.FormatInt(r.ID, 10), r.Time.Format("2006-01-02T15:04:05.000Z07:00"), r.Kind, r.Asset, r.Signal, r.Priority, r.Action, r.Ref, r.User, r.Text})
	}
	return w.WriteAll(lines)
}

func journalNoteCommand() *cobra.Command {
	var h historyPlace
	var at, asset, by string
	cmd := &cobra.Command{
		Use:     "note TWIN TEXT",
		Short:   "Write a note; a window that has the twin open shows it within seconds",
		Example: `  orrery journal note demo "oil changed, filter was clogged" --asset farm/T03/gearbox --at "yesterday 14:30"`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, j, err := h.openJournal(args[0])
			if err != nil {
				return err
			}
			return errors.Join(writeNote(cmd.Context(), p, j, args[1], asset, at, by), j.Close())
		},
	}
	cmd.Flags().StringVar(&h.data, "data", "", "folder of history and journal; default: .orrery in the twin's folder, or that of the demo")
	cmd.Flags().StringVar(&asset, "asset", "", "path of the asset that it is about")
	cmd.Flags().StringVar(&at, "at", "", "the time that it is about: 14:30, -2h, yesterday 9:15; default: now")
	cmd.Flags().StringVar(&by, "user", "", "who writes; default: the user of this computer")
	return cmd
}

func writeNote(ctx context.Context, p *project.Project, j *journal.Journal, text, asset, at, by string) error {
	now := time.Now().In(p.Site.Zone)
	when, err := parseMoment(at, now)
	if err != nil {
		return fmt.Errorf("--at %q: %w", at, err)
	}
	if when.After(now) {
		return errors.New("--at lies ahead: a note is about what has been")
	}
	e := twin.Event{Time: when, Kind: twin.NoteEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: "written", User: by, Text: strings.Join(strings.Fields(text), " ")}
	if e.Text == "" {
		return errors.New("the note is empty")
	}
	if asset != "" {
		id, ok := p.Tree.AssetByPath(asset)
		if !ok {
			return fmt.Errorf("--asset %s: there is no such asset in the twin: orrery info lists them", asset)
		}
		e.Asset = id
	}
	if e.User == "" {
		if u, err := user.Current(); err == nil {
			e.User = u.Username
		}
	}
	return j.Append(ctx, e)
}

func journalCheckCommand() *cobra.Command {
	var h historyPlace
	cmd := &cobra.Command{
		Use:   "check TWIN",
		Short: "Verify the chain of hashes: that no entry was changed, left out or taken away",
		Long: `Verify the chain of hashes over all entries: that none was changed, left out or taken away since it was written.

Whoever can write the file can also write a new chain: keep the hash that is printed elsewhere, where that matters.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, j, err := h.openJournal(args[0])
			if err != nil {
				return err
			}
			defer j.Close() //nolint:errcheck // nothing was written
			n, hash, err := j.Seal(cmd.Context())
			if err != nil {
				return err
			}
			if err := j.Verify(cmd.Context()); err != nil {
				return err
			}
			if h.json {
				return printJSON(map[string]any{"entries": n, "hash": fmt.Sprintf("%x", hash)})
			}
			fmt.Printf("%d entries, none changed\n%x\n", n, hash)
			return nil
		},
	}
	h.flags(cmd)
	return cmd
}
