package ui

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/ui/theme"
)

// takingHistory keeps what is imported.
type takingHistory struct {
	fakeHistory
	samples *[]twin.Sample
}

func (h takingHistory) Import(_ context.Context, batches iter.Seq2[[]twin.Sample, error]) (history.Imported, error) {
	for b, err := range batches {
		if err != nil {
			return history.Imported{}, err
		}
		*h.samples = append(*h.samples, b...)
	}
	return history.Imported{Samples: uint64(len(*h.samples))}, nil
}

// importBench is a desk whose history takes samples, with a file to import.
func importBench(t *testing.T, mode theme.Mode, name, text string) (*bench, *[]twin.Sample, string) {
	t.Helper()
	b := newBench(t, fyne.NewSize(1280, 800), mode).open()
	taken := &[]twin.Sample{}
	b.shell.desk.History = takingHistory{fakeHistory{b.desk.Project.Tree}, taken}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return b, taken, path
}

const foreignLog = "Zeit;T01_power;T3 gearbox oil temp;kommentar\n20.11.2026 14:30:00;1,5;61,2;gut\n20.11.2026 14:30:01;1,6;61,3;\nbald;1;1;\n"

func TestColumnsAreMappedToSignals(t *testing.T) {
	b, taken, path := importBench(t, theme.AlwaysDay, "log.csv", foreignLog)
	x := b.shell.desk
	c := newImportCard(x, path, 0)
	c.look()
	power, _ := b.desk.Project.Tree.SignalByPath("farm/T01/power")
	if c.signals["T01_power"] != power || c.signals["kommentar"] != twin.NoSignal || c.time != "Zeit" {
		t.Fatalf("guessed %v, time %q", c.signals, c.time)
	}
	oil, _ := b.desk.Project.Tree.SignalByPath(oilPath)
	c.signals["T3 gearbox oil temp"], c.units["T3 gearbox oil temp"] = oil, "°C"
	c.units["T01_power"] = "kW"
	c.check()
	if !strings.Contains(c.note, "4 samples") && !strings.Contains(c.note, "samples in 3 rows") || !strings.Contains(c.note, "1 row without a time") {
		t.Errorf("checked: %q", c.note)
	}
	if len(*taken) != 0 {
		t.Fatal("checking stored something")
	}
	c.load()
	if b.shell.status.bad || len(*taken) != 4 {
		t.Fatalf("%d samples, %q", len(*taken), b.shell.status.note)
	}
	for _, s := range *taken {
		if s.Signal == power && s.Value != 1500 && s.Value != 1600 {
			t.Errorf("power is %g W", s.Value)
		}
		if s.Signal == oil && (s.Value < 334 || s.Value > 335) {
			t.Errorf("oil is %g K", s.Value)
		}
	}
}

func TestNamesAreGuessedWhenOnlyOneSignalFits(t *testing.T) {
	tree := fakeProject(t).Tree
	for name, want := range map[string]string{"T02 wind": "farm/T02/wind", "power": "", "t05.power [kW]": "farm/T05/power", "T01-power-limit": "farm/T01/power_limit", "nothing": "", "": ""} {
		got := ""
		if id := guessSignal(tree, name); id != twin.NoSignal {
			got = tree.Signal(id).Path
		}
		if got != want {
			t.Errorf("%q was taken for %q, want %q", name, got, want)
		}
	}
}

func TestFilesThatCannotBeImportedAreNamed(t *testing.T) {
	b, _, path := importBench(t, theme.AlwaysDay, "empty.csv", "\n")
	for file, want := range map[string]string{path: "empty", path + ".xlsx": "tells no format", filepath.Join(filepath.Dir(path), "gone.csv"): "no such file"} {
		b.shell.ImportSamples(file)
		if !b.shell.status.bad || !strings.Contains(b.shell.status.note, want) {
			t.Errorf("%s: %q", filepath.Base(file), b.shell.status.note)
		}
	}
	b.shell.desk.History = fakeHistory{b.desk.Project.Tree}
	if ok, why := b.shell.mayImport(); ok || why == "" {
		t.Error("a history that takes nothing was offered samples")
	}
}

func TestGoldenImport(t *testing.T) {
	both(t, func(t *testing.T, m theme.Mode) {
		b, _, path := importBench(t, m, "turbine log.csv", foreignLog)
		b.shell.ImportSamples(path)
		b.golden("import-" + m.String())
	})
}
