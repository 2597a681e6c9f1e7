package g3ngl

// The GLSL of the caps that close what is cut, and of the lines around them.

// chunkHatch rules lines of an even pitch on the screen that keep to the part as the view moves: where they get too dense, every
// second one fades.
const chunkHatch = `
float ruled(float at, float pitchPx, float widthPx) {
	float perPixel = max(length(vec2(dFdx(at), dFdy(at))), 1e-12);
	float octave = log2(perPixel * pitchPx), whole = floor(octave);
	float pitch = exp2(whole), n = at / pitch;
	float d = abs(fract(n) - 0.5) * pitch / perPixel; // from the nearest line, in pixels
	float every = mod(floor(n), 2.0) < 0.5 ? 1.0 : 1.0 - (octave - whole);
	return every * clamp(widthPx * 0.5 + 0.5 - d, 0.0, 1.0);
}
`

const capVertexSource = `
layout(location=0) in vec3 position;
layout(location=1) in uint plane; // that it lies in; 6 is the level of a liquid
layout(location=2) in uint material;
layout(location=3) in uint slot;
#include <frame>
#include <object>
#include <srgb>
#include <effects>
#include <clip>
out vec3 point;
out float along;         // across the hatch, metres
flat out uvec2 style;
flat out uint ownPlane;
flat out vec3 facing;    // unit normal towards what was cut away
flat out vec4 base;      // sRGB
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	point = place(position, a, b, c);
	style = o.xy;
	ownPlane = plane;
	vec4 p = plane < 6u ? planes[plane] : -levelOf(o.w);
	facing = -normalize(p.xyz);
	vec3 n = normalize(p.x * uintBitsToFloat(a.xyz) + p.y * uintBitsToFloat(b.xyz) + p.z * uintBitsToFloat(c.xyz)); // in the mesh
	vec3 u = normalize(cross(n, abs(n.y) > 0.9 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0)));
	along = dot(position, (u + cross(n, u)) * 0.70711);
	vec4 own = texelFetch(materials, int(material) * 3);
	base = vec4(toSRGB(own.rgb), own.a);
	gl_Position = clipFromView * (viewFromOrigin * vec4(point, 1.0));
	clipAway(point, o.y, o.w, plane);
	effectOf(o.w, point);
}
`

const capFragmentSource = `
#include <frame>
#include <sky>
#include <srgb>
#include <pattern>
#include <hatch>
#include <effectColour>
in vec3 point;
in float along;
flat in uvec2 style;
flat in uint ownPlane;
flat in vec3 facing;
flat in vec4 base;
#include <blended>
void main() {
	uint flags = style.y, priority = flags & 7u;
	if (section.y > 0.5 && ownPlane < 6u)
		for (int i = 0; i < 6; i++)
			if (float(i) < section.x && i != int(ownPlane) && dot(planes[i], vec4(point, 1.0)) >= 0.0) discard;
	vec3 own = clay.rgb;
#ifdef MATERIALS
	own = mix(base.rgb, mix(base.rgb, clay.rgb, 0.5), sun.w * 0.3);
#endif
	vec4 tint = tinted(vec4(float(style.x & 255u), float(style.x >> 8 & 255u), float(style.x >> 16 & 255u), float(style.x >> 24)) / 255.0);
	own = mix(own, tint.rgb, tint.a);
	if (priority > 0u) own = alarm[priority - 1u].rgb;
	bool liquid = ownPlane == 6u;
	vec3 c = own * (0.9 + 0.08 * dot(facing, sun.xyz));
	if (liquid) c = mix(own, vec3(1.0), sun.w > 0.5 ? 0.07 : 0.16) * (0.98 + 0.04 * dot(facing, sun.xyz));
	else c = mix(c, dot(c, vec3(0.299, 0.587, 0.114)) < 0.3 ? c * 1.7 + 0.06 : c * 0.66, 0.5 * ruled(along, 9.0 * screen.z, 1.1 * screen.z));
	if (priority == 0u) c = glowing(c);
	float dist = length(eye.xyz - point), h = haze(dist);
	if (priority > 0u || (flags & 2048u) != 0u) h *= 0.25;
	vec4 shown = patterned(vec4(c, float(flags >> 24) / 255.0), flags);
	blended(vec4(mix(shown.rgb, horizon.rgb, h), shown.a), dist);
}
`

