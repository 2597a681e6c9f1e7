package g3ngl

import (
	"time"

	"github.com/orrery-twin/orrery/render"
)

const (
	loadShown   = 100 * time.Millisecond // between pictures of a scene that is being loaded, at least
	refineShown = 120 * time.Millisecond // between pictures of one that is being refined
	patience    = 3 * time.Second        // that a frame waits at most for one that sees the same to be completed
)

// worker is what the render thread does: it draws the newest frame, at once or piece by piece, shows it, and draws it again
// when more of it is loaded, and to smooth it. Between two pieces it looks whether something newer waits.
type worker struct {
	*Renderer
	p       *painter
	targets targets

	frame   *render.Frame // the newest; kept, as it may have to be drawn again
	next    *render.Frame // sees the same as frame, and waits until that is complete
	drawing bool          // frame is not drawn in full
	begun   time.Time     // when frame was
	shown   time.Time     // the last picture
	seen    view          // of the last picture that was complete
	samples int32         // per pixel of that

	rested  time.Time // when the frame was complete; zero when there is nothing to smooth or to light anew
	round   int       // of smoothing
	inRound bool
}

func (w *worker) open() error {
	if err := load(w.context); err != nil {
		return err
	}
	d, err := probe(w.context, w.options.Samples)
	if err != nil {
		return err
	}
	w.device = d
	w.out.deferred, w.out.maxSize = !d.Software, d.maxSize
	w.p, err = newPainter(d, w.options.TextureBytes)
	return err
}

func (w *worker) delete() {
	w.frame.Release()
	w.next.Release()
	w.out.delete()
	w.targets.delete()
	w.p.delete()
}

// turn does one piece of work, or waits for some. It reports whether to go on.
func (w *worker) turn() bool {
	if w.busy() {
		select {
		case <-w.quit:
			return false
		case s := <-w.snapshots:
			w.snapshot(s)
		case <-w.wake:
			w.accept()
		default:
			w.work()
		}
		return true
	}
	var parcels <-chan *parcel
	if w.frame != nil && w.p.pending() {
		parcels = w.p.loader.parcels
	}
	var later <-chan time.Time
	if !w.rested.IsZero() {
		timer := time.NewTimer(time.Until(w.rested.Add(smoothAfter)))
		defer timer.Stop()
		later = timer.C
	}
	select {
	case <-w.quit:
		return false
	case s := <-w.snapshots:
		w.snapshot(s)
	case <-w.wake:
		w.accept()
	case c := <-parcels:
		w.load(c)
	case <-later:
		if w.p.late {
			w.draw()
		} else {
			w.smoothen()
		}
	}
	return true
}

// busy reports whether there is something to do that waits for nobody.
func (w *worker) busy() bool {
	return w.drawing || w.round > 0 || w.out.ring.busy() || w.frame != nil && !w.p.pending() && w.p.compiler.waiting
}

// work does the next piece.
func (w *worker) work() {
	switch {
	case w.drawing:
		w.refine()
	case w.out.ring.busy():
		w.collect(time.Millisecond)
	case w.round > 0:
		w.smoothen()
	default: // programs were missing
		w.draw()
	}
}

// accept takes the newest frame over. It is begun at once, unless it sees the same as the one that is being drawn piece by
// piece: then that is completed first, or data that change all the time would never let a picture be whole.
func (w *worker) accept() {
	f := w.mailbox.Swap(nil)
	if f == nil {
		return
	}
	if w.next != nil {
		w.dropped.Add(1)
		w.next.Release()
	}
	w.next = f
	if w.drawing && w.p.job.kept && viewOf(f) == viewOf(w.frame) && time.Since(w.begun) < patience {
		return
	}
	w.advanceFrame()
}

// advanceFrame begins the frame that waits.
func (w *worker) advanceFrame() {
	w.frame.Release()
	w.frame, w.next = w.next, nil
	w.draw()
}

// draw begins the frame, anew if it was begun before.
func (w *worker) draw() {
	w.begun, w.rested, w.round, w.inRound = time.Now(), time.Time{}, 0, false
	err := w.p.begin(w.frame, &w.targets, effort{})
	w.setErr(err)
	if w.drawing = err == nil; w.drawing {
		w.refine()
	}
}

