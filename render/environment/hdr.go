package environment

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Caps of a picture from outside.
const (
	maxPixels     = 1 << 26 // 8192 × 4096 and twice that
	maxHeaderLine = 4096
	maxHeader     = 64 // lines
)

// picture is a panorama: its rows go from straight up to straight down, its columns once around (equirectangular).
type picture struct {
	width, height int
	pix           []Vec
}

// Read makes a map of a Radiance picture (.hdr, .pic: Ward, "Real pixels", Graphics Gems II, 1991; run lengths as in
// color.c of Radiance, old, new and none) that shows all directions: twice as wide as it is high. Its middle looks
// along −Z. A sun in it is taken out, see Map.Sun. At most 67 million pixels are read.
func Read(r io.Reader) (*Map, error) {
	p, err := readPicture(bufio.NewReaderSize(r, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	if p.width < 2*p.height-2 || p.width > 2*p.height+2 {
		return nil, fmt.Errorf("environment: the picture is %d×%d, a panorama of all directions is twice as wide as high", p.width, p.height)
	}
	for p.width >= 8*readSide && p.width%2 == 0 && p.height%2 == 0 {
		p = p.halved()
	}
	sharp := facesOf(readSide, p.sample)
	return fromFaces(sharp.withoutSun()), nil
}

// readPicture reads header and pixels.
func readPicture(r *bufio.Reader) (*picture, error) {
	p := &picture{}
	flipX, flipY, err := p.readHeader(r)
	if err != nil {
		return nil, err
	}
	row := make([]byte, 4*p.width)
	for y := range p.height { // memory grows with what is really there
		if err := readRow(r, row); err != nil {
			return nil, fmt.Errorf("row %d of %d: %w", y, p.height, err)
		}
		for x := range p.width {
			at := x
			if flipX {
				at = p.width - 1 - x
			}
			p.pix = append(p.pix, fromRGBE([4]byte(row[4*at:])))
		}
	}
	if flipY {
		for y := range p.height / 2 {
			a, b := p.row(y), p.row(p.height-1-y)
			for x := range a {
				a[x], b[x] = b[x], a[x]
			}
		}
	}
	return p, nil
}

func (p *picture) row(y int) []Vec { return p.pix[y*p.width : (y+1)*p.width] }

// readHeader reads up to the line with the size, and says which ways the pixels run.
func (p *picture) readHeader(r *bufio.Reader) (flipX, flipY bool, err error) {
	line, err := headerLine(r)
	if err != nil || !strings.HasPrefix(line, "#?") {
		return false, false, errors.New("not a Radiance picture: it does not begin with #?RADIANCE; give a .hdr file")
	}
	for range maxHeader {
		if line, err = headerLine(r); err != nil {
			return false, false, err
		}
		if format, ok := strings.CutPrefix(line, "FORMAT="); ok && format != "32-bit_rle_rgbe" {
			return false, false, fmt.Errorf("pixels as %.40q are not read; save it as 32-bit_rle_rgbe", format)
		}
		if line == "" {
			line, err = headerLine(r)
			if err != nil {
				return false, false, err
			}
			return p.readSize(line)
		}
	}
	return false, false, fmt.Errorf("the header has more than %d lines", maxHeader)
}

// readSize reads the line "-Y height +X width". Pictures whose rows run upwards are turned, those in columns refused.
func (p *picture) readSize(line string) (flipX, flipY bool, err error) {
	w := strings.Fields(line)
	if len(w) != 4 || (w[0] != "-Y" && w[0] != "+Y") || (w[2] != "+X" && w[2] != "-X") {
		return false, false, fmt.Errorf("a picture of size %.40q is not read; save it in rows (-Y height +X width)", line)
	}
	p.height, err = strconv.Atoi(w[1])
	if err == nil {
		p.width, err = strconv.Atoi(w[3])
	}
	if err != nil || p.width < 1 || p.height < 1 || p.width > maxPixels || p.height > maxPixels || p.width*p.height > maxPixels {
		return false, false, fmt.Errorf("a picture of size %.40q is not read: at most %d million pixels", line, maxPixels/1_000_000)
	}
	return w[2] == "-X", w[0] == "+Y", nil
}

// headerLine reads a line without its end.
func headerLine(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		c, err := r.ReadByte()
		switch {
		case err != nil:
			return "", fmt.Errorf("the header ends early: %w", err)
		case c == '\n':
			return strings.TrimRight(b.String(), "\r"), nil
		case b.Len() == maxHeaderLine:
			return "", fmt.Errorf("a line of the header has more than %d bytes", maxHeaderLine)
		}
		b.WriteByte(c)
	}
}

// readRow reads one row of pixels of four bytes. A row of channels with run lengths begins with 2, 2 and its width.
func readRow(r *bufio.Reader, row []byte) error {
	width := len(row) / 4
	first, err := r.Peek(4)
	if err != nil {
		return short(err)
	}
	if width < 8 || width > 0x7fff || first[0] != 2 || first[1] != 2 || first[2]&0x80 != 0 {
		return readOldRow(r, row)
	}
	if int(first[2])<<8|int(first[3]) != width {
		return errors.New("its length is not that of the picture")
	}
	if _, err := r.Discard(4); err != nil {
		return short(err)
	}
	for channel := range 4 {
		if err := readChannel(r, row, channel); err != nil {
			return err
		}
	}
	return nil
}

// readChannel reads one of the four bytes of each pixel: runs (above 128) and stretches of single values.
func readChannel(r *bufio.Reader, row []byte, channel int) error {
	for x := 0; x < len(row)/4; {
		count, err := r.ReadByte()
		if err != nil {
			return short(err)
		}
		run := count > 128
		if run {
			count -= 128
		}
		if count == 0 || x+int(count) > len(row)/4 {
			return errors.New("a run is longer than the row")
		}
		var v byte
		for i := range int(count) {
			if i == 0 || !run {
				if v, err = r.ReadByte(); err != nil {
					return short(err)
				}
			}
			row[4*x+channel] = v
			x++
		}
	}
	return nil
}

// readOldRow reads plain pixels, where 1 1 1 n repeats the last one n times, and more after another.
func readOldRow(r *bufio.Reader, row []byte) error {
	shift := 0
	for x := 0; x < len(row); {
		p := row[x : x+4]
		if _, err := io.ReadFull(r, p); err != nil {
			return short(err)
		}
		if p[0] != 1 || p[1] != 1 || p[2] != 1 {
			x, shift = x+4, 0
			continue
		}
		if x == 0 || shift > 24 {
			return errors.New("a run repeats nothing")
		}
		count := int(p[3]) << shift
		shift += 8
		if x+4*count > len(row) {
			return errors.New("a run is longer than the row")
		}
		for range count {
			copy(row[x:], row[x-4:x])
			x += 4
		}
	}
	return nil
}

func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends early")
	}
	return err
}

