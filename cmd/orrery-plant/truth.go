package main

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
)

// truth is what only the plant knows.
type truth struct {
	Seed    uint64     `json:"seed"`
	Turbine string     `json:"turbine"`
	Part    string     `json:"part"`
	Now     time.Time  `json:"now"`
	FailsAt *time.Time `json:"fails_at"` // null: not within the limit
	Days    float64    `json:"days"`     // after now; 0 when it does not fail
	Limit   float64    `json:"limit_days"`
}

// fates runs the farm ahead until T03's gearbox fails, at most 40 days beyond now.
func fates(ctx context.Context, farm *windfarm.Farm, o options) truth {
	const limit = 40
	out := truth{Seed: farm.Seed, Turbine: "T03", Part: "gearbox", Now: o.now.UTC(), Limit: limit}
	t := farm.Turbine("T03")
	if t == nil {
		return out
	}
	now := farm.SecondAt(o.now)
	for farm.Sec < now+limit*86400 && t.FailedAt <= now && ctx.Err() == nil {
		farm.Advance(farm.Sec + 60)
	}
	if t.FailedAt > now {
		at := farm.Epoch.Add(time.Duration(t.FailedAt) * time.Second)
		out.FailsAt, out.Days = &at, at.Sub(o.now).Hours()/24
	}
	return out
}