// refine draws the next piece of the frame, and shows what is there when it is complete or due.
func (w *worker) refine() {
	done, err := w.p.advance()
	if err == nil && (done || w.due()) {
		err = w.show()
	}
	w.setErr(err)
	if err != nil || done {
		w.drawing = false
		if err == nil {
			w.completed()
		} else {
			w.p.compiler.waiting = false // the next frame tries again
		}
		if w.next != nil {
			w.advanceFrame()
		}
	}
}

// due reports whether a picture that is not complete is shown. One that is complete and sees the same is not replaced by such.
func (w *worker) due() bool {
	return viewOf(w.frame) != w.seen && time.Since(w.shown) > max(refineShown, time.Since(w.begun)/2)
}

// completed notes that the frame is drawn in full.
func (w *worker) completed() {
	if w.frame.Draft || w.p.unfinished() {
		w.seen = view{}
		return
	}
	w.seen, w.rested, w.samples = viewOf(w.frame), time.Now(), w.p.target.samples
}

// show publishes the frame as it is.
func (w *worker) show() error {
	return w.publish(w.p.picture)
}

func (w *worker) publish(paint func(fbo uint32) (render.Stats, error)) error {
	f := w.frame
	offered, err := w.out.publish(&sitting{
		Picture: render.Picture{Generation: f.Generation, WidthPx: f.WidthPx, HeightPx: f.HeightPx},
		begun:   w.begun,
		paint: func(fbo uint32) (render.Stats, error) {
			stats, err := paint(fbo)
			stats.Superseded = w.dropped.Load()
			return stats, err
		},
	}, w.options.Publish)
	w.shown = time.Now()
	if at := w.p.job.hurried; !at.IsZero() && err == nil {
		w.p.tail.note(time.Since(at))
	}
	if offered {
		w.picture()
	}
	return err
}

// collect offers a picture that was read back, if it has arrived.
func (w *worker) collect(wait time.Duration) {
	offered, err := w.out.collect(wait)
	w.setErr(err)
	if offered {
		w.picture()
	}
}

// load takes in what the loader hands over, for as long as a frame may, and draws the frame again when all is there or it is
// time for another look.
func (w *worker) load(c *parcel) {
	w.p.prepare()
	spent := w.p.apply(c)
	for w.p.pending() && spent < loadSlice {
		select {
		case c := <-w.p.loader.parcels:
			spent += w.p.apply(c)
			continue
		default:
		}
		break
	}
	if !w.p.pending() || time.Since(w.shown) > max(loadShown, 3*w.p.lasted) {
		w.draw()
	}
}

// snapshot draws a whole frame at once. What was being drawn is begun anew after it.
func (w *worker) snapshot(s snapshot) {
	var stats render.Stats
	begin := time.Now()
	img, err := w.out.still(&sitting{
		Picture: render.Picture{WidthPx: s.frame.WidthPx, HeightPx: s.frame.HeightPx},
		paint: func(fbo uint32) (render.Stats, error) {
			err := w.p.begin(s.frame, &w.targets, effort{whole: true})
			if err == nil {
				_, err = w.p.advance()
			}
			if err == nil {
				stats, err = w.p.picture(fbo)
			}
			return stats, err
		},
	})
	stats.Total = time.Since(begin)
	s.reply <- snapshotResult{img, stats, err}
	w.inRound = false
	if w.drawing {
		w.draw()
	}
}

// smoothen draws the next piece of the next picture for the mean, and shows that when it is complete.
func (w *worker) smoothen() {
	if w.round == 0 {
		w.round, w.rested = 1, time.Time{}
	}
	err := w.smoothRound()
	w.setErr(err)
	if err != nil {
		w.round, w.inRound = 0, false
	}
}

func (w *worker) smoothRound() error {
	p, s := w.p, &w.p.smooth
	if err := s.need(int32(w.frame.WidthPx), int32(w.frame.HeightPx)); err != nil {
		return err
	}
	if !w.inRound {
		if err := p.begin(w.frame, &w.targets, effort{jitter: jitter(w.round-1, w.samples)}); err != nil {
			return err
		}
		w.inRound = true
	}
	done, err := p.advance()
	if err != nil || !done {
		return err
	}
	stats, err := p.picture(s.shot.fbo)
	if err != nil {
		return err
	}
	if err := s.add(p, w.round-1); err != nil {
		return err
	}
	w.inRound = false
	if w.round++; w.round <= rounds(w.samples) {
		return nil
	}
	w.round = 0
	return w.publish(func(fbo uint32) (render.Stats, error) {
		stats.Smoothed = rounds(w.samples)
		return stats, s.show(fbo)
	})
}
