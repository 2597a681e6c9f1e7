package ensemble

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// version is that of the messages. A reader refuses any other.
const version = 1

// Caps on what a message may hold, whatever the server takes.
const (
	maxID      = 512                // bytes of a job's ID
	maxName    = 128                // bytes of the name of a kind, a batch, or a worker
	maxReason  = 4096               // bytes of an error's text; longer ones are cut
	maxPayload = 8 << 20            // bytes
	maxLimit   = 24 * 7 * time.Hour // of one job
)

// order is a job on its way to a worker.
type order struct {
	Kind    string
	Batch   string
	ID      string
	Model   string        // SHA-256 of the model in hexadecimal; empty: none
	Limit   time.Duration // how long it may take
	Payload []byte
}

// answer is what a worker says to an order.
type answer struct {
	ID      string
	Worker  string
	Failed  string // why it cannot be computed anywhere; empty: Payload is the result
	Took    time.Duration
	Payload []byte
}

const (
	orderMark  = "OJ"
	answerMark = "OA"
)

// encode appends the order: mark, version, then each field with its length.
func (o *order) encode() []byte {
	b := make([]byte, 0, len(o.Payload)+len(o.Kind)+len(o.Batch)+len(o.ID)+len(o.Model)+32)
	b = append(b, orderMark...)
	b = append(b, version)
	b = appendText(b, o.Kind)
	b = appendText(b, o.Batch)
	b = appendText(b, o.ID)
	b = appendText(b, o.Model)
	b = binary.AppendUvarint(b, uint64(o.Limit))
	return append(b, o.Payload...)
}

func (a *answer) encode() []byte {
	b := make([]byte, 0, len(a.Payload)+len(a.ID)+len(a.Worker)+len(a.Failed)+32)
	b = append(b, answerMark...)
	b = append(b, version)
	b = appendText(b, a.ID)
	b = appendText(b, a.Worker)
	b = appendText(b, a.Failed)
	b = binary.AppendUvarint(b, uint64(max(a.Took, 0)))
	return append(b, a.Payload...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeOrder reads an order. Payload is a part of b.
func decodeOrder(b []byte) (*order, error) {
	r, err := open(b, orderMark)
	if err != nil {
		return nil, err
	}
	o := &order{Kind: r.text(maxName), Batch: r.text(maxName), ID: r.text(maxID), Model: r.text(2 * 32)}
	o.Limit = time.Duration(min(r.number(), uint64(maxLimit)))
	o.Payload = r.rest()
	switch {
	case r.err != nil:
		return nil, r.err
	case o.Kind == "" || o.ID == "" || !isToken(o.Batch) || o.Limit <= 0:
		return nil, errors.New("ensemble: message: a job lacks kind, id, batch or limit: it is not from orrery")
	case o.Model != "" && !isHash(o.Model):
		return nil, errors.New("ensemble: message: a model is named by something other than its SHA-256: it is not from orrery")
	}
	return o, nil
}

// decodeAnswer reads an answer. Payload is a part of b.
func decodeAnswer(b []byte) (*answer, error) {
	r, err := open(b, answerMark)
	if err != nil {
		return nil, err
	}
	a := &answer{ID: r.text(maxID), Worker: r.text(maxName), Failed: r.text(maxReason)}
	a.Took = time.Duration(min(r.number(), uint64(maxLimit)))
	a.Payload = r.rest()
	switch {
	case r.err != nil:
		return nil, r.err
	case a.ID == "":
		return nil, errors.New("ensemble: message: a result lacks the id of its job: it is not from orrery")
	}
	return a, nil
}

// reader takes fields from the front of a message; after the first error it gives nothing.
type reader struct {
	b   []byte
	err error
}

var errCut = errors.New("ensemble: message: it is cut short or garbled: it is dropped")

func open(b []byte, mark string) (*reader, error) {
	if len(b) < 3 || string(b[:2]) != mark {
		return nil, errors.New("ensemble: message: it is not from orrery: something else writes to these subjects")
	}
	if b[2] != version {
		return nil, &VersionError{Theirs: int(b[2])}
	}
	return &reader{b: b[3:]}, nil
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail(errCut)
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) text(limit int) string {
	n := r.number()
	switch {
	case r.err != nil:
		return ""
	case n > uint64(limit):
		r.fail(fmt.Errorf("ensemble: message: a field of %d bytes, at most %d are taken: it is dropped", n, limit))
		return ""
	case n > uint64(len(r.b)):
		r.fail(errCut)
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) rest() []byte {
	if len(r.b) > maxPayload {
		r.fail(fmt.Errorf("ensemble: message: a payload of %d bytes, at most %d are taken: it is dropped", len(r.b), maxPayload))
	}
	return r.b
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

// VersionError says that the other side speaks another version of the messages.
type VersionError struct{ Theirs int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("ensemble: message: it is of version %d, this is version %d: bring desk and workers to one version of orrery", e.Theirs, version)
}

// isToken reports whether s can be one part of a subject.
func isToken(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// isHash reports whether s is a SHA-256 as 64 hexadecimal digits of lower case.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}

// cut shortens a text to the most that an answer holds.
func cut(s string) string {
	if len(s) <= maxReason {
		return s
	}
	return s[:maxReason-len("…")] + "…"
}
