package gltf

import (
	"fmt"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// reader is one file on its way into a scene. Its stages follow one another in read; what several goroutines change
// while meshes and pictures are decoded is marked.
type reader struct {
	job    *loading.Job
	limits loading.Limits

	doc      document
	inlined  map[string]string // long data: URIs by the names that stand for them in doc
	buffers  [][]byte          // by buffer; nil when it could not be read
	broken   map[int]error     // why not
	unpacked []unpacked        // by buffer view, of compressed ones; changed by several goroutines under their own locks

	order   []entry        // nodes of the scene, parents first
	shown   []bool         // by node: whether it is in the scene
	coarser []bool         // by node: whether it is a coarser version of another
	levels  map[int]levels // by mesh: its coarser versions
	tables  []*scene.PropertyTable
	shapes  []shape // by mesh; each changed by the goroutine that reads it
	images  []*scene.Image
	skins   []scene.Skin

	indexCount atomic.Int64
	unpackedN  atomic.Int64 // bytes
	pixels     atomic.Int64
	needWhite  atomic.Bool // see materialOf
	halfway    halfway

	scene       *scene.Scene
	textures    []scene.TextureID // by texture of the file
	glossyPairs map[glossyKey]glossyPair
	skinIDs     []scene.SkinID
	keyCache    map[int][]float32 // by accessor
}

// Read reads the model of a job. What was left out is said in the warnings of the job. It fails when nothing sensible
// would remain.
func Read(job *loading.Job) (*scene.Scene, error) {
	var s *scene.Scene
	err := loading.Guard(func() (err error) {
		s, err = read(job)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gltf: %w", err)
	}
	return s, nil
}

func read(job *loading.Job) (*scene.Scene, error) {
	r := &reader{job: job, limits: job.Limits(), scene: scene.New(), keyCache: map[int][]float32{}}
	if err := r.open(); err != nil {
		return nil, err
	}
	if err := r.planTree(); err != nil {
		return nil, err
	}
	r.planLODs()
	r.plan()
	if err := r.previewBoxes(); err != nil {
		return nil, err
	}
	for _, stage := range []func() error{r.readTables, r.decodeAll, r.decodeImages, r.fill} {
		if err := stage(); err != nil {
			return nil, err
		}
	}
	return r.scene, nil
}

// open reads the text and finds the data.
func (r *reader) open() error {
	if err := r.job.Err(); err != nil {
		return err
	}
	r.job.Report(loading.Reading, 0, 0)
	data, err := r.job.Model()
	if err != nil {
		return err
	}
	text, bin, err := split(data)
	if err != nil {
		return err
	}
	if err := r.parse(text); err != nil {
		return err
	}
	if err := r.checkExtensions(); err != nil {
		return err
	}
	r.loadBuffers(bin)
	r.unpacked = make([]unpacked, len(r.doc.BufferViews))
	return r.job.Err()
}

// fill puts all that was decoded into the scene.
func (r *reader) fill() error {
	if err := r.addTextures(); err != nil {
		return err
	}
	if err := r.convertGlossy(); err != nil {
		return err
	}
	r.addMaterials(r.scene)
	meshes := make([]scene.MeshID, len(r.shapes))
	for i := range r.shapes {
		if err := r.job.Err(); err != nil {
			return err
		}
		if m := r.shapes[i].mesh; m != nil {
			var err error
			if meshes[i], err = r.scene.AddMesh(m); err != nil {
				return err
			}
		}
	}
	r.readSkins()
	r.addSkins()
	nodes, err := r.build(r.scene, meshes)
	if err != nil {
		return err
	}
	r.join(nodes)
	r.readDocument()
	r.addLights(nodes)
	r.addVariants(meshes)
	return r.addClips(nodes)
}
