package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// benchUI has the tour open the real window in a virtual display and takes over what it measured.
func benchUI(ctx context.Context) ([]figure, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	tour := filepath.Join(filepath.Dir(self), "orrery-tour")
	if _, err := os.Stat(tour); err != nil {
		return nil, fmt.Errorf("orrery-tour is not beside this program: run make build")
	}
	dir, err := os.MkdirTemp("", "orrery-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, tour, "-app", self, "-out", dir, "-size", "1280x720")
	cmd.Stderr = os.Stderr
	if out, err := cmd.Output(); err != nil {
		return nil, fmt.Errorf("the tour failed: %w\n%s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "figures.json"))
	if err != nil {
		return nil, err
	}
	var seen struct {
		FirstFrameSec  float64 `json:"first_frame_sec"`
		IdleFrames     float64 `json:"idle_frames"`
		IdleCPUPercent float64 `json:"idle_cpu_percent"`
		ResidentMB     float64 `json:"resident_mb"`
	}
	if err := json.Unmarshal(raw, &seen); err != nil {
		return nil, err
	}
	return []figure{
		atMost("start of the app to a moving window, history there", seen.FirstFrameSec, "s", 3),
		atMost("3D frames drawn in 5 s of pause", seen.IdleFrames, "frames", 0),
		atMost("processor while paused", seen.IdleCPUPercent, "% of a core", 2),
		atMost("resident after the tour", seen.ResidentMB, "MB", 500),
	}, nil
}
