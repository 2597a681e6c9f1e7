package g3ngl

// The GLSL sources. g3n puts "#version 330 core" and the defines of a program in front and replaces the includes.

// chunkFrame is the uniform block that all programs share; frameBlock mirrors it.
const chunkFrame = `
layout(std140) uniform Frame {
	mat4 viewFromOrigin;
	mat4 clipFromView;
	vec4 eye;          // xyz; w: distance of the point in focus
	vec4 right;        // view axes in world space, scaled to the edge of the view
	vec4 up;
	vec4 forward;      // w: 1 for a parallel view
	vec4 sun;          // w: 1 in the dark palette
	vec4 sky;
	vec4 horizon;
	vec4 ground;
	vec4 clay;
	vec4 clayEdge;
	vec4 stale;
	vec4 predicted;
	vec4 accent;
	vec4 alarm[4];
	vec4 planes[6];
	vec4 section;      // x: number of planes; y: 1 when what lies outside of them is kept; z: depth of the farthest
	vec4 screen;       // width, height, device pixels per design pixel, metres per pixel at distance 1 (or everywhere)
};
`

// chunkObject reads what the object buffer knows of an object.
const chunkObject = `
uniform usamplerBuffer objects;
uniform samplerBuffer materials;
uniform int slotBase;
const uint STALE = 8u, BAD = 16u, PREDICTED = 32u, GROUND = 64u, SECTION_CUT = 128u, BLEND = 1024u, SELECTED = 2048u;

vec3 place(vec3 p, uvec4 a, uvec4 b, uvec4 c) {
	vec4 q = vec4(p, 1.0);
	return vec3(dot(uintBitsToFloat(a), q), dot(uintBitsToFloat(b), q), dot(uintBitsToFloat(c), q));
}
vec3 turn(vec3 n, uvec4 a, uvec4 b, uvec4 c) { // by the cofactors: right for any scale, also for mirrors
	vec3 r0 = uintBitsToFloat(a.xyz), r1 = uintBitsToFloat(b.xyz), r2 = uintBitsToFloat(c.xyz);
	vec3 c0 = cross(r1, r2);
	vec3 m = vec3(dot(c0, n), dot(cross(r2, r0), n), dot(cross(r0, r1), n));
	return normalize(dot(r0, c0) < 0.0 ? -m : m);
}
vec3 fromOct(vec2 e) { // M. Meyer et al., "On floating-point normal vectors", 2010
	vec3 v = vec3(e, 1.0 - abs(e.x) - abs(e.y));
	if (v.z < 0.0) v.xy = (1.0 - abs(v.yx)) * vec2(v.x >= 0.0 ? 1.0 : -1.0, v.y >= 0.0 ? 1.0 : -1.0);
	return normalize(v);
}
vec4 unpackColour(uint c) {
	return vec4(float(c & 255u), float(c >> 8 & 255u), float(c >> 16 & 255u), float(c >> 24)) / 255.0;
}
`

// chunkSky gives the background and how things fade with distance.
const chunkSky = `
vec3 backdrop(vec3 dir) { // the line between sea and sky is a little soft
	float above = clamp(dir.y * 1.8, 0.0, 1.0), below = clamp(dir.y * -2.8, 0.0, 1.0);
	above *= 2.0 - above;
	below *= 2.0 - below;
	return mix(mix(horizon.rgb, ground.rgb, 0.55 + 0.45 * below), mix(horizon.rgb, sky.rgb, above), smoothstep(-0.0035, 0.0035, dir.y));
}
float haze(float dist) { // nothing nearer than what is looked at fades
	float d = max(0.0, dist - 1.3 * eye.w) / (2.2 * eye.w);
	return 0.26 * d / (1.0 + d);
}
`

// chunkSRGB is the transfer function of IEC 61966-2-1.
const chunkSRGB = `
vec3 toSRGB(vec3 c) { return mix(12.92 * c, 1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }
vec3 toLinear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
`

