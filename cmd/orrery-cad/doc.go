// Command orrery-cad turns CAD files into GLB: STEP AP203, AP214 and AP242 (ISO 10303-21), IGES, and OpenCASCADE's BREP
// as text or binary. It is a process of its own, so that a bad file cannot take the app down; package assets/cad runs it.
//
//	orrery-cad [-precision coarse|normal|fine] [-o OUT.glb] FILE
//	orrery-cad -info FILE
//
// It is built on OpenCASCADE by cgo with the build tag occt. Without the tag it only says what to install, and ends with
// code 3, so that the tree builds everywhere.
//
// # Nouns
//
//   - File: an opened CAD file: its assembly tree, its shapes and what its header says (occt.go, over shim.h).
//   - Node: an element of the tree: a placed instance of an assembly or of a part, with name, colours, layers, material.
//   - Part: a shape. It is meshed once, however many nodes show it.
//   - Mesh: the triangles of a part: vertices with the exact normals of their surface, the number of the face of each
//     vertex, triangles in runs of one colour, sharp edges, and lines for curves that bound no face.
//
// The C++ files, in the order of the work: read.cpp, assembly.cpp, tree.cpp, estimate.cpp, mesh.cpp, extract.cpp, normals.cpp; shim.cpp
// hands out the results and turns exceptions into text.
//
// # Output
//
// GLB on standard output, or in the file of -o. Z up and millimetres of the CAD world become Y up and metres: lengths are
// multiplied, and the topmost nodes are turned. A node has the name of its instance, or that of its product where the
// instance has none worth showing; product, layers, material and density are its properties. Edges whose faces meet at
// 12° or more are marked as sharp.
//
// On standard error, one JSON object per line: {"stage":"mesh","fraction":0.42,"triangles":123} ten times a second,
// and at last {"report":{…}} or {"error":"…"}; see Message in assets/cad. Exit codes: 0 done, 1 not
// converted, 2 wrong usage, 3 built without OpenCASCADE, 70 OpenCASCADE crashed.
//
// # Limits
//
// -max-memory limits the address space of the process beyond what it has at its start, -max-triangles the triangles of
// all parts: the estimate is checked before they are made, the count while. Files that a STEP assembly refers to are
// read in its own folder alone, where the kernel can see to that (Landlock, Linux 5.13). At most 2,000,000 nodes, 256 deep.
//
// # Memory, goroutines
//
// OpenCASCADE runs on the main thread and on its own; one file is open at a time. What the C side hands out is copied at
// once, so nothing here points into its memory.
package main
