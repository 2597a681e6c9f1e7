package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

func TestGoldenScenarios(t *testing.T) {
	both(t, func(t *testing.T, m theme.Mode) {
		b, _ := asking(t, fyne.NewSize(1280, 720), m)
		x := b.shell.desk.scenarios
		x.choose("preset:faster")
		x.put("capper.speed", "+10%", true)
		x.toggleLane(x.chosen)
		x.fork()
		x.put("rinser.repair", "4", true)
		x.choose("s1")
		b.settle()
		b.golden("scenarios-" + m.String())
	})
}
