package history

import (
	"fmt"
	"strings"
	"time"
)

// Finding is something that was not as it should be on disk or with the clock, and what was done about it.
type Finding struct {
	Place    string    // file and offset, or block, in the store's folder; or "clock"
	What     string    // was found
	Done     string    // about it; empty when nothing was
	From, To time.Time // of the samples concerned; zero when that is not known
	Lost     uint64    // samples that could not be brought back; 0 also when the number is not known
}

// String puts a finding into one line.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Place, f.What)
	if !f.From.IsZero() {
		fmt.Fprintf(&b, " (%s to %s)", f.From.UTC().Format(time.RFC3339), f.To.UTC().Format(time.RFC3339))
	}
	if f.Done != "" {
		b.WriteString("; " + f.Done)
	}
	if f.Lost > 0 {
		fmt.Fprintf(&b, "; %d samples lost", f.Lost)
	}
	return b.String()
}

// Findings returns what Open found damaged, missing or odd, and what it did about it. Empty when all was well.
func (s *Store) Findings() []Finding { return s.findings }

func (s *Store) found(f Finding) { s.findings = append(s.findings, f) }

// spanOf sets the times of a finding, ms.
func (f Finding) spanOf(from, to int64) Finding {
	f.From, f.To = time.UnixMilli(from), time.UnixMilli(to)
	return f
}
