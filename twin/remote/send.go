package remote

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// run sends until ctx ends.
func (q *Queue) run(ctx context.Context) {
	defer close(q.done)
	r := newRequest(q.client.opts.Labels)
	var d decoder
	file := 0 // that d has read to q.offset
	for ctx.Err() == nil {
		to, err := q.gather(ctx, r, &d, &file)
		if err != nil {
			q.note(err)
			r.reset()
			q.wait(ctx)
			continue
		}
		if to.file == 0 {
			select {
			case <-ctx.Done():
			case <-q.wake:
				pause(ctx, q.opts.Linger)
			}
			continue
		}
		for ctx.Err() == nil {
			if err = q.deliver(ctx, r); err == nil {
				break
			}
			q.wait(ctx)
		}
		if ctx.Err() == nil {
			q.advance(to)
		}
		r.reset()
	}
}

// place is an offset in a file.
type place struct {
	file   int
	offset int64
}

// gather fills a request from where sending stands, and returns where it stands when that is sent; file 0 when there is
// nothing to send.
func (q *Queue) gather(ctx context.Context, r *request, d *decoder, file *int) (place, error) {
	q.mu.Lock()
	at, last, size := place{q.reading, q.offset}, q.number, q.size
	q.mu.Unlock()
	for ctx.Err() == nil {
		if at.file == last && at.offset >= size {
			break
		}
		if *file != at.file {
			*d, *file = decoder{}, 0
			before, err := q.read(place{at.file, int64(len(magic))}, at.offset)
			if err != nil {
				return place{}, err
			}
			d.all(before, func(string, point) {}) // the paths that stand there
			*file = at.file
		}
		end := int64(1 << 40)
		if at.file == last {
			end = size // what is whole
		}
		data, err := q.read(at, end)
		if err != nil {
			return place{}, err
		}
		for len(data) > 0 && r.samples < q.opts.Batch {
			n, sound := d.record(data, r.add)
			if n == 0 {
				n = len(data) // where a process was killed
			} else if !sound {
				q.damaged()
			}
			at.offset += int64(n)
			data = data[n:]
		}
		if r.samples >= q.opts.Batch || at.file == last {
			break
		}
		at = place{at.file + 1, int64(len(magic))}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if at.file == q.reading && at.offset == q.offset {
		return place{}, nil
	}
	return at, nil
}

// read returns what a file has from a place to an offset.
func (q *Queue) read(from place, end int64) ([]byte, error) {
	f, err := os.Open(q.name(from.file))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only reading
	return io.ReadAll(io.NewSectionReader(f, from.offset, end-from.offset))
}

// deliver sends a request. What will never be taken counts as delivered.
func (q *Queue) deliver(ctx context.Context, r *request) error {
	if r.samples == 0 {
		return nil
	}
	err := q.client.send(ctx, r)
	q.note(err)
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case err == nil:
		q.stats.Sent += uint64(r.samples)
	case Forever(err):
		q.stats.Rejected += uint64(r.samples)
		return nil
	}
	return err
}

func (q *Queue) note(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stats.Error = ""
	if err != nil {
		q.failures++
		q.stats.Error = err.Error()
		return
	}
	q.failures = 0
}

func (q *Queue) damaged() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stats.Damaged++
}

// wait waits before the next try: longer each time it fails.
func (q *Queue) wait(ctx context.Context) {
	q.mu.Lock()
	d := min(50*time.Millisecond<<min(q.failures, 20), q.opts.Retry)
	q.mu.Unlock()
	pause(ctx, d)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// advance notes that all before a place was sent, and removes the files before it.
func (q *Queue) advance(to place) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if to.file < q.reading {
		return // given up meanwhile, for the queue was full
	}
	q.reading, q.offset = to.file, to.offset
	name := q.positionName()
	err := os.WriteFile(name+".tmp", fmt.Appendf(nil, "%d %d\n", to.file, to.offset), 0o666)
	if err == nil {
		err = os.Rename(name+".tmp", name)
	}
	for err == nil && q.oldest < q.reading {
		var info os.FileInfo
		if info, err = os.Stat(q.name(q.oldest)); err == nil {
			err = q.removeOldest(info.Size())
		}
	}
	if err != nil {
		q.stats.Error = "remote: queue: " + err.Error()
	}
	if q.sentAll() {
		q.idle.Broadcast()
	}
}
