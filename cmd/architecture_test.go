package cmd

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/orrery-twin/orrery/"

// ours lists, for each package of ours, the packages of ours that it may import, and why the line is drawn there.
// A name that ends in /... stands for the package and all below it. The longest matching pattern holds.
var ours = []struct{ pkg, may, why string }{
	{"cmd", "", "only tests live in the folder itself"},
	{"cmd/orrery", "...", "the desktop app wires everything"},
	{"cmd/orrery/locale", "", "it must be initialised before all others"},
	{"cmd/orrery-tour", "", "the tour is a user: it sees the app's window and probe, nothing of its code"},
	{"cmd/orrery-plant/...", "cmd/orrery-plant/...", "reality shares nothing with the twin, or every forecast would be a cheat"},
	{"twin", "", "the nouns depend on the standard library alone"},
	{"twin/...", "twin/...", "the twin runs headless: no scene, renderer or user interface"},
	{"twin/history", "twin", "a store knows samples, not what they mean"},
	{"twin/journal", "twin", "a store knows events, not what they mean"},
	{"twin/timeline", "twin", "pure logic of a cursor"},
	{"twin/alarm", "twin", "pure logic of a state machine"},
	{"twin/broker", "", "a broker moves bytes"},
	{"twin/mqtt", "twin twin/broker", "a source turns bytes into samples"},
	{"twin/source", "twin", "a source turns bytes into samples"},
	{"twin/recording", "twin", "files of samples, whoever made them"},
	{"twin/engine", "twin twin/alarm twin/history twin/journal", "one owner of the present"},
	{"twin/sim/...", "twin twin/sim", "models propose, they never send: no twin/control"},
	{"twin/sim/flow/chain", "twin twin/sim twin/sim/flow", "ships and containers move on the kernel of flow; models propose, they never send"},
	{"twin/sim/equation", "twin twin/expression twin/sim twin/sim/ode", "runs what expressions describe; models propose, they never send"},
	{"twin/sim/component", "twin/expression", "a library of texts; it runs nothing"},
	{"twin/sim/fmi", "twin twin/sim twin/sim/fmi/wire", "the app's side of an FMU: no native code, no solver"},
	{"twin/sim/fmi/wire", "", "what two processes say to each other rests on nothing"},
	{"twin/predict", "twin twin/sim/...", "forecasts propose, they never send: no twin/control"},
	{"twin/scenario", "twin twin/recording twin/sim/... twin/predict twin/scenario/design", "what-ifs happen in the head, not on the plant: no twin/control"},
	{"twin/scenario/ensemble", "twin/scenario", "it moves jobs, and knows nothing of what they compute"},
	{"twin/scenario/design", "twin twin/sim", "the arithmetic of experiments runs nothing"},
	{"twin/control", "twin", "the only way to the plant stays small enough to read"},
	{"twin/project", "twin twin/alarm twin/control twin/expression twin/sim/component", "the twin file describes, it does not run"},
	{"twin/expression", "twin", "arithmetic over signals knows nothing of what it is used for"},
	{"scene", "", "geometry knows neither telemetry nor pixels"},
	{"scene/bind", "scene twin twin/expression", "the only bridge from signals to nodes"},
	{"cmd/orrery-cad", "assets/cad assets/gltf scene", "a child process: whatever it does to itself ends with it"},
	{"cmd/orrery-fmu", "twin/sim/fmi/wire twin/sim/ode", "a child process: native code of others knows nothing of the plant"},
	{"assets", "assets/... scene", "models become scenes, with no window and no twin"},
	{"assets/loading", "scene", "what importers share knows none of them"},
	{"assets/process", "assets/loading scene", "geometry comes from anywhere"},
	{"assets/cache", "scene", "a cache keeps scenes, whoever made them"},
	{"assets/gltf", "assets/loading assets/process assets/picture assets/draco assets/meshopt scene", "an importer knows its codecs, not other importers"},
	{"assets/mesh", "assets/loading assets/process assets/picture scene", "an importer knows its codecs, not other importers"},
	{"assets/cad", "", "it talks to another process"},
	{"assets/draco", "", "a codec turns bytes into numbers"},
	{"assets/meshopt", "", "a codec turns bytes into bytes"},
	{"assets/ktx2", "", "a codec turns bytes into pixels"},
	{"assets/picture", "assets/ktx2 scene", "pixels, from whatever codec"},
	{"assets/demo", "assets/gltf scene", "the demo's models are made by our own code"},
	{"render", "render/environment scene", "what to draw, not how"},
	{"render/environment", "", "light from all sides is arithmetic"},
	{"render/g3ngl", "render render/environment scene", "how to draw, with g3n and OpenGL"},
	{"ui/theme", "twin", "colours and shapes stand under everything that is seen; priorities and qualities have theirs"},
	{"ui/command", "ui/theme", "one table of commands"},
	{"ui/chart", "ui/theme twin", "draws series, wherever they come from"},
	{"ui/trend", "ui/theme ui/chart twin twin/alarm twin/expression twin/history twin/journal twin/recording twin/scenario", "makes of the past what a trend shows, with a window and without"},
	{"ui/timeline", "ui/theme ui/chart twin twin/history twin/timeline", "draws the one timeline over what the history holds"},
	{"ui/viewport", "ui/theme ui/command render render/environment render/g3ngl scene scene/bind twin", "the 3D widget presents what the renderer draws"},
	{"ui", "ui/... render render/environment scene scene/bind assets assets/loading twin twin/...", "the shell shows the running parts; GL stays behind render"},
}

