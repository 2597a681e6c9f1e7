package project

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// node is one value of the YAML text with its place. An alias shares the node of its anchor, so that the tree is
// no larger than the text.
type node struct {
	line, column int32
	kind         nodeKind
	quoted       bool
	style        byte   // of a scalar: ' " | > or 0
	text         string // of a scalar
	pairs        []pair // of a mapping
	items        []*node
}

type nodeKind uint8

const (
	empty nodeKind = iota
	scalar
	mapping
	list
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a single value", "a mapping", "a list"}[k]
}

type pair struct {
	key   *node // scalar
	value *node
}

// readYAML turns a text into nodes. A fault of the syntax ends the reading: what follows it means nothing.
func readYAML(text []byte, file string) (root *node, fault *Error) {
	defer func() {
		if r := recover(); r != nil { // a fault of the YAML library on malformed text; the fuzz test looks for these
			root, fault = nil, &Error{File: file, What: fmt.Sprintf("no readable YAML (%v)", r), Remedy: "check brackets, quotes and indentation"}
		}
	}()
	if fault := checkLines(text, file); fault != nil {
		return nil, fault
	}
	tokens := tokenize(text)
	if fault := checkDepth(tokens, file); fault != nil {
		return nil, fault
	}
	c := &converter{file: file, anchors: map[string]*node{}}
	root = c.document(tokens)
	if c.fault != nil {
		return nil, c.fault
	}
	if root.kind == empty {
		return nil, &Error{File: file, Line: 1, Column: 1, What: "the file is empty", Remedy: "start with `orrery: 1` and `name:`"}
	}
	return root, nil
}

// byteOrderMark may stand at the beginning of a text in UTF-8.
const byteOrderMark = "\ufeff"

// tokenize reads the tokens of a text. The lexer miscounts lines that end in CR LF when a comment stands in them, so these
// become plain; that moves nothing but ends of lines.
func tokenize(text []byte) token.Tokens {
	return lexer.Tokenize(strings.ReplaceAll(strings.TrimPrefix(string(text), byteOrderMark), "\r\n", "\n"))
}

func syntaxFault(err error, file string) *Error {
	fault := &Error{File: file, What: err.Error(), Remedy: "check brackets, quotes and indentation"}
	var at yaml.Error
	if errors.As(err, &at) {
		fault.What = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			fault.Line, fault.Column = t.Position.Line, t.Position.Column
		}
	}
	fault.What = "YAML syntax: " + strings.Join(strings.Fields(fault.What), " ")
	return fault
}

// maxLine caps the length of a line in bytes: the lexer takes time that grows with the square of it.
const maxLine = 4096

func checkLines(text []byte, file string) *Error {
	number := 0
	for line := range bytes.Lines(text) {
		if number++; len(line) > maxLine {
			return &Error{File: file, Line: number, Column: maxLine, What: fmt.Sprintf("a line longer than %d characters", maxLine), Remedy: "fold it"}
		}
	}
	return nil
}

// checkDepth refuses texts that would send the recursive parser deep, or keep it long, before it sees them.
func checkDepth(tokens token.Tokens, file string) *Error {
	var flow, inLine, props, line, documents int
	var columns []int // indentation of the open block levels, at most
	for _, t := range tokens {
		if t.Position == nil {
			continue
		}
		if t.Position.Line != line {
			line, inLine = t.Position.Line, 0
			for len(columns) > 0 && columns[len(columns)-1] >= t.Position.Column {
				columns = columns[:len(columns)-1]
			}
			if flow == 0 {
				columns = append(columns, t.Position.Column)
			}
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType:
			inLine++
		case token.MappingKeyType:
			return &Error{File: file, Line: t.Position.Line, Column: t.Position.Column, What: "a key marked by ?", Remedy: "write key: value"}
		case token.DocumentHeaderType:
			if documents++; documents > 1 {
				return &Error{File: file, Line: t.Position.Line, Column: t.Position.Column, What: "a second document", Remedy: "keep one twin in one file"}
			}
		}
		switch t.Type {
		case token.TagType, token.AnchorType:
			props++
		case token.CommentType, token.SpaceType:
		case token.StringType: // the name of an anchor
			if t.Prev == nil || t.Prev.Type != token.AnchorType {
				props = 0
			}
		default:
			props = 0
		}
		if flow > maxDepth || inLine > maxDepth || len(columns) > maxDepth || props > maxDepth {
			return &Error{File: file, Line: t.Position.Line, Column: t.Position.Column,
				What: fmt.Sprintf("nested deeper than %d levels", maxDepth), Remedy: "no twin file needs that; check the brackets"}
		}
	}
	return nil
}

type converter struct {
	file    string
	anchors map[string]*node
	fault   *Error
}

func (c *converter) fail(t *token.Token, what, remedy string) *node {
	if c.fault == nil {
		c.fault = &Error{File: c.file, What: what, Remedy: remedy}
		if t != nil && t.Position != nil {
			c.fault.Line, c.fault.Column = t.Position.Line, t.Position.Column
		}
	}
	return &node{}
}

