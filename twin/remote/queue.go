package remote

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// QueueOptions configure a Queue. Dir is needed.
type QueueOptions struct {
	Dir      string
	MaxBytes int64         // beyond this the oldest file goes; 1 GiB
	Batch    int           // samples of one request; 10,000
	Linger   time.Duration // how long samples wait for others to fill a request; 1 s
	Retry    time.Duration // the longest wait between two tries; 30 s
	File     int64         // size at which a new file begins; 8 MiB
}

// QueueStats tells how a queue is doing. It is a plain value.
type QueueStats struct {
	Pushed   uint64 // samples taken since OpenQueue
	Sent     uint64 // samples that the cluster has acknowledged since OpenQueue
	Rejected uint64 // samples that the cluster will never take
	Dropped  uint64 // samples given up because the queue was full
	Damaged  uint64 // records that could not be read
	Bytes    int64  // waiting on disk
	Error    string // why the last try failed; empty when it went well
}

// Queue is samples on their way to a cluster. Make it with OpenQueue, end it with Close.
type Queue struct {
	client *Client
	tree   *twin.Tree
	opts   QueueOptions
	stop   context.CancelFunc
	done   chan struct{}
	wake   chan struct{} // something was pushed

	mu       sync.Mutex
	enc      encoder
	file     *os.File // that is written
	number   int      // of it
	size     int64    // of it
	oldest   int      // number of the oldest file
	reading  int      // number of the file that is sent from
	offset   int64    // in it: all before was sent
	pending  int64    // bytes of the other files
	stats    QueueStats
	idle     sync.Cond // all was sent
	closed   bool
	failures int
}

// OpenQueue opens or makes the queue in a folder and goes on sending what is in it. A folder is for one process at a time;
// that of the history beside is locked.
func OpenQueue(c *Client, tree *twin.Tree, o QueueOptions) (*Queue, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 1 << 30
	}
	if o.Batch <= 0 {
		o.Batch = 10_000
	}
	if o.Linger <= 0 {
		o.Linger = time.Second
	}
	if o.Retry <= 0 {
		o.Retry = 30 * time.Second
	}
	if o.File <= 0 {
		o.File = 8 << 20
	}
	q := &Queue{client: c, tree: tree, opts: o, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	q.idle.L = &q.mu
	if err := q.open(); err != nil {
		return nil, fmt.Errorf("remote: queue %s: %w", o.Dir, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	q.stop = stop
	go q.run(ctx)
	return q, nil
}

func (q *Queue) open() error {
	if err := os.MkdirAll(q.opts.Dir, 0o777); err != nil {
		return err
	}
	numbers, err := q.numbers()
	if err != nil {
		return err
	}
	q.oldest, q.number = 1, 1
	if len(numbers) > 0 {
		q.oldest, q.number = numbers[0], numbers[len(numbers)-1]+1 // the last one may end in the middle of a record
	}
	for _, n := range numbers {
		info, err := os.Stat(q.name(n))
		if err != nil {
			return err
		}
		q.pending += info.Size()
	}
	q.reading, q.offset = q.oldest, int64(len(magic))
	text, err := os.ReadFile(q.positionName())
	if err == nil {
		var file int
		var at int64
		if _, err := fmt.Sscan(string(text), &file, &at); err == nil && file >= q.oldest && file < q.number && at >= int64(len(magic)) {
			q.reading, q.offset = file, at // else from the beginning: what was sent is sent again
		}
	} else if !os.IsNotExist(err) {
		return err
	}
	return q.begin()
}

func (q *Queue) name(n int) string    { return filepath.Join(q.opts.Dir, fmt.Sprintf("%08d.queue", n)) }
func (q *Queue) positionName() string { return filepath.Join(q.opts.Dir, "position") }

// numbers returns those of the files, sorted.
func (q *Queue) numbers() ([]int, error) {
	entries, err := os.ReadDir(q.opts.Dir)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, e := range entries {
		if text, ok := strings.CutSuffix(e.Name(), ".queue"); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// begin begins the file with the present number.
func (q *Queue) begin() error {
	f, err := os.OpenFile(q.name(q.number), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(magic); err != nil {
		return errors.Join(err, f.Close())
	}
	q.file, q.size = f, int64(len(magic))
	q.enc.known = make([]bool, len(q.tree.Signals()))
	return nil
}

// Push takes samples. When it returns nil they survive the death of the process, and are sent sooner or later.
func (q *Queue) Push(batch []twin.Sample) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errors.New("remote: the queue is closed")
	}
	known := slices.Clone(q.enc.known)
	rec, samples := q.enc.record(q.tree, batch)
	if rec == nil {
		return nil
	}
	if _, err := q.file.WriteAt(rec, q.size); err != nil {
		q.enc.known = known // what the file does not have
		return fmt.Errorf("remote: queue: %w", err)
	}
	q.size += int64(len(rec))
	q.stats.Pushed += uint64(samples)
	if q.size >= q.opts.File {
		if err := q.next(); err != nil {
			return fmt.Errorf("remote: queue: %w", err)
		}
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// next begins a new file, and gives up the oldest when there is too much.
func (q *Queue) next() error {
	if err := q.file.Close(); err != nil {
		return err
	}
	q.pending += q.size
	q.number++
	if err := q.begin(); err != nil {
		return err
	}
	for q.pending > q.opts.MaxBytes && q.oldest < q.number-1 {
		data, err := os.ReadFile(q.name(q.oldest))
		if err != nil {
			return err
		}
		from := int64(len(magic))
		if q.reading == q.oldest {
			from = q.offset
		}
		q.stats.Dropped += uint64(countBehind(data, from))
		if q.reading == q.oldest {
			q.reading, q.offset = q.oldest+1, int64(len(magic))
		}
		if err := q.removeOldest(int64(len(data))); err != nil {
			return err
		}
	}
	return nil
}

// countBehind counts the samples in a file from an offset on.
func countBehind(data []byte, from int64) (count int) {
	var d decoder
	for at := len(magic); at < len(data); {
		n, _ := d.record(data[at:], func(string, point) {
			if int64(at) >= from {
				count++
			}
		})
		if n == 0 {
			break
		}
		at += n
	}
	return count
}

func (q *Queue) removeOldest(bytes int64) error {
	if err := os.Remove(q.name(q.oldest)); err != nil && !os.IsNotExist(err) {
		return err
	}
	q.pending -= bytes
	q.oldest++
	return nil
}

// Stats tells how the queue is doing.
func (q *Queue) Stats() QueueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := q.stats
	out.Bytes = q.pending + q.size - q.offset
	if q.sentAll() {
		out.Bytes = 0
	}
	return out
}

// sentAll reports whether nothing waits. The caller holds mu.
func (q *Queue) sentAll() bool { return q.reading == q.number && q.offset >= q.size }

// Flush waits until all that was pushed is sent, or ctx ends.
func (q *Queue) Flush(ctx context.Context) error {
	end := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.idle.Broadcast()
	})
	defer end()
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.sentAll() && ctx.Err() == nil && !q.closed {
		q.idle.Wait()
	}
	return ctx.Err()
}

// Close ends the sending; what waits is sent when the queue is opened again.
func (q *Queue) Close() error {
	q.stop()
	<-q.done
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil
	}
	q.closed = true
	q.idle.Broadcast()
	return q.file.Close()
}
