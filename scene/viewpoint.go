package scene

// Viewpoint is a view that can be kept and recalled: where the camera is, and how the scene is shown. It is a plain value.
type Viewpoint struct {
	Camera  Camera
	Section *Section
	Hidden  []string // paths of the nodes that the user hides
	Look    string   // "operate", "engineer" or "review"; empty leaves it as it is
	Explode float64
	XRay    bool
}

// ViewpointOf returns a viewpoint with what the scene itself knows of it: what is hidden and drawn apart.
func ViewpointOf(s *Scene, c Camera) Viewpoint {
	v := Viewpoint{Camera: c, Explode: s.Explode()}
	for _, id := range s.HiddenNodes() {
		v.Hidden = append(v.Hidden, s.Node(id).Path)
	}
	return v
}

// Restore hides and draws apart what the viewpoint says. It returns the paths of nodes that are not there any more.
func (v Viewpoint) Restore(s *Scene) (missing []string) {
	s.ShowAll()
	for _, path := range v.Hidden {
		if id, ok := s.Find(path); ok {
			s.SetHidden(id, true)
		} else {
			missing = append(missing, path)
		}
	}
	s.SetExplode(v.Explode)
	return missing
}
