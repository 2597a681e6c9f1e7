package g3ngl

// The GLSL of the layers that KHR_materials_* give surfaces, for the Review look. Their records and maps are read by pixel.

// chunkLayers reads what the material buffer knows of the layers of a surface. Its layout is that of appendRecord.
const chunkLayers = `
#if defined(LAYERS) && defined(REVIEW)
uniform samplerBuffer materials;
in vec4 bothUVs;
flat in vec4 turned;
#ifdef CLEARCOAT_MAP
uniform sampler2DArray clearcoatMap;
#endif
#ifdef CLEARCOAT_ROUGHNESS_MAP
uniform sampler2DArray clearcoatRoughnessMap;
#endif
#ifdef CLEARCOAT_NORMAL_MAP
uniform sampler2DArray clearcoatNormalMap;
#endif
#ifdef TRANSMISSION_MAP
uniform sampler2DArray transmissionMap;
#endif
#ifdef THICKNESS_MAP
uniform sampler2DArray thicknessMap;
#endif
#ifdef ANISOTROPY_MAP
uniform sampler2DArray anisotropyMap;
#endif
#ifdef IRIDESCENCE_MAP
uniform sampler2DArray iridescenceMap;
#endif
#ifdef FILM_MAP
uniform sampler2DArray filmMap;
#endif
#ifdef SHEEN_MAP
uniform sampler2DArray sheenMap;
#endif
#ifdef SHEEN_ROUGHNESS_MAP
uniform sampler2DArray sheenRoughnessMap;
#endif
#ifdef SPECULAR_MAP
uniform sampler2DArray specularMap;
#endif
#ifdef SPECULAR_COLOUR_MAP
uniform sampler2DArray specularColourMap;
#endif

// Layers is what lies on a point of a surface, and what is in the body below it.
struct Layers {
	vec3 f0;                           // at right angles, of what is no metal
	float specular;
	float coat, coatRough;
	vec3 coatNormal;
	vec3 sheen;
	float sheenRough;
	float through, thick, ior, spread; // spread: of the index of refraction between blue and red
	vec3 swallows;                     // per metre
	float film, filmIOR, filmNM;
	vec4 along;                        // direction across the normal, strength
};

// placed is where map k of the record is sampled, and how.
vec3 placed(int k, out uint how) {
	int at = int(rich.z) + 8 + 2 * k;
	vec4 x = texelFetch(materials, at), y = texelFetch(materials, at + 1);
	how = uint(y.w);
	vec2 uv = (how & 32u) != 0u ? bothUVs.zw : bothUVs.xy;
	return vec3(dot(x.xy, uv) + x.z + turned.x, dot(y.xy, uv) + y.z + turned.y, x.w);
}
vec4 ofLayer(sampler2DArray array, int k, vec4 without) {
	uint how;
	vec3 at = placed(k, how);
	vec4 t = sampled(array, at, how);
	return at.z > -0.5 ? t : without;
}
Layers layersHere(vec3 n, vec3 across) {
	vec4 r[8];
	for (int i = 0; i < 7; i++) r[i] = texelFetch(materials, int(rich.z) + i);
	Layers l = Layers(r[1].rgb, r[0].z, r[0].w, r[1].w, n, r[2].rgb, r[2].w, r[3].x, r[3].y, r[3].z, r[3].w, r[4].rgb, r[5].x, r[5].y, r[5].w, vec4(0.0));
	l.spread *= 0.05 * (l.ior - 1.0); // KHR_materials_dispersion
#ifdef CLEARCOAT_MAP
	l.coat *= ofLayer(clearcoatMap, 5, vec4(1.0)).r;
#endif
#ifdef CLEARCOAT_ROUGHNESS_MAP
	l.coatRough *= ofLayer(clearcoatRoughnessMap, 6, vec4(1.0)).g;
#endif
#ifdef CLEARCOAT_NORMAL_MAP
	{
		uint how;
		vec3 at = placed(7, how), t, b, m = sampled(clearcoatNormalMap, at, how).xyz * 2.0 - 1.0;
		if (frameAt(n, across, dFdx(point), dFdy(point), dFdx(at.xy), dFdy(at.xy), t, b) && at.z > -0.5) l.coatNormal = bentBy(m, n, t, b);
	}
#endif
#ifdef TRANSMISSION_MAP
	l.through *= ofLayer(transmissionMap, 8, vec4(1.0)).r;
#endif
#ifdef THICKNESS_MAP
	l.thick *= ofLayer(thicknessMap, 9, vec4(1.0)).g;
#endif
#ifdef BRUSHED
	{
		vec3 t, b, m = vec3(1.0, 0.0, 1.0);
#ifdef ANISOTROPY_MAP
		vec4 s = ofLayer(anisotropyMap, 10, vec4(1.0, 0.5, 1.0, 1.0));
		m = vec3(s.rg * 2.0 - 1.0, s.b);
#endif
		vec2 way = vec2(r[6].y * m.x - r[6].z * m.y, r[6].z * m.x + r[6].y * m.y);
		if (frameAt(n, across, dFdx(point), dFdy(point), dFdx(bothUVs.xy), dFdy(bothUVs.xy), t, b)) {
			vec3 d = t * way.x + b * way.y;
			if (dot(d, d) > 1e-8) l.along = vec4(normalize(d), clamp(r[6].x * m.z, 0.0, 1.0));
		}
	}
#endif
#ifdef IRIDESCENCE_MAP
	l.film *= ofLayer(iridescenceMap, 11, vec4(1.0)).r;
#endif
#ifdef FILM_MAP
	l.filmNM = mix(r[5].z, r[5].w, ofLayer(filmMap, 12, vec4(1.0)).g);
#endif
#ifdef SHEEN_MAP
	l.sheen *= ofLayer(sheenMap, 13, vec4(1.0)).rgb;
#endif
#ifdef SHEEN_ROUGHNESS_MAP
	l.sheenRough *= ofLayer(sheenRoughnessMap, 14, vec4(1.0)).a;
#endif
#ifdef SPECULAR_MAP
	l.specular *= ofLayer(specularMap, 15, vec4(1.0)).a;
#endif
#ifdef SPECULAR_COLOUR_MAP
	l.f0 *= ofLayer(specularColourMap, 16, vec4(1.0)).rgb;
#endif
	l.f0 = min(l.f0, 1.0) * l.specular;
	return l;
}
#endif
`

