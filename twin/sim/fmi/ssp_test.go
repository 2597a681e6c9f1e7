package fmi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const ssdHead = `<?xml version="1.0"?>
<ssd:SystemStructureDescription xmlns:ssd="http://ssp-standard.org/SSP1/SystemStructureDescription" xmlns:ssc="http://ssp-standard.org/SSP1/SystemStructureCommon"
 xmlns:ssv="http://ssp-standard.org/SSP1/SystemStructureParameterValues" version="1.0" name="Lags">`

const sspConnectors = `<ssd:Connectors><ssd:Connector name="u" kind="input"><ssc:Real/></ssd:Connector><ssd:Connector name="y" kind="output"><ssc:Real/></ssd:Connector></ssd:Connectors>`

// component of an archive: a lag of first order, x' = (gain·u − x)/tau.
func ssdLag(name, implementation, more string) string {
	return fmt.Sprintf(`<ssd:Component name="%s" source="resources/lag.fmu" type="application/x-fmu-sharedlibrary" implementation="%s">%s%s</ssd:Component>`, name, implementation, sspConnectors, more)
}

func ssp(t testing.TB, ssd string, more map[string]string) string {
	t.Helper()
	fmu, err := os.ReadFile(buildFile(t, fixture{version: 3}))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{structureAt: ssd, "resources/lag.fmu": string(fmu)}
	for name, text := range more {
		entries[name] = text
	}
	path := filepath.Join(t.TempDir(), "lags.ssp")
	writeZip(t, path, entries)
	return path
}

