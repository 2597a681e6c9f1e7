package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// A little of all that orrery bench history measures: it must run, and what may not be lost is not lost.
func TestBenchHistoryRuns(t *testing.T) {
	figures, err := measureHistory(context.Background(), historyScale{signals: 200, ticks: 120, past: 2 * 24 * time.Hour, step: 10 * time.Minute,
		points: 600_000, drag: 500 * time.Millisecond, kills: 3, outage: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) < 15 {
		t.Errorf("only %d figures", len(figures))
	}
	for _, f := range figures {
		if strings.Contains(f.Name, "lost") && f.Unmeasured == "" && !f.OK {
			t.Errorf("%+v", f)
		}
	}
}
