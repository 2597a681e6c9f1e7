package mesh

// face reads the corners of a polygon. One of two corners is a line, one of one corner a point.
func (p *objParser) face(s line, start []byte) {
	o := &p.out
	from := len(o.faces.v)
	good := true
	for {
		v, t, n, found := p.corner(&s, start)
		if !found {
			break
		}
		good = good && v >= 0
		o.faces.add(v, t, n)
	}
	size := len(o.faces.v) - from
	switch {
	case !good || size == 0:
		o.lost++
	case size == 1:
		o.points = append(o.points, o.faces.v[from])
	case size == 2:
		o.lines.add(o.faces.v[from], o.faces.uv(from), none)
		o.lines.add(o.faces.v[from+1], o.faces.uv(from+1), none)
	case size == 3 && o.ends == nil:
		return
	default:
		if o.ends == nil {
			o.ends = make([]uint32, 0, from/3+1)
			for end := 3; end <= from; end += 3 {
				o.ends = append(o.ends, uint32(end))
			}
		}
		o.ends = append(o.ends, uint32(len(o.faces.v)))
		return
	}
	o.faces.cut(from)
}

func (p *objParser) polyline(s line, start []byte) {
	lastV, lastT := int32(none), int32(none)
	for k := 0; ; k++ {
		v, t, _, found := p.corner(&s, start)
		if !found {
			return
		}
		switch {
		case v < 0:
			p.out.lost++
		case k > 0 && lastV >= 0:
			p.out.lines.add(lastV, lastT, none)
			p.out.lines.add(v, t, none)
		}
		lastV, lastT = v, t
	}
}

func (p *objParser) cloud(s line, start []byte) {
	for {
		v, _, _, found := p.corner(&s, start)
		if !found {
			return
		}
		if v < 0 {
			p.out.lost++
			continue
		}
		p.out.points = append(p.out.points, v)
	}
}

// corner takes v, v/t, v//n or v/t/n. Indices that lead nowhere become none, and so does v of a corner that is none.
func (p *objParser) corner(s *line, start []byte) (v, t, n int32, found bool) {
	b := *s
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	v, t, n = none, none, none
	if len(b) == 0 || b[0] == '#' {
		*s = nil
		return v, t, n, false
	}
	i, size := index(b)
	ok := size > 0
	v = resolve(i, p.at.v, p.total.v)
	if b = b[size:]; len(b) > 0 && b[0] == '/' {
		b = b[1:]
		if i, size = index(b); size > 0 {
			if t = resolve(i, p.at.vt, p.total.vt); t < 0 {
				p.out.strange++
			}
			b = b[size:]
		}
		if len(b) > 0 && b[0] == '/' {
			b = b[1:]
			if i, size = index(b); size > 0 {
				if n = resolve(i, p.at.vn, p.total.vn); n < 0 {
					p.out.strange++
				}
				b = b[size:]
			}
		}
	}
	if !ok || len(b) > 0 && !isSpace(b[0]) {
		p.malformed(start, "numbers of vertices stand here")
		*s = nil
		return none, none, none, true
	}
	*s = b
	return v, t, n, true
}

// index reads a whole number.
func index(b []byte) (v int64, size int) {
	for size < len(b) && size < 10 && b[size]-'0' < 10 {
		v = v*10 + int64(b[size]-'0')
		size++
	}
	if size > 0 && (size == len(b) || b[size]-'0' >= 10) {
		return v, size
	}
	return scanInt(b)
}

// resolve turns an index that counts from 1, or backwards from -1, into one that counts from 0; so far is the number of
// elements up to here.
func resolve(i int64, soFar, total int) int32 {
	switch {
	case i > 0 && i <= int64(total):
		return int32(i - 1)
	case i < 0 && -i <= int64(soFar):
		return int32(int64(soFar) + i)
	}
	return none
}
