package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
)

// reading holds the flags that say how a model file is meant.
type reading struct{ unit, up, precision string }

func (r *reading) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.unit, "unit", "", "unit of the file: µm mm cm m km in ft; default: as it says, or as usual for its format")
	cmd.Flags().StringVar(&r.up, "up", "", "axis of the file that points up: Y or Z; default: as usual for its format")
	cmd.Flags().StringVar(&r.precision, "precision", "", "of the surfaces of CAD files: coarse, normal or fine")
}

func (r *reading) options() (assets.Options, error) {
	unit, err := assets.ParseUnit(r.unit)
	if err != nil {
		return assets.Options{}, fmt.Errorf("--unit: %w", err)
	}
	up, err := assets.ParseUp(r.up)
	if err != nil {
		return assets.Options{}, fmt.Errorf("--up: %w", err)
	}
	precision, err := assets.ParsePrecision(r.precision)
	if err != nil {
		return assets.Options{}, fmt.Errorf("--precision: %w", err)
	}
	return assets.Options{Unit: unit, Up: up, Precision: precision}, nil
}

// loadingProgress shows on the terminal how far a load is.
func loadingProgress() func(assets.Progress) {
	bars := map[assets.Stage]func(float64){}
	if st, err := os.Stderr.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(p assets.Progress) {
		bar, ok := bars[p.Stage]
		if !ok {
			bar = terminalProgress(string(p.Stage))
			bars[p.Stage] = bar
		}
		bar(max(p.Fraction(), 0))
	}
}
