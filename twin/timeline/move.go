package timeline

import "time"

// Seek puts the cursor at a moment, within the bounds, and pauses. It never makes the timeline live.
func (t *Timeline) Seek(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rest()
	t.at = t.clamp(at.Round(0))
}

// rest ends whatever moves the cursor.
func (t *Timeline) rest() { t.live, t.playing, t.resume, t.dragging = false, false, false, false }

// DragTo moves the cursor in the user's hand. Play halts until DragEnd.
func (t *Timeline) DragTo(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.dragging {
		t.dragging, t.resume = true, t.playing
	}
	t.live = false
	t.at = t.clamp(at.Round(0))
}

// DragEnd lets the cursor go. Within the snap distance of now it is live; elsewhere it rests, or plays on if it played
// before the drag.
func (t *Timeline) DragEnd() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.dragging {
		return
	}
	t.dragging = false
	t.playing = t.resume
	t.resume = false
	if t.at.Sub(t.now).Abs() <= t.snap {
		t.goLive()
	}
}

// GoLive puts the cursor to now and keeps it there.
func (t *Timeline) GoLive() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.goLive()
}

// Play lets the cursor move at the set speed. Forward play from now has nowhere to go, so a live timeline stays live;
// backward play leaves it. From the end that play runs against, it does nothing.
func (t *Timeline) Play() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.play()
}

func (t *Timeline) play() {
	if t.dragging {
		t.resume = true
		return
	}
	from, to, looping := t.loop()
	if looping {
		if t.at.Before(from) || !t.at.Before(to) {
			t.at = from
		}
		t.live, t.playing = false, true
		return
	}
	lo, hi := t.bounds()
	switch {
	case t.live && t.speed > 0:
	case t.speed > 0 && t.at.Equal(t.now):
		t.goLive()
	case t.speed > 0 && !t.at.Before(hi), t.speed < 0 && !t.at.After(lo):
	default:
		t.live, t.playing = false, true
	}
}

// Pause lets the cursor rest where it is. A live timeline stands still in the past from then on.
func (t *Timeline) Pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live, t.playing, t.resume = false, false, false
}

// Toggle pauses what moves, live or playing, and plays what rests.
func (t *Timeline) Toggle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live || t.playing || t.resume {
		t.live, t.playing, t.resume = false, false, false
		return
	}
	t.play()
}

// SetSpeed sets the speed of play, times real time, negative for backward. It is brought into MinSpeed…MaxSpeed; 0 and
// NaN are ignored.
func (t *Timeline) SetSpeed(speed float64) {
	if speed == 0 || speed != speed {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.speed = min(max(speed, MinSpeed), MaxSpeed)
}

// SetStep sets how far one Step goes. Distances that are not positive are ignored.
func (t *Timeline) SetStep(d time.Duration) {
	if d <= 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.step = d
}

// SetSnap sets how near to now counts as now when the cursor is let go. A zoomed-out strip wants more.
func (t *Timeline) SetSnap(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap = max(d, 0)
}

// Step moves the cursor by n steps, negative for backward, and pauses. A step that would cross now, or comes within
// half a step of it from the other side, lands on it and is live.
func (t *Timeline) Step(n int) {
	if n == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n = min(max(n, -1e6), 1e6)
	was := t.at.Compare(t.now)
	at := t.clamp(t.at.Add(time.Duration(n) * t.step))
	wasLive := t.live
	t.rest()
	if !wasLive && (was != 0 && at.Compare(t.now) != was) {
		t.goLive()
		return
	}
	t.at = at
}

// SetBounds sets where the recording begins and where the forecast ends. A zero time means that there is none.
func (t *Timeline) SetBounds(first, horizon time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first, t.horizon = first.Round(0), horizon.Round(0)
	t.at = t.clamp(t.at)
}

// Loop makes play repeat a span, given in either order. Two equal times end it.
func (t *Timeline) Loop(from, to time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if to.Before(from) {
		from, to = to, from
	}
	if from.Equal(to) {
		from, to = time.Time{}, time.Time{}
	}
	t.loopFrom, t.loopTo = from.Round(0), to.Round(0)
	if t.playing {
		t.play()
	}
}
