package command

// Change is something that was done and can be undone: a layout, a viewpoint, a selection.
type Change struct {
	Text string // "Select gearbox"
	Undo func()
	Redo func()
	Key  string // changes in a row with one key melt into one; empty: never
}

// maxChanges bounds the memory of a long day.
const maxChanges = 200

// History keeps changes. Its zero value is ready.
type History struct {
	done, undone []Change
	closed       int // > 0 while a command to the plant runs
	busy         bool
}

// Did notes a change that has just been made. It is refused, and false comes back, while a command to the plant runs,
// and inside an Undo or Redo.
func (h *History) Did(c Change) bool {
	if h.closed > 0 || h.busy || c.Undo == nil || c.Redo == nil {
		return false
	}
	h.undone = nil
	if n := len(h.done); n > 0 && c.Key != "" && h.done[n-1].Key == c.Key {
		h.done[n-1].Redo, h.done[n-1].Text = c.Redo, c.Text
		return true
	}
	h.done = append(h.done, c)
	if len(h.done) > maxChanges {
		h.done = append([]Change(nil), h.done[1:]...)
	}
	return true
}

// Clear forgets all changes, as when what they would change is gone.
func (h *History) Clear() { h.done, h.undone = nil, nil }

// Next returns the texts of what Undo and Redo would do, empty for nothing.
func (h *History) Next() (undo, redo string) {
	if n := len(h.done); n > 0 {
		undo = h.done[n-1].Text
	}
	if n := len(h.undone); n > 0 {
		redo = h.undone[n-1].Text
	}
	return undo, redo
}

// Undo takes back the newest change; it reports whether there was one.
func (h *History) Undo() bool { return h.move(&h.done, &h.undone, func(c Change) { c.Undo() }) }

// Redo makes the newest undone change again; it reports whether there was one.
func (h *History) Redo() bool { return h.move(&h.undone, &h.done, func(c Change) { c.Redo() }) }

func (h *History) move(from, to *[]Change, do func(Change)) bool {
	n := len(*from)
	if n == 0 || h.busy {
		return false
	}
	c := (*from)[n-1]
	*from = (*from)[:n-1]
	h.busy = true
	do(c)
	h.busy = false
	*to = append(*to, c)
	return true
}
