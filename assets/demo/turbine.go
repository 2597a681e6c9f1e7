package demo

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

// Tilt, precone and overhang after NREL/TP-500-38060, table 1-1; the shaft crosses the axis of the tower 1.96256 m over
// its top, so that the hub stands 90 m over the sea.
const (
	tiltRad    = 5 * math.Pi / 180
	preconeRad = 2.5 * math.Pi / 180
	overhang   = 5.0191
	shaftOver  = 1.96256
)

// Turbine is the wind turbine as a scene. See the package comment for its nodes.
func Turbine() *scene.Scene {
	s := scene.New()
	add := func(name string, r, g, b, metallic, roughness float32) scene.MaterialID {
		return s.AddMaterial(scene.Material{Name: name, BaseColor: [4]float32{r, g, b, 1}, Metallic: metallic, Roughness: roughness})
	}
	paint := add("light grey paint", 0.53, 0.55, 0.56, 0, 0.5)
	shell := s.AddMaterial(scene.Material{Name: "glass-fibre shell", BaseColor: [4]float32{0.53, 0.55, 0.56, 1}, Roughness: 0.45, DoubleSided: true})
	dark := add("dark grey paint", 0.20, 0.215, 0.23, 0, 0.6)
	grey := add("transition piece", 0.36, 0.38, 0.40, 0, 0.65)
	galvanised := add("galvanised steel", 0.33, 0.345, 0.36, 0.4, 0.6)
	cast := add("cast iron", 0.25, 0.26, 0.27, 0.3, 0.7)
	steel := add("machined steel", 0.55, 0.56, 0.57, 0.9, 0.35)
	bolt := add("bolts", 0.30, 0.31, 0.32, 0.8, 0.45)
	gear := add("gearbox paint", 0.30, 0.345, 0.385, 0, 0.5)
	machine := add("generator paint", 0.33, 0.36, 0.35, 0, 0.5)

	node := func(parent scene.NodeID, name string, mesh *scene.Mesh, at scene.Transform) scene.NodeID {
		n := scene.Node{Name: name, Local: at}
		if mesh != nil {
			n.Mesh = s.MustAddMesh(mesh)
		}
		return s.AddNode(parent, n)
	}
	here := scene.Transform{}
	node(scene.Root, "foundation", foundation(grey, galvanised), here)
	node(scene.Root, "tower", tower(paint, dark), here)
	yaw := node(scene.Root, "yaw", nil, scene.At(0, towerTop, 0))

	// What is at rest in the nacelle is drawn in the frame of yaw, tilted where it carries the drive train.
	tilted := scene.At(0, shaftOver, 0).Turned(tiltRad, vec{1, 0, 0})
	tilt := mgl64.Translate3D(0, shaftOver, 0).Mul4(mgl64.HomogRotate3DX(tiltRad))
	node(yaw, "yaw_bearing", yawBearing(steel, dark), here)
	node(yaw, "bedplate", bedplate(cast, galvanised, tilt), here)
	node(yaw, "cabinets", cabinets(grey, dark), here)
	housing := node(yaw, "nacelle_shell", nacelleShell(shell, dark), here)
	s.SetRole(housing, scene.Shell)

	train := node(yaw, "drive_train", nil, tilted)
	node(train, "main_bearing", mainBearing(gear, bolt), here)
	node(train, "gearbox", gearbox(gear, bolt), here)
	node(train, "brake", brake(dark), here)
	node(train, "generator", generator(machine, dark), here)
	node(train, "high_speed_shaft", highSpeedShaft(steel, bolt), scene.At(fastX, fastY, 0))

	rotor := node(train, "rotor", nil, scene.At(0, 0, -overhang))
	node(rotor, "low_speed_shaft", lowSpeedShaft(steel, bolt), here)
	node(rotor, "hub", hub(cast), here)
	nose := node(rotor, "spinner", spinner(shell), here)
	s.SetRole(nose, scene.Shell)
	wing := s.MustAddMesh(blade(paint))
	for k := range 3 {
		turn := mgl64.QuatRotate(2*math.Pi*float64(k)/3, vec{0, 0, 1}).Mul(mgl64.QuatRotate(-preconeRad, vec{1, 0, 0}))
		s.AddNode(rotor, scene.Node{Name: fmt.Sprintf("blade_%d", k+1), Mesh: wing, Local: scene.Transform{Rotation: turn}})
	}
	return s
}
