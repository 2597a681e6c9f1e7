package fmi

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	testTool string                // orrery-fmu, built for the tests
	library  = map[string]string{} // flags of the compiler → library
	testDir  string
)

func TestMain(m *testing.M) {
	code := 1
	defer func() { os.Exit(code) }()
	dir, err := os.MkdirTemp("", "fmi-test-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer os.RemoveAll(dir)
	testDir, testTool = dir, filepath.Join(dir, "orrery-fmu")
	if out, err := exec.Command("go", "build", "-o", testTool, "github.com/orrery-twin/orrery/cmd/orrery-fmu").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build orrery-fmu: %v\n%s", err, out)
		return
	}
	code = m.Run()
}

// fixture is one of our FMUs.
type fixture struct {
	version int
	ball    bool
	flags   string // of the compiler
	xml     func(string) string
	extra   map[string]string // more entries
}

func compile(t testing.TB, fx fixture) []byte {
	t.Helper()
	flags := fmt.Sprintf("-DFMI=%d %s", fx.version, fx.flags)
	if fx.ball {
		flags += " -DBALL"
	}
	path, ok := library[flags]
	if !ok {
		path = filepath.Join(testDir, fmt.Sprintf("m%d.so", len(library)))
		args := append([]string{"-O1", "-shared", "-fPIC", "-o", path}, strings.Fields(flags)...)
		if out, err := exec.Command("gcc", append(args, "testdata/model.c", "-lm")...).CombinedOutput(); err != nil {
			t.Fatalf("gcc: %v\n%s", err, out)
		}
		library[flags] = path
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// describe writes a modelDescription.xml from lines "name reference type causality variability more".
func describe(fx fixture) string {
	lines := []string{
		"time 0 Float64 independent continuous",
		"x 1 Float64 local continuous initial=exact start=0",
		"der(x) 2 Float64 local continuous derivative=x",
		"u 3 Float64 input continuous start=1",
		"y 4 Float64 output continuous unit=degC",
		"gain 5 Float64 parameter tunable start=1 min=-10 max=10",
		"tau 6 Float64 parameter tunable start=1 unit=s",
		"count 7 Int32 output discrete",
		"fault 8 Int32 parameter fixed start=0",
		"label 9 String parameter fixed",
		"loud 10 Boolean parameter tunable start=false",
	}
	states, indicators := []string{"der(x)"}, []string{}
	if fx.ball {
		lines = []string{"time 0 Float64 independent continuous", "h 1 Float64 output continuous initial=exact start=1", "der(h) 2 Float64 local continuous derivative=h",
			"v 15 Float64 output continuous initial=exact start=0", "der(v) 12 Float64 local continuous derivative=v", "g 13 Float64 parameter fixed start=9.81",
			"e 14 Float64 parameter tunable start=0.7", "bounces 7 Int32 output discrete", "fault 8 Int32 parameter fixed start=0", "z 1 Float64 local continuous"}
		states, indicators = []string{"der(h)", "der(v)"}, []string{"1"}
	} else if fx.version == 3 {
		lines = append(lines, "vector 11 Float64 parameter tunable start=1_2_3 dim=3")
	}
	at, ref := map[string]int{}, map[string]string{}
	for i, l := range lines {
		f := strings.Fields(l)
		at[f[0]], ref[f[0]] = i+1, f[1]
	}
	var vars strings.Builder
	for _, l := range lines {
		f := strings.Fields(l)
		more, inner := "", ""
		for _, kv := range f[5:] {
			k, v, _ := strings.Cut(kv, "=")
			switch {
			case k == "dim":
				inner += fmt.Sprintf(`<Dimension start="%s"/>`, v)
				continue
			case k == "derivative" && fx.version == 2:
				v = fmt.Sprint(at[v])
			case k == "derivative":
				v = ref[v]
			}
			more += fmt.Sprintf(` %s="%s"`, k, strings.ReplaceAll(v, "_", " "))
		}
		kind := f[2]
		initial := ""
		if i := strings.Index(more, ` initial="exact"`); i >= 0 {
			initial, more = ` initial="exact"`, strings.Replace(more, ` initial="exact"`, "", 1)
		}
		head := fmt.Sprintf(`name="%s" valueReference="%s" causality="%s" variability="%s"%s`, f[0], f[1], f[3], f[4], initial)
		if fx.version == 2 {
			kind = map[string]string{"Float64": "Real", "Int32": "Integer", "Boolean": "Boolean", "String": "String"}[kind]
			if kind == "String" {
				more += ` start="made"`
			}
			fmt.Fprintf(&vars, "<ScalarVariable %s><%s%s/></ScalarVariable>\n", head, kind, more)
			continue
		}
		if kind == "String" {
			inner = `<Start value="made"/>`
		}
		fmt.Fprintf(&vars, "<%s %s%s>%s</%s>\n", kind, head, more, inner, kind)
	}
	able := `canGetAndSetFMUState="true" canSerializeFMUState="true" needsCompletedIntegratorStep="true" canHandleVariableCommunicationStepSize="true"`
	token := `instantiationToken="{orrery-test}"`
	structure := ""
	if fx.version == 2 {
		able = strings.ReplaceAll(strings.Replace(able, `needsCompletedIntegratorStep="true"`, "", 1), "FMUState", "FMUstate")
		token = fmt.Sprintf(`guid="{orrery-test}" numberOfEventIndicators="%d"`, len(indicators))
		for _, s := range states {
			structure += fmt.Sprintf(`<Unknown index="%d"/>`, at[s])
		}
		structure = "<Derivatives>" + structure + "</Derivatives>"
	} else {
		for _, s := range states {
			structure += fmt.Sprintf(`<ContinuousStateDerivative valueReference="%s"/>`, ref[s])
		}
		for _, s := range indicators {
			structure += fmt.Sprintf(`<EventIndicator valueReference="%s"/>`, s)
		}
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<fmiModelDescription fmiVersion="%d.0" modelName="Test" %s generationTool="our own hands">
<ModelExchange modelIdentifier="test" %s/>
<CoSimulation modelIdentifier="test" %s/>
<UnitDefinitions><Unit name="s"><BaseUnit s="1"/></Unit><Unit name="degC"><BaseUnit K="1" offset="273.15"/></Unit></UnitDefinitions>
<DefaultExperiment startTime="0" stopTime="3" stepSize="0.1" tolerance="1e-7"/>
<ModelVariables>
%s</ModelVariables>
<ModelStructure>%s</ModelStructure>
</fmiModelDescription>`, fx.version, token, able, able, vars.String(), structure)
}

// build writes an FMU and opens it.
func build(t testing.TB, fx fixture) *File {
	t.Helper()
	f, err := Open(buildFile(t, fx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func buildFile(t testing.TB, fx fixture) string {
	t.Helper()
	folder, extension := platform(fx.version)
	text := describe(fx)
	if fx.xml != nil {
		text = fx.xml(text)
	}
	entries := map[string]string{"modelDescription.xml": text, "binaries/" + folder + "/test" + extension: string(compile(t, fx)), "resources/readme.txt": "hello"}
	for name, content := range fx.extra {
		entries[name] = content
	}
	path := filepath.Join(t.TempDir(), "test.fmu")
	writeZip(t, path, entries)
	return path
}

func writeZip(t testing.TB, path string, entries map[string]string) {
	t.Helper()
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	for name, content := range entries {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// trusting trusts a file.
func trusting(t testing.TB, f *File) *Trust {
	t.Helper()
	trust, _ := OpenTrust("")
	if err := trust.Grant(f); err != nil {
		t.Fatal(err)
	}
	return trust
}

func start(t testing.TB, f *File, opts Options) *Session {
	t.Helper()
	opts.Trust, opts.Tool = trusting(t, f), testTool
	if opts.CallLimit == 0 {
		opts.CallLimit = 5 * time.Second
	}
	s, err := Start(context.Background(), f, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// each runs a test for both versions and kinds.
func each(t *testing.T, ball bool, test func(t *testing.T, fx fixture, k Kind)) {
	for _, version := range []int{2, 3} {
		for _, k := range []Kind{CoSimulation, ModelExchange} {
			t.Run(fmt.Sprintf("FMI %d %s", version, k), func(t *testing.T) { test(t, fixture{version: version, ball: ball}, k) })
		}
	}
}
