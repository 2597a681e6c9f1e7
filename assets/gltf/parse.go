package gltf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parse reads the JSON of a file. Data in it that are longer than a page are left out of the text, which would only be
// read several times over; inlined holds them by the short names that stand in their place.
func (r *reader) parse(text []byte) error {
	text, r.inlined = takeOut(text)
	var head struct{ Asset struct{ Version any } }
	if err := json.Unmarshal(text, &head); err != nil && !isKind(err) {
		return badJSON(err)
	}
	if v, ok := head.Asset.Version.(string); !ok || !strings.HasPrefix(v, "2.") {
		if head.Asset.Version == nil {
			return errors.New("it does not say a glTF version; is it a glTF file?")
		}
		return fmt.Errorf("glTF version %v, only 2 is read; export it as glTF 2.0", head.Asset.Version)
	}
	err := json.Unmarshal(text, &r.doc)
	if isKind(err) { // some writers say 3.0 for 3
		r.doc = document{}
		err = json.Unmarshal(integral(text), &r.doc)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && strings.Contains(kind.Field, "xtensions.") { // the rest was read
		r.job.Warn("%s is not as its extension says and is ignored", kind.Field)
		return nil
	}
	if err != nil {
		return badJSON(err)
	}
	return nil
}

func isKind(err error) bool {
	var kind *json.UnmarshalTypeError
	return errors.As(err, &kind)
}

// badJSON says what is wrong in words of the file.
func badJSON(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("bad JSON: %s cannot be a JSON %s; export it again", kind.Field, kind.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("bad JSON at byte %d: %w; is the file cut off?", syntax.Offset, err)
	}
	return fmt.Errorf("bad JSON: %w", err)
}

// longURI is the length from which data: URIs are taken out of the text.
const longURI = 4 << 10

// takeOut replaces long data: URIs by short names and returns them by these.
func takeOut(text []byte) ([]byte, map[string]string) {
	var out []byte
	var found map[string]string
	from := 0
	for at := 0; ; {
		start := bytes.Index(text[at:], []byte(`"data:`))
		if start < 0 {
			break
		}
		start += at + 1
		size := bytes.IndexByte(text[start:], '"')
		if size < 0 {
			break
		}
		at = start + size
		uri := text[start:at]
		if size < longURI || bytes.IndexByte(uri, '\\') >= 0 {
			continue
		}
		if found == nil {
			found = map[string]string{}
		}
		name := "data:#" + strconv.Itoa(len(found))
		found[name] = string(uri)
		out = append(append(out, text[from:start]...), name...)
		from = at
	}
	if found == nil {
		return text, nil
	}
	return append(out, text[from:]...), found
}

// integral writes whole numbers without a fraction: 3.0 becomes 3. Strings stay as they are.
func integral(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '"' {
			end := i + 1
			for ; end < len(text) && text[end] != '"'; end++ {
				if text[end] == '\\' {
					end++
				}
			}
			end = min(end, len(text)-1)
			out = append(out, text[i:end+1]...)
			i = end
			continue
		}
		if c == '.' && i > 0 && isDigit(text[i-1]) {
			end := i + 1
			for ; end < len(text) && text[end] == '0'; end++ {
			}
			if end > i+1 && (end == len(text) || !isDigit(text[end]) && text[end] != 'e' && text[end] != 'E') {
				i = end - 1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
