package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

const pumpDescription = `<fmiModelDescription fmiVersion="3.0" modelName="Pump" instantiationToken="{p}" generationTool="our own hands">
<CoSimulation modelIdentifier="pump"/><ModelVariables><Float64 name="time" valueReference="0" causality="independent" variability="continuous"/>
<Float64 name="k" valueReference="1" causality="parameter" variability="tunable" start="2"/></ModelVariables><ModelStructure/></fmiModelDescription>`

func pumpFMU(t *testing.T, name, description string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("modelDescription.xml")
	if err == nil {
		_, err = w.Write([]byte(description))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Trust is given by hand, remembered for the very file, and taken back.
func TestTrustIsGivenAndTakenBack(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AppData", t.TempDir())
	path := pumpFMU(t, "pump.fmu", pumpDescription)
	run := func(args ...string) (string, error) {
		cmd := fmuTrustCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SilenceUsage = true
		cmd.SetArgs(args)
		err := cmd.Execute()
		return out.String(), err
	}
	if out, err := run("--list"); err != nil || out != "" {
		t.Fatalf("at first: %q %v", out, err)
	}
	if out, err := run(path); err != nil || !strings.Contains(out, "Pump, made by our own hands, may run") {
		t.Fatalf("%q %v", out, err)
	}
	trust, err := fmuTrust()
	if err != nil {
		t.Fatal(err)
	}
	known := func(path string) (bool, string) {
		f, err := fmi.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return trust.Knows(f), f.Hash
	}
	ok, hash := known(path)
	other, _ := known(pumpFMU(t, "pump.fmu", strings.Replace(pumpDescription, `start="2"`, `start="3"`, 1)))
	if !ok || other {
		t.Errorf("the file %v, a changed one %v", ok, other)
	}
	if out, err := run("--list"); err != nil || !strings.HasPrefix(out, hash) || !strings.Contains(out, "Pump  pump.fmu") {
		t.Errorf("%q %v", out, err)
	}
	for _, args := range [][]string{{}, {path, "--list"}, {"--revoke", hash[:4]}, {"--revoke", "zzzzzzzzzz"}, {filepath.Join(t.TempDir(), "none.fmu")}} {
		if _, err := run(args...); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
	if _, err := run("--revoke", hash[:12]); err != nil {
		t.Error(err)
	}
	if out, err := run("--list"); err != nil || out != "" {
		t.Errorf("at last: %q %v", out, err)
	}
}

func TestTheRemedyCanBeTyped(t *testing.T) {
	err := asked(&fmi.UntrustedError{Path: "a b/it's.fmu", Model: "Pump", Hash: strings.Repeat("0", 64)})
	if want := `orrery fmu trust 'a b/it'\''s.fmu'`; os.PathSeparator == '/' && !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v\nlacks %s", err, want)
	}
	if got := shellWord("twin/pump-2.fmu"); got != "twin/pump-2.fmu" {
		t.Error(got)
	}
}
