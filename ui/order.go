package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/control"
	"github.com/orrery-twin/orrery/ui/theme"
)

// order is the dialog of a command to the plant: choose a value, arm, execute, and see it happen or fail. Nothing is
// sent before Execute, and Execute is never on a key.
type order struct {
	fyne.CanvasObject
	board   *board
	entry   *field
	guard   Guard
	v       *view
	user    string
	points  []control.Point
	at      int     // the chosen point
	value   float64 // SI
	cmd     control.Command
	step    orderStep
	fault   string
	close   func()
	async   func(func()) // runs what may wait for the broker off the Fyne goroutine
	done    func(func()) // comes back
	busy    bool
	setting bool // the entry is being set by the slider
}

type orderStep uint8

const (
	choosing orderStep = iota
	armed
	pending
	ended
)

const (
	orderWidth  = 470
	orderHeight = 372
)

// newOrder makes the dialog for the set-points of an asset.
func newOrder(shell *Shell, v *view, guard Guard, points []control.Point, user string) *order {
	o := &order{guard: guard, v: v, user: user, points: points, async: func(f func()) { go f() }, done: fyne.Do}
	o.board = newBoard(shell, fyne.NewSize(orderWidth, orderHeight), o.build)
	o.board.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			o.cancel()
		}
		return true // no key reaches the desk behind
	}
	o.board.onRune = func(rune) bool { return true }
	o.entry = newField(shell, "")
	o.entry.OnChanged = o.typed
	o.entry.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			o.cancel()
			return true
		}
		return false
	}
	o.entry.OnSubmitted = func(string) { o.arm() }
	o.CanvasObject = container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(orderWidth-20-118, 147), fyne.NewSize(84, 28)
	}}, o.board, slimmed(o.entry))
	o.choose(0)
	return o
}

// choose takes another set-point and begins at its present value.
func (o *order) choose(i int) {
	o.at, o.fault = i, ""
	p := o.points[i]
	o.value = p.Min
	if now := o.now(); !math.IsNaN(now) {
		o.value = max(p.Min, min(p.Max, now))
	}
	o.show()
	o.board.update()
}

// now is the value that the plant has, SI, or NaN.
func (o *order) now() float64 {
	if val := o.v.snap.At(o.points[o.at].Signal); val.Quality.Usable() {
		return val.Value
	}
	return math.NaN()
}

func (o *order) show() {
	o.setting = true
	o.entry.SetText(o.points[o.at].Unit.Format(o.value, o.digits()))
	o.setting = false
}

func (o *order) digits() int {
	p := o.points[o.at]
	if p.Unit.Span(p.Max-p.Min) < 10 {
		return 1
	}
	return 0
}

// typed reads the entry; what is no number is said when arming.
func (o *order) typed(text string) {
	if o.setting {
		return
	}
	o.fault = ""
	if v, err := parseNumber(text); err == nil {
		o.value = o.points[o.at].Unit.SI(v)
	}
	o.board.update()
}

func parseNumber(text string) (float64, error) {
	t := strings.ReplaceAll(strings.TrimSpace(text), ",", ".")
	t = strings.ReplaceAll(t, "−", "-")
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errors.New("the value must be a number")
	}
	return v, nil
}

// check says what is wrong with the chosen value.
func (o *order) check() error {
	p := o.points[o.at]
	if _, err := parseNumber(o.entry.Text); err != nil {
		return err
	}
	if o.value < p.Min-1e-9*math.Abs(p.Min) || o.value > p.Max+1e-9*math.Abs(p.Max) {
		return fmt.Errorf("the value must lie between %s and %s %s", p.Unit.Format(p.Min, o.digits()), p.Unit.Format(p.Max, o.digits()), p.Unit.Symbol)
	}
	return o.v.may()
}

// arm proposes the command and arms it: the guard checks it now and again when it is sent.
func (o *order) arm() {
	if o.step != choosing || o.busy {
		return
	}
	if err := o.check(); err != nil {
		o.fail(err)
		return
	}
	set := control.Setpoint{Point: o.points[o.at].ID, Value: o.value, User: o.user}
	o.work(func() (control.Command, error) {
		c, err := o.guard.Propose(set)
		if err != nil {
			return c, err
		}
		return o.guard.Arm(c.ID, o.user)
	}, armed)
}

