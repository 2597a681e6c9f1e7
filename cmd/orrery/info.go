package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui"
)

// modelInfo is what orrery info tells of a model.
type modelInfo struct {
	Name       string            `json:"name"`
	Format     string            `json:"format"`
	Generator  string            `json:"generator,omitempty"`
	Unit       assets.Unit       `json:"unit"`
	Up         assets.Up         `json:"up"`
	Files      []string          `json:"files"`
	Extensions []string          `json:"extensions,omitempty"`
	Nodes      int               `json:"nodes"`
	Meshes     int               `json:"meshes"`
	Materials  int               `json:"materials"`
	Textures   int               `json:"textures"`
	Vertices   int               `json:"vertices"`
	Triangles  int               `json:"triangles"`
	Drawn      int               `json:"triangles_drawn"`
	Lines      int               `json:"lines,omitempty"`
	Points     int               `json:"points,omitempty"`
	Clips      []string          `json:"clips,omitempty"`
	Variants   []string          `json:"variants,omitempty"`
	Lights     int               `json:"lights,omitempty"`
	Cameras    int               `json:"cameras,omitempty"`
	Properties map[string]string `json:"properties,omitempty"`
	Min        *[3]float64       `json:"min_m,omitempty"`
	Max        *[3]float64       `json:"max_m,omitempty"`
	Paths      []string          `json:"paths,omitempty"` // of the nodes, with --nodes
	Warnings   []string          `json:"warnings"`
	Peak       int64             `json:"peak_bytes,omitempty"` // most memory that this process had, where the system says it
}

// twinInfo is what orrery info tells of a twin.
type twinInfo struct {
	counts
	Nodes     int        `json:"nodes"`
	Triangles int        `json:"triangles_drawn"`
	Min       [3]float64 `json:"min_m"`
	Max       [3]float64 `json:"max_m"`
	Paths     []string   `json:"paths,omitempty"` // of the nodes, with --nodes
	Warnings  []string   `json:"warnings"`
}

func infoCommand() *cobra.Command {
	var asJSON, nodes bool
	var reading reading
	cmd := &cobra.Command{
		Use:   "info TWIN|MODEL",
		Short: "Counts, bounds and warnings of a twin or a model",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if assets.IsModel(args[0]) {
				opts, err := reading.options()
				if err != nil {
					return err
				}
				opts.Raw = true
				m, err := assets.Open(cmd.Context(), args[0], opts)
				if err != nil {
					return err
				}
				info := infoOf(args[0], m)
				if nodes {
					info.Paths = pathsOf(m.Scene)
				}
				return showModel(asJSON, info)
			}
			info, err := infoOfTwin(cmd.Context(), args[0], nodes)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(info)
			}
			fmt.Printf("%s; %d nodes, %d triangles drawn\n", info.counts, info.Nodes, info.Triangles)
			printBounds(info.Min, info.Max)
			printPaths(info.Paths)
			printWarnings(info.Warnings)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	cmd.Flags().BoolVar(&nodes, "nodes", false, "list the paths of all nodes")
	reading.flags(cmd)
	return cmd
}

func infoOfTwin(ctx context.Context, path string, nodes bool) (twinInfo, error) {
	p, err := project.Load(path)
	if err != nil {
		return twinInfo{}, err
	}
	s, err := ui.LoadScenery(ctx, p, nil, nil)
	if err != nil {
		return twinInfo{}, err
	}
	c, b := assets.CountsOf(s.Scene), s.Scene.Bounds(scene.Root)
	info := twinInfo{counts: countsOf(p), Nodes: c.Nodes, Triangles: c.Drawn, Min: b.Min, Max: b.Max, Warnings: s.Warnings}
	if nodes {
		info.Paths = pathsOf(s.Scene)
	}
	return info, nil
}

// pathsOf lists the nodes of a scene, parents first.
func pathsOf(s *scene.Scene) []string {
	var paths []string
	s.Walk(scene.Root, func(id scene.NodeID) bool {
		if id != scene.Root {
			paths = append(paths, s.Node(id).Path)
		}
		return true
	})
	return paths
}

func printPaths(paths []string) {
	for _, p := range paths {
		fmt.Println(p)
	}
}

func infoOf(name string, m *assets.Model) modelInfo {
	c, d := m.Counts(), m.Scene.Document()
	info := modelInfo{Name: name, Format: m.Format, Generator: d.Generator, Unit: m.Unit, Up: m.Up, Files: m.Files, Extensions: d.Extensions,
		Nodes: c.Nodes, Meshes: c.Meshes, Materials: c.Materials, Textures: c.Textures, Vertices: c.Vertices, Triangles: c.Triangles,
		Drawn: c.Drawn, Lines: c.Lines, Points: c.Points, Lights: len(d.Lights), Cameras: len(d.Cameras), Warnings: m.Warnings}
	for _, clip := range d.Clips {
		info.Clips = append(info.Clips, clip.Name)
	}
	for _, v := range d.Variants {
		info.Variants = append(info.Variants, v.Name)
	}
	if len(d.Properties) > 0 {
		info.Properties = map[string]string{}
		for _, p := range d.Properties {
			info.Properties[p.Name] = p.Text()
		}
	}
	if b := m.Scene.Bounds(scene.Root); !b.Empty() {
		lo, hi := [3]float64(b.Min), [3]float64(b.Max)
		info.Min, info.Max = &lo, &hi
	}
	info.Peak = peakOfProcess()
	return info
}

func showModel(asJSON bool, x modelInfo) error {
	if asJSON {
		return printJSON(x)
	}
	fmt.Printf("%s: %s, read in %s with %s up", x.Name, x.Format, x.Unit, x.Up)
	if x.Generator != "" {
		fmt.Printf(", made by %s", x.Generator)
	}
	fmt.Printf("\n%d nodes, %d meshes, %d materials, %d textures\n%d vertices, %d triangles (%d drawn)", x.Nodes, x.Meshes, x.Materials, x.Textures,
		x.Vertices, x.Triangles, x.Drawn)
	for _, more := range []struct {
		n    int
		what string
	}{{x.Lines, "lines"}, {x.Points, "points"}, {x.Lights, "lights"}, {x.Cameras, "cameras"}, {len(x.Clips), "animations"}, {len(x.Variants), "variants"}} {
		if more.n > 0 {
			fmt.Printf(", %d %s", more.n, more.what)
		}
	}
	fmt.Println()
	if len(x.Extensions) > 0 {
		fmt.Println("extensions:", strings.Join(x.Extensions, " "))
	}
	if x.Min != nil {
		printBounds(*x.Min, *x.Max)
	}
	printPaths(x.Paths)
	printWarnings(x.Warnings)
	return nil
}

func printBounds(lo, hi [3]float64) {
	fmt.Printf("from (%.4g, %.4g, %.4g) to (%.4g, %.4g, %.4g) m\n", lo[0], lo[1], lo[2], hi[0], hi[1], hi[2])
}

func printWarnings(warnings []string) {
	for _, w := range warnings {
		fmt.Fprintln(os.Stderr, "warning:", w)
	}
}
