package project

import (
	"fmt"

	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The YAML parser takes a wide block mapping by recursion, one call per key, and copies the rest each time: 100,000 keys
// cost it 20 s, and millions of keys its stack. A twin of many assets is just that, so block mappings with plain keys are
// cut into batches here and put together again.
const (
	batchKeys = 256   // keys given to the parser at once
	wideFrom  = 2_000 // tokens; smaller texts are parsed in one go
	maxKeys   = 8_192 // keys in one column of what is given to the parser at once

	maxEntries = 65_536 // entries of block lists, likewise
)

// document reads the tokens of a text without its leading document mark.
func (c *converter) document(tokens token.Tokens) *node {
	for len(tokens) > 0 && tokens[0].Type == token.CommentType {
		tokens = tokens[1:]
	}
	if len(tokens) > 0 && tokens[0].Type == token.DocumentHeaderType {
		tokens = tokens[1:]
	}
	return c.block(tokens, 0)
}

// block reads the tokens of one value.
func (c *converter) block(tokens token.Tokens, depth int) *node {
	starts := blockKeys(tokens)
	if len(tokens) < wideFrom || len(starts) == 0 || depth > maxDepth {
		return c.parse(tokens, depth)
	}
	n := at(tokens[starts[0]])
	n.kind = mapping
	flush := func(from, to int) {
		if from == to || c.fault != nil {
			return
		}
		if part := c.parse(tokens[from:to:to], depth); part.kind == mapping {
			n.pairs = append(n.pairs, part.pairs...)
		}
	}
	first, keys := 0, 0 // of the batch
	starts = append(starts, len(tokens))
	for i, start := range starts[:len(starts)-1] {
		end := starts[i+1]
		if end-start > wideFrom && tokens[start+2].Position.Line > tokens[start].Position.Line {
			flush(first, start)
			key := at(tokens[start])
			key.kind, key.text = scalar, tokens[start].Value
			n.pairs = append(n.pairs, pair{&key, c.block(tokens[start+2:end:end], depth+1)})
			first, keys = end, 0
		} else if keys++; keys == batchKeys {
			flush(first, end)
			first, keys = end, 0
		}
		if c.fault != nil {
			return &n
		}
	}
	flush(first, len(tokens))
	return c.merged(&n)
}

// blockKeys finds the keys of a block mapping: the indices of its plain keys, each followed by a colon. It gives none if
// the tokens are anything else, or if the mapping has keys that are not plain.
func blockKeys(tokens token.Tokens) []int {
	var starts []int
	column, flow, line := 0, 0, 0
	for i, t := range tokens {
		if t.Position == nil || t.Type == token.CommentType {
			continue
		}
		fresh := t.Position.Line > line // the first of its line
		line = t.Position.Line
		if fresh && flow == 0 {
			if column == 0 {
				column = t.Position.Column
			}
			if t.Position.Column < column {
				return nil
			}
			if t.Position.Column == column {
				plain := t.Type == token.StringType || t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType || t.Type == token.IntegerType || t.Type == token.MergeKeyType
				switch {
				case plain && i+1 < len(tokens) && tokens[i+1].Type == token.MappingValueType:
					starts = append(starts, i)
				case t.Type == token.MappingEndType || t.Type == token.SequenceEndType:
				default:
					return nil
				}
			}
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.DocumentHeaderType, token.DocumentEndType, token.DirectiveType:
			return nil
		}
	}
	return starts
}

// parse gives tokens to the YAML parser.
func (c *converter) parse(tokens token.Tokens, depth int) *node {
	columns, entries := map[int]int{}, 0
	for _, t := range tokens {
		if t.Type == token.SequenceEntryType {
			if entries++; entries > maxEntries {
				return c.fail(t, fmt.Sprintf("more than %d list entries", maxEntries), "no twin file needs that; split it")
			}
		}
		if t.Type != token.MappingValueType || t.Position == nil || t.Prev == nil || t.Prev.Position == nil {
			continue
		}
		column := t.Prev.Position.Column
		if columns[column]++; columns[column] > maxKeys {
			return c.fail(t, fmt.Sprintf("more than %d keys below one another", maxKeys), "write large mappings as plain keys, without anchors, ? and documents")
		}
	}
	doc, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		if c.fault == nil {
			c.fault = syntaxFault(err, c.file)
		}
		return &node{}
	}
	var root *node
	for _, d := range doc.Docs {
		if d.Body == nil {
			continue
		}
		if root != nil {
			return c.fail(d.Body.GetToken(), "a second document", "keep one twin in one file")
		}
		root = c.convert(d.Body, depth)
	}
	if root == nil {
		root = &node{}
	}
	return root
}
