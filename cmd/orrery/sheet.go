package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	ximage "golang.org/x/image/draw"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// sheetOptions say how a contact sheet looks.
type sheetOptions struct {
	out, look, theme string
	width, columns   int
	beside           bool
}

func sheetCommand() *cobra.Command {
	var o sheetOptions
	cmd := &cobra.Command{
		Use:   "sheet MODEL... -o PNG",
		Short: "Small pictures of many models in one, beside those of f3d if you like",
		Args:  cobra.MinimumNArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return drawSheet(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.out, "out", "o", "", "PNG to write")
	f.StringVar(&o.look, "look", "review", "operate, engineer or review")
	f.StringVar(&o.theme, "theme", "day", "day or night")
	f.IntVar(&o.width, "width", 320, "of each picture, in pixels")
	f.IntVar(&o.columns, "columns", 4, "models beside each other")
	f.BoolVar(&o.beside, "f3d", false, "the picture of Debian's f3d beside each, as it is without options; needs a display")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

const (
	sheetCaption = 26
	sheetGap     = 6
	sheetPatient = time.Minute // for f3d, with one model
)

func drawSheet(ctx context.Context, models []string, o sheetOptions) error {
	look, ok := render.ParseLook(o.look)
	if !ok {
		return fmt.Errorf("--look %s: there are operate, engineer and review", o.look)
	}
	if o.width < 64 || o.width > 2048 || o.columns < 1 || o.columns > 64 || len(models) > 2000 {
		return errors.New("give --width 64 to 2048, --columns 1 to 64 and 2,000 models at most")
	}
	palette := render.Day()
	theme.SetMode(theme.AlwaysDay, theme.Day)
	if o.theme == "night" {
		palette = render.Night()
		theme.SetMode(theme.AlwaysNight, theme.Night)
	}
	pictures := 1
	if o.beside {
		if _, err := exec.LookPath("f3d"); err != nil {
			return errors.New("f3d is not installed: leave --f3d out, or apt install f3d")
		}
		pictures = 2
	}
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	h := o.width * 3 / 4
	cellW, cellH := pictures*o.width+sheetGap, h+sheetCaption+sheetGap
	rows := (len(models) + o.columns - 1) / o.columns
	sheet := image.NewRGBA(image.Rect(0, 0, min(o.columns, len(models))*cellW+sheetGap, rows*cellH+sheetGap))
	pen := theme.NewPen(sheet, 1)
	sw, sh := pen.Size()
	pen.Fill(0, 0, sw, sh, theme.Color(theme.Panel))
	opts := render.Options{WidthPx: o.width, HeightPx: h, Palette: palette, Look: look, Hovered: scene.NoNode}
	for i, model := range models {
		if err := ctx.Err(); err != nil {
			return err
		}
		x, y := sheetGap+i%o.columns*cellW, sheetGap+i/o.columns*cellH
		at := image.Rect(x, y, x+o.width, y+h)
		note := ""
		if img, err := tile(ctx, r, model, opts); err != nil {
			note = " · " + err.Error()
		} else {
			draw.Draw(sheet, at, img, image.Point{}, draw.Src)
		}
		if o.beside {
			if img, err := tileOfF3D(ctx, model, o.width, h); err == nil {
				ximage.BiLinear.Scale(sheet, at.Add(image.Pt(o.width, 0)), img, img.Bounds(), draw.Src, nil)
			} else {
				note += " · f3d: " + err.Error()
			}
		}
		pen.TextFit(float32(x)+2, float32(y+h)+17, float32(cellW-sheetGap-4), filepath.Base(model)+note, theme.FontSmall, theme.Color(theme.Text))
	}
	return writePNG(o.out, sheet)
}

// tile draws a model as it is first seen.
func tile(ctx context.Context, r *g3ngl.Renderer, model string, opts render.Options) (*image.RGBA, error) {
	m, err := assets.Open(ctx, model, assets.Options{Still: true})
	if err != nil {
		return nil, err
	}
	s := m.Scene
	f := render.NewBuilder().Build(s, firstView(s, float64(opts.WidthPx)/float64(opts.HeightPx)), opts)
	defer f.Release()
	return r.Snapshot(f)
}

// tileOfF3D has f3d draw the same from about the same side.
func tileOfF3D(ctx context.Context, model string, w, h int) (image.Image, error) {
	dir, err := os.MkdirTemp("", "orrery-sheet")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(ctx, sheetPatient)
	defer cancel()
	out := filepath.Join(dir, "picture.png")
	cmd := exec.CommandContext(ctx, "f3d", model, "--output", out, "--resolution", fmt.Sprintf("%d,%d", w, h), "--camera-azimuth-angle", "32", "--camera-elevation-angle", "20", "--up", "+Y")
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w %.60s", err, lastLine(strings.TrimSpace(string(text))))
	}
	data, err := os.ReadFile(out)
	if err != nil {
		return nil, errors.New("it drew nothing")
	}
	return png.Decode(bytes.NewReader(data))
}
