//go:build occt

// From the triangulation that BRepMesh leaves in the faces of a part to arrays: vertices with exact normals, triangles
// in runs of one colour, sharp edges and free edges.

#include "file.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <stdexcept>

#include <BRep_Tool.hxx>
#include <OSD_Parallel.hxx>
#include <Poly_Polygon3D.hxx>
#include <Poly_PolygonOnTriangulation.hxx>
#include <Poly_Triangulation.hxx>
#include <TopExp.hxx>
#include <TopTools_IndexedDataMapOfShapeListOfShape.hxx>
#include <TopTools_ListOfShape.hxx>
#include <TopoDS.hxx>

#include "normals.hpp"

namespace {

// Edges whose faces meet at less than this angle look smooth; fillets and tangent faces stay well below it.
const double sharp_rad = 12 * M_PI / 180;

// A part that lies farther than this many of its sizes from the origin is moved there, or its float32 coordinates would
// be too coarse.
const double far_away = 32;

struct Arrays {
  std::vector<float> positions, normals;
  std::vector<uint32_t> faces, triangles, edges, lines;
  std::vector<cad_run> runs, line_runs;
};

// FacePlace is where a face goes in the arrays.
struct FacePlace {
  int face = 0;  // 0-based
  TopoDS_Face meshed;
  Handle(Poly_Triangulation) triangulation;
  TopLoc_Location location;
  size_t vertex = 0, index = 0;
};

class Extractor {
 public:
  explicit Extractor(const Part& part) : part_(part), place_of_(size_t(part.faces.Extent()), -1) {}

  cad_mesh extract() {
    choose_origin();
    place_faces();
    OSD_Parallel::For(0, int(places_.size()), [this](int i) { fill_face(places_[size_t(i)]); }, places_.size() < 8);
    add_sharp_edges();
    add_free_edges();
    return handed_over();
  }

 private:
  void choose_origin() {
    if (part_.box.IsVoid() || part_.box.IsOpen()) return;
    double b[6];
    part_.box.Get(b[0], b[1], b[2], b[3], b[4], b[5]);
    const gp_XYZ center((b[0] + b[3]) / 2, (b[1] + b[4]) / 2, (b[2] + b[5]) / 2);
    if (center.Modulus() > far_away * part_.size) origin_ = center;
  }

