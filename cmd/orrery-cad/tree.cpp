//go:build occt

// The assembly tree: from the labels of a document to nodes and parts, with names, colours, layers and materials.
//
// A label is an assembly, a simple shape, or a component: a placed reference to one of the two. The colour of a shape is
// the first of: its own, that of the component, that of the part, that inherited from the assemblies above.

#include "file.hpp"

#include <map>
#include <stdexcept>
#include <string>

#include <Quantity_ColorRGBA.hxx>
#include <TCollection_AsciiString.hxx>
#include <TCollection_HAsciiString.hxx>
#include <TColStd_HSequenceOfExtendedString.hxx>
#include <TDF_LabelSequence.hxx>
#include <TDF_Tool.hxx>
#include <TDataStd_Name.hxx>
#include <TDataStd_TreeNode.hxx>
#include <TopAbs_ShapeEnum.hxx>
#include <TopExp.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS_Iterator.hxx>
#include <XCAFDoc.hxx>
#include <XCAFDoc_ColorTool.hxx>
#include <XCAFDoc_DocumentTool.hxx>
#include <XCAFDoc_GraphNode.hxx>
#include <XCAFDoc_LayerTool.hxx>
#include <XCAFDoc_MaterialTool.hxx>
#include <XCAFDoc_ShapeTool.hxx>
#include <XCAFPrs.hxx>
#include <XCAFPrs_IndexedDataMapOfShapeStyle.hxx>
#include <XCAFPrs_Style.hxx>

namespace {

std::string utf8(const TCollection_ExtendedString& text) {
  const Standard_Integer n = text.LengthOfCString();
  std::string out(size_t(n) + 1, '\0');
  Standard_PCharacter at = &out[0];
  text.ToUTF8CString(at);
  out.resize(size_t(n));
  return out;
}

std::string name_of(const TDF_Label& label) {
  Handle(TDataStd_Name) name;
  return label.FindAttribute(TDataStd_Name::GetID(), name) ? utf8(name->Get()) : std::string();
}

// Style is what the file says of the look of a label or a shape; -1 is nothing.
struct Style {
  int surface = -1, curve = -1;
};

class TreeBuilder {
 public:
  explicit TreeBuilder(cad_file& file)
      : file_(file),
        shapes_(XCAFDoc_DocumentTool::ShapeTool(file.document->Main())),
        colors_(XCAFDoc_DocumentTool::ColorTool(file.document->Main())),
        layers_(XCAFDoc_DocumentTool::LayerTool(file.document->Main())) {}

  void build() {
    TDF_LabelSequence roots;
    shapes_->GetFreeShapes(roots);
    for (TDF_LabelSequence::Iterator it(roots); it.More(); it.Next()) visit(it.Value(), -1, Style(), false, 0);
    if (file_.parts.empty()) throw std::runtime_error("the file holds no shapes");
  }

 private:
  // visit adds the node of a label, and those below it.
  void visit(const TDF_Label& label, int parent, Style inherited, bool hidden, int depth) {
    need_modest(double(file_.nodes.size()), depth + 1);
    TDF_Label shape = label;
    const bool placed = XCAFDoc_ShapeTool::GetReferredShape(label, shape);
    path_.Append(label);
    Node node;
    node.parent = parent;
    node.name = name_of(label);
    node.product = name_of(shape);
    if (placed) node.location = XCAFDoc_ShapeTool::GetLocation(label);
    Style style = merge(inherited, style_of(shape));
    if (placed) style = merge(style, style_of(label));
    style = merge(style, style_of_usage());
    node.color = style.surface;
    node.curve_color = style.curve;
    node.hidden = hidden || !colors_->IsVisible(label) || !colors_->IsVisible(shape);
    add_layers(node, label);
    if (placed) add_layers(node, shape);
    add_material(node, shape);
    const bool assembly = XCAFDoc_ShapeTool::IsAssembly(shape);
    if (!assembly) node.part = part_of(shape, node);
    const int index = int(file_.nodes.size());
    const bool unseen = node.hidden;
    file_.nodes.push_back(std::move(node));
    if (assembly) {
      TDF_LabelSequence components;
      XCAFDoc_ShapeTool::GetComponents(shape, components, Standard_False);
      for (TDF_LabelSequence::Iterator it(components); it.More(); it.Next()) visit(it.Value(), index, style, unseen, depth + 1);
    }
    path_.Remove(path_.Length());
  }

