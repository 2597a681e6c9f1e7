package main

import (
	"encoding/json"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/timeline"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "orrery [TWIN]",
		Short: "A 3D digital twin of your plant on one timeline",
		Long: `Orrery shows a plant in 3D on one timeline: drag the cursor back and it stands as it stood, let go at now and it
is live, drag past now and it stands as the twin predicts.

Without a command it opens the app: on the twin file (or its folder) given, at the moment that a link (orrery://twin?at=…)
names, or on the start page.`,
		Args:          cobra.MaximumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	}
	look := windowFlags(root)
	root.RunE = func(cmd *cobra.Command, args []string) error {
		path := ""
		if len(args) == 1 {
			path = args[0]
		}
		return runApp(cmd.Context(), path, *look)
	}
	root.AddCommand(demoCommand(), viewCommand(), snapshotCommand(), sheetCommand(), convertCommand(), checkCommand(), infoCommand(), corpusCommand(), serveCommand(), historyCommand(), journalCommand(), exportCommand(), plotCommand(), importCommand(), simCommand(), sweepCommand(), workerCommand(), fmuCommand(),
		predictCommand(), stopsCommand(), benchCommand(), doctorCommand())
	return root
}

// window holds the flags of commands that open the app.
type window struct {
	size      string
	theme     string
	probe     string
	presenter string
}

func windowFlags(cmd *cobra.Command) *window {
	w := &window{}
	cmd.Flags().StringVar(&w.size, "size", "1600x900", "size of the window in pixels")
	cmd.Flags().StringVar(&w.theme, "theme", "", "day, night or auto; default: as last time")
	cmd.Flags().StringVar(&w.probe, "probe", "", "answer on this Unix socket with what the window shows, as JSON, for tests")
	cmd.Flags().StringVar(&w.presenter, "presenter", "", "how 3D reaches the window: shared or readback; default: by self-test")
	return w
}

// printJSON writes v indented to standard output.
func printJSON(v any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// parseMoment reads a time as people write it, in the zone of now, or as a distance from now: "+48h", "-2d". Empty is now.
func parseMoment(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now, nil
	}
	return timeline.ParseMoment(s, now, now.Location())
}