// execute sends the armed command.
func (o *order) execute() {
	if o.step != armed || o.busy {
		return
	}
	if err := o.v.may(); err != nil {
		o.fail(err)
		return
	}
	id := o.cmd.ID
	o.work(func() (control.Command, error) {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		return o.guard.Execute(ctx, id, o.user)
	}, pending)
}

// work runs a call of the guard off the Fyne goroutine.
func (o *order) work(call func() (control.Command, error), next orderStep) {
	o.busy, o.fault = true, ""
	o.board.update()
	o.async(func() {
		c, err := call()
		o.done(func() {
			o.busy = false
			if err != nil {
				if o.step == armed && next == pending { // refused at the last moment: begin again
					o.step = choosing
				}
				o.fail(err)
				return
			}
			o.cmd, o.step = c, next
			if next != choosing {
				o.entry.Disable()
			}
			o.tick()
		})
	})
}

func (o *order) fail(err error) {
	o.fault = sentence(strings.TrimPrefix(err.Error(), "control: "))
	if o.step == choosing {
		o.entry.Enable()
	}
	o.board.update()
}

// tick takes over what became of the command.
func (o *order) tick() {
	if o.step == armed || o.step == pending {
		for _, c := range o.guard.Commands() {
			if c.ID == o.cmd.ID {
				o.cmd = c
			}
		}
		switch o.cmd.State {
		case control.Done, control.Failed, control.Expired, control.Cancelled:
			o.step = ended
		}
		if o.step == armed && !o.v.live {
			o.fault = sentence(o.v.whyNot)
		}
	}
	o.board.update()
}

// cancel withdraws what is not sent yet and closes the dialog.
func (o *order) cancel() {
	if o.step == armed {
		id := o.cmd.ID
		o.async(func() {
			if _, err := o.guard.Cancel(id, o.user); err != nil {
				o.done(func() { o.board.shellFail(err) })
			}
		})
	}
	if o.close != nil {
		o.close()
	}
}

func (b *board) shellFail(err error) {
	if b.shell != nil {
		b.shell.Fail(err)
	}
}

func (o *order) build(s *sheet) {
	p := o.points[o.at]
	u, d := p.Unit, o.digits()
	left, right := float32(20), s.W-20
	line := func(y float32, f theme.Font, ink theme.Name, text string) {
		s.pin(cell{x: left, y: y, w: right - left, h: f.SizeDp * 1.5, key: text + string(ink), paint: func(pen *theme.Pen, c cell) {
			pen.TextFit(c.x, c.y+f.SizeDp*1.08, c.w, text, f, theme.Color(ink))
		}})
	}
	line(16, theme.FontTitle, theme.Text, "Send to the plant")
	line(42, theme.FontText, theme.Text2, title(o.v.tree, p.Asset))
	o.choices(s, left, 70)

	old := "unknown"
	if now := o.now(); !math.IsNaN(now) {
		old = u.Format(now, d) + " " + u.Symbol
	}
	const rowY = 112
	for i, kv := range [][2]string{{"Now", old}, {"New value", ""}, {"Allowed", u.Format(p.Min, d) + " to " + u.Format(p.Max, d) + " " + u.Symbol}} {
		s.pin(cell{x: left, y: rowY + float32(i)*36, w: 170, h: 26, key: kv[0], paint: func(pen *theme.Pen, c cell) {
			pen.Text(c.x, c.y+18, kv[0], theme.FontText, theme.Color(theme.Text2))
		}})
		if kv[1] != "" {
			s.pin(cell{x: left + 180, y: rowY + float32(i)*36, w: right - left - 180, h: 26, key: kv[1], paint: func(pen *theme.Pen, c cell) {
				pen.TextRight(c.x+c.w, c.y+18, kv[1], theme.FontValue, theme.Color(theme.Text))
			}})
		}
	}
	s.pin(cell{x: right - 30, y: rowY + 36, w: 30, h: 26, key: u.Symbol, paint: func(pen *theme.Pen, c cell) {
		pen.TextRight(c.x+c.w, c.y+18, u.Symbol, theme.FontText, theme.Color(theme.Text2))
	}})
	at := float32(0)
	if p.Max > p.Min {
		at = float32(max(0, min(1, (o.value-p.Min)/(p.Max-p.Min))))
	}
	base := float32(-1)
	if now := o.now(); !math.IsNaN(now) && p.Max > p.Min {
		base = float32(max(0, min(1, (now-p.Min)/(p.Max-p.Min))))
	}
	s.pin(slider(left+96, rowY+40, right-left-96-130, "order-slider", "The mark is the present value", at, base, theme.Accent, o.step == choosing, func(v float32, done bool) {
		if v >= 0 {
			step := math.Pow(10, -float64(d))
			x := u.FromSI(p.Min + float64(v)*(p.Max-p.Min))
			o.value = max(p.Min, min(p.Max, u.SI(math.Round(x/step)*step)))
			o.fault = ""
			o.show()
		}
		o.board.update()
	}))
	o.progress(s, left, 222, right-left)
	o.buttons(s, right, s.H-buttonHeight-16)
}

