package ui

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
)

// key handles a key on the card while no field is typed in.
func (c *bindingCard) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyTab:
		by := 1
		if shiftDown() {
			by = -1
		}
		c.move(by)
	case fyne.KeyDown:
		c.move(1)
	case fyne.KeyUp:
		c.move(-1)
	case fyne.KeyLeft:
		c.step(-1)
	case fyne.KeyRight:
		c.step(1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if k := c.control(c.focus); k != nil && k.act != nil {
			k.act()
		}
	case fyne.KeyEscape:
		c.escape()
	default:
		return false
	}
	return true
}

// escape leaves what is innermost: a pick, a list, the card.
func (c *bindingCard) escape() {
	switch {
	case c.picking != "":
		c.endPick()
	case c.typing != "" || c.showing != "":
		c.showing = ""
		c.endTyping()
	default:
		c.discard()
		return
	}
	c.b.x.s.window.Canvas().Focus(c.board)
	c.update()
}

func (c *bindingCard) control(name string) *knob {
	for i := range c.controls {
		if c.controls[i].name == name {
			return &c.controls[i]
		}
	}
	return nil
}

// move goes on to another control; a field is typed in at once.
func (c *bindingCard) move(by int) {
	n := len(c.controls)
	if n == 0 {
		return
	}
	at := -1
	for i := range c.controls {
		if c.controls[i].name == c.focus {
			at = i
		}
	}
	switch {
	case at < 0 && by < 0:
		at = n - 1
	case at < 0:
		at = 0
	default:
		at = (at + by + n) % n
	}
	c.focusOn(c.controls[at].name)
}

// focusOn moves the focus to a control and into sight.
func (c *bindingCard) focusOn(name string) {
	c.endTyping()
	c.focus = name
	c.update()
	k := c.control(name)
	if k == nil {
		return
	}
	if k.y >= 0 {
		c.board.reveal(k.y-8, k.h+16)
	}
	if f, ok := strings.CutPrefix(name, "field:"); ok {
		c.beginTyping(f)
		return
	}
	c.b.x.s.window.Canvas().Focus(c.board)
	c.update()
}

// step changes the control that has the focus by the arrow keys.
func (c *bindingCard) step(by int) {
	if k := c.control(c.focus); k != nil && k.step != nil {
		k.step(by)
		return
	}
	c.move(by)
}

