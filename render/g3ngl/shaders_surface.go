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
flat out uvec3 rich;        // flags of the material; how its maps are sampled: five bits for each of six, and for the last
flat out vec2 limits;       // least alpha that is drawn; -1 for objects that are mirrored
#ifdef MATERIALS
flat out vec4 surface;      // metallic, roughness
flat out vec3 emissive;     // linear
flat out vec4 record0;      // scale of normals, strength of occlusion, specular, clearcoat
#ifdef LAYERS
flat out vec4 record1;      // reflection at right angles; roughness of the clearcoat
flat out vec4 record2;      // sheen; its roughness
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
#ifdef CLEARCOAT_MAP
out vec3 atClearcoat;
#endif
#ifdef TRANSMISSION_MAP
out vec3 atTransmission;
#endif

vec3 mapAt(int record, int k, vec2 shift) {
	vec4 x = texelFetch(materials, record + 3 + 2 * k), y = texelFetch(materials, record + 4 + 2 * k);
	uint how = uint(y.w);
	if (k < 6) rich.y |= (how & 31u) << (5 * k);
	else rich.z |= (how & 31u) << (5 * (k - 6));
	vec2 uv = (how & 32u) != 0u ? uvs2 : uvs;
	return vec3(dot(x.xy, uv) + x.z + shift.x, dot(y.xy, uv) + y.z + shift.y, x.w);
}

