package history

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

func skipChunk(labels.Labels, chunks.Meta, chunkenc.Chunk) error { return nil }

// Checked says what Check read.
type Checked struct {
	Blocks, Chunks int
	Samples        uint64 // in blocks, bookkeeping included
	Records        int    // of the logs
	Findings       []Finding
}

// Check reads all that a store has on disk, while no process has it open, and names what is damaged. With mend it puts
// what can be read in the place of damaged blocks; Open mends the logs by itself. progress is called with the share done.
func Check(ctx context.Context, dir string, mend bool, progress func(float64)) (out Checked, err error) {
	if _, err := os.Stat(dir); err != nil {
		return out, fmt.Errorf("history: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return out, err
	}
	defer func() {
		if e := lock.Release(); err == nil {
			err = e
		}
	}()
	blocks := blockDirs(dir)
	for i, block := range blocks {
		if err := out.block(ctx, dir, block, mend); err != nil {
			return out, err
		}
		progress(float64(i+1) / float64(len(blocks)+1))
	}
	for _, log := range []string{"wal", "wbl"} {
		for _, name := range segments(filepath.Join(dir, log)) {
			if err := out.segment(log, name); err != nil {
				return out, err
			}
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, lateName))
	if err == nil {
		if _, good := parseLate(data); good < int64(len(data)) {
			out.Findings = append(out.Findings, Finding{Place: fmt.Sprintf("%s at byte %d", lateName, good), What: fmt.Sprintf("%d bytes make no record", int64(len(data))-good)})
		}
	} else if !os.IsNotExist(err) {
		return out, fmt.Errorf("history: %w", err)
	}
	progress(1)
	return out, ctx.Err()
}

func (c *Checked) block(ctx context.Context, store, dir string, mend bool) error {
	c.Blocks++
	lost, err := inspect(ctx, dir, func(_ labels.Labels, _ chunks.Meta, chunk chunkenc.Chunk) error {
		c.Chunks++
		c.Samples += uint64(chunk.NumSamples())
		return nil
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, metaErr := readMeta(dir); err == nil {
		err = metaErr
	}
	if err == nil && len(lost) == 0 {
		return nil
	}
	if mend {
		found, err := vetBlock(ctx, store, dir, true)
		c.Findings = append(c.Findings, found...)
		return err
	}
	if err != nil {
		c.Findings = append(c.Findings, Finding{Place: filepath.Base(dir), What: err.Error()})
	}
	c.Findings = append(c.Findings, lost...)
	return nil
}

func (c *Checked) segment(log, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	end := 0
	damaged := eachRecord(data, func(at int, _ []byte) { c.Records++; end = at })
	if len(damaged) > 0 {
		c.Findings = append(c.Findings, Finding{Place: fmt.Sprintf("%s/%s at byte %d", log, filepath.Base(name), damaged[0]),
			What: fmt.Sprintf("%d places are damaged or cut off; the last record begins at byte %d", len(damaged), end)})
	}
	return nil
}
