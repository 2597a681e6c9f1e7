package ui

import (
	"slices"
	"time"
)

// RecentModel is a model file that was opened before.
type RecentModel struct {
	Path   string    `json:"path"`
	Opened time.Time `json:"opened"`
}

// The most that is remembered.
const (
	maxRecentModels = 10
	maxOrients      = 200
)

// savedOrient is how the user takes a file.
type savedOrient struct {
	Path string `json:"path"`
	orient
}

// orientOf returns how a file was taken the last time.
func (p *preferences) orientOf(path string) orient {
	for _, o := range p.Orients {
		if o.Path == path {
			return o.orient
		}
	}
	return orient{}
}

// orient remembers how a file is taken; a zero orient forgets it.
func (p *preferences) orient(path string, o orient) {
	p.Orients = slices.DeleteFunc(p.Orients, func(x savedOrient) bool { return x.Path == path })
	if o == (orient{}) {
		return
	}
	p.Orients = slices.Insert(p.Orients, 0, savedOrient{path, o})
	p.Orients = p.Orients[:min(len(p.Orients), maxOrients)]
}

// rememberModel puts a file at the top of the recent models.
func (s *Shell) rememberModel(path string) {
	p := &s.prefs
	p.Models = slices.DeleteFunc(p.Models, func(x RecentModel) bool { return x.Path == path })
	p.Models = slices.Insert(p.Models, 0, RecentModel{path, s.clock()})
	p.Models = p.Models[:min(len(p.Models), maxRecentModels)]
	p.save(s.app.Preferences())
}
