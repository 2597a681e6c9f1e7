package mesh

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// markup reads XML 1.0 with namespaces, element by element, out of memory. It knows what 3MF files may have: no document
// types, and entities of the five standard names or of numbers alone. It is several times as fast as encoding/xml.
type markup struct {
	stop  func() error // asked now and then; an error ends the reading
	steps int
	data  []byte
	at    int
	attrs []attribute3 // of the element that was begun last
	bound []binding    // namespaces that are in force, the innermost last
	empty bool         // the element that was begun last has ended already
	local []byte       // its name,
	space space        // and its namespace
	full  []byte       // its name as written
	open  [][]byte     // names of the elements that are open
	depth int
}

// attribute3 is an attribute with its value as written.
type attribute3 struct{ prefix, local, value []byte }

// binding binds a prefix to a namespace for elements at a depth and below.
type binding struct {
	prefix string
	space  space
	uri    string
	depth  int
}

// space is a namespace of 3MF.
type space uint8

const (
	foreignSpace space = iota // of no meaning to the reader: what is in it is passed over
	coreSpace                 // or none at all
	materialSpace
	productionSpace
	latticeSpace
	sliceSpace
	harmlessSpace // that neither changes nor adds geometry
)

// spaces are the namespaces that the reader knows, by their URI.
var spaces = map[string]space{
	"":                                       coreSpace,
	core3MF:                                  coreSpace,
	relationships:                            coreSpace,
	msft + "material/2015/02":                materialSpace,
	msft + "production/2015/06":              productionSpace,
	msft + "production/alternatives/2021/04": harmlessSpace,
	msft + "beamlattice/2017/02":             latticeSpace,
	msft + "beamlattice/balls/2020/07":       latticeSpace,
	msft + "slice/2015/07":                   sliceSpace,
	msft + "trianglesets/2021/07":            harmlessSpace,
	"http://www.w3.org/XML/1998/namespace":   harmlessSpace,
}

const (
	msft          = "http://schemas.microsoft.com/3dmanufacturing/"
	core3MF       = msft + "core/2015/02"
	relationships = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// maxDepth is how deep elements may be in each other. 3MF needs ten.
const maxDepth = 100

var errMarkup = errors.New("the XML ends in the middle; copy or export the file again")

func (x *markup) fail(format string, args ...any) error {
	return &badText{x.at, fmt.Sprintf(format, args...)}
}

// next moves on to the next tag and reports whether it begins an element; otherwise it ends the one around. Text is passed
// over, and appended to text if that is not nil.
func (x *markup) next(text *[]byte) (begins bool, err error) {
	if x.steps++; x.steps&0x3fff == 0 {
		if err := x.stop(); err != nil {
			return false, err
		}
	}
	for {
		i := bytes.IndexByte(x.data[x.at:], '<')
		if i < 0 {
			x.at = len(x.data)
			return false, errMarkup
		}
		if text != nil && len(*text) < 1<<16 {
			*text = append(*text, x.data[x.at:x.at+i]...)
		}
		x.at += i
		rest := x.data[x.at:]
		switch {
		case len(rest) < 2:
			return false, errMarkup
		case rest[1] == '/':
			return false, x.endTag()
		case rest[1] == '?':
			err = x.pass("?>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			err = x.pass("-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			from := x.at + 9
			if err = x.pass("]]>"); err == nil && text != nil && len(*text) < 1<<16 {
				*text = append(*text, x.data[from:x.at-3]...)
			}
		case rest[1] == '!':
			return false, x.fail("a document type is not allowed in 3MF")
		default:
			return true, x.startTag()
		}
		if err != nil {
			return false, err
		}
	}
}

// pass moves on behind a mark.
func (x *markup) pass(mark string) error {
	i := bytes.Index(x.data[x.at+2:], []byte(mark))
	if i < 0 {
		return errMarkup
	}
	x.at += 2 + i + len(mark)
	return nil
}

func nameEnd(b []byte) int {
	for i, c := range b {
		if c <= ' ' || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' {
			return i
		}
	}
	return len(b)
}

// startTag reads a tag with its attributes.
func (x *markup) startTag() error {
	x.at++
	n := nameEnd(x.data[x.at:])
	if n == 0 {
		return x.fail("a tag has no name")
	}
	x.full = x.data[x.at : x.at+n]
	x.at += n
	x.attrs = x.attrs[:0]
	declares := false
	for {
		b := x.data[x.at:]
		i := 0
		for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
			i++
		}
		if i+1 >= len(b) {
			if i < len(b) && b[i] == '>' {
				x.at += i + 1
				x.empty = false
				break
			}
			return errMarkup
		}
		if b[i] == '>' || b[i] == '/' && b[i+1] == '>' {
			x.empty = b[i] == '/'
			x.at += i + 1
			if x.empty {
				x.at++
			}
			break
		}
		x.at += i
		if err := x.attribute(b[i:]); err != nil {
			return err
		}
		a := &x.attrs[len(x.attrs)-1]
		declares = declares || string(a.prefix) == "xmlns" || len(a.prefix) == 0 && string(a.local) == "xmlns"
	}
	if x.depth++; x.depth > maxDepth {
		return x.fail("elements are in each other more than %d deep", maxDepth)
	}
	if declares {
		x.bind()
	}
	if !x.empty {
		x.open = append(x.open, x.full)
	}
	var prefix []byte
	prefix, x.local = splitName(x.full)
	x.space = x.lookUp(prefix)
	return nil
}

