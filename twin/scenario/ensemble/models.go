package ensemble

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// models opens the bucket of models, and makes it if it is missing.
func (l *Link) models(ctx context.Context) (jetstream.ObjectStore, error) {
	b, err := l.js.ObjectStore(ctx, modelBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		b, err = l.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: modelBucket, Description: "Orrery: models of ensembles, by SHA-256",
			TTL: 7 * 24 * time.Hour, MaxBytes: 512 << 20})
		if errors.Is(err, jetstream.ErrBucketExists) {
			b, err = l.js.ObjectStore(ctx, modelBucket)
		}
	}
	return b, err
}

// offer puts a model where workers find it, unless it is there.
func (l *Link) offer(ctx context.Context, m *Bundle) error {
	bucket, err := l.models(ctx)
	if err == nil {
		if info, missing := bucket.GetInfo(ctx, m.Hash); missing == nil && info.Size == uint64(len(m.Data)) && time.Since(info.ModTime) < 3*24*time.Hour {
			return nil
		}
		_, err = bucket.PutBytes(ctx, m.Hash, m.Data)
	}
	if err != nil {
		return fmt.Errorf("ensemble: model: it cannot be kept on the server: %w", err)
	}
	return nil
}

// fetch brings a model to this machine: into the folder of its hash below dir. It is checked by its hash, unpacked beside it
// and moved there as a whole, so that a folder of that name is complete.
func (l *Link) fetch(ctx context.Context, dir, hash string) (string, error) {
	final := filepath.Join(dir, hash)
	if st, err := os.Stat(final); err == nil && st.IsDir() {
		now := time.Now()
		_ = os.Chtimes(final, now, now) // the last used ones are kept
		return final, nil
	}
	bucket, err := l.models(ctx)
	if err != nil {
		return "", &NotHere{"the model is out of reach: " + err.Error()}
	}
	data, err := download(ctx, bucket, hash)
	if err != nil {
		return "", &NotHere{"the model is out of reach: " + err.Error()}
	}
	if got := bundleOf(data).Hash; got != hash {
		return "", &NotHere{fmt.Sprintf("the model on the server is not what the job names: its SHA-256 is %.12s…, not %.12s…", got, hash)}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", &NotHere{err.Error()}
	}
	temp, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return "", &NotHere{err.Error()}
	}
	defer os.RemoveAll(temp)
	if err := Unpack(data, temp); err != nil {
		return "", err // no machine can read it
	}
	if err := os.Rename(temp, final); err != nil {
		if st, statErr := os.Stat(final); statErr != nil || !st.IsDir() {
			return "", &NotHere{err.Error()}
		}
	}
	prune(dir, keptOnDisk)
	return final, nil
}

// keptOnDisk is how many models a worker keeps in its folder, the last used ones.
const keptOnDisk = 32

// prune removes the models that were used longest ago.
func prune(dir string, keep int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	type kept struct {
		name string
		used time.Time
	}
	var all []kept
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.IsDir() && isHash(e.Name()) {
			all = append(all, kept{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return b.used.Compare(a.used) })
	for _, old := range all[min(keep, len(all)):] {
		_ = os.RemoveAll(filepath.Join(dir, old.name)) // the next model tries again
	}
}

func download(ctx context.Context, bucket jetstream.ObjectStore, hash string) ([]byte, error) {
	info, err := bucket.GetInfo(ctx, hash)
	if err != nil {
		return nil, err
	}
	if info.Size > maxBundle {
		return nil, fmt.Errorf("it has %d MB, at most %d are taken", info.Size>>20, maxBundle>>20)
	}
	r, err := bucket.Get(ctx, hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxBundle+1))
	if err == nil && len(data) > maxBundle {
		err = fmt.Errorf("it has more than %d MB", maxBundle>>20)
	}
	return data, err
}
