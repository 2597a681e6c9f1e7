package fmi

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBothVersionsAreReadAlike(t *testing.T) {
	for _, version := range []int{2, 3} {
		d, err := ParseDescription(strings.NewReader(describe(fixture{version: version})))
		if err != nil {
			t.Fatal(err)
		}
		y, gain, label := d.Variable("y"), d.Variable("gain"), d.Variable("label")
		if d.Version != version || d.Token != "{orrery-test}" || d.StateValues != 1 || d.Experiment.StopSec != 3 || d.Experiment.Tolerance != 1e-7 {
			t.Errorf("FMI %d: %+v", version, d)
		}
		if d.UnitOf(y).SI(20) != 293.15 || d.UnitOf(y).FromSI(293.15) != 20 {
			t.Errorf("FMI %d: 20 °C are %g K", version, d.UnitOf(y).SI(20))
		}
		if !gain.Tunable() || gain.Min != -10 || gain.Start[0] != 1 || gain.Type != Float64 || y.Nominal != 1 || !math.IsInf(y.Max, 1) {
			t.Errorf("FMI %d: %+v", version, gain)
		}
		if label.Type != String || label.StartTexts[0] != "made" || d.Variable("fault").Type != Int32 {
			t.Errorf("FMI %d: %+v", version, label)
		}
		if i := d.Derivatives[0]; d.Variables[d.Variables[i].Derivative].Name != "x" {
			t.Errorf("FMI %d: der(x) is the derivative of %d", version, d.Variables[i].Derivative)
		}
		for _, k := range []Kind{CoSimulation, ModelExchange} {
			if i, ok := d.Interface(k); !ok || !i.SaveState || !i.ExportState || i.Identifier != "test" || !i.CompletedSteps && k == ModelExchange {
				t.Errorf("FMI %d: %+v", version, i)
			}
		}
	}
}