// attribute reads name="value" at the start of b.
func (x *markup) attribute(b []byte) error {
	n := nameEnd(b)
	name := b[:n]
	i := n
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	if n == 0 || i >= len(b) || b[i] != '=' {
		return x.fail("%.40q is no attribute", plainText(firstLine(b[:min(len(b), 100)])))
	}
	for i++; i < len(b) && b[i] <= ' '; i++ {
	}
	if i >= len(b) {
		return errMarkup
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return x.fail("the value of attribute %.40q has no quotes", plainText(name))
	}
	end := bytes.IndexByte(b[i+1:], quote)
	if end < 0 {
		return errMarkup
	}
	if len(x.attrs) >= 1000 {
		return x.fail("an element has more than a thousand attributes")
	}
	prefix, local := splitName(name)
	x.attrs = append(x.attrs, attribute3{prefix, local, b[i+1 : i+1+end]})
	x.at += i + 1 + end + 1
	return nil
}

func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// bind puts the namespaces into force that the attributes declare.
func (x *markup) bind() {
	for _, a := range x.attrs {
		uri := string(x.value(a.value))
		switch {
		case string(a.prefix) == "xmlns":
			x.bound = append(x.bound, binding{string(a.local), spaces[uri], uri, x.depth})
		case len(a.prefix) == 0 && string(a.local) == "xmlns":
			x.bound = append(x.bound, binding{"", spaces[uri], uri, x.depth})
		}
	}
}

// lookUp returns what a prefix stands for. One that was never declared passes for a part of 3MF: there are such files.
func (x *markup) lookUp(prefix []byte) space {
	for i := len(x.bound) - 1; i >= 0; i-- {
		if x.bound[i].prefix == string(prefix) {
			return x.bound[i].space
		}
	}
	return coreSpace
}

// endTag reads the end of an element.
func (x *markup) endTag() error {
	i := bytes.IndexByte(x.data[x.at:], '>')
	if i < 0 {
		return errMarkup
	}
	name := bytes.TrimRight(x.data[x.at+2:x.at+i], " \t\r\n")
	last := len(x.open) - 1
	if last < 0 || !bytes.Equal(x.open[last], name) {
		return x.fail("element %.40s ends where another one is open", plainText(name))
	}
	x.open = x.open[:last]
	x.at += i + 1
	return x.leave()
}

