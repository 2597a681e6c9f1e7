package timeline

import (
	"image/color"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/chart"
)

// Mark is an event on the timeline.
type Mark struct {
	At       time.Time
	Kind     twin.EventKind
	Asset    twin.AssetID
	Priority twin.Priority // of an alarm
	Ref      string        // of the occurrence or command whose story it begins
	Text     string        // for the tooltip
}

// Bookmark is a moment with a name.
type Bookmark struct {
	Name string
	At   time.Time
}

// Failure is a predicted failure: a mark at the median and a bar over the 80 % interval.
type Failure struct {
	ID        twin.AssetID
	Asset     string    // path, for the probe
	Label     string    // "gearbox T03 fails"
	Median    time.Time // zero when less than half of the members fail within the horizon
	Low, High time.Time // ends of the interval; a zero High is open
}

// Lane is the course of a scenario.
type Lane struct {
	Label    string
	From, To time.Time   // a zero From hides the lane
	Ink      color.NRGBA // of a further scenario; A 0 is the colour of the second one
	ID       string
}

// Span is a stretch of time.
type Span struct{ From, To time.Time }

// Model is what the strip shows.
type Model struct {
	From, To    time.Time // the span on the axis
	First       time.Time // of the recorded past; zero when nothing is recorded
	Now, Cursor time.Time
	Mode        timeline.Mode
	Playing     bool
	Speed       float64
	Note        string    // what else is set: loop, bookmarks
	Of          string    // whose density it is
	Density     []float32 // per pixel column of the axis, 0…1; zero is a gap
	Loaded      []Span    // what of the past is decoded in memory: the cursor is there at once
	States      []StateLane
	Marks       []Mark
	Bookmarks   []Bookmark
	LoopFrom    time.Time // what play repeats; zero for nothing
	LoopTo      time.Time
	Base        Lane
	Other       Lane   // the what-if
	Further     []Lane // scenarios beside it, each on a line of its own
	Failures    []Failure
	Zone        *time.Location
}

func (m *Model) axis(widthPx int, scale float32) chart.Axis {
	return chart.AxisOf(m.From, m.To, widthPx, scale)
}