func TestBadDescriptionsAreRefused(t *testing.T) {
	good := describe(fixture{version: 3})
	cases := []struct{ old, new, want string }{
		{`fmiVersion="3.0"`, `fmiVersion="1.0"`, "FMI 1.0 is not supported"},
		{`fmiVersion="3.0"`, `fmiVersion="4.0"`, "neither 2.0 nor 3.x"},
		{`valueReference="4"`, `valueReference="-4"`, `variable "y": valueReference`},
		{`valueReference="4"`, `valueReference="4294967296"`, `variable "y": valueReference`},
		{`min="-10"`, `min="low"`, `variable "gain": min`},
		{`<Dimension start="3"/>`, `<Dimension start="99999999"/>`, "more than 1048576 values"},
		{`<Dimension start="3"/>`, `<Dimension valueReference="77"/>`, "no structural parameter"},
		{`<ContinuousStateDerivative valueReference="2"/>`, `<ContinuousStateDerivative valueReference="88"/>`, "there is no variable 88"},
		{`offset="273.15"`, `factor="0"`, `unit "degC"`},
		{`canSerializeFMUState="true"`, `canSerializeFMUState="perhaps"`, "neither true nor false"},
		{`stopTime="3"`, `stopTime="soon"`, "DefaultExperiment"},
		{`encoding="UTF-8"`, `encoding="EBCDIC"`, "write it as UTF-8"},
		{`</ModelVariables>`, strings.Repeat("<a>", 100), "deep in one another"},
		{`</fmiModelDescription>`, ``, "EOF"},
	}
	for _, c := range cases {
		if !strings.Contains(good, c.old) {
			t.Fatalf("the fixture has no %s", c.old)
		}
		_, err := ParseDescription(strings.NewReader(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}

func TestBadArchivesAreRefused(t *testing.T) {
	text := describe(fixture{version: 2})
	cases := []struct{ name, want string }{
		{"../evil.so", "leads out of the archive"}, {"resources/../../evil", "leads out of the archive"}, {"/etc/evil", "leads out of the archive"},
		{"resources\\..\\evil", "leads out of the archive"}, {"C:/evil", "leads out of the archive"}, {"MODELDESCRIPTION.xml", "is there twice"},
	}
	for _, c := range cases {
		path := filepath.Join(t.TempDir(), "bad.fmu")
		writeZip(t, path, map[string]string{"modelDescription.xml": text, c.name: "x"})
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "no.fmu")
	if err := os.WriteFile(path, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "no zip archive") {
		t.Errorf("%v", err)
	}
	writeZip(t, path, map[string]string{"modelDescription.xml": text, "binaries/win64/test.dll": "x"})
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Runs(CoSimulation); err == nil || !strings.Contains(err.Error(), "but for win64") {
		t.Errorf("%v", err)
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	for _, version := range []int{2, 3} {
		good := build(t, fixture{version: version})
		for _, x := range good.Validate() {
			if x.Fault && !strings.Contains(x.Text, "outputs are not listed") { // the fixture lists none
				t.Errorf("FMI %d: a good FMU: %s", version, x.Text)
			}
		}
		found, err := Probe(ctx, good, Options{Trust: trusting(t, good), Tool: testTool})
		if err != nil || len(found) > 0 {
			t.Errorf("FMI %d: %v %v", version, found, err)
		}
		bad := build(t, fixture{version: version, xml: func(s string) string {
			return strings.NewReplacer(`unit="degC"`, `unit="degX"`, `min="-10" max="10"`, `min="10" max="-10"`, `start="1" unit="s"`, `start="7" unit="s"`).Replace(s)
		}})
		found = bad.Validate()
		more, err := Probe(ctx, bad, Options{Trust: trusting(t, bad), Tool: testTool})
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, x := range append(found, more...) {
			all += x.Text + "\n"
		}
		for _, want := range []string{`unit "degX" is not defined`, `range goes from 10 to -10`, `"tau": it is 1 after the initialisation, its description says 7`} {
			if !strings.Contains(all, want) {
				t.Errorf("FMI %d: no %q in\n%s", version, want, all)
			}
		}
	}
}

func TestTablesOfTheCrossCheck(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"m_in.csv":  "\"time\",\"u\",\"on\"\n0,1,true\n1,2,false\n1,4,false\n2,4,true\n",
		"m_ref.opt": "StartTime, 0.5\nStopTime,2\nStepSize,0.1\nRelTol,1e-5\nAbsTol,1\n",
		"m_ref.csv": "time,y,s,v\n0,1,Set me,1 2\n2,3,x,3 4\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ref, ok, err := ReadReference(filepath.Join(dir, "m.fmu"))
	if err != nil || !ok || ref.StartSec != .5 || ref.StopSec != 2 || ref.StepSec != .1 || ref.Tolerance != 1e-5 {
		t.Fatalf("%+v %v", ref, err)
	}
	if in := ref.Inputs; in.At(0, .5, true) != 1.5 || in.At(0, 1, true) != 4 || in.At(1, .5, false) != 1 || in.At(0, 9, true) != 4 || in.At(0, -1, true) != 1 {
		t.Errorf("%+v", ref.Inputs)
	}
	if r := ref.Results; len(r.Left) != 1 || r.Left[0] != "s" || len(r.Column("v")) != 4 {
		t.Errorf("%+v", ref.Results)
	}
	var out bytes.Buffer
	if err := ref.Results.Write(&out); err != nil || out.String() != "\"time\",\"y\",\"v\"\n0,1,1 2\n2,3,3 4\n" {
		t.Errorf("%q %v", out.String(), err)
	}
	mine := &Table{Time: []float64{0, 1, 2}, Names: []string{"y"}, Columns: [][]float64{{1, 2.5, 3}}}
	d := Compare(mine, ref.Results)
	if math.Abs(d[0].Largest-.5) > 1e-8 || math.Abs(d[0].Scaled-.25) > 1e-8 || d[0].AtSec != 1 || !d[1].Missing {
		t.Errorf("%+v", d)
	}
	mine = &Table{Time: []float64{0, 1, 2}, Names: []string{"v"}, Columns: [][]float64{{1, 2, 9, 9, 3, 4.5}}, wide: []int{2}}
	if d := Compare(mine, ref.Results); d[1].Largest != .5 || d[1].Scaled != .125 || d[1].AtSec != 2 {
		t.Errorf("%+v", d)
	}
	for _, bad := range []string{"", "y,time\n0,1\n", "time,y\n1,0\n0,0\n", "time,y\n0\n", "time,y\n0,1\n1,z\n", "time\n"} {
		if _, err := ReadTable(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParseDescription(f *testing.F) {
	for _, version := range []int{2, 3} {
		f.Add([]byte(describe(fixture{version: version})))
		f.Add([]byte(describe(fixture{version: version, ball: true})))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ParseDescription(bytes.NewReader(text))
		if err != nil {
			return
		}
		(&File{Description: d}).Validate()
	})
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("time,y\n0,1 2\n1,3 4\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := ReadTable(bytes.NewReader(text))
		if err != nil {
			return
		}
		for c := range table.Names {
			if table.width(c) == 0 {
				table.At(c, .5, true)
			}
		}
		Compare(table, table)
	})
}
