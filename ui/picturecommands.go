package ui

import (
	"fmt"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// qualityCommands adds how much effort is made for pictures, for slow machines.
func (s *Shell) qualityCommands(add func(command.Command)) {
	const sub = "Picture quality"
	set := func(q viewport.Quality) {
		s.prefs.Quality = q
		s.prefs.save(s.app.Preferences())
		if ok, _ := s.hasView(); ok {
			s.desk.stage().SetQuality(q)
		}
	}
	for _, q := range []struct {
		scale    float64
		id, text string
	}{{1, "full", "Full size pictures"}, {.75, "75", "Pictures of three quarters the size"}, {.5, "50", "Pictures of half the size"}} {
		add(command.Command{ID: command.ID("view.scale." + q.id), Menu: "View", Sub: sub, Group: 6, Text: q.text, Tip: "Smaller pictures are made faster and look softer", Words: "render scale resolution performance slow",
			Checked: func() bool { return s.prefs.Quality.Scale == q.scale },
			Run:     func() { set(viewport.Quality{Scale: q.scale, FPS: s.prefs.Quality.FPS}) }})
	}
	for _, fps := range []int{viewport.MaxFPS, 30, 15} {
		add(command.Command{ID: command.ID(fmt.Sprintf("view.rate.%d", fps)), Menu: "View", Sub: sub, Group: 6, Text: fmt.Sprintf("At most %d pictures a second", fps), Words: "frame cap fps performance slow",
			Checked: func() bool { return s.prefs.Quality.FPS == fps },
			Run:     func() { set(viewport.Quality{Scale: s.prefs.Quality.Scale, FPS: fps}) }})
	}
}

// maxExposure is how much brighter or darker the scene may be made, in steps that double or halve.
const maxExposure = 4

// lightCommands adds what lights the scene in the Review look.
func (s *Shell) lightCommands(add func(command.Command)) {
	const sub = "Light"
	light := func() render.Light {
		if ok, _ := s.hasView(); !ok {
			return render.Light{}
		}
		return s.desk.stage().Active().Light()
	}
	change := func(id, text, tip, words string, on func(render.Light) bool, with func(*render.Light)) {
		c := command.Command{ID: command.ID("light." + id), Menu: "View", Sub: sub, Group: 3, Text: text, Tip: tip, Words: words, Enabled: s.hasView,
			Run: s.withView(func(x *session, v *viewport.Viewport) {
				l := v.Light()
				with(&l)
				x.light(text, l)
			})}
		if on != nil {
			c.Checked = func() bool { return on(light()) }
		}
		add(c)
	}
	change("shadows", "Shadows", "Of the sun, in the Review look", "", func(l render.Light) bool { return !l.NoShadows }, func(l *render.Light) { l.NoShadows = !l.NoShadows })
	change("occlusion", "Darker corners", "Where surfaces are near to each other, in the Review look", "ambient occlusion", func(l render.Light) bool { return !l.NoOcclusion }, func(l *render.Light) { l.NoOcclusion = !l.NoOcclusion })
	change("brighter", "Brighter", "Half a step of exposure", "exposure", nil, func(l *render.Light) { l.ExposureEV = min(maxExposure, l.ExposureEV+.5) })
	change("darker", "Darker", "Half a step of exposure", "exposure", nil, func(l *render.Light) { l.ExposureEV = max(-maxExposure, l.ExposureEV-.5) })
	change("exposure", "Exposure as at first", "", "brightness reset", func(l render.Light) bool { return l.ExposureEV == 0 }, func(l *render.Light) { l.ExposureEV = 0 })
}

// light changes what lights the scene in all viewports; it can be undone.
func (x *session) light(text string, to render.Light) {
	stage := x.stage()
	old := stage.Active().Light()
	if old == to {
		return
	}
	set := func(l render.Light) {
		if x.s.desk == x {
			stage.SetLight(l)
			x.updateViews()
		}
	}
	set(to)
	x.s.commands.Done.Did(changeOf("Light, "+lower(text), func() { set(old) }, func() { set(to) }))
}
