package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// examineGL draws a part in each look, and tells what draws and which programs the driver refused.
func examineGL() finding {
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return finding{What: "OpenGL", Detail: err.Error(), Remedy: "install a driver with OpenGL 3.3, or Mesa (libgl1-mesa-dri)"}
	}
	defer r.Close()
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	camera := scene.Camera{Eye: [3]float64{2, 2, 3}}
	for _, look := range []render.Look{render.Operate, render.Engineer, render.Review} {
		if _, err := shoot(r, render.NewBuilder(), s, camera, render.Options{WidthPx: 64, HeightPx: 64, Look: look, Palette: render.Day()}); err != nil {
			return finding{What: "OpenGL", Detail: err.Error(), Remedy: "update the graphics driver; LIBGL_ALWAYS_SOFTWARE=1 draws on the CPU"}
		}
	}
	d := r.Device()
	detail := fmt.Sprintf("%s, %s, %d samples, depth %s", d.Name, d.Version, d.Samples, d.Depth)
	if d.Software {
		detail += "; drawn by the CPU, so expect tens of milliseconds per frame"
	}
	f := finding{What: "OpenGL", OK: true, Detail: detail + "; all shaders as they should be"}
	if len(d.Simpler) > 0 {
		f.Detail, f.Remedy = detail+"; simpler shaders: "+strings.Join(d.Simpler, "; "), "update the graphics driver for the full look"
	}
	return f
}

// examinePresenter tells how pictures get into a window.
func examinePresenter() finding {
	if forced := os.Getenv("ORRERY_PRESENTER"); forced != "" {
		return finding{What: "presenter", OK: true, Detail: forced + ", as $ORRERY_PRESENTER says"}
	}
	if !examineDisplay().OK {
		return finding{What: "presenter", Detail: "nothing to present on: no display", Remedy: "the headless commands work; for a window use a desktop session, or Xvfb"}
	}
	way, why, err := viewport.ProbePresenter()
	switch {
	case err != nil:
		return finding{What: "presenter", Detail: "no window here: " + err.Error(), Remedy: "the headless commands work; for a window use a desktop session, or Xvfb"}
	case why != nil:
		return finding{What: "presenter", OK: true, Detail: fmt.Sprintf("%s, as textures cannot be shared: %v", way, why)}
	}
	return finding{What: "presenter", OK: true, Detail: way + ", proven pixel by pixel"}
}
