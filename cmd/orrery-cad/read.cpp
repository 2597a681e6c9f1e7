//go:build occt

// Reading: from the bytes of a file to a document of OpenCASCADE, with its unit and what its header says.

#include "file.hpp"

#include <fstream>
#include <memory>
#include <stdexcept>
#include <streambuf>

#include <BRepTools.hxx>
#include <BRep_Builder.hxx>
#include <BinTools.hxx>
#include <HeaderSection_FileName.hxx>
#include <HeaderSection_FileSchema.hxx>
#include <IFSelect_ReturnStatus.hxx>
#include <IGESCAFControl_Reader.hxx>
#include <IGESData_GlobalSection.hxx>
#include <IGESData_IGESModel.hxx>
#include <Interface_CheckIterator.hxx>
#include <Interface_Static.hxx>
#include <Message.hxx>
#include <Message_Messenger.hxx>
#include <Message_Printer.hxx>
#include <STEPCAFControl_Reader.hxx>
#include <STEPControl_Reader.hxx>
#include <StepData_StepModel.hxx>
#include <TCollection_AsciiString.hxx>
#include <TCollection_HAsciiString.hxx>
#include <TColStd_SequenceOfAsciiString.hxx>
#include <TDataStd_Name.hxx>
#include <Transfer_TransientProcess.hxx>
#include <XCAFApp_Application.hxx>
#include <XCAFDoc_DocumentTool.hxx>
#include <XCAFDoc_ShapeTool.hxx>
#include <XSControl_TransferReader.hxx>
#include <XSControl_WorkSession.hxx>

namespace {

// FileBuffer reads a file in large steps and counts them as progress.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(const char* path) : buffer_(1 << 20) {
    if (file_.open(path, std::ios::in | std::ios::binary) == nullptr) throw std::runtime_error("the file cannot be opened");
    const std::streamoff size = file_.pubseekoff(0, std::ios::end, std::ios::in);
    size_ = size > 0 ? double(size) : 1;
    file_.pubseekpos(0, std::ios::in);
  }

 protected:
  int_type underflow() override {
    const std::streamsize n = file_.sgetn(buffer_.data(), std::streamsize(buffer_.size()));
    if (n <= 0) return traits_type::eof();
    done_ += double(n);
    progress_fraction = std::min(done_ / size_, 1.0);
    setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
    return traits_type::to_int_type(buffer_[0]);
  }

  pos_type seekoff(off_type off, std::ios_base::seekdir dir, std::ios_base::openmode mode) override {
    if (dir == std::ios::cur) {
      off -= egptr() - gptr();
      if (off == gptr() - egptr()) return file_.pubseekoff(0, dir, mode) + off;  // only asked where it is
    }
    setg(nullptr, nullptr, nullptr);
    return file_.pubseekoff(off, dir, mode);
  }

  pos_type seekpos(pos_type pos, std::ios_base::openmode mode) override {
    setg(nullptr, nullptr, nullptr);
    return file_.pubseekpos(pos, mode);
  }

 private:
  std::filebuf file_;
  std::vector<char> buffer_;
  double size_ = 1, done_ = 0;
};

void add_fact(cad_file& file, const char* name, const Handle(TCollection_HAsciiString)& value) {
  if (!value.IsNull() && !value->IsEmpty()) file.facts.emplace_back(name, value->ToCString());
}

// need_read turns the status of a reader into an error for people.
void need_read(IFSelect_ReturnStatus status, const char* what) {
  if (status == IFSelect_RetDone) return;
  throw std::runtime_error(std::string("the file is not ") + what + ", or it is broken: its text cannot be read");
}

// warn_of_failures says how many entities did not become shapes.
void warn_of_failures(cad_file& file, const Handle(XSControl_WorkSession)& session) {
  const Handle(Transfer_TransientProcess) process = session->TransferReader()->TransientProcess();
  if (process.IsNull()) return;
  int failed = 0;
  std::string first;
  Interface_CheckIterator checks = process->CheckList(Standard_True);
  for (checks.Start(); checks.More(); checks.Next()) {
    const Handle(Interface_Check)& check = checks.Value();
    if (check->NbFails() == 0) continue;
    if (failed++ == 0) first = check->CFail(1);
  }
  if (failed > 0) warn(file, std::to_string(failed) + " entities could not be turned into shapes; the first: " + first);
}

struct NamedUnit {
  const char* name;
  double metres;
};

// Names as STEPConstruct_UnitContext and the flags of IGES give them; the yard and lesser units do not occur in CAD.
const NamedUnit units[] = {{"INCH", 0.0254},        {"IN", 0.0254},        {"MILLIMETRE", 1e-3}, {"MM", 1e-3},
                           {"FOOT", 0.3048},        {"FT", 0.3048},        {"MILE", 1609.344},   {"MI", 1609.344},
                           {"METRE", 1},            {"M", 1},              {"KILOMETRE", 1e3},   {"KM", 1e3},
                           {"MIL", 2.54e-5},        {"THOUSANDTH", 2.54e-5}, {"MICROMETRE", 1e-6}, {"MICRON", 1e-6},
                           {"UM", 1e-6},            {"CENTIMETRE", 1e-2},  {"CM", 1e-2},         {"MICROINCH", 2.54e-8},
                           {"UIN", 2.54e-8},        {"NANOMETRE", 1e-9},   {"NM", 1e-9},         {"DECIMETRE", 0.1},
                           {"DECAMETRE", 10},       {"HECTOMETRE", 100},   {"YARD", 0.9144}};

