package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/orrery-twin/orrery/twin"
)

// Journal is an open journal. Its methods are safe for concurrent use.
type Journal struct {
	tree  *twin.Tree
	write *sql.DB // one connection, transactions take the write lock at once
	read  *sql.DB

	mu  sync.Mutex // of buf; makes writers of this process take turns without busy waiting
	buf []byte
}

// Open opens or makes the journal in the file at path. Events are written with the paths that tree has for their ids.
func Open(path string, tree *twin.Tree) (*Journal, error) {
	fail := func(err error) (*Journal, error) { return nil, fmt.Errorf("journal: open %s: %w", path, err) }
	abs, err := filepath.Abs(path)
	if err != nil {
		return fail(err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
		return fail(err)
	}
	j := &Journal{tree: tree}
	if j.write, err = sql.Open("sqlite", source(abs)+"&_txlock=immediate"); err != nil {
		return fail(err)
	}
	j.write.SetMaxOpenConns(1)
	if j.read, err = sql.Open("sqlite", source(abs)+"&_pragma=query_only(1)"); err != nil {
		return fail(errors.Join(err, j.write.Close()))
	}
	j.read.SetMaxOpenConns(4)
	if err := migrate(context.Background(), j.write, migrations); err != nil {
		return fail(errors.Join(err, j.Close()))
	}
	return j, nil
}

// source returns the name of a database for the driver.
func source(abs string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	return u.String() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
}

// Close closes the journal.
func (j *Journal) Close() error { return errors.Join(j.read.Close(), j.write.Close()) }

// Append adds events, all or none. When it returns nil they survive the death of the process. Texts that are too long
// are cut (see FORMAT.md); an event without a time gets the present one.
func (j *Journal) Append(ctx context.Context, events ...twin.Event) error {
	if len(events) == 0 {
		return nil
	}
	if err := j.append(ctx, events); err != nil {
		return fmt.Errorf("journal: append: %w", err)
	}
	return nil
}

func (j *Journal) append(ctx context.Context, events []twin.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	rows, hash, err := seal(ctx, tx)
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO events
		(id, time, kind, asset, signal, priority, action, ref, user, text, search, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`)
	if err != nil {
		return err
	}
	defer insert.Close() //nolint:errcheck // belongs to the transaction
	for i := range events {
		r, err := j.row(&events[i])
		if err != nil {
			return err
		}
		rows++
		r.id = rows
		hash = chain(hash, &r, &j.buf)
		if _, err := insert.ExecContext(ctx, r.id, r.time, r.kind, r.asset, r.signal, r.priority, r.action, r.ref, r.user, r.text,
			r.search(), hash[:]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE seal SET rows = ?, hash = ?", rows, hash[:]); err != nil {
		return err
	}
	return tx.Commit()
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func seal(ctx context.Context, db querier) (rows int64, hash [32]byte, err error) {
	var blob []byte
	if err = db.QueryRowContext(ctx, "SELECT rows, hash FROM seal").Scan(&rows, &blob); err != nil {
		return 0, hash, err
	}
	if len(blob) != len(hash) {
		return 0, hash, errors.New("the seal is damaged")
	}
	return rows, [32]byte(blob), nil
}

// Seal returns the number of entries and the hash at the end of the chain. Kept elsewhere, it shows later whether the
// journal of then is the beginning of the journal of now.
func (j *Journal) Seal(ctx context.Context) (entries int64, hash [32]byte, err error) {
	if entries, hash, err = seal(ctx, j.read); err != nil {
		err = fmt.Errorf("journal: seal: %w", err)
	}
	return
}

// row turns an event into what is stored.
func (j *Journal) row(e *twin.Event) (row, error) {
	t := e.Time
	if t.IsZero() {
		t = time.Now()
	}
	if y := t.Year(); y < 1678 || y > 2261 {
		return row{}, fmt.Errorf("the time %s is out of range", t.Format(time.RFC3339))
	}
	r := row{time: t.UnixNano(), priority: uint8(e.Priority), kind: clean(string(e.Kind), maxShort), action: clean(e.Action, maxShort),
		ref: clean(e.Ref, maxShort), user: clean(e.User, maxShort), text: clean(e.Text, maxText)}
	if id := int(e.Asset); id >= 0 && id < len(j.tree.Assets()) {
		r.asset = clean(j.tree.Assets()[id].Path, maxPath)
	}
	if id := int(e.Signal); id >= 0 && id < len(j.tree.Signals()) {
		r.signal = clean(j.tree.Signals()[id].Path, maxPath)
	}
	return r, nil
}
