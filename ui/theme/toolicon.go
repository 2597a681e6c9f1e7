package theme

import "image/color"

// toolIcon draws the icons of the tools of the view, centred on (cx, cy), 2·h high, by lines.
func (p *Pen) toolIcon(i Icon, cx, cy, h float32, c color.NRGBA) {
	t := max(1.2, h*.17)
	at := func(x, y float32) Point { return Point{cx + x*h, cy + y*h} }
	line := func(pts ...Point) { p.Polyline(pts, t, c) }
	square := func(x0, y0, x1, y1 float32) { line(at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)) }
	switch i {
	case IconFrame:
		for _, s := range [][2]float32{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			line(at(.4*s[0], .9*s[1]), at(.9*s[0], .9*s[1]), at(.9*s[0], .4*s[1]))
		}
		p.Circle(cx, cy, h*.32, c)
	case IconHome:
		line(at(-1, 0), at(0, -.9), at(1, 0))
		line(at(-.62, -.2), at(-.62, .85), at(.62, .85), at(.62, -.2))
	case IconParallel:
		square(-.9, -.35, .35, .9)
		line(at(-.9, -.35), at(-.35, -.9), at(.9, -.9), at(.9, .35), at(.35, .9))
		line(at(.35, -.35), at(.9, -.9))
	case IconBox:
		x0, y0, x1, y1 := cx-h*.9, cy-h*.75, cx+h*.9, cy+h*.75
		for _, l := range [][4]float32{{x0, y0, x1, y0}, {x1, y0, x1, y1}, {x0, y1, x1, y1}, {x0, y0, x0, y1}} {
			p.Dashed(l[0], l[1], l[2], l[3], t, h*.36, h*.26, c)
		}
	case IconIsolate:
		p.Fill(cx-h*.32, cy-h*.32, h*.64, h*.64, c)
		for _, s := range [][2]float32{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			p.Ring(cx+s[0]*h*.78, cy+s[1]*h*.78, h*.2, max(1, h*.13), WithAlpha(c, .6))
		}
	case IconXRay:
		p.Ring(cx, cy, h*.95, t, c)
		p.Circle(cx, cy, h*.4, c)
	case IconCut:
		p.Fill(cx-h*.95, cy-h*.8, h*.95, h*1.6, WithAlpha(c, .5))
		square(-.95, -.8, 0, .8)
		p.Dashed(cx, cy-h*.8, cx+h*.95, cy-h*.8, t, h*.25, h*.25, c)
		p.Dashed(cx+h*.95, cy-h*.8, cx+h*.95, cy+h*.8, t, h*.25, h*.25, c)
		p.Dashed(cx, cy+h*.8, cx+h*.95, cy+h*.8, t, h*.25, h*.25, c)
	case IconExplode:
		p.Fill(cx-h*.2, cy-h*.2, h*.4, h*.4, c)
		for _, s := range [][2]float32{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			line(at(.42*s[0], .42*s[1]), at(.95*s[0], .95*s[1]))
			line(at(.45*s[0], .95*s[1]), at(.95*s[0], .95*s[1]), at(.95*s[0], .45*s[1]))
		}
	case IconMeasure:
		line(at(-1, .45), at(.45, -1), at(1, -.45), at(-.45, 1), at(-1, .45))
		for k := range 3 {
			d := -.64 + .36*float32(k)
			line(at(d, .45-(d+1)), at(d+.26, .45-(d+1)+.26))
		}
	case IconFly:
		line(at(-1, -.05), at(1, -.85), at(.35, .9), at(-.1, .25), at(-1, -.05))
		line(at(-.1, .25), at(1, -.85))
	case IconSplit:
		square(-.95, -.8, .95, .8)
		line(at(0, -.8), at(0, .8))
		line(at(-.95, 0), at(.95, 0))
	case IconMore:
		for _, x := range []float32{-.7, 0, .7} {
			p.Circle(cx+x*h, cy, h*.17, c)
		}
	}
}
