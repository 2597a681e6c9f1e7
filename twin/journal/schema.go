package journal

import (
	"context"
	"database/sql"
	"fmt"
)

const applicationID = 0x4F72724A // "OrrJ"

// migrations bring the layout from version i to i+1. They are never changed once released, only added to.
var migrations = []string{
	`CREATE TABLE events (
		id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, asset TEXT NOT NULL, signal TEXT NOT NULL,
		priority INTEGER NOT NULL, action TEXT NOT NULL, ref TEXT NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL,
		search TEXT NOT NULL, hash BLOB NOT NULL);
	CREATE INDEX events_time ON events (time);
	CREATE INDEX events_kind ON events (kind, time);
	CREATE INDEX events_asset ON events (asset, time);
	CREATE INDEX events_ref ON events (ref) WHERE ref <> '';
	CREATE TABLE seal (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER NOT NULL, hash BLOB NOT NULL);
	INSERT INTO seal VALUES (1, 0, zeroblob(32));`,
	`CREATE VIRTUAL TABLE words USING fts5 (search, content='events', content_rowid='id', tokenize='trigram', columnsize=0);
	INSERT INTO words (words) VALUES ('rebuild');
	CREATE TRIGGER events_words AFTER INSERT ON events BEGIN INSERT INTO words (rowid, search) VALUES (new.id, new.search); END;`,
}

// migrate brings a database up to date, each step in its own transaction.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	for {
		done, err := step(ctx, db, steps)
		if done || err != nil {
			return err
		}
	}
}

func step(ctx context.Context, db *sql.DB, steps []string) (done bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	var version, application int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return false, err
	}
	switch {
	case application != applicationID && (application != 0 || version != 0):
		return false, fmt.Errorf("this is the database of another program")
	case version > len(steps):
		return false, fmt.Errorf("it was written by a newer Orrery (layout %d, this one knows %d): update Orrery", version, len(steps))
	case version == len(steps):
		return true, nil
	}
	if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
		return false, fmt.Errorf("layout %d: %w", version+1, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", version+1, applicationID)); err != nil {
		return false, err
	}
	return false, tx.Commit()
}
