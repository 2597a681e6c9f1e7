//go:build !race

package process

import "time"

// patience is how long a cancel may take: half a second on a machine that does nothing else, and tests run on others too.
const patience = 2 * time.Second
