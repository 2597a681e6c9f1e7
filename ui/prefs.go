package ui

import (
	"encoding/json"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// zoneChoice says in which time zone times are shown.
type zoneChoice string

const (
	siteZone  zoneChoice = "site"
	localZone zoneChoice = "local"
	utcZone   zoneChoice = "utc"
)

// preferences are what the desk remembers between runs. They hold no secrets: Fyne keeps them in a plain file.
type preferences struct {
	Theme  theme.Mode
	Zone   zoneChoice
	Layout arrangement
	Recent []Recent

	Models  []RecentModel // newest first
	Orients []savedOrient // newest first
	Folder  string        // where models were chosen last

	Books   []viewBook   // saved viewpoints, newest first
	Moments []momentBook // bookmarks, newest first
	Trends  []savedTrend // newest first
	Plans   []savedPlans // scenarios, newest first
	Lengths lengths
	Quality viewport.Quality
}

const maxRecent = 12

func (p *preferences) load(store fyne.Preferences) {
	p.Theme = theme.ParseMode(store.StringWithFallback("theme", theme.AlwaysNight.String()))
	p.Zone = zoneChoice(store.StringWithFallback("zone", string(siteZone)))
	p.Layout = defaultArrangement()
	// What cannot be read is as if it had never been written: the sizes of the sketch, no recent twins.
	if s := store.String("layout"); s != "" {
		if err := json.Unmarshal([]byte(s), &p.Layout); err != nil {
			p.Layout = defaultArrangement()
		}
	}
	if s := store.String("recent"); s != "" {
		if err := json.Unmarshal([]byte(s), &p.Recent); err != nil {
			p.Recent = nil
		}
	}
	p.Folder = store.String("folder")
	p.Trends = loadTrends(store)
	p.Plans = loadPlans(store)
	p.Books = readBooks(store.String("viewpoints"))
	if s := store.String("bookmarks"); s != "" {
		if err := json.Unmarshal([]byte(s), &p.Moments); err != nil {
			p.Moments = nil
		}
	}
	p.Lengths = lengths(store.String("lengths"))
	p.Quality = viewport.Quality{Scale: store.FloatWithFallback("picture_scale", 1), FPS: store.IntWithFallback("picture_rate", viewport.MaxFPS)}
	if s := store.String("models"); s != "" {
		if err := json.Unmarshal([]byte(s), &p.Models); err != nil {
			p.Models = nil
		}
	}
	if s := store.String("orients"); s != "" {
		if err := json.Unmarshal([]byte(s), &p.Orients); err != nil {
			p.Orients = nil
		}
	}
}

func (p *preferences) save(store fyne.Preferences) {
	store.SetString("theme", p.Theme.String())
	store.SetString("zone", string(p.Zone))
	store.SetString("folder", p.Folder)
	store.SetString("lengths", string(p.Lengths))
	store.SetFloat("picture_scale", p.Quality.Scale)
	store.SetInt("picture_rate", p.Quality.FPS)
	saveTrends(store, p.Trends)
	savePlans(store, p.Plans)
	if b, err := json.Marshal(p.Books); err == nil {
		store.SetString("viewpoints", string(b))
	}
	if b, err := json.Marshal(p.Moments); err == nil {
		store.SetString("bookmarks", string(b))
	}
	if b, err := json.Marshal(p.Layout); err == nil {
		store.SetString("layout", string(b))
	}
	if b, err := json.Marshal(p.Recent); err == nil {
		store.SetString("recent", string(b))
	}
	if b, err := json.Marshal(p.Models); err == nil {
		store.SetString("models", string(b))
	}
	if b, err := json.Marshal(p.Orients); err == nil {
		store.SetString("orients", string(b))
	}
}

// remember puts a twin at the top of the recent ones.
func (p *preferences) remember(r Recent) {
	p.Recent = slices.DeleteFunc(p.Recent, func(x Recent) bool { return x.Path == r.Path })
	p.Recent = slices.Insert(p.Recent, 0, r)
	p.Recent = p.Recent[:min(len(p.Recent), maxRecent)]
}

// zone returns the time zone to show times in, and its name for the status bar.
func (p *preferences) zone(site *time.Location) (*time.Location, string) {
	switch p.Zone {
	case utcZone:
		return time.UTC, "UTC"
	case localZone:
		return time.Local, "local time"
	}
	if site == nil {
		site = time.UTC
	}
	return site, site.String()
}

// next is the choice after z, for a click on the status bar.
func (z zoneChoice) next() zoneChoice {
	switch z {
	case siteZone:
		return localZone
	case localZone:
		return utcZone
	}
	return siteZone
}
