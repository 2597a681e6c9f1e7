package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"
)

// row is an event as it is stored.
type row struct {
	id       int64
	time     int64 // ns since the Unix epoch
	priority uint8
	kind     string
	asset    string
	signal   string
	action   string
	ref      string
	user     string
	text     string
}

// Longest texts, in bytes. What is longer is cut and ends with "…".
const (
	maxShort = 200 // kind, action, ref, user
	maxPath  = 1000
	maxText  = 4000
)

// encoding is the version of the canonical encoding.
const encoding = 1

func (r *row) strings() [7]*string {
	return [...]*string{&r.kind, &r.asset, &r.signal, &r.action, &r.ref, &r.user, &r.text}
}

// canonical appends the canonical encoding of the row, see FORMAT.md.
func (r *row) canonical(dst []byte) []byte {
	dst = append(dst, encoding)
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.id))
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.time))
	dst = append(dst, r.priority)
	for _, s := range r.strings() {
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(*s)))
		dst = append(dst, *s...)
	}
	return dst
}

// parse is the inverse of canonical. It is what makes sure that no two rows encode alike.
func parse(b []byte) (row, error) {
	var r row
	if len(b) < 18 || b[0] != encoding {
		return r, errors.New("journal: not a canonical row")
	}
	r.id = int64(binary.BigEndian.Uint64(b[1:]))
	r.time = int64(binary.BigEndian.Uint64(b[9:]))
	r.priority = b[17]
	b = b[18:]
	for _, s := range r.strings() {
		if len(b) < 4 {
			return r, errors.New("journal: canonical row is cut off")
		}
		n := binary.BigEndian.Uint32(b)
		if b = b[4:]; uint64(n) > uint64(len(b)) {
			return r, errors.New("journal: canonical row is cut off")
		}
		*s, b = string(b[:n]), b[n:]
	}
	if len(b) > 0 {
		return r, errors.New("journal: canonical row is too long")
	}
	return r, nil
}

// chain returns the hash of a row that follows one with the hash before. buf is reused.
func chain(before [32]byte, r *row, buf *[]byte) [32]byte {
	*buf = append((*buf)[:0], before[:]...)
	*buf = r.canonical(*buf)
	return sha256.Sum256(*buf)
}

// search is what a filter's words are looked for in.
func (r *row) search() string {
	return strings.ToLower(strings.Join([]string{r.text, r.action, r.user, r.asset, r.signal}, "\n"))
}

// clean makes a text storable: valid UTF-8, no NUL, at most limit bytes.
func clean(s string, limit int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
