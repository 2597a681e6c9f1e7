package cad

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the fixtures anew")

// The STEP fixtures are what stepFile writes.
func TestStepFixtures(t *testing.T) {
	for name, text := range map[string]string{
		"boxes.step":       twoBoxes(stepMillimetre, 1),
		"boxes-metre.step": twoBoxes(stepMetre, 1e-3),
	} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != text {
			t.Errorf("%s differs from what is written now; look at it and run with -update", name)
		}
	}
}
