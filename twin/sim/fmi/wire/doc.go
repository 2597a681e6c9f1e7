// Package wire is what the app and the child that runs an FMU say to each other.
//
// # Frames
//
// One byte for the kind, four for the length of the payload (little endian), the payload. The app sends a Request as JSON
// (FrameRequest), steps as numbers (FrameAdvance) and FrameCancel. The child answers each of the first two with rows
// (FrameRow), messages of the FMU (FrameLog, "status\tcategory\ttext"), signs of life while steps are made that nobody asked to see
// (FrameBeat), and at last one of FrameAnswer (JSON, Answer),
// FrameFault (JSON, Fault) or, when the FMU took the child down, FrameLost ("crash\tsegmentation fault\tfmi2DoStep").
//
// FrameAdvance holds, as little endian 32-bit numbers, how many instances, the instances, how many times, how many inputs,
// which steps give a row (each, each second one, …), and then as 64-bit floats for each time the time and the inputs from then on. FrameRow holds an instance, the number of
// the step from 0, the time that was reached, and the outputs.
//
// # Bounds and errors
//
// A frame has at most MaxFrame bytes; the reader of a longer one gets an error, and so does that of one that is cut off.
// Nothing here starts a goroutine; the functions may be used from any, a Reader from one at a time.
package wire
