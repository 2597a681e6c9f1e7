package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui"
)

// modelInfo is what orrery info tells of a model.
type modelInfo struct {
	Name      string     `json:"name"`
	Format    string     `json:"format"`
	Nodes     int        `json:"nodes"`
	Meshes    int        `json:"meshes"`
	Materials int        `json:"materials"`
	Vertices  int        `json:"vertices"`
	Triangles int        `json:"triangles"`
	Drawn     int        `json:"triangles_drawn"`
	Min       [3]float64 `json:"min_m"`
	Max       [3]float64 `json:"max_m"`
	Warnings  []string   `json:"warnings"`
}

// twinInfo is what orrery info tells of a twin.
type twinInfo struct {
	counts
	Nodes     int        `json:"nodes"`
	Triangles int        `json:"triangles_drawn"`
	Min       [3]float64 `json:"min_m"`
	Max       [3]float64 `json:"max_m"`
	Warnings  []string   `json:"warnings"`
}

func infoCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info TWIN|MODEL",
		Short: "Counts, bounds and warnings of a twin or a model",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if isModel(args[0]) {
				m, err := assets.Load(cmd.Context(), os.DirFS(filepath.Dir(args[0])), filepath.Base(args[0]), assets.Options{})
				if err != nil {
					return err
				}
				c, b := m.Counts(), m.Scene.Bounds(scene.Root)
				return showInfo(asJSON, modelInfo{args[0], m.Format, c.Nodes, c.Meshes, c.Materials, c.Vertices, c.Triangles, c.Drawn, b.Min, b.Max, m.Warnings})
			}
			p, err := project.Load(args[0])
			if err != nil {
				return err
			}
			s, err := ui.LoadScenery(cmd.Context(), p, nil)
			if err != nil {
				return err
			}
			m := assets.Model{Scene: s.Scene}
			b := s.Scene.Bounds(scene.Root)
			return showInfo(asJSON, twinInfo{countsOf(p), m.Counts().Nodes, m.Counts().Drawn, b.Min, b.Max, s.Warnings})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func showInfo(asJSON bool, v any) error {
	if asJSON {
		return printJSON(v)
	}
	switch x := v.(type) {
	case modelInfo:
		fmt.Printf("%s: %s, %d nodes, %d meshes, %d materials, %d vertices, %d triangles (%d drawn)\n", x.Name, x.Format, x.Nodes, x.Meshes, x.Materials, x.Vertices, x.Triangles, x.Drawn)
		printBounds(x.Min, x.Max, x.Warnings)
	case twinInfo:
		fmt.Printf("%s; %d nodes, %d triangles drawn\n", x.counts, x.Nodes, x.Triangles)
		printBounds(x.Min, x.Max, x.Warnings)
	}
	return nil
}

func printBounds(lo, hi [3]float64, warnings []string) {
	fmt.Printf("from (%.2f, %.2f, %.2f) to (%.2f, %.2f, %.2f) m\n", lo[0], lo[1], lo[2], hi[0], hi[1], hi[2])
	for _, w := range warnings {
		fmt.Println("warning:", w)
	}
}