// foreign lists the modules that only some packages may import, and why.
var foreign = []struct{ module, may, why string }{
	{"fyne.io/fyne/v2", "ui ui/... cmd/orrery", "the toolkit can be replaced only if it stays in one place"},
	{"github.com/g3n/engine", "render/g3ngl", "the 3D engine stays behind render"},
	{"github.com/go-gl/gl", "render/g3ngl ui/viewport", "OpenGL is spoken by the renderer and by the presenter in Fyne's context"},
	{"github.com/go-gl/glfw", "render/g3ngl ui/viewport", "windows of our own are made for the renderer alone"},
	{"github.com/eclipse/paho.mqtt.golang", "twin/mqtt twin/collab cmd/...", "MQTT clients are sources"},
	{"github.com/mochi-mqtt/server", "twin/broker", "one embedded broker"},
	{"modernc.org/sqlite", "twin/journal", "the journal owns its database"},
	{"github.com/prometheus/prometheus", "twin/history", "the history owns its store"},
	{"github.com/parquet-go/parquet-go", "twin/recording", "file formats end at recordings"},
	{"github.com/foxglove/mcap", "twin/recording", "file formats end at recordings"},
	{"github.com/nats-io", "twin/scenario/ensemble cmd/orrery", "jobs on other machines go through one door"},
	{"gonum.org/v1/gonum", "twin/sim/... twin/predict twin/scenario", "numerics belong to the models"},
	{"github.com/expr-lang/expr", "twin/expression", "one grammar of expressions, behind one door"},
	{"github.com/qmuntal/gltf", "assets/...", "file formats end at assets"},
}

type goPackage struct {
	ImportPath, Dir                      string
	Imports, TestImports, XTestImports   []string
	GoFiles, CgoFiles, IgnoredGoFiles    []string
	TestGoFiles, XTestGoFiles, OtherFile []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir = ".."
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, errs.String())
	}
	var list []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 15 {
		t.Fatalf("go list found only %d packages", len(list))
	}
	return list
}

func matches(pkg, pattern string) bool {
	if pattern == "..." {
		return true
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == root || strings.HasPrefix(pkg, root+"/")
	}
	return pkg == pattern
}

func allowed(pkg, patterns string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool { return matches(pkg, p) })
}

func TestWhoMayImportWhom(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		best := -1
		for i, rule := range ours {
			if matches(name, rule.pkg) && (best < 0 || len(rule.pkg) > len(ours[best].pkg) || !strings.HasSuffix(rule.pkg, "/...")) {
				best = i
			}
		}
		if best < 0 {
			t.Errorf("%s: no rule says what it may import; add one with its reason", name)
			continue
		}
		for _, imported := range p.Imports {
			if dep, ok := strings.CutPrefix(imported, module); ok && !allowed(dep, ours[best].may) {
				t.Errorf("%s must not import %s: %s", name, dep, ours[best].why)
			}
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for _, rule := range foreign {
				if (imported == rule.module || strings.HasPrefix(imported, rule.module+"/")) && !allowed(name, rule.may) {
					t.Errorf("%s must not import %s: %s", name, imported, rule.why)
				}
			}
		}
		if strings.HasPrefix(name, "cmd/orrery-plant") {
			for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
				if strings.HasPrefix(imported, module+"twin") {
					t.Errorf("%s: its tests must not import %s either", name, imported)
				}
			}
		}
	}
}

// The nouns, and whatever an edge agent will be built of, must compile without cgo.
func TestPureGoWhereTheEdgeNeedsIt(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", `{{if .CgoFiles}}{{.ImportPath}}{{end}}`,
		"./twin", "./twin/mqtt", "./twin/alarm", "./twin/engine", "./twin/project", "./twin/sim/...", "./cmd/orrery-plant")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	if got := strings.TrimSpace(string(out)); got != "" {
		t.Errorf("these need cgo: %s", got)
	}
}

func TestEachPackageHasADoc(t *testing.T) {
	for _, p := range packages(t) {
		file := filepath.Join(p.Dir, "doc.go")
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Errorf("%s: %v", strings.TrimPrefix(p.ImportPath, module), err)
			continue
		}
		if f.Doc == nil || len(f.Doc.Text()) < 80 {
			t.Errorf("%s: its doc.go says too little", strings.TrimPrefix(p.ImportPath, module))
		}
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	fixed := strings.Fields("cmd ui render scene assets twin go.mod go.sum Makefile README.md LICENSE build")
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(fixed, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

func TestReadmeNamesEachPackage(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if !bytes.Contains(readme, []byte("`"+name+"`")) {
			t.Errorf("the table of packages in README.md lacks `%s`", name)
		}
	}
}

func TestFilesStaySmallAndPortable(t *testing.T) {
	machine := regexp.MustCompile(`"/(home|root|work|Users)/`)
	for _, p := range packages(t) {
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
			path := filepath.Join(p.Dir, name)
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			limit := 900
			if name == "main.go" {
				limit = 100
			}
			if lines := bytes.Count(src, []byte("\n")); lines > limit {
				t.Errorf("%s has %d lines, %d are enough", path, lines, limit)
			}
			if at := machine.FindIndex(src); at != nil && name != "architecture_test.go" {
				t.Errorf("%s holds a path of one machine: %s", path, src[at[0]:at[1]])
			}
		}
	}
}
