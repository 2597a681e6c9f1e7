package mesh

import (
	"errors"
	"fmt"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// maxModels is the number of model parts from which a package is refused.
const maxModels = 20_000

func read3MF(job *loading.Job, data []byte) (*scene.Scene, error) {
	pack, err := openPackage(job, data)
	if err != nil {
		return nil, err
	}
	key, err := pack.model()
	if err != nil {
		return nil, err
	}
	b := &mfBuilder{job: job, pack: pack, models: map[string]*mfModel{}, scene: scene.New(), names: namer{}}
	if err := b.readModels([]string{key}); err != nil {
		return nil, err
	}
	b.root = b.models[key]
	return b.build()
}

// readModels reads model parts and those that they refer to, round by round.
func (b *mfBuilder) readModels(keys []string) error {
	for len(keys) > 0 {
		if len(b.keys)+len(keys) > maxModels {
			return fmt.Errorf("the archive has more than %d models", maxModels)
		}
		models := make([]*mfModel, len(keys))
		err := b.job.Parallel(len(keys), func(i int) (err error) {
			models[i], err = parseModel(b.pack, keys[i])
			return err
		})
		if err != nil {
			return err
		}
		var next []string
		asked := map[string]bool{}
		for i, m := range models {
			b.models[keys[i]] = m
			b.keys = append(b.keys, keys[i])
		}
		for _, m := range models {
			for _, key := range m.paths() {
				if b.models[key] == nil && !asked[key] {
					asked[key] = true
					next = append(next, key)
				}
			}
		}
		keys = next
	}
	if len(b.keys) > 0 && len(b.models[b.keys[0]].objects) == 0 && len(b.models[b.keys[0]].items) == 0 {
		return errors.New("the model has no objects; export it again")
	}
	return nil
}

// paths lists the model parts that a model refers to.
func (m *mfModel) paths() []string {
	var out []string
	add := func(items []mfItem) {
		for _, it := range items {
			if it.path != "" {
				out = append(out, it.path)
			}
		}
	}
	add(m.items)
	for _, id := range m.order {
		add(m.objects[id].components)
	}
	return out
}