  static Style merge(Style under, Style over) {
    return {over.surface >= 0 ? over.surface : under.surface, over.curve >= 0 ? over.curve : under.curve};
  }

  int color_index(const Quantity_ColorRGBA& c) {
    const std::array<float, 4> rgba = {float(c.GetRGB().Red()), float(c.GetRGB().Green()), float(c.GetRGB().Blue()), c.Alpha()};
    const auto found = color_numbers_.emplace(rgba, int(file_.colors.size()));
    if (found.second) file_.colors.push_back(rgba);
    return found.first->second;
  }

  Style style_of(const TDF_Label& label) {
    Style out;
    Quantity_ColorRGBA c;
    if (colors_->GetColor(label, XCAFDoc_ColorGen, c)) out.surface = out.curve = color_index(c);
    if (colors_->GetColor(label, XCAFDoc_ColorSurf, c)) out.surface = color_index(c);
    if (colors_->GetColor(label, XCAFDoc_ColorCurv, c)) out.curve = color_index(c);
    return out;
  }

  // style_of_usage finds a colour that holds for the last label of the path only where it is reached by this path: a
  // "specified higher usage occurrence" of AP214 and AP242.
  Style style_of_usage() {
    const Standard_Integer n = path_.Length();
    for (Standard_Integer first = 2; first < n; ++first) {  // the first label of the path is no component
      TDF_AttributeSequence usages;
      if (!XCAFDoc_ShapeTool::GetAllComponentSHUO(path_.Value(first), usages)) continue;
      TDF_LabelSequence tail;
      for (Standard_Integer i = first; i <= n; ++i) tail.Append(path_.Value(i));
      Handle(XCAFDoc_GraphNode) usage;
      if (XCAFDoc_ShapeTool::FindSHUO(tail, usage)) return style_of(usage->Label());
    }
    return {};
  }

  void add_layers(Node& node, const TDF_Label& label) {
    Handle(TColStd_HSequenceOfExtendedString) names;
    if (!layers_->GetLayers(label, names) || names.IsNull()) return;
    for (Standard_Integer i = 1; i <= names->Length(); ++i) {
      const std::string name = utf8(names->Value(i));
      if (!node.layers.empty()) node.layers += ", ";
      node.layers += name;
      TDF_Label layer;
      if (layers_->FindLayer(names->Value(i), layer) && !layers_->IsVisible(layer)) node.hidden = true;
    }
  }

  void add_material(Node& node, const TDF_Label& shape) {
    Handle(TDataStd_TreeNode) link;
    if (!shape.FindAttribute(XCAFDoc::MaterialRefGUID(), link) || !link->HasFather()) return;
    Handle(TCollection_HAsciiString) name, text, density_name, density_type;
    Standard_Real density = 0;
    const Handle(XCAFDoc_MaterialTool) tool = XCAFDoc_DocumentTool::MaterialTool(file_.document->Main());
    if (!tool->GetMaterial(link->Father()->Label(), name, text, density, density_name, density_type)) return;
    if (!name.IsNull()) node.material = name->ToCString();
    node.density = density * 1000;  // OpenCASCADE delivers g/cm³
  }