// choices lets one of several set-points be chosen.
func (o *order) choices(s *sheet, x, y float32) {
	for i, p := range o.points {
		w := s.width(p.Label, theme.FontText) + 22
		if x+w > s.W-20 {
			break
		}
		on := i == o.at
		c := cell{x: x, y: y, w: w, h: 26, name: "point:" + p.ID, hand: !on && o.step == choosing, key: fmt.Sprint(p.Label, on, o.step), paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text2
			switch {
			case on:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Selected))
				ink = theme.Text
			case o.step != choosing:
				ink = theme.Text3
			case c.hot:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
			}
			pen.TextCenter(c.x+c.w/2, c.y+17.5, p.Label, theme.FontText, theme.Color(ink))
		}}
		if o.step == choosing {
			c.tap = func(fyne.Position, bool) { o.choose(i) }
		}
		s.pin(c)
		x += w + 4
	}
}

// progress says where the command stands, in words and in steps.
func (o *order) progress(s *sheet, x, y, w float32) {
	p := o.points[o.at]
	u, d := p.Unit, o.digits()
	text, ink, bad := "", theme.Text2, false
	change := fmt.Sprintf("%s: %s → %s %s", p.Label, valueOr(u, o.cmd.Old, d), u.Format(o.cmd.New, d), u.Symbol)
	switch {
	case o.fault != "":
		text, ink, bad = o.fault, theme.Text, true
	case o.busy:
		text = "Asking the guard"
	case o.step == choosing:
		text = "Nothing is sent before you arm and then execute"
	case o.step == armed:
		text, ink = "Armed. "+change, theme.Text
	case o.cmd.State == control.Done:
		text, ink = "Done. "+change, theme.Text
	case o.step == ended:
		text, ink, bad = sentence(string(o.cmd.State))+". "+change, theme.Text, true
	default:
		text, ink = "Waiting for the plant. "+change, theme.Text
	}
	detail := ""
	if o.step == pending || o.step == ended {
		detail = o.cmd.Result
	}
	s.pin(cell{x: x, y: y, w: w, h: 62, key: fmt.Sprint(text, detail, bad, ink), paint: func(pen *theme.Pen, c cell) {
		tx := c.x
		if bad {
			pen.Alarm(tx+6, c.y+11, 11, twin.High, theme.AlarmAcknowledged)
			tx += 20
		}
		ty := c.y + 15
		for i, l := range theme.Wrap(text, theme.FontText, pen.Scale, c.x+c.w-tx) {
			if i == 2 {
				break
			}
			pen.Text(tx, ty, l, theme.FontText, theme.Color(ink))
			ty += 18
		}
		for _, l := range theme.Wrap(detail, theme.FontSmall, pen.Scale, c.x+c.w-tx) {
			pen.Text(tx, ty+1, l, theme.FontSmall, theme.Color(theme.Text2))
			ty += 15
		}
	}})
	stages := []struct {
		text string
		done bool
	}{
		{"Armed", o.step >= armed},
		{"Sent", !o.cmd.Sent.IsZero()},
		{"Accepted by the plant", !o.cmd.Accepted.IsZero()},
		{"Seen in the signal", o.cmd.State == control.Done},
	}
	failed := o.step == ended && o.cmd.State != control.Done
	s.pin(cell{x: x, y: y + 66, w: w, h: 26, key: fmt.Sprint(stages, failed), paint: func(pen *theme.Pen, c cell) {
		cx := c.x + 6
		for i, st := range stages {
			ink := theme.Color(theme.Text3)
			switch {
			case st.done:
				ink = theme.Color(theme.Text)
				pen.Circle(cx, c.y+13, 5, theme.Color(theme.Accent))
				pen.Icon(theme.IconCheck, cx, c.y+13, 6, theme.Color(theme.OnAccent))
			case failed:
				pen.Icon(theme.IconClose, cx, c.y+13, 9, theme.Color(theme.High))
				failed = false
			default:
				pen.Ring(cx, c.y+13, 5, 1.2, theme.Color(theme.Text3))
			}
			cx = pen.Text(cx+10, c.y+17, st.text, theme.FontSmall, ink) + 18
			_ = i
		}
	}})
}

