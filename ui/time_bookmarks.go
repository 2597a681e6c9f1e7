package ui

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin/timeline"
)

// momentBook is the bookmarks of one twin, as text of timeline.EncodeBookmarks.
type momentBook struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// moments returns the bookmarks that were kept for a twin; setMoments keeps others in their place.
func (p *preferences) moments(path string) []timeline.Bookmark {
	for _, b := range p.Moments {
		if b.Path == path {
			list, _ := timeline.DecodeBookmarks(b.Text) // what cannot be read is as if it had never been kept
			return list
		}
	}
	return nil
}

func (p *preferences) setMoments(path string, list []timeline.Bookmark) error {
	p.Moments = slices.DeleteFunc(slices.Clone(p.Moments), func(b momentBook) bool { return b.Path == path })
	if len(list) > 0 {
		text, err := timeline.EncodeBookmarks(list)
		if err != nil {
			return err
		}
		p.Moments = slices.Insert(p.Moments, 0, momentBook{path, text})
	}
	p.Moments = p.Moments[:min(len(p.Moments), maxBooks)]
	return nil
}

// recallBookmarks gives the timeline the bookmarks of this twin.
func (x *session) recallBookmarks() {
	for _, b := range x.s.prefs.moments(x.bookPath()) {
		x.Timeline.Keep(b)
	}
}

// setBookmarks has the timeline hold these bookmarks and no others, and keeps them for the next run.
func (x *session) setBookmarks(list []timeline.Bookmark) {
	if x.s.desk != x {
		return
	}
	for _, b := range x.Timeline.Bookmarks() {
		x.Timeline.RemoveBookmark(b.Name)
	}
	for _, b := range list {
		x.Timeline.Keep(b)
	}
	if err := x.s.prefs.setMoments(x.bookPath(), list); err != nil {
		x.s.Fail(err)
	}
	x.s.prefs.save(x.s.app.Preferences())
	x.moveCursors(x.state)
}

// bookmark asks for a name for the moment that is shown, and keeps it with the span of the axis and the view.
func (x *session) bookmark() {
	at := x.s.view.at
	x.askName("Bookmark this moment", at.In(x.s.view.zone).Format("2 Jan 15:04"), func(name string) {
		b := timeline.Bookmark{Name: name, At: at, From: x.axis.from, To: x.axis.to}
		if v := x.Stage.View(); v.Eye != v.Target {
			b.View = &timeline.View{Eye: v.Eye, Target: v.Target, FOVRad: v.FOVRad, Ortho: v.Ortho}
		}
		old := x.Timeline.Bookmarks()
		if !x.Timeline.Keep(b) {
			x.s.Fail(fmt.Errorf("there are %d bookmarks already: remove one first", timeline.MaxBookmarks))
			return
		}
		x.bookmarksChanged("Bookmark "+name, old)
	})
}

// bookmarksChanged keeps what the timeline holds, and lets the user go back to what it held.
func (x *session) bookmarksChanged(what string, old []timeline.Bookmark) {
	now := x.Timeline.Bookmarks()
	x.setBookmarks(now)
	x.s.commands.Done.Did(changeOf(what, func() { x.setBookmarks(old) }, func() { x.setBookmarks(now) }))
}

// goToBookmark goes to the moment, the span and the view of a bookmark; it can be undone.
func (x *session) goToBookmark(b timeline.Bookmark) {
	if b.To.After(b.From) {
		x.zoom(b.From, b.To)
	}
	x.seek(b.At)
	if b.View != nil {
		old, to := x.Stage.View(), Viewpoint(*b.View)
		x.Stage.SetView(to)
		x.s.commands.Done.Did(changeOf("Go to "+b.Name, func() { x.Stage.SetView(old) }, func() { x.Stage.SetView(to) }))
	}
	if st := x.Timeline.State(); !st.At.Equal(b.At) {
		x.s.Fail(errors.New("this moment is no longer recorded"))
	}
}

// jump goes to the bookmark whose flag was clicked.
func (x *session) jump(at time.Time) {
	for _, b := range x.Timeline.Bookmarks() {
		if b.At.Equal(at) {
			x.goToBookmark(b)
			return
		}
	}
	x.seek(at)
}

// listBookmarks shows all bookmarks, to go to and to remove.
func (x *session) listBookmarks() {
	s := x.s
	list := x.Timeline.Bookmarks()
	var d *dialog.CustomDialog
	rows := widget.NewList(func() int { return len(list) },
		func() fyne.CanvasObject {
			return container.NewBorder(nil, nil, nil, container.NewHBox(widget.NewLabel(""), widget.NewButton("Go", nil), widget.NewButton("Remove", nil)), widget.NewLabel(""))
		}, nil)
	rows.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		b, parts := list[i], o.(*fyne.Container).Objects
		name := parts[0].(*widget.Label)
		name.Truncation = fyne.TextTruncateEllipsis
		name.SetText(b.Name)
		right := parts[1].(*fyne.Container).Objects
		right[0].(*widget.Label).SetText(b.At.In(s.view.zone).Format("2 Jan 2006 15:04:05"))
		right[1].(*widget.Button).OnTapped = func() { d.Hide(); x.goToBookmark(b) }
		right[2].(*widget.Button).OnTapped = func() {
			x.Timeline.RemoveBookmark(b.Name)
			x.bookmarksChanged("Remove bookmark "+b.Name, list)
			list = x.Timeline.Bookmarks()
			rows.Refresh()
		}
	}
	d = dialog.NewCustom("Bookmarks", "Close", rows, s.front())
	d.Resize(fyne.NewSize(560, 360))
	d.Show()
}