// capLineVertex widens a line to a band that has the same width everywhere on the screen.
const capLineVertex = `
layout(location=0) in vec3 from;
layout(location=1) in vec3 to;
layout(location=2) in uint plane;
layout(location=3) in uint slot;
#include <frame>
#include <object>
#include <sky>
#include <effects>
#include <clip>
#include <band>
out vec3 point;
flat out uvec2 style;
flat out uint ownPlane;
flat out vec4 ink;
out float across;
flat out float halfWidth;
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	vec3 p = place(from, a, b, c), q = place(to, a, b, c);
	bool second = (gl_VertexID & 1) != 0;
	point = second ? q : p;
	style = o.xy;
	ownPlane = plane;
	halfWidth = (plane == 6u ? 0.55 : 0.85) * screen.z;
	across = ((gl_VertexID & 2) != 0 ? 1.0 : -1.0) * (halfWidth + 1.0);
	gl_Position = bandAt(p, q, second, across, 0.5 * halfWidth);
	vec4 tint = unpackColour(o.x);
	uint priority = o.y & 7u;
	vec3 line = sun.w > 0.5 ? clayEdge.rgb : clayEdge.rgb * 0.5;
	line = mix(line, tint.rgb * 0.5, tint.a * 0.6);
	if (priority > 0u) line = alarm[priority - 1u].rgb * 0.5;
	float h = haze(length(eye.xyz - point));
	ink = vec4(mix(line, horizon.rgb, priority > 0u ? h * 0.25 : h), mix(0.35, 1.0, float(o.y >> 24) / 255.0));
	clipAway(point, o.y, o.w, plane);
}
`

const capLineFragment = `
#include <frame>
in vec3 point;
flat in uvec2 style;
flat in uint ownPlane;
flat in vec4 ink;
in float across;
flat in float halfWidth;
out vec4 colour;
void main() {
	if (section.y > 0.5 && ownPlane < 6u)
		for (int i = 0; i < 6; i++)
			if (float(i) < section.x && i != int(ownPlane) && dot(planes[i], vec4(point, 1.0)) >= 0.0) discard;
	colour = vec4(ink.rgb, ink.a * clamp(halfWidth + 0.5 - abs(across), 0.0, 1.0));
	if (colour.a < 0.004) discard;
}
`

// chunkBand places the corners of a band around the line from p to q: offset to the side and lengthened, in pixels. The line is
// cut at the near plane, where it would turn inside out.
const chunkBand = `
vec4 bandAt(vec3 p, vec3 q, bool second, float sidePx, float beyondPx) {
	vec4 a = viewFromOrigin * vec4(p, 1.0), b = viewFromOrigin * vec4(q, 1.0);
	if (forward.w < 0.5) {
		float near = 1e-4 * eye.w;
		if (a.z > -near && b.z > -near) return vec4(0.0, 0.0, -9.0, 1.0);
		if (a.z > -near) a = mix(a, b, (a.z + near) / (a.z - b.z));
		if (b.z > -near) b = mix(b, a, (b.z + near) / (b.z - a.z));
		a.xyz *= 1.0 - 0.0004;
		b.xyz *= 1.0 - 0.0004;
	} else {
		a.z += 1.5 * screen.w;
		b.z += 1.5 * screen.w;
	}
	vec4 ca = clipFromView * a, cb = clipFromView * b;
	vec2 d = (cb.xy / cb.w - ca.xy / ca.w) * screen.xy;
	d = dot(d, d) > 1e-12 ? normalize(d) : vec2(1.0, 0.0);
	vec4 c = second ? cb : ca;
	c.xy += (vec2(-d.y, d.x) * sidePx + d * (second ? beyondPx : -beyondPx)) * 2.0 / screen.xy * c.w;
	return c;
}
`
