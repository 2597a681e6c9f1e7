package g3ngl

// The GLSL of the faces: as they are seen, and as mere depth or coverage.

const meshVertex = `
layout(location=0) in vec3 position;
layout(location=1) in vec2 octNormal;
layout(location=2) in uint material;
layout(location=3) in uint slot;
#include <frame>
#include <object>
#include <srgb>
#include <effects>
#include <clip>
out vec3 point;
centroid out vec3 normal; // not extrapolated beyond the triangle where it covers a pixel in part
flat out uvec2 style; // tint; flags with the opacity in the high byte
#ifdef RICH
#include <surfaceVertex>
#else
flat out vec4 base;   // linear in the Review look, else sRGB; alpha
#ifdef MATERIALS
flat out vec4 surface; // metallic, roughness
flat out vec3 emissive;
#endif
#endif
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	point = place(position, a, b, c);
	normal = turn(fromOct(octNormal), a, b, c);
	style = o.xy;
#ifdef RICH
	surfaceOf(a, b, c, shiftOf(o.w));
	bool clear = (rich.x & 2u) != 0u;
#else
	base = vec4(1.0);
#ifdef MATERIALS
	base = texelFetch(materials, int(material) * 3);
	vec4 s = texelFetch(materials, int(material) * 3 + 1);
	surface = s;
	emissive = texelFetch(materials, int(material) * 3 + 2).rgb;
#ifndef REVIEW
	base.rgb = toSRGB(base.rgb);
	emissive = toSRGB(emissive);
#endif
#else
	if ((o.y & BLEND) != 0u) base.a = texelFetch(materials, int(material) * 3).a;
#endif
	bool clear = base.a < 0.999;
#endif
	gl_Position = clipFromView * (viewFromOrigin * vec4(point, 1.0));
#ifdef OPAQUE
	if (clear) gl_Position = vec4(0.0, 0.0, -9.0, 1.0); // the translucent pass draws this part
#endif
#ifdef TRANSLUCENT
	if (!clear && (o.y >> 24) == 255u) gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
#endif
	clipAway(point, o.y, o.w, NO_PLANE);
	effectOf(o.w, point);
}
`

// depthFragment is for passes that write depth alone.
const depthFragment = `
#include <frame>
in vec3 point;
flat in uvec2 style;
#include <cut>
#include <alpha>
void main() {
#ifdef SECTION
	cutAway();
#endif
#ifdef RICH
	if (hole(ownColour().a)) discard;
#endif
}
`

const maskFragment = `
#include <frame>
in vec3 point;
flat in uvec2 style;
uniform vec4 channel;
out vec4 colour;
#include <cut>
#include <alpha>
void main() {
#ifdef SECTION
	cutAway();
#endif
#ifdef RICH
	float alpha = ownColour().a;
	if (hole(alpha) || alpha < 0.05) discard;
#endif
#ifdef ALARMS
	uint priority = style.y & 7u;
	colour = vec4(priority == 1u, priority == 2u, priority == 3u, priority == 4u);
#else
	colour = channel;
#endif
}
`

