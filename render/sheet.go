package render

import (
	"slices"
	"sync/atomic"
)

// sheet is a pose that frames share: it does not change while one of them holds it.
type sheet struct {
	Pose
	layout *Layout
	refs   atomic.Int32
}

// journal remembers which slots of a pose changed, so that a sheet that shows an older state gets only these.
type journal struct {
	seq   uint64 // rises with each entry
	first uint64 // what seq was before the first entry that is still known
	slots []uint32
}

func (j *journal) note(slot int) {
	j.slots = append(j.slots, uint32(slot))
	j.seq++
}

// forget makes the whole pose count as changed.
func (j *journal) forget() {
	j.seq++
	j.first, j.slots = j.seq, j.slots[:0]
}

// trim keeps the journal shorter than limit.
func (j *journal) trim(limit int) {
	if drop := len(j.slots) - limit; drop > 0 {
		j.slots = slices.Delete(j.slots, 0, drop)
		j.first += uint64(drop)
	}
}

// since returns the slots that changed after seq, some more than once; false when that is not known any more.
func (j *journal) since(seq uint64) ([]uint32, bool) {
	if seq < j.first || seq > j.seq {
		return nil, false
	}
	return j.slots[seq-j.first:], true
}

// publish returns the pose as it is now on a sheet, with one reference. Nothing is copied when nothing changed; else only
// what changed, as long as a sheet that is free shows a state that is not too old.
func (p *poser) publish() *sheet {
	if c := p.current; c != nil && c.Revision == p.log.seq && c.layout == p.layout {
		c.refs.Add(1)
		return c
	}
	s := p.freeSheet()
	changed, known := p.log.since(s.Revision)
	if known && s.layout == p.layout {
		for _, slot := range changed {
			s.Objects[slot], s.Extents[slot] = p.Objects[slot], p.Extents[slot]
		}
	} else {
		s.Objects = append(s.Objects[:0], p.Objects...)
		s.Extents = append(s.Extents[:0], p.Extents...)
	}
	s.Blocks = append(s.Blocks[:0], p.Blocks...)
	s.Revision, s.layout = p.log.seq, p.layout
	s.refs.Store(1)
	p.current = s
	return s
}

// freeSheet returns the newest sheet that no frame holds, or another one.
func (p *poser) freeSheet() *sheet {
	var newest *sheet
	for _, s := range p.sheets {
		if s.refs.Load() == 0 && (newest == nil || s.Revision > newest.Revision) {
			newest = s
		}
	}
	if newest == nil {
		newest = &sheet{}
		p.sheets = append(p.sheets, newest)
	}
	return newest
}
