package theme

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/orrery-twin/orrery/twin"
)

// AlarmLook is how an alarm's symbol is drawn.
type AlarmLook uint8

// The looks of an alarm symbol, after ISA-18.2: unacknowledged blinks between filled and outlined, acknowledged is
// filled and steady, gone but not acknowledged is outlined.
const (
	AlarmAcknowledged   AlarmLook = iota // filled
	AlarmUnacknowledged                  // filled with a rim; draw it as AlarmReturned in the dark half of the blink
	AlarmReturned                        // outlined
)

// Alarm draws the symbol of a priority centred on (cx, cy): square, triangle up, triangle down, circle, so that it
// reads without its colour. size is its height in Dp.
func (p *Pen) Alarm(cx, cy, size float32, prio twin.Priority, look AlarmLook) {
	c := Priority(prio)
	h := size / 2
	if prio != twin.Low && prio != twin.Critical && prio != twin.High && prio != twin.Medium {
		return
	}
	if prio == twin.Low {
		if look == AlarmReturned {
			p.Ring(cx, cy, h, max(1.5, size/7), c)
		} else {
			p.Circle(cx, cy, h, c)
		}
		return
	}
	var pts []Point
	switch prio {
	case twin.Critical:
		pts = []Point{{cx - h*.9, cy - h*.9}, {cx + h*.9, cy - h*.9}, {cx + h*.9, cy + h*.9}, {cx - h*.9, cy + h*.9}}
	case twin.High:
		pts = []Point{{cx, cy - h}, {cx + h*1.1, cy + h*.9}, {cx - h*1.1, cy + h*.9}}
	case twin.Medium:
		pts = []Point{{cx - h*1.1, cy - h*.9}, {cx + h*1.1, cy - h*.9}, {cx, cy + h}}
	}
	if look == AlarmReturned {
		p.Polyline(append(append([]Point(nil), pts...), pts[0], pts[1]), max(1.4, size/7), c)
		return
	}
	p.Polygon(c, pts...)
}

// Hatch draws 45 degree lines over a rectangle: what it covers is stale or predicted, not measured now.
func (p *Pen) Hatch(x, y, w, h, gap, thick float32, c color.NRGBA) {
	r := image.Rect(p.px(x), p.px(y), p.px(x+w), p.px(y+h)).Intersect(p.clip)
	period, on := float64(gap*p.Scale), float64(thick*p.Scale)
	if r.Empty() || period <= 0 {
		return
	}
	// Distance across the stripes is (x+y)/√2; coverage is linear over one pixel at each edge.
	n := int(math.Ceil(period * 16))
	src := image.NewUniform(c)
	mask := image.NewAlpha(image.Rect(0, 0, r.Dx(), 1))
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			d := math.Mod(float64(px+py)/math.Sqrt2+float64(n)*period, period)
			cover := math.Min(math.Min(d+0.5, on-d+0.5), 1)
			if wrap := d - period; cover < 0 && wrap+0.5 > 0 {
				cover = wrap + 0.5
			}
			mask.Pix[px-r.Min.X] = uint8(math.Max(0, cover) * 255)
		}
		draw.DrawMask(p.Img, image.Rect(r.Min.X, py, r.Max.X, py+1), src, image.Point{}, mask, image.Point{}, draw.Over)
	}
}

// Dotted draws a dotted border: what it surrounds is bad, there is no value to trust.
func (p *Pen) Dotted(x, y, w, h float32, c color.NRGBA) {
	for at := float32(0); at < w; at += 4 {
		d := min(2, w-at)
		p.Fill(x+at, y, d, 1, c)
		p.Fill(x+at, y+h-1, d, 1, c)
	}
	for at := float32(0); at < h; at += 4 {
		d := min(2, h-at)
		p.Fill(x, y+at, 1, d, c)
		p.Fill(x+w-1, y+at, 1, d, c)
	}
}

// Mark returns how a quality is shown beside a value: a letter and a word, both empty for Good. Nothing but a Good
// value may be drawn without it.
func Mark(q twin.Quality) (letter, word string) {
	switch q {
	case twin.Good:
		return "", ""
	case twin.Manual:
		return "M", "manual"
	case twin.Estimated:
		return "E", "estimated"
	case twin.Predicted:
		return "P", "predicted"
	case twin.Stale:
		return "S", "stale"
	case twin.OutOfRange:
		return "R", "out of range"
	case twin.Offline:
		return "✕", "offline"
	case twin.SensorFault:
		return "✕", "sensor fault"
	}
	return "–", "no data"
}

// Quality draws the mark of a quality, centred on (cx, cy), about 13 Dp wide: M in a circle, a hatched S, a dotted
// cross, and so on. It draws nothing for Good.
func (p *Pen) Quality(cx, cy float32, q twin.Quality) {
	letter, _ := Mark(q)
	if letter == "" {
		return
	}
	const half = 6.5
	c := Color(Text2)
	base := cy + 4
	switch q {
	case twin.Manual:
		p.Ring(cx, cy, half, 1.2, c)
	case twin.Estimated:
		p.RoundBorder(cx-half, cy-half, 2*half, 2*half, Radius, 1, WithAlpha(c, .6))
	case twin.Predicted:
		c = Color(Forecast)
		p.RoundBorder(cx-half, cy-half, 2*half, 2*half, Radius, 1, c)
	case twin.Stale, twin.OutOfRange:
		p.Hatch(cx-half, cy-half, 2*half, 2*half, 4, 1.2, WithAlpha(Color(Text3), .55))
	default:
		p.Dotted(cx-half, cy-half, 2*half, 2*half, c)
		if letter == "✕" {
			p.Line(cx-3, cy-3, cx+3, cy+3, 1.4, c)
			p.Line(cx-3, cy+3, cx+3, cy-3, 1.4, c)
			return
		}
	}
	p.TextCenter(cx, base, letter, FontSmall, c)
}