  // part_of returns the part of a shape label, made at the first use.
  int part_of(const TDF_Label& label, Node& node) {
    TCollection_AsciiString entry;
    TDF_Tool::Entry(label, entry);
    const auto found = part_numbers_.emplace(entry.ToCString(), int(file_.parts.size()));
    if (found.second) {
      file_.parts.emplace_back();
      fill_part(file_.parts.back(), label);
      part_layers_.push_back(layers_below(label));
    }
    if (node.layers.empty()) node.layers = part_layers_[size_t(found.first->second)];
    return found.first->second;
  }

  // layers_below names the layers of the bodies and faces in a part, when the part itself has none.
  std::string layers_below(const TDF_Label& label) {
    TDF_LabelSequence subs;
    XCAFDoc_ShapeTool::GetSubShapes(label, subs);
    Node all;
    std::map<std::string, bool> seen;
    std::string out;
    for (TDF_LabelSequence::Iterator it(subs); it.More(); it.Next()) {
      Node one;
      add_layers(one, it.Value());
      if (one.layers.empty() || !seen.emplace(one.layers, true).second || seen.size() > 16) continue;
      out += (out.empty() ? "" : ", ") + one.layers;
    }
    return out;
  }

  void fill_part(Part& part, const TDF_Label& label) {
    part.shape = XCAFDoc_ShapeTool::GetShape(label);
    if (part.shape.IsNull()) return;
    XCAFPrs_IndexedDataMapOfShapeStyle styles;
    XCAFPrs::CollectStyleSettings(label, TopLoc_Location(), styles);
    collect(part, part.shape, styles, Style(), false, 0);
    for (TopExp_Explorer it(part.shape, TopAbs_EDGE, TopAbs_FACE); it.More(); it.Next()) {
      if (!part.free_edges.Contains(it.Current())) {
        part.free_edges.Add(it.Current());
        const XCAFPrs_Style* style = styles.Seek(it.Current());
        part.free_edge_color.push_back(style != nullptr && style->IsSetColorCurv() ? color_index(Quantity_ColorRGBA(style->GetColorCurv())) : -1);
      }
    }
  }

  // collect goes down to the faces and gives each the nearest colour at or above it, that of the whole part left out.
  void collect(Part& part, const TopoDS_Shape& shape, const XCAFPrs_IndexedDataMapOfShapeStyle& styles, Style style, bool solid, int depth) {
    if (depth > most_depth) throw std::runtime_error("a shape is nested more than " + std::to_string(most_depth) + " deep");
    if (!shape.IsSame(part.shape)) {
      const XCAFPrs_Style* own = styles.Seek(shape);
      if (own != nullptr && !own->IsVisible()) return;
      if (own != nullptr && own->IsSetColorSurf()) style.surface = color_index(own->GetColorSurfRGBA());
    }
    if (shape.ShapeType() == TopAbs_FACE) {
      add_face(part, shape, style, solid);
      return;
    }
    if (shape.ShapeType() > TopAbs_FACE) return;  // wires, edges, vertices
    solid = solid || shape.ShapeType() == TopAbs_SOLID;
    for (TopoDS_Iterator it(shape); it.More(); it.Next()) collect(part, it.Value(), styles, style, solid, depth + 1);
  }

  static void add_face(Part& part, const TopoDS_Shape& face, Style style, bool solid) {
    const Standard_Integer known = part.faces.FindIndex(face);
    if (known > 0) {  // between two solids
      part.face_two_sided[size_t(known) - 1] = true;
      return;
    }
    part.faces.Add(face);
    part.face_color.push_back(style.surface);
    part.face_two_sided.push_back(!solid);
  }

  cad_file& file_;
  Handle(XCAFDoc_ShapeTool) shapes_;
  Handle(XCAFDoc_ColorTool) colors_;
  Handle(XCAFDoc_LayerTool) layers_;
  TDF_LabelSequence path_;  // from the root to the label that is visited
  std::map<std::array<float, 4>, int> color_numbers_;
  std::map<std::string, int> part_numbers_;
  std::vector<std::string> part_layers_;
};

}  // namespace

void build_tree(cad_file& file) { TreeBuilder(file).build(); }
