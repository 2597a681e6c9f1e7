package timeline

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What bookmarks are kept within.
const (
	MaxBookmarks    = 200
	maxBookmarkName = 120     // bytes
	maxBookmarkText = 1 << 18 // bytes of all, as JSON
)

// Bookmark is a moment that a person named, with what was looked at.
type Bookmark struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	From time.Time `json:"from,omitzero"` // span of the axis; zero for any
	To   time.Time `json:"to,omitzero"`
	View *View     `json:"view,omitempty"` // nil for any
}

// View is where the camera stood: metres in the world, the vertical angle of view in rad.
type View struct {
	Eye    [3]float64 `json:"eye"`
	Target [3]float64 `json:"target"`
	FOVRad float64    `json:"fov"`
	Ortho  bool       `json:"ortho,omitempty"`
}

func (v *View) valid() bool {
	sum := v.FOVRad
	for k := range 3 {
		sum += v.Eye[k] + v.Target[k]
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0) && v.Eye != v.Target && v.FOVRad > 0 && v.FOVRad < math.Pi
}

// mend leaves out of a bookmark what cannot be right, and reports whether a name and a moment are left.
func (b *Bookmark) mend() bool {
	b.Name = strings.Join(strings.Fields(strings.ToValidUTF8(b.Name, "")), " ")
	for len(b.Name) > maxBookmarkName {
		_, n := utf8.DecodeLastRuneInString(b.Name)
		b.Name = b.Name[:len(b.Name)-n]
	}
	b.At, b.From, b.To = b.At.Round(0), b.From.Round(0), b.To.Round(0)
	if b.From.IsZero() || !b.To.After(b.From) {
		b.From, b.To = time.Time{}, time.Time{}
	}
	if b.View != nil && !b.View.valid() {
		b.View = nil
	}
	return b.Name != "" && b.At.Year() > 1 && b.At.Year() <= 9999
}

// Keep keeps a bookmark; one with that name is replaced. It reports whether it was kept: a name and a moment are needed,
// and there are at most MaxBookmarks.
func (t *Timeline) Keep(b Bookmark) bool {
	if !b.mend() {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(t.bookmarks), func(o Bookmark) bool { return o.Name == b.Name })
	if len(list) >= MaxBookmarks {
		return false
	}
	t.bookmarks = append(list, b)
	slices.SortStableFunc(t.bookmarks, func(a, b Bookmark) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
	return true
}

// AddBookmark keeps a moment under a name, without a view; a bookmark with that name is replaced.
func (t *Timeline) AddBookmark(name string, at time.Time) bool {
	return t.Keep(Bookmark{Name: name, At: at})
}

// NextBookmark seeks to the next bookmark after the cursor, or before it when dir is negative, within the bounds. It
// reports whether there is one; if not, nothing changes.
func (t *Timeline) NextBookmark(dir int) (Bookmark, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	best := -1
	for i, b := range t.bookmarks {
		if !t.clamp(b.At).Equal(b.At) {
			continue
		}
		if dir < 0 && b.At.Before(t.at) || dir >= 0 && b.At.After(t.at) && best < 0 {
			best = i
		}
	}
	if best < 0 {
		return Bookmark{}, false
	}
	t.rest()
	t.at = t.bookmarks[best].At
	return t.bookmarks[best], true
}

// EncodeBookmarks returns bookmarks as JSON, which DecodeBookmarks reads.
func EncodeBookmarks(list []Bookmark) (string, error) {
	b, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("timeline: write bookmarks: %w", err)
	}
	return string(b), nil
}

// DecodeBookmarks reads bookmarks. The text may come from anywhere: a bookmark that cannot be right is left out, and no
// more than MaxBookmarks are read.
func DecodeBookmarks(text string) ([]Bookmark, error) {
	if len(text) > maxBookmarkText {
		return nil, errors.New("timeline: read bookmarks: there are too many; remove the file and keep them anew")
	}
	var list []Bookmark
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("timeline: read bookmarks: %w", err)
	}
	list = slices.DeleteFunc(list, func(b Bookmark) bool { return !b.mend() })
	for i := range list {
		list[i].mend()
	}
	return list[:min(len(list), MaxBookmarks)], nil
}