// fromRGBE is the colour of three mantissas with one exponent.
func fromRGBE(p [4]byte) Vec {
	if p[3] == 0 {
		return Vec{}
	}
	f := float32(math.Ldexp(1, int(p[3])-128-8))
	return Vec{(float32(p[0]) + 0.5) * f, (float32(p[1]) + 0.5) * f, (float32(p[2]) + 0.5) * f}
}

// halved is the picture at half the size.
func (p *picture) halved() *picture {
	h := &picture{width: p.width / 2, height: p.height / 2}
	h.pix = make([]Vec, h.width*h.height)
	each(h.height, func(y int) {
		a, b := p.row(2*y), p.row(2*y+1)
		for x := range h.width {
			h.pix[y*h.width+x] = a[2*x].plus(a[2*x+1]).plus(b[2*x]).plus(b[2*x+1]).scaled(0.25)
		}
	})
	return h
}

// sample looks into a direction, smoothed between four pixels.
func (p *picture) sample(d Vec) Vec {
	u := 0.5 + math.Atan2(float64(d[0]), float64(-d[2]))/(2*math.Pi)
	v := math.Acos(float64(min(max(d[1], -1), 1))) / math.Pi
	x, y := u*float64(p.width)-0.5, v*float64(p.height)-0.5
	i, j := int(math.Floor(x)), int(math.Floor(y))
	s, t := float32(x-float64(i)), float32(y-float64(j))
	at := func(i, j int) Vec {
		return p.pix[min(max(j, 0), p.height-1)*p.width+(i+p.width)%p.width]
	}
	return mixed(mixed(at(i, j), at(i+1, j), s), mixed(at(i, j+1), at(i+1, j+1), s), t)
}
