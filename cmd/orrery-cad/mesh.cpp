//go:build occt

// Meshing: parts of like deflection go through BRepMesh together, so that all processors have work, and come out as
// arrays of vertices and triangles.

#include "file.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include <BRepBuilderAPI_NurbsConvert.hxx>
#include <BRepMesh_IncrementalMesh.hxx>
#include <BRepTools.hxx>
#include <BRep_Builder.hxx>
#include <BRep_Tool.hxx>
#include <IMeshTools_Parameters.hxx>
#include <TopLoc_Location.hxx>
#include <TopoDS.hxx>
#include <TopoDS_Compound.hxx>

namespace {

const int most_faces = 4000;  // of parts that are meshed together; it bounds the memory that meshing takes at a time

// rescue meshes the faces of a part that came out without triangles once more, with their surfaces turned to NURBS:
// BRepMesh takes the boundary of some, such as cones across the seam, for crossing itself.
void rescue(Part& part, const IMeshTools_Parameters& parameters) {
  TopLoc_Location location;
  for (Standard_Integer i = 1; i <= part.faces.Extent(); ++i) {
    const TopoDS_Face& face = TopoDS::Face(part.faces(i));
    if (!BRep_Tool::Triangulation(face, location).IsNull() || BRep_Tool::Surface(face).IsNull()) continue;
    try {
      const TopoDS_Shape converted = BRepBuilderAPI_NurbsConvert(face, Standard_True).Shape();
      if (converted.IsNull() || converted.ShapeType() != TopAbs_FACE) continue;
      BRepMesh_IncrementalMesh mesher(converted, parameters);
      if (!BRep_Tool::Triangulation(TopoDS::Face(converted), location).IsNull()) part.rescued[i - 1] = TopoDS::Face(converted);
    } catch (const Standard_Failure&) {  // it stays away, which is counted
    }
  }
}

}  // namespace

void begin_meshing(cad_file& file) {
  for (const Part& p : file.parts) file.faces_total += p.faces.Extent();
  file.order.resize(file.parts.size());
  std::iota(file.order.begin(), file.order.end(), 0);
  std::stable_sort(file.order.begin(), file.order.end(),
                   [&](int a, int b) { return file.parts[size_t(a)].deflection > file.parts[size_t(b)].deflection; });
}

void mesh_next_parts(cad_file& file) {
  if (file.next_part == 0) stage(CAD_MESH);
  const double deflection = file.parts[size_t(file.order[file.next_part])].deflection;
  std::vector<int> chosen;
  int64_t faces = 0;
  TopoDS_Compound together;
  BRep_Builder builder;
  builder.MakeCompound(together);
  while (file.next_part < file.order.size()) {
    const int index = file.order[file.next_part];
    const Part& part = file.parts[size_t(index)];
    if (!chosen.empty() && (part.deflection != deflection || faces + part.faces.Extent() > most_faces)) break;
    chosen.push_back(index);
    faces += part.faces.Extent();
    if (!part.shape.IsNull()) builder.Add(together, part.shape);
    ++file.next_part;
  }

  IMeshTools_Parameters parameters;
  parameters.Deflection = deflection;
  parameters.Angle = file.settings.angle_rad;
  parameters.InParallel = Standard_True;
  const double total = double(std::max<int64_t>(file.faces_total, 1));
  const Handle(Progress) progress = new Progress(double(file.faces_done) / total, double(file.faces_done + faces) / total);
  {
    BRepMesh_IncrementalMesh mesher(together, parameters, progress->Start());
  }
  for (int index : chosen) {
    Part& part = file.parts[size_t(index)];
    rescue(part, parameters);
    cad_mesh mesh = extract_part(part);
    part.rescued.clear();
    mesh.part = index;
    file.triangles += mesh.indices / 3;
    file.ready.push_back(mesh);
  }
  BRepTools::Clean(together);
  file.faces_done += faces;
  progress_triangles = file.triangles;
  if (file.triangles > file.settings.max_triangles) {
    throw std::runtime_error("the model has more than " + std::to_string(file.settings.max_triangles) +
                             " triangles, which is the limit; take a coarser precision or raise the limit");
  }
}
