package history

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// glanceMs is how far back a glance looks before it asks what was held: most signals that are alive have a sample there.
const glanceMs = 2500

// fewMissing is how many signals are looked for by name; more of them are found faster by reading all.
const fewMissing = 128

var glances = sync.Pool{New: func() any { return new([]entry) }}

// glance finds the newest sample of each signal at or before ms without decoding a whole block. It reads a moment, and
// goes further back only for the signals that have nothing there. The entries belong to the caller until it hands them
// back by done.
func (s *Store) glance(ctx context.Context, ms int64) (found []entry, done func(), err error) {
	p := glances.Get().(*[]entry)
	if n := len(s.tree.Signals()); cap(*p) < n {
		*p = make([]entry, n)
	} else {
		*p = (*p)[:n]
	}
	found = *p
	done = func() { glances.Put(p) }
	for id := range found {
		found[id].ms = never
	}
	if err := s.newestIn(ctx, ms-glanceMs, ms, found, nil, matching(seriesSignal, "")...); err != nil {
		done()
		return nil, nil, err
	}
	var missing []int
	for id := range found {
		if found[id].ms < ms-glanceMs { // a chunk may begin earlier, but others may hold what is newer
			missing = append(missing, id)
		}
	}
	if err := s.lookFurther(ctx, ms, found, missing); err != nil {
		done()
		return nil, nil, err
	}
	return found, done, nil
}

// lookFurther finds the newest samples of the signals that a glance did not find.
func (s *Store) lookFurther(ctx context.Context, ms int64, found []entry, missing []int) error {
	if len(missing) == 0 {
		return nil
	}
	wanted := make([]bool, len(found))
	for _, id := range missing {
		found[id].ms, wanted[id] = never, true
	}
	by := matching(seriesSignal, "")
	if len(missing) <= fewMissing {
		by = append(by, s.named(missing))
	}
	from := s.lookBack(ms)
	if err := s.newestIn(ctx, from, ms, found, wanted, by...); err != nil {
		return err
	}
	older := false
	for _, id := range missing {
		older = older || found[id].ms < from+holdMs
	}
	if !older {
		return nil
	}
	held, err := s.heldAt(ctx, ms)
	if err != nil {
		return err
	}
	for _, id := range missing {
		if held[id].ms > found[id].ms {
			found[id] = held[id]
		}
	}
	return nil
}

// named selects signals by their paths.
func (s *Store) named(ids []int) *labels.Matcher {
	paths := make([]string, len(ids))
	for i, id := range ids {
		paths[i] = regexp.QuoteMeta(s.tree.Signals()[id].Path)
	}
	return labels.MustNewMatcher(labels.MatchRegexp, "path", strings.Join(paths, "|"))
}

// newestIn raises the entries of found to the newest samples at or before ms that chunks with samples in [from, ms]
// hold. wanted narrows it to some signals unless nil.
func (s *Store) newestIn(ctx context.Context, from, ms int64, found []entry, wanted []bool, by ...*labels.Matcher) error {
	var d samples
	var id int
	begin := func(path string) chunkVisitor {
		var ok bool
		if id, ok = s.byPath[path]; !ok || wanted != nil && !wanted[id] {
			return nil
		}
		return func(m chunks.Meta) error {
			e, err := d.last(m.Chunk, ms+1)
			if err == nil && e.ms > found[id].ms {
				found[id] = e
			}
			return err
		}
	}
	return s.scan(ctx, from, ms+1, begin, func() error { return nil }, by...)
}