const chunkDither = `
float bayer2(vec2 p) {
	p = floor(p);
	return fract(p.x * 0.5 + p.y * p.y * 0.75);
}
float dither() { // an ordered 4×4 pattern of half a step, so that gradients show no bands
	return (bayer2(gl_FragCoord.xy * 0.5) * 0.25 + bayer2(gl_FragCoord.xy) - 0.5) / 255.0;
}
`

const skyVertex = `
#include <frame>
out vec3 dir;
void main() {
	vec2 p = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
	dir = forward.xyz + right.xyz * p.x - up.xyz * p.y;
	gl_Position = vec4(p, section.z, 1.0); // as far as anything can be
}
`

const skyFragment = `
#include <frame>
#include <sky>
#include <dither>
in vec3 dir;
out vec4 colour;
void main() {
	vec3 d = normalize(dir);
	colour = vec4(backdrop(d) + dither(), 1.0);
}
`

const meshVertex = `
layout(location=0) in vec3 position;
layout(location=1) in vec2 octNormal;
layout(location=2) in uint material;
layout(location=3) in uint slot;
#include <frame>
#include <object>
#include <srgb>
#ifdef SECTION
out float gl_ClipDistance[6];
#endif
out vec3 point;
centroid out vec3 normal; // not extrapolated beyond the triangle where it covers a pixel in part
flat out uvec2 style; // tint; flags with the opacity in the high byte
flat out vec4 base;   // linear in the Review look, else sRGB; alpha
#ifdef MATERIALS
flat out vec4 surface; // metallic, roughness
flat out vec3 emissive;
#endif
void main() {
	int at = (slotBase + int(slot)) * 4;
	uvec4 a = texelFetch(objects, at), b = texelFetch(objects, at + 1), c = texelFetch(objects, at + 2);
	uvec4 o = texelFetch(objects, at + 3);
	point = place(position, a, b, c);
	normal = turn(fromOct(octNormal), a, b, c);
	style = o.xy;
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
	gl_Position = clipFromView * (viewFromOrigin * vec4(point, 1.0));
#ifdef OPAQUE
	if (base.a < 0.999) gl_Position = vec4(0.0, 0.0, -9.0, 1.0); // the translucent pass draws this part
#endif
#ifdef TRANSLUCENT
	if (base.a >= 0.999 && (o.y >> 24) == 255u) gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
#endif
#ifdef SECTION
	bool cut = (o.y & SECTION_CUT) != 0u && section.y < 0.5;
	for (int i = 0; i < 6; i++)
		gl_ClipDistance[i] = cut && float(i) < section.x ? dot(planes[i], vec4(point, 1.0)) : 1.0;
#endif
}
`

// depthFragment is for passes that write depth alone.
const depthFragment = `
#include <frame>
in vec3 point;
flat in uvec2 style;
#include <cut>
void main() {
#ifdef SECTION
	cutAway();
#endif
}
`

const chunkCut = `
#ifdef SECTION
void cutAway() {
	if ((style.y & 128u) == 0u || section.y < 0.5) return;
	for (int i = 0; i < 6; i++)
		if (float(i) < section.x && dot(planes[i], vec4(point, 1.0)) >= 0.0) return;
	discard;
}
#endif
`

const maskFragment = `
#include <frame>
in vec3 point;
flat in uvec2 style;
uniform vec2 channel;
out vec4 colour;
#include <cut>
void main() {
#ifdef SECTION
	cutAway();
#endif
	colour = vec4(channel, 0.0, 1.0);
}
`

