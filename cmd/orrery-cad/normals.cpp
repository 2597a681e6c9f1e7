//go:build occt

#include "normals.hpp"

#include <algorithm>
#include <cmath>

#include <BRep_Tool.hxx>
#include <GeomAdaptor_Surface.hxx>
#include <Geom_Surface.hxx>
#include <TopLoc_Location.hxx>

namespace {

bool normalize(gp_XYZ& n) {
  const double length = n.Modulus();
  if (!(length > 1e-30) || !std::isfinite(length)) return false;
  n /= length;
  return true;
}

// surface_normal crosses the two tangents of the surface. At a pole, where one of them vanishes, there is no answer.
bool surface_normal(const GeomAdaptor_Surface& surface, double u, double v, gp_XYZ& n) {
  gp_Pnt p;
  gp_Vec du, dv;
  surface.D1(u, v, p, du, dv);
  n = du.XYZ().Crossed(dv.XYZ());
  const double sizes = du.SquareMagnitude() * dv.SquareMagnitude();
  if (n.SquareModulus() < 1e-16 * sizes || du.SquareMagnitude() < 1e-20 || dv.SquareMagnitude() < 1e-20) return false;
  return normalize(n);
}

// triangle_normals returns for each node the sum of the normals of its triangles, by area.
std::vector<gp_XYZ> triangle_normals(const Poly_Triangulation& t) {
  std::vector<gp_XYZ> out(size_t(t.NbNodes()), gp_XYZ(0, 0, 0));
  for (Standard_Integer i = 1; i <= t.NbTriangles(); ++i) {
    Standard_Integer a, b, c;
    t.Triangle(i).Get(a, b, c);
    if (std::min({a, b, c}) < 1 || std::max({a, b, c}) > t.NbNodes()) continue;
    const gp_XYZ pa = t.Node(a).XYZ(), n = (t.Node(b).XYZ() - pa).Crossed(t.Node(c).XYZ() - pa);
    for (Standard_Integer k : {a, b, c}) out[size_t(k) - 1] += n;
  }
  for (gp_XYZ& n : out) {
    if (!normalize(n)) n = gp_XYZ(0, 0, 1);
  }
  return out;
}

}  // namespace

std::vector<gp_XYZ> vertex_normals(const TopoDS_Face& face, const Poly_Triangulation& t) {
  TopLoc_Location location;
  const Handle(Geom_Surface) geometry = BRep_Tool::Surface(face, location);
  if (geometry.IsNull() || !t.HasUVNodes()) return triangle_normals(t);
  std::vector<gp_XYZ> out(size_t(t.NbNodes())), flat;
  const GeomAdaptor_Surface surface(geometry);
  for (Standard_Integer i = 1; i <= t.NbNodes(); ++i) {
    const gp_Pnt2d uv = t.UVNode(i);
    if (surface_normal(surface, uv.X(), uv.Y(), out[size_t(i) - 1])) continue;
    if (flat.empty()) flat = triangle_normals(t);
    out[size_t(i) - 1] = flat[size_t(i) - 1];
  }
  return out;
}
