package command

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
)

// ID names a command for good: preferences and the tour refer to it.
type ID string

// Command is one thing that a user can ask for.
type Command struct {
	ID     ID
	Menu   string // the menu it stands in: "File"; empty for none
	Sub    string // the menu inside that menu: "Section"; empty for none
	Group  int    // commands of one menu with different groups are separated by a line
	Text   string // "Go to live"
	Tip    string // one sentence more, shown in the palette and in help
	Words  string // further words that find it in the palette
	Keys   []Key  // the first is shown
	Also   string // another way to ask for it, shown in help beside the keys: "1 again", "double-click"
	Series string // commands in a row with one series are a single line of help: "Go to a viewpoint"
	Dialog bool   // a dialog follows; Text ends with an ellipsis
	Plant  bool   // acts on the plant: no undo, whatever Run does

	Enabled func() (ok bool, why string) // nil: always; why says what is missing, for people
	Checked func() bool                  // nil: it is no switch
	Run     func()
}

// Table is the list of all commands.
type Table struct {
	Done History // changes that can be undone

	list  []*Command
	byID  map[ID]*Command
	byKey map[Key]*Command
}

// NewTable returns an empty table.
func NewTable() *Table { return &Table{byID: map[ID]*Command{}, byKey: map[Key]*Command{}} }

// Add appends commands. It fails on an id or a key that is taken, and on a command that does nothing.
func (t *Table) Add(commands ...Command) error {
	for _, c := range commands {
		if c.ID == "" || c.Text == "" || c.Run == nil {
			return fmt.Errorf("command: %q needs an id, a text and something to run", c.ID)
		}
		if _, dup := t.byID[c.ID]; dup {
			return fmt.Errorf("command: %q stands twice", c.ID)
		}
		for _, k := range c.Keys {
			if other, dup := t.byKey[k]; dup {
				return fmt.Errorf("command: %s is the key of %q and of %q", k, other.ID, c.ID)
			}
		}
		own := c
		t.list = append(t.list, &own)
		t.byID[c.ID] = &own
		for _, k := range c.Keys {
			t.byKey[k] = &own
		}
	}
	return nil
}

// All returns the commands in the order in which they were added. Do not change them.
func (t *Table) All() []*Command { return t.list }

// Get returns a command, or nil.
func (t *Table) Get(id ID) *Command { return t.byID[id] }

// Can reports whether a command can be run now, and if not, why.
func (t *Table) Can(id ID) (bool, string) {
	c := t.byID[id]
	if c == nil {
		return false, "there is no such command"
	}
	if c.Enabled == nil {
		return true, ""
	}
	return c.Enabled()
}

// ErrOff is in the chain of errors of commands that cannot be run now.
var ErrOff = errors.New("not now")

// Run runs a command. The error of one that is off wraps ErrOff and says why.
func (t *Table) Run(id ID) error {
	c := t.byID[id]
	if c == nil {
		return fmt.Errorf("command: %q: there is no such command", id)
	}
	if ok, why := t.Can(id); !ok {
		return fmt.Errorf("%s: %w: %s", strings.TrimSuffix(c.Text, "…"), ErrOff, why)
	}
	if c.Plant {
		t.Done.closed++
		defer func() { t.Done.closed-- }()
	}
	c.Run()
	return nil
}

// Press runs the command of a key. taken is false when the key belongs to none; err is that of Run.
func (t *Table) Press(k Key) (taken bool, err error) {
	c := t.byKey[k]
	if c == nil {
		return false, nil
	}
	return true, t.Run(c.ID)
}

// Menus returns the menus in this order. A menu inside a menu stands where its first command does. Items of commands
// that are off are shown disabled. onError receives the
// error of a command that could not be run; it may be nil.
func (t *Table) Menus(order []string, onError func(error)) []*fyne.Menu {
	var out []*fyne.Menu
	for _, name := range order {
		m := fyne.NewMenu(name)
		subs := map[string]*fyne.Menu{}
		group, first := 0, true
		for _, c := range t.list {
			if c.Menu != name {
				continue
			}
			if sub := subs[c.Sub]; sub != nil {
				sub.Items = append(sub.Items, t.item(c, onError))
				continue
			}
			if !first && c.Group != group {
				m.Items = append(m.Items, fyne.NewMenuItemSeparator())
			}
			group, first = c.Group, false
			if c.Sub == "" {
				m.Items = append(m.Items, t.item(c, onError))
				continue
			}
			sub := fyne.NewMenu(c.Sub, t.item(c, onError))
			subs[c.Sub] = sub
			it := fyne.NewMenuItem(c.Sub, nil)
			it.ChildMenu = sub
			m.Items = append(m.Items, it)
		}
		if len(m.Items) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// SubMenu returns one menu inside a menu, nil when there is none.
func (t *Table) SubMenu(menu, sub string, onError func(error)) *fyne.Menu {
	for _, m := range t.Menus([]string{menu}, onError) {
		for _, it := range m.Items {
			if it.ChildMenu != nil && it.Label == sub {
				return it.ChildMenu
			}
		}
	}
	return nil
}

func (t *Table) item(c *Command, onError func(error)) *fyne.MenuItem {
	text := c.Text
	it := fyne.NewMenuItem(text, func() {
		if err := t.Run(c.ID); err != nil && onError != nil {
			onError(err)
		}
	})
	ok, _ := t.Can(c.ID)
	it.Disabled = !ok
	it.Checked = c.Checked != nil && c.Checked()
	if len(c.Keys) > 0 {
		it.Shortcut = c.Keys[0].Shortcut() // shown beside the text; the keys themselves are pressed through Press
	}
	return it
}

// Check returns an error for each text that offends the rules of the package comment.
func (t *Table) Check() error {
	var errs []error
	bad := func(c *Command, why string) { errs = append(errs, fmt.Errorf("command: %q: %q %s", c.ID, c.Text, why)) }
	for _, c := range t.list {
		if strings.HasSuffix(c.Text, "…") != c.Dialog {
			bad(c, "must end with … exactly when a dialog follows")
		}
		if strings.Contains(c.Text, "...") {
			bad(c, "must use the character …")
		}
		if strings.HasSuffix(c.Text, ".") || strings.HasSuffix(c.Tip, ".") {
			bad(c, "must not end with a full stop")
		}
		if strings.Contains(c.Text, ":") {
			bad(c, "must have no colon")
		}
		for i, w := range strings.Fields(c.Text) {
			r := []rune(w)
			if i > 0 && len(r) > 1 && unicode.IsUpper(r[0]) && unicode.IsLower(r[1]) && !properNames[strings.TrimSuffix(w, "…")] {
				bad(c, "must be in sentence case: "+w)
			}
		}
	}
	return errors.Join(errs...)
}

var properNames = map[string]bool{"Orrery": true, "Operate": true, "Engineer": true, "Review": true}
