package chain

import (
	"context"
	"testing"
)

// Queues in the roads against exact values.
func TestRoadsAsQueues(t *testing.T) {
	for _, r := range References() {
		off, half, err := r.Judge(context.Background(), 7)
		if err != nil {
			t.Fatal(err)
		}
		if off > 1 {
			t.Errorf("%s: the mean is %.2f halves of its 99 %% interval from %g", r.Name, off, r.Waiting)
		}
		if half > .12 {
			t.Errorf("%s: ± %.1f %% is too wide to say anything", r.Name, 100*half)
		}
	}
}
