package fmi

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// System is an SSP archive (System Structure and Parameterization 1.0): FMUs with what connects them. Nothing of it has
// been run. Close removes what was unpacked.
type System struct {
	Name        string
	Components  []Component
	Connections []Connection
	Experiment  Experiment
	Cycle       bool     // connections run in a circle: those against the order lag by a step
	Notes       []string // what was passed over

	dir   string
	order []int // of components: each after those that feed it, as far as there is no cycle
}

// Component is one FMU of a system.
type Component struct {
	Name   string // dotted where systems are nested
	File   *File
	Kind   Kind
	Values map[string]Value // set before the start
}

// Connection feeds an input of one component from an output of another: input = Factor·output + Offset. From −1 is an
// input of the whole system, To −1 an output of it.
type Connection struct {
	From, To       int // index of components
	Output, Input  string
	Factor, Offset float64
}

// Bounds on a system.
const (
	structureAt     = "SystemStructure.ssd"
	largestStruct   = 16 << 20 // bytes
	mostComponents  = 256
	mostConnections = 100_000
	deepestSystem   = 16
	sspNamespace    = "http://ssp-standard.org/SSP1/SystemStructureDescription"
	fmuType         = "application/x-fmu-sharedlibrary"
)

type xmlStructure struct {
	XMLName    xml.Name  `xml:"SystemStructureDescription"`
	Version    string    `xml:"version,attr"`
	Name       string    `xml:"name,attr"`
	System     xmlSystem `xml:"System"`
	Experiment *struct {
		Start string `xml:"startTime,attr"`
		Stop  string `xml:"stopTime,attr"`
	} `xml:"DefaultExperiment"`
}

type xmlSystem struct {
	Name       string         `xml:"name,attr"`
	Bindings   []xmlBinding   `xml:"ParameterBindings>ParameterBinding"`
	Elements   xmlElementList `xml:"Elements"`
	Connectors []xmlConnector `xml:"Connectors>Connector"`
	Links      []xmlLink      `xml:"Connections>Connection"`
}

type xmlElementList struct {
	Components   []xmlComponent `xml:"Component"`
	Systems      []xmlSystem    `xml:"System"`
	Dictionaries []struct{}     `xml:"SignalDictionaryReference"`
}

type xmlComponent struct {
	Name           string         `xml:"name,attr"`
	Source         string         `xml:"source,attr"`
	Type           string         `xml:"type,attr"`
	Implementation string         `xml:"implementation,attr"`
	Bindings       []xmlBinding   `xml:"ParameterBindings>ParameterBinding"`
	Connectors     []xmlConnector `xml:"Connectors>Connector"`
}

type xmlConnector struct {
	Name string `xml:"name,attr"`
	Kind string `xml:"kind,attr"`
}

type xmlBinding struct {
	Source string `xml:"source,attr"`
	Prefix string `xml:"prefix,attr"`
	Inline *struct {
		Set xmlSet `xml:"ParameterSet"`
	} `xml:"ParameterValues"`
	Mapping *struct{} `xml:"ParameterMapping"`
}

type xmlLink struct {
	FromElement string    `xml:"startElement,attr"`
	From        string    `xml:"startConnector,attr"`
	ToElement   string    `xml:"endElement,attr"`
	To          string    `xml:"endConnector,attr"`
	Linear      *xmlSlope `xml:"LinearTransformation"`
	Boolean     *struct{} `xml:"BooleanMappingTransformation"`
	Integer     *struct{} `xml:"IntegerMappingTransformation"`
	Enumeration *struct{} `xml:"EnumerationMappingTransformation"`
}

type xmlSlope struct {
	Factor string `xml:"factor,attr"`
	Offset string `xml:"offset,attr"`
}

