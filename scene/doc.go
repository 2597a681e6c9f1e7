// Package scene is the 3D world that the twin is shown in: a tree of nodes with meshes and materials, cameras, and the
// means to pick, frame and cut it. It knows neither GL nor the twin; scene/bind writes values into it and render draws it.
//
// # Nouns
//
//   - Scene: the tree. Nodes are added below their parents, so ids rise from root to leaf; they may be removed, and their ids
//     are never used again.
//   - Node: one element with a Local transform, at most one mesh, a Style and the path of the asset it stands for.
//   - Mesh, Material: geometry and surface. A mesh is immutable once added and shared by all nodes that show it.
//   - Style: what live data may change without touching geometry: visibility, opacity, tint, State.
//   - Bounds, Ray, Hit, Picker: axis-aligned boxes and ray casting by two levels of BVH.
//   - Camera, Orbit: where the eye is, and the controller that moves it from pointer input and in animations.
//   - Hidden, Isolate, SetExplode: what the user does to see better, apart from the styles of live data.
//   - Glyph: an arrow, a trail, a flow, a line or a dot that is no part of a model.
//   - Snap: the corner, edge or face that a pointer means. Measure: a length or an angle between such points.
//   - Viewpoint: a camera with all that was cut, hidden and drawn apart, to be recalled.
//   - Section: planes that cut opened parts away.
//   - Selection: an ordered set of nodes.
//
// # Spaces and units
//
// Right-handed, Y up, metres, radians, float64. A matrix named aFromB takes points of B to A: worldFromNode. Vertex data
// are float32 in the space of their mesh. Colours of materials are linear, as in glTF; tints are sRGB, as in a theme.
//
// # Change tracking
//
// Each change raises Scene.Generation. Transforms and styles are inherited: Update carries changes down the tree and
// touches only the subtrees below changed nodes. Readers remember the generation they saw and ask per node
// (WorldGeneration, StyleGeneration) or for the whole structure (Topology) what is newer.
//
// # Goroutines and ownership
//
// A Scene belongs to one goroutine (the user interface). Meshes and the slice of materials may be read from any
// goroutine. Loaders build a scene of their own in the background, call Prepare on it, and hand it over to Instantiate.
//
// # Example
//
//	s := scene.New()
//	grey := s.AddMaterial(scene.Material{Name: "steel", BaseColor: [4]float32{0.4, 0.4, 0.42, 1}, Roughness: 0.5})
//	tower := s.MustAddMesh(scene.NewCylinder(3, 2, 80, 48, grey))
//	id := s.AddNode(scene.Root, scene.Node{Name: "tower", Mesh: tower})
//	s.SetLocal(id, scene.At(100, 0, 0))
//	hit, ok := scene.NewPicker(s).Pick(camera.Ray(0, 0, aspect), scene.PickOptions{})
package scene
