package main

import (
	"context"
	"fmt"
	"os"

	"github.com/orrery-twin/orrery/ui/viewport"
)

// benchPresenters measures what it costs to bring a picture of the renderer into a window, in both ways.
func benchPresenters(ctx context.Context) ([]figure, error) {
	const title = "presenter, a picture into a window"
	display, stop, err := virtualDisplay(ctx)
	if err != nil {
		return []figure{unmeasured(title, "no display: "+err.Error())}, nil
	}
	defer stop()
	os.Setenv("DISPLAY", display)
	var out []figure
	for _, size := range []struct {
		name string
		w, h int
		bar  float64 // ms, of which a frame of 60 a second has 16.7
	}{{"1080p", 1920, 1080, 8}, {"4K", 3840, 2160, 16.7}} {
		cost, err := viewport.MeasurePresenters(size.w, size.h)
		if err != nil {
			out = append(out, unmeasured(fmt.Sprintf("%s, %s", title, size.name), err.Error()))
			continue
		}
		out = append(out,
			atMost(fmt.Sprintf("%s, %s: shared texture, median", title, size.name), ms(cost.Shared), "ms", size.bar),
			atMost(fmt.Sprintf("%s, %s: read back and uploaded, median", title, size.name), ms(cost.Readback), "ms", 4*size.bar))
	}
	return out, nil
}
