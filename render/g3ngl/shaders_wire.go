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