// chunkFilm is a thin film that shimmers (L. Belcour and P. Barla, "A practical extension to microfacet theory for the modeling of
// varying iridescence", 2017), as KHR_materials_iridescence has it.
const chunkFilm = `
#ifdef FILM
vec3 schlick(vec3 f0, float c) {
	float x = 1.0 - c;
	return f0 + (1.0 - f0) * (x * x * x * x * x);
}
// seenAs is the colour of waves by how far they are apart, in nanometres, and their shift in phase: Gaussians fitted to what the
// eye sees of each wave length.
vec3 seenAs(float apart, vec3 shift) {
	float phase = 6.2831853 * apart * 1e-9;
	vec3 height = vec3(5.4856e-13, 4.4201e-13, 5.2481e-13), at = vec3(1.6810e6, 1.7953e6, 2.2084e6), width = vec3(4.3278e9, 9.3046e9, 6.6121e9);
	vec3 xyz = height * sqrt(6.2831853 * width) * cos(at * phase + shift) * exp(-phase * phase * width);
	xyz.x += 9.7470e-14 * sqrt(6.2831853 * 4.5282e9) * cos(2.2399e6 * phase + shift.x) * exp(-4.5282e9 * phase * phase);
	xyz /= 1.0685e-7;
	return mat3(3.2404542, -0.9692660, 0.0556434, -1.5371385, 1.8760108, -0.2040259, -0.4985314, 0.0415560, 1.0572252) * xyz;
}
// filmed is what a surface with a film reflects, seen at an angle of cosine c.
vec3 filmed(float filmIOR, float c, float thickNM, vec3 f0) {
	float ior = mix(1.0, filmIOR, smoothstep(0.0, 30.0, thickNM));
	float inside2 = 1.0 - (1.0 - c * c) / (ior * ior);
	if (inside2 < 0.0) return vec3(1.0);
	float inside = sqrt(inside2), r0 = (ior - 1.0) / (ior + 1.0);
	float top = schlick(vec3(r0 * r0), c).x, passed = 1.0 - top;
	vec3 root = sqrt(min(f0, 0.9999)), base = (1.0 + root) / (1.0 - root), r1 = (base - ior) / (base + ior);
	vec3 below = schlick(r1 * r1, inside);
	vec3 shift = vec3(3.14159265) + mix(vec3(0.0), vec3(3.14159265), lessThan(base, vec3(ior)));
	float apart = 2.0 * ior * thickNM * inside;
	vec3 both = clamp(top * below, 1e-5, 0.9999), step1 = sqrt(both), sum = passed * passed * below / (1.0 - both);
	vec3 out0 = top + sum, more = sum - passed;
	for (int m = 1; m <= 2; m++) {
		more *= step1;
		out0 += more * 2.0 * seenAs(float(m) * apart, float(m) * shift);
	}
	return max(out0, 0.0);
}
#endif
`

