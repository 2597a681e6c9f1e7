package g3ngl

// chunkLightBlock is the uniform block of the light; lightBlock mirrors it.
const chunkLightBlock = `
layout(std140) uniform Light {
	vec4 shades[9];      // of the surroundings: environment.Harmonics
	vec4 sunlight;       // over π; w: exposure
	vec4 sunToward;      // w: 1 where there is a sun
	vec4 mirrors;        // x: last level of the surroundings; y: 1 over exposure
	mat4 shadowFromOrigin[3];
	vec4 shadowEnd;      // how far the maps reach along the view, in metres; w: how many there are
	vec4 shadowTexel;    // metres
	vec4 shadowSpan;     // metres of depth
	vec4 shadowSoft;     // x: pixels of a map; y: samples; z: width of a shadow by the distance of what casts it
	vec4 depthWay;       // distance along the view = (x + y·depth) / (z + w·depth)
	vec4 nearness;       // of occlusion: radius in metres, strength, pixels of a metre at a distance of a metre, most pixels
};
`

// chunkShadow tells where the sun does not reach, in maps of depth as the sun sees it.
const chunkShadow = `
uniform sampler2DArrayShadow shadows;
#ifdef SOFT
uniform sampler2DArray shadowDepths;
#endif

// disk spreads points evenly over the unit disk (H. Vogel, "A better way to construct the sunflower head", 1979).
vec2 disk(int i, float count, float turn) {
	float r = sqrt((float(i) + 0.5) / count), a = float(i) * 2.39996323 + turn;
	return r * vec2(cos(a), sin(a));
}
// sunReaches is how much of the sun is seen from a point, with its normal. What is farther from the thing that casts a shadow
// has softer ones (R. Fernando, "Percentage-closer soft shadows", 2005), on GPUs.
float sunReaches(vec3 p, vec3 n) {
	int count = int(shadowEnd.w), k = 0;
	if (count == 0) return 1.0;
	float depth = dot(p - eye.xyz, forward.xyz) * inversesqrt(dot(forward.xyz, forward.xyz));
	if (count > 1 && depth > shadowEnd.x) k = 1;
	if (count > 2 && depth > shadowEnd.y) k = 2;
	float texel = shadowTexel[k], side = 1.0 / shadowSoft.x;
	float slope = 1.0 - max(dot(n, sunToward.xyz), 0.0);
	vec3 at = (shadowFromOrigin[k] * vec4(p + n * texel * (0.7 + 1.6 * slope), 1.0)).xyz;
	vec2 rim = abs(at.xy - 0.5);
	float inside = 1.0 - smoothstep(0.46, 0.497, max(rim.x, rim.y));
	if (inside <= 0.0) return 1.0;
	at.z = clamp(at.z, 0.0, 1.0);
	float reach = 1.5 * side, samples = shadowSoft.y, turn = 0.0;
	if (samples < 1.5) return mix(1.0, texture(shadows, vec4(at.xy, float(k), at.z)), inside);
#ifdef SOFT
	{
		turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))); // J. Jimenez, 2014
		float widest = min(shadowSoft.z * shadowSpan[k] * 0.25 / (texel * shadowSoft.x), 12.0 * side), sum = 0.0, found = 0.0;
		for (int i = 0; i < 8; i++) {
			float d = texture(shadowDepths, vec3(at.xy + disk(i, 8.0, turn) * widest, float(k))).r;
			float gap = (d - at.z) * shadowSoft.w; // positive where something is nearer to the sun
			if (gap > 0.0) {
				sum += gap;
				found += 1.0;
			}
		}
		if (found == 0.0) return 1.0;
		reach = clamp(sum / found * shadowSpan[k] * shadowSoft.z / (texel * shadowSoft.x), 1.2 * side, widest);
	}
#endif
	float lit = 0.0;
	for (int i = 0; i < int(samples); i++) lit += texture(shadows, vec4(at.xy + disk(i, samples, turn) * reach, float(k), at.z));
	return mix(1.0, lit / samples, inside);
}
`

