package ui

import (
	"io/fs"
	"os"
	"sync"
	"time"
)

// watchEvery is how often files are looked at. Asking for their dates works on every disk and across networks, where
// file systems tell nobody of changes, and costs microseconds.
const watchEvery = time.Second

// stamp is what tells one version of a file from another.
type stamp struct {
	when time.Time
	size int64
}

// watched is a set of files that are read together.
type watched struct {
	files []string
	fsys  fs.FS // nil: paths of this machine
	read  stamp // of the first file, before it was read
}

func (w *watched) stamps() []stamp {
	out := make([]stamp, len(w.files))
	for i, name := range w.files {
		out[i] = stampOf(w.fsys, name)
	}
	return out
}

// stampOf returns the stamp of a file, zero when it is not there.
func stampOf(fsys fs.FS, name string) stamp {
	var info fs.FileInfo
	var err error
	if fsys == nil {
		info, err = os.Stat(name)
	} else {
		info, err = fs.Stat(fsys, name)
	}
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// watcher looks at files in the background and tells when they were changed and have come to rest again. A file that is
// gone is no change: programs delete before they write.
type watcher struct {
	mu      sync.Mutex
	sets    map[any]*watched // by what they belong to
	known   map[any][]stamp
	pending map[any]unsettled
	changed []any
	stop    chan struct{}
	once    sync.Once
}

// unsettled is a change that has not settled yet.
type unsettled struct {
	stamps []stamp
	since  time.Time
}

func newWatcher() *watcher {
	w := &watcher{sets: map[any]*watched{}, known: map[any][]stamp{}, pending: map[any]unsettled{}, stop: make(chan struct{})}
	go w.run()
	return w
}

func (w *watcher) run() {
	tick := time.NewTicker(settle)
	defer tick.Stop()
	var last time.Time
	for {
		select {
		case <-w.stop:
			return
		case now := <-tick.C:
			if w.restless() || now.Sub(last) >= watchEvery-settle/4 {
				last = now
				w.look(now)
			}
		}
	}
}

// watch begins to watch files for key, in place of those that it watched before.
func (w *watcher) watch(key any, set watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sets[key] = &set
	delete(w.known, key)
	delete(w.pending, key)
}

// forget ends watching for key.
func (w *watcher) forget(key any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sets, key)
	delete(w.known, key)
	delete(w.pending, key)
}

func (w *watcher) restless() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pending) > 0
}

// look compares all files with what they were.
func (w *watcher) look(now time.Time) {
	w.mu.Lock()
	sets := make(map[any]*watched, len(w.sets))
	for k, s := range w.sets {
		sets[k] = s
	}
	w.mu.Unlock()
	for key, set := range sets {
		stamps := set.stamps() // outside the lock: a network may be slow
		w.mu.Lock()
		if w.sets[key] == set {
			w.compare(key, stamps, now)
		}
		w.mu.Unlock()
	}
}

func (w *watcher) compare(key any, stamps []stamp, now time.Time) {
	known, seen := w.known[key]
	if !seen {
		known = append([]stamp(nil), stamps...)
		if read := w.sets[key].read; read != (stamp{}) {
			known[0] = read
		}
		w.known[key] = known
	}
	if !differ(known, stamps) {
		delete(w.pending, key)
		return
	}
	p, waiting := w.pending[key]
	if !waiting || differ(p.stamps, stamps) {
		w.pending[key] = unsettled{stamps, now}
		return
	}
	if now.Sub(p.since) >= settle-settle/10 {
		delete(w.pending, key)
		w.known[key] = stamps
		w.changed = append(w.changed, key)
	}
}

// differ reports whether a file was written; one that is missing in either is not.
func differ(a, b []stamp) bool {
	for i := range a {
		if i < len(b) && a[i] != b[i] && b[i] != (stamp{}) {
			return true
		}
	}
	return false
}

// take returns what has changed since the last call.
func (w *watcher) take() []any {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.changed
	w.changed = nil
	return out
}

func (w *watcher) close() { w.once.Do(func() { close(w.stop) }) }