func openSystem(t testing.TB, path string) (*System, Options) {
	t.Helper()
	s, err := OpenSystem(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, Options{Tool: testTool, Trust: trusting(t, s.Files()[0]), CallLimit: 5 * time.Second}
}

// Two lags one after the other answer 1 − (1 + t)·e^−t to a step; the second stands first in the file, and within a system
// of its own.
func TestSystemInARow(t *testing.T) {
	for implementation, bar := range map[string]float64{"ModelExchange": 1e-4, "CoSimulation": 1e-2} {
		ssd := ssdHead + `<ssd:System name="root"><ssd:Elements>
<ssd:System name="inner"><ssd:Connectors><ssd:Connector name="in" kind="input"/></ssd:Connectors><ssd:Elements>` + ssdLag("second", implementation, "") + `</ssd:Elements>
<ssd:Connections><ssd:Connection startConnector="in" endElement="second" endConnector="u"/></ssd:Connections></ssd:System>` +
			ssdLag("first", implementation, `<ssd:ParameterBindings><ssd:ParameterBinding source="resources/first.ssv"/></ssd:ParameterBindings>`) + `</ssd:Elements>
<ssd:Connections><ssd:Connection startElement="first" startConnector="y" endElement="inner" endConnector="in"><ssc:LinearTransformation xmlns:ssc="http://ssp-standard.org/SSP1/SystemStructureDescription" factor="0.5"/></ssd:Connection></ssd:Connections></ssd:System>
<ssd:DefaultExperiment startTime="0" stopTime="3"/></ssd:SystemStructureDescription>`
		s, opts := openSystem(t, ssp(t, ssd, map[string]string{"resources/first.ssv": `<ssv:ParameterSet xmlns:ssv="http://ssp-standard.org/SSP1/SystemStructureParameterValues" version="1.0" name="p"><ssv:Parameters><ssv:Parameter name="gain"><ssv:Real value="2"/></ssv:Parameter></ssv:Parameters></ssv:ParameterSet>`}))
		if s.Cycle || len(s.Connections) != 1 || s.Components[s.order[0]].Name != "first" || s.Connections[0].Factor != .5 {
			t.Fatalf("%+v", s)
		}
		out, err := s.Simulate(context.Background(), SystemRun{StepSec: .01, Options: opts})
		if err != nil {
			t.Fatal(err)
		}
		y := out.Column("inner.second.y")
		if len(y) != 301 {
			t.Fatalf("%d rows of %v", len(y), out.Names)
		}
		for k, time := range out.Time {
			if want := 1 - (1+time)*math.Exp(-time); math.Abs(y[k]-want) > bar {
				t.Fatalf("%s: at %g s it is %g, want %g", implementation, time, y[k], want)
			}
		}
	}
}

// Two lags in a circle with a minus sign swing into one half each.
func TestSystemInACircle(t *testing.T) {
	ssd := ssdHead + `<ssd:System name="root"><ssd:Elements>` + ssdLag("a", "ModelExchange", "") + ssdLag("b", "ModelExchange", "") + `</ssd:Elements><ssd:Connections>
<ssd:Connection startElement="a" startConnector="y" endElement="b" endConnector="u"/>
<ssd:Connection startElement="b" startConnector="y" endElement="a" endConnector="u"><ssd:LinearTransformation factor="-1" offset="1"/></ssd:Connection></ssd:Connections></ssd:System></ssd:SystemStructureDescription>`
	s, opts := openSystem(t, ssp(t, ssd, nil))
	if !s.Cycle {
		t.Error("the cycle was not seen")
	}
	out, err := s.Simulate(context.Background(), SystemRun{StopSec: 6, StepSec: .002, Options: opts})
	if err != nil {
		t.Fatal(err)
	}
	a, b := out.Column("a.y"), out.Column("b.y")
	for k, time := range out.Time {
		e, sin, cos := .5*math.Exp(-time), math.Sin(time), math.Cos(time)
		if da, db := .5-e*(cos-sin), .5-e*(sin+cos); math.Abs(a[k]-da) > 4e-3 || math.Abs(b[k]-db) > 4e-3 {
			t.Fatalf("at %g s %g and %g, want %g and %g", time, a[k], b[k], da, db)
		}
	}
	opts.Trust, _ = OpenTrust("")
	var ask *UntrustedError
	if _, err := s.Simulate(context.Background(), SystemRun{Options: opts}); !errors.As(err, &ask) {
		t.Errorf("nobody was asked: %v", err)
	}
}

func TestBadSystems(t *testing.T) {
	whole := ssdHead + `<ssd:System name="root">` + "%s" + `</ssd:System></ssd:SystemStructureDescription>`
	row := `<ssd:Elements>` + ssdLag("a", "CoSimulation", "") + ssdLag("b", "CoSimulation", "") + `</ssd:Elements><ssd:Connections>%s</ssd:Connections>`
	link := func(a, x, b, y string) string {
		return fmt.Sprintf(`<ssd:Connection startElement="%s" startConnector="%s" endElement="%s" endConnector="%s"/>`, a, x, b, y)
	}
	for _, c := range [][2]string{
		{fmt.Sprintf(whole, ""), "holds no FMU"},
		{strings.Replace(fmt.Sprintf(whole, ""), `version="1.0" name`, `version="2.0" name`, 1), "export it as SSP 1.0"},
		{fmt.Sprintf(whole, fmt.Sprintf(row, link("a", "y", "c", "u"))), `leads to "c", which is not there`},
		{fmt.Sprintf(whole, fmt.Sprintf(row, link("a", "y", "b", "v"))), `b has no variable "v"`},
		{fmt.Sprintf(whole, fmt.Sprintf(row, link("a", "label", "b", "u"))), "no single number that comes out"},
		{fmt.Sprintf(whole, fmt.Sprintf(row, link("a", "y", "b", "u")+link("b", "y", "b", "u"))), "keep one"},
		{fmt.Sprintf(whole, strings.Replace(fmt.Sprintf(row, ""), "resources/lag.fmu", "resources/no.fmu", 1)), `holds no "resources/no.fmu"`},
		{fmt.Sprintf(whole, strings.Replace(fmt.Sprintf(row, ""), "resources/lag.fmu", "../lag.fmu", 1)), `holds no "../lag.fmu"`},
		{fmt.Sprintf(whole, strings.Replace(fmt.Sprintf(row, ""), `name="b"`, `name="a"`, 1)), "no name of its own"},
		{"<", "XML"},
	} {
		s, err := OpenSystem(ssp(t, c[0], nil))
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c[1]) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %q", err, c[1])
		}
	}
}

// Whatever a structure says, it is read or refused.
func FuzzSystem(f *testing.F) {
	f.Add([]byte(ssdHead + `<ssd:System name="root"><ssd:Elements>` + ssdLag("a", "CoSimulation", "") + `</ssd:Elements><ssd:Connections><ssd:Connection startElement="a" startConnector="y" endElement="a" endConnector="u"/></ssd:Connections></ssd:System></ssd:SystemStructureDescription>`))
	fmu := buildFile(f, fixture{version: 3})
	path := filepath.Join(f.TempDir(), "x.ssp")
	writeZip(f, path, map[string]string{structureAt: "", "resources/a.ssv": "<"})
	archive, err := openArchive(path, structureAt)
	if err != nil {
		f.Fatal(err)
	}
	defer archive.Close()
	f.Fuzz(func(t *testing.T, ssd []byte) {
		var x xmlStructure
		if decode(bytes.NewReader(ssd), largestStruct, &x) != nil {
			return
		}
		s := &System{}
		defer s.Close()
		if s.read(&x, archive, map[string]string{"resources/lag.fmu": fmu}) == nil && len(s.order) != len(s.Components) {
			t.Errorf("%d of %d components have a place", len(s.order), len(s.Components))
		}
	})
}