// OpenSystem reads an SSP archive and unpacks its FMUs into a folder of its own. They are looked at, not run.
func OpenSystem(file string) (_ *System, err error) {
	archive, err := openArchive(file, structureAt)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	text, err := archive.entry(structureAt).Open()
	if err != nil {
		return nil, fmt.Errorf("fmi: %s: %w", filepath.Base(file), err)
	}
	defer text.Close()
	var x xmlStructure
	if err := decode(text, largestStruct, &x); err != nil {
		return nil, fmt.Errorf("fmi: %s: %s: %w", filepath.Base(file), structureAt, err)
	}
	s := &System{Name: x.Name}
	defer func() {
		if err != nil {
			s.Close()
			err = fmt.Errorf("fmi: %s: %w", filepath.Base(file), err)
		}
	}()
	if x.XMLName.Space != sspNamespace || x.Version != "1.0" && !strings.HasPrefix(x.Version, "1.0.") {
		return nil, fmt.Errorf("version %.20q of the namespace %.80q is not read: export it as SSP 1.0", x.Version, x.XMLName.Space)
	}
	if s.dir, err = os.MkdirTemp("", "orrery-ssp"); err != nil {
		return nil, err
	}
	if err := s.read(&x, archive, map[string]string{}); err != nil {
		return nil, err
	}
	return s, nil
}

// read makes a structure flat. opened says where FMUs are unpacked already, by their names in the archive.
func (s *System) read(x *xmlStructure, archive *File, opened map[string]string) (err error) {
	if x.Experiment != nil {
		if s.Experiment.StartSec, err = seconds(x.Experiment.Start, 0); err != nil {
			return err
		}
		if s.Experiment.StopSec, err = seconds(x.Experiment.Stop, 0); err != nil {
			return err
		}
	}
	b := &systemReader{System: s, archive: archive, index: map[string]int{}, systems: map[string]bool{}, opened: opened}
	if err := b.system(&x.System, "", nil, 0); err != nil {
		return err
	}
	if len(s.Components) == 0 {
		return errors.New("it holds no FMU")
	}
	if err := b.connect(); err != nil {
		return err
	}
	s.sort()
	return nil
}

func seconds(text string, fallback float64) (float64, error) {
	v := fallback
	if err := number(text, &v); err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%.40q is no time in seconds", text)
	}
	return v, nil
}

