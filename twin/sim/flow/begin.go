package flow

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/twin"
)

// beginning is what a run starts with, read from the signals of the tree.
type beginning struct {
	model  *Model
	start  *Start             // nil: nothing was measured
	speeds map[string]float64 // set-points that differ from 1, by element
	read   int                // signals that could be relied on
	asked  int
	off    int // stations that are off: nobody knows until when
}

// begin reads a snapshot; nil knows nothing. What does not fit is brought into range: a belt holds no more than it can.
func (s *Study) begin(snap *twin.Snapshot) beginning {
	b := beginning{model: &s.def.Model, start: &Start{Levels: map[string]int{}, States: map[string]string{}}, speeds: map[string]float64{}}
	filled := map[string]int{}
	for i := range s.live {
		m := &s.live[i]
		if m.element < 0 || !m.isRead() {
			continue
		}
		b.asked++
		v, ok := usable(snap, m.signal)
		if !ok {
			continue
		}
		b.read++
		e := &s.def.Elements[m.element]
		switch m.Of {
		case ofLevel:
			b.start.Levels[e.Name] = e.fits(v / s.def.each())
		case ofFill:
			filled[e.Name] = e.fits(v * float64(e.room()))
		case ofState:
			if name, ok := s.stateOf(m, v); ok {
				b.start.States[e.Name] = name
				b.off += b2i(name == Off.String())
			}
		case ofSpeed:
			if v >= .01 && v <= 10 && math.Abs(v-1) > 1e-3 {
				b.speeds[e.Name] = v
			}
		}
	}
	for name, n := range filled {
		if _, has := b.start.Levels[name]; !has {
			b.start.Levels[name] = n
		}
	}
	if b.read == 0 {
		b.start = nil
	}
	b.model = s.def.Model.atSpeeds(b.speeds)
	return b
}

func (m *meaning) isRead() bool {
	return slices.Contains([]string{ofState, ofSpeed, ofLevel, ofFill}, m.Of)
}

// usable is a value that can be relied on, SI.
func usable(snap *twin.Snapshot, sig twin.SignalID) (float64, bool) {
	if snap == nil {
		return 0, false
	}
	v := snap.At(sig)
	return v.Value, v.Quality.Usable() && !math.IsNaN(v.Value) && !math.IsInf(v.Value, 0)
}

// fits is a whole number of parts that an element can hold.
func (e *Element) fits(parts float64) int {
	room := e.room()
	if room == 0 {
		room = maxCount
	}
	return int(math.Round(min(max(parts, 0), float64(room))))
}

// stateOf is the state of a station that a value of its signal stands for. A station without repair cannot be down.
func (s *Study) stateOf(m *meaning, v float64) (string, bool) {
	names := s.tree.Signal(m.signal).States
	i := int(v)
	if i < 0 || i >= len(names) {
		return "", false
	}
	name := m.state(names[i])
	if name == Down.String() && !s.def.Elements[m.element].Repair.Given() {
		return "", false
	}
	return name, slices.Contains(stateNames[:], name)
}

// atSpeeds is the model with its stations at set-points of their speed.
func (m *Model) atSpeeds(speeds map[string]float64) *Model {
	if len(speeds) == 0 {
		return m
	}
	out := *m
	out.Elements = slices.Clone(m.Elements)
	for i := range out.Elements {
		if v, ok := speeds[out.Elements[i].Name]; ok {
			out.Elements[i].Speed = Number(min(max(out.Elements[i].speed()*v, .001), 1000))
		}
	}
	return &out
}

// text says what a run begins with.
func (b *beginning) text() string {
	text := fmt.Sprintf("begins with all %d live signals", b.read)
	switch {
	case b.start == nil:
		return "begins empty, warmed up"
	case b.read < b.asked:
		text = fmt.Sprintf("begins with %d live signals, %d are not to be relied on", b.read, b.asked-b.read)
	}
	if b.off > 0 {
		text += fmt.Sprintf("; %d stations that are off are taken to start at once", b.off)
	}
	return text
}
