//go:build occt

// A look at the assembly of a STEP file before OpenCASCADE turns it into shapes: it would follow one that contains
// itself, or that multiplies without end, until memory or time run out.

#include "file.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <StepBasic_ProductDefinition.hxx>
#include <StepData_StepModel.hxx>
#include <StepRepr_NextAssemblyUsageOccurrence.hxx>

namespace {

struct Product {
  std::vector<Product*> uses;
  int state = 0;  // 1: on the way down, 2: counted
  size_t next = 0;
  int depth = 1;
  double nodes = 1;
  bool used = false;
};

// count fills in the nodes and the depth of a product and of all that it uses, without recursion.
void count(Product* top) {
  std::vector<Product*> path{top};
  top->state = 1;
  while (!path.empty()) {
    Product* p = path.back();
    if (p->next < p->uses.size()) {
      Product* child = p->uses[p->next++];
      if (child->state == 1) throw std::runtime_error("the file is broken: an assembly in it contains itself");
      if (child->state == 0) {
        child->state = 1;
        path.push_back(child);
      }
      continue;
    }
    for (const Product* child : p->uses) {
      p->nodes += child->nodes;
      p->depth = std::max(p->depth, child->depth + 1);
    }
    p->state = 2;
    path.pop_back();
  }
}

}  // namespace

void check_assembly(const Handle(StepData_StepModel)& model) {
  std::map<const Standard_Transient*, Product> products;
  for (Standard_Integer i = 1; i <= model->NbEntities(); ++i) {
    const Handle(Standard_Transient) entity = model->Value(i);
    if (entity.IsNull() || !entity->IsKind(STANDARD_TYPE(StepRepr_NextAssemblyUsageOccurrence))) continue;
    const Handle(StepRepr_NextAssemblyUsageOccurrence) use = Handle(StepRepr_NextAssemblyUsageOccurrence)::DownCast(entity);
    if (use->RelatingProductDefinition().IsNull() || use->RelatedProductDefinition().IsNull()) continue;
    Product& child = products[use->RelatedProductDefinition().get()];
    child.used = true;
    products[use->RelatingProductDefinition().get()].uses.push_back(&child);
  }
  double nodes = 0;
  int depth = 0;
  for (auto& entry : products) {
    Product& p = entry.second;
    if (p.state == 0) count(&p);
    if (!p.used) nodes += p.nodes;
    depth = std::max(depth, p.depth);
  }
  need_modest(nodes, depth);
}

void need_modest(double nodes, int depth) {
  if (depth > most_depth) throw std::runtime_error("the assembly is nested more than " + std::to_string(most_depth) + " deep, which is the limit");
  if (nodes > most_nodes) throw std::runtime_error("the assembly has more than " + std::to_string(most_nodes) + " parts, which is the limit");
}
