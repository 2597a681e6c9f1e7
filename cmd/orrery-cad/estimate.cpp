//go:build occt

// How fine to mesh each part, and how many triangles that will give.
//
// A curve that turns by T over its length L bends, on average, like a circle of radius r = L/T. A chord of it that turns
// by a strays from it by r(1 - cos(a/2)), so that at most a = 2 acos(1 - d/r) is allowed for the distance d.

#include "file.hpp"

#include <algorithm>
#include <cmath>

#include <Adaptor3d_Curve.hxx>
#include <Adaptor3d_IsoCurve.hxx>
#include <BRepAdaptor_Curve.hxx>
#include <BRepAdaptor_Surface.hxx>
#include <BRepBndLib.hxx>
#include <BRepTools.hxx>
#include <BRep_Tool.hxx>
#include <GeomAdaptor_Surface.hxx>
#include <OSD_Parallel.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>

namespace {

// Parts smaller than this part of the whole model are meshed as if they were that large: nobody sees the difference.
const double least_share = 0.002;

struct Fineness {
  double deflection, angle;
};

// segments counts the chords that a curve needs between two parameters.
double segments(const Adaptor3d_Curve& curve, double from, double to, const Fineness& fine) {
  if (curve.GetType() == GeomAbs_Line || !std::isfinite(from) || !std::isfinite(to) || std::abs(to - from) > 1e100) return 1;
  int samples = 12;
  if (curve.GetType() == GeomAbs_BSplineCurve) samples = std::clamp(2 * curve.NbKnots(), 12, 200);
  double turn = 0, length = 0;
  gp_Pnt p, last;
  gp_Vec v, last_v;
  for (int i = 0; i <= samples; ++i) {
    curve.D1(from + (to - from) * i / samples, p, v);
    if (i > 0) {
      length += p.Distance(last);
      if (v.SquareMagnitude() > 1e-30 && last_v.SquareMagnitude() > 1e-30) turn += v.Angle(last_v);
    }
    last = p;
    last_v = v;
  }
  if (turn < 1e-6 || length < 1e-12) return 1;
  const double radius = length / turn;
  const double by_distance = fine.deflection >= radius ? M_PI : 2 * std::acos(1 - fine.deflection / radius);
  return std::max(1.0, std::ceil(turn / std::min(fine.angle, by_distance) - 0.05));
}

double edge_segments(const TopoDS_Edge& edge, const Fineness& fine) {
  if (BRep_Tool::Degenerated(edge)) return 0;
  const BRepAdaptor_Curve curve(edge);
  return segments(curve, curve.FirstParameter(), curve.LastParameter(), fine);
}

// inner_points estimates the vertices of a curved face that lie inside its boundary.
double inner_points(const TopoDS_Face& face, const Fineness& fine) {
  const BRepAdaptor_Surface surface(face, Standard_False);
  switch (surface.GetType()) {
    case GeomAbs_Plane:
    case GeomAbs_Cylinder:
    case GeomAbs_Cone:
    case GeomAbs_SurfaceOfExtrusion:
      return 0;
    default:
      break;
  }
  double u0, u1, v0, v1;
  BRepTools::UVBounds(face, u0, u1, v0, v1);
  const Handle(GeomAdaptor_Surface) whole = new GeomAdaptor_Surface(surface.Surface());
  const Adaptor3d_IsoCurve along_u(whole, GeomAbs_IsoV, (v0 + v1) / 2, u0, u1), along_v(whole, GeomAbs_IsoU, (u0 + u1) / 2, v0, v1);
  return (segments(along_u, u0, u1, fine) - 1) * (segments(along_v, v0, v1, fine) - 1);
}

// face_triangles counts by Euler's formula: b points on the boundary and i inside give b + 2i - 2 triangles, and two
// more for each hole.
double face_triangles(const TopoDS_Face& face, const Fineness& fine) {
  TopLoc_Location location;
  const Handle(Poly_Triangulation) given = BRep_Tool::Triangulation(face, location);
  if (BRep_Tool::Surface(face).IsNull()) return given.IsNull() ? 0 : given->NbTriangles();
  double boundary = 0, holes = -1;
  for (TopExp_Explorer wire(face, TopAbs_WIRE); wire.More(); wire.Next()) {
    ++holes;
    for (TopExp_Explorer edge(wire.Current(), TopAbs_EDGE); edge.More(); edge.Next()) {
      boundary += edge_segments(TopoDS::Edge(edge.Current()), fine);
    }
  }
  return std::max(1.0, boundary - 2 + 2 * std::max(holes, 0.0) + 2 * inner_points(face, fine));
}

int64_t part_triangles(const Part& part, const Fineness& fine) {
  double sum = 0;
  for (int i = 1; i <= part.faces.Extent(); ++i) {
    try {
      sum += face_triangles(TopoDS::Face(part.faces(i)), fine);
    } catch (const Standard_Failure&) {
      sum += 2;  // a face that cannot be evaluated will hardly be meshed either
    }
  }
  return int64_t(std::min(sum, 1e15));
}

// model_box is the box around all places of all parts.
Bnd_Box model_box(const cad_file& file) {
  Bnd_Box all;
  std::vector<TopLoc_Location> world(file.nodes.size());
  for (size_t i = 0; i < file.nodes.size(); ++i) {
    const Node& n = file.nodes[i];
    world[i] = n.parent < 0 ? n.location : world[size_t(n.parent)] * n.location;
    if (n.part < 0) continue;
    const Bnd_Box& box = file.parts[size_t(n.part)].box;
    if (!box.IsVoid()) all.Add(box.Transformed(world[i].Transformation()));
  }
  return all;
}

double diagonal(const Bnd_Box& box) {
  if (box.IsVoid()) return 0;
  if (box.IsOpen()) return 1e6;  // an unbounded surface; a kilometre is as good as any size
  return std::sqrt(box.SquareExtent());
}

}  // namespace

void estimate_parts(cad_file& file) {
  OSD_Parallel::For(0, int(file.parts.size()), [&](int i) {
    Part& part = file.parts[size_t(i)];
    if (part.shape.IsNull()) return;
    try {
      BRepBndLib::Add(part.shape, part.box, Standard_False);
      if (part.box.IsVoid()) BRepBndLib::Add(part.shape, part.box, Standard_True);  // triangles without surfaces
    } catch (const Standard_Failure&) {
    }
    part.size = diagonal(part.box);
  });
  const double least = diagonal(model_box(file)) * least_share;
  OSD_Parallel::For(0, int(file.parts.size()), [&](int i) {
    Part& part = file.parts[size_t(i)];
    const double exact = std::max(file.settings.linear * std::max(part.size, least), 1e-6);
    // In steps of the square root of two, downwards: parts of like size can then be meshed together.
    part.deflection = std::max(std::exp2(std::floor(2 * std::log2(exact)) / 2), 1e-6);
    part.estimate = part_triangles(part, {part.deflection / 2, file.settings.angle_rad / 2});  // BRepMesh cuts curves at half of both
  });
}
