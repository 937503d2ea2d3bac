/** An sRGB colour, each part from 0 to 1. */
export type Rgb = readonly [number, number, number]

/**
 * What a dichromat sees instead of a colour, in linear RGB. Machado, Oliveira, Fernandes: A physiologically-based model for
 * simulation of color vision deficiency (IEEE TVCG 2009), severity 1.
 */
const SIGHTS = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const
export type Sight = keyof typeof SIGHTS
export const ALL_SIGHTS: readonly Sight[] = ['normal', 'protan', 'deutan', 'tritan']

export function rgbOf(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return [part(1), part(3), part(5)]
}

/** How far apart two colours look, in OKLab (B. Ottosson, 2020): 0.02 is about what one just sees side by side. */
export function distance(a: Rgb, b: Rgb, sight: Sight): number {
  const [one, other] = [oklab(seen(linear(a), sight)), oklab(seen(linear(b), sight))]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

/** The hue of a colour as an angle in OKLab, degrees, and how far it is from grey. */
export function hueOf(colour: Rgb): { readonly hue: number; readonly chroma: number } {
  const [, a, b] = oklab(linear(colour))
  return { hue: (Math.atan2(b, a) * 180) / Math.PI, chroma: Math.hypot(a, b) }
}

function linear([r, g, b]: Rgb): Rgb {
  const part = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return [part(r), part(g), part(b)]
}

function seen(colour: Rgb, sight: Sight): Rgb {
  const [r, g, b] = SIGHTS[sight].map((row) =>
    Math.min(1, Math.max(0, row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])),
  )
  return [r ?? 0, g ?? 0, b ?? 0]
}

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
