//go:build occt && cgo

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/orrery-twin/orrery/assets/cad"
	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/scene"
)

// presets are the parameters of each precision; see cad.Precision.
var presets = map[cad.Precision]settings{
	cad.Coarse: {linear: 4e-3, angleRad: 30 * math.Pi / 180},
	cad.Normal: {linear: 1e-3, angleRad: 20 * math.Pi / 180},
	cad.Fine:   {linear: 2.5e-4, angleRad: 10 * math.Pi / 180},
}

// run does what the command line asks for.
func run(o options, log *journal) error {
	if o.tied {
		go endWithInput()
	}
	stdout, err := ownStdout()
	if err != nil {
		return err
	}
	format, err := formatOf(o.file)
	if err != nil {
		return err
	}
	limit, err := confine(o.file, o.maxMemoryMB<<20)
	if err != nil {
		return err
	}
	guardCrashes(limit)
	log.watch()
	s := presets[o.precision]
	s.maxTriangles, s.threads = o.maxTriangles, o.threads
	f, err := open(o.file, format, s)
	if err != nil {
		return o.explain(err)
	}
	r := f.report()
	if o.info {
		r.Warnings = append(f.warnings(), unitWarnings(r)...)
		if err := printInfo(stdout, f, r); err != nil {
			return err
		}
		log.finish(r)
		return nil
	}
	if r.Estimate/2 > o.maxTriangles { // the estimate is seldom too large, and never by more than this
		return fmt.Errorf("about %d triangles would be made at %s precision, and %d is the limit; take a coarser precision or raise the limit",
			r.Estimate, o.precision, o.maxTriangles)
	}
	sc, err := f.scene(&r)
	if err != nil {
		return o.explain(err)
	}
	r.Warnings = append(append(f.warnings(), r.Warnings...), unitWarnings(r)...)
	log.write()
	if err := o.writeGLB(stdout, sc); err != nil {
		return err
	}
	log.finish(r)
	return nil
}

// explain says what to do about an error of OpenCASCADE.
func (o options) explain(err error) error {
	if err.Error() != "out of memory" && !starved() {
		return err
	}
	if o.maxMemoryMB > 0 {
		return fmt.Errorf("out of memory: the conversion needs more than the limit of %d MB; take a coarser precision or raise the limit", o.maxMemoryMB)
	}
	return errors.New("out of memory: take a coarser precision, or a machine with more")
}

// writeGLB writes the scene where it was asked for. A file appears whole or not at all.
func (o options) writeGLB(stdout io.Writer, s *scene.Scene) (err error) {
	const generator = "orrery-cad"
	if o.out == "" {
		return gltf.Write(stdout, s, generator)
	}
	part := o.out + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644) // for writing alone: reading is confined
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(gltf.Write(w, s, generator), w.Flush(), f.Close())
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return os.Rename(part, o.out)
}

// formatOf tells the format by the content of the file, or by its name where the content says nothing.
func formatOf(path string) (int32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return 0, errors.New("that is not a file")
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if n == 0 {
		return 0, errors.New("the file is empty")
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	format := cad.Sniff(head[:n])
	if format == "" {
		format = cad.ByName(path)
	}
	return nativeFormat(format, head[:n])
}

// endWithInput ends the process when its caller has died or lets go of it.
func endWithInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(exitFailed)
}

// treeNode is a line of the tree that -info prints.
type treeNode struct {
	Name     string `json:"name"`
	Product  string `json:"product,omitempty"`
	Parent   int    `json:"parent"`
	Part     int    `json:"part"`
	Layers   string `json:"layers,omitempty"`
	Material string `json:"material,omitempty"`
	Hidden   bool   `json:"hidden,omitempty"`
}

func printInfo(w io.Writer, f *file, r cad.Report) error {
	tree := make([]treeNode, len(f.nodes))
	for i, n := range f.nodes {
		tree[i] = treeNode{n.label(), n.product, n.parent, n.part, n.layers, n.material, n.hidden}
	}
	facts := map[string]string{}
	for _, p := range f.facts {
		facts[p[0]] = p[1]
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Report cad.Report        `json:"report"`
		Facts  map[string]string `json:"facts,omitempty"`
		Tree   []treeNode        `json:"tree"`
	}{r, facts, tree})
}

// formatName names the format with its schema, for people.
func formatName(schema string) string {
	upper := strings.ToUpper(schema)
	for _, known := range []struct{ has, name string }{
		{"AP242", "STEP AP242"}, {"AUTOMOTIVE_DESIGN", "STEP AP214"}, {"CONFIG_CONTROL_DESIGN", "STEP AP203"},
		{"CONFIGURATION_CONTROL_3D_DESIGN", "STEP AP203 ed. 2"}, {"AP203", "STEP AP203 ed. 2"},
		{"IGES", "IGES"}, {"BREP", "BREP"},
	} {
		if strings.Contains(upper, known.has) {
			return known.name
		}
	}
	if schema == "" {
		return "STEP"
	}
	return "STEP " + strings.ToLower(strings.SplitN(schema, " ", 2)[0])
}
