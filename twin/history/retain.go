package history

import (
	"cmp"
	"slices"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/tsdb"
)

// beyond returns the blocks that are to be deleted: merged into others, older than the retention, or beyond the bound
// of bytes, oldest first. The newest block always stays. Other than the database's own rule, the write-ahead log does
// not count: after a large import it would make every block go.
func (s *Store) beyond(blocks []*tsdb.Block) map[ulid.ULID]struct{} {
	out := map[ulid.ULID]struct{}{}
	sorted := slices.SortedFunc(slices.Values(blocks), func(a, b *tsdb.Block) int { return cmp.Compare(b.MaxTime(), a.MaxTime()) })
	var bytes int64
	for i, b := range sorted {
		meta := b.Meta()
		bytes += b.Size()
		switch {
		case meta.Compaction.Deletable:
			bytes -= b.Size()
		case i == 0:
			continue
		case s.opts.Retention > 0 && sorted[0].MaxTime()-b.MaxTime() >= s.opts.Retention.Milliseconds():
		case s.opts.MaxBytes > 0 && bytes > s.opts.MaxBytes:
		default:
			continue
		}
		out[meta.ULID] = struct{}{}
	}
	s.note(blocks, out)
	return out
}