// Close closes the FMUs and removes what was unpacked.
func (s *System) Close() error {
	var errs []error
	for _, c := range s.Components {
		if c.File != nil {
			errs = append(errs, c.File.Close())
		}
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// Files are the FMUs of the system, each once: what the user has to trust.
func (s *System) Files() []*File {
	var out []*File
	seen := map[string]bool{}
	for _, c := range s.Components {
		if !seen[c.File.Hash] {
			seen[c.File.Hash] = true
			out = append(out, c.File)
		}
	}
	return out
}

// systemReader flattens nested systems.
type systemReader struct {
	*System
	archive *File
	index   map[string]int    // dotted name of a component
	systems map[string]bool   // dotted names of nested systems
	opened  map[string]string // source → unpacked file
	links   []plainLink
}

// parameters of an outer system that are for what lies within, with their prefixes.
type bound struct {
	prefix string
	set    *ParameterSet
}

func (b *systemReader) system(x *xmlSystem, prefix string, outer []bound, depth int) error {
	if depth > deepestSystem {
		return fmt.Errorf("systems are nested deeper than %d", deepestSystem)
	}
	sets, err := b.bindings(x.Bindings, prefix)
	if err != nil {
		return err
	}
	outer = append(outer[:len(outer):len(outer)], sets...)
	if len(x.Elements.Dictionaries) > 0 {
		b.Notes = append(b.Notes, "signal dictionaries are not read: "+orRoot(prefix))
	}
	for i := range x.Elements.Components {
		if err := b.component(&x.Elements.Components[i], prefix, outer); err != nil {
			return err
		}
	}
	for i := range x.Elements.Systems {
		inner := &x.Elements.Systems[i]
		if inner.Name == "" {
			return errors.New("a system within another has no name")
		}
		b.systems[prefix+inner.Name] = true
		if err := b.system(inner, prefix+inner.Name+".", outer, depth+1); err != nil {
			return err
		}
	}
	for i := range x.Links {
		if err := b.link(&x.Links[i], prefix); err != nil {
			return err
		}
	}
	return nil
}

func orRoot(prefix string) string {
	if prefix == "" {
		return "the system itself"
	}
	return strings.TrimSuffix(prefix, ".")
}

// bindings reads parameter sets. Those of a system name their parameters from there.
func (b *systemReader) bindings(list []xmlBinding, prefix string) (out []bound, err error) {
	for _, x := range list {
		if x.Mapping != nil {
			return nil, errors.New("parameter mappings are not read: name the parameters as the FMUs do")
		}
		var set *ParameterSet
		switch {
		case x.Inline != nil:
			set, err = x.Inline.Set.read()
		case x.Source != "":
			set, err = b.parameterFile(x.Source)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		if x.Prefix != "" && !strings.HasSuffix(x.Prefix, ".") {
			x.Prefix += "."
		}
		out = append(out, bound{prefix + x.Prefix, set})
	}
	return out, nil
}

func (b *systemReader) parameterFile(source string) (*ParameterSet, error) {
	entry := b.archive.entry(path.Clean(source))
	if entry == nil {
		return nil, fmt.Errorf("the archive holds no %.80q", source)
	}
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadParameterSet(r)
}

func (b *systemReader) component(x *xmlComponent, prefix string, outer []bound) error {
	name := prefix + x.Name
	if _, dup := b.index[name]; dup || x.Name == "" {
		return fmt.Errorf("the component %.80q has no name of its own", name)
	}
	if len(b.Components) >= mostComponents {
		return fmt.Errorf("more than %d components", mostComponents)
	}
	if x.Type != "" && x.Type != fmuType {
		return fmt.Errorf("the component %.80q is of type %.80q: only FMUs are run", name, x.Type)
	}
	file, err := b.unpack(x.Source)
	if err != nil {
		return fmt.Errorf("the component %.80q: %w", name, err)
	}
	c := Component{Name: name, File: file, Kind: CoSimulation, Values: map[string]Value{}}
	if x.Implementation == "ModelExchange" || x.Implementation != "CoSimulation" && file.Runs(CoSimulation) != nil && file.Runs(ModelExchange) == nil {
		c.Kind = ModelExchange
	}
	b.index[name] = len(b.Components)
	b.Components = append(b.Components, c)
	own, err := b.bindings(x.Bindings, name+".")
	if err != nil {
		return fmt.Errorf("the component %.80q: %w", name, err)
	}
	for _, set := range append(outer[:len(outer):len(outer)], own...) {
		if err := c.assign(set); err != nil {
			return fmt.Errorf("the component %.80q: %w", name, err)
		}
	}
	return nil
}

// assign takes the values of a set that are for this component.
func (c *Component) assign(b bound) error {
	mine := &ParameterSet{Name: b.set.Name}
	for _, p := range b.set.Parameters {
		if name, ok := strings.CutPrefix(b.prefix+p.Name, c.Name+"."); ok {
			p.Name = name
			mine.Parameters = append(mine.Parameters, p)
		}
	}
	list, err := mine.Assignments(c.File.Description)
	if err != nil {
		return err
	}
	for _, a := range list {
		c.Values[a.Name] = a.Value
	}
	return nil
}

// unpack copies an FMU out of the archive, once.
func (b *systemReader) unpack(source string) (*File, error) {
	name := path.Clean(source)
	if at, ok := b.opened[name]; ok {
		return Open(at)
	}
	entry := b.archive.entry(name)
	if entry == nil {
		return nil, fmt.Errorf("the archive holds no %.80q", source)
	}
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	at := filepath.Join(b.dir, fmt.Sprintf("%d-%s", len(b.opened), filepath.Base(name)))
	f, err := os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(f, io.LimitReader(r, largestFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if n > largestFile {
		return nil, fmt.Errorf("%.80q is larger than %d MB", source, largestFile>>20)
	}
	b.opened[name] = at
	return Open(at)
}