// TrustDot draws how far the twin matches the plant: filled when it does, half when in doubt, empty when not.
func (p *Pen) TrustDot(cx, cy, r float32, trust float32) {
	c := Color(Text2)
	switch {
	case trust >= 0.8:
		p.Circle(cx, cy, r, c)
	case trust >= 0.4:
		p.Ring(cx, cy, r, 1.2, c)
		half := arc(cx, cy, r)
		p.Polygon(c, half[:len(half)/2+1]...)
	default:
		p.Ring(cx, cy, r, 1.2, Color(High))
	}
}

// NewAlarmSymbol returns the symbol of a priority as a canvas object of size Dp, on a background colour.
func NewAlarmSymbol(prio twin.Priority, look AlarmLook, size float32, background Name) fyne.CanvasObject {
	r := canvas.NewRaster(nil)
	r.Generator = func(w, h int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		scale := float32(h) / size
		p := NewPen(img, scale)
		p.Fill(0, 0, float32(w)/scale, size, Color(background))
		p.Alarm(float32(w)/scale/2, size/2, size*.8, prio, look)
		return img
	}
	r.SetMinSize(fyne.NewSize(size, size))
	return r
}

// Icon is a small drawing that needs no font.
type Icon uint8

// The icons.
const (
	IconRight Icon = iota // a closed branch
	IconDown              // an open branch
	IconPlay
	IconPause
	IconBack    // one step back
	IconForward // one step ahead
	IconSearch
	IconClose
	IconCheck
	IconDiamond // a predicted failure
	IconPlus
	IconEye    // it is shown
	IconEyeOff // it is hidden

	// Tools of the view.
	IconFrame    // corners around a part
	IconHome     // everything
	IconParallel // a cube without vanishing points
	IconBox      // a dashed box: select by it
	IconIsolate  // one of several
	IconXRay     // a core in a pale hull
	IconCut      // a box, half of it open
	IconExplode  // parts that move away from the middle
	IconMeasure  // a ruler
	IconFly      // a paper plane
	IconSplit    // a window in four
	IconMore     // three dots
)

// Icon draws an icon centred on (cx, cy), size Dp high.
func (p *Pen) Icon(i Icon, cx, cy, size float32, c color.NRGBA) {
	h := size / 2
	switch i {
	case IconRight:
		p.Polygon(c, Point{cx - h*.5, cy - h*.8}, Point{cx + h*.6, cy}, Point{cx - h*.5, cy + h*.8})
	case IconDown:
		p.Polygon(c, Point{cx - h*.8, cy - h*.5}, Point{cx + h*.8, cy - h*.5}, Point{cx, cy + h*.6})
	case IconPlay:
		p.Polygon(c, Point{cx - h*.6, cy - h*.9}, Point{cx + h*.85, cy}, Point{cx - h*.6, cy + h*.9})
	case IconPause:
		p.Fill(cx-h*.7, cy-h*.8, h*.5, h*1.6, c)
		p.Fill(cx+h*.2, cy-h*.8, h*.5, h*1.6, c)
	case IconBack, IconForward:
		s := float32(1)
		if i == IconBack {
			s = -1
		}
		p.Polygon(c, Point{cx - s*h*.8, cy - h*.8}, Point{cx + s*h*.45, cy}, Point{cx - s*h*.8, cy + h*.8})
		p.Fill(cx+s*h*.65-h*.12, cy-h*.8, h*.28, h*1.6, c)
	case IconSearch:
		p.Ring(cx-h*.2, cy-h*.2, h*.65, max(1.2, h*.18), c)
		p.Line(cx+h*.25, cy+h*.25, cx+h*.85, cy+h*.85, max(1.4, h*.22), c)
	case IconClose:
		p.Line(cx-h*.6, cy-h*.6, cx+h*.6, cy+h*.6, max(1.2, h*.2), c)
		p.Line(cx-h*.6, cy+h*.6, cx+h*.6, cy-h*.6, max(1.2, h*.2), c)
	case IconCheck:
		p.Polyline([]Point{{cx - h*.7, cy}, {cx - h*.15, cy + h*.55}, {cx + h*.75, cy - h*.6}}, max(1.4, h*.24), c)
	case IconDiamond:
		p.Polygon(c, Point{cx, cy - h}, Point{cx + h*.75, cy}, Point{cx, cy + h}, Point{cx - h*.75, cy})
	case IconPlus:
		p.Fill(cx-h*.8, cy-h*.12, h*1.6, max(1, h*.24), c)
		p.Fill(cx-h*.12, cy-h*.8, max(1, h*.24), h*1.6, c)
	case IconEye, IconEyeOff:
		p.eye(cx, cy, h, c)
		if i == IconEyeOff {
			p.Line(cx-h*.85, cy+h*.75, cx+h*.85, cy-h*.75, max(1.3, h*.2), c)
			return
		}
		p.Circle(cx, cy, h*.3, c)
	default:
		p.toolIcon(i, cx, cy, h, c)
	}
}

// eye draws two lids.
func (p *Pen) eye(cx, cy, h float32, c color.NRGBA) {
	const steps = 10
	var lids [2][]Point
	for k := 0; k <= steps; k++ {
		x := float32(k)/steps*2 - 1
		y := h * .62 * (1 - x*x)
		lids[0] = append(lids[0], Point{cx + x*h*1.05, cy - y})
		lids[1] = append(lids[1], Point{cx + x*h*1.05, cy + y})
	}
	for _, l := range lids {
		p.Polyline(l, max(1.1, h*.18), c)
	}
}
