package mesh

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/assets/loading"
)

// plyFile is a PLY file with its header read.
type plyFile struct {
	job      *loading.Job
	body     chunk            // what follows the header
	order    binary.ByteOrder // nil for text
	elements []plyElement
	comments []string
	strange  []string // lines of the header that are none
	loose    bool     // rows of text do not end with their lines
}

// plyElement is a table: rows of properties.
type plyElement struct {
	name       string
	count      int
	properties []plyProperty
	size       int     // bytes of a row in a binary file, 0 if rows differ
	chunks     []chunk // the rows, plyRows in each but the last; filled in by layOut
}

// plyProperty is a column: a number, or a list of numbers with their count before them.
type plyProperty struct {
	name   string
	kind   plyKind
	list   bool
	counts plyKind
}

// plyKind is a type of number.
type plyKind uint8

const (
	plyInt8 plyKind = iota
	plyUint8
	plyInt16
	plyUint16
	plyInt32
	plyUint32
	plyFloat32
	plyFloat64
)

var plyKinds = map[string]plyKind{"char": plyInt8, "int8": plyInt8, "uchar": plyUint8, "uint8": plyUint8, "short": plyInt16,
	"int16": plyInt16, "ushort": plyUint16, "uint16": plyUint16, "int": plyInt32, "int32": plyInt32, "uint": plyUint32,
	"uint32": plyUint32, "float": plyFloat32, "float32": plyFloat32, "double": plyFloat64, "float64": plyFloat64}

func (k plyKind) size() int { return [...]int{1, 1, 2, 2, 4, 4, 4, 8}[k] }

func (k plyKind) whole() bool { return k < plyFloat32 }

// Sizes beyond which a header is taken for broken.
const (
	maxPLYHeader     = 4 << 20
	maxPLYProperties = 4096
)

func (f *plyFile) element(name string) *plyElement {
	for i := range f.elements {
		if f.elements[i].name == name {
			return &f.elements[i]
		}
	}
	return nil
}

func parsePLYHeader(data []byte) (*plyFile, error) {
	f := &plyFile{}
	text := bytes.TrimLeft(data[:min(len(data), maxPLYHeader)], " \t\r\n\ufeff")
	if !bytes.HasPrefix(text, []byte("ply")) {
		return nil, errors.New("the file does not begin with ply")
	}
	stated, properties := false, 0
	for number := 0; len(text) > 0; number++ {
		var l line
		l, text = cutHeaderLine(text)
		words := strings.Fields(string(l))
		if len(words) == 0 || number == 0 {
			continue
		}
		var err error
		switch words[0] {
		case "format":
			stated = true
			err = f.format(words)
		case "comment", "obj_info":
			l.word()
			f.comments = append(f.comments, l.rest())
		case "element":
			err = f.addElement(words)
		case "property":
			if properties++; properties > maxPLYProperties {
				err = fmt.Errorf("more than %d properties", maxPLYProperties)
			} else {
				err = f.addProperty(words)
			}
		case "end_header":
			if !stated {
				return nil, errors.New("the header does not say whether the file is text or binary; export it again")
			}
			at := cap(data) - cap(text)
			f.body = chunk{at, data[at:]}
			return f, nil
		default: // a comment without its word, or one that went on over the end of its line
			f.strange = append(f.strange, l.rest())
		}
		if err != nil {
			return nil, fmt.Errorf("header: %.80q: %w", plainText(l), err)
		}
	}
	return nil, errors.New("the header has no end; copy or export the file again")
}

// cutHeaderLine cuts a line that ends with \n, \r\n or \r.
func cutHeaderLine(b []byte) (first line, rest []byte) {
	i := bytes.IndexAny(b, "\r\n")
	switch {
	case i < 0:
		return b, nil
	case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
		return b[:i], b[i+2:]
	}
	return b[:i], b[i+1:]
}

func (f *plyFile) format(words []string) error {
	if len(words) < 2 {
		return errors.New("no format is named")
	}
	switch words[1] {
	case "ascii":
		f.order = nil
	case "binary_little_endian":
		f.order = binary.LittleEndian
	case "binary_big_endian":
		f.order = binary.BigEndian
	default:
		return errors.New("there are ascii, binary_little_endian and binary_big_endian")
	}
	return nil
}

func (f *plyFile) addElement(words []string) error {
	if len(words) < 3 {
		return errors.New("an element has a name and a count")
	}
	n, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return errors.New("its count is none")
	}
	f.elements = append(f.elements, plyElement{name: words[1], count: int(n)})
	return nil
}

func (f *plyFile) addProperty(words []string) error {
	if len(f.elements) == 0 {
		return errors.New("it belongs to no element")
	}
	e := &f.elements[len(f.elements)-1]
	var p plyProperty
	var ok, okCounts bool
	switch {
	case len(words) >= 5 && words[1] == "list":
		p.list, p.name = true, strings.ToLower(words[4])
		p.counts, okCounts = plyKinds[strings.ToLower(words[2])]
		p.kind, ok = plyKinds[strings.ToLower(words[3])]
		ok = ok && okCounts && p.counts.whole()
	case len(words) >= 3 && words[1] != "list":
		p.name = strings.ToLower(words[2])
		p.kind, ok = plyKinds[strings.ToLower(words[1])]
	}
	if !ok {
		return errors.New("its type is none of PLY")
	}
	e.properties = append(e.properties, p)
	return nil
}
