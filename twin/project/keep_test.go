package project

import (
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func TestHistoryAndRecording(t *testing.T) {
	text := strings.Replace(small, "name: Pump\n", `name: Pump
history:
  keep: 90d
  max_size: 20 GB
  remote: {url: https://history.example:8428, user: pumps, labels: {site: north}}
`, 1)
	text = strings.Replace(text, "speed: {unit: rpm", "speed: {unit: rpm, record: {every: 10s, deadband: 30}", 1)
	p, err := LoadFS(files(text), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h := p.History
	if h.Keep != 90*24*time.Hour || h.MaxBytes != 20e9 || h.Remote.URL != "https://history.example:8428" || h.Remote.User != "pumps" || h.Remote.Labels["site"] != "north" {
		t.Errorf("history: %+v", h)
	}
	var got twin.Recording
	for _, s := range p.Tree.Signals() {
		if s.Name == "speed" {
			got = s.Record
		}
	}
	if got.Every != 10*time.Second || got.Deadband < 3.14 || got.Deadband > 3.15 {
		t.Errorf("recording of speed: %+v, want 10 s and 30 rpm in rad/s", got)
	}
}

func TestBadHistory(t *testing.T) {
	for bad, want := range map[string]string{
		"max_size: 20":           `max_size "20" is no amount of data`,
		"keep: soon":             `keep "soon" is no duration`,
		"remote: {user: me}":     "write where it stands",
		"remote: {url: ftp://x}": "no address of a cluster",
		"remote: {url: 'http://history.example:8428'}":       "unencrypted",
		"remote: {url: 'https://me:secret@history.example'}": "password",
	} {
		_, err := LoadFS(files(strings.Replace(small, "name: Pump\n", "name: Pump\nhistory:\n  "+bad+"\n", 1)), "twin.yaml")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "twin.yaml:") {
			t.Errorf("%s: %v, want %q with its place", bad, err, want)
		}
	}
	for bad, want := range map[string]string{"record: {deadband: -1}": "deadband", "record: maybe": "record", "record: {often: 1s}": "often"} {
		_, err := LoadFS(files(strings.Replace(small, "speed: {unit: rpm", "speed: {unit: rpm, "+bad, 1)), "twin.yaml")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