void set_unit(cad_file& file, TCollection_AsciiString name) {
  name.UpperCase();
  name.ChangeAll('\'', ' ');
  name.LeftAdjust();
  name.RightAdjust();
  file.unit = name.ToCString();
  for (const NamedUnit& u : units) {
    if (file.unit == u.name) file.unit_m = u.metres;
  }
}

void read_header(cad_file& file, const Handle(StepData_StepModel)& model) {
  Handle(HeaderSection_FileSchema) schema =
      Handle(HeaderSection_FileSchema)::DownCast(model->HeaderEntity(STANDARD_TYPE(HeaderSection_FileSchema)));
  if (!schema.IsNull() && schema->NbSchemaIdentifiers() > 0) {
    const Handle(TCollection_HAsciiString) id = schema->SchemaIdentifiersValue(1);
    if (!id.IsNull()) file.schema = id->ToCString();
  }
  Handle(HeaderSection_FileName) name =
      Handle(HeaderSection_FileName)::DownCast(model->HeaderEntity(STANDARD_TYPE(HeaderSection_FileName)));
  if (name.IsNull()) return;
  add_fact(file, "title", name->Name());
  add_fact(file, "written", name->TimeStamp());
  add_fact(file, "system", name->OriginatingSystem());
  add_fact(file, "preprocessor", name->PreprocessorVersion());
  if (!name->Author().IsNull() && name->NbAuthor() > 0) add_fact(file, "author", name->AuthorValue(1));
  if (!name->Organization().IsNull() && name->NbOrganization() > 0) add_fact(file, "organization", name->OrganizationValue(1));
}

void read_step(cad_file& file, const char* path) {
  STEPCAFControl_Reader reader;
  reader.SetColorMode(true);
  reader.SetNameMode(true);
  reader.SetLayerMode(true);
  reader.SetMatMode(true);
  reader.SetSHUOMode(true);
  reader.SetPropsMode(false);
  reader.SetGDTMode(false);
  reader.SetViewMode(false);
  {
    FileBuffer buffer(path);
    std::istream stream(&buffer);
    need_read(reader.ChangeReader().ReadStream(path, stream), "STEP");
  }
  const Handle(StepData_StepModel) model = reader.Reader().StepModel();
  if (model.IsNull() || model->NbEntities() == 0) throw std::runtime_error("the STEP file holds no entities");
  read_header(file, model);
  TColStd_SequenceOfAsciiString lengths, angles, solid_angles;
  reader.ChangeReader().FileUnits(lengths, angles, solid_angles);
  if (!lengths.IsEmpty()) set_unit(file, lengths.First());
  for (Standard_Integer i = 2; i <= lengths.Length(); ++i) {
    if (!lengths(i).IsEqual(lengths.First())) warn(file, "the file mixes units of length; each shape is read in its own");
  }
  check_assembly(model);
  stage(CAD_TRANSFER);
  const Handle(Progress) progress = new Progress();
  if (!reader.Transfer(file.document, progress->Start())) throw std::runtime_error("the STEP file holds no shapes that can be read");
  warn_of_failures(file, reader.Reader().WS());
}

void read_iges(cad_file& file, const char* path) {
  IGESCAFControl_Reader reader;
  reader.SetColorMode(true);
  reader.SetNameMode(true);
  reader.SetLayerMode(true);
  need_read(reader.ReadFile(path), "IGES");
  progress_fraction = 1;
  const Handle(IGESData_IGESModel) model = reader.IGESModel();
  if (model.IsNull() || model->NbEntities() == 0) throw std::runtime_error("the IGES file holds no entities");
  const IGESData_GlobalSection& global = model->GlobalSection();
  file.unit_m = global.UnitValue() * 1e-3;  // UnitValue is in millimetres, GlobalSection applies the model scale elsewhere
  if (!global.UnitName().IsNull()) file.unit = global.UnitName()->ToCString();
  file.schema = "IGES";
  add_fact(file, "title", global.FileName());
  add_fact(file, "written", global.Date());
  add_fact(file, "system", global.SystemId());
  add_fact(file, "preprocessor", global.InterfaceVersion());
  add_fact(file, "author", global.AuthorName());
  add_fact(file, "organization", global.CompanyName());
  stage(CAD_TRANSFER);
  const Handle(Progress) progress = new Progress();
  if (!reader.Transfer(file.document, progress->Start())) throw std::runtime_error("the IGES file holds no shapes that can be read");
  warn_of_failures(file, reader.WS());
}

void read_brep(cad_file& file, const char* path) {
  FileBuffer buffer(path);
  std::istream stream(&buffer);
  TopoDS_Shape shape;
  if (file.format == CAD_BREP_BINARY) {
    BinTools::Read(shape, stream);
  } else {
    BRepTools::Read(shape, stream, BRep_Builder());
  }
  if (shape.IsNull()) throw std::runtime_error("the BREP file is broken or holds no shape");
  file.schema = "BREP";
  stage(CAD_TRANSFER);
  const Handle(XCAFDoc_ShapeTool) shapes = XCAFDoc_DocumentTool::ShapeTool(file.document->Main());
  const TDF_Label label = shapes->AddShape(shape, Standard_False);
  TDataStd_Name::Set(label, "shape");
}

}  // namespace

void read_file(cad_file& file, const char* path) {
  XCAFDoc_ShapeTool::SetAutoNaming(Standard_False);
  const Handle(Message_Messenger)& messenger = Message::DefaultMessenger();
  messenger->RemovePrinters(STANDARD_TYPE(Message_Printer));
  XCAFApp_Application::GetApplication()->NewDocument("BinXCAF", file.document);
  stage(CAD_READ);
  switch (file.format) {
    case CAD_STEP:
      return read_step(file, path);
    case CAD_IGES:
      return read_iges(file, path);
    default:
      return read_brep(file, path);
  }
}
