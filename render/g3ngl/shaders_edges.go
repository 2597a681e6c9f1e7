package g3ngl

// The GLSL of the edge lines and of the outlines around what is selected.

const edgeVertex = `
layout(location=0) in vec3 position;
layout(location=1) in vec2 octFirst;
layout(location=2) in vec2 octSecond;
layout(location=3) in uint slot;
layout(location=4) in uint sharp; // 1: always drawn; 0: drawn where it is the outline
#include <frame>
#include <object>
#include <sky>
#include <effects>
#include <clip>
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
	clipAway(point, o.y, o.w, NO_PLANE);
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