func at(t *token.Token) node {
	if t == nil || t.Position == nil {
		return node{}
	}
	return node{line: int32(t.Position.Line), column: int32(t.Position.Column)}
}

func (c *converter) convert(y ast.Node, depth int) *node {
	if c.fault != nil || y == nil {
		return &node{}
	}
	if depth > 2*maxDepth {
		return c.fail(y.GetToken(), fmt.Sprintf("nested deeper than %d levels", maxDepth), "no twin file needs that")
	}
	switch v := y.(type) {
	case *ast.MappingNode:
		return c.mapping(v.GetToken(), v.Values, depth)
	case *ast.MappingValueNode:
		return c.mapping(v.Key.GetToken(), []*ast.MappingValueNode{v}, depth)
	case *ast.SequenceNode:
		n := at(v.GetToken())
		n.kind, n.items = list, make([]*node, 0, len(v.Values))
		for _, item := range v.Values {
			n.items = append(n.items, c.convert(item, depth+1))
		}
		return &n
	case *ast.AnchorNode:
		n := c.convert(v.Value, depth+1)
		if v.Name != nil {
			c.anchors[v.Name.GetToken().Value] = n
		}
		return n
	case *ast.AliasNode:
		name := ""
		if v.Value != nil {
			name = v.Value.GetToken().Value
		}
		if n, ok := c.anchors[name]; ok {
			return n
		}
		return c.fail(v.GetToken(), fmt.Sprintf("alias *%s stands for nothing", name), "write its &"+name+" before it")
	case *ast.TagNode:
		return c.fail(v.GetToken(), "tag "+v.GetToken().Value, "twin files need no YAML tags, remove it")
	case *ast.NullNode:
		n := at(v.GetToken())
		return &n
	case *ast.LiteralNode:
		n := at(v.GetToken())
		n.kind, n.quoted = scalar, true
		if t := v.GetToken(); t != nil && t.Value != "" {
			n.style = t.Value[0]
		}
		if v.Value != nil {
			n.text = v.Value.Value
		}
		return &n
	case ast.ScalarNode:
		n := at(v.GetToken())
		n.kind, n.text = scalar, v.GetToken().Value
		t := v.GetToken().Type
		switch t {
		case token.SingleQuoteType:
			n.quoted, n.style = true, '\''
		case token.DoubleQuoteType:
			n.quoted, n.style = true, '"'
		}
		return &n
	}
	return c.fail(y.GetToken(), "a YAML form that twin files do not use", "write plain mappings, lists and values")
}

func (c *converter) mapping(start *token.Token, values []*ast.MappingValueNode, depth int) *node {
	n := at(start)
	if len(values) > 0 {
		n = at(values[0].Key.GetToken())
	}
	n.kind, n.pairs = mapping, make([]pair, 0, len(values))
	for _, v := range values {
		key := at(v.Key.GetToken())
		key.kind, key.text = scalar, v.Key.GetToken().Value
		key.quoted = v.Key.GetToken().Type == token.SingleQuoteType || v.Key.GetToken().Type == token.DoubleQuoteType
		if m, ok := v.Key.(*ast.MappingKeyNode); ok && m.Value != nil {
			key.text = m.Value.GetToken().Value
		}
		value := c.convert(v.Value, depth+1)
		if c.fault != nil {
			return &n
		}
		if value.line == 0 {
			value = &node{line: key.line, column: key.column, kind: value.kind}
		}
		n.pairs = append(n.pairs, pair{&key, value})
	}
	return c.merged(&n)
}

// merged replaces each << by the keys of the mapping that it names, where the mapping itself has none of them.
func (c *converter) merged(n *node) *node {
	var from []pair
	for i := 0; i < len(n.pairs); i++ {
		if p := n.pairs[i]; p.key.text == "<<" && !p.key.quoted {
			from = append(from, p)
			n.pairs = append(n.pairs[:i:i], n.pairs[i+1:]...)
			i--
		}
		if len(from) > maxDepth {
			return c.at(n, "too many <<", "merge small mappings only")
		}
	}
	for _, p := range from {
		if p.value.kind != mapping {
			return c.at(p.key, "<< needs a mapping", "write << : *name of an anchored mapping")
		}
		if len(n.pairs)+len(p.value.pairs) > maxMerged {
			return c.at(p.key, "<< brings in too many keys", "merge small mappings only")
		}
		for _, q := range p.value.pairs {
			if n.find(q.key.text) == nil {
				n.pairs = append(n.pairs, q)
			}
		}
	}
	return n
}

func (c *converter) at(n *node, what, remedy string) *node {
	if c.fault == nil {
		c.fault = &Error{File: c.file, Line: int(n.line), Column: int(n.column), What: what, Remedy: remedy}
	}
	return n
}

// maxMerged caps the keys that merging gives one mapping: merged mappings are copied, unlike aliases.
const maxMerged = 256

func (n *node) find(key string) *node {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}
