package journal

import (
	"bytes"
	"context"
	"fmt"
)

// BrokenError names the first row at which the chain of hashes does not hold.
type BrokenError struct {
	Row    int64
	Reason string
}

// Error implements error.
func (e *BrokenError) Error() string { return fmt.Sprintf("journal: row %d: %s", e.Row, e.Reason) }

// Verify reads the whole journal and checks its chain of hashes, about a million rows in some seconds. It returns nil, a
// *BrokenError, or an error of reading.
func (j *Journal) Verify(ctx context.Context) error {
	tx, err := j.read.BeginTx(ctx, nil) // one view of rows and seal, whatever is appended meanwhile
	if err != nil {
		return fmt.Errorf("journal: verify: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // only reading
	count, end, err := seal(ctx, tx)
	if err != nil {
		return fmt.Errorf("journal: verify: %w", err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT id, time, kind, asset, signal, priority, action, ref, user, text, search, hash FROM events ORDER BY id")
	if err != nil {
		return fmt.Errorf("journal: verify: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var at int64
	var hash [32]byte
	var buf, stored []byte
	var search string
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.time, &r.kind, &r.asset, &r.signal, &r.priority, &r.action, &r.ref, &r.user, &r.text, &search, &stored); err != nil {
			return &BrokenError{at + 1, "cannot be read: " + err.Error()}
		}
		at++
		if r.id != at {
			return &BrokenError{at, "is missing"}
		}
		hash = chain(hash, &r, &buf)
		if !bytes.Equal(hash[:], stored) {
			return &BrokenError{at, "was changed after it was written"}
		}
		if search != r.search() {
			return &BrokenError{at, "is hidden from searches: its search text does not fit"}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("journal: verify: %w", err)
	}
	switch {
	case at < count:
		return &BrokenError{at + 1, "is missing at the end"}
	case at > count || hash != end:
		return &BrokenError{at, "does not fit the seal"}
	}
	return nil
}
