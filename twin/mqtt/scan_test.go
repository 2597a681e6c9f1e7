package mqtt

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// read returns the members of an object as the scanner sees them.
func read(payload string) (map[string]any, error) {
	var s scanner
	out := map[string]any{}
	if !s.open([]byte(payload)) {
		return nil, s.err
	}
	for s.next() {
		switch s.kind {
		case nullValue:
			out[string(s.key)] = nil
		case numberValue:
			out[string(s.key)] = s.num.f
		case boolValue:
			out[string(s.key)] = s.on
		case stringValue:
			out[string(s.key)] = string(s.text)
		case nestedValue:
			out[string(s.key)] = "nested"
		}
	}
	return out, s.err
}

func TestScanner(t *testing.T) {
	got, err := read(" \ufeff"[1:] + ` { "a" : -12.5e2 , "b":null,"c":true,"d":false,"e\u0041\ud83d\ude00":"x\n\"","f":{"q":[1,{"z":"]}"}]},"g":0} `)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]any{"a": -1250.0, "b": nil, "c": true, "d": false, "eA😀": "x\n\"", "f": "nested", "g": 0.0} {
		if v, ok := got[k]; !ok || v != want {
			t.Errorf("%q = %v, want %v", k, v, want)
		}
	}
	if len(got) != 7 {
		t.Errorf("%d members: %v", len(got), got)
	}
}

func TestScannerRefusesBrokenPayloads(t *testing.T) {
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for _, p := range []string{
		``, ` `, `null`, `[1]`, `1`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{"a" 1}`, `{a:1}`,
		`{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":-}`, `{"a":nul}`, `{"a":1}}`, `{"a":1} x`,
		"{\"a\":\"\x01\"}", `{"a":"\q"}`, `{"a":"\u12"}`, `{"a":[1}}`, `{"a":[}`, `{"a":{"b":"}`, `{"a":` + deep + `}`,
		`{"a":1 "b":2}`, `{"a":tru}`, `{"a":1,,"b":2}`, "{\"a\":\xff}",
	} {
		if got, err := read(p); err == nil {
			t.Errorf("%q was read as %v", p, got)
		}
	}
}

func TestNumbersAgreeWithStrconv(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, text string) {
		got, err := read(`{"v":` + text + `}`)
		want, _ := strconv.ParseFloat(text, 64)
		if err != nil || got["v"] != want {
			t.Fatalf("%s was read as %v (%v), want %v", text, got["v"], err, want)
		}
	}
	for _, text := range []string{"0", "-0", "1e308", "1e309", "-1e400", "1e-400", "9007199254740993", "123456789012345678901234567890",
		"0.1", "0.30000000000000004", "1e22", "1e23", "5e-324", "1" + strings.Repeat("0", 400), "0." + strings.Repeat("0", 400) + "1",
		"1e99999999999999999999", "9223372036854775807", "18446744073709551616"} {
		same(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
		same(t, text)
	})
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.Int64().Draw(t, "i")
		var s scanner
		s.open([]byte(`{"v":` + strconv.FormatInt(i, 10) + `}`))
		if !s.next() || !s.num.whole || s.num.i != i {
			t.Fatalf("%d was read as %+v", i, s.num)
		}
	})
}

// FuzzScanner: whatever encoding/json reads as an object of plain values, the scanner reads alike; nothing makes it
// panic or loop.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{"ts":1712345678901,"oil_temp":76.25,"x":null,"on":true,"s":"a\u00e9\ud83d"}`, `{"a":{"b":[1,2]}}`, `{"a":-1e-7}`,
		"{\"\xff\":1}", `{"a":1e999}`, `{"a":NaN}`, `{"\\":0,"\u0000":1}`, `{"a":[[[[[[[[]]]]]]]]}`, `{`, `{"a":"\ud83d\ude00"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		got, err := read(string(p))
		var want map[string]any
		if json.Unmarshal(p, &want) != nil || want == nil || !utf8.Valid(p) {
			return
		}
		if errors.Is(err, errDepth) {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v, but encoding/json reads it", p, err)
		}
		for k, w := range want {
			switch w.(type) {
			case map[string]any, []any:
				w = "nested"
			}
			if g, ok := got[k]; !ok || g != w {
				t.Fatalf("%q: %q is %v, want %v", p, k, g, w)
			}
		}
	})
}

func TestPrintable(t *testing.T) {
	for give, want := range map[string]string{
		"plain 76.2 °C":      "plain 76.2 °C",
		"a\x00b\nc\x1b[31m":  "a·b·c·[31m",
		"bad \xff\xfe utf":   "bad · utf",
		"\u202eevil\u200b":   "·evil·",
		"twelve bytes and …": "twelve byte…",
	} {
		limit := 40
		if strings.HasPrefix(give, "twelve") {
			limit = 11
		}
		if got := printable([]byte(give), limit); got != want {
			t.Errorf("printable(%q) = %q, want %q", give, got, want)
		}
	}
}
