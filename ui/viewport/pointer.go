package viewport

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// clickSlop is how far, in Dp, the pointer may move during a click; doubleClick is how soon the second one must come.
// A hand that rests for handRests while it holds a button is no longer moving the view.
const (
	clickSlop   = 4
	doubleClick = 350 * time.Millisecond
	handRests   = 200 * time.Millisecond
)

// deed is what a move of the pointer asks for.
type deed uint8

const (
	nothingDone deed = iota
	turned           // orbit about the grabbed point
	panned           // shift the view
	zoomed           // move in or out, about the grabbed point
	carried          // drag a part out of the view
	clicked
	doubleClicked
)

// pointer tells what the pointer does. It knows positions, buttons and times, nothing of Fyne's windows or cameras.
type pointer struct {
	held    desktop.MouseButton // pressed, 0 when none
	mode    deed                // of a drag with that button
	from    fyne.Position       // where it was pressed
	last    fyne.Position
	moved   bool          // farther than a click may
	acted   time.Time     // of the last move of a drag
	clicked time.Time     // the last click, for double clicks
	place   fyne.Position // of the last click
	again   int           // clicks at one place after each other
}

// press begins a drag, or what will be a click.
func (p *pointer) press(b desktop.MouseButton, mod fyne.KeyModifier, at fyne.Position, now time.Time) {
	p.held, p.from, p.last, p.moved, p.acted = b, at, at, false, now
	switch {
	case b == desktop.MouseButtonTertiary && mod&fyne.KeyModifierControl != 0:
		p.mode = zoomed
	case b != desktop.MouseButtonPrimary || mod&fyne.KeyModifierShift != 0:
		p.mode = panned
	default:
		p.mode = turned
	}
}

// drag returns what a move with a pressed button does, and by how much in Dp.
func (p *pointer) drag(at fyne.Position, now time.Time) (d deed, dx, dy float64) {
	if p.held == 0 {
		return nothingDone, 0, 0
	}
	if !p.moved && distance(at, p.from) < clickSlop {
		return nothingDone, 0, 0
	}
	p.moved, p.acted = true, now
	dx, dy = float64(at.X-p.last.X), float64(at.Y-p.last.Y)
	p.last = at
	return p.mode, dx, dy
}

// release ends a drag, or makes a click of it.
func (p *pointer) release(at fyne.Position, now time.Time) deed {
	held := p.held
	p.held = 0
	if held != desktop.MouseButtonPrimary || p.moved {
		return nothingDone
	}
	if distance(at, p.place) > clickSlop {
		p.again, p.clicked = 0, time.Time{}
	}
	p.place = at
	if now.Sub(p.clicked) < doubleClick {
		p.clicked, p.again = time.Time{}, 0
		return doubleClicked
	}
	p.clicked = now
	p.again++
	return clicked
}

// active reports whether the hand moves the view.
func (p *pointer) active(now time.Time) bool {
	return p.held != 0 && p.moved && p.mode != carried && now.Sub(p.acted) < handRests
}

func distance(a, b fyne.Position) float64 { return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) }
