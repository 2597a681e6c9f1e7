package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/tsdb"
)

// ledgerName lists the blocks that must be there, so that a missing one is noticed.
const ledgerName = "blocks.json"

// suspectName is made when a chunk could not be read. The next Open reads every block, and mends them.
const suspectName = "suspect"

// ledger is the list of blocks as it stands on disk.
type ledger struct {
	mu     sync.Mutex
	blocks []listed
}

// listed is a block that must be there.
type listed struct {
	ID   ulid.ULID `json:"ulid"`
	From int64     `json:"minTime"`
	To   int64     `json:"maxTime"`
}

// note writes which blocks must be there: those of all that are not deleted. The database calls it before it deletes.
func (s *Store) note(all []*tsdb.Block, deleted map[ulid.ULID]struct{}) {
	var list []listed
	for _, b := range all {
		meta := b.Meta()
		if _, gone := deleted[meta.ULID]; !gone {
			list = append(list, listed{meta.ULID, meta.MinTime, meta.MaxTime})
		}
	}
	if s.opened.Load() == nil {
		return // Open compares first
	}
	s.freshBlocks()
	if err := s.ledger.write(s.opts.Dir, list); err != nil {
		s.fail("history: "+err.Error(), true)
	}
}

func (l *ledger) write(dir string, list []listed) error {
	slices.SortFunc(list, func(a, b listed) int { return a.ID.Compare(b.ID) })
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Equal(list, l.blocks) {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	name := filepath.Join(dir, ledgerName)
	if err := os.WriteFile(name+".tmp", text, 0o666); err != nil {
		return err
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return err
	}
	l.blocks = list
	return nil
}

// missing names the blocks that must be there and are not, and writes the list anew.
func (s *Store) missing() {
	text, err := os.ReadFile(filepath.Join(s.opts.Dir, ledgerName))
	var list []listed
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil && !os.IsNotExist(err) {
		s.found(Finding{Place: ledgerName, What: err.Error(), Done: "made again: whether blocks are missing is not known"})
	}
	there := map[ulid.ULID]bool{}
	for _, b := range s.db.Blocks() {
		meta := b.Meta()
		there[meta.ULID] = true
		for _, p := range meta.Compaction.Parents {
			there[p.ULID] = true
		}
	}
	for _, b := range list {
		if there[b.ID] || s.foundAt(b.ID.String()) {
			continue
		}
		s.found(Finding{Place: b.ID.String(), What: "the block is missing", Done: "put it back from a backup while the twin is closed"}.spanOf(b.From, b.To))
	}
	s.note(s.db.Blocks(), nil)
}

func (s *Store) foundAt(place string) bool {
	return slices.ContainsFunc(s.findings, func(f Finding) bool { return f.Place == place })
}

// askClock tells when the clock of this computer stands behind what was recorded.
func (s *Store) askClock() {
	newest := s.newest()
	now := s.opts.Clock()
	if behind := newest - floorMs(now.UnixNano()); newest != never && behind > minuteMs {
		s.found(Finding{Place: "clock", What: fmt.Sprintf("the clock of this computer is %d min behind the newest sample: it was set back, or was ahead", behind/minuteMs),
			Done: "what comes is taken with the times it has"}.spanOf(floorMs(now.UnixNano()), newest))
	}
}

// suspect notes that a series could not be read to its end.
func (s *Store) suspect(path string, cause error) {
	if s.counts.unreadable.Add(1) == 1 {
		if err := os.WriteFile(filepath.Join(s.opts.Dir, suspectName), nil, 0o666); err != nil {
			s.fail("history: "+err.Error(), true)
		}
	}
	s.fail(fmt.Sprintf("history: a part of %s cannot be read: %v: the next start mends it", path, cause), true)
}

// vetBlocks mends the blocks that the database would not open, and after reads that failed all that are damaged. What
// is damaged is kept beside.
func (s *Store) vetBlocks(ctx context.Context) error {
	name := filepath.Join(s.opts.Dir, suspectName)
	_, err := os.Stat(name)
	thorough := err == nil
	for _, dir := range blockDirs(s.opts.Dir) {
		found, err := vetBlock(ctx, s.opts.Dir, dir, thorough)
		if err != nil {
			return err
		}
		s.findings = append(s.findings, found...)
	}
	if thorough {
		return os.Remove(name)
	}
	return nil
}

// blockDirs returns the folders of the blocks of a store.
func blockDirs(dir string) []string {
	entries, _ := os.ReadDir(dir) //nolint:errcheck // it was opened before
	var out []string
	for _, e := range entries {
		if _, err := ulid.ParseStrict(e.Name()); err == nil && e.IsDir() {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out
}

// vetBlock checks whether a block can be opened, thoroughly that each sample can be read, and mends what can be mended.
func vetBlock(ctx context.Context, store, dir string, thorough bool) ([]Finding, error) {
	id := filepath.Base(dir)
	var out []Finding
	meta, err := readMeta(dir)
	if err != nil {
		f := Finding{Place: id, What: "meta.json: " + err.Error()}
		if meta, err = remakeMeta(ctx, dir); err != nil {
			f.Done = "moved to " + damagedDir + ": " + err.Error()
			return append(out, f), setAside(store, dir)
		}
		f.Done = "made again from the index"
		out = append(out, f.spanOf(meta.MinTime, meta.MaxTime))
	}
	b, err := tsdb.OpenBlock(slog.New(slog.DiscardHandler), dir, nil, nil)
	if err == nil {
		err = b.Close()
		if !thorough {
			return out, err
		}
		lost, e := inspect(ctx, dir, skipChunk)
		if e == nil && len(lost) == 0 {
			return out, err
		}
		if err = errors.Join(err, e); err == nil {
			err = errors.New("damaged")
		}
	}
	return mendBlock(ctx, store, dir, meta, err, out)
}

// mendBlock puts what can be read of a block in its place.
func mendBlock(ctx context.Context, store, dir string, meta *tsdb.BlockMeta, cause error, out []Finding) ([]Finding, error) {
	f := Finding{Place: filepath.Base(dir), What: cause.Error()}.spanOf(meta.MinTime, meta.MaxTime)
	scratch := filepath.Join(store, pastDir)
	defer os.RemoveAll(scratch) //nolint:errcheck // Open removes it, too
	lost, made, err := salvageBlock(ctx, dir, scratch)
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	if err != nil {
		f.Done = "moved to " + damagedDir + ", nothing of it could be read: " + err.Error()
		return append(out, f), setAside(store, dir)
	}
	f.Done = "moved to " + damagedDir + "; what can be read stays"
	out = append(append(out, f), lost...)
	if err := setAside(store, dir); err != nil {
		return out, err
	}
	for _, m := range made {
		if err := os.Rename(m, filepath.Join(store, filepath.Base(m))); err != nil {
			return out, err
		}
	}
	return out, nil
}

// setAside moves a damaged block out of the database's sight.
func setAside(store, dir string) error {
	return moveAway(store, dir, filepath.Base(dir))
}

func moveAway(store, what, name string) error {
	to, err := damagedPath(store, name)
	if err != nil {
		return err
	}
	return os.Rename(what, to)
}

// damagedPath returns a free name for a damaged file.
func damagedPath(store, name string) (string, error) {
	folder := filepath.Join(store, damagedDir)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		to := filepath.Join(folder, name)
		if n > 1 {
			to = fmt.Sprintf("%s.%d", to, n)
		}
		if _, err := os.Lstat(to); os.IsNotExist(err) {
			return to, nil
		} else if err != nil {
			return "", err
		}
	}
}
