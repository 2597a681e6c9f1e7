package journal

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Entry is an event as the journal holds it.
type Entry struct {
	ID int64 // rises with each entry, from 1
	twin.Event
	AssetPath  string // as it was written; Event.Asset is NoAsset when the tree no longer has it
	SignalPath string
}

// Filter says which entries are wanted. Zero fields do not restrict.
type Filter struct {
	From, To    time.Time        // From ≤ time < To
	Kinds       []twin.EventKind // one of these
	Asset       string           // path: this asset and all below it
	Ref         string           // of one occurrence or command
	MaxPriority twin.Priority    // alarms of this priority or more urgent only
	Text        string           // each word stands in text, action, user or paths, whatever the case; "a phrase"; -not
	Limit       int              // 0 means DefaultLimit
	OldestFirst bool             // else the newest first
}

// DefaultLimit is how many entries Query returns at most when the filter does not say.
const DefaultLimit = 1000

// where returns the condition of a filter and its arguments.
func (f *Filter) where() (string, []any) {
	var cond []string
	var args []any
	add := func(c string, a ...any) { cond, args = append(cond, c), append(args, a...) }
	if !f.From.IsZero() {
		add("time >= ?", nanos(f.From))
	}
	if !f.To.IsZero() {
		add("time < ?", nanos(f.To))
	}
	if len(f.Kinds) > 0 {
		kinds := make([]any, len(f.Kinds))
		for i, k := range f.Kinds {
			kinds[i] = string(k)
		}
		add("kind IN (?"+strings.Repeat(",?", len(kinds)-1)+")", kinds...)
	}
	if f.Asset != "" { // '0' is the character after '/': all paths that begin with the asset and a slash
		add("(asset = ? OR asset >= ? AND asset < ?)", f.Asset, f.Asset+"/", f.Asset+"0")
	}
	if f.Ref != "" {
		add("ref = ?", f.Ref)
	}
	if f.MaxPriority > 0 {
		add("priority BETWEEN 1 AND ?", int(f.MaxPriority))
	}
	conditions(f.Text, add)
	if len(cond) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(cond, " AND "), args
}

// nanos returns a time in ns since the Unix epoch, as near as that goes.
func nanos(t time.Time) int64 {
	switch y := t.Year(); {
	case y < 1678:
		return math.MinInt64
	case y > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// Query returns the entries that fit, in the order of their time.
func (j *Journal) Query(ctx context.Context, f Filter) ([]Entry, error) {
	where, args := f.where()
	order := " ORDER BY time DESC, id DESC"
	if f.OldestFirst {
		order = " ORDER BY time, id"
	}
	limit := f.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	rows, err := j.read.QueryContext(ctx, "SELECT id, time, kind, asset, signal, priority, action, ref, user, text FROM events"+
		where+order+" LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("journal: query: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var out []Entry
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.time, &r.kind, &r.asset, &r.signal, &r.priority, &r.action, &r.ref, &r.user, &r.text); err != nil {
			return nil, fmt.Errorf("journal: query: %w", err)
		}
		out = append(out, j.entry(&r))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: query: %w", err)
	}
	return out, nil
}

// Count returns how many entries fit, whatever the limit.
func (j *Journal) Count(ctx context.Context, f Filter) (n int, err error) {
	where, args := f.where()
	if err := j.read.QueryRowContext(ctx, "SELECT count(*) FROM events"+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("journal: count: %w", err)
	}
	return n, nil
}

func (j *Journal) entry(r *row) Entry {
	e := Entry{ID: r.id, AssetPath: r.asset, SignalPath: r.signal, Event: twin.Event{Time: time.Unix(0, r.time), Kind: twin.EventKind(r.kind),
		Priority: twin.Priority(r.priority), Action: r.action, Ref: r.ref, User: r.user, Text: r.text}}
	e.Asset, _ = j.tree.AssetByPath(r.asset)
	e.Signal, _ = j.tree.SignalByPath(r.signal)
	return e
}
