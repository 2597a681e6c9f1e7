package wire

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// The kinds of frames.
const (
	FrameRequest byte = 'J'
	FrameAdvance byte = 'A'
	FrameCancel  byte = 'C'
	FrameRow     byte = 'R'
	FrameLog     byte = 'G'
	FrameAnswer  byte = 'D'
	FrameFault   byte = 'X'
	FrameLost    byte = 'L'
	FrameBeat    byte = 'B' // long work without a row goes on
)

// MaxFrame bounds a frame, in bytes.
const MaxFrame = 64 << 20

// Write writes a frame.
func Write(w io.Writer, kind byte, payload []byte) error {
	if len(payload) > MaxFrame {
		return fmt.Errorf("wire: a message of %d MB: send it in parts", len(payload)>>20)
	}
	frame := make([]byte, 5, 5+len(payload))
	frame[0] = kind
	binary.LittleEndian.PutUint32(frame[1:], uint32(len(payload)))
	_, err := w.Write(append(frame, payload...))
	return err
}

// WriteJSON writes a frame with v in it.
func WriteJSON(w io.Writer, kind byte, v any) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("wire: %w", err)
	}
	return Write(w, kind, payload)
}

// Reader takes frames from a stream.
type Reader struct {
	r       *bufio.Reader
	payload []byte
}

// NewReader makes a Reader.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// Next returns the next frame; the payload is valid until the next call. At the end of the stream it returns io.EOF.
func (r *Reader) Next() (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > MaxFrame {
		return 0, nil, fmt.Errorf("wire: a message of %d MB is too long", n>>20)
	}
	if cap(r.payload) < int(n) {
		r.payload = make([]byte, n)
	}
	r.payload = r.payload[:n]
	if _, err := io.ReadFull(r.r, r.payload); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return head[0], r.payload, nil
}

// Steps is the content of a FrameAdvance.
type Steps struct {
	Instances []int
	Times     []float64 // of the start, then of the end of each step
	Inputs    []float64 // Width for each time
	Width     int
	Every     int // a row is sent for each such step, counted from 1, and when an instance ends; at least 1
}

var errSteps = errors.New("wire: the steps are cut off or do not fit together")

// Append appends the steps to a payload.
func (s *Steps) Append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(len(s.Instances)))
	for _, i := range s.Instances {
		b = le.AppendUint32(b, uint32(i))
	}
	b = le.AppendUint32(b, uint32(len(s.Times)))
	b = le.AppendUint32(b, uint32(s.Width))
	b = le.AppendUint32(b, uint32(max(s.Every, 1)))
	for k, t := range s.Times {
		b = le.AppendUint64(b, math.Float64bits(t))
		for _, u := range s.Inputs[k*s.Width : (k+1)*s.Width] {
			b = le.AppendUint64(b, math.Float64bits(u))
		}
	}
	return b
}

// Decode reads what Append wrote, into the memory that s has already.
func (s *Steps) Decode(b []byte) error {
	le := binary.LittleEndian
	if len(b) < 4 {
		return errSteps
	}
	n := int(le.Uint32(b))
	if b = b[4:]; n > len(b)/4 {
		return errSteps
	}
	s.Instances = s.Instances[:0]
	for range n {
		s.Instances = append(s.Instances, int(le.Uint32(b)))
		b = b[4:]
	}
	if len(b) < 12 {
		return errSteps
	}
	times, width := uint64(le.Uint32(b)), uint64(le.Uint32(b[4:]))
	s.Every = int(le.Uint32(b[8:]))
	if b = b[12:]; s.Every < 1 || width > MaxFrame || times*(width+1)*8 != uint64(len(b)) {
		return errSteps
	}
	s.Width, s.Times, s.Inputs = int(width), s.Times[:0], s.Inputs[:0]
	for range times {
		s.Times = append(s.Times, math.Float64frombits(le.Uint64(b)))
		b = b[8:]
		for range width {
			s.Inputs = append(s.Inputs, math.Float64frombits(le.Uint64(b)))
			b = b[8:]
		}
	}
	return nil
}

// Row is the content of a FrameRow.
type Row struct {
	Instance, Step int
	Time           float64
	Values         []float64
}

// RowHead is the length of a row without its values, in bytes.
const RowHead = 16

// Append appends the row to a payload.
func (r *Row) Append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(r.Instance))
	b = le.AppendUint32(b, uint32(r.Step))
	b = le.AppendUint64(b, math.Float64bits(r.Time))
	return AppendFloats(b, r.Values)
}

// Decode reads what Append wrote, into the memory that r has already.
func (r *Row) Decode(b []byte) error {
	if len(b) < RowHead || len(b)%8 != 0 {
		return errors.New("wire: a row is cut off")
	}
	le := binary.LittleEndian
	r.Instance, r.Step, r.Time = int(le.Uint32(b)), int(le.Uint32(b[4:])), math.Float64frombits(le.Uint64(b[8:]))
	r.Values = Floats(r.Values[:0], b[RowHead:])
	return nil
}

// AppendFloats appends numbers to a payload.
func AppendFloats(b []byte, values []float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// Floats appends the numbers of a payload to a slice; bytes beyond the last whole number are left.
func Floats(to []float64, b []byte) []float64 {
	for ; len(b) >= 8; b = b[8:] {
		to = append(to, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return to
}
