// Pictures for tests and screenshots, painted here: faces, landscapes, birds. Each is made of its name, so that it is always the same.

import { createHash } from "node:crypto"
import sharp from "sharp"

/** A face on a coloured disc. */
export function avatarOf(name: string): Promise<Buffer> {
  const [hue = 0, tone = 0, hair = 0] = numbersOf(name)
  const skin = ["#f1c9a5", "#d9a066", "#a5673f", "#7a4a2b", "#f6d7bd"][tone % 5]
  const locks = ["#2d1b12", "#5c3a21", "#8a5a2b", "#1d1d22", "#b5651d", "#6b6b70"][hair % 6]
  const turn = (hue * 37) % 360
  return png(
    400,
    400,
    `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="hsl(${turn} 62% 72%)"/><stop offset="1" stop-color="hsl(${(turn + 50) % 360} 55% 52%)"/>
    </linearGradient></defs>
    <rect width="400" height="400" fill="url(#g)"/>
    <ellipse cx="200" cy="420" rx="150" ry="130" fill="hsl(${(turn + 190) % 360} 35% 32%)"/>
    <rect x="168" y="250" width="64" height="70" rx="30" fill="${skin}"/>
    <ellipse cx="200" cy="195" rx="88" ry="104" fill="${skin}"/>
    <path d="M108 190 C100 70 300 70 292 190 C280 ${130 + (hair % 40)} 240 118 200 122 C160 118 122 ${130 + (hair % 40)} 108 190Z" fill="${locks}"/>
    <circle cx="168" cy="200" r="9" fill="#222"/><circle cx="232" cy="200" r="9" fill="#222"/>
    <path d="M165 245 Q200 275 235 245" stroke="#6b2d1f" stroke-width="8" fill="none" stroke-linecap="round"/>`,
  )
}

/** A landscape with a sun, in the light of an hour that its name gives. */
export function landscape(name: string, width: number, height: number): Promise<Buffer> {
  const [hue = 0, sun = 0, hills = 0] = numbersOf(name)
  const sky = 190 + (hue % 170)
  const x = width * (0.2 + (sun % 60) / 100)
  const y = height * (0.25 + (hills % 25) / 100)
  const hill = (at: number, light: number, from: number) =>
    `<path d="M0 ${height * at} C${width * 0.25} ${height * (at - from)} ${width * 0.45} ${height * (at + from / 2)} ${width * 0.7} ${height * (at - from / 2)} S${width} ${height * at} ${width} ${height * at} V${height} H0Z" fill="hsl(${sky + 60} 32% ${light}%)"/>`
  return png(
    width,
    height,
    `<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="hsl(${sky} 70% 68%)"/><stop offset="1" stop-color="hsl(${(sky + 130) % 360} 80% 84%)"/>
    </linearGradient></defs>
    <rect width="${width}" height="${height}" fill="url(#s)"/>
    <circle cx="${x}" cy="${y}" r="${Math.min(width, height) * 0.09}" fill="#fff6d8"/>
    ${hill(0.62, 46, 0.12)}${hill(0.72, 36, 0.1)}${hill(0.85, 24, 0.08)}
    <path d="M${x - 60} ${y + 60} q15 -18 30 0 q15 -18 30 0" stroke="#333" stroke-width="5" fill="none"/>`,
  )
}

function png(width: number, height: number, drawing: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawing}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

function numbersOf(name: string): number[] {
  return [...createHash("sha256").update(name).digest()]
}
