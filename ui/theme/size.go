package theme

// Sizes in Dp, the units of Fyne.
const (
	Grid         = 4
	RowHeight    = 26 // a line of the tree or of a list
	IconSize     = 16
	Radius       = 3
	Splitter     = 4
	TopBarHeight = 40
	StatusHeight = 24
	Margin       = 12 // of the content of a panel

	TextSize  = 13
	SmallSize = 11
	ValueSize = 15
	TitleSize = 16
	BigSize   = 19 // the date on the forecast card

	MeasuredWidth  = 1.5 // lines of charts
	PredictedWidth = 1.5
	PastFrame      = 2 // frame around the view of the past
	FutureFrame    = 6 // hatched frame around the view of the future
)

// Font is what a Pen needs to know of a text.
type Font struct {
	SizeDp float32
	Bold   bool
}

// The fonts of the desk.
var (
	FontText      = Font{TextSize, false}
	FontBold      = Font{TextSize, true}
	FontSmall     = Font{SmallSize, false}
	FontSmallBold = Font{SmallSize, true}
	FontValue     = Font{ValueSize, false}
	FontTitle     = Font{TitleSize, true}
	FontBig       = Font{BigSize, true}
)

// ThinSpace stands between a number and its unit.
const ThinSpace = "\u2009"
