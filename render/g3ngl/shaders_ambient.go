package g3ngl

// The GLSL of the occlusion by what is near.

// chunkDistance turns depth into the distance along the view and that into a place as the eye sees it: y of it points as the
// rows of the picture run.
const chunkDistance = `
float distanceOf(float depth) { return (depthWay.x + depthWay.y * depth) / (depthWay.z + depthWay.w * depth); }
vec3 seenAt(vec2 uv, float dist) {
	float metre = forward.w > 0.5 ? nearness.z : nearness.z / dist; // pixels
	return vec3((uv - 0.5) * screen.xy / metre, dist);
}
`

// nearnessFragment is scalable ambient obscurance (M. McGuire, M. Mara and D. Luebke, HPG 2012), with the estimator of their
// equation 2. It writes the share of open sky and the distance, by that of what is looked at.
const nearnessFragment = `
#include <frame>
#include <lightBlock>
#include <distance>
uniform sampler2D source; // depth
out vec4 colour;
vec3 placeOf(ivec2 at) {
	at = clamp(at, ivec2(0), ivec2(screen.xy) - 1);
	return seenAt((vec2(at) + 0.5) / screen.xy, distanceOf(texelFetch(source, at, 0).r));
}
void main() {
	ivec2 at = ivec2(gl_FragCoord.xy) * 2;
	float depth = texelFetch(source, min(at, ivec2(screen.xy) - 1), 0).r;
	if (depth == section.z) { // nothing is there
		colour = vec4(1.0, 6e4, 0.0, 1.0);
		return;
	}
	vec3 c = placeOf(at);
	vec3 r = placeOf(at + ivec2(1, 0)) - c, l = c - placeOf(at - ivec2(1, 0));
	vec3 d = placeOf(at + ivec2(0, 1)) - c, u = c - placeOf(at - ivec2(0, 1));
	vec3 n = normalize(cross(abs(r.z) < abs(l.z) ? r : l, abs(d.z) < abs(u.z) ? d : u));
	if (n.z > 0.0) n = -n; // to the eye
	float radius = nearness.x, pixels = forward.w > 0.5 ? nearness.z * radius : nearness.z * radius / c.z;
	float most = min(pixels, nearness.w);
	radius *= most / pixels;
	colour = vec4(1.0, c.z / eye.w, 0.0, 1.0);
	if (most < 2.0) return;
	const int count = 14;
	float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
	float sum = 0.0, bias = 0.0015 * c.z + 0.01 * radius;
	for (int i = 0; i < count; i++) {
		float t = (float(i) + 0.5) / float(count), a = t * 43.982297 + turn; // seven turns
		vec3 q = placeOf(at + ivec2(vec2(cos(a), sin(a)) * (t * most))) - c;
		float vv = dot(q, q), vn = dot(q, n) - bias, f = max(radius * radius - vv, 0.0);
		sum += f * f * f * max(vn / (0.0001 * radius * radius + vv), 0.0);
	}
	float r2 = radius * radius;
	colour.r = max(0.0, 1.0 - nearness.y * sum * 5.0 * radius / (r2 * r2 * r2 * float(count)));
}
`

// nearnessSmooth is the mean along rows or columns of what lies about as far.
const nearnessSmooth = `
uniform sampler2D source;
uniform ivec2 along;
out vec4 colour;
void main() {
	ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(source, 0) - 1;
	vec2 c = texelFetch(source, at, 0).rg;
	float sum = c.r * 0.2, weight = 0.2;
	for (int i = -4; i <= 4; i++) {
		if (i == 0) continue;
		vec2 q = texelFetch(source, clamp(at + i * along, ivec2(0), last), 0).rg;
		float w = (0.2 - 0.035 * abs(float(i))) * max(0.0, 1.0 - 40.0 * abs(q.g - c.g) / c.g);
		sum += w * q.r;
		weight += w;
	}
	colour = vec4(sum / weight, c.g, 0.0, 1.0);
}
`

// nearnessOver darkens the picture, each pixel by those of the half picture that are about as far as it.
const nearnessOver = `
#include <frame>
#include <lightBlock>
#include <distance>
uniform sampler2D source;
uniform sampler2D depths;
out vec4 colour;
void main() {
	ivec2 at = ivec2(gl_FragCoord.xy);
	float depth = texelFetch(depths, at, 0).r;
	if (depth == section.z) discard;
	float dist = distanceOf(depth) / eye.w;
	vec2 p = gl_FragCoord.xy * 0.5 - 0.5;
	ivec2 i = ivec2(floor(p)), last = textureSize(source, 0) - 1;
	vec2 f = p - vec2(i);
	float sum = 0.0, weight = 0.0;
	for (int k = 0; k < 4; k++) {
		ivec2 o = ivec2(k & 1, k >> 1);
		vec2 q = texelFetch(source, clamp(i + o, ivec2(0), last), 0).rg;
		float w = (o.x == 1 ? f.x : 1.0 - f.x) * (o.y == 1 ? f.y : 1.0 - f.y) * max(1e-4, 1.0 - 30.0 * abs(q.g - dist) / dist);
		sum += w * q.r;
		weight += w;
	}
	colour = vec4(vec3(pow(sum / weight, 0.6)), 1.0); // of sRGB
}
`
