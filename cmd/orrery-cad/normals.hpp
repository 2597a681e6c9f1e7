#ifndef ORRERY_CAD_NORMALS_HPP
#define ORRERY_CAD_NORMALS_HPP

#include <vector>

#include <Poly_Triangulation.hxx>
#include <TopoDS_Face.hxx>
#include <gp_XYZ.hxx>

// vertex_normals returns a unit normal for each node of a face's triangulation, in the space of the triangulation and
// as if the face were not reversed: that of the surface, or of the triangles where the surface has none.
std::vector<gp_XYZ> vertex_normals(const TopoDS_Face& face, const Poly_Triangulation& triangulation);

#endif
