package project

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"
)

func demoFS(t testing.TB) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile("../../assets/demo/windfarm/twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"twin.yaml": {Data: text}, "models/turbine.glb": {}, "models/sea.glb": {}}
}

func TestDemoLoads(t *testing.T) {
	p, err := LoadFS(demoFS(t), "twin.yaml")
	var faults Errors
	if errors.As(err, &faults) {
		t.Fatalf("%d faults:\n%v", len(faults), faults)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d assets %d signals", len(p.Tree.Assets()), len(p.Tree.Signals()))
}
