package command

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Key is a key with its modifiers, or a character that is typed however the keyboard makes it. Use Control for the
// main modifier: on a Mac it is read as Command.
type Key struct {
	Name fyne.KeyName
	Mod  fyne.KeyModifier
	Rune rune // '?'; then Name and Mod are not used
}

// Shortcut returns the key as Fyne's menus show it, nil for one that has no name.
func (k Key) Shortcut() fyne.Shortcut {
	if k.Name == "" {
		return nil
	}
	m := k.Mod
	if runtime.GOOS == "darwin" && m&fyne.KeyModifierControl != 0 {
		m = m&^fyne.KeyModifierControl | fyne.KeyModifierSuper
	}
	return &desktop.CustomShortcut{KeyName: k.Name, Modifier: m}
}

// String shows the key to people: "Ctrl+K", on a Mac "⌘K".
func (k Key) String() string { return k.show(runtime.GOOS == "darwin") }

func (k Key) show(mac bool) string {
	if k.Rune != 0 {
		return string(k.Rune)
	}
	var b strings.Builder
	add := func(m fyne.KeyModifier, pc, apple string) {
		if k.Mod&m == 0 {
			return
		}
		if mac {
			b.WriteString(apple)
			return
		}
		b.WriteString(pc + "+")
	}
	add(fyne.KeyModifierControl, "Ctrl", "⌘")
	add(fyne.KeyModifierAlt, "Alt", "⌥")
	add(fyne.KeyModifierShift, "Shift", "⇧")
	add(fyne.KeyModifierSuper, "Super", "⌃")
	if name, ok := keyNames[k.Name]; ok {
		b.WriteString(name)
	} else {
		b.WriteString(string(k.Name))
	}
	return b.String()
}

var keyNames = map[fyne.KeyName]string{
	fyne.KeyLeft: "←", fyne.KeyRight: "→", fyne.KeyUp: "↑", fyne.KeyDown: "↓",
	fyne.KeyReturn: "Enter", fyne.KeyEscape: "Esc", fyne.KeyPageUp: "Page up", fyne.KeyPageDown: "Page down",
}

// FromShortcut returns the key of a shortcut that Fyne delivers. ok is false for one that is no key. The shortcuts
// that Fyne makes of Ctrl+Z, Y, A, C, V, X come back as those keys.
func FromShortcut(s fyne.Shortcut) (k Key, ok bool) {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		return Key{Name: fyne.KeyZ, Mod: fyne.KeyModifierControl}, true
	case *fyne.ShortcutRedo:
		return Key{Name: fyne.KeyY, Mod: fyne.KeyModifierControl}, true
	case *fyne.ShortcutSelectAll:
		return Key{Name: fyne.KeyA, Mod: fyne.KeyModifierControl}, true
	case *fyne.ShortcutCopy:
		return Key{Name: fyne.KeyC, Mod: fyne.KeyModifierControl}, true
	case *fyne.ShortcutPaste:
		return Key{Name: fyne.KeyV, Mod: fyne.KeyModifierControl}, true
	case *fyne.ShortcutCut:
		return Key{Name: fyne.KeyX, Mod: fyne.KeyModifierControl}, true
	case *desktop.CustomShortcut:
		k = Key{Name: s.KeyName, Mod: s.Modifier}
	default:
		return Key{}, false
	}
	if runtime.GOOS == "darwin" && k.Mod&fyne.KeyModifierSuper != 0 {
		k.Mod = k.Mod&^fyne.KeyModifierSuper | fyne.KeyModifierControl
	}
	if k.Name == fyne.KeyEnter {
		k.Name = fyne.KeyReturn
	}
	return k, true
}

// Editing reports whether a text field needs this key for itself, so that no command may take it from there.
func (k Key) Editing() bool {
	if k.Mod == fyne.KeyModifierControl {
		switch k.Name {
		case fyne.KeyZ, fyne.KeyY, fyne.KeyA, fyne.KeyC, fyne.KeyV, fyne.KeyX, fyne.KeyLeft, fyne.KeyRight, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyHome, fyne.KeyEnd, fyne.KeyInsert:
			return true
		}
	}
	return k.Mod&^fyne.KeyModifierShift == 0
}