func valueOr(u twin.Unit, si float64, d int) string {
	if math.IsNaN(si) {
		return "unknown"
	}
	return u.Format(si, d)
}

func (o *order) buttons(s *sheet, right, y float32) {
	put := func(name, text, hint string, look buttonLook, f func()) {
		w := buttonWidth(s, text)
		right -= w
		s.pin(button(right, y, w, name, text, hint, look, f))
		right -= 8
	}
	switch o.step {
	case choosing:
		look := mainButton
		if o.busy {
			look = offButton
		}
		put("arm", "Arm", "Check it; nothing is sent yet", look, o.arm)
		put("order-cancel", "Cancel", "Send nothing", plainButton, o.cancel)
	case armed:
		look := mainButton
		if o.busy || !o.v.live {
			look = offButton
		}
		put("execute", "Execute", "Send it to the plant", look, o.execute)
		put("order-cancel", "Disarm", "Send nothing", plainButton, o.cancel)
	case pending:
		put("order-close", "Close", "The journal keeps what becomes of it", plainButton, o.cancel)
	case ended:
		put("order-close", "Close", "", mainButton, o.cancel)
		if o.cmd.State != control.Done {
			put("again", "Try again", "", plainButton, func() {
				o.step, o.fault, o.cmd = choosing, "", control.Command{}
				o.entry.Enable()
				o.board.update()
			})
		}
	}
}

// showOrder opens the dialog for the set-points of the selected asset, of what is above it, or of the first that has any.
func (x *session) showOrder() {
	s := x.s
	if s.order != nil {
		return
	}
	points := x.pointsOf(s.view.selected)
	if len(points) == 0 {
		s.Fail(errors.New("this asset has no set-points: select one that has"))
		return
	}
	user := x.User
	if user == "" {
		user = "operator"
	}
	o := newOrder(s, &s.view, x.Guard, points, user)
	for i, p := range points { // begin with what the what-if has tried
		for _, q := range s.view.whatIf.Parameters {
			if p.Name == q.ID || strings.HasSuffix(p.ID, "/"+q.ID) {
				o.choose(i)
				if math.Abs(q.Value-q.Default) > 1e-9*(1+math.Abs(q.Default)) {
					o.value = max(p.Min, min(p.Max, q.Value))
					o.show()
				}
			}
		}
	}
	pop := widget.NewModalPopUp(o.CanvasObject, s.window.Canvas())
	o.close = func() {
		s.order = nil
		pop.Hide()
	}
	s.order = o
	pop.Show()
	s.focusLater(o.entry)
}

// pointsOf returns the set-points of an asset or, when it has none, of the nearest asset above it that has; with nothing
// selected, those of the first asset that has any.
func (x *session) pointsOf(id twin.AssetID) []control.Point {
	all := x.Guard.Points()
	if len(all) == 0 {
		return nil
	}
	if id == twin.NoAsset {
		id = all[0].Asset
	}
	for ; id != twin.NoAsset; id = x.Project.Tree.Asset(id).Parent {
		var own []control.Point
		for _, p := range all {
			if p.Asset == id {
				own = append(own, p)
			}
		}
		if len(own) > 0 {
			return own
		}
	}
	return nil
}