// chunkGlass looks through a body at the picture of what is opaque.
const chunkGlass = `
#ifdef GLASS
uniform sampler2D behind; // tone mapped
vec3 seenBehind(vec3 p, float blur) {
	vec4 c = clipFromView * (viewFromOrigin * vec4(p, 1.0));
	vec2 uv = clamp(c.xy / max(c.w, 1e-4) * 0.5 + 0.5, 0.0, 1.0);
	float level = blur * log2(screen.x);
	return untoned(toLinear(textureLod(behind, uv, level).rgb));
}
// refracted is the light that comes through a body (KHR_materials_transmission, _volume and _dispersion): the view is bent
// where it enters and looks at what is behind where it leaves; on the way some is swallowed (Beer's law).
vec3 refracted(Layers l, float rough, vec3 n, vec3 v) {
	float thick = l.thick * turned.z, blur = rough * clamp(l.ior * 2.0 - 2.0, 0.0, 1.0);
	vec3 ray = refract(-v, n, 1.0 / l.ior) * thick, c;
	if (l.spread > 0.0 && thick > 0.0) {
		vec3 red = refract(-v, n, 1.0 / max(l.ior - 0.5 * l.spread, 1.0)) * thick, blue = refract(-v, n, 1.0 / (l.ior + 0.5 * l.spread)) * thick;
		c = vec3(seenBehind(point + red, blur).r, seenBehind(point + ray, blur).g, seenBehind(point + blue, blur).b);
	} else c = seenBehind(point + ray, blur);
	return c * exp(-l.swallows * length(ray));
}
#endif
`

// chunkLayered lights a surface with its layers.
const chunkLayered = `
// layered is lit with occlusion and the layers of a surface. shine is how bright it reflects, for surfaces that are clear else.
vec3 layered(Surface s, vec3 n, vec3 flatN, vec3 v, out float shine) {
	float rough = smoothed(clamp(s.rough, 0.045, 1.0), n), f90 = 1.0;
	vec3 f0 = mix(vec3(0.04), s.albedo, s.metal);
	vec4 along = vec4(0.0);
#ifdef LAYERS
	Layers l = s.layers;
	f0 = mix(l.f0, s.albedo, s.metal);
	f90 = mix(l.specular, 1.0, s.metal);
#ifdef BRUSHED
	vec3 d = l.along.xyz - n * dot(n, l.along.xyz);
	if (dot(d, d) > 1e-8) along = vec4(normalize(d), l.along.w * s.own);
#endif
#ifdef FILM
	float facing = clamp(dot(n, v), 0.02, 1.0), grazing = pow(1.0 - facing, 5.0);
	vec3 film = filmed(l.filmIOR, facing, l.filmNM, f0);
	f0 = mix(f0, clamp((film - grazing) / (1.0 - grazing), 0.0, 1.0), l.film * s.own);
#endif
#endif
	float sunny = sunToward.w * sunReaches(point, flatN);
	Glow g = litBy(f0, f90, rough, n, flatN, v, s.occlusion, sunny, along);
	vec3 c = s.albedo * (1.0 - s.metal) * g.body;
	shine = dot(g.gloss, vec3(0.2126, 0.7152, 0.0722));
#ifdef GLASS
	c = mix(c, s.albedo * refracted(l, rough, n, v) * g.passes, l.through * (1.0 - s.metal) * s.own);
#endif
	c += g.gloss;
#ifdef LAYERS
	vec3 sheen = l.sheen * s.own;
	float strongest = max(sheen.r, max(sheen.g, sheen.b));
	if (strongest > 0.0) { // A. Estevez and C. Kulla, "Production friendly microfacet sheen BRDF", 2017
		float a = max(l.sheenRough * l.sheenRough, 0.01), nv = clamp(dot(n, v), 1e-3, 1.0), nl = max(dot(n, sunToward.xyz), 0.0);
		float nh = max(dot(n, normalize(sunToward.xyz + v)), 0.0), all = texture(reflection, vec2(nv, l.sheenRough)).b;
		float facets = (2.0 + 1.0 / a) * pow(max(1.0 - nh * nh, 1e-4), 0.5 / a) / 6.2831853 / (4.0 * (nl + nv - nl * nv) + 1e-4);
		c = c * (1.0 - strongest * all) + sheen * (sunlight.rgb * (nl * sunny * facets * 3.14159265) + diffuseLight(n) * (all * s.occlusion));
	}
	float coat = l.coat * s.own;
	if (coat > 0.0) {
		vec3 top = s.side * l.coatNormal;
		Glow over = litBy(vec3(0.04), 1.0, smoothed(clamp(l.coatRough, 0.045, 1.0), top), top, flatN, v, s.occlusion, sunny, vec4(0.0));
		float fc = coat * (0.04 + 0.96 * pow(1.0 - clamp(dot(top, v), 0.0, 1.0), 5.0));
		c = c * (1.0 - fc) + coat * over.gloss;
		shine = shine * (1.0 - fc) + coat * dot(over.gloss, vec3(0.2126, 0.7152, 0.0722));
	}
#endif
	return c;
}
`
