package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
)

// writeLog advances the farm to the end of the log and writes what its data logger kept.
func writeLog(ctx context.Context, farm *windfarm.Farm, o options) (err error) {
	out := io.WriteCloser(os.Stdout)
	if o.logger != "-" {
		if out, err = os.Create(o.logger); err != nil {
			return err
		}
		defer func() {
			if closed := out.Close(); err == nil {
				err = closed
			}
		}()
	}
	w := bufio.NewWriterSize(out, 1<<18)
	w.WriteString("time,turbine," + strings.Join(windfarm.Channels, ",") + "\n")
	first, last := farm.SecondAt(o.since), farm.SecondAt(o.until)
	fine := last - int64(o.fine/time.Second)
	step := int64(o.step / time.Second)
	farm.Advance(first)
	row := make([]byte, 0, 256)
	for sec := farm.Sec; sec <= last; sec++ {
		if sec%3600 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		farm.Advance(sec)
		if sec%step != 0 && sec < fine {
			continue
		}
		ms := farm.Now().UnixMilli()
		for _, t := range farm.Turbines {
			row = appendRow(row[:0], ms, t, t.Read(sec))
			if _, err := w.Write(row); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

func appendRow(b []byte, ms int64, t *windfarm.Turbine, r windfarm.Reading) []byte {
	b = strconv.AppendInt(b, ms, 10)
	b = append(append(b, ','), t.Name...)
	for i, v := range r.Value {
		b = append(b, ',')
		if !r.Missing[i] && !r.Null[i] {
			b = strconv.AppendFloat(b, v, 'f', windfarm.Decimals[i], 64)
		}
	}
	return append(b, '\n')
}

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
