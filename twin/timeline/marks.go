package timeline

import (
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Mark is a moment that the twin knows: an alarm, a command, a predicted failure.
type Mark struct {
	At       time.Time
	Kind     twin.EventKind
	Priority twin.Priority // of an alarm
	Ref      string        // of the occurrence or command
	Text     string        // for people, one line
}

// RemoveBookmark forgets a bookmark and reports whether there was one.
func (t *Timeline) RemoveBookmark(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(t.bookmarks)
	t.bookmarks = slices.DeleteFunc(t.bookmarks, func(b Bookmark) bool { return b.Name == name })
	return len(t.bookmarks) < n
}

// Bookmarks returns all bookmarks in the order of time. The slice is the caller's.
func (t *Timeline) Bookmarks() []Bookmark {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.bookmarks)
}

// GoToBookmark seeks to a bookmark, as far as the bounds allow, and reports whether there is one with that name.
func (t *Timeline) GoToBookmark(name string) bool {
	t.mu.Lock()
	i := slices.IndexFunc(t.bookmarks, func(b Bookmark) bool { return b.Name == name })
	var at time.Time
	if i >= 0 {
		at = t.bookmarks[i].At
	}
	t.mu.Unlock()
	if i < 0 {
		return false
	}
	t.Seek(at)
	return true
}

// SetMarks replaces the marks. The slice is copied.
func (t *Timeline) SetMarks(marks []Mark) {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return a.At.Compare(b.At) })
	t.mu.Lock()
	defer t.mu.Unlock()
	t.marks = marks
}

// Marks returns the marks in [from, to), in the order of time. The slice is the caller's.
func (t *Timeline) Marks(from, to time.Time) []Mark {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, j := t.markAt(from), t.markAt(to)
	return slices.Clone(t.marks[i:max(i, j)])
}

// NextMark seeks to the next mark after the cursor, or before it when dir is negative, within the bounds. It reports
// whether there is one; if not, nothing changes.
func (t *Timeline) NextMark(dir int) (Mark, bool) {
	return t.NextMarkOf(dir, func(Mark) bool { return true })
}

// NextMarkOf is NextMark among the marks that wanted accepts; wanted must not call the timeline.
func (t *Timeline) NextMarkOf(dir int, wanted func(Mark) bool) (Mark, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, step := t.markAt(t.at), 1
	if dir < 0 {
		i, step = i-1, -1
	}
	for i >= 0 && i < len(t.marks) && (t.marks[i].At.Equal(t.at) || !wanted(t.marks[i])) {
		i += step
	}
	if i < 0 || i >= len(t.marks) || !t.clamp(t.marks[i].At).Equal(t.marks[i].At) {
		return Mark{}, false
	}
	t.rest()
	t.at = t.marks[i].At.Round(0)
	return t.marks[i], true
}

// markAt returns the index of the first mark at or after a moment.
func (t *Timeline) markAt(at time.Time) int {
	i, _ := slices.BinarySearchFunc(t.marks, at, func(m Mark, at time.Time) int { return m.At.Compare(at) })
	return i
}