void surfaceOf(uvec4 a, uvec4 b, uvec4 c, vec2 shift) { // shift moves all maps
	vec4 t0 = texelFetch(materials, int(material) * 3), t1 = texelFetch(materials, int(material) * 3 + 1);
	vec4 t2 = texelFetch(materials, int(material) * 3 + 2);
	int record = int(t2.w);
	rich = uvec3(uint(t1.z), 0u, 0u);
	base = vec4(t0.rgb * toLinear(vertexColour.rgb), t0.a * vertexColour.a);
	vec3 r0 = uintBitsToFloat(a.xyz), r1 = uintBitsToFloat(b.xyz), r2 = uintBitsToFloat(c.xyz);
	limits = vec2((rich.x & 1u) != 0u ? t1.w : 0.004, dot(r0, cross(r1, r2)) < 0.0 ? -1.0 : 1.0);
#ifdef MATERIALS
	surface = t1;
	emissive = t2.rgb;
	record0 = vec4(1.0, 1.0, 1.0, 0.0);
	if (record > 0) record0 = texelFetch(materials, record);
#ifdef LAYERS
	record1 = vec4(0.04, 0.04, 0.04, 0.0);
	record2 = vec4(0.0);
	if (record > 0) {
		record1 = texelFetch(materials, record + 1);
		record2 = texelFetch(materials, record + 2);
	}
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
#ifdef CLEARCOAT_MAP
	atClearcoat = mapAt(record, 5, shift);
#endif
#ifdef TRANSMISSION_MAP
	atTransmission = mapAt(record, 6, shift);
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
	if ((rich.x & 3u) == 0u) c.a = 1.0;
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
#ifdef CLEARCOAT_MAP
uniform sampler2DArray clearcoatMap;
in vec3 atClearcoat;
#endif
#ifdef TRANSMISSION_MAP
uniform sampler2DArray transmissionMap;
in vec3 atTransmission;
#endif

// Surface is a point of a surface: linear colours.
struct Surface {
	vec3 albedo, glow;
	float metal, rough, occlusion;
	float coat;    // strength of the clearcoat
	float through; // how far the alpha of a transmissive material counts
	float own;     // how much of its colours is left under tints
};
Surface surfaceHere(vec3 albedo) {
	Surface s = Surface(albedo, emissive, surface.x, surface.y, 1.0, record0.w, 1.0, 1.0);
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
#ifdef CLEARCOAT_MAP
	float c = sampled(clearcoatMap, atClearcoat, rich.y >> 25).r;
	if (atClearcoat.z > -0.5) s.coat *= c;
#endif
#ifdef TRANSMISSION_MAP
	float t = sampled(transmissionMap, atTransmission, rich.z).r;
	if (atTransmission.z > -0.5) s.through = t;
#endif
	return s;
}

#ifdef NORMAL_MAP
// bumped bends the normal by the normal map. Without tangents, the frame comes from the derivatives of place and texture
// coordinates (C. Schüler, "Followup: Normal mapping without precomputed tangents", 2013). v points down, so the bitangent
// of glTF is against it.
vec3 bumped(vec3 n, vec3 across) {
	vec3 m = sampled(normalMap, atNormal, rich.y >> 10).xyz * 2.0 - 1.0;
	vec3 dp1 = dFdx(point), dp2 = dFdy(point);
	vec2 duv1 = dFdx(atNormal.xy), duv2 = dFdy(atNormal.xy);
	if (atNormal.z < -0.5) return n;
	m.xy *= record0.x;
#ifdef TANGENTS
	vec3 t = normalize(tangent.xyz - n * dot(n, tangent.xyz));
	vec3 b = cross(n, t) * (tangent.w < 0.0 ? -1.0 : 1.0);
#else
	vec3 p2 = cross(dp2, n), p1 = cross(n, dp1);
	vec3 t = p2 * duv1.x + p1 * duv2.x, b = p2 * duv1.y + p1 * duv2.y;
	float most = max(dot(t, t), dot(b, b));
	if (!(most > 0.0)) return n;
	float s = inversesqrt(most) * (dot(across, n) < 0.0 ? -1.0 : 1.0); // the picture is mirrored
	t *= s;
	b *= -s;
#endif
	vec3 bent = t * m.x + b * m.y + n * m.z;
	return dot(bent, bent) > 1e-8 ? normalize(bent) : n;
}
#endif

#ifdef REVIEW
#ifdef LAYERS
flat in vec4 record1;
flat in vec4 record2;
#endif

// layered is lit with occlusion and the layers of a surface: another reflectance (KHR_materials_specular, _ior), a coat on
// top (_clearcoat) and a sheen (_sheen; its distribution is that of Estevez and Kulla, "Production friendly microfacet sheen
// BRDF", 2017). shine is how bright it reflects, for surfaces that are clear else.
vec3 layered(Surface s, vec3 n, vec3 flatN, vec3 v, out float shine) {
	float rough = clamp(s.rough, 0.05, 1.0);
#ifdef LAYERS
	vec3 f0 = mix(record1.rgb, s.albedo, s.metal);
	float f90 = mix(record0.z, 1.0, s.metal);
#else
	vec3 f0 = mix(vec3(0.04), s.albedo, s.metal);
	float f90 = 1.0;
#endif
	Light l = lightOf(n, v, rough);
	vec3 diffuse = s.albedo * (1.0 - s.metal);
	vec3 f = f0 + (f90 - f0) * l.grazing;
	vec3 spec = f * l.spec * l.sun + (f0 * l.ab.x + f90 * l.ab.y) * l.mirror * s.occlusion;
	vec3 c = diffuse / 3.14159 * (1.0 - f) * 1.6 * l.sun + diffuse * l.sky * 0.75 * s.occlusion + spec;
	shine = dot(spec, vec3(0.2126, 0.7152, 0.0722));
#ifdef LAYERS
	vec3 sheen = record2.rgb * s.own;
	float strongest = max(sheen.r, max(sheen.g, sheen.b));
	if (strongest > 0.0) {
		float a = max(record2.a * record2.a, 0.05), nh = max(dot(n, normalize(sun.xyz + v)), 0.0);
		float d = (2.0 + 1.0 / a) * pow(max(1.0 - nh * nh, 1e-4), 0.5 / a) / 6.28318;
		float nl = max(dot(n, sun.xyz), 0.0), nv = max(dot(n, v), 1e-3);
		float rim = pow(1.0 - nv, 3.0);
		c = c * (1.0 - strongest * 0.157) + sheen * (l.sun * d / (4.0 * (nl + nv - nl * nv) + 1e-4) + l.sky * (0.12 + 0.6 * rim) * s.occlusion);
	}
	if (s.coat > 0.0) {
		Light top = lightOf(flatN, v, clamp(record1.w, 0.05, 1.0));
		float nv = max(dot(flatN, v), 0.0), fc = s.coat * (0.04 + 0.96 * pow(1.0 - nv, 5.0));
		vec3 gloss = s.coat * (0.04 + 0.96 * top.grazing) * top.spec * top.sun + s.coat * (0.04 * top.ab.x + top.ab.y) * top.mirror;
		c = c * (1.0 - fc) + gloss;
		shine = shine * (1.0 - fc) + dot(gloss, vec3(0.2126, 0.7152, 0.0722));
	}
#endif
	return c;
}
#endif
#endif
`
