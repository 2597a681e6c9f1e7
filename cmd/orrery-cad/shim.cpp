//go:build occt

// The functions of shim.h: they hand out what a file holds and turn exceptions into one line of text.

#include "file.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <fcntl.h>
#include <unistd.h>

#include <OSD_Parallel.hxx>
#include <OSD_ThreadPool.hxx>
#include <Standard_Failure.hxx>
#include <Standard_OutOfMemory.hxx>
#include <Standard_Version.hxx>
#include <gp_Quaternion.hxx>
#include <gp_Trsf.hxx>

std::atomic<int> progress_stage{0};
std::atomic<double> progress_fraction{0};
std::atomic<int64_t> progress_triangles{0};

void stage(int which) {
  progress_fraction = 0;
  progress_stage = which;
}

void cad_progress(int* which, double* fraction, int64_t* triangles) {
  *which = progress_stage;
  *fraction = progress_fraction;
  *triangles = progress_triangles;
}

void warn(cad_file& file, const std::string& text) {
  const size_t most = 100;
  if (file.warnings.size() >= most) return;
  for (const std::string& known : file.warnings) {
    if (known == text) return;
  }
  file.warnings.push_back(text);
}

namespace {

void say(char* error, const char* text) { std::snprintf(error, CAD_ERROR_SIZE, "%s", text); }

// guarded calls work and writes into error what it throws.
template <class Work>
bool guarded(char* error, Work work) {
  try {
    work();
    return true;
  } catch (const Standard_OutOfMemory&) {
    say(error, "out of memory");
  } catch (const std::bad_alloc&) {
    say(error, "out of memory");
  } catch (const Standard_Failure& e) {
    const char* what = e.GetMessageString();
    std::string text = std::string("OpenCASCADE gave up: ") + e.DynamicType()->Name();
    if (what != nullptr && *what != 0) text += std::string(", ") + what;
    say(error, text.c_str());
  } catch (const std::exception& e) {
    say(error, e.what());
  } catch (...) {
    say(error, "OpenCASCADE gave up without a reason");
  }
  return false;
}

int64_t memory_limit = 0;

// crashed runs in a signal handler: nothing but open, read, write and _exit.
void crashed(int sig) {
  const char* text = "{\"error\":\"OpenCASCADE crashed on this file\"}\n";
  if (sig == SIGABRT) text = "{\"error\":\"OpenCASCADE aborted on this file\"}\n";
  if (sig == SIGFPE) text = "{\"error\":\"OpenCASCADE divided by zero on this file\"}\n";
  if (cad_starved()) text = "{\"error\":\"out of memory: take a coarser precision or raise the limit\"}\n";
  ssize_t ignored = write(STDERR_FILENO, text, std::strlen(text));
  (void)ignored;
  _exit(70);
}

}  // namespace

int cad_starved(void) {
  if (memory_limit == 0) return 0;
  char text[4096];
  const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return 0;
  text[n] = 0;
  const char* line = std::strstr(text, "VmPeak:");
  if (line == nullptr) return 0;
  int64_t peak = 0;  // in KB
  for (line += 7; *line == ' ' || *line == '\t'; ++line) {
  }
  for (; *line >= '0' && *line <= '9'; ++line) peak = 10 * peak + (*line - '0');
  const int64_t step = int64_t(64) << 20;  // what malloc takes for an arena
  return (peak << 10) + step + memory_limit / 32 > memory_limit;
}

void cad_guard(int64_t limit) {
  memory_limit = limit;
  struct sigaction action {};
  action.sa_handler = crashed;
  action.sa_flags = SA_ONSTACK;
  for (int sig : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) sigaction(sig, &action, nullptr);
}

cad_file* cad_open(const char* path, int format, const cad_settings* settings, char* error) {
  cad_file* file = new (std::nothrow) cad_file;
  if (file == nullptr) {
    say(error, "out of memory");
    return nullptr;
  }
  file->settings = *settings;
  file->format = format;
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 4);  // each takes 64 MB of address space, which may be limited
#endif
  bool ok = guarded(error, [&] {
    if (settings->threads > 0) {
      OSD_Parallel::SetUseOcctThreads(true);
      OSD_ThreadPool::DefaultPool()->Init(settings->threads - 1);  // the calling thread works too
    }
    read_file(*file, path);
    build_tree(*file);
    estimate_parts(*file);
    begin_meshing(*file);
  });
  return ok ? file : nullptr;  // after an error the process ends: what is left of the file is not worth the risk
}

void cad_count(const cad_file* file, cad_counts* out) {
  out->nodes = int(file->nodes.size());
  out->parts = int(file->parts.size());
  out->colors = int(file->colors.size());
  out->facts = int(file->facts.size());
  out->warnings = int(file->warnings.size());
  out->unit_m = file->unit_m;
  out->unit = file->unit.c_str();
  out->schema = file->schema.c_str();
}

void cad_get_node(const cad_file* file, int index, cad_node* out) {
  const Node& n = file->nodes[index];
  out->parent = n.parent;
  out->part = n.part;
  out->color = n.color;
  out->curve_color = n.curve_color;
  out->hidden = n.hidden;
  out->name = n.name.c_str();
  out->product = n.product.c_str();
  out->layers = n.layers.c_str();
  out->material = n.material.c_str();
  out->density = n.density;
  const gp_Trsf& t = n.location.Transformation();
  const gp_Quaternion q = t.GetRotation();
  const gp_XYZ& p = t.TranslationPart();
  out->scale = t.ScaleFactor();
  const double translation[3] = {p.X(), p.Y(), p.Z()}, rotation[4] = {q.X(), q.Y(), q.Z(), q.W()};
  std::memcpy(out->translation, translation, sizeof translation);
  std::memcpy(out->rotation, rotation, sizeof rotation);
}

void cad_get_part(const cad_file* file, int index, cad_part* out) {
  const Part& p = file->parts[index];
  out->faces = p.faces.Extent();
  out->estimate = p.estimate;
  out->deflection = p.deflection;
  double* b = out->bounds;
  std::fill(b, b + 6, 0.0);
  if (!p.box.IsVoid()) p.box.Get(b[0], b[1], b[2], b[3], b[4], b[5]);
}

void cad_get_color(const cad_file* file, int index, float rgba[4]) {
  std::copy(file->colors[index].begin(), file->colors[index].end(), rgba);
}

void cad_get_fact(const cad_file* file, int index, const char** name, const char** value) {
  *name = file->facts[index].first.c_str();
  *value = file->facts[index].second.c_str();
}

const char* cad_get_warning(const cad_file* file, int index) { return file->warnings[index].c_str(); }

int cad_next_mesh(cad_file* file, cad_mesh* out, char* error) {
  bool ok = guarded(error, [&] {
    while (file->ready.empty() && file->next_part < file->order.size()) mesh_next_parts(*file);
  });
  if (!ok) return -1;
  if (file->ready.empty()) return 0;
  *out = file->ready.front();
  file->ready.pop_front();
  return 1;
}

const char* cad_version(void) { return OCC_VERSION_COMPLETE; }
