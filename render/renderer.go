package render

import (
	"image"
	"time"
)

// Renderer draws frames on a thread of its own. Its methods may be called from any goroutine.
type Renderer interface {
	// Submit hands a frame over to be drawn; it takes over one reference and never blocks. A frame that was not begun yet
	// is dropped for a newer one. Nothing is drawn without a new frame.
	Submit(f *Frame)
	// OnPicture sets what is called, on the renderer's thread, when a picture is ready to be acquired. It must not block.
	OnPicture(func())
	// Acquire returns the newest finished picture, unless it was acquired before. The caller must Release it.
	Acquire() (Picture, bool)
	// Release gives a picture back. fence is a GL fence of the caller's context after its last use of Texture, or 0.
	Release(p Picture, fence uintptr)
	// Snapshot draws a frame at once, waits for it and returns it as an image that the caller owns. It borrows the frame.
	Snapshot(f *Frame) (*image.RGBA, error)
	// Device tells what draws. It is fixed after creation.
	Device() Device
	// Err returns why drawing has ended or the last frame failed, or nil.
	Err() error
	// Close ends the thread and frees what it holds. Pictures must not be used after.
	Close() error
}

// Device describes what a renderer draws with.
type Device struct {
	Name     string   // as the driver names it
	Version  string   // of OpenGL
	Software bool     // the CPU draws: expect tens of milliseconds per frame
	Samples  int      // of multisampling; 1 means none
	Depth    string   // "reversed 32F" or "32F"
	Simpler  []string // programs that the driver refused, and what is drawn in their place
}

// Picture is a finished frame: an image, or a texture of a shared context.
type Picture struct {
	Generation        uint64 // of the frame
	WidthPx, HeightPx int
	Image             *image.RGBA // top row first, tightly packed, alpha 255; nil when the renderer publishes textures
	Texture           uint32      // GL texture, top row first; 0 when the renderer publishes images
	Fence             uintptr     // GL fence to wait for before Texture is read
	Stats             Stats
}

// Stats are the figures of one drawn frame.
type Stats struct {
	Objects    int     // drawn, after culling, ghosts included
	Culled     int     // outside of the view
	Covered    int     // left out as others hide them; looked for only where there are very many triangles
	Triangles  int     // submitted in the opaque and translucent passes
	Draws      int     // draw calls of all passes
	MaxDraws   int     // draw calls of the pass with the most
	Uploaded   int     // bytes of per-object data sent
	Loaded     int     // bytes of meshes and textures sent
	Rebuilt    bool    // batches were built anew, or grew
	MeshBytes  int     // that all meshes take on the GPU
	Pending    int     // objects and textures that wait to be shown as they are; the picture is whole at 0
	Refined    float64 // how much of the picture is as it should be; 1 is all, less while it is still being refined
	Skipped    int     // objects that were left out or drawn as boxes to keep up with motion
	Smoothed   int     // pictures that this one is the mean of, so that edges are smooth; at most 1 means that it is as drawn
	Textures   TextureStats
	Prepare    time.Duration // of the render thread, choosing what to draw; what the driver does comes after
	Loading    time.Duration // of the render thread, sending meshes and textures
	CPU        time.Duration // of the render thread, submitting
	GPU        time.Duration // by timer query of an earlier frame; 0 if not known yet
	Total      time.Duration // from begin to finished picture
	Superseded uint64        // frames dropped for newer ones since creation
}

// TextureStats are the figures of the textures that a renderer keeps.
type TextureStats struct {
	Images  int // on the GPU; one that is needed as colour and as data counts twice
	Bytes   int // that they take there, with their mipmaps
	Reduced int // made smaller than they are, to keep within the limits of the renderer and of a side of 2048 pixels
}
