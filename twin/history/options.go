package history

import (
	"errors"
	"time"
)

// Options configure a Store. Dir is needed, the rest may be left out.
type Options struct {
	Dir        string
	Retention  time.Duration                    // older samples are deleted, block by block; 0 keeps all
	MaxBytes   int64                            // beyond this the oldest blocks are deleted; the log of some hours comes on top; 0 means no bound
	Late       time.Duration                    // how far behind the newest sample a late one may be; 1 h
	Window     time.Duration                    // span ahead of the cursor that Prefetch decodes; 30 min
	CacheBytes int64                            // bound of decoded samples in memory; 64 MiB
	Reserve    int64                            // appending stops when the disk has less room, bytes; 256 MiB
	Free       func(dir string) (uint64, error) // room on the disk, bytes; nil asks the file system
	Clock      func() time.Time                 // nil means time.Now
}

// MaxAhead is how far ahead of the clock a sample may be. One sample from a device whose clock stands years ahead would
// otherwise make everything after it too old.
const MaxAhead = time.Hour

// The errors that callers tell apart.
var (
	ErrClosed   = errors.New("history: the store is closed")
	ErrDiskFull = errors.New("history: the disk is full, nothing is recorded until there is room")
)

func (o Options) withDefaults() Options {
	if o.Late <= 0 {
		o.Late = time.Hour
	}
	if o.Window <= 0 {
		o.Window = 30 * time.Minute
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = 64 << 20
	}
	if o.Reserve <= 0 {
		o.Reserve = 256 << 20
	}
	if o.Free == nil {
		o.Free = freeBytes
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}
