package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// Fyne is the theme of the desk for Fyne's own widgets. It answers the names of this package too, so that
// fyne.CurrentApp().Settings().Theme().Color(theme.Accent, 0) works in any widget. Its zero value is ready.
//
// It answers for the variant in force, not for the one Fyne asks about: after SetMode, set it again with
// Settings().SetTheme so that Fyne repaints its widgets.
type Fyne struct{}

var _ fyne.Theme = Fyne{}

// Color answers the colour names of Fyne and of this package.
func (Fyne) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch n {
	case base.ColorNameBackground, base.ColorNameHeaderBackground, base.ColorNameOverlayBackground:
		return Color(Panel)
	case base.ColorNameButton, base.ColorNameInputBackground, base.ColorNameMenuBackground, base.ColorNameDisabledButton:
		return Color(Field)
	case base.ColorNameDisabled, base.ColorNamePlaceHolder:
		return Color(Text3)
	case base.ColorNameForeground:
		return Color(Text)
	case base.ColorNameForegroundOnError, base.ColorNameForegroundOnSuccess:
		return rgb(0xFFFFFF)
	case base.ColorNameForegroundOnPrimary:
		return Color(OnAccent)
	case base.ColorNameForegroundOnWarning:
		return Of(Day, Text)
	case base.ColorNamePrimary, base.ColorNameHyperlink:
		return Color(Accent)
	case base.ColorNameFocus:
		return WithAlpha(Color(Accent), 0.45)
	case base.ColorNameSelection:
		return WithAlpha(Color(Accent), 0.28)
	case base.ColorNameHover:
		return WithAlpha(Color(Text), 0.07)
	case base.ColorNamePressed:
		return WithAlpha(Color(Text), 0.14)
	case base.ColorNameInputBorder, base.ColorNameSeparator:
		return Color(Line)
	case base.ColorNameScrollBar:
		return WithAlpha(Color(Text3), 0.6)
	case base.ColorNameScrollBarBackground:
		return color.NRGBA{}
	case base.ColorNameShadow:
		return color.NRGBA{A: 70}
	case base.ColorNameError:
		return Color(Critical)
	case base.ColorNameWarning:
		return Color(High)
	case base.ColorNameSuccess:
		return Color(Healthy)
	}
	return Color(n)
}

// Font gives Fyne's own fonts: Noto Sans, whose digits are all of one width.
func (Fyne) Font(s fyne.TextStyle) fyne.Resource { return base.DefaultTheme().Font(s) }

// Icon gives Fyne's own icons.
func (Fyne) Icon(n fyne.ThemeIconName) fyne.Resource { return base.DefaultTheme().Icon(n) }

// Size answers the size names of Fyne with the sizes of the desk.
func (Fyne) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case base.SizeNameText:
		return TextSize
	case base.SizeNameCaptionText:
		return SmallSize
	case base.SizeNameHeadingText:
		return BigSize
	case base.SizeNameSubHeadingText:
		return TitleSize
	case base.SizeNamePadding:
		return Grid
	case base.SizeNameInnerPadding:
		return 6
	case base.SizeNameInlineIcon:
		return IconSize
	case base.SizeNameScrollBar:
		return 10
	case base.SizeNameScrollBarSmall:
		return 4
	case base.SizeNameScrollBarRadius, base.SizeNameInputRadius, base.SizeNameSelectionRadius:
		return Radius
	case base.SizeNameLineSpacing:
		return 3
	}
	return base.DefaultTheme().Size(n)
}