// chunkPattern draws what is uncertain about an object over its colour.
const chunkPattern = `
float stripes(float at, float period, float width) {
	float d = abs(fract(at / period) - 0.5) * period;
	return 1.0 - smoothstep(width * 0.5 - 0.5, width * 0.5 + 0.5, d);
}
vec3 patterned(vec3 c, uint flags) {
	vec2 p = gl_FragCoord.xy / screen.z;
	if ((flags & 48u) != 0u || (flags & 8u) != 0u) {
		if ((flags & 32u) != 0u) { // predicted
			c = mix(c, predicted.rgb, 0.16);
			c = mix(c, predicted.rgb, 0.55 * stripes((p.x + p.y) * 0.7071, 8.0, 1.4));
		}
		if ((flags & 8u) != 0u) { // stale
			vec3 ink = sun.w > 0.5 ? mix(stale.rgb, vec3(0.0), 0.55) : stale.rgb * 0.82;
			c = mix(c, horizon.rgb, 0.35);
			c = mix(c, ink, 0.9 * stripes((p.x + p.y) * 0.7071, 7.0, 1.8));
		}
		if ((flags & 16u) != 0u) { // bad
			vec3 ink = sun.w > 0.5 ? vec3(0.0) : clayEdge.rgb * 0.6;
			vec2 q = (fract(p / 6.0) - 0.5) * 6.0;
			c = mix(mix(c, horizon.rgb, 0.35), ink, 1.0 - smoothstep(0.9, 1.9, length(q)));
		}
	}
	return c;
}
`

