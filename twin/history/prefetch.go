package history

import (
	"context"
	"slices"
	"time"
)

// request asks the prefetcher to decode around a moment, ahead in the direction of dir, or on both sides when it is 0.
type request struct {
	ms  int64
	dir int
}

// Prefetch decodes around t in the background: up to Options.Window ahead in the direction of dir (negative: earlier),
// on both sides when dir is 0, as far as the bound of memory allows. The newest call wins. LatestAt calls it by itself.
func (s *Store) Prefetch(t time.Time, dir int) { s.ask(request{floorMs(t.UnixNano()), dir}) }

// ask puts a request in the place of one that waits.
func (s *Store) ask(r request) {
	for {
		select {
		case s.prefetch <- r:
			return
		default:
		}
		select {
		case <-s.prefetch:
		default:
		}
	}
}

func (s *Store) prefetcher(ctx context.Context) {
	defer s.running.Done()
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-s.prefetch:
			s.decodeAround(ctx, r)
		}
	}
}

// decodeAround decodes what a request wants until a newer one comes.
func (s *Store) decodeAround(ctx context.Context, r request) {
	here := s.win.indexOf(r.ms)
	ahead := max((s.opts.Window.Milliseconds()+s.win.span-1)/s.win.span, 1)
	wanted := []int64{here}
	for n := int64(1); n <= ahead; n++ {
		switch {
		case r.dir > 0:
			wanted = append(wanted, here+n)
		case r.dir < 0:
			wanted = append(wanted, here-n)
		default:
			wanted = append(wanted, here-n, here+n)
		}
	}
	var bytes int64 // of what was decoded for this request: three quarters of the bound leave room for now
	for _, index := range wanted {
		if ctx.Err() != nil || len(s.prefetch) > 0 {
			return
		}
		first, _, ok := s.extent()
		if !ok || (index+1)*s.win.span <= first.UnixMilli() || s.win.has(index) {
			continue
		}
		b, err := s.load(ctx, index)
		if err != nil {
			return // the next LatestAt meets the same error and tells it
		}
		if bytes += b.bytes; bytes > s.opts.CacheBytes/4*3 {
			return
		}
	}
}

// Span is a stretch of time.
type Span struct{ From, To time.Time }

// Loaded lists the spans of the past that are decoded in memory, oldest first: states within are there at once.
func (s *Store) Loaded() []Span {
	leave, err := s.enter()
	if err != nil {
		return nil
	}
	defer leave()
	s.win.mu.RLock()
	indices := make([]int64, 0, len(s.win.blocks))
	for i := range s.win.blocks {
		indices = append(indices, i)
	}
	s.win.mu.RUnlock()
	slices.Sort(indices)
	var out []Span
	for _, i := range indices {
		from, to := time.UnixMilli(i*s.win.span), time.UnixMilli((i+1)*s.win.span)
		if n := len(out); n > 0 && out[n-1].To.Equal(from) {
			out[n-1].To = to
			continue
		}
		out = append(out, Span{from, to})
	}
	return out
}
