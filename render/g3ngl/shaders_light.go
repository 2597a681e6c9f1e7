package g3ngl

// chunkLight is the light of the Review look.
const chunkLight = `
#ifdef REVIEW
// GGX with Smith visibility (Karis, "Real shading in Unreal Engine 4", 2013), lit by one sun and a sky gradient.
vec3 skyLight(vec3 d, float rough) {
	float soft = mix(0.06, 0.9, rough);
	vec3 s = mix(toLinear(horizon.rgb), toLinear(sky.rgb), clamp(d.y, 0.0, 1.0)) * (sun.w > 0.5 ? 2.2 : 1.15);
	vec3 g = toLinear(ground.rgb) * (sun.w > 0.5 ? 1.6 : 0.55);
	return mix(g, s, smoothstep(-soft, soft, d.y));
}

// Light is what reaches the eye by a surface, but for its colours.
struct Light {
	vec3 sun;      // arriving on the surface
	float spec;    // microfacets that mirror the sun
	float grazing; // of Fresnel's law, towards the sun
	vec3 sky;      // diffuse light of the surroundings
	vec3 mirror;   // the surroundings in the mirror
	vec2 ab;       // how much of them it reflects: f0 * a + b
};
Light lightOf(vec3 n, vec3 v, float rough) {
	vec3 l = sun.xyz, h = normalize(l + v);
	float nv = max(dot(n, v), 1e-3), nl = max(dot(n, l), 0.0), nh = max(dot(n, h), 0.0), vh = max(dot(v, h), 0.0);
	float a = max(rough * rough, 0.01), a2 = a * a;
	float d = nh * nh * (a2 - 1.0) + 1.0;
	float k = (rough + 1.0) * (rough + 1.0) / 8.0;
	vec3 sunlight = sun.w > 0.5 ? vec3(1.35, 1.42, 1.5) : vec3(2.3, 2.2, 2.07); // the moon, or the sun
	// environment: Lazarov's fit of the split sum ("Getting more physical in Call of Duty", 2013)
	vec4 r = rough * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
	float e = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
	return Light(sunlight * nl, (a2 / (3.14159 * d * d)) / (4.0 * (nv * (1.0 - k) + k) * (nl * (1.0 - k) + k) + 1e-4),
		pow(1.0 - vh, 5.0), skyLight(n, 1.0), skyLight(reflect(-v, n), rough), vec2(-1.04, 1.04) * e + r.zw);
}
vec3 lit(vec3 albedo, float metal, float rough, vec3 n, vec3 v) {
	Light l = lightOf(n, v, rough);
	vec3 f0 = mix(vec3(0.04), albedo, metal);
	vec3 f = f0 + (1.0 - f0) * l.grazing;
	vec3 diffuse = albedo * (1.0 - metal);
	return (diffuse / 3.14159 * (1.0 - f) * 1.6 + f * l.spec) * l.sun + diffuse * l.sky * 0.75 + (f0 * l.ab.x + l.ab.y) * l.mirror;
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
`