const meshFragment = `
#include <frame>
#include <sky>
#include <dither>
in vec3 point;
centroid in vec3 normal;
flat in uvec2 style;
flat in vec4 base;
#ifdef MATERIALS
flat in vec4 surface;
flat in vec3 emissive;
#endif
#ifdef GHOST
uniform vec4 ghost;
#endif
out vec4 colour;
#include <cut>
#include <pattern>

#include <srgb>
#ifdef REVIEW
#define TO_SRGB(c) toSRGB(c)
#else
#define TO_SRGB(c) (c) // the vertex shader did it
#endif
vec4 tintOf(uint c) { return vec4(float(c & 255u), float(c >> 8 & 255u), float(c >> 16 & 255u), float(c >> 24)) / 255.0; }

#ifdef REVIEW
// GGX with Smith visibility (Karis, "Real shading in Unreal Engine 4", 2013), lit by one sun and a sky gradient.
vec3 skyLight(vec3 d, float rough) {
	float soft = mix(0.06, 0.9, rough);
	vec3 s = mix(toLinear(horizon.rgb), toLinear(sky.rgb), clamp(d.y, 0.0, 1.0)) * (sun.w > 0.5 ? 2.2 : 1.15);
	vec3 g = toLinear(ground.rgb) * (sun.w > 0.5 ? 1.6 : 0.55);
	return mix(g, s, smoothstep(-soft, soft, d.y));
}
vec3 lit(vec3 albedo, float metal, float rough, vec3 n, vec3 v) {
	vec3 l = sun.xyz, h = normalize(l + v);
	float nv = max(dot(n, v), 1e-3), nl = max(dot(n, l), 0.0), nh = max(dot(n, h), 0.0), vh = max(dot(v, h), 0.0);
	float a = max(rough * rough, 0.01), a2 = a * a;
	float d = nh * nh * (a2 - 1.0) + 1.0;
	float k = (rough + 1.0) * (rough + 1.0) / 8.0;
	vec3 f0 = mix(vec3(0.04), albedo, metal);
	vec3 f = f0 + (1.0 - f0) * pow(1.0 - vh, 5.0);
	vec3 spec = f * (a2 / (3.14159 * d * d)) / (4.0 * (nv * (1.0 - k) + k) * (nl * (1.0 - k) + k) + 1e-4);
	vec3 diffuse = albedo * (1.0 - metal);
	vec3 sunlight = sun.w > 0.5 ? vec3(1.35, 1.42, 1.5) : vec3(2.3, 2.2, 2.07); // the moon, or the sun
	vec3 c = (diffuse / 3.14159 * (1.0 - f) * 1.6 + spec) * sunlight * nl;
	// environment: Lazarov's fit of the split sum ("Getting more physical in Call of Duty", 2013)
	vec4 r = rough * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
	float e = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
	vec2 ab = vec2(-1.04, 1.04) * e + r.zw;
	c += diffuse * skyLight(n, 1.0) * 0.75 + (f0 * ab.x + ab.y) * skyLight(reflect(-v, n), rough);
	return c;
}
vec3 tone(vec3 c) { // Khronos PBR Neutral
	float x = min(c.r, min(c.g, c.b));
	float offset = x < 0.08 ? x - 6.25 * x * x : 0.04;
	c -= offset;
	float peak = max(c.r, max(c.g, c.b));
	if (peak < 0.76) return c;
	float d = 0.24, newPeak = 1.0 - d * d / (peak + d - 0.76);
	c *= newPeak / peak;
	return mix(c, vec3(newPeak), 1.0 - 1.0 / (0.15 * (peak - newPeak) + 1.0));
}
#endif

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
	if (inside) n = -n;
	float nv = clamp(dot(n, v), 0.0, 1.0);
	float alpha = base.a * float(flags >> 24) / 255.0;

	if ((flags & 64u) != 0u) { // ground: what the backdrop shows below the horizon, a little nearer and clearer
		vec3 c = backdrop(-v);
		float far = dist / (5.0 * eye.w + 1.0);
		float near = 1.0 / (1.0 + far * (1.0 + far));
		vec3 g = ground.rgb * (0.965 + 0.035 * n.y);
#ifdef MATERIALS
		g = mix(g, TO_SRGB(base.rgb) * (sun.w > 0.5 ? 0.5 : 1.0), 0.5);
#endif
		vec4 t = tintOf(style.x);
		g = mix(g, t.rgb, t.a);
		colour = vec4(mix(c, g, mix(near, 1.0, t.a * 0.5)) + dither(), alpha);
		return;
	}

	float light = 0.5 + 0.5 * dot(n, sun.xyz);
	float shade = mix(0.73, 1.04, light) + 0.03 * n.y;
	float rim = (1.0 - nv) * (1.0 - nv) * (1.0 - nv);
	vec4 tint = tintOf(style.x);
	uint priority = flags & 7u;
	vec3 c;
#if defined(GHOST)
	c = mix(clay.rgb, ghost.rgb, 0.6) * shade;
	c = mix(c, mix(clayEdge.rgb, ghost.rgb, 0.5), 0.5 * rim);
	alpha = ghost.a * (0.75 + 0.5 * rim);
#elif defined(REVIEW)
	vec3 albedo = mix(base.rgb, toLinear(tint.rgb), tint.a);
	float metal = surface.x * (1.0 - tint.a), rough = clamp(surface.y, 0.05, 1.0);
	if (priority > 0u) {
		albedo = toLinear(alarm[priority - 1u].rgb);
		metal = 0.0;
	}
	c = toSRGB(clamp(tone(lit(albedo, metal, rough, n, v) + emissive), 0.0, 1.0));
	if (priority > 0u) c = mix(c, alarm[priority - 1u].rgb * shade, 0.5);
#elif defined(MATERIALS)
	vec3 own = base.rgb * (1.0 - 0.22 * surface.x);
	own = mix(own, tint.rgb, tint.a);
	own = mix(own, mix(own, clay.rgb, 0.5), sun.w * 0.3);
	c = own * shade;
	vec3 h = normalize(sun.xyz + v);
	float gloss = max(dot(n, h), 0.0);
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss;
	gloss *= gloss; // to the power of 32
	c += 0.18 * (1.0 - surface.y) * gloss;
	c = mix(c, own * 0.55, 0.45 * rim);
	c += emissive * 0.6;
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
	c = patterned(c, flags);
#endif
#ifdef TRANSLUCENT
	alpha = min(1.0, alpha * (0.8 + 1.4 * rim)); // a housing shows by its rims
#endif
	float h0 = haze(dist);
	if (priority > 0u || (flags & 2048u) != 0u) h0 *= 0.25;
	colour = vec4(mix(c, horizon.rgb, h0), alpha);
}
`

