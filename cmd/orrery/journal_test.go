package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestJournalCommands(t *testing.T) {
	dir := pumpHall(t, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	must := func(args ...string) string {
		t.Helper()
		out, words, ok := orrery(t, append([]string{"journal"}, args...)...)
		if !ok {
			t.Fatalf("journal %v: %s%s", args, out, words)
		}
		return out
	}
	must("note", dir, " bearing \n greased", "--asset", "hall/P1", "--at", "2026-03-02T12:10:00Z", "--user", "Ada")
	must("note", dir, "filter changed", "--at", "2026-03-02T12:40:00Z")
	var rows []journalRow
	if err := json.Unmarshal([]byte(must("query", dir, "ada", "greas", "--kind", "note", "--asset", "hall", "--json")), &rows); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if r := rows[0]; r.Text != "bearing greased" || r.Asset != "hall/P1" || r.User != "Ada" || r.Time.UTC().Format(time.TimeOnly) != "12:10:00" {
		t.Errorf("came back as %+v", r)
	}
	if out := must("query", dir, "--from", "2026-03-02T12:30:00Z", "--to", "2026-03-02T13:00:00Z"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "filter changed") {
		t.Errorf("of half an hour: %s", out)
	}
	if out := must("query", dir, "--kind", "note", "--", "-filter"); !strings.Contains(out, "greased") || strings.Contains(out, "filter changed") {
		t.Errorf("without a word: %s", out)
	}
	if out := must("check", dir); !strings.Contains(out, "none changed") {
		t.Errorf("check: %s", out)
	}
	for _, bad := range [][]string{{"query", dir, "--kind", "rumour"}, {"query", dir, "--asset", "hall/P9"}, {"query", dir, "--from", "soon"}, {"note", dir, " "},
		{"note", dir, "x", "--at", "+2h"}, {"note", dir, "x", "--asset", "nobody"}, {"check", t.TempDir()}} {
		if out, words, ok := orrery(t, append([]string{"journal"}, bad...)...); ok || strings.Count(strings.TrimSpace(words), "\n") > 0 {
			t.Errorf("journal %v: %s%s", bad, out, words)
		}
	}
}
