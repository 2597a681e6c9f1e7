//go:build race

package process

import "time"

// patience is how long a cancel may take where the race detector makes all ten times slower.
const patience = 15 * time.Second
