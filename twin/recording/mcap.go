package recording

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/foxglove/mcap/go/mcap"

	"github.com/orrery-twin/orrery/twin"
)

// mcapSchema describes our messages to readers, as JSON Schema.
const mcapSchema = `{"title":"orrery.Sample","type":"object","properties":{"value":{"type":["number","null"]},` +
	`"unit":{"type":"string"},"quality":{"type":"string"}}}`

// mcapMessage is a sample in an MCAP file. Its time is that of the message.
type mcapMessage struct {
	Value   *float64 `json:"value"`
	Unit    string   `json:"unit,omitempty"`
	Quality string   `json:"quality,omitempty"`
}

type mcapWriter struct {
	*columns
	out      *mcap.Writer
	sequence uint32
	message  mcap.Message
}

func newMCAPWriter(w io.Writer, c *columns) (*mcapWriter, error) {
	out, err := mcap.NewWriter(w, &mcap.WriterOptions{IncludeCRC: true, Chunked: true, ChunkSize: 4 << 20, Compression: mcap.CompressionZSTD})
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	if len(c.list) > math.MaxUint16 {
		return nil, fmt.Errorf("recording: %d signals, an MCAP file has room for %d", len(c.list), math.MaxUint16)
	}
	x := &mcapWriter{columns: c, out: out}
	err = out.WriteHeader(&mcap.Header{Library: "orrery"})
	if err == nil {
		err = out.WriteSchema(&mcap.Schema{ID: 1, Name: "orrery.Sample", Encoding: "jsonschema", Data: []byte(mcapSchema)})
	}
	for i, one := range c.list {
		if err == nil {
			err = out.WriteChannel(&mcap.Channel{ID: uint16(i), SchemaID: 1, Topic: one.path, MessageEncoding: "json"})
		}
	}
	return x, err
}

func (x *mcapWriter) Write(batch []twin.Sample) error {
	for i := range batch {
		s := &batch[i]
		one := x.of(s)
		if one == nil || s.Time < 0 {
			continue
		}
		m := mcapMessage{Unit: one.symbol}
		if s.Quality.Class() != twin.BadClass {
			v := one.unit.FromSI(s.Value)
			m.Value = &v
		}
		if s.Quality != twin.Good {
			m.Quality = s.Quality.String()
		}
		data, err := json.Marshal(m)
		if err != nil {
			continue // a number that JSON cannot hold
		}
		x.sequence++
		x.message = mcap.Message{ChannelID: uint16(x.at[s.Signal]), Sequence: x.sequence, LogTime: uint64(s.Time), PublishTime: uint64(s.Time), Data: data}
		if err := x.out.WriteMessage(&x.message); err != nil {
			return err
		}
	}
	return nil
}

func (x *mcapWriter) Close() error { return x.out.Close() }

// Caps of an MCAP file.
const (
	maxRecord  = 64 << 20
	maxChunk   = 256 << 20
	maxMessage = 64 << 10
)

// mcap reads the JSON messages of a file. A message is a number, or an object with a value; objects without one give a
// sample for each number in them, under the topic and the name of the field. The file may have been cut off.
func (r *reader) mcap(src Source) error {
	var lexer *mcap.Lexer
	err := guarded(func() (err error) {
		lexer, err = mcap.NewLexer(src, &mcap.LexerOptions{MaxRecordSize: maxRecord, MaxDecompressedChunkSize: maxChunk, ValidateChunkCRCs: true})
		return err
	})
	if err != nil {
		return fmt.Errorf("no MCAP file: %w", err)
	}
	defer lexer.Close()
	topics := map[uint16]string{}
	known := map[string]target{}
	for {
		var token mcap.TokenType
		var data []byte
		err := guarded(func() (err error) { token, data, err = lexer.Next(nil); return err })
		var cut *mcap.ErrTruncatedRecord
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &cut), errors.Is(err, io.ErrUnexpectedEOF):
			r.report.place("the file is cut off after %d messages", r.report.Rows)
			return nil
		case err != nil:
			return fmt.Errorf("after %d messages: %w", r.report.Rows, err)
		}
		switch token {
		case mcap.TokenChannel:
			c, err := mcap.ParseChannel(data)
			if err != nil {
				return fmt.Errorf("channel: %w", err)
			}
			if c.MessageEncoding != "json" {
				r.report.unknown(c.Topic + " (" + c.MessageEncoding + ")")
				continue
			}
			topics[c.ID] = strings.TrimPrefix(c.Topic, "/")
		case mcap.TokenMessage:
			m, err := mcap.ParseMessage(data)
			if err != nil {
				return fmt.Errorf("message %d: %w", r.report.Rows+1, err)
			}
			topic, ok := topics[m.ChannelID]
			if !ok {
				continue
			}
			r.report.Rows++
			if err := r.message(topic, m, known); err != nil {
				return err
			}
		}
	}
}

// message takes the numbers of a message.
func (r *reader) message(topic string, m *mcap.Message, known map[string]target) error {
	if len(m.Data) > maxMessage || m.LogTime > math.MaxInt64 {
		r.report.BadCells++
		return nil
	}
	var own mcapMessage
	if err := json.Unmarshal(m.Data, &own); err == nil && (own.Value != nil || own.Quality != "") {
		return r.value(topic, own, int64(m.LogTime), known)
	}
	var number float64
	if err := json.Unmarshal(m.Data, &number); err == nil {
		return r.value(topic, mcapMessage{Value: &number}, int64(m.LogTime), known)
	}
	var fields map[string]any
	if err := json.Unmarshal(m.Data, &fields); err != nil {
		r.report.BadCells++
		r.report.place("message %d of %s is no JSON object", r.report.Rows, topic)
		return nil
	}
	for name, v := range fields {
		if number, ok := v.(float64); ok {
			if err := r.value(topic+"/"+name, mcapMessage{Value: &number}, int64(m.LogTime), known); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) value(name string, m mcapMessage, ns int64, known map[string]target) error {
	row := parquetRow{Time: ns, Signal: name, Unit: m.Unit, Quality: m.Quality, Value: math.NaN()}
	if m.Value != nil {
		row.Value = *m.Value
	}
	return r.row(&row, known)
}
