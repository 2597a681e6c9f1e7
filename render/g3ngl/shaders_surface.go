package g3ngl

// The GLSL of surfaces that have more than a plain colour. A program is made of it for each shading, see shading.defines.

// chunkSurfaceVertex reads what the material buffer knows of a surface. Its layout is that of materials.go.
const chunkSurfaceVertex = `
#ifdef RICH
layout(location=4) in vec4 vertexColour; // sRGB
layout(location=5) in vec2 uvs;
layout(location=6) in vec2 uvs2;
layout(location=7) in ivec2 vertexTangent;
out vec4 base;              // linear; alpha
flat out uvec3 rich;        // flags of the material; how its first maps are sampled, five bits each; where its record is
flat out vec2 limits;       // least alpha that is drawn; -1 for objects that are mirrored
#ifdef MATERIALS
flat out vec4 surface;      // metallic, roughness
flat out vec3 emissive;     // linear
flat out vec4 record0;      // scale of normals, strength of occlusion, specular, clearcoat
#ifdef LAYERS
out vec4 bothUVs;           // of the maps of layers, which are placed by pixel
flat out vec4 turned;       // KHR_texture_transform aside, what effects shift maps by; how much the object is enlarged
#endif
#endif
#ifdef TANGENTS
out vec4 tangent;
#endif
// Where on the maps the point is, and the layer of the array; -1 while it is not there.
#ifdef BASE_MAP
out vec3 atBase;
#endif
#ifdef SURFACE_MAP
out vec3 atSurface;
#endif
#ifdef NORMAL_MAP
out vec3 atNormal;
#endif
#ifdef OCCLUSION_MAP
out vec3 atOcclusion;
#endif
#ifdef EMISSIVE_MAP
out vec3 atEmissive;
#endif

vec3 mapAt(int record, int k, vec2 shift) {
	vec4 x = texelFetch(materials, record + 8 + 2 * k), y = texelFetch(materials, record + 9 + 2 * k);
	uint how = uint(y.w);
	rich.y |= (how & 31u) << (5 * k);
	vec2 uv = (how & 32u) != 0u ? uvs2 : uvs;
	return vec3(dot(x.xy, uv) + x.z + shift.x, dot(y.xy, uv) + y.z + shift.y, x.w);
}

void surfaceOf(uvec4 a, uvec4 b, uvec4 c, vec2 shift) { // shift moves all maps
	vec4 t0 = texelFetch(materials, int(material) * 3), t1 = texelFetch(materials, int(material) * 3 + 1);
	vec4 t2 = texelFetch(materials, int(material) * 3 + 2);
	int record = int(t2.w);
	rich = uvec3(uint(t1.z), 0u, uint(record));
#if defined(GLASS) && defined(REVIEW)
	t0 = texelFetch(materials, record + 7); // without the alpha that stands for transmission in other looks
#endif
	base = vec4(t0.rgb * toLinear(vertexColour.rgb), t0.a > 1.5 ? t0.a : t0.a * vertexColour.a);
	vec3 r0 = uintBitsToFloat(a.xyz), r1 = uintBitsToFloat(b.xyz), r2 = uintBitsToFloat(c.xyz);
	limits = vec2((rich.x & 1u) != 0u ? t1.w : 0.004, dot(r0, cross(r1, r2)) < 0.0 ? -1.0 : 1.0);
#ifdef MATERIALS
	surface = t1;
	emissive = t2.rgb;
	record0 = vec4(1.0, 1.0, 1.0, 0.0);
	if (record > 0) record0 = texelFetch(materials, record);
#ifdef LAYERS
	bothUVs = vec4(uvs, uvs2);
	turned = vec4(shift, pow(abs(dot(r0, cross(r1, r2))), 1.0 / 3.0), 0.0);
#endif
#endif
#ifdef TANGENTS
	vec3 t = fromOct(vec2(vertexTangent) / 32767.0);
	tangent = vec4(dot(r0, t), dot(r1, t), dot(r2, t), ((vertexTangent.x & 1) != 0 ? -1.0 : 1.0) * limits.y);
#endif
#ifdef BASE_MAP
	atBase = mapAt(record, 0, shift);
#endif
#ifdef SURFACE_MAP
	atSurface = mapAt(record, 1, shift);
#endif
#ifdef NORMAL_MAP
	atNormal = mapAt(record, 2, shift);
#endif
#ifdef OCCLUSION_MAP
	atOcclusion = mapAt(record, 3, shift);
#endif
#ifdef EMISSIVE_MAP
	atEmissive = mapAt(record, 4, shift);
#endif
}
#endif
`

