package g3ngl

// The GLSL of lines, dots, marks and arrows.

// chunkStroke reads a stroke; its layout is that of the type in Go.
const chunkStroke = `
uniform usamplerBuffer strokes;
vec3 from, to, before, after;
float width; // metres; below zero device pixels
uint ink, kind; // the kind with the flags of an object
vec3 run; // where the segment starts and ends, pitch of chevrons
void readStroke(int n) {
	uvec4 a = texelFetch(strokes, 5 * n), b = texelFetch(strokes, 5 * n + 1), c = texelFetch(strokes, 5 * n + 2), d = texelFetch(strokes, 5 * n + 3);
	from = uintBitsToFloat(a.xyz);
	to = uintBitsToFloat(b.xyz);
	before = uintBitsToFloat(c.xyz);
	after = uintBitsToFloat(d.xyz);
	width = uintBitsToFloat(a.w);
	ink = b.w;
	kind = c.w;
	run = vec3(uintBitsToFloat(texelFetch(strokes, 5 * n + 4).xy), uintBitsToFloat(d.w));
}
`

const strokeVertex = `
#include <stroke>
#include <frame>
#include <sky>
flat out uvec2 style;              // kind; flags
flat out vec4 base;
flat out float pitch;
flat out float span;               // pixels that the segment is long
out float metres;
out float halfMetres;
noperspective out vec2 corner;     // pixels along and across
noperspective out float halfWidth; // pixels
out float faint;
const uint TRAIL = 1u, DOT = 3u, MARK = 4u;

vec2 pixelsOf(vec4 c) { return c.xy / c.w * 0.5 * screen.xy; }

// mitred is the way from a corner of the line to its edge, with the line coming along d0 and going on along d1. Sharp corners are
// left square.
vec2 mitred(vec2 d0, vec2 d1, vec2 d) {
	vec2 side = vec2(-d.y, d.x), t = d0 + d1;
	if (dot(d0, d1) < -0.4 || dot(t, t) < 1e-6) return side;
	t = normalize(t);
	vec2 m = vec2(-t.y, t.x);
	return m / max(dot(m, side), 0.4);
}

void main() {
	readStroke(gl_VertexID >> 2);
	uint what = kind & 255u;
	style = uvec2(what, kind >> 8);
	base = vec4(float(ink & 255u), float(ink >> 8 & 255u), float(ink >> 16 & 255u), float(ink >> 24)) / 255.0;
	bool second = (gl_VertexID & 1) != 0;
	float up = (gl_VertexID & 2) != 0 ? 1.0 : -1.0;
	bool parallel = forward.w > 0.5;
	vec4 a = viewFromOrigin * vec4(from, 1.0), b = viewFromOrigin * vec4(to, 1.0);
	vec2 ends = run.xy;
	float near = 1e-3 * eye.w;
	gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
	if (!parallel) { // cut where it comes too near to the eye
		if (a.z > -near && b.z > -near) return;
		if (a.z > -near) {
			float t = (a.z + near) / (a.z - b.z);
			a = mix(a, b, t);
			ends.x = mix(ends.x, ends.y, t);
		} else if (b.z > -near) {
			float t = (b.z + near) / (b.z - a.z);
			b = mix(b, a, t);
			ends.y = mix(ends.y, ends.x, t);
		}
	}
	vec4 here = second ? b : a;
	float perPixel = screen.w * (parallel ? 1.0 : length(here.xyz));
	halfWidth = 0.5 * (width > 0.0 ? width / perPixel : -width);
	metres = second ? ends.y : ends.x;
	if (what == TRAIL) halfWidth *= mix(0.35, 1.0, metres);
	faint = min(1.0, 2.0 * halfWidth); // thinner than a pixel: fainter instead
	halfWidth = max(halfWidth, 0.5);
	halfMetres = halfWidth * perPixel;
	pitch = run.z;
	if (parallel) {
		a.z += 2.0 * screen.w;
		b.z += 2.0 * screen.w;
	} else { // a little nearer than faces that it lies on
		a.xyz *= 1.0 - 0.0006;
		b.xyz *= 1.0 - 0.0006;
	}
	vec4 ca = clipFromView * a, cb = clipFromView * b, c = second ? cb : ca;
	float reach = halfWidth + 1.0;
	vec2 offset;
	if (what == DOT || what == MARK) {
		span = 0.0;
		corner = vec2(second ? reach : -reach, up * reach);
		offset = corner;
	} else {
		vec2 pa = pixelsOf(ca), pb = pixelsOf(cb), d = pb - pa;
		span = length(d);
		d = span > 1e-4 ? d / span : vec2(1.0, 0.0);
		vec2 d0 = d, d1 = d;
		vec4 n = viewFromOrigin * vec4(second ? after : before, 1.0);
		bool joined = (second ? after != to : before != from) && (parallel || n.z < -near);
		if (joined) {
			vec2 pn = pixelsOf(clipFromView * n), e = second ? pn - pb : pa - pn;
			if (dot(e, e) > 1e-8) {
				if (second) d1 = normalize(e);
				else d0 = normalize(e);
			}
		}
		offset = mitred(d0, d1, d) * up * reach;
		corner = vec2(second ? span : 0.0, up * reach);
	}
	c.xy += offset * 2.0 / screen.xy * c.w;
	gl_Position = c;
}
`

