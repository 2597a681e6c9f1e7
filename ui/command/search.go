package command

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Item is one line of the palette.
type Item struct {
	Kind   string // "command", "asset", "signal", "viewpoint"
	Text   string // what is searched and shown
	Words  string // searched too, not shown
	Detail string // shown beside: a path, a value
	Keys   string // shown at the right
	Off    string // why it cannot be run now; empty: it can
	Run    func()
}

// Items returns the commands as palette items, without the one named skip.
func (t *Table) Items(skip ID, onError func(error)) []Item {
	out := make([]Item, 0, len(t.list))
	for _, c := range t.list {
		if c.ID == skip {
			continue
		}
		it := Item{Kind: "command", Text: c.Text, Words: c.Words + " " + c.Menu, Detail: c.Tip, Run: func() {
			if err := t.Run(c.ID); err != nil && onError != nil {
				onError(err)
			}
		}}
		if len(c.Keys) > 0 {
			it.Keys = c.Keys[0].String()
		}
		if ok, why := t.Can(c.ID); !ok {
			it.Off = why
		}
		out = append(out, it)
	}
	return out
}

// Ranked is an item that matches a query.
type Ranked struct {
	Item  *Item
	Score int
	At    []int // byte offsets in Item.Text of the characters that matched
}

// Rank returns the items that match a query, best first, at most limit of them. An empty query gives the first ones
// in their own order, those that are off last. Items keep their order among equals.
func Rank(query string, items []Item, limit int) []Ranked {
	query = strings.ToLower(strings.TrimSpace(query))
	out := make([]Ranked, 0, min(limit, len(items)))
	if query == "" { // what can be done now comes first
		for _, off := range []bool{false, true} {
			for i := range items {
				if (items[i].Off != "") == off && len(out) < limit {
					out = append(out, Ranked{Item: &items[i]})
				}
			}
		}
		return out
	}
	for i := range items {
		if s, at, ok := Score(query, items[i].Text); ok {
			out = append(out, Ranked{&items[i], s, at})
		} else if s, _, ok := Score(query, items[i].Text+" "+items[i].Words); ok {
			out = append(out, Ranked{&items[i], s - 40, nil})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out[:min(limit, len(out))]
}

// Score matches a query, in lower case, against a text: every character of the query must stand in the text, in
// order; spaces in the query separate parts that may match in any order. Starts of words, runs of characters and
// short texts score more. at gives the byte offsets of what matched.
func Score(query, text string) (score int, at []int, ok bool) {
	for _, part := range strings.Fields(query) {
		s, where, ok := scorePart(part, text)
		if !ok {
			return 0, nil, false
		}
		score += s
		at = append(at, where...)
	}
	sort.Ints(at)
	return score - utf8.RuneCountInString(text)/8, at, true
}

func scorePart(part, text string) (int, []int, bool) {
	lower := strings.ToLower(text)
	if len(lower) == len(text) {
		// The whole part in one piece beats any scattered match: at the start of a word, then anywhere.
		best, from := -1, 0
		for {
			i := strings.Index(lower[from:], part)
			if i < 0 {
				break
			}
			i += from
			if best < 0 || (!wordStart(text, best) && wordStart(text, i)) {
				best = i
			}
			from = i + 1
		}
		if best >= 0 {
			score := 60 + 4*len(part)
			if wordStart(text, best) {
				score += 30
			}
			if best == 0 {
				score += 20
			}
			if len(part) == len(text) {
				score += 40
			}
			at := make([]int, 0, len(part))
			for i := range part {
				at = append(at, best+i)
			}
			return score, at, true
		}
	}
	want := []rune(part)
	var at []int
	score, last := 0, -2
	n := 0
	prev := -1
	for i, r := range text {
		if n < len(want) && unicode.ToLower(r) == want[n] {
			switch {
			case wordStart(text, i):
				score += 10
			case prev == last:
				score += 6
			default:
				score -= 2
			}
			at = append(at, i)
			last = i
			n++
		}
		prev = i
	}
	// A match spread over half the text by chance is noise: ask for two points a character.
	if n < len(want) || score < 2*len(want) {
		return 0, nil, false
	}
	return score, at, true
}

// wordStart reports whether a word begins at byte i: after a character that is no letter or digit, or at a capital
// after a small letter.
func wordStart(s string, i int) bool {
	if i == 0 {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	here, _ := utf8.DecodeRuneInString(s[i:])
	if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
		return true
	}
	return unicode.IsLower(before) && unicode.IsUpper(here)
}
