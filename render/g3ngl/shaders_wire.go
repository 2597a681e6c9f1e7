package g3ngl

// The GLSL of the lines and points of meshes. They have no light: their colour is that of the material and the vertices, in
// the Operate look that of edges.

const wireVertex = `
layout(location=0) in vec3 position;
layout(location=2) in uint material;
layout(location=3) in uint slot;
layout(location=4) in vec4 vertexColour; // sRGB
#include <frame>
#include <object>
#include <sky>
#include <effects>
#include <clip>
#include <srgb>
out vec4 ink;
out vec3 point;
flat out uvec2 style;
#ifdef GHOST
uniform vec4 ghost;
#endif
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	point = place(position, a, b, c);
	style = o.xy;
	vec4 own = texelFetch(materials, int(material) * 3);
	own = vec4(toSRGB(own.rgb * toLinear(vertexColour.rgb)), own.a * vertexColour.a);
#ifndef MATERIALS
	own.rgb = mix(clayEdge.rgb, clay.rgb, 0.25);
#endif
	vec4 tint = unpackColour(o.x);
	uint priority = o.y & 7u;
	ink = vec4(mix(own.rgb, tint.rgb, tint.a), own.a * float(o.y >> 24) / 255.0);
	if (priority > 0u) ink.rgb = alarm[priority - 1u].rgb;
#ifdef GHOST
	ink = vec4(mix(clayEdge.rgb, ghost.rgb, 0.6), min(1.0, ghost.a * 1.6));
#endif
	float dist = length(eye.xyz - point);
	float h = haze(dist);
	if (priority > 0u || (o.y & SELECTED) != 0u) h *= 0.25;
	ink.rgb = mix(ink.rgb, horizon.rgb, h);
	vec4 inView = viewFromOrigin * vec4(point, 1.0);
	if (forward.w > 0.5) inView.z += 1.5 * screen.w;   // a little nearer than faces that it lies on
	else inView.xyz *= 1.0 - 0.0004;
	gl_Position = clipFromView * inView;
	gl_PointSize = 3.0 * max(screen.z, 0.67);
	clipAway(point, o.y, o.w, NO_PLANE);
}
`

const wireFragment = `
#include <frame>
in vec4 ink;
in vec3 point;
flat in uvec2 style;
out vec4 colour;
#include <cut>
#include <pattern>
void main() {
#ifdef SECTION
	cutAway();
#endif
	if (ink.a < 0.004) discard;
#ifdef GHOST
	colour = ink;
#else
	colour = patterned(ink, style.y);
#endif
}
`

// netFragment draws the edges of triangles, in the colour of their surface.
const netFragment = `
#include <frame>
#include <sky>
#include <srgb>
#include <pattern>
#include <effectColour>
in vec3 point;
centroid in vec3 normal;
flat in uvec2 style;
#include <cut>
#ifndef RICH
flat in vec4 base;
#endif
#include <alpha>
out vec4 colour;
void main() {
#ifdef SECTION
	cutAway();
#endif
	vec4 own = base;
#ifdef RICH
	own = ownColour();
	if (hole(own.a)) discard;
#endif
	uint flags = style.y, priority = flags & 7u;
	if ((flags & 64u) != 0u) discard; // ground
	vec3 ink = clayEdge.rgb;
#ifdef MATERIALS
#if defined(REVIEW) || defined(RICH)
	own.rgb = toSRGB(own.rgb);
#endif
	ink = sun.w > 0.5 ? mix(own.rgb, vec3(0.8), 0.35) : own.rgb * 0.55;
#endif
	vec4 tint = tinted(vec4(float(style.x & 255u), float(style.x >> 8 & 255u), float(style.x >> 16 & 255u), float(style.x >> 24)) / 255.0);
	ink = mix(ink, tint.rgb * (sun.w > 0.5 ? 1.0 : 0.7), tint.a);
	if (priority > 0u) ink = alarm[priority - 1u].rgb * 0.7;
	ink = mix(ink, horizon.rgb, haze(length(eye.xyz - point)));
	vec3 v = forward.w > 0.5 ? -normalize(forward.xyz) : normalize(eye.xyz - point);
	float facing = abs(dot(normalize(normal), v));
	colour = patterned(vec4(ink, mix(0.35, 0.8, facing) * mix(0.4, 1.0, float(flags >> 24) / 255.0)), flags & ~7u);
}
`
