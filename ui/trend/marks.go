package trend

import (
	"context"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
)

// limits draws the alarm limits of the first line of each axis with what lies beyond them, and the normal range of the
// first line of all.
func (q *Query) limits(m *chart.Model, lines []line) {
	seen, normal := map[string]bool{}, false
	for i := range lines {
		l := &lines[i]
		if l.Hidden || l.signal == nil || !sameScale(chart.Derivation(l.Derive)) || seen[l.unit.Symbol] {
			continue
		}
		seen[l.unit.Symbol] = true
		for k := range q.Alarms {
			if a := &q.Alarms[k]; a.Signal == l.signal.ID {
				addLimit(m, l, a)
			}
		}
		if n := l.signal.Normal; !normal && n[0] < n[1] {
			normal = true
			m.Ranges = append(m.Ranges, chart.Range{Low: n[0], High: n[1], Unit: l.unit})
		}
	}
}

// sameScale reports whether limits of a signal mean something for what was derived of it.
func sameScale(d chart.Derivation) bool { return d == chart.AsMeasured || d == chart.MovingAverage }

func addLimit(m *chart.Model, l *line, a *alarm.Definition) {
	ink := theme.Priority(a.Priority)
	beyond := chart.Range{Low: a.Limit, High: math.Inf(1), Unit: l.unit, Colour: ink}
	switch a.Condition {
	case alarm.High:
	case alarm.Low:
		beyond.Low, beyond.High = math.Inf(-1), a.Limit
	default:
		return
	}
	m.Limits = append(m.Limits, chart.Limit{Value: a.Limit, Unit: l.unit, Colour: theme.Color(theme.Limit), Label: fmt.Sprintf("%s %s", a.Condition, l.unit.Format(a.Limit, l.decimals))})
	m.Ranges = append(m.Ranges, beyond)
}

// maxEvents bounds how many events are asked for.
const maxEvents = 2000

// events are the alarms that were raised, the commands that were sent and the notes of the span: those of the assets of
// the lines, of their parts and of what they are parts of, unless all are wanted.
func (q *Query) events(ctx context.Context, lines []line) ([]chart.Event, error) {
	if q.Journal == nil {
		return nil, nil
	}
	entries, err := q.Journal.Query(ctx, journal.Filter{From: q.From, To: q.To, Limit: maxEvents, OldestFirst: true,
		Kinds: []twin.EventKind{twin.AlarmEvent, twin.CommandEvent, twin.NoteEvent}})
	if err != nil {
		return nil, fmt.Errorf("trend: the journal could not be read: %w", err)
	}
	var out []chart.Event
	for i := range entries {
		e := &entries[i]
		if e.Kind == twin.AlarmEvent && e.Action != "raised" || e.Kind == twin.CommandEvent && e.Action != "sent" {
			continue
		}
		if q.AllEvents || q.concerns(e.Asset, lines) {
			out = append(out, chart.Event{At: e.Time, Kind: e.Kind, Priority: e.Priority, Asset: e.Asset, Text: e.Text, Ref: e.Ref})
		}
	}
	return out, nil
}

// concerns reports whether an asset has to do with a line.
func (q *Query) concerns(asset twin.AssetID, lines []line) bool {
	if asset == twin.NoAsset || int(asset) >= len(q.Tree.Assets()) {
		return false
	}
	near := func(s *twin.Signal) bool { return q.Tree.Under(asset, s.Asset) || q.Tree.Under(s.Asset, asset) }
	for i := range lines {
		if s := lines[i].signal; s != nil && near(s) {
			return true
		}
		for _, s := range lines[i].inputs {
			if near(s) {
				return true
			}
		}
	}
	return false
}
