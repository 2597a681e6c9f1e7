package journal

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

func FuzzParse(f *testing.F) {
	r := row{id: 1, time: -5, priority: 2, kind: "alarm", asset: "farm/T1", text: "hot"}
	f.Add(r.canonical(nil))
	f.Add([]byte{encoding})
	f.Add(bytes.Repeat([]byte{1}, 60))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse(b)
		if err != nil {
			return
		}
		if again := r.canonical(nil); !bytes.Equal(again, b) {
			t.Fatalf("% x came back as % x", b, again)
		}
	})
}

func TestCanonicalIsInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := row{id: rapid.Int64().Draw(t, "id"), time: rapid.Int64().Draw(t, "time"), priority: rapid.Byte().Draw(t, "priority")}
		for _, s := range r.strings() {
			*s = rapid.String().Draw(t, "string")
		}
		back, err := parse(r.canonical(nil))
		if err != nil || back != r {
			t.Fatalf("%+v came back as %+v, %v", r, back, err)
		}
	})
}

// The value was computed by Python's hashlib over the bytes that FORMAT.md describes.
func TestChainHash(t *testing.T) {
	r := row{id: 1, time: 1_772_445_600_000_000_000, priority: 1, kind: "alarm", asset: "farm/T1", action: "raised", text: "hot"}
	var buf []byte
	hash := chain([32]byte{}, &r, &buf)
	const want = "670f1470108178c560fa29760ec5117f40d5773ad51f1c22c3cc5a9423d71f6a"
	if got := hex.EncodeToString(hash[:]); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func FuzzFilter(f *testing.F) {
	j := open(f, f.TempDir()+"/j.db")
	if err := j.Append(ctx, event(0, twin.NoteEvent, 1, "Nothing % to_see 'here'")); err != nil {
		f.Fatal(err)
	}
	f.Add("note", "farm/T1", "here", "a-1")
	f.Add("'; DROP TABLE events; --", "farm/%", "\x00\xff", "?")
	f.Fuzz(func(t *testing.T, kind, asset, text, ref string) {
		if _, err := j.Query(ctx, Filter{Kinds: []twin.EventKind{twin.EventKind(kind)}, Asset: asset, Text: text, Ref: ref}); err != nil {
			t.Fatal(err)
		}
		got, err := j.Query(ctx, Filter{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		want := 1
		for _, word := range strings.Fields(strings.ToLower(text)) {
			if !strings.Contains("nothing % to_see 'here'\n\n\nfarm/t1\n", word) {
				want = 0
			}
		}
		if len(got) != want && utf8.ValidString(text) && !strings.Contains(text, "\x00") {
			t.Fatalf("%q found %d entries, want %d", text, len(got), want)
		}
	})
}