// beginTyping lays the entry over a field.
func (c *bindingCard) beginTyping(name string) {
	if c.typing == name {
		c.b.x.s.focusLater(c.entry)
		return
	}
	c.endTyping()
	c.focus, c.typing = "field:"+name, name
	text := c.draft.field(name)
	c.entry.PlaceHolder = ""
	if name == "signal" {
		text = ""
		c.showing = "signal"
		c.entry.PlaceHolder = "Type a few letters"
		c.search("")
	}
	c.setting = true
	c.entry.SetText(text)
	c.setting = false
	c.entry.CursorColumn = len([]rune(text))
	c.update()
	c.b.x.s.focusLater(c.entry)
	if name != "expr" && name != "signal" {
		c.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// endTyping takes the entry away.
func (c *bindingCard) endTyping() {
	if c.typing == "" {
		return
	}
	c.typing = ""
	if c.showing == "signal" || c.showing == "names" {
		c.showing = ""
	}
}

// typed takes what is typed into the field.
func (c *bindingCard) typed(text string) {
	if c.setting || c.typing == "" {
		return
	}
	switch c.typing {
	case "signal":
		c.search(text)
		c.update()
		return
	case "expr":
		c.suggestNames(text)
	}
	c.draft.setField(c.typing, text)
	c.changed(c.typing)
}

// entryKey handles the keys that a field leaves to the card.
func (c *bindingCard) entryKey(e *fyne.KeyEvent) bool {
	listed := (c.showing == "signal" || c.showing == "names") && len(c.found) > 0
	switch e.Name {
	case fyne.KeyTab:
		if c.showing == "names" && len(c.found) > 0 && c.cursor >= 0 && !shiftDown() {
			c.insertName(c.found[c.cursor].Item.Words)
			return true
		}
		by := 1
		if shiftDown() {
			by = -1
		}
		c.move(by)
	case fyne.KeyEscape:
		c.escape()
	case fyne.KeyDown:
		if listed {
			c.cursor = min(len(c.found)-1, c.cursor+1)
			c.update()
			return true
		}
		c.move(1)
	case fyne.KeyUp:
		if listed {
			c.cursor = max(0, c.cursor-1)
			c.update()
			return true
		}
		c.move(-1)
	default:
		return false
	}
	return true
}

// submit is Enter in a field: the chosen line of the list, else on to the next control.
func (c *bindingCard) submit() {
	if c.typing == "signal" {
		if c.cursor < len(c.found) {
			c.found[c.cursor].Item.Run()
		}
		return
	}
	c.endTyping()
	c.b.x.s.window.Canvas().Focus(c.board)
	c.update()
}

// listRows is how many lines the list of signals shows.
const listRows = 7

// search fills the list of signals: those of the asset of a kind that the part belongs to.
func (c *bindingCard) search(query string) {
	c.items = c.signalItems(func(id twin.SignalID) {
		c.showing, c.typing = "", ""
		c.setSignal(id)
		c.focusOn("field:signal")
		c.endTyping()
		c.showing = ""
		c.b.x.s.window.Canvas().Focus(c.board)
		c.update()
	})
	c.found = command.Rank(query, c.items, 200)
	c.cursor = 0
}

// signalItems lists the signals that a binding of the part can follow; nearest first.
func (c *bindingCard) signalItems(run func(twin.SignalID)) []command.Item {
	t := c.tree()
	home := c.draft.home
	if c.placed {
		home = c.part.Asset
	}
	top := kindTop(t, home)
	if top == twin.NoAsset {
		return nil
	}
	var near, far []command.Item
	for i := range t.Signals() {
		g := &t.Signals()[i]
		if !t.Under(g.Asset, top) {
			continue
		}
		name := g.Label
		if g.Asset != top {
			name = strings.TrimPrefix(title(t, g.Asset), title(t, top)+" / ") + " / " + name
		}
		it := command.Item{Kind: "signal", Text: name, Words: strings.TrimPrefix(g.Path, t.Asset(top).Path+"/"), Run: func() { run(g.ID) }}
		if g.Asset == home {
			near = append(near, it)
		} else {
			far = append(far, it)
		}
	}
	return append(near, far...)
}

// suggestNames lists the signals whose names begin like the word that is being written in an expression.
func (c *bindingCard) suggestNames(text string) {
	word := lastWord(text)
	c.found, c.showing = nil, ""
	if word == "" || len(text) > 0 && strings.Count(text, `"`)%2 == 1 {
		return
	}
	home := c.draft.home
	items := make([]command.Item, 0, 16)
	for _, path := range (scope{c.tree(), home}).Near() {
		name := nameInExpression(path)
		items = append(items, command.Item{Kind: "signal", Text: path, Words: name})
	}
	found := command.Rank(strings.ReplaceAll(word, ".", "/"), items, 5)
	if len(found) == 1 && found[0].Item.Words == word {
		return // it is whole
	}
	if len(found) > 0 {
		c.found, c.showing, c.cursor = found, "names", 0
	}
}

// lastWord is the name at the end of an expression.
func lastWord(text string) string {
	at := strings.LastIndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' })
	word := text[at+1:]
	if word == "" || unicode.IsDigit(rune(word[0])) {
		return ""
	}
	return word
}

// nameInExpression is how an expression names a signal: with dots, or, when it holds what no name may, in a call.
func nameInExpression(path string) string {
	for i, part := range strings.Split(path, "/") {
		for k, r := range part {
			if r != '_' && !unicode.IsLetter(r) && (k == 0 || !unicode.IsDigit(r)) || r > unicode.MaxASCII {
				return `signal("` + path + `")`
			}
		}
		if part == "" && i >= 0 {
			return `signal("` + path + `")`
		}
	}
	return strings.ReplaceAll(path, "/", ".")
}

// insertName completes the word that is being written.
func (c *bindingCard) insertName(name string) {
	text := strings.TrimSuffix(c.entry.Text, lastWord(c.entry.Text)) + name
	c.showing, c.found = "", nil
	c.setting = true
	c.entry.SetText(text)
	c.setting = false
	c.entry.CursorColumn = len([]rune(text))
	c.entry.Refresh()
	c.draft.setField("expr", text)
	c.changed("expr")
	c.b.x.s.focusLater(c.entry)
}
