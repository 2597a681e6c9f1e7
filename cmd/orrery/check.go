package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/project"
)

func checkCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check TWIN",
		Short: "Validate a twin file; every fault with file:line:column and a remedy",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := project.Load(args[0])
			if err != nil {
				return err
			}
			if _, err := makeStudies(p); err != nil {
				return err
			}
			if err := checkFMUs(p); err != nil {
				return err
			}
			if asJSON {
				return printJSON(countsOf(p))
			}
			fmt.Printf("%s: no faults; %s\n", args[0], countsOf(p))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print counts as JSON")
	return cmd
}

// counts says how large a twin is.
type counts struct {
	Name     string `json:"name"`
	Assets   int    `json:"assets"`
	Signals  int    `json:"signals"`
	Models   int    `json:"models"`
	Bindings int    `json:"bindings"`
	Alarms   int    `json:"alarms"`
	Sources  int    `json:"sources"`
	Control  int    `json:"control_points"`
}

func countsOf(p *project.Project) counts {
	return counts{p.Name, len(p.Tree.Assets()), len(p.Tree.Signals()), len(p.Models), len(p.Bindings), len(p.Alarms), len(p.Sources), len(p.Control)}
}

func (c counts) String() string {
	return fmt.Sprintf("%s: %d assets, %d signals, %d models, %d bindings, %d alarms, %d sources, %d control points",
		c.Name, c.Assets, c.Signals, c.Models, c.Bindings, c.Alarms, c.Sources, c.Control)
}
