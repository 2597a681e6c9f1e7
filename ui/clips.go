package ui

import (
	"math"
	"time"

	"github.com/orrery-twin/orrery/scene"
)

// player plays one clip of a model at a time, over and over.
type player struct {
	scene   *scene.Scene
	clips   []int // in the document of the scene, of this model
	at      int   // of clips
	time    float64
	playing bool
	moves   bool          // some clip was shown, so that the model may not stand as it was read
	cost    time.Duration // of the last pose
	since   time.Duration // that pose
}

// reset looks for the clips of a model that was added or replaced. One that played plays on.
func (p *player) reset(s *scene.Scene, root scene.NodeID) {
	p.scene, p.clips = s, nil
	for i, c := range s.Document().Clips {
		if c.DurationSec > 0 && s.Under(c.Root, root) {
			p.clips = append(p.clips, i)
		}
	}
	if p.at >= len(p.clips) {
		p.at, p.time, p.playing = 0, 0, false
	}
	if p.moves && len(p.clips) > 0 {
		p.pose()
	}
}

// names lists the clips as people see them.
func (p *player) names() []string {
	var out []string
	for i := range p.clips {
		name := p.clip(i).Name
		if name == "" {
			name = count(i+1, "clip")
		}
		out = append(out, name)
	}
	return out
}

func (p *player) clip(i int) *scene.Clip { return &p.scene.Document().Clips[p.clips[i]] }

// duration is that of the chosen clip, seconds; 0 when there is none.
func (p *player) duration() float64 {
	if len(p.clips) == 0 {
		return 0
	}
	return p.clip(p.at).DurationSec
}

// choose shows another clip from its beginning.
func (p *player) choose(i int) {
	if i >= 0 && i < len(p.clips) {
		p.at, p.time = i, 0
		p.pose()
	}
}

// seek shows a moment of the clip.
func (p *player) seek(sec float64) {
	p.time = sec
	p.pose()
}

// advance carries the clip on.
func (p *player) advance(dt time.Duration) {
	d := p.duration()
	if !p.playing || d <= 0 {
		return
	}
	p.time = math.Mod(p.time+min(dt, time.Second).Seconds(), d)
	// Skins and morphs are computed here: what takes long is shown less often, so that the window keeps its time.
	if p.since += dt; p.since >= 3*p.cost {
		p.pose()
	}
}

func (p *player) pose() {
	if d := p.duration(); d > 0 {
		begin := time.Now()
		p.moves = true
		p.scene.Pose(p.clip(p.at), min(max(p.time, 0), d))
		p.scene.Deform()
		p.cost, p.since = time.Since(begin), 0
	}
}