// chunkLight is the light of the Review look.
const chunkLight = `
#ifdef REVIEW
#include <lightBlock>
#include <shadow>
uniform samplerCube surroundings;
uniform sampler2D reflection; // environment.Table

// diffuseLight is what a white surface sends back of the surroundings (Ramamoorthi and Hanrahan, 2001).
vec3 diffuseLight(vec3 n) {
	vec3 e = shades[0].rgb + shades[1].rgb * n.y + shades[2].rgb * n.z + shades[3].rgb * n.x + shades[4].rgb * (n.x * n.y)
		+ shades[5].rgb * (n.y * n.z) + shades[6].rgb * (3.0 * n.z * n.z - 1.0) + shades[7].rgb * (n.x * n.z) + shades[8].rgb * (n.x * n.x - n.y * n.y);
	return max(e, 0.0);
}
vec3 mirrored(vec3 d, float rough) { return textureLod(surroundings, d, rough * mirrors.x).rgb; }

// Glow is what light does on a surface: what comes out of its body if that is white, what the surface mirrors, and
struct Glow {
	vec3 body, gloss;
	vec3 passes; // of the surroundings into the body
};

// microfacets is the distribution of GGX by the visibility of Smith, correlated (E. Heitz, "Understanding the masking-shadowing
// function", JCGT 3(2), 2014).
float microfacets(float a, float nh, float nv, float nl) {
	float a2 = a * a, q = nh * nh * (a2 - 1.0) + 1.0;
	float masked = nl * sqrt(nv * nv * (1.0 - a2) + a2) + nv * sqrt(nl * nl * (1.0 - a2) + a2);
	return a2 / (3.14159265 * q * q) * 0.5 / max(masked, 1e-5);
}

// smoothed widens a surface by how much its normals turn within a pixel, so that small and far ones do not sparkle (Y. Tokuyoshi
// and A. Kaplanyan, "Improved geometric specular antialiasing", 2019).
float smoothed(float rough, vec3 n) {
	vec3 dx = dFdx(n), dy = dFdy(n);
	float a = rough * rough;
	return sqrt(sqrt(clamp(a * a + min(0.5 * (dot(dx, dx) + dot(dy, dy)), 0.1), 0.0, 1.0)));
}

// litBy is the light of sun and surroundings on a surface that reflects f0 at right angles and f90 at grazing ones. What the
// microfacets send to each other is not lost (C. Fdez-Agüera, "A multiple-scattering microfacet model for real-time image based
// lighting", JCGT 8(1), 2019). along is a direction on the surface that the surroundings are stretched by, or zero.
Glow litBy(vec3 f0, float f90, float rough, vec3 n, vec3 flatN, vec3 v, float open, float sunny, vec4 along) {
	n = normalize(n - v * min(dot(n, v) - 1e-3, 0.0)); // what is seen faces the eye
	float nv = clamp(dot(n, v), 1e-3, 1.0);
	vec2 ab = texture(reflection, vec2(nv, rough)).rg;
	float once = ab.x + ab.y, again = 1.0 - once;
	vec3 single = f0 * ab.x + f90 * ab.y;
	vec3 mean = f0 + (f90 - f0) / 21.0;
	vec3 more = single * mean * again / (1.0 - mean * again);
	vec3 r = reflect(-v, n);
	if (along.w != 0.0) { // KHR_materials_anisotropy: the normal leans towards where the highlight is long
		vec3 across = along.w > 0.0 ? cross(cross(along.xyz, v), along.xyz) : n;
		float bend = 1.0 - abs(along.w) * (1.0 - rough);
		bend *= bend;
		bend *= bend;
		r = reflect(-v, normalize(mix(across, n, bend)));
	}
	float above = min(1.0 + dot(r, flatN), 1.0); // bumps do not mirror what is below the surface
	vec3 diffuse = diffuseLight(n) * open;
	// what is mirrored is shut off less than diffuse light (S. Lagarde and C. de Rousiers, 2014)
	float openMirror = clamp(pow(nv + open, exp2(-16.0 * rough - 1.0)) - 1.0 + open, 0.0, 1.0);
	Glow g = Glow((1.0 - single - more) * diffuse, single * mirrored(r, rough) * above * above * openMirror + more * diffuse, 1.0 - single - more);
	float nl = dot(n, sunToward.xyz);
	if (sunny <= 0.0 || nl <= 0.0) return g;
	vec3 h = normalize(sunToward.xyz + v);
	float nh = clamp(dot(n, h), 0.0, 1.0), vh = clamp(dot(v, h), 0.0, 1.0);
	float grazing = 1.0 - vh;
	grazing *= grazing * grazing * grazing * grazing;
	vec3 f = f0 + (f90 - f0) * grazing, light = sunlight.rgb * (nl * sunny);
	float a = max(rough * rough, 0.002) + 0.012; // the sun is no point
	float facets = microfacets(a, nh, nv, nl);
	if (along.w != 0.0) {
		vec3 t = along.xyz, b = cross(n, t);
		float stretch = abs(along.w), at = mix(a, 1.0, stretch * stretch), ab2 = a; // B. Burley, "Physically based shading at Disney", 2012
		float th = dot(t, h), bh = dot(b, h);
		vec3 w = vec3(ab2 * th, at * bh, at * ab2 * nh);
		float w2 = at * ab2 / max(dot(w, w), 1e-12);
		float dist = at * ab2 * w2 * w2 / 3.14159265;
		float lv = nl * length(vec3(at * dot(t, v), ab2 * dot(b, v), nv)), ll = nv * length(vec3(at * dot(t, sunToward.xyz), ab2 * dot(b, sunToward.xyz), nl));
		facets = dist * 0.5 / max(lv + ll, 1e-5);
	}
	g.body += (1.0 - f) * light;
	g.gloss += f * facets * (1.0 + f0 * (again / once)) * 3.14159265 * light;
	return g;
}

// lit is the light of a surface without layers.
vec3 lit(vec3 albedo, float metal, float rough, vec3 n, vec3 v) {
	float r = smoothed(clamp(rough, 0.045, 1.0), n);
	Glow g = litBy(mix(vec3(0.04), albedo, metal), 1.0, r, n, n, v, 1.0, sunToward.w * sunReaches(point, n), vec4(0.0));
	return albedo * (1.0 - metal) * g.body + g.gloss;
}
#include <tone>
#endif
`
