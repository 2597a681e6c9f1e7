package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/sim"
)

// What the emulated line did is kept in a history, and its stops are counted from there.
func TestStopsAreCountedFromHistory(t *testing.T) {
	p, line := lineOfTheDemo(t)
	epoch := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	store, err := history.Open(context.Background(), p.Tree, history.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, log := record(t, p, epoch, 1)
	labeller, _ := p.Tree.SignalByPath("hall/line/labeller/state")
	var batch []twin.Sample
	for _, x := range log[labeller] {
		x.Quality = twin.Good
		batch = append(batch, x)
	}
	if err := store.Append(batch); err != nil {
		t.Fatal(err)
	}
	s := &station{project: p, tree: p.Tree, store: store, studies: []namedStudy{{Study: line, id: "line"}}}
	lines, err := s.stops(context.Background(), epoch, epoch.AddDate(0, 0, 1))
	if err != nil || len(lines) != 1 || lines[0].Station != "labeller" || lines[0].Stops < 30 || lines[0].Step < 9.9 || lines[0].Step > 10.1 {
		t.Fatalf("%v %+v", err, lines)
	}
	lines[0].File = 1
	var b strings.Builder
	if err := printStops(&b, lines); err != nil || !strings.Contains(b.String(), "(differs)") || !strings.Contains(b.String(), "recorded every 10 s") {
		t.Error(err, b.String())
	}
	s.studies = []namedStudy{{Study: otherStudy{}, id: "town"}}
	if _, err := s.stops(context.Background(), epoch, epoch.AddDate(0, 0, 1)); err == nil {
		t.Error("a town has no stations that stop")
	}
}

// otherStudy is a study of another model.
type otherStudy struct{ sim.Study }
