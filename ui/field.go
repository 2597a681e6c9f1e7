package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// field is a text field that lets the commands have the keys that a text field does not need, such as Ctrl+K.
type field struct {
	widget.Entry
	shell *Shell
	onKey func(*fyne.KeyEvent) bool // arrows, Enter, Escape; true: taken
	tabs  bool                      // onKey gets the Tab key too
}

func newField(shell *Shell, placeholder string) *field {
	f := &field{shell: shell}
	f.PlaceHolder = placeholder
	f.Wrapping = fyne.TextWrapOff
	f.Scroll = fyne.ScrollNone
	f.ExtendBaseWidget(f)
	return f
}

// TypedKey implements fyne.Focusable.
func (f *field) TypedKey(e *fyne.KeyEvent) {
	if f.onKey != nil && f.onKey(e) {
		return
	}
	if e.Name == fyne.KeyEscape && f.shell != nil {
		f.shell.canvasOf(f).Unfocus()
		return
	}
	f.Entry.TypedKey(e)
}

// AcceptsTab implements fyne.Tabbable.
func (f *field) AcceptsTab() bool { return f.tabs }

// TypedShortcut implements fyne.Shortcutable.
func (f *field) TypedShortcut(s fyne.Shortcut) {
	if k, ok := command.FromShortcut(s); ok && !k.Editing() && f.shell != nil && f.shell.press(k) {
		return
	}
	f.Entry.TypedShortcut(s)
}

// slim is the theme of text fields in the panels: as high as a row and no higher.
type slim struct{ theme.Fyne }

// Size implements fyne.Theme.
func (s slim) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case base.SizeNameInnerPadding:
		return 5
	case base.SizeNameInputBorder:
		return 1
	case base.SizeNameLineSpacing:
		return 2
	}
	return s.Fyne.Size(n)
}

func slimmed(f *field) fyne.CanvasObject { return container.NewThemeOverride(f, slim{}) }
