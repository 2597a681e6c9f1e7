package mesh

import (
	"errors"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func readOBJ(*loading.Job, []byte) (*scene.Scene, error) { return nil, errors.ErrUnsupported }
