package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// lagFMU compiles the first-order lag of twin/sim/fmi/testdata, x' = (gain·u − x)/tau, as an FMU.
func lagFMU(t *testing.T, path string, version int) {
	t.Helper()
	library := filepath.Join(t.TempDir(), "test.so")
	model := filepath.Join("..", "..", "twin", "sim", "fmi", "testdata", "model.c")
	if out, err := exec.Command("gcc", "-O1", "-shared", "-fPIC", "-DFMI="+strconv.Itoa(version), "-o", library, model, "-lm").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	code, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	folder := map[int]string{2: "linux64", 3: "x86_64-linux"}[version]
	for name, text := range map[string]string{"modelDescription.xml": lagDescription(version), "binaries/" + folder + "/test.so": string(code)} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func lagDescription(version int) string {
	variable := func(kind, head, more string) string {
		if version == 2 {
			return fmt.Sprintf("<ScalarVariable %s><%s %s/></ScalarVariable>", head, map[string]string{"Float64": "Real", "Int32": "Integer"}[kind], more)
		}
		return fmt.Sprintf("<%s %s %s/>", kind, head, more)
	}
	vars := variable("Float64", `name="time" valueReference="0" causality="independent" variability="continuous"`, "") +
		variable("Float64", `name="x" valueReference="1" causality="local" variability="continuous" initial="exact"`, `start="0" unit="degC"`) +
		variable("Float64", `name="der(x)" valueReference="2" causality="local" variability="continuous"`, map[int]string{2: `derivative="2"`, 3: `derivative="1"`}[version]) +
		variable("Float64", `name="u" valueReference="3" causality="input" variability="continuous"`, `start="1"`) +
		variable("Float64", `name="y" valueReference="4" causality="output" variability="continuous"`, `unit="degC"`) +
		variable("Float64", `name="gain" valueReference="5" causality="parameter" variability="tunable"`, `start="1"`) +
		variable("Float64", `name="tau" valueReference="6" causality="parameter" variability="fixed"`, `start="1" unit="s"`) +
		variable("Int32", `name="fault" valueReference="8" causality="parameter" variability="fixed"`, `start="0"`)
	able, token := `canGetAndSetFMUState="true" canSerializeFMUState="true"`, `instantiationToken="{orrery-test}"`
	structure := `<ContinuousStateDerivative valueReference="2"/>`
	if version == 2 {
		able, token, structure = strings.ReplaceAll(able, "FMUState", "FMUstate"), `guid="{orrery-test}" numberOfEventIndicators="0"`, `<Derivatives><Unknown index="3"/></Derivatives>`
	}
	return fmt.Sprintf(`<fmiModelDescription fmiVersion="%d.0" modelName="Lag" %s><ModelExchange modelIdentifier="test" %s/><CoSimulation modelIdentifier="test" %s/>
<UnitDefinitions><Unit name="s"><BaseUnit s="1"/></Unit><Unit name="degC"><BaseUnit K="1" offset="273.15"/></Unit></UnitDefinitions>
<ModelVariables>%s</ModelVariables><ModelStructure>%s</ModelStructure></fmiModelDescription>`, version, token, able, able, vars, structure)
}

// fmuTool builds orrery-fmu and lets all commands of a test find it, with a trust list of their own.
func fmuTool(t *testing.T) {
	t.Helper()
	tool := filepath.Join(t.TempDir(), "orrery-fmu")
	if out, err := exec.Command("go", "build", "-o", tool, "github.com/orrery-twin/orrery/cmd/orrery-fmu").CombinedOutput(); err != nil {
		t.Fatalf("build orrery-fmu: %v\n%s", err, out)
	}
	t.Setenv("ORRERY_FMU", tool)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
}

const lagTwin = `orrery: 1
name: Pump hall
kinds:
  pump:
    signals:
      drive: {}
      oil: {unit: °C}
assets:
  P1: {kind: pump}
  P2: {kind: pump}
scenarios:
  horizon: 1d
  parameters:
    gain: {label: Cooling, unit: "1", min: 0, max: 10, default: 1}
fmus:
  lag:
    file: lag.fmu
    type: TYPE
    inputs: {u: drive}
    parameters:
      gain: {value: 1, range: [0, 10]}
      tau: 2 h
      fault: 0
    starts: {x: oil}
    outputs: {y: oil}
    step: 5min
simulation:
  - {kind: pump, model: lag}
`

// lagHall writes a twin of two pumps, what was measured there, and their FMU.
func lagHall(t *testing.T, version int, text string) string {
	t.Helper()
	dir := t.TempDir()
	lagFMU(t, filepath.Join(dir, "lag.fmu"), version)
	if err := os.WriteFile(filepath.Join(dir, "twin.yaml"), []byte(strings.Replace(text, "5min", "5m", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := project.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStation(context.Background(), p, stationOptions{data: filepath.Join(dir, ".orrery")})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano()
	var batch []twin.Sample
	for path, value := range map[string]float64{"P1/drive": 30, "P1/oil": 283.15, "P2/drive": 50, "P2/oil": 293.15} {
		id, ok := p.Tree.SignalByPath(path)
		if !ok {
			continue
		}
		batch = append(batch, twin.Sample{Signal: id, Quality: twin.Good, Time: at, Value: value})
	}
	if err := s.store.Append(batch); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// column reads a column of a CSV file that begins with a name.
func column(t *testing.T, file, name string) (out []float64) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	at := -1
	for i, h := range strings.Split(lines[0], ",") {
		if strings.Trim(h, `"`) == name {
			at = i
		}
	}
	if at < 0 {
		t.Fatalf("no %q in %s", name, lines[0])
	}
	for _, l := range lines[1:] {
		v, err := strconv.ParseFloat(strings.Split(l, ",")[at], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// An FMU of the twin file predicts its signals, once it is trusted.
func TestATwinOfFMUsIsComputed(t *testing.T) {
	fmuTool(t)
	for version, kind := range map[int]string{2: "model-exchange", 3: "co-simulation"} {
		dir := lagHall(t, version, strings.Replace(lagTwin, "TYPE", kind, 1))
		if out, words, ok := orrery(t, "check", dir); !ok {
			t.Fatal(out, words)
		}
		run := func(args ...string) (string, bool) {
			_, words, ok := orrery(t, append([]string{"sim", dir, "--for", "6h", "--runs", "8", "-o", filepath.Join(dir, "run.csv")}, args...)...)
			return words, ok
		}
		words, ok := run()
		want := "orrery fmu trust " + filepath.Join(dir, "lag.fmu")
		if ok || strings.Count(strings.TrimSpace(words), "\n") > 0 || !strings.Contains(words, want) {
			t.Errorf("untrusted: %v %q, want %q", ok, words, want)
		}
		if out, words, ok := orrery(t, "fmu", "trust", filepath.Join(dir, "lag.fmu")); !ok {
			t.Fatal(out, words)
		}
		for set, gain := range map[string]float64{"gain=1": 1, "gain=3": 3} {
			if words, ok := run("--set", set); !ok {
				t.Fatal(words)
			}
			for path, of := range map[string][2]float64{"P1/oil": {30, 10}, "P2/oil": {50, 20}} {
				got := column(t, filepath.Join(dir, "run.csv"), path)
				end := of[0] * gain
				if want := end + (of[1]-end)*math.Exp(-3); math.Abs(got[0]-of[1]) > 1e-3 || math.Abs(got[len(got)-1]-want) > .01 {
					t.Errorf("FMI %d, %s: %s begins at %g and ends at %g, want %g and %g", version, set, path, got[0], got[len(got)-1], of[1], want)
				}
			}
		}
	}
}

// An FMU that crashes ends the run, not the program: what it came to stands, with the reason.
func TestATwinOutlivesItsFMU(t *testing.T) {
	fmuTool(t)
	dir := lagHall(t, 3, strings.NewReplacer("TYPE", "co-simulation", "fault: 0", "fault: 1", "step: 5min", "step: 10m", "  P2: {kind: pump}\n", "").Replace(lagTwin))
	if out, words, ok := orrery(t, "fmu", "trust", filepath.Join(dir, "lag.fmu")); !ok {
		t.Fatal(out, words)
	}
	file := filepath.Join(dir, "run.csv")
	out, words, ok := orrery(t, "sim", dir, "--for", "6h", "--runs", "2", "-o", file)
	if !ok || !strings.Contains(out, "ends at") || !strings.Contains(out, "crashed (segmentation fault) in fmi3DoStep") {
		t.Errorf("%v\n%s%s", ok, out, words)
	}
	if got := column(t, file, "P1/oil"); len(got) != 2 {
		t.Errorf("%d rows were computed before: %v", len(got), got)
	}
}

// What a twin file says of an FMU is compared with what it holds, at its place.
func TestWhatAnFMUHoldsIsChecked(t *testing.T) {
	base := strings.Replace(lagTwin, "TYPE", "co-simulation", 1)
	dir := lagHall(t, 2, base)
	for _, c := range [][3]string{
		{"{u: drive}", "{U: drive}", `twin.yaml:19:14: Lag has no variable "U" — orrery fmu info lists them; it has "u"`},
		{"{u: drive}", "{x: drive}", `twin.yaml:19:14: "x" of Lag is a continuous local, which nothing drives`},
		{"tau: 2 h", "tau: {value: 2, unit: kW}", `the unit "kW" does not fit, "tau" of Lag is in "s"`},
		{"oil: {unit: °C}", "oil: {unit: kW}", `the signal "oil" is in "kW", "x" of Lag is in "degC"`},
		{"{y: oil}", "{'der(x)': oil}", "cannot be a name"},
		{"file: lag.fmu", "file: twin.yaml", "is no zip archive, so no FMU"},
	} {
		text := strings.Replace(base, c[0], c[1], 1)
		if text == base {
			t.Fatalf("no %q", c[0])
		}
		if err := os.WriteFile(filepath.Join(dir, "twin.yaml"), []byte(strings.Replace(text, "5min", "5m", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, words, ok := orrery(t, "check", dir)
		if ok || !strings.Contains(words, c[2]) || !strings.Contains(words, "^") {
			t.Errorf("%s: %v\n%s\nwant %s", c[1], ok, words, c[2])
		}
	}
}

// Connected FMUs run once their archive is trusted.
func TestSystemsOfFMUsRun(t *testing.T) {
	fmuTool(t)
	dir := t.TempDir()
	lagFMU(t, filepath.Join(dir, "lag.fmu"), 3)
	fmu, err := os.ReadFile(filepath.Join(dir, "lag.fmu"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "lags.ssp")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range map[string]string{"resources/lag.fmu": string(fmu), "SystemStructure.ssd": `<ssd:SystemStructureDescription xmlns:ssd="http://ssp-standard.org/SSP1/SystemStructureDescription" version="1.0" name="Lags">
<ssd:System name="root"><ssd:Elements><ssd:Component name="a" source="resources/lag.fmu"/><ssd:Component name="b" source="resources/lag.fmu"/></ssd:Elements>
<ssd:Connections><ssd:Connection startElement="a" startConnector="y" endElement="b" endConnector="u"/></ssd:Connections></ssd:System></ssd:SystemStructureDescription>`} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.csv")
	if _, words, ok := orrery(t, "fmu", "ssp", "simulate", file, "-o", out); ok || !strings.Contains(words, "orrery fmu ssp info --trust "+file) {
		t.Errorf("untrusted: %v %s", ok, words)
	}
	if text, words, ok := orrery(t, "fmu", "ssp", "info", "--trust", file); !ok || !strings.Contains(text, "a.y → b.u") || !strings.Contains(text, "trusted") {
		t.Errorf("%v %s%s", ok, text, words)
	}
	if _, words, ok := orrery(t, "fmu", "ssp", "simulate", file, "--stop", "2", "--step", "0.01", "-o", out); !ok {
		t.Fatal(words)
	}
	got := column(t, out, "b.y")
	if want := 1 - 3*math.Exp(-2); len(got) != 201 || math.Abs(got[200]-want) > .01 {
		t.Errorf("%d rows, it ends at %g, want %g", len(got), got[len(got)-1], want)
	}
}