  // place_faces gives each face its room, those of one colour side by side.
  void place_faces() {
    std::vector<int> order(size_t(part_.faces.Extent()));
    std::iota(order.begin(), order.end(), 0);
    const auto look = [this](int face) { return 2 * part_.face_color[size_t(face)] + int(part_.face_two_sided[size_t(face)]); };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return look(a) < look(b); });
    size_t vertices = 0, indices = 0;
    for (int face : order) {
      FacePlace place;
      place.face = face;
      const auto rescued = part_.rescued.find(face);
      place.meshed = rescued != part_.rescued.end() ? rescued->second : TopoDS::Face(part_.faces(face + 1));
      place.triangulation = BRep_Tool::Triangulation(place.meshed, place.location);
      if (place.triangulation.IsNull() || place.triangulation->NbTriangles() == 0) {
        ++failed_;
        continue;
      }
      place.vertex = vertices;
      place.index = indices;
      vertices += size_t(place.triangulation->NbNodes());
      indices += 3 * size_t(place.triangulation->NbTriangles());
      extend_runs(face, int64_t(place.index), int64_t(indices));
      place_of_[size_t(face)] = int(places_.size());
      places_.push_back(place);
    }
    if (vertices > UINT32_MAX - 1) throw std::runtime_error("a part has more vertices than can be numbered");
    out_->positions.resize(3 * vertices);
    out_->normals.resize(3 * vertices);
    out_->faces.resize(vertices);
    out_->triangles.resize(indices);
  }

  void extend_runs(int face, int64_t first, int64_t end) {
    const int color = part_.face_color[size_t(face)], two_sided = part_.face_two_sided[size_t(face)];
    std::vector<cad_run>& runs = out_->runs;
    if (runs.empty() || runs.back().color != color || runs.back().two_sided != two_sided) runs.push_back({first, 0, color, two_sided});
    runs.back().count = end - runs.back().first;
  }

  void put(size_t vertex, const gp_XYZ& p, const gp_XYZ& n, uint32_t face) {
    for (int k = 0; k < 3; ++k) {
      out_->positions[3 * vertex + size_t(k)] = float(p.Coord(k + 1) - origin_.Coord(k + 1));
      out_->normals[3 * vertex + size_t(k)] = float(n.Coord(k + 1));
    }
    out_->faces[vertex] = face;
  }

  void fill_face(const FacePlace& place) {
    const TopoDS_Face& face = place.meshed;
    const Poly_Triangulation& t = *place.triangulation;
    const gp_Trsf& trsf = place.location.Transformation();
    const bool flipped = (face.Orientation() == TopAbs_REVERSED) != trsf.IsNegative();
    std::vector<gp_XYZ> normals = vertex_normals(face, t);
    for (Standard_Integer i = 1; i <= t.NbNodes(); ++i) {
      gp_XYZ p = t.Node(i).XYZ(), n = normals[size_t(i) - 1];
      trsf.Transforms(p);
      n = gp_Vec(n).Transformed(trsf).XYZ();  // a scale of OpenCASCADE is the same along all axes
      const double length = n.Modulus();
      n = length > 0 ? n / length : gp_XYZ(0, 0, 1);
      if (face.Orientation() == TopAbs_REVERSED) n.Reverse();
      put(place.vertex + size_t(i) - 1, p, n, uint32_t(place.face));
    }
    uint32_t* out = &out_->triangles[place.index];
    for (Standard_Integer i = 1; i <= t.NbTriangles(); ++i, out += 3) {
      Standard_Integer a, b, c;
      t.Triangle(i).Get(a, b, c);
      if (flipped) std::swap(b, c);
      const Standard_Integer corner[3] = {a, b, c};
      for (int k = 0; k < 3; ++k) out[k] = uint32_t(place.vertex + size_t(std::clamp(corner[k], 1, t.NbNodes())) - 1);
    }
  }

  // An EdgeSide is an edge as one of its faces has it: rows of vertices.
  struct EdgeSide {
    const FacePlace* place;
    Handle(Poly_PolygonOnTriangulation) polygon;
    uint32_t vertex(Standard_Integer i) const { return uint32_t(place->vertex) + uint32_t(polygon->Node(i)) - 1; }
  };

  void add_sharp_edges() {
    TopTools_IndexedDataMapOfShapeListOfShape edges;
    TopExp::MapShapesAndAncestors(part_.shape, TopAbs_EDGE, TopAbs_FACE, edges);
    for (Standard_Integer i = 1; i <= edges.Extent(); ++i) {
      const TopoDS_Edge& edge = TopoDS::Edge(edges.FindKey(i));
      if (!BRep_Tool::Degenerated(edge)) add_edge(edge, edges(i));
    }
  }

  void add_edge(const TopoDS_Edge& edge, const TopTools_ListOfShape& faces) {
    std::vector<EdgeSide> sides;
    for (TopTools_ListOfShape::Iterator it(faces); it.More(); it.Next()) {
      const Standard_Integer index = part_.faces.FindIndex(it.Value());
      if (index == 0 || place_of_[size_t(index) - 1] < 0) continue;
      const FacePlace& place = places_[size_t(place_of_[size_t(index) - 1])];
      const Handle(Poly_PolygonOnTriangulation) polygon = BRep_Tool::PolygonOnTriangulation(edge, place.triangulation, place.location);
      if (polygon.IsNull() || polygon->NbNodes() < 2) continue;
      if (BRep_Tool::IsClosed(edge, TopoDS::Face(it.Value()))) return;  // the seam of a cylinder
      sides.push_back({&place, polygon});
    }
    if (sides.empty() || (sides.size() == 2 && smooth(sides[0], sides[1]))) return;
    const EdgeSide& side = sides[0];
    for (Standard_Integer i = 1; i < side.polygon->NbNodes(); ++i) {
      const uint32_t a = side.vertex(i), b = side.vertex(i + 1);
      if (a < out_->faces.size() && b < out_->faces.size() && a != b) out_->edges.insert(out_->edges.end(), {a, b});
    }
  }

  bool smooth(const EdgeSide& a, const EdgeSide& b) const {
    if (a.polygon->NbNodes() != b.polygon->NbNodes()) return false;
    const float least = float(std::cos(sharp_rad));
    for (Standard_Integer i = 1; i <= a.polygon->NbNodes(); ++i) {
      const size_t va = 3 * size_t(a.vertex(i)), vb = 3 * size_t(b.vertex(i));
      if (va + 2 >= out_->normals.size() || vb + 2 >= out_->normals.size()) return false;
      const float* n = &out_->normals[va];
      const float* m = &out_->normals[vb];
      if (n[0] * m[0] + n[1] * m[1] + n[2] * m[2] < least) return false;
    }
    return true;
  }

  // add_free_edges adds the curves that bound no face.
  void add_free_edges() {
    for (Standard_Integer i = 1; i <= part_.free_edges.Extent(); ++i) {
      TopLoc_Location location;
      const Handle(Poly_Polygon3D) polygon = BRep_Tool::Polygon3D(TopoDS::Edge(part_.free_edges(i)), location);
      if (polygon.IsNull() || polygon->NbNodes() < 2) continue;
      const TColgp_Array1OfPnt& nodes = polygon->Nodes();
      const size_t first = out_->faces.size(), count = size_t(nodes.Length());
      if (first + count > UINT32_MAX - 1) throw std::runtime_error("a part has more vertices than can be numbered");
      out_->positions.resize(3 * (first + count));
      out_->normals.resize(3 * (first + count));
      out_->faces.resize(first + count);
      const int64_t start = int64_t(out_->lines.size());
      for (size_t k = 0; k < count; ++k) {
        const gp_Pnt p = nodes.Value(nodes.Lower() + Standard_Integer(k)).Transformed(location.Transformation());
        put(first + k, p.XYZ(), gp_XYZ(0, 0, 1), UINT32_MAX);
        if (k > 0) out_->lines.insert(out_->lines.end(), {uint32_t(first + k - 1), uint32_t(first + k)});
      }
      extend_line_runs(part_.free_edge_color[size_t(i) - 1], start, int64_t(out_->lines.size()));
    }
  }

  void extend_line_runs(int color, int64_t first, int64_t end) {
    std::vector<cad_run>& runs = out_->line_runs;
    if (runs.empty() || runs.back().color != color) runs.push_back({first, 0, color, 1});
    runs.back().count = end - runs.back().first;
  }

  cad_mesh handed_over() {
    Arrays* a = out_.release();
    cad_mesh m{};
    m.memory = a;
    for (int k = 0; k < 3; ++k) m.origin[k] = origin_.Coord(k + 1);
    m.vertices = int64_t(a->faces.size());
    m.positions = a->positions.data();
    m.normals = a->normals.data();
    m.faces = a->faces.data();
    m.indices = int64_t(a->triangles.size());
    m.triangles = a->triangles.data();
    m.edge_indices = int64_t(a->edges.size());
    m.edges = a->edges.data();
    m.line_indices = int64_t(a->lines.size());
    m.lines = a->lines.data();
    m.runs = int(a->runs.size());
    m.run = a->runs.data();
    m.line_runs = int(a->line_runs.size());
    m.line_run = a->line_runs.data();
    m.failed = failed_;
    return m;
  }

  const Part& part_;
  std::unique_ptr<Arrays> out_ = std::make_unique<Arrays>();
  std::vector<FacePlace> places_;
  std::vector<int> place_of_;  // by face: index in places_, or -1
  gp_XYZ origin_{0, 0, 0};
  int failed_ = 0;
};

}  // namespace

cad_mesh extract_part(const Part& part) { return Extractor(part).extract(); }

void cad_mesh_free(cad_mesh* mesh) {
  delete static_cast<Arrays*>(mesh->memory);
  mesh->memory = nullptr;
}
