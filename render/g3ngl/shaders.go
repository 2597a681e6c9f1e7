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
	vec4 layers;       // of what is translucent: distance of the nearest, one over how far the farthest is behind it
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

// chunkPattern draws what is abnormal or uncertain about an object over its colour. Each state has a pattern of its own, so
// that none needs to be told by colour: alarms a lattice of the shape of their priority, stale a hatch, bad dots, predicted
// double lines the other way. Inks are chosen to stand out from the surface. What is translucent is denser where it is inked.
const chunkPattern = `
float stripes(float at, float period, float width) {
	float d = abs(fract(at / period) - 0.5) * period;
	return 1.0 - smoothstep(width * 0.5 - 0.5, width * 0.5 + 0.5, d);
}
// shapeOf is the distance, in the unit of p, from the rim of the sign of an alarm priority around the origin: square,
// triangle up, triangle down, circle. y points down.
float shapeOf(uint priority, vec2 p, float r) {
	if (priority == 1u) return max(abs(p.x), abs(p.y)) - 0.84 * r;
	if (priority == 4u) return length(p) - 0.92 * r;
	float y = priority == 2u ? p.y : -p.y;
	y -= 0.2 * r;
	return max(y - 0.58 * r, abs(p.x) * 0.866 - y * 0.5 - 0.58 * r);
}
vec4 patterned(vec4 s, uint flags) {
	if ((flags & 63u) == 0u) return s;
	vec2 p = gl_FragCoord.xy / screen.z;
	vec3 c = s.rgb;
	float light = dot(c, vec3(0.299, 0.587, 0.114)), inked = 0.0;
	bool dark = mix(dot(horizon.rgb, vec3(0.299, 0.587, 0.114)), light, s.a) < (sun.w > 0.5 ? 0.62 : 0.42); // it takes a light ink
	uint priority = flags & 7u;
	if (priority > 0u) {
		vec2 q = p / 20.0;
		q.x += 0.5 * mod(floor(q.y), 2.0);
		q = (fract(q) - 0.5) * 20.0;
		float k = clamp(0.5 - shapeOf(priority, q, 3.6), 0.0, 1.0);
		c = mix(c, priority == 1u || priority == 4u ? vec3(1.0) : vec3(0.1), 0.62 * k);
	}
	if ((flags & 24u) != 0u && priority == 0u) c = mix(c, vec3(light), 0.5); // no longer worth its colour
	if ((flags & 32u) != 0u) { // predicted
		vec3 ink = dark ? mix(predicted.rgb, vec3(1.0), 0.3) : predicted.rgb * 0.72;
		float at = (p.x - p.y) * 0.7071, k = max(stripes(at, 11.0, 1.3), stripes(at + 3.2, 11.0, 1.3));
		c = mix(mix(c, predicted.rgb, 0.36), ink, 0.88 * k);
		inked = max(inked, k);
	}
	if ((flags & 8u) != 0u) { // stale
		vec3 ink = dark ? mix(stale.rgb, vec3(1.0), sun.w > 0.5 ? 0.4 : 0.7) : stale.rgb * 0.62;
		float k = stripes((p.x + p.y) * 0.7071, 7.0, 1.9);
		c = mix(mix(c, horizon.rgb, 0.35), ink, 0.92 * k);
		inked = max(inked, k);
	}
	if ((flags & 16u) != 0u) { // bad
		vec3 ink = dark ? vec3(0.82) : vec3(0.06);
		vec2 q = (fract(p / 6.0) - 0.5) * 6.0;
		float k = 1.0 - smoothstep(1.0, 2.0, length(q));
		c = mix(mix(c, horizon.rgb, 0.35), ink, k);
		inked = max(inked, k);
	}
	return vec4(c, max(s.a, max(priority > 0u ? 0.55 : 0.22, 0.85 * inked)));
}
`
