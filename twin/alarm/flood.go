package alarm

import (
	"fmt"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// A flood begins with 10 alarms within 10 minutes for one operator and ends when fewer than 5 came within 10 minutes
// (ISA-18.2-2016, §16.5.4; EEMUA 191).
const (
	floodWindow = 10 * time.Minute
	floodBegins = 10
	floodEnds   = 5
)

// flood counts the alarms that were raised lately and are not put aside.
type flood struct {
	times []int64
	on    bool
}

func (f *flood) add(t int64) { f.times = append(f.times, t) }

func (f *flood) advance(b *Book, now int64) {
	if len(f.times) == 0 && !f.on {
		return
	}
	if len(f.times) > 0 && now-f.times[0] >= int64(floodWindow) { // they come nearly in order
		f.times = slices.DeleteFunc(f.times, func(t int64) bool { return now-t >= int64(floodWindow) })
	}
	switch n := len(f.times); {
	case !f.on && n >= floodBegins:
		f.on = true
		b.floodNote(now, "flood began", fmt.Sprintf("%d alarms within 10 minutes", n))
	case f.on && n < floodEnds:
		f.on = false
		b.floodNote(now, "flood ended", fmt.Sprintf("%d alarms within 10 minutes", n))
	}
}

func (b *Book) floodNote(now int64, action, text string) {
	b.gen++
	b.events = append(b.events, twin.Event{
		Time: at(now), Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: action, Text: text,
	})
}

// Flood returns how many alarms were raised in the last 10 minutes, and whether that is a flood.
func (b *Book) Flood() (raised int, flood bool) { return len(b.flood.times), b.flood.on }
