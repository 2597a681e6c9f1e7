// What is known of an opened CAD file, shared by the parts of the shim.
#ifndef ORRERY_CAD_FILE_HPP
#define ORRERY_CAD_FILE_HPP

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <Bnd_Box.hxx>
#include <Message_ProgressIndicator.hxx>
#include <Message_ProgressScope.hxx>
#include <StepData_StepModel.hxx>
#include <TDF_Label.hxx>
#include <TDocStd_Document.hxx>
#include <TopLoc_Location.hxx>
#include <TopTools_IndexedMapOfShape.hxx>
#include <TopoDS_Face.hxx>
#include <TopoDS_Shape.hxx>

#include "shim.h"

// Node is one element of the assembly tree.
struct Node {
  int parent = -1, part = -1, color = -1, curve_color = -1;
  bool hidden = false;
  std::string name, product, layers, material;
  double density = 0;
  TopLoc_Location location; // parentFromNode
};

// Part is a shape that nodes refer to.
struct Part {
  TopoDS_Shape shape;
  TopTools_IndexedMapOfShape faces;
  std::vector<int> face_color;       // by face; -1 for that of the node
  std::vector<bool> face_two_sided;  // by face
  std::map<int, TopoDS_Face> rescued; // by face: what was meshed in place of a face that cannot be
  TopTools_IndexedMapOfShape free_edges;
  std::vector<int> free_edge_color;
  Bnd_Box box;
  double size = 0, deflection = 0;
  int64_t estimate = 0;
};

// cad_file is what the C side sees as an opaque handle.
struct cad_file {
  cad_settings settings{};
  int format = 0;
  Handle(TDocStd_Document) document;
  std::vector<Node> nodes;
  std::deque<Part> parts;
  std::vector<std::array<float, 4>> colors;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> warnings;
  std::string unit, schema;
  double unit_m = 0;

  // meshing
  std::vector<int> order;   // parts, those with like deflections side by side
  size_t next_part = 0;     // in order: the first that is not meshed
  std::deque<cad_mesh> ready;
  int64_t faces_total = 0, faces_done = 0, triangles = 0;
};

// progress of the process; there is one file at a time.
extern std::atomic<int> progress_stage;
extern std::atomic<double> progress_fraction;
extern std::atomic<int64_t> progress_triangles;

// Progress passes on what OpenCASCADE says of its progress, into a part of the stage.
class Progress : public Message_ProgressIndicator {
 public:
  explicit Progress(double from = 0, double to = 1) : from_(from), to_(to) {}
  void Show(const Message_ProgressScope&, const Standard_Boolean) override {
    progress_fraction = from_ + (to_ - from_) * GetPosition();
  }

 private:
  double from_, to_;
};

void stage(int which);

const int most_nodes = 2000000;  // a few nested assemblies can multiply without end
const int most_depth = 256;

// need_modest throws when an assembly is beyond these limits; check_assembly looks at one before it is transferred.
void need_modest(double nodes, int depth);
void check_assembly(const Handle(StepData_StepModel)& model);

// The steps of cad_open. They throw what OpenCASCADE throws, or std::runtime_error with a text for people.
void read_file(cad_file& file, const char* path);
void build_tree(cad_file& file);
void estimate_parts(cad_file& file);

// begin_meshing puts the parts in order; mesh_next_parts fills file.ready with the meshes of some more of them.
void begin_meshing(cad_file& file);
void mesh_next_parts(cad_file& file);

// extract_part copies the triangulation of a part into arrays.
cad_mesh extract_part(const Part& part);

void warn(cad_file& file, const std::string& text);

#endif
