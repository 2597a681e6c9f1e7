package mesh

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// line is what remains of a line of text. Its methods take from its front.
type line []byte

// isSpace reports whether c separates words. Ends of lines do too, for readers to whom lines mean nothing.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' || c == 0 }

// skip takes blanks.
func (l *line) skip() {
	b := *l
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	*l = b
}

// word takes the next word; it is empty at the end of the line.
func (l *line) word() []byte {
	l.skip()
	b := *l
	n := 0
	for n < len(b) && !isSpace(b[n]) {
		n++
	}
	*l = b[n:]
	return b[:n]
}

// float takes a number that a blank or the end follows.
func (l *line) float() (float64, bool) {
	l.skip()
	b := *l
	v, n := scanFloat(b)
	if n == 0 || n < len(b) && !isSpace(b[n]) {
		return 0, false
	}
	*l = b[n:]
	return v, true
}

// floats fills v with numbers and returns how many there were before the line or v ended.
func (l *line) floats(v []float64) int {
	for i := range v {
		f, ok := l.float()
		if !ok {
			return i
		}
		v[i] = f
	}
	return len(v)
}

// rest takes all up to the end of the line, without blanks around it.
func (l *line) rest() string { return plainText(bytes.TrimSpace(*l)) }

// ended reports whether nothing but blanks remains.
func (l *line) ended() bool {
	l.skip()
	return len(*l) == 0
}

// cutLine returns the first line of b, without its end, and what follows it. A line ends with \n, \r\n or \r.
func cutLine(b []byte) (first, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

// plainText copies text out of a file: as UTF-8, or as Latin-1 where it is none, without control characters.
func plainText(b []byte) string {
	if !utf8.Valid(b) {
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		b = []byte(string(runes))
	}
	if len(b) > maxName {
		b = bytes.ToValidUTF8(b[:maxName], nil)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, string(b))
}

// maxName is the number of bytes of a name, or another short text, that are kept.
const maxName = 1000

// nodeName makes a name fit for a node, whose path has slashes of its own.
func nodeName(name, otherwise string) string {
	if name = strings.TrimSpace(name); name == "" {
		return otherwise
	}
	return strings.ReplaceAll(name, "/", "_")
}

// asUTF8 returns text without a byte order mark, and turns UTF-16 into UTF-8. Files of Macintosh before OS X, whose lines
// end with \r alone, get ends that the readers know.
func asUTF8(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		data = fromUTF16(data[2:], binary.BigEndian)
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		data = fromUTF16(data[2:], binary.LittleEndian)
	}
	if head := data[:min(len(data), 1<<16)]; bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(data)/2+len(data)/16)
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// chunkBytes is the size of the chunks of text that are read at once.
const chunkBytes = 1 << 20

// chunk is a run of a file.
type chunk struct {
	at   int // offset in the file
	text []byte
}

// chunksOf cuts data into chunks of about size bytes. Each ends where ends, asked for an offset, says that it may: at an
// offset not before the one given.
func chunksOf(data []byte, size int, ends func(data []byte, from int) int) []chunk {
	var out []chunk
	for start := 0; start < len(data); {
		end := len(data)
		if end-start > size {
			end = min(max(ends(data, start+size), start+1), len(data))
		}
		out = append(out, chunk{start, data[start:end:end]})
		start = end
	}
	return out
}

// afterLine returns the offset behind the line that offset from lies in.
func afterLine(data []byte, from int) int {
	if i := bytes.IndexByte(data[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return len(data)
}

// badText is a mistake in a text file, at an offset of the file.
type badText struct {
	at   int
	text string
}

func (e *badText) Error() string { return e.text }

// badAt says what is wrong where rest, the remainder of the chunk, begins.
func (c *chunk) badAt(rest []byte, format string, args ...any) error {
	return &badText{c.at + len(c.text) - len(rest), fmt.Sprintf(format, args...)}
}

// atLine adds the number of the line to an error about data.
func atLine(data []byte, err error) error {
	var bad *badText
	if !errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("line %d: %s", 1+bytes.Count(data[:min(max(bad.at, 0), len(data))], []byte("\n")), bad.text)
}