// chunkAlpha gives the colour and the alpha of a surface, and says where its holes are.
const chunkAlpha = `
#ifdef RICH
in vec4 base;
flat in uvec3 rich;
flat in vec2 limits;

#ifdef WRAPS
float folded(float u, uint wrap, float margin) {
	if (wrap == 1u) return clamp(u, margin, 1.0 - margin);
	if (wrap == 2u) return clamp(abs(u - 2.0 * floor(u * 0.5 + 0.5)), margin, 1.0 - margin);
	return u;
}
// The array itself repeats. Clamping and mirroring fold the coordinates, but not their derivatives, and stay half a pixel of
// the mipmap away from the border, where the other side would shine in.
vec4 sampled(sampler2DArray array, vec3 at, uint how) {
	float side = float(textureSize(array, 0).x);
	vec2 dx = dFdx(at.xy), dy = dFdy(at.xy);
	float detail = max(0.0, 0.5 * log2(max(dot(dx, dx), dot(dy, dy)) * side * side + 1e-12));
	float margin = min(0.5, 0.5 * exp2(ceil(detail)) / side);
	vec2 uv = vec2(folded(at.x, how & 3u, margin), folded(at.y, how >> 2 & 3u, margin));
	if ((how & 16u) != 0u && detail <= 0.0) uv = (floor(uv * side) + 0.5) / side;
	return textureGrad(array, vec3(uv, at.z), dx, dy);
}
#else
#define sampled(array, at, how) texture(array, at)
#endif

#ifdef BASE_MAP
uniform sampler2DArray baseMap;
in vec3 atBase;
#endif
vec4 ownColour() {
	vec4 c = base;
#ifdef BASE_MAP
	vec4 t = sampled(baseMap, atBase, rich.y);
	if (atBase.z > -0.5) c *= t;
#endif
	if ((rich.x & 3u) == 0u || base.a > 1.5) c.a = 1.0;
	return c;
}
bool hole(float alpha) { return alpha < limits.x; }
#endif
`

// chunkSurfaceFragment samples the other maps.
const chunkSurfaceFragment = `
#if defined(RICH) && defined(MATERIALS)
flat in vec4 record0;
#ifdef SURFACE_MAP
uniform sampler2DArray surfaceMap;
in vec3 atSurface;
#endif
#ifdef NORMAL_MAP
uniform sampler2DArray normalMap;
in vec3 atNormal;
#endif
#ifdef TANGENTS
in vec4 tangent;
#endif
#ifdef OCCLUSION_MAP
uniform sampler2DArray occlusionMap;
in vec3 atOcclusion;
#endif
#ifdef EMISSIVE_MAP
uniform sampler2DArray emissiveMap;
in vec3 atEmissive;
#endif
// frameAt is the directions in which texture coordinates grow, across a normal. Without tangents it comes from the derivatives of
// place and texture coordinates (C. Schüler, "Followup: Normal mapping without precomputed tangents", 2013). v points down, so
// the bitangent of glTF is against it.
#if defined(NORMAL_MAP) || defined(CLEARCOAT_NORMAL_MAP) || defined(BRUSHED)
bool frameAt(vec3 n, vec3 across, vec3 dp1, vec3 dp2, vec2 duv1, vec2 duv2, out vec3 t, out vec3 b) {
#ifdef TANGENTS
	t = normalize(tangent.xyz - n * dot(n, tangent.xyz));
	b = cross(n, t) * (tangent.w < 0.0 ? -1.0 : 1.0);
	return true;
#else
	vec3 p2 = cross(dp2, n), p1 = cross(n, dp1);
	t = p2 * duv1.x + p1 * duv2.x;
	b = p2 * duv1.y + p1 * duv2.y;
	float most = max(dot(t, t), dot(b, b));
	if (!(most > 0.0)) return false;
	float s = inversesqrt(most) * (dot(across, n) < 0.0 ? -1.0 : 1.0); // the picture is mirrored
	t *= s;
	b *= -s;
	return true;
#endif
}
#endif
#if defined(NORMAL_MAP) || defined(CLEARCOAT_NORMAL_MAP)
vec3 bentBy(vec3 m, vec3 n, vec3 t, vec3 b) {
	vec3 bent = t * m.x + b * m.y + n * m.z;
	return dot(bent, bent) > 1e-8 ? normalize(bent) : n;
}
#endif
#include <layers>
// Surface is a point of a surface: linear colours.
struct Surface {
	vec3 albedo, glow;
	float metal, rough, occlusion;
	float own;  // how much of its colours is left under tints
	float side; // -1 where its back shows
#if defined(LAYERS) && defined(REVIEW)
	Layers layers;
#endif
};
Surface surfaceHere(vec3 albedo, vec3 n, vec3 across, float side) {
	Surface s;
	s.albedo = albedo;
	s.glow = emissive;
	s.metal = surface.x;
	s.rough = surface.y;
	s.occlusion = s.own = 1.0;
	s.side = side;
#if defined(LAYERS) && defined(REVIEW)
	s.layers = layersHere(n, across);
#endif
#ifdef SURFACE_MAP
	vec4 m = sampled(surfaceMap, atSurface, rich.y >> 5);
	if (atSurface.z > -0.5) {
		s.metal *= m.b;
		s.rough *= m.g;
#ifdef PACKED
		s.occlusion = 1.0 + record0.y * (m.r - 1.0);
#endif
	}
#endif
#ifdef OCCLUSION_MAP
	float o = sampled(occlusionMap, atOcclusion, rich.y >> 15).r;
	if (atOcclusion.z > -0.5) s.occlusion = 1.0 + record0.y * (o - 1.0);
#endif
#ifdef EMISSIVE_MAP
	vec3 e = sampled(emissiveMap, atEmissive, rich.y >> 20).rgb;
	if (atEmissive.z > -0.5) s.glow *= e;
#endif
	return s;
}

#ifdef NORMAL_MAP
// bumped bends the normal by the normal map.
vec3 bumped(vec3 n, vec3 across) {
	vec3 m = sampled(normalMap, atNormal, rich.y >> 10).xyz * 2.0 - 1.0, t, b;
	bool there = frameAt(n, across, dFdx(point), dFdy(point), dFdx(atNormal.xy), dFdy(atNormal.xy), t, b);
	if (atNormal.z < -0.5 || !there) return n;
	m.xy *= record0.x;
	return bentBy(m, n, t, b);
}
#endif

#ifdef REVIEW
#include <film>
#include <glass>
#include <layered>
#endif
#endif
`