const meshFragment = `
#include <frame>
#include <sky>
#include <dither>
in vec3 point;
centroid in vec3 normal;
flat in uvec2 style;
#ifndef RICH
flat in vec4 base;
#endif
#ifdef MATERIALS
flat in vec4 surface;
flat in vec3 emissive;
#endif
#ifdef GHOST
uniform vec4 ghost;
#endif
#include <cut>
#include <pattern>
#include <srgb>
#if defined(REVIEW) || defined(RICH)
#define TO_SRGB(c) toSRGB(c)
#else
#define TO_SRGB(c) (c) // the vertex shader did it
#endif
#include <effectColour>
#include <blended>
vec4 tintOf(uint c) { return vec4(float(c & 255u), float(c >> 8 & 255u), float(c >> 16 & 255u), float(c >> 24)) / 255.0; }

#include <light>
#include <alpha>
#include <surfaceFragment>

void main() {
#ifdef SECTION
	cutAway();
#endif
	uint flags = style.y;
	vec3 toEye = forward.w > 0.5 ? -normalize(forward.xyz) : eye.xyz - point;
	float dist = length(eye.xyz - point);
	vec3 v = normalize(toEye);
	vec3 face = cross(dFdx(point), dFdy(point));
	float side = dot(face, v) < 0.0 ? -1.0 : 1.0;
	vec3 n = normalize(normal);
	bool inside = dot(face, n) * side < 0.0; // the back of a surface shows
#ifdef RICH
	vec4 own4 = ownColour();
	vec3 flatN = inside ? -n : n, plainN = n;
#if defined(NORMAL_MAP) && defined(MATERIALS)
	n = bumped(n, face);
#endif
#ifdef MATERIALS
	Surface s = surfaceHere(own4.rgb, plainN, face, inside ? -1.0 : 1.0); // before anything is discarded: neighbours need it for their mipmaps
#endif
#if defined(MATERIALS) && !defined(SECTION)
	if ((rich.x & 8u) != 0u && gl_FrontFacing == (limits.y < 0.0)) discard; // single-sided, seen from behind
#endif
	if (hole(own4.a)) discard;
	if ((rich.x & 2u) == 0u) own4.a = 1.0;
#else
	vec4 own4 = base;
#endif
	if (inside) n = -n;
	float nv = clamp(dot(n, v), 0.0, 1.0);
	float alpha = own4.a * float(flags >> 24) / 255.0;

	if ((flags & 64u) != 0u) { // ground: what the backdrop shows below the horizon, a little nearer and clearer
		vec3 c = backdrop(-v);
		float far = dist / (5.0 * eye.w + 1.0);
		float near = 1.0 / (1.0 + far * (1.0 + far));
		vec3 g = ground.rgb * (0.965 + 0.035 * n.y);
#ifdef MATERIALS
		g = mix(g, TO_SRGB(own4.rgb) * (sun.w > 0.5 ? 0.5 : 1.0), 0.5);
#endif
		vec4 t = tintOf(style.x);
		g = mix(g, t.rgb, t.a);
		blended(vec4(mix(c, g, mix(near, 1.0, t.a * 0.5)) + dither(), alpha), dist);
		return;
	}

	float light = 0.5 + 0.5 * dot(n, sun.xyz);
	float shade = mix(0.73, 1.04, light) + 0.03 * n.y;
	float rim = (1.0 - nv) * (1.0 - nv) * (1.0 - nv);
	vec4 tint = tinted(tintOf(style.x));
	uint priority = flags & 7u;
	vec3 c;
#if defined(GHOST)
	c = mix(clay.rgb, ghost.rgb, 0.6) * shade;
	c = mix(c, mix(clayEdge.rgb, ghost.rgb, 0.5), 0.5 * rim);
	alpha = ghost.a * (0.75 + 0.5 * rim);
#elif defined(REVIEW) && defined(RICH)
	s.albedo = mix(s.albedo, toLinear(tint.rgb), tint.a);
	s.metal *= 1.0 - tint.a;
	s.glow *= 1.0 - tint.a;
	s.own = 1.0 - tint.a;
	if (priority > 0u) {
		s.albedo = toLinear(alarm[priority - 1u].rgb);
		s.glow = vec3(0.0);
		s.metal = s.own = 0.0;
		s.rough = max(s.rough, 0.3);
	}
	float shine;
	c = layered(s, n, flatN, v, shine);
	if ((rich.x & 4u) != 0u && priority == 0u) c = toSRGB(clamp(s.albedo, 0.0, 1.0)); // unlit
	else c = toSRGB(clamp(tone(c + s.glow), 0.0, 1.0));
	if (priority > 0u) c = mix(c, alarm[priority - 1u].rgb * shade, 0.5);
	if ((rich.x & 2u) != 0u) alpha = max(alpha, min(shine, 1.0) * float(flags >> 24) / 255.0 * step(0.02, alpha));
#elif defined(REVIEW)
	vec3 albedo = mix(base.rgb, toLinear(tint.rgb), tint.a);
	float metal = surface.x * (1.0 - tint.a), rough = clamp(surface.y, 0.05, 1.0);
	if (priority > 0u) {
		albedo = toLinear(alarm[priority - 1u].rgb);
		metal = 0.0;
	}
	c = toSRGB(clamp(tone(lit(albedo, metal, rough, n, v) + (priority > 0u ? vec3(0.0) : emissive * (1.0 - tint.a))), 0.0, 1.0));
	if (priority > 0u) c = mix(c, alarm[priority - 1u].rgb * shade, 0.5);
#elif defined(MATERIALS)
#ifdef RICH
	float metal = s.metal, rough = s.rough, open = 0.35 + 0.65 * s.occlusion;
	vec3 own = toSRGB(min(s.albedo, 1.0)), glow = toSRGB(s.glow);
#else
	float metal = surface.x, rough = surface.y;
	const float open = 1.0;
	vec3 own = base.rgb, glow = emissive;
#endif
	own *= 1.0 - 0.22 * metal;
	own = mix(own, tint.rgb, tint.a);
	own = mix(own, mix(own, clay.rgb, 0.5), sun.w * 0.3);
	c = own * (shade * open);
	vec3 h = normalize(sun.xyz + v);
	float gloss = max(dot(n, h), 0.0);
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss; // to the power of 32
	c += 0.18 * (1.0 - rough) * gloss;
	c = mix(c, own * 0.55, 0.45 * rim);
	c += glow * (1.0 - min(c, 1.0)) * (1.0 - tint.a) * 0.85; // it shines through what it lies on
#ifdef RICH
	if ((rich.x & 4u) != 0u) c = own; // unlit
#endif
	if (priority > 0u) c = alarm[priority - 1u].rgb * mix(1.0, shade, 0.6);
#else
	c = mix(clay.rgb, tint.rgb, tint.a) * shade;
	c = mix(c, mix(clayEdge.rgb, tint.rgb * 0.7, tint.a), 0.42 * rim);
	if (priority > 0u) {
		vec3 a = alarm[priority - 1u].rgb;
		c = a * mix(1.0, shade, 0.6);
		c = mix(c, a * 0.75, 0.5 * rim);
	}
#endif
#ifdef SECTION
	if (inside && (flags & 128u) != 0u) c = mix(c / max(shade, 0.1), clayEdge.rgb, 0.35) * 0.9; // the cut, flat
#endif
#ifndef GHOST
	if (priority == 0u) c = glowing(c);
#endif
#ifdef TRANSLUCENT
#ifdef RICH
	if ((flags >> 24) < 255u) // its own alpha is as it should be
#endif
		alpha = seeThrough(alpha, nv);
#endif
#ifdef FAINT
	if (priority == 0u) c = mix(c, horizon.rgb, 0.62); // under the edges of its triangles
#endif
	vec4 shown = vec4(c, alpha);
#if !defined(GHOST) && (defined(STATES) || defined(RICH))
	shown = patterned(shown, flags);
#endif
	float h0 = haze(dist);
	if (priority > 0u || (flags & 2048u) != 0u) h0 *= 0.25;
	blended(vec4(mix(shown.rgb, horizon.rgb, h0), shown.a), dist);
}
`
