package main

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
)

// create writes a file through a buffer.
func create(path string, write func(*bufio.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// wave is a grid of n × n squares with a height that has some detail: its vertices and triangles, Z up.
func wave(n int) (points [][3]float32, triangles [][3]uint32) {
	side := n + 1
	for y := range side {
		for x := range side {
			u, v := float64(x)/float64(n), float64(y)/float64(n)
			h := 0.1*math.Sin(9*u)*math.Cos(7*v) + 0.004*math.Sin(140*u+30*v)
			points = append(points, [3]float32{float32(u), float32(v), float32(h)})
		}
	}
	for y := range n {
		for x := range n {
			a := uint32(y*side + x)
			b, c, d := a+1, a+uint32(side), a+uint32(side)+1
			triangles = append(triangles, [3]uint32{a, b, d}, [3]uint32{a, d, c})
		}
	}
	return points, triangles
}

func writeSTL(path string, n int) error {
	points, triangles := wave(n)
	return create(path, func(w *bufio.Writer) error {
		w.Write(make([]byte, 80))
		binary.Write(w, binary.LittleEndian, uint32(len(triangles)))
		var facet [50]byte
		for _, t := range triangles {
			for k, i := range t {
				for a, v := range points[i] {
					binary.LittleEndian.PutUint32(facet[12+12*k+4*a:], math.Float32bits(v))
				}
			}
			if _, err := w.Write(facet[:]); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeOBJ(path string, n int) error {
	points, triangles := wave(n)
	return create(path, func(w *bufio.Writer) error {
		for _, p := range points {
			fmt.Fprintf(w, "v %.6f %.6f %.6f\n", p[0], p[1], p[2])
		}
		for _, p := range points {
			fmt.Fprintf(w, "vt %.6f %.6f\n", p[0], p[1])
		}
		for _, t := range triangles {
			fmt.Fprintf(w, "f %d/%d %d/%d %d/%d\n", t[0]+1, t[0]+1, t[1]+1, t[1]+1, t[2]+1, t[2]+1)
		}
		return nil
	})
}

func write3MF(path string, n int) error {
	points, triangles := wave(n)
	return create(path, func(w *bufio.Writer) error {
		z := zip.NewWriter(w)
		put := func(name string, write func(io.Writer)) error {
			f, err := z.Create(name)
			if err != nil {
				return err
			}
			b := bufio.NewWriter(f)
			write(b)
			return b.Flush()
		}
		return errors.Join(
			put("[Content_Types].xml", func(w io.Writer) {
				fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>`)
			}),
			put("_rels/.rels", func(w io.Writer) {
				fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>`)
			}),
			put("3D/3dmodel.model", func(w io.Writer) {
				fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"><resources><object id="1" type="model"><mesh><vertices>`)
				for _, p := range points {
					fmt.Fprintf(w, `<vertex x="%.4f" y="%.4f" z="%.4f"/>`, 100*p[0], 100*p[1], 100*p[2])
				}
				fmt.Fprint(w, `</vertices><triangles>`)
				for _, t := range triangles {
					fmt.Fprintf(w, `<triangle v1="%d" v2="%d" v3="%d"/>`, t[0], t[1], t[2])
				}
				fmt.Fprint(w, `</triangles></mesh></object></resources><build><item objectid="1"/></build></model>`)
			}),
			z.Close())
	})
}

// writeDraco has Draco's own encoder compress a mesh with default settings and wraps it into glTF.
func writeDraco(ctx context.Context, dir, path string, n int) error {
	obj, drc := filepath.Join(dir, "draco.obj"), filepath.Join(dir, "draco.drc")
	points, triangles := wave(n)
	err := create(obj, func(w *bufio.Writer) error {
		for _, p := range points {
			fmt.Fprintf(w, "v %.6f %.6f %.6f\nvn %.4f 0 1\n", p[0], p[1], p[2], p[2])
		}
		for _, t := range triangles {
			fmt.Fprintf(w, "f %[1]d//%[1]d %[2]d//%[2]d %[3]d//%[3]d\n", t[0]+1, t[1]+1, t[2]+1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if text, err := exec.CommandContext(ctx, "draco_encoder", "-i", obj, "-o", drc).CombinedOutput(); err != nil {
		return fmt.Errorf("draco_encoder: %w: %s", err, lastLine(string(text)))
	}
	data, err := os.ReadFile(drc)
	if err != nil {
		return err
	}
	return create(path, func(w *bufio.Writer) error {
		_, err := fmt.Fprintf(w, `{"asset":{"version":"2.0"},"extensionsUsed":["KHR_draco_mesh_compression"],"extensionsRequired":["KHR_draco_mesh_compression"],
"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
"meshes":[{"primitives":[{"attributes":{"POSITION":1,"NORMAL":2},"indices":0,"extensions":{"KHR_draco_mesh_compression":{"bufferView":0,"attributes":{"POSITION":0,"NORMAL":1}}}}]}],
"accessors":[{"componentType":5125,"count":%d,"type":"SCALAR"},{"componentType":5126,"count":%d,"type":"VEC3","min":[0,0,-0.104],"max":[1,1,0.104]},{"componentType":5126,"count":%d,"type":"VEC3"}],
"bufferViews":[{"buffer":0,"byteLength":%d}],"buffers":[{"byteLength":%d,"uri":"data:application/octet-stream;base64,%s"}]}`,
			3*len(triangles), len(points), len(points), len(data), len(data), base64.StdEncoding.EncodeToString(data))
		return err
	})
}

// writePlant writes a GLB of about size bytes: pipes, tanks and frames of many different meshes, some used often.
func writePlant(path string, size int) error {
	s := scene.New()
	grey := s.AddMaterial(scene.Material{Name: "steel", BaseColor: [4]float32{.5, .52, .55, 1}, Metallic: 1, Roughness: .4})
	red := s.AddMaterial(scene.Material{Name: "tank", BaseColor: [4]float32{.6, .2, .15, 1}, Roughness: .6})
	bytes := 0
	for i := 0; bytes < size; i++ {
		var m *scene.Mesh
		switch i % 4 {
		case 0:
			m = scene.NewSphere(1+float64(i%7)/10, 60+i%40, red)
		default:
			m = scene.NewCylinder(.1+float64(i%5)/20, .1+float64(i%3)/20, 2+float64(i%11), 24+i%80, grey)
		}
		bytes += 24*m.Vertices() + 4*len(m.Indices)
		id, err := s.AddMesh(m)
		if err != nil {
			return err
		}
		row := s.AddNode(scene.Root, scene.Node{Name: fmt.Sprintf("part %d", i), Mesh: id, Local: scene.At(float64(i%60)*3, 0, float64(i/60)*3)})
		if i%10 == 0 {
			s.AddNode(row, scene.Node{Name: "twin", Mesh: id, Local: scene.At(0, 12, 0)})
		}
	}
	return create(path, func(w *bufio.Writer) error { return assets.Write(w, s, "orrery bench") })
}
