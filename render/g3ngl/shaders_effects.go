package g3ngl

// The GLSL of what render.Effect says of single objects: glow, shifted textures, levels, gradients; and of how all vertices
// are clipped.

// chunkEffects reads the effects of an object in a vertex shader. at is render.Object.Effect: index + 1, or 0 for none.
const chunkEffects = `
#ifdef EFFECTS
uniform usamplerBuffer effects;
flat out uint effect;
out float alongGradient; // 0 to 1
const uint EFFECT_LEVEL = 1u, EFFECT_GRADIENT = 2u;
void effectOf(uint at, vec3 p) {
	effect = at;
	alongGradient = 0.0;
	if (at == 0u) return;
	vec4 axis = uintBitsToFloat(texelFetch(effects, int(at - 1u) * 5 + 2));
	alongGradient = dot(axis.xyz, p) + axis.w;
}
vec2 shiftOf(uint at) { return at == 0u ? vec2(0.0) : uintBitsToFloat(texelFetch(effects, int(at - 1u) * 5).zw); }
vec4 levelOf(uint at) { // what is above the plane is not there
	if (at == 0u || (texelFetch(effects, int(at - 1u) * 5).y & EFFECT_LEVEL) == 0u) return vec4(0.0, 0.0, 0.0, -1.0);
	return uintBitsToFloat(texelFetch(effects, int(at - 1u) * 5 + 1));
}
#else
void effectOf(uint at, vec3 p) {}
vec2 shiftOf(uint at) { return vec2(0.0); }
vec4 levelOf(uint at) { return vec4(0.0, 0.0, 0.0, -1.0); }
#endif
`

// chunkClip takes away what sections and levels take away of an object. A point that lies in a plane by construction names
// it, so that rounding does not take it away.
const chunkClip = `
#if defined(SECTION) || defined(EFFECTS)
out float gl_ClipDistance[7];
#endif
const uint NO_PLANE = 99u;
void clipAway(vec3 p, uint flags, uint effect, uint ownPlane) {
#if defined(SECTION) || defined(EFFECTS)
	bool cut = (flags & 128u) != 0u && section.y < 0.5;
	for (int i = 0; i < 6; i++)
		gl_ClipDistance[i] = cut && float(i) < section.x && uint(i) != ownPlane ? dot(planes[i], vec4(p, 1.0)) : 1.0;
	gl_ClipDistance[6] = ownPlane == 6u ? 1.0 : -dot(levelOf(effect), vec4(p, 1.0));
#endif
}
`

// chunkEffectColour gives a fragment the colours of its object's effects.
const chunkEffectColour = `
#ifdef EFFECTS
uniform usamplerBuffer effects;
flat in uint effect;
in float alongGradient;
vec4 bytesOf(uint c) {
	return vec4(float(c & 255u), float(c >> 8 & 255u), float(c >> 16 & 255u), float(c >> 24)) / 255.0;
}
vec4 tinted(vec4 tint) { // by the gradient, over the tint
	if (effect == 0u) return tint;
	int at = int(effect - 1u) * 5;
	if ((texelFetch(effects, at).y & 2u) == 0u) return tint;
	float t = clamp(alongGradient, 0.0, 1.0) * 7.0;
	int i = min(int(t), 6), j = i + 1;
	vec4 a = bytesOf(texelFetch(effects, at + 3 + (i >> 2))[i & 3]), b = bytesOf(texelFetch(effects, at + 3 + (j >> 2))[j & 3]);
	vec4 g = mix(a, b, t - float(i));
	float alpha = g.a + tint.a * (1.0 - g.a);
	return vec4(mix(tint.rgb * tint.a, g.rgb, g.a) / max(alpha, 1e-4), alpha);
}
vec3 glowing(vec3 c) { // light of its own covers shades; a scale of colours must be read in the shade as well
	if (effect == 0u) return c;
#ifdef REVIEW
	vec4 scale = tinted(vec4(0.0));
	c = mix(c, scale.rgb, 0.55 * scale.a);
#endif
	vec4 g = bytesOf(texelFetch(effects, int(effect - 1u) * 5).x);
	return min(mix(c, g.rgb, 0.7 * g.a) + 0.3 * g.a * g.rgb, 1.0);
}
#else
vec4 tinted(vec4 tint) { return tint; }
vec3 glowing(vec3 c) { return c; }
#endif
`
