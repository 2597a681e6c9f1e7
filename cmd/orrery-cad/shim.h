// The C face of OpenCASCADE as orrery-cad uses it: open a file, walk its tree, take its meshes one by one.
//
// Lengths are millimetres and Z is up, as OpenCASCADE delivers them; colours are linear, 0 to 1. Strings are UTF-8 and
// belong to the file until it is closed. A function that can fail returns 0 or NULL and writes one line into error.
#ifndef ORRERY_CAD_SHIM_H
#define ORRERY_CAD_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cad_file cad_file;

enum { CAD_STEP = 1, CAD_IGES = 2, CAD_BREP = 3, CAD_BREP_BINARY = 4 };
enum { CAD_READ = 1, CAD_TRANSFER = 2, CAD_MESH = 3 };
enum { CAD_ERROR_SIZE = 1024 };

// cad_settings say how finely to mesh.
typedef struct {
	double linear;         // greatest distance from the surface, as a part of the size of the shape
	double angle_rad;      // greatest angle between the normals at the ends of an edge
	int64_t max_triangles; // of all parts together
	int threads;           // 0 for one per processor
} cad_settings;

typedef struct {
	int nodes, parts, colors, facts, warnings;
	double unit_m;    // metres of one unit of length of the file; 0 when it names none
	const char *unit; // its name, or ""
	const char *schema;
} cad_counts;

typedef struct {
	int parent;       // index of a node before this one, or -1
	int part;         // index of its shape, or -1 for an assembly
	int color;        // of faces that have none of their own, or -1
	int curve_color;  // of free edges that have none of their own, or -1
	int hidden;       // the file says that it shall not be seen
	const char *name; // of the instance
	const char *product;
	const char *layers; // separated by ", "
	const char *material;
	double density; // kg/m³, 0 when it is not known
	double translation[3], rotation[4], scale; // parentFromNode; rotation x, y, z, w
} cad_node;

typedef struct {
	int64_t faces;
	int64_t estimate;  // triangles to expect
	double deflection; // greatest distance of the triangles from the surface
	double bounds[6];  // least x, y, z, greatest x, y, z; all zero when it is empty
} cad_part;

// A cad_run is a row of indices with one colour.
typedef struct {
	int64_t first, count; // of indices
	int color;            // -1 for that of the node
	int two_sided;        // its faces bound no solid
} cad_run;

// A cad_mesh belongs to the caller until cad_mesh_free.
typedef struct {
	int part;
	double origin[3]; // to be added to the positions
	int64_t vertices;
	float *positions, *normals;
	uint32_t *faces; // per vertex the number of its face, or 0xffffffff
	int64_t indices, edge_indices, line_indices;
	uint32_t *triangles, *edges, *lines;
	int runs, line_runs;
	cad_run *run, *line_run;
	int failed; // faces that could not be meshed
	void *memory;
} cad_mesh;

const char *cad_version(void);

// cad_progress may be called from any thread at any time.
void cad_progress(int *stage, double *fraction, int64_t *triangles);

// cad_guard makes crashes inside OpenCASCADE end the process with one line of JSON on standard error, and exit code 70.
// memory_limit is that of the address space in bytes, 0 for none.
void cad_guard(int64_t memory_limit);

// cad_starved tells whether the address space has come so close to its limit that an allocation is likely to have failed:
// OpenCASCADE turns failed allocations into errors of all kinds.
int cad_starved(void);

cad_file *cad_open(const char *path, int format, const cad_settings *settings, char *error);
void cad_count(const cad_file *file, cad_counts *out);
void cad_get_node(const cad_file *file, int index, cad_node *out);
void cad_get_part(const cad_file *file, int index, cad_part *out);
void cad_get_color(const cad_file *file, int index, float rgba[4]);
void cad_get_fact(const cad_file *file, int index, const char **name, const char **value);
const char *cad_get_warning(const cad_file *file, int index);

// cad_next_mesh makes the next mesh. It returns 1 for one, 0 after the last, -1 after an error.
int cad_next_mesh(cad_file *file, cad_mesh *out, char *error);
void cad_mesh_free(cad_mesh *mesh);

#ifdef __cplusplus
}
#endif
#endif