const edgeVertex = `
layout(location=0) in vec3 position;
layout(location=1) in vec2 octFirst;
layout(location=2) in vec2 octSecond;
layout(location=3) in uint slot;
layout(location=4) in uint sharp; // 1: always drawn; 0: drawn where it is the outline
#include <frame>
#include <object>
#include <sky>
#ifdef SECTION
out float gl_ClipDistance[6];
#endif
out vec4 ink;
flat out float drawn;
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
	vec3 toEye = forward.w > 0.5 ? -forward.xyz : eye.xyz - point;
	float dist = length(eye.xyz - point);
	drawn = 1.0;
	if (sharp == 0u) {
		vec3 v = normalize(toEye);
		float f = dot(turn(fromOct(octFirst), a, b, c), v), s = dot(turn(fromOct(octSecond), a, b, c), v);
		drawn = f * s <= 0.0 ? 1.0 : 0.0;
		if (f * s > 0.0 && min(abs(f), abs(s)) > 0.002) { // far from being an outline: both ends agree
			gl_Position = vec4(0.0, 0.0, -9.0, 1.0);
			return;
		}
	}
	vec4 tint = unpackColour(o.x);
	uint priority = o.y & 7u;
	vec3 line = clayEdge.rgb;
#ifdef MATERIALS
	line = sun.w > 0.5 ? clayEdge.rgb : clayEdge.rgb * 0.62;
#endif
	line = mix(line, tint.rgb * 0.6, tint.a * 0.8);
	if (priority > 0u) line = alarm[priority - 1u].rgb * 0.62;
	if ((o.y & PREDICTED) != 0u) line = mix(line, predicted.rgb, 0.6);
	float px = uintBitsToFloat(o.z) / (screen.w * (forward.w > 0.5 ? 1.0 : dist)); // radius of the object on the screen
	float alpha = 0.95 * smoothstep(12.0, 50.0, px / screen.z);
#ifdef GHOST
	line = mix(clayEdge.rgb, ghost.rgb, 0.6);
	alpha *= min(1.0, ghost.a * 1.6);
#else
	alpha *= mix(0.55, 1.0, float(o.y >> 24) / 255.0);
#endif
	float h = haze(dist);
	if (priority > 0u) h *= 0.25;
	ink = vec4(mix(line, horizon.rgb, h), alpha);
	vec4 inView = viewFromOrigin * vec4(point, 1.0);
	if (forward.w > 0.5) inView.z += 1.5 * screen.w;   // a little nearer than the faces it lies on
	else inView.xyz *= 1.0 - 0.0004;
	gl_Position = clipFromView * inView;
#ifdef SECTION
	bool cut = (o.y & SECTION_CUT) != 0u && section.y < 0.5;
	for (int i = 0; i < 6; i++)
		gl_ClipDistance[i] = cut && float(i) < section.x ? dot(planes[i], vec4(point, 1.0)) : 1.0;
#endif
}
`

const edgeFragment = `
#include <frame>
in vec4 ink;
flat in float drawn;
in vec3 point;
flat in uvec2 style;
out vec4 colour;
#include <cut>
void main() {
	if (drawn < 0.5) discard;
#ifdef SECTION
	cutAway();
#endif
	colour = ink;
}
`

const outlineVertex = `
void main() {
	gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
`

// outlineFragment rings the mask: red is selected (thick), green hovered (thin).
const outlineFragment = `
#include <frame>
uniform sampler2D mask;
out vec4 colour;
void main() {
	vec2 px = 1.0 / screen.xy, at = gl_FragCoord.xy * px;
	float thick = 2.4 * screen.z, thin = 1.3 * screen.z;
	vec2 here = texture(mask, at).rg;
	vec2 most = vec2(0.0);
	for (int i = 0; i < 16; i++) {
		float a = 0.3926991 * float(i);
		vec2 d = vec2(cos(a), sin(a)) * px;
		most.r = max(most.r, max(texture(mask, at + d * thick).r, texture(mask, at + d * thick * 0.5).r));
		most.g = max(most.g, texture(mask, at + d * thin).g);
	}
	float selected = most.r * (1.0 - here.r);
	float hovered = most.g * (1.0 - here.g) * 0.85;
	float a = max(selected, hovered);
	if (a < 0.01) discard;
	colour = vec4(accent.rgb, a);
}
`