const strokeFragment = `
#include <frame>
#include <pattern>
uniform int hidden; // something stands before what is drawn
flat in uvec2 style;
flat in vec4 base;
flat in float pitch;
flat in float span;
in float metres;
in float halfMetres;
noperspective in vec2 corner;
noperspective in float halfWidth;
in float faint;
out vec4 colour;
const uint TRAIL = 1u, FLOW = 2u, DOT = 3u, MARK = 4u;

void main() {
	uint what = style.x, flags = style.y, priority = flags & 7u;
	vec3 c = base.rgb;
	if (priority > 0u) c = alarm[priority - 1u].rgb;
	float alpha = base.a * faint;
	if (what == MARK) { // the shape in its colour, with a rim that stands out from everything
		float d = shapeOf(priority, corner, 0.5 * halfWidth * 1.7);
		vec3 rim = sun.w > 0.5 ? vec3(0.05) : vec3(0.97);
		float body = clamp(0.5 - d, 0.0, 1.0), around = clamp(0.5 - d + 1.3 * screen.z, 0.0, 1.0);
		colour = vec4(mix(rim, c, body), around);
		if (colour.a < 0.004) discard;
		return;
	}
	if (what == DOT) {
		float d = length(corner) - halfWidth;
		alpha *= clamp(0.5 - d, 0.0, 1.0);
		c = mix(c, sun.w > 0.5 ? vec3(0.05) : vec3(0.97), clamp(0.5 + d + 1.2 * screen.z, 0.0, 1.0) * step(3.0 * screen.z, halfWidth));
	} else {
		float side = abs(corner.y);
		alpha *= clamp(halfWidth + 0.5 - side, 0.0, 1.0);
		if (what == TRAIL) alpha *= metres * metres;
		if (what == FLOW) {
			float at = (metres + min(side / halfWidth, 1.0) * halfMetres) / pitch;
			float perPixel = max(fwidth(at), 1e-6), f = fract(at);
			float on = clamp(min(f, 0.45 - f) / perPixel + 0.5, 0.0, 1.0) + clamp((f - 1.0) / perPixel + 0.5, 0.0, 1.0);
			alpha *= mix(0.28, 1.0, mix(on, 0.45, smoothstep(0.18, 0.4, perPixel)));
		}
	}
	vec4 seen = patterned(vec4(c, alpha), flags & ~7u);
	seen.a = min(seen.a, alpha * 1.6 + 0.02);
	if (hidden != 0) {
		float dash = fract(corner.x / (7.0 * screen.z));
		seen.a *= what == DOT ? 0.3 : dash < 0.5 ? 0.5 : 0.0;
	}
	colour = seen;
	if (colour.a < 0.004) discard;
}
`

const arrowVertex = `
uniform samplerBuffer shape; // of its corners: places and normals
uniform ivec2 first;         // stroke; how many corners an arrow has
#include <stroke>
#include <frame>
#include <sky>
out vec3 normal;
out vec3 point;
flat out uint flags;
flat out vec4 base;
void main() {
	int corner = gl_VertexID % first.y;
	vec3 place = texelFetch(shape, 2 * corner).xyz, bend = texelFetch(shape, 2 * corner + 1).xyz;
	readStroke(first.x + gl_VertexID / first.y);
	flags = kind >> 8;
	base = vec4(float(ink & 255u), float(ink >> 8 & 255u), float(ink >> 16 & 255u), float(ink >> 24)) / 255.0;
	vec3 axis = to - from;
	float len = length(axis);
	if (len < 1e-9) {
		gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
		return;
	}
	axis /= len;
	float thick = width > 0.0 ? width : -width * screen.w * (forward.w > 0.5 ? 1.0 : length(eye.xyz - from));
	float head = 3.4 * thick;
	float shrink = min(1.0, 0.7 * len / head); // short ones are small all over
	thick *= shrink;
	head *= shrink;
	vec3 u = normalize(cross(axis, abs(axis.y) > 0.9 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0))), v = cross(axis, u);
	float ring = place.z;
	float radius = ring < 1.5 ? 0.5 * thick : ring < 2.5 ? 1.45 * thick : 0.0;
	float along = ring < 0.5 ? 0.0 : ring < 2.5 ? len - head : len;
	point = from + axis * along + (u * place.x + v * place.y) * radius;
	normal = u * bend.x + v * bend.y + axis * bend.z;
	gl_Position = clipFromView * (viewFromOrigin * vec4(point, 1.0));
}
`

const arrowFragment = `
#include <frame>
#include <sky>
#include <pattern>
uniform int hidden;
in vec3 normal;
in vec3 point;
flat in uint flags;
flat in vec4 base;
out vec4 colour;
void main() {
	uint priority = flags & 7u;
	vec3 n = normalize(normal);
	vec3 c = priority > 0u ? alarm[priority - 1u].rgb : base.rgb;
	c *= mix(0.70, 1.05, 0.5 + 0.5 * dot(n, sun.xyz));
	float alpha = base.a;
	vec4 seen = patterned(vec4(c, alpha), flags & ~7u);
	seen.rgb = mix(seen.rgb, horizon.rgb, 0.5 * haze(length(eye.xyz - point)));
	if (hidden != 0) seen.a *= 0.5 * stripes((gl_FragCoord.x - gl_FragCoord.y) / screen.z * 0.7071, 5.0, 2.0);
	colour = seen;
	if (colour.a < 0.004) discard;
}
`
