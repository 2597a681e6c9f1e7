package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func benchCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:       "bench [" + strings.Join(benchNames(), "|") + "]",
		Short:     "The figures of this machine beside their bars and peers",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: benchNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			var out []figure
			for _, b := range benches {
				if len(args) == 1 && args[0] != b.name {
					continue
				}
				fmt.Fprintf(os.Stderr, "measuring %s…\n", b.name)
				figures, err := b.run(cmd.Context())
				if err != nil {
					return fmt.Errorf("%s: %w", b.name, err)
				}
				out = append(out, figures...)
			}
			if asJSON {
				return printJSON(out)
			}
			return printFigures(os.Stdout, out)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func benchNames() []string {
	var out []string
	for _, b := range benches {
		out = append(out, b.name)
	}
	return out
}
