package g3ngl

// The GLSL of the grid on the ground: one triangle over the picture, whose pixels look where their ray meets the plane.

const gridVertex = `
#include <frame>
out vec3 from;
out vec3 dir;
void main() {
	vec2 p = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
	from = eye.xyz;
	dir = forward.xyz + right.xyz * p.x - up.xyz * p.y;
	if (forward.w > 0.5) {
		vec2 reach = 0.5 * screen.w * screen.xy;
		from += normalize(right.xyz) * (p.x * reach.x) - normalize(up.xyz) * (p.y * reach.y);
		dir = forward.xyz;
	}
	gl_Position = vec4(p, section.z, 1.0);
}
`

const gridFragment = `
#include <frame>
uniform vec4 gridLevels[6]; // spacing in metres, weight, phases in x and z
uniform vec3 gridOrigin;    // the world's, relative to the frame's
in vec3 from;
in vec3 dir;
out vec4 colour;

// drawn is how much of a line of a width in pixels covers the pixel; away counts lines from the nearest, per its change from
// pixel to pixel.
vec2 drawn(vec2 cells, vec2 perPixel, float width) {
	vec2 away = abs(fract(cells + 0.5) - 0.5) / perPixel;
	return clamp(0.5 * width + 0.5 - away, 0.0, 1.0);
}

void main() {
	float way = (gridOrigin.y - from.y) / dir.y;
	vec3 p = from + dir * way;
	vec2 dx = dFdx(p.xz), dy = dFdy(p.xz);
	vec2 perPixel = max(vec2(length(vec2(dx.x, dy.x)), length(vec2(dx.y, dy.y))), 1e-9); // metres
	bool parallel = forward.w > 0.5;
	if (!(abs(way) < 1e9) || !parallel && way <= 0.0) discard;
	float width = screen.z;
	float lines = 0.0;
	for (int i = 0; i < 6; i++) {
		vec4 level = gridLevels[i];
		vec2 per = perPixel / level.x;
		vec2 clear = smoothstep(vec2(5.0), vec2(16.0), 1.0 / (per * screen.z)); // not where they run together
		vec2 l = drawn(p.xz / level.x + level.zw, per, width) * clear * level.y;
		lines = max(lines, max(l.x, l.y) * (i < 2 ? 0.30 : 0.62));
	}
	vec2 home = abs(p.xz - gridOrigin.xz) / perPixel; // the axes
	vec2 axis = clamp(0.5 * 1.7 * screen.z + 0.5 - home, 0.0, 1.0);
	float dist = parallel ? 0.0 : length(p - eye.xyz);
	float far = dist / (40.0 * eye.w + 1e-6);
	float fade = (1.0 - smoothstep(0.25, 1.0, far)) * smoothstep(0.0, 0.05, abs(normalize(dir).y));
	vec3 ink = sun.w > 0.5 ? mix(clayEdge.rgb, clay.rgb, 0.4) : clayEdge.rgb * 0.9;
	vec3 red = sun.w > 0.5 ? vec3(0.66, 0.36, 0.36) : vec3(0.64, 0.33, 0.33), blue = sun.w > 0.5 ? vec3(0.38, 0.47, 0.72) : vec3(0.30, 0.39, 0.66);
	colour = vec4(ink, lines);
	if (axis.y > 0.0) colour = mix(colour, vec4(red, 0.8), axis.y);   // along x
	if (axis.x > 0.0) colour = mix(colour, vec4(blue, 0.8), axis.x);  // along z
	colour.a *= fade * (from.y < gridOrigin.y ? 0.5 : 1.0);
	if (colour.a < 0.004) discard;
	vec4 inView = viewFromOrigin * vec4(p, 1.0);
	if (parallel) inView.z += 1.5 * screen.w; // a little nearer than ground that lies in the same plane
	else inView.xyz *= 1.0 - 0.0004;
	vec4 clip = clipFromView * inView;
	float depth = clip.z / clip.w;
	gl_FragDepth = clamp(section.z > 0.5 ? 0.5 * depth + 0.5 : depth, 0.0, 1.0);
}
`