// leave takes note that an element has ended.
func (x *markup) leave() error {
	for len(x.bound) > 0 && x.bound[len(x.bound)-1].depth == x.depth {
		x.bound = x.bound[:len(x.bound)-1]
	}
	if x.depth--; x.depth < 0 {
		return x.fail("an element ends that did not begin")
	}
	return nil
}

// children calls each for the elements in the one that was begun last, until that ends. What each does not read is passed
// over.
func (x *markup) children(each func(name string) error) error {
	if x.empty {
		x.empty = false
		return x.leave()
	}
	depth := x.depth
	for {
		begins, err := x.next(nil)
		if err != nil {
			return err
		}
		if !begins {
			return nil
		}
		if x.space != foreignSpace {
			if err := each(string(x.local)); err != nil {
				return err
			}
		}
		if err := x.skipTo(depth); err != nil {
			return err
		}
	}
}

// skip passes over the rest of the element that was begun last.
func (x *markup) skipTo(depth int) error {
	for x.depth > depth {
		if x.empty {
			x.empty = false
			if err := x.leave(); err != nil {
				return err
			}
			continue
		}
		if _, err := x.next(nil); err != nil {
			return err
		}
	}
	return nil
}

// text reads the text of the element that was begun last.
func (x *markup) text() (string, error) {
	var b []byte
	depth := x.depth - 1
	for x.depth > depth {
		if x.empty {
			x.empty = false
			if err := x.leave(); err != nil {
				return "", err
			}
			continue
		}
		if _, err := x.next(&b); err != nil {
			return "", err
		}
	}
	return plainText(bytes.TrimSpace(x.value(b))), nil
}

// attr returns the value of an attribute without a prefix, or with one for a namespace other than the core's.
func (x *markup) attr(name string) ([]byte, bool) {
	for i := range x.attrs {
		if a := &x.attrs[i]; string(a.local) == name && string(a.prefix) != "xmlns" {
			return x.value(a.value), true
		}
	}
	return nil, false
}

// str returns the value of an attribute for people, or nothing.
func (x *markup) str(name string) string {
	v, _ := x.attr(name)
	return plainText(bytes.TrimSpace(v))
}

// value replaces the entities in text.
func (x *markup) value(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	var out []byte
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			break
		}
		out = append(out, b[:i]...)
		b = b[i:]
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = entity(string(b[1:end]))
		}
		if !ok {
			out, b = append(out, '&'), b[1:]
			continue
		}
		out, b = utf8.AppendRune(out, r), b[end+1:]
	}
	return append(out, b...)
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	v, err := strconv.ParseUint(digits, base, 21)
	return rune(v), err == nil && utf8.ValidRune(rune(v))
}

// number returns the value of an attribute that is a whole number of 0 … 2^31-1.
func (x *markup) number(name string) (uint32, bool, error) {
	b, ok := x.attr(name)
	if !ok {
		return 0, false, nil
	}
	v, n := scanInt(bytes.TrimSpace(b))
	if n == 0 || n != len(bytes.TrimSpace(b)) || v < 0 || v >= 1<<31 {
		return 0, true, x.fail("attribute %s is %.40q, not a number from 0 to 2147483647", name, plainText(b))
	}
	return uint32(v), true, nil
}

// need is number for attributes that must be there.
func (x *markup) need(name string) (uint32, error) {
	v, ok, err := x.number(name)
	if err == nil && !ok {
		err = x.fail("element %.40s has no attribute %s", plainText(x.local), name)
	}
	return v, err
}

// real returns the value of an attribute that is a number.
func (x *markup) real(name string) (float64, bool, error) {
	b, ok := x.attr(name)
	if !ok {
		return 0, false, nil
	}
	l := line(b)
	v, ok := l.float()
	if !ok || !l.ended() || !finite(v) {
		return 0, true, x.fail("attribute %s is %.40q, not a number", name, plainText(b))
	}
	return v, true, nil
}

// reals reads a list of numbers.
func reals(b []byte, limit int) ([]float64, bool) {
	var out []float64
	for l := line(b); !l.ended(); {
		v, ok := l.float()
		if !ok || !finite(v) || len(out) >= limit {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}
